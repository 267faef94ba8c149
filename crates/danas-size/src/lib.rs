//! Exact size of a TensorFlow Lite model, computed from its architecture alone.
