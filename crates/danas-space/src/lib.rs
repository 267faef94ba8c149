//! Search space of data aware neural architecture search: data granularity, architectures and their shapes.
