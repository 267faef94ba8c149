//! Searches over the strength of augmentation.

use std::{
    collections::{BTreeSet, HashSet},
    convert::Infallible,
    fs,
    path::Path,
    sync::Arc,
};

use danas::{
    Assessment, DataAwareSearch, DataSource, JudgingConfig, Quantity, Report, SearchConfig,
    SearchError, SettingsError, StrategyConfig, default_engine,
    evo::{JournalError, read_journal},
    model::{TrainConfig, TrainedModel},
    space::{
        Architecture, AugmentationStrength, AugmentationStrengths, Bytes, Candidate, parse_layers,
    },
};
use ndarray::Array4;

use crate::support::tables::tables;
use crate::support::{Resolution, Resolutions, Squares, Untrained, space};

/// Squares with altered versions, which are brighter.
struct Versioned {
    squares: &'static Squares,
    versions: usize,
}

fn squares() -> &'static Squares {
    Box::leak(Box::new(Squares::new()))
}

impl DataSource for Versioned {
    type Granularity = Resolution;
    type Error = Infallible;

    fn classes(&self) -> &[String] {
        self.squares.classes()
    }

    fn labels(&self) -> &[usize] {
        self.squares.labels()
    }

    fn fingerprint(&self) -> String {
        format!("{} in {} versions", self.squares.fingerprint(), self.versions)
    }

    fn features(&self, size: &Resolution, examples: &[usize]) -> Result<Array4<f32>, Infallible> {
        self.squares.features(size, examples)
    }

    fn versions(&self) -> usize {
        self.versions
    }

    fn version_features(
        &self,
        size: &Resolution,
        version: usize,
        examples: &[usize],
    ) -> Result<Array4<f32>, Infallible> {
        Ok(self.squares.features(size, examples)? + 0.5 * (version + 1) as f32)
    }
}

/// Returns a short training. If `is_altered`, it uses every augmentation whose strength scales.
fn training(is_altered: bool) -> TrainConfig {
    let mut training = TrainConfig::default();
    training.epochs = 3;
    if is_altered {
        training.augmentation.time_shift = 0.5;
        training.augmentation.time_masks = 1;
        training.augmentation.time_mask = 0.5;
        training.augmentation.mix_up = 0.5;
    }
    training
}

fn candidate(percent: u32) -> Candidate<Resolution> {
    let architecture = Architecture::new(parse_layers("4x3R").unwrap(), 10).unwrap();
    let augmentation = AugmentationStrength::new(percent).unwrap();
    Candidate { augmentation, ..Candidate::new(Resolution(8), architecture) }
}

fn model<S: DataSource<Granularity = Resolution>>(
    source: S,
    training: TrainConfig,
    percent: u32,
) -> TrainedModel {
    let search = DataAwareSearch::new(space(&[8]), source, default_engine()).training(training);
    search.trainer().unwrap().train(&candidate(percent), 3).unwrap().model
}

#[test]
fn without_strength_a_training_is_that_without_augmentation() {
    let plain = model(squares(), training(false), 100);
    assert_eq!(model(squares(), training(true), 0), plain);
    let versioned = || Versioned { squares: squares(), versions: 2 };
    assert_eq!(model(versioned(), training(true), 0), plain);
    assert_eq!(model(versioned(), training(false), 0), plain);
    assert_ne!(model(versioned(), training(false), 100).weights(), plain.weights());

    let strengths = [0, 50, 100, 200].map(|percent| model(squares(), training(true), percent));
    for (index, one) in strengths.iter().enumerate() {
        for other in &strengths[..index] {
            assert_ne!(one.weights(), other.weights());
        }
    }
    let mut half = training(true);
    half.augmentation.time_shift = 0.25;
    half.augmentation.time_mask = 0.25;
    half.augmentation.mix_up = 0.25;
    assert_eq!(model(squares(), half, 100), strengths[1]);
}

#[test]
fn only_versions_that_are_learned_from_take_memory() {
    let refusal = |training_memory, percent| {
        let source = Versioned { squares: squares(), versions: 50 };
        let settings = SearchConfig { training_memory, ..SearchConfig::default() };
        let search = DataAwareSearch::new(space(&[8]), source, default_engine());
        let trainer = search.training(training(true)).settings(settings).trainer().unwrap();
        trainer.train(&candidate(percent), 3).err().map(|error| error.to_string())
    };
    let budgets = (10..40).map(|power| Bytes(1 << power));
    let least = budgets.into_iter().find(|&budget| refusal(budget, 0).is_none()).unwrap();
    let reason = refusal(least, 100).unwrap();
    assert!(reason.contains("its training takes"), "{reason}");
}

fn search(
    percents: &[u32],
    training: TrainConfig,
) -> DataAwareSearch<Resolutions, &'static Squares> {
    let mut space = space(&[8, 12]);
    space.augmentation = AugmentationStrengths::new(percents.to_vec()).unwrap();
    let settings = SearchConfig {
        evaluations: 30,
        strategy: StrategyConfig::Random,
        objectives: vec![Quantity::Accuracy, Quantity::ModelSize],
        test_seeds: 1,
        lazy: false,
        judging: JudgingConfig::single(),
        ..SearchConfig::default()
    };
    DataAwareSearch::new(space, squares(), Arc::new(Untrained))
        .training(training)
        .settings(settings)
}

fn run(percents: &[u32], path: &Path) -> Report<Resolution> {
    search(percents, training(true)).journal(path).run().unwrap()
}

#[test]
fn a_search_over_strengths_evaluates_each_and_goes_on_from_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let report = run(&[0, 100], &path);
    let (evaluations, front) = tables(&report);
    assert_eq!(evaluations[0].last().unwrap(), "augmentation");
    let cells = evaluations[1..].iter().map(|row| row.last().unwrap().as_str());
    assert_eq!(cells.collect::<BTreeSet<_>>(), BTreeSet::from(["0", "100"]));
    assert!(front.lines().next().unwrap().ends_with(",augmentation"));
    let strengths = |percent: u32| {
        let records = report.outcome.records.iter();
        records.filter(|it| it.genome.augmentation.percent() == percent).count()
    };
    assert!(strengths(0) > 5 && strengths(100) > 5);

    let text = fs::read_to_string(&path).unwrap();
    let half: String = text.lines().take(15).map(|line| format!("{line}\n")).collect();
    fs::write(&path, half).unwrap();
    assert_eq!(tables(&run(&[0, 100], &path)), (evaluations, front));
    let journal = read_journal::<Candidate<Resolution>, Assessment>(&path).unwrap();
    let read: HashSet<_> = journal.evaluations.iter().map(|it| &it.genome).collect();
    let trained = report.outcome.records.iter().filter(|it| it.verdict.is_feasible());
    assert!(read == trained.map(|it| &it.genome).collect());

    let other = search(&[0, 50], training(true)).journal(&path).run().unwrap_err().error;
    let SearchError::Journal(JournalError::OtherSearch { setting, .. }) = other else {
        panic!("{other}")
    };
    assert_eq!(setting, "space.augmentation[1]");
}

#[test]
fn a_search_without_the_axis_has_a_journal_without_strengths() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    run(&[100], &path);
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("\"augmentation\"") && !text.contains("AugmentationStrength"));
}

#[test]
fn baselines_are_trained_at_the_strength_closest_to_the_settings() {
    let mut space = space(&[8]);
    let builder = danas::space::ArchitectureSpace::builder().dense_widths([0, 10]).min_depth(0);
    space.architecture = builder.build().unwrap();
    space.augmentation = AugmentationStrengths::new([0, 75]).unwrap();
    let settings = SearchConfig {
        evaluations: 3,
        judging: JudgingConfig::single(),
        ..SearchConfig::default()
    };
    let search = DataAwareSearch::new(space, squares(), Arc::new(Untrained));
    let report = search.training(training(true)).settings(settings).run().unwrap();
    let first = &report.outcome.records[0].genome;
    assert_eq!(first.to_string(), "8x8, flatten > softmax, augmentation 75 %");
}

#[test]
fn strengths_of_nothing_are_refused() {
    let refused = search(&[0, 100], training(false)).run().unwrap_err().error;
    assert!(matches!(refused, SearchError::Settings(SettingsError::NothingToAugment)), "{refused}");
    search(&[0], training(false)).run().unwrap();
}
