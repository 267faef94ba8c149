//! Compares danas' trainings with those of Keras and libtorch.

use std::ffi::OsStr;

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::python::Packages;
use crate::{step, workspace};

const REQUIREMENTS: &str = "tensorflow/2.21.txt";

/// Number of candidates on which the choice of an engine is judged.
const CANDIDATES: &str = "100";

/// A property of trainings to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// How long trainings take.
    Speed,
    /// Whether the chosen engine is the faster one.
    Choice,
    /// How good trained networks are.
    Quality,
}

impl Comparison {
    const ALL: [Self; 3] = [Self::Speed, Self::Choice, Self::Quality];

    const fn name(self) -> &'static str {
        match self {
            Self::Speed => "speed",
            Self::Choice => "choice",
            Self::Quality => "quality",
        }
    }

    /// Returns the comparison with this name on the command line.
    pub(crate) fn named(name: &OsStr) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| name == comparison.name())
    }
}

/// Runs one comparison, or all of them, with one thread each. Candidates are drawn from `seed`, or
/// else from the clock.
pub(crate) fn compare(only: Option<Comparison>, seed: Option<&OsStr>) -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let environment = Environment::of(&Libtorch::provide()?)?;
    let mut build = workspace::cargo(["build", "--release", "--package", "danas-examples"]);
    build.args(["--example", "train_one", "--example", "draw_candidates"]);
    build.args(["--features", "danas-examples/torch"]);
    environment.apply(&mut build);
    step::succeed("the build of the examples", &mut build)?;
    let examples = workspace::target().join("release/examples");
    for comparison in Comparison::ALL {
        if only.is_none_or(|only| only == comparison) {
            let mut script = packages.script(&format!("keras/{}.py", comparison.name()));
            environment.apply(&mut script);
            script.arg(examples.join("train_one"));
            if comparison == Comparison::Choice {
                script.arg(examples.join("draw_candidates"));
                script.arg(workspace::seed(seed)).arg(CANDIDATES);
            }
            step::succeed(&format!("the comparison of {}", comparison.name()), &mut script)?;
        }
    }
    Ok(())
}
