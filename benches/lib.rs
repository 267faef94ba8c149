//! Criterion benchmarks of danas: `cargo bench -p danas-benches`.
