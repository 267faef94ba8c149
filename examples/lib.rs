//! Runnable examples of danas.
//!
//! | example | answers |
//! |---|---|
//! | `search` | which granularity and architecture suit my recordings? |
//! | `report` | what did that search find, and how? |
//! | `draw_candidates` | which networks does a search space hold, and what does training them take? |
//! | `train_one` | how good, fast and large is the training of one candidate? |
//! | `export_tflite` | how does a trained candidate get onto a device? |
//! | `convert_weights` | and one that was trained elsewhere? |
//! | `model_size` | what does a network cost in flash, memory, time and energy? |
//! | `inspect_tflite` | what does a TensorFlow Lite file consist of? |
//! | `make_toy_conveyor` | what if I have no recordings, but want a thousand? |
//! | `tabular_search` | which strategy finds the most on a table of all candidates? |
//! | `extract_features` | which features does a granularity give? |
//!
//! `cargo run --release --example search -- --help`; `cargo xtask example search` does the same with libtorch.

use std::{
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

/// What an example exits with: a failure stands on standard error, with its causes.
pub fn exit(outcome: Result<(), Box<dyn Error>>) -> ExitCode {
    let Err(error) = outcome else { return ExitCode::SUCCESS };
    // Not through a closed pipe's panic: there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{}", report(&*error));
    ExitCode::FAILURE
}

/// An error with its causes, one a line.
fn report(error: &dyn Error) -> String {
    let mut text = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!("\n  because: {error}"));
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use danas::Error;

    use super::*;

    #[test]
    fn causes_follow_their_error() {
        let source = io::Error::other("the disk is full");
        let error = Error::Write { path: "out".into(), source };
        assert_eq!(report(&error), format!("error: {error}\n  because: the disk is full"));
        assert_eq!(report(&io::Error::other("no cause")), "error: no cause");
    }
}
