//! Datasets of the danas demo and tests: loaders and bundled recordings.
