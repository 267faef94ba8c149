//! Runnable examples of danas.
//!
//! | example | answers |
//! |---|---|
//! | `search` | which granularity and architecture suit my recordings? |
//! | `export_tflite` | how does a trained candidate get onto a device? |
//! | `convert_weights` | and one that was trained elsewhere? |
//! | `model_size` | what does a network cost in flash, memory, time and energy? |
//! | `inspect_tflite` | what does a TensorFlow Lite file consist of? |
//! | `extract_features` | which features does a granularity give? |
//!
//! `cargo xtask example search -- --help`; those that do not train also run with
//! `cargo run --release --example`.
