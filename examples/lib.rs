//! Runnable examples of danas.
//!
//! | example | answers |
//! |---|---|
//! | `search` | which granularity and architecture suit my recordings? |
//!
//! `cargo xtask example search -- --help`
