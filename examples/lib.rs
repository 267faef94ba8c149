//! Runnable examples of danas: `cargo xtask example NAME`.
