//! Criterion benchmarks of danas.
//!
//! | bench | measures |
//! |---|---|
//! | `opening` | opening a dataset of many files, with and without an index |
//! | `preprocessing` | from a file to features: each step, each representation, all granularities, a folder |
//! | `images` | from JPEG files to features: decoding, all resolutions in one pass and one by one |
//! | `fitness` | the parts of one evaluation: operators, shapes, size, training (feature `torch`) |
//! | `evaluation` | one evaluation from beginning to end: features from the cache, training, judging, export |
//! | `search` | the overhead of a search, without its evaluations: strategies, sorting, hypervolume |
//!
//! Run them with `cargo bench -p danas-benches`, or with libtorch:
//! `cargo xtask exec -- cargo bench -p danas-benches --features torch`.
