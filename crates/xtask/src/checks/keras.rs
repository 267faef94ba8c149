//! Training beside Keras and libtorch.

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::python::Packages;
use crate::{step, workspace};

const REQUIREMENTS: &str = "tensorflow/2.21.txt";

/// Times the same trainings in all of them, one thread each.
pub(crate) fn race() -> Result<(), Error> {
    let packages = Packages::provide(REQUIREMENTS)?;
    let environment = Environment::of(&Libtorch::provide()?)?;
    let mut build = workspace::cargo(["build", "--release", "--package", "danas-examples"]);
    build.args(["--example", "train_one", "--features", "danas-examples/torch"]);
    environment.apply(&mut build);
    step::succeed("the build of train_one", &mut build)?;
    let mut script = packages.script("keras/speed.py");
    environment.apply(&mut script);
    let program = workspace::target().join("release/examples/train_one");
    step::succeed("the race", script.arg(program))
}
