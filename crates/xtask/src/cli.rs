//! The command line.

use std::ffi::OsString;

use crate::checks::keras::Comparison;
use crate::error::Error;

/// The text that `cargo xtask help` prints.
pub(crate) const HELP: &str = "\
cargo xtask TASK

  demo [-- ARGS]           run a search on the bundled recordings, with danas' own engine
  demo --torch [-- ARGS]   run the demo on libtorch; install libtorch if it is missing
  example NAME [-- ARGS]   run an example in release mode, with libtorch
  test                     run all tests, and those that libtorch takes part in with it, too
  exec -- CMD ARGS         run any command so that it finds libtorch at build and run time
  libtorch                 install libtorch if it is missing; print its folder
  libtorch --print-config  print the lines for your own .cargo/config.toml
  layers                   check which crate depends on which, and that no files import each other
  licences                 check the licences and origins of all dependencies
  dependents               compile each library with its fewest features, and run the README's code
  librosa [SEED]           compare features with librosa's, on random signals
  librosa --speed          run the benchmarks of the features, then time librosa on the same work
  tensorflow [SEED]        compare model sizes and files with those of TensorFlow 2.12 and 2.21
  runtimes [SEED]          run exported models in LiteRT and TensorFlow Lite Micro, and compare
                           their outputs with libtorch's
  device                   run the C libraries of a front on emulated microcontrollers, and compare
                           their answers with danas'
  instructions [TFLM]      count the instructions of kernels on emulated microcontrollers, and fit
                           what danas predicts: those of its own C libraries and, with a folder of
                           TensorFlow Lite Micro's sources, of its kernels and CMSIS-NN's
  report                   check a search's report in Chromium, and its events in TensorBoard
  keras                    compare trainings with those of Keras and libtorch: runs the next three
  keras speed              compare how long trainings take
  keras choice [SEED]      count how often `auto` chooses the faster engine for random candidates
  keras quality            compare the quality of the trained networks
  baselines DATASET [OPTIONS]
                           compare what searches recommend with classical models and a CNN
                           designed by hand in Keras, with each group as the test part in turn;
                           `baselines --help` lists the options
  baselines --check        a comparison that takes minutes; fails if danas is below logistic
                           regression
  references --split FILE --data FOLDER --kind audio|image|motion [OPTIONS]
                           train classical models on the split that a search used, which is the
                           file `split.csv` in its output; `references --help` lists the options
  esc10 FOLDER OUT         copy ESC-10 from a published ESC-50, into folders by class and fold
  ci                       run everything that CI runs
  help                     print this text

Without SEED, the clock provides one.

Environment:
  LIBTORCH=DIR             use the libtorch 2.13.0 in DIR (for example a CUDA build)
  LIBTORCH_USE_PYTORCH=1   use the libtorch of the installed Python package torch
  DANAS_CACHE=DIR          install libtorch below DIR instead of the user's cache folder
  DANAS_PYTHON=PROGRAM     the Python for comparisons with other software (librosa 1.0 needs
                           Python 3.12 or later, TensorFlow 2.12 at most 3.11)
  DANAS_CHROMIUM=PROGRAM   the Chromium that checks reports

See docs/libtorch.md.
";

/// One task, with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Task {
    Help,
    Libtorch,
    PrintConfig,
    Exec { program: OsString, arguments: Vec<OsString> },
    Demo { torch: bool, arguments: Vec<OsString> },
    Example { name: OsString, arguments: Vec<OsString> },
    Test,
    Layers,
    Licences,
    Dependents,
    Librosa { seed: Option<OsString> },
    LibrosaSpeed,
    Tensorflow { seed: Option<OsString> },
    Runtimes { seed: Option<OsString> },
    Device,
    Instructions { sources: Option<OsString> },
    Report,
    Keras { only: Option<Comparison>, seed: Option<OsString> },
    Baselines { dataset: OsString, options: Vec<OsString> },
    CheckBaselines { options: Vec<OsString> },
    References { options: Vec<OsString> },
    Esc10 { folder: OsString, out: OsString },
    Ci,
}

/// Reads the arguments that follow `cargo xtask`.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Task, Error> {
    let mut arguments = arguments.into_iter();
    let Some(name) = arguments.next() else {
        return Ok(Task::Help);
    };
    let rest: Vec<OsString> = arguments.collect();
    match (name.to_str().unwrap_or_default(), rest.as_slice()) {
        ("help" | "--help" | "-h", _) => Ok(Task::Help),
        ("libtorch", []) => Ok(Task::Libtorch),
        ("libtorch", [flag]) if flag == "--print-config" => Ok(Task::PrintConfig),
        ("exec", rest) => match forwarded(rest) {
            [program, arguments @ ..] => {
                Ok(Task::Exec { program: program.clone(), arguments: arguments.to_vec() })
            }
            [] => Err(Error::MissingArgument { usage: "cargo xtask exec -- CMD ARGS" }),
        },
        ("example", [name, rest @ ..]) if name != "--" => {
            Ok(Task::Example { name: name.clone(), arguments: forwarded(rest).to_vec() })
        }
        ("example", _) => Err(Error::MissingArgument { usage: "cargo xtask example NAME -- ARGS" }),
        ("demo", [flag, rest @ ..]) if flag == "--torch" => {
            Ok(Task::Demo { torch: true, arguments: forwarded(rest).to_vec() })
        }
        ("demo", rest) => Ok(Task::Demo { torch: false, arguments: forwarded(rest).to_vec() }),
        ("test", []) => Ok(Task::Test),
        ("layers", []) => Ok(Task::Layers),
        ("licences", []) => Ok(Task::Licences),
        ("dependents", []) => Ok(Task::Dependents),
        ("tensorflow", []) => Ok(Task::Tensorflow { seed: None }),
        ("tensorflow", [seed]) if is_number(seed) => {
            Ok(Task::Tensorflow { seed: Some(seed.clone()) })
        }
        ("runtimes", []) => Ok(Task::Runtimes { seed: None }),
        ("runtimes", [seed]) if is_number(seed) => Ok(Task::Runtimes { seed: Some(seed.clone()) }),
        ("device", []) => Ok(Task::Device),
        ("instructions", []) => Ok(Task::Instructions { sources: None }),
        ("instructions", [sources]) if sources != "--" => {
            Ok(Task::Instructions { sources: Some(sources.clone()) })
        }
        ("report", []) => Ok(Task::Report),
        ("librosa", [flag]) if flag == "--speed" => Ok(Task::LibrosaSpeed),
        ("librosa", []) => Ok(Task::Librosa { seed: None }),
        ("librosa", [seed]) if is_number(seed) => Ok(Task::Librosa { seed: Some(seed.clone()) }),
        ("keras", []) => Ok(Task::Keras { only: None, seed: None }),
        ("keras", [choice, seed]) if choice == "choice" && is_number(seed) => {
            Ok(Task::Keras { only: Some(Comparison::Choice), seed: Some(seed.clone()) })
        }
        ("keras", [only]) if Comparison::named(only).is_some() => {
            Ok(Task::Keras { only: Comparison::named(only), seed: None })
        }
        ("baselines", [flag, options @ ..]) if flag == "--check" => {
            Ok(Task::CheckBaselines { options: options.to_vec() })
        }
        ("baselines", [dataset, options @ ..]) => {
            Ok(Task::Baselines { dataset: dataset.clone(), options: options.to_vec() })
        }
        ("baselines", []) => {
            Err(Error::MissingArgument { usage: "cargo xtask baselines DATASET [OPTIONS]" })
        }
        ("references", []) => Err(Error::MissingArgument {
            usage: "cargo xtask references --split FILE --data FOLDER --kind audio|image|motion",
        }),
        ("references", options) => Ok(Task::References { options: options.to_vec() }),
        ("esc10", [folder, out]) => Ok(Task::Esc10 { folder: folder.clone(), out: out.clone() }),
        ("esc10", [] | [_]) => {
            Err(Error::MissingArgument { usage: "cargo xtask esc10 FOLDER OUT" })
        }
        ("esc10", [_, _, unexpected, ..]) => {
            Err(Error::UnexpectedArgument { task: name.clone(), argument: unexpected.clone() })
        }
        ("ci", []) => Ok(Task::Ci),
        (
            "libtorch" | "test" | "layers" | "licences" | "dependents" | "librosa" | "tensorflow"
            | "runtimes" | "device" | "instructions" | "report" | "keras" | "ci",
            [unexpected, ..],
        ) => Err(Error::UnexpectedArgument { task: name, argument: unexpected.clone() }),
        _ => Err(Error::UnknownTask { name }),
    }
}

fn is_number(text: &OsString) -> bool {
    text.to_str().is_some_and(|text| text.parse::<u32>().is_ok())
}

/// Returns the arguments for the started program: those after a leading `--`, or all of them.
fn forwarded(arguments: &[OsString]) -> &[OsString] {
    match arguments {
        [first, rest @ ..] if first == "--" => rest,
        all => all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(line: &str) -> Result<Task, Error> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn no_argument_asks_for_help() {
        assert_eq!(task("").unwrap(), Task::Help);
    }

    #[test]
    fn instructions_are_counted_with_or_without_the_sources_of_an_interpreter() {
        assert_eq!(task("instructions").unwrap(), Task::Instructions { sources: None });
        let sources = Some("tflm".into());
        assert_eq!(task("instructions tflm").unwrap(), Task::Instructions { sources });
        assert!(matches!(task("instructions a b"), Err(Error::UnexpectedArgument { .. })));
    }

    #[test]
    fn librosa_is_compared_or_raced() {
        assert_eq!(task("librosa").unwrap(), Task::Librosa { seed: None });
        assert_eq!(task("librosa 7").unwrap(), Task::Librosa { seed: Some("7".into()) });
        assert_eq!(task("librosa --speed").unwrap(), Task::LibrosaSpeed);
        assert!(matches!(task("librosa -7"), Err(Error::UnexpectedArgument { .. })));
    }

    #[test]
    fn all_of_keras_is_compared_or_one_thing() {
        let keras = |only, seed: Option<&str>| Task::Keras { only, seed: seed.map(OsString::from) };
        assert_eq!(task("keras").unwrap(), keras(None, None));
        assert_eq!(task("keras quality").unwrap(), keras(Some(Comparison::Quality), None));
        assert_eq!(task("keras choice 7").unwrap(), keras(Some(Comparison::Choice), Some("7")));
        assert!(matches!(task("keras speed 7"), Err(Error::UnexpectedArgument { .. })));
    }

    #[test]
    fn baselines_are_of_a_dataset_or_a_check() {
        let dataset = "data".into();
        let options = words("--splits 1,2 --no-search");
        let expected = Task::Baselines { dataset, options };
        assert_eq!(task("baselines data --splits 1,2 --no-search").unwrap(), expected);
        let options = words("--max-seconds 5");
        let expected = Task::CheckBaselines { options };
        assert_eq!(task("baselines --check --max-seconds 5").unwrap(), expected);
        for line in ["baselines", "references", "esc10", "esc10 data"] {
            assert!(matches!(task(line), Err(Error::MissingArgument { .. })), "{line}");
        }
        assert!(
            matches!(task("esc10 a b c"), Err(Error::UnexpectedArgument { argument, .. }) if argument == "c")
        );
    }

    #[test]
    fn references_are_of_one_split_or_several() {
        for line in ["--split a --data d --kind audio", "--split a --split b --data d", "--help"] {
            let expected = Task::References { options: words(line) };
            assert_eq!(task(&format!("references {line}")).unwrap(), expected);
        }
    }

    #[test]
    fn the_demo_is_on_libtorch_only_where_asked_to() {
        let demo = |torch| Task::Demo { torch, arguments: words("--epochs 1") };
        assert_eq!(task("demo -- --epochs 1").unwrap(), demo(false));
        assert_eq!(task("demo --epochs 1").unwrap(), demo(false));
        assert_eq!(task("demo --torch -- --epochs 1").unwrap(), demo(true));
    }

    #[test]
    fn only_the_first_double_dash_is_ours() {
        let expected = Task::Exec { program: "cargo".into(), arguments: words("run -- --seed 7") };
        assert_eq!(task("exec -- cargo run -- --seed 7").unwrap(), expected);
    }

    #[test]
    fn a_missing_command_or_name_shows_the_usage() {
        for line in ["exec", "exec --", "example", "example -- --epochs 1"] {
            assert!(matches!(task(line), Err(Error::MissingArgument { .. })), "{line}");
        }
    }

    #[test]
    fn a_stray_argument_is_named() {
        for name in ["test", "dependents", "layers"] {
            assert!(matches!(
                task(&format!("{name} --all-features")),
                Err(Error::UnexpectedArgument { argument, .. }) if argument == "--all-features"
            ));
        }
    }

    #[test]
    fn an_unknown_task_is_named() {
        assert!(matches!(task("tset"), Err(Error::UnknownTask { name }) if name == "tset"));
    }
}
