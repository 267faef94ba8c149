//! Runnable examples of danas.
//!
//! | example | answers |
//! |---|---|
//! | `search` | which granularity and architecture suit my recordings? |
//! | `draw_candidates` | which networks does a search space hold, and what does training them take? |
//! | `train_one` | how good, fast and large is the training of one candidate? |
//! | `export_tflite` | how does a trained candidate get onto a device? |
//! | `convert_weights` | and one that was trained elsewhere? |
//! | `model_size` | what does a network cost in flash, memory, time and energy? |
//! | `inspect_tflite` | what does a TensorFlow Lite file consist of? |
//! | `tabular_search` | which strategy finds the most on a table of all candidates? |
//! | `extract_features` | which features does a granularity give? |
//!
//! `cargo run --release --example search -- --help`; `cargo xtask example search` does the same with libtorch.
