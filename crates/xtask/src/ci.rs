//! All checks that CI runs, the cheap ones first.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::step::Steps;
use crate::workspace::OPTIONAL;
use crate::{checks, exec, step, test, workspace};

/// Features that type-check the torch code without libtorch: `doc-only` compiles but does not link.
const TORCH_UNLINKED: &str = "danas-model/doc-only,danas/torch,danas-examples/torch";

/// Arguments that select all benches. They are used with the same packages as the tests, so that
/// cargo reuses what the tests compiled.
const BENCHES: [&str; 12] = [
    "--bench",
    "preprocessing",
    "--bench",
    "images",
    "--bench",
    "motion",
    "--bench",
    "fitness",
    "--bench",
    "evaluation",
    "--bench",
    "search",
];

/// Arguments with a budget so small that the demo only shows that it runs.
const TINY_DEMO: [&str; 7] =
    ["--fresh", "--evaluations", "4", "--epochs", "1", "--output", "target/ci-demo"];

/// Runs every check and stops at the first failure.
///
/// All of them run in the environment for libtorch: other linker flags would compile everything
/// again.
pub(crate) fn run() -> Result<(), Error> {
    let environment = Environment::of(&Libtorch::provide()?)?;
    if !environment.is_current() {
        let program = std::env::current_exe().map_err(Error::io("find", Path::new("xtask")))?;
        let mut command = Command::new(program);
        environment.apply(command.arg("ci"));
        return step::succeed("the checks", &mut command);
    }
    let mut steps = Steps::default();
    let result = run_all(&mut steps);
    steps.summary();
    result
}

fn run_all(steps: &mut Steps) -> Result<(), Error> {
    steps.command("format", &mut workspace::cargo(["fmt", "--all", "--check"]))?;
    steps.run("layers", checks::layers::run)?;
    steps.run("circles of files", checks::circles::run)?;
    steps.run("licences", checks::licences::run)?;
    steps.command("clippy", &mut clippy(&["--workspace", "--features", OPTIONAL]))?;
    steps.command(
        "clippy of the torch code",
        &mut clippy(&[
            "-pdanas-model",
            "-pdanas",
            "-pdanas-examples",
            "--features",
            TORCH_UNLINKED,
        ]),
    )?;
    for fuzzed in ["danas-dsp", "danas-size"] {
        steps.command("fuzz targets", &mut fuzz_targets(fuzzed))?;
    }
    steps.command("docs", &mut docs(&["--workspace", "--features", OPTIONAL]))?;
    steps.command(
        "docs of the torch code",
        &mut docs(&["-pdanas-model", "-pdanas", "--features", "danas-model/doc-only,danas/torch"]),
    )?;
    test::run(steps)?;
    steps
        .run("features compared with librosa's", || checks::librosa::compare(Some("1".as_ref())))?;
    steps.run("fronts compared with logistic regression", || checks::baselines::check(&[]))?;
    steps.run("models in their runtimes", || checks::runtimes::compare(Some("1".as_ref())))?;
    match checks::device::missing() {
        None => steps.run("libraries on microcontrollers", checks::device::run)?,
        Some(tool) => {
            eprintln!("\n=== libraries on microcontrollers: SKIPPED: {}", Error::NoDevice { tool });
        }
    }
    match checks::report::browser() {
        Some(browser) => steps.run("report in a browser", || checks::report::look(&browser))?,
        None => eprintln!("\n=== report in a browser: SKIPPED: {}", Error::NoBrowser),
    }
    steps.run("dependents", checks::dependents::run)?;
    // Without the `--bench` that `cargo bench` passes, criterion runs each benchmark once.
    let mut benches = workspace::cargo(["test", "--workspace", "--features", OPTIONAL]);
    steps.command("benches, once", benches.args(BENCHES))?;
    steps
        .run("demo with a tiny budget", || tiny_demo(workspace::built_example(exec::DEMO)?, &[]))?;
    for (name, preset) in [("demo over images", "image"), ("demo over motion", "motion")] {
        steps.run(name, || {
            tiny_demo(workspace::built_example(exec::DEMO)?, &["--preset", preset])
        })?;
    }
    steps.run("demo on libtorch", || {
        tiny_demo(exec::built_example(exec::DEMO)?, &["--engine", "torch"])
    })
}

fn tiny_demo(program: PathBuf, options: &[&str]) -> Result<(), Error> {
    let mut demo = Command::new(program);
    demo.current_dir(workspace::root()).args(options).args(TINY_DEMO);
    step::succeed("the demo", &mut demo)
}

fn clippy(scope: &[&str]) -> Command {
    let mut command = workspace::cargo(["clippy", "--all-targets"]);
    command.args(scope).args(["--", "--deny", "warnings"]);
    command
}

/// Returns the command that type-checks the fuzz targets of a crate. They are not in the workspace,
/// so no other command builds them.
fn fuzz_targets(of: &str) -> Command {
    let mut command = workspace::cargo(["check", "--locked", "--manifest-path"]);
    command.arg(workspace::root().join("crates").join(of).join("fuzz/Cargo.toml"));
    command.arg("--target-dir").arg(workspace::target());
    command
}

fn docs(scope: &[&str]) -> Command {
    let mut command = workspace::cargo(["doc", "--no-deps"]);
    command.args(scope).env("RUSTDOCFLAGS", "-D warnings");
    command
}
