//! Criterion benchmarks of danas.
//!
//! | bench | measures |
//! |---|---|
//! | `preprocessing` | the way from a file to features: each step, each feature, all granularities, a folder |
//! | `fitness` | what one evaluation is made of: operators, shapes, size, training (feature `torch`) |
//! | `evaluation` | one evaluation from beginning to end: features from the cache, training, judging, export |
//! | `search` | what a search costs beside its evaluations: strategies, sorting, hypervolume |
//!
//! `cargo bench -p danas-benches`, or with libtorch
//! `cargo xtask exec -- cargo bench -p danas-benches --features torch`.
