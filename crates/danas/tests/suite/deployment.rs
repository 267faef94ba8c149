//! Trained candidates and their files.

use std::{collections::BTreeMap, env, fs, path::Path, process::Command, sync::Arc};

use danas::{
    DataAwareSearch, DeployedFormat, ExportError, Limit, LoadError, Quantity, SavedCandidate,
    SearchConfig, SearchError, StrategyConfig, Target, TrainedCandidate,
    model::{Engine, ModelError, Scaler, TrainedModel, Training},
    size::{Arena, Converter, Device, Instructions, Kernels, NumberFormat, Platform, TfliteFile},
    space::{Architecture, AudioGranularity, Candidate, parse_layers},
};

use crate::support::{Resolution, Squares, Untrained, space};
use ndarray::{Array2, ArrayView4};

fn candidate(layers: &str) -> Candidate<Resolution> {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
    Candidate::new(Resolution(8), architecture)
}

fn train(layers: &str) -> Result<TrainedCandidate<Resolution>, SearchError> {
    let source: &'static Squares = Box::leak(Box::new(Squares::new()));
    let search = DataAwareSearch::new(space(&[8]), source, Arc::new(Scaling));
    search.trainer().unwrap().train(&candidate(layers), 7)
}

/// An engine that trains only the scaler.
#[derive(Debug)]
struct Scaling;

impl Engine for Scaling {
    fn name(&self) -> &str {
        "scaling"
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        let model = Untrained.train(training)?;
        let scaler = Scaler::fit(training.samples().features())?;
        let (network, weights) = (model.network().clone(), model.weights().clone());
        TrainedModel::new(network, weights, Some(scaler), model.record().clone())
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        Untrained.predict(model, features)
    }
}

#[test]
fn a_trained_candidate_has_its_models_and_their_quality_on_both_parts() {
    let trained = train("2x3R 4x3S").unwrap();
    assert_eq!(trained.classes, ["dark", "bright"]);
    assert_eq!(trained.model.network(), trained.int8.network());
    assert!(trained.test.int8_accuracy.is_some());
    assert_eq!(trained.validation, None, "it learned from the validation part, too");
    assert_eq!(trained.noise.len(), 5); // input, two convolutions, dense layer, logits
    assert!(trained.noise.iter().all(|it| it.decibels() > 20.0), "{:?}", trained.noise);
    let again = train("2x3R 4x3S").unwrap();
    assert_eq!(again.model, trained.model);
}

#[test]
fn a_trainer_knows_the_device_of_its_search() {
    let source: &'static Squares = Box::leak(Box::new(Squares::new()));
    let search = DataAwareSearch::new(space(&[8]), source, Arc::new(Untrained));
    let device = Device::board("esp32_s3").unwrap();
    let trainer = search.target(Target { device, format: DeployedFormat::Int8 }).trainer().unwrap();
    let trained = trainer.train(&candidate("2x3R"), 7).unwrap();
    assert!(trained.costs.run.is_some_and(|run| run.seconds > 0.0));
}

#[test]
fn a_trainer_evaluates_a_candidate_as_its_search_does() {
    let source: &'static Squares = Box::leak(Box::new(Squares::new()));
    let settings = SearchConfig {
        evaluations: 40,
        limits: vec![Limit::hard(Quantity::ModelSize, 6000.0)],
        strategy: StrategyConfig::Random,
        ..SearchConfig::default()
    };
    let search = || {
        let search = DataAwareSearch::new(space(&[8, 16]), source, Arc::new(Untrained));
        search.settings(settings.clone())
    };
    let (report, trainer) = (search().run().unwrap(), search().trainer().unwrap());
    let mut refused = 0;
    for record in &report.outcome.records {
        let verdict = trainer.evaluate(&record.genome, record.seed).unwrap();
        assert_eq!(verdict, record.verdict);
        match trainer.measure(&record.genome) {
            Ok(costs) => assert_eq!(costs, verdict.detail().unwrap().costs),
            Err(reason) => {
                assert_eq!(Some(&reason), verdict.reason());
                refused += 1;
            }
        }
    }
    assert!(refused > 0 && refused < 40, "{refused}");
}

#[test]
fn a_candidate_that_cannot_exist_is_refused_by_name() {
    let refused = train("2x3R 2x5R 2x5R").unwrap_err();
    assert!(matches!(&refused, SearchError::Candidate { .. }), "{refused}");
    assert!(refused.to_string().contains("2x3R 2x5R 2x5R"), "{refused}");
}

#[test]
fn every_format_is_written_at_its_predicted_length() {
    let folder = tempfile::tempdir().unwrap();
    let trained = train("2x3R 4x3S").unwrap();
    trained.export(folder.path().join("new"), "digits").unwrap();
    let formats = [
        ("float32", NumberFormat::Float32),
        ("dynamic_range", NumberFormat::DynamicRange),
        ("int8", NumberFormat::Int8),
    ];
    for (name, format) in formats {
        let file = fs::read(folder.path().join(format!("new/digits_{name}.tflite"))).unwrap();
        let size = Converter::default().with_format(format).model_size(trained.model.network());
        assert_eq!(file.len() as u64, size.unwrap().get());
        assert!(TfliteFile::read(&file).is_ok());
    }
}

#[test]
fn names_and_folders_that_cannot_be_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let trained = train("2x3R").unwrap();
    let refused = trained.export(folder.path().join("none"), "2 digits");
    let refused = refused.unwrap_err();
    assert!(refused.to_string().starts_with("`2 digits` cannot name an array"), "{refused}");
    assert!(!folder.path().join("none").exists());
    fs::write(folder.path().join("file"), "").unwrap();
    let refused = trained.export(folder.path().join("file"), "digits").unwrap_err();
    assert!(matches!(&refused, ExportError::Write { path, .. } if path.ends_with("file")));
}

#[test]
fn a_saved_candidate_comes_back_and_replaces_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digits.safetensors");
    train("4x3S").unwrap().save(&path).unwrap();
    let trained = train("2x3R").unwrap();
    trained.save(&path).unwrap();
    let saved = SavedCandidate::load(&path).unwrap();
    assert_eq!(saved.model, trained.model);
    assert_eq!((saved.candidate, saved.classes), (trained.candidate, trained.classes));
    // Nothing else is left in the folder, such as an incomplete file.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    train("2x3R").unwrap().export(folder.path(), "same").unwrap();
    let exported = fs::read(folder.path().join("same.safetensors")).unwrap();
    assert_eq!(exported, fs::read(&path).unwrap());
}

#[test]
fn a_file_that_is_no_saved_candidate_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("digits.safetensors");
    let refused = || SavedCandidate::<Resolution>::load(&path).unwrap_err();
    assert!(matches!(refused(), LoadError::Read { .. }));
    let trained = train("2x3R").unwrap();
    trained.save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(refused(), LoadError::Model { .. }));
    fs::write(&path, trained.model.to_safetensors(&BTreeMap::new()).unwrap()).unwrap();
    let message = refused().to_string();
    let expected = "digits.safetensors is not a saved candidate: it has no note `candidate`";
    assert!(message.ends_with(expected), "{message}");
    let older = BTreeMap::from([("candidate".to_owned(), "8x8, 2x3R".to_owned())]);
    fs::write(&path, trained.model.to_safetensors(&older).unwrap()).unwrap();
    assert!(matches!(refused(), LoadError::Older { .. }));
    trained.save(&path).unwrap();
    let other = SavedCandidate::<AudioGranularity>::load(&path).unwrap_err();
    assert!(matches!(other, LoadError::Candidate { candidate, .. } if candidate.contains("2x3R")));
    let unwritable = trained.save(folder.path().join("none/digits.safetensors")).unwrap_err();
    assert!(matches!(unwritable, ExportError::Write { .. }));
}

/// Compiles, links and runs a program, and returns what it prints. Every warning is an error.
fn compiled(folder: &Path, sources: &[&str]) -> String {
    let compiler = env::var_os("CXX").unwrap_or_else(|| "c++".into());
    let mut command = Command::new(compiler);
    command.current_dir(folder).args(["-std=c++11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
    let status = command.args(["-Wno-unused-variable", "-o", "program"]).args(sources).status();
    assert!(status.unwrap().success(), "the C++ compiler refused {sources:?}");
    let output = Command::new(folder.join("program")).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Compiles a C source, as C99. Every warning is an error.
fn compiled_as_c(folder: &Path, source: &str, object: &str) {
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let mut command = Command::new(compiler);
    command.current_dir(folder).args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
    let status = command.args(["-c", "-o", object, source]).status();
    assert!(status.unwrap().success(), "the C compiler refused {source}");
}

/// Returns the block of C++ in the tutorial.
fn of_the_tutorial() -> &'static str {
    let text = include_str!("../../../../docs/tutorial.md");
    let (_, text) = text.split_once("```cpp\n").unwrap();
    text.split_once("```").unwrap().0
}

#[test]
fn the_tutorials_firmware_makes_the_integers_that_danas_makes() {
    let folder = tempfile::tempdir().unwrap();
    let trained = train("2x3R").unwrap();
    trained.export(folder.path(), "model").unwrap();
    let features = ndarray::Array4::from_shape_fn((1, 8, 8, 1), |(_, row, column, _)| {
        ((row * 8 + column) as f32 * 1.7).sin() * 3.0 + 0.5
    });
    let values: Vec<String> = features.iter().map(|value| format!("{value:e}f")).collect();
    let main = format!(
        "{}\n#include <cstdio>\nint main() {{\n  const float features[] = {{{}}};\n  \
         std::int8_t input[64];\n  quantise(features, input);\n  \
         for (int value : input) std::printf(\"%d\\n\", value);\n}}\n",
        of_the_tutorial(),
        values.join(", ")
    );
    fs::write(folder.path().join("main.cc"), main).unwrap();
    let printed = compiled(folder.path(), &["main.cc"]);

    let scaled = trained.model.scaler().unwrap().transform(features.view()).unwrap();
    let input = trained.int8.input();
    let expected: Vec<String> =
        scaled.iter().map(|&value| input.quantise(value).to_string()).collect();
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
    assert!(expected.iter().collect::<std::collections::BTreeSet<_>>().len() > 10);
}

#[test]
fn firmware_sees_the_same_model_aligned_and_its_settings() {
    let folder = tempfile::tempdir().unwrap();
    let trained = train("2x3R").unwrap();
    trained.export(folder.path(), "digits").unwrap();
    let program = r#"
        #include <cstdint>
        #include <cstdio>
        #include "digits_model.h"
        #include "digits_settings.h"
        int main() {
          unsigned long sum = 0;
          for (unsigned int i = 0; i < digits_model_len; ++i) sum = sum * 31 % 1000003 + digits_model[i];
          std::printf("%u %lu %d\n", digits_model_len, sum, (int)((std::uintptr_t)digits_model % 16));
          std::printf("%d %s %s %d\n", DIGITS_CLASSES, digits_class_names[0], digits_class_names[1],
                      DIGITS_INPUT_HEIGHT * DIGITS_INPUT_WIDTH * DIGITS_INPUT_CHANNELS);
          std::printf("%.9g %d %d\n", DIGITS_INPUT_SCALE, DIGITS_INPUT_ZERO_POINT, DIGITS_DATA_RESOLUTION);
          for (unsigned int row = 0; row < sizeof digits_mean / sizeof digits_mean[0]; ++row) {
            std::printf("%.9g %.9g\n", digits_mean[row], digits_deviation[row]);
          }
        }
    "#;
    fs::write(folder.path().join("main.cc"), program).unwrap();
    compiled_as_c(folder.path(), "digits_model.c", "digits_model.o");
    let printed = compiled(folder.path(), &["main.cc", "digits_model.o"]);
    let lines: Vec<&str> = printed.lines().collect();

    let file = fs::read(folder.path().join("digits_int8.tflite")).unwrap();
    let sum = file.iter().fold(0_u64, |sum, &byte| sum * 31 % 1_000_003 + u64::from(byte));
    assert_eq!(lines[0], format!("{} {sum} 0", file.len()));
    assert_eq!(lines[1], "2 dark bright 64");
    let words: Vec<&str> = lines[2].split(' ').collect();
    let input = trained.int8.input();
    assert_eq!(words[0].parse(), Ok(input.scale));
    assert_eq!(words[1..], [input.zero_point.to_string(), "8".to_owned()]);
    let scaler = trained.model.scaler().unwrap();
    assert_eq!(lines[3..].len(), scaler.mean().len());
    for (line, (mean, deviation)) in
        lines[3..].iter().zip(scaler.mean().iter().zip(scaler.deviation()))
    {
        let numbers: Vec<f32> = line.split(' ').map(|number| number.parse().unwrap()).collect();
        assert_eq!(numbers, [*mean, *deviation]);
    }
}

/// A stand-in for the header of TensorFlow Lite Micro, which prints the operators that are added.
const RESOLVER: &str = r#"
    #include <cstdio>
    enum TfLiteStatus { kTfLiteOk, kTfLiteError };
    namespace tflite {
    template <unsigned n> struct MicroMutableOpResolver {
      unsigned added = 0;
      TfLiteStatus add(const char* name) {
        std::printf("%s ", name);
        return ++added > n ? kTfLiteError : kTfLiteOk;
      }
      TfLiteStatus AddConv2D() { return add("CONV_2D"); }
      TfLiteStatus AddLogistic() { return add("LOGISTIC"); }
      TfLiteStatus AddMaxPool2D() { return add("MAX_POOL_2D"); }
      TfLiteStatus AddReshape() { return add("RESHAPE"); }
      TfLiteStatus AddFullyConnected() { return add("FULLY_CONNECTED"); }
      TfLiteStatus AddSoftmax() { return add("SOFTMAX"); }
    };
    }
"#;

#[test]
fn firmware_adds_the_operators_of_the_model_and_knows_its_arena() {
    let folder = tempfile::tempdir().unwrap();
    let trained = train("2x3R 2x3S").unwrap();
    trained.export(folder.path(), "digits").unwrap();
    let tflm = folder.path().join("tensorflow/lite/micro");
    fs::create_dir_all(&tflm).unwrap();
    fs::write(tflm.join("micro_mutable_op_resolver.h"), RESOLVER).unwrap();
    let program = r#"
        #include <cstdio>
        #include "digits_model.h"
        #include "digits_resolver.h"
        alignas(16) static unsigned char arena[DIGITS_ARENA_BYTES];
        int main() {
          digits_resolver resolver;
          const bool is_added = digits_add_operators(resolver) == kTfLiteOk;
          const unsigned added = resolver.added;
          const int again = digits_add_operators(resolver);
          std::printf("%d %u %d\n", is_added, added, again);
          std::printf("%u %u\n", (unsigned)sizeof arena, (unsigned)DIGITS_ARENA_BYTES_CMSIS_NN);
        }
    "#;
    fs::write(folder.path().join("main.cc"), program).unwrap();
    let printed = compiled(folder.path(), &["-I.", "main.cc"]);

    let operators = "CONV_2D LOGISTIC RESHAPE FULLY_CONNECTED SOFTMAX";
    let arena = |kernels| {
        let platform = Platform::microcontroller(kernels);
        let network = trained.model.network();
        Arena::of(network, DeployedFormat::Int8, platform).unwrap().total().get()
    };
    // The compiler of this machine has neither of the instructions.
    let (reference, base) =
        (arena(Kernels::Reference), arena(Kernels::CmsisNn(Instructions::Base)));
    // The resolver has room for no more operators.
    let expected = format!("{operators} CONV_2D 1 5 1\n{reference} {base}\n");
    assert_eq!(printed, expected);
    assert!(reference < base);

    let card = fs::read(folder.path().join("digits.json")).unwrap();
    let card: serde_json::Value = serde_json::from_slice(&card).unwrap();
    assert_eq!(card["costs"]["int8_arena"], reference);
    assert_eq!(card["arenas"][0]["int8"], reference);
    assert_eq!(card["arenas"][1]["int8"], base);
    assert_eq!(card["files"]["source"], "digits_model.c");
    assert_eq!(card["files"]["resolver"], "digits_resolver.h");
}
