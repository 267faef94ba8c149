//! Runnable examples of danas.
//!
//! | example | answers |
//! |---|---|
//! | `search` | which granularity and architecture suit my recordings? |
//! | `report` | what did that search find, and how? |
//! | `draw_candidates` | which networks are in a search space, and what do they cost? |
//! | `train_one` | how accurate is one candidate, and what does its training cost? |
//! | `export_tflite` | how does a trained candidate get onto a device? |
//! | `classify` | what does an exported model say about my recordings? |
//! | `convert_weights` | how does a network that was trained elsewhere get onto a device? |
//! | `model_size` | what does a network cost in flash, memory, time and energy? |
//! | `inspect_tflite` | what does a TensorFlow Lite file consist of? |
//! | `make_toy_conveyor` | how do I get a thousand recordings without a download? |
//! | `paper_experiment` | does a joint search find more than one at a fixed granularity, as in the paper? |
//! | `tabular_search` | which strategy finds the most on a table of all candidates? |
//! | `extract_features` | which features does a granularity give for a recording? |
//!
//! `cargo run --release --example search -- --help` lists the options of an example.
//! `cargo xtask example search` runs it with libtorch.

use std::{
    error::Error,
    io::{self, Write},
    process::{ExitCode, Termination},
};

/// Returns the exit code of an example. An error is written to standard error, with its causes. A
/// reader that closes the pipe of standard output, such as `head`, has seen enough, so that is no
/// error.
pub fn exit(outcome: Result<impl Termination, Box<dyn Error>>) -> ExitCode {
    let error = match outcome {
        Ok(done) => return done.report(),
        Err(error) if is_broken_pipe(&*error) => return ExitCode::SUCCESS,
        Err(error) => error,
    };
    // Unlike `eprintln!`, this does not panic if standard error is a closed pipe.
    let _ = writeln!(io::stderr(), "{}", report(&*error));
    ExitCode::FAILURE
}

/// Returns whether an error, or one of its causes, is that a pipe was closed by its reader.
pub fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    kind == Some(io::ErrorKind::BrokenPipe) || error.source().is_some_and(is_broken_pipe)
}

/// Returns the text of an error and its causes, one on each line.
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
    use danas::ExportError;

    use super::*;

    #[test]
    fn causes_follow_their_error() {
        let source = io::Error::other("the disk is full");
        let error = ExportError::Write { path: "out".into(), source };
        assert_eq!(report(&error), format!("error: {error}\n  because: the disk is full"));
        assert_eq!(report(&io::Error::other("no cause")), "error: no cause");
    }

    #[test]
    fn a_closed_pipe_is_found_among_the_causes() {
        let error = |kind| ExportError::Write { path: "out".into(), source: io::Error::from(kind) };
        assert!(is_broken_pipe(&error(io::ErrorKind::BrokenPipe)));
        assert!(!is_broken_pipe(&error(io::ErrorKind::StorageFull)));
    }
}
