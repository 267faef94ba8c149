//! Data aware neural architecture search: searches data granularity and network architecture together.
