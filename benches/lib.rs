//! Criterion benchmarks of danas.
//!
//! | bench | measures |
//! |---|---|
//! | `preprocessing` | resampling and features of one clip, at several rates |
//! | `fitness` | what one evaluation is made of: operators, shapes, size, training (feature `torch`) |
//!
//! `cargo bench -p danas-benches`, or with libtorch
//! `cargo xtask exec -- cargo bench -p danas-benches --features torch`.
