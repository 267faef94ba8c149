//! `cargo xtask`: the development tasks of the danas workspace.
//!
//! It installs libtorch and runs cargo, or any other command, so that libtorch is found at build
//! and run time. It also runs the demo, the tests and the checks of CI. `cargo xtask help` lists
//! all tasks.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool reports on the terminal"
)]

mod checks;
mod ci;
mod cli;
mod error;
mod esc10;
mod exec;
mod libtorch;
mod python;
mod step;
mod test;
mod workspace;

use std::process::ExitCode;

use cli::Task;
use error::Error;
use libtorch::Libtorch;
use step::Steps;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error.report();
            error.exit_code()
        }
    }
}

fn run(task: Task) -> Result<(), Error> {
    match task {
        Task::Help => print!("{}", cli::HELP),
        Task::Libtorch => println!("{}", Libtorch::provide()?.root().display()),
        Task::PrintConfig => print!("{}", libtorch::cargo_config(&Libtorch::provide()?)?),
        Task::Exec { program, arguments } => exec::command(&program, &arguments)?,
        Task::Demo { torch, arguments } => exec::demo(torch, &arguments)?,
        Task::Example { name, arguments } => exec::example(&name, &arguments)?,
        Task::Test => test::run(&mut Steps::default())?,
        Task::Layers => checks::layers::run().and_then(|()| checks::circles::run())?,
        Task::Licences => checks::licences::run()?,
        Task::Dependents => checks::dependents::run()?,
        Task::Librosa { seed } => checks::librosa::compare(seed.as_deref())?,
        Task::LibrosaSpeed => checks::librosa::race()?,
        Task::Tensorflow { seed } => checks::tensorflow::compare(seed.as_deref())?,
        Task::Runtimes { seed } => checks::runtimes::compare(seed.as_deref())?,
        Task::Device => checks::device::run()?,
        Task::Instructions { sources } => checks::instructions::run(sources.as_deref())?,
        Task::Report => checks::report::look(&checks::report::browser().ok_or(Error::NoBrowser)?)?,
        Task::Keras { only, seed } => checks::keras::compare(only, seed.as_deref())?,
        Task::Baselines { dataset, options } => {
            checks::baselines::compare(&dataset, &options)?;
        }
        Task::CheckBaselines { options } => checks::baselines::check(&options)?,
        Task::References { options } => checks::references::train(&options)?,
        Task::Esc10 { folder, out } => esc10::lay_out(&folder, &out)?,
        Task::Ci => ci::run()?,
    }
    Ok(())
}
