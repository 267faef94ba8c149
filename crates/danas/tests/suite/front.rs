//! The front of a search: its models are those that the search trained, and they are exported as
//! they are.

use std::{
    collections::BTreeSet,
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use danas::{
    Config, DataConfig, EngineChoice, FrontMember, JudgingConfig, Preset, Quantity, Report,
    model::{Engine, ModelError, TrainedModel, Training, Workload},
    size::TfliteFile,
    space::{AudioGranularity, Network},
};
use ndarray::{Array2, ArrayView4};

/// The native engine, with a count of its trainings.
#[derive(Debug)]
struct Counting {
    engine: Arc<dyn Engine>,
    trainings: AtomicUsize,
}

impl Counting {
    fn new() -> Arc<Self> {
        let engine = EngineChoice::Native(None).engine().unwrap();
        Arc::new(Self { engine, trainings: AtomicUsize::new(0) })
    }
}

impl Engine for Counting {
    fn name(&self) -> &str {
        self.engine.name()
    }

    fn check(&self, network: &Network) -> Result<(), ModelError> {
        self.engine.check(network)
    }

    fn peak_memory(&self, workload: &Workload<'_>) -> Result<Option<u64>, ModelError> {
        self.engine.peak_memory(workload)
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        self.trainings.fetch_add(1, Ordering::Relaxed);
        self.engine.train(training)
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        self.engine.predict(model, features)
    }
}

/// Returns a search over two digits, with short trainings of up to twelve candidates.
fn config() -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data = DataConfig {
        folder: Some(danas_datasets::spoken_digits_folder()),
        classes: ["3", "7"].map(str::to_owned).to_vec(),
        ..DataConfig::default()
    };
    (config.training.epochs, config.training.steps) = (3, None);
    config.search.evaluations = 12;
    config.search.test_seeds = 1;
    config.search.judging = JudgingConfig::single();
    config.search.baselines = false;
    config.search.halving = None;
    config
}

fn models(report: &Report<AudioGranularity>) -> Vec<&TrainedModel> {
    report.front.iter().map(|member| &member.trained.as_ref().unwrap().model).collect()
}

#[test]
fn the_models_of_the_front_are_those_of_the_search() {
    let engine = Counting::new();
    let report = config().prepare(Arc::clone(&engine) as Arc<dyn Engine>).unwrap().run().unwrap();
    let trained = report.outcome.records.iter().filter(|it| it.verdict.detail().is_some()).count();
    assert_eq!(engine.trainings.load(Ordering::Relaxed), trained + report.front.len());

    let trainer = config().prepare(engine).unwrap().trainer().unwrap();
    for member in &report.front {
        let again = trainer.train(member.candidate(), member.record.seed).unwrap();
        let trained = member.trained.as_ref().unwrap();
        assert_eq!(again.model, trained.model, "{}", member.candidate());
        assert_eq!((&again.test, &again.validation), (&trained.test, &trained.validation));
        // The same quality that the search judged it by, except for int8, which the search did not
        // ask for.
        let judged = &member.assessment().unwrap().quality;
        assert_eq!(trained.validation.as_ref().unwrap().confusion, judged.confusion);
    }
}

#[test]
fn the_best_member_is_the_best_file_on_the_test_part_or_the_cheapest() {
    let engine = EngineChoice::Native(None).engine().unwrap();
    let report = config().prepare(engine).unwrap().run().unwrap();
    assert!(report.front.len() > 1, "a single member is always the best");
    let value = |member: &FrontMember<AudioGranularity>, quantity| {
        let trained = member.trained.as_ref().unwrap();
        trained.test.value(quantity).or_else(|| trained.costs.value(quantity)).unwrap()
    };
    let all = |quantity| report.front.iter().map(move |member| value(member, quantity));
    let best = |quantity| value(report.best(quantity).unwrap(), quantity);
    assert_eq!(best(Quantity::Accuracy), all(Quantity::Accuracy).fold(0.0, f64::max));
    assert_eq!(best(Quantity::Int8Size), all(Quantity::Int8Size).fold(f64::INFINITY, f64::min));
    assert!(report.best(Quantity::Latency).is_none(), "there is no device");
}

#[test]
fn a_search_that_goes_on_has_the_same_models() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let engine = || EngineChoice::Native(None).engine().unwrap();
    let run = |evaluations| {
        let mut config = config();
        config.search.evaluations = evaluations;
        config.prepare(engine()).unwrap().journal(&journal).run().unwrap()
    };
    run(6);
    let (resumed, whole) = (run(12), config().prepare(engine()).unwrap().run().unwrap());
    assert_eq!(models(&resumed), models(&whole));
}

#[test]
fn a_front_is_exported_member_by_member() {
    let engine = EngineChoice::Native(None).engine().unwrap();
    let report = config().prepare(engine).unwrap().run().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let folders = report.export(folder.path().join("front")).unwrap();
    assert_eq!(folders.len(), report.front.len());
    for (folder, member) in folders.iter().zip(&report.front) {
        let name = format!("evaluation_{}", member.record.index);
        assert!(folder.ends_with(name) && folder.is_dir());
        let trained = member.trained.as_ref().unwrap();
        let json = fs::read_to_string(folder.join("model.json")).unwrap();
        let card: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(card["candidate"], member.candidate().to_string());
        assert_eq!(card["test"]["accuracy"], trained.test.accuracy);
        assert_eq!(card["test"]["int8_accuracy"], trained.test.int8_accuracy.unwrap());
        assert_eq!(card["classes"], serde_json::json!(["3", "7"]));
        assert_eq!(
            card["data"]["representation"],
            member.candidate().granularity.representation.to_string()
        );
        assert_eq!(card["seed"], member.record.seed);
        let named: BTreeSet<String> = card["files"]
            .as_object()
            .unwrap()
            .values()
            .map(|file| file.as_str().unwrap().to_owned())
            .chain(["model.json", "model.md"].map(str::to_owned))
            .collect();
        let there = fs::read_dir(folder).unwrap();
        let there = there.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        assert_eq!(named, there);
        for (format, bytes) in [("float32", "float32_flash"), ("int8", "int8_flash")] {
            let file = fs::read(folder.join(card["files"][format].as_str().unwrap())).unwrap();
            assert_eq!(card["costs"][bytes], file.len());
            assert!(TfliteFile::read(&file).is_ok());
        }
        let text = fs::read_to_string(folder.join("model.md")).unwrap();
        assert!(text.contains(&member.candidate().to_string()), "{text}");
    }
}
