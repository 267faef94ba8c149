//! Runs named steps and measures how long each takes.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::error::Error;

/// Runs steps one after another and remembers how long each took.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// Runs `work` under a headline and prints its duration, even if it fails.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<(), Error>,
    ) -> Result<(), Error> {
        eprintln!("\n=== {name}");
        let start = Instant::now();
        let result = work();
        let verdict = if result.is_ok() { "passed" } else { "FAILED" };
        eprintln!("=== {name}: {verdict} after {}", seconds(start.elapsed()));
        self.done.push((name, start.elapsed()));
        result
    }

    /// Runs one command as a step.
    pub(crate) fn command(
        &mut self,
        name: &'static str,
        command: &mut Command,
    ) -> Result<(), Error> {
        self.run(name, || succeed(name, command))
    }

    /// Prints the duration of every step.
    pub(crate) fn summary(&self) {
        eprintln!();
        for (name, duration) in &self.done {
            eprintln!("{:>9}  {name}", seconds(*duration));
        }
        let total = self.done.iter().map(|(_, duration)| *duration).sum();
        eprintln!("{:>9}  in all", seconds(total));
    }
}

/// Runs a command on this terminal. Its failure becomes an error with the same exit code.
pub(crate) fn succeed(what: &str, command: &mut Command) -> Result<(), Error> {
    let program = command.get_program().to_owned();
    let status = command.status().map_err(|source| Error::Start { program, source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { what: what.to_owned(), status }) }
}

/// Formats a duration in seconds.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_keeps_its_error_and_is_counted() {
        let mut steps = Steps::default();
        let failure = steps.run("refused", || Err(Error::MissingArgument { usage: "a b" }));
        assert!(matches!(failure, Err(Error::MissingArgument { usage: "a b" })));
        assert_eq!(steps.done.len(), 1);
    }

    #[test]
    fn a_command_that_does_not_exist_is_named() {
        let result = succeed("step", &mut Command::new("danas-no-such-program"));
        assert!(
            matches!(result, Err(Error::Start { program, .. }) if program == "danas-no-such-program")
        );
    }
}
