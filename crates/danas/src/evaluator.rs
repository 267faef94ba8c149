//! The performance estimation strategy: train a candidate, judge it, measure it.

use std::{sync::Arc, time::Instant};

use danas_dsp::Digest;
use danas_evo::{Evaluator, Objective, Prospect, Scores, ScoresError, Task, Verdict};
use danas_model::{
    Averaging, Checkpoints, Ended, Engine, Metrics, ModelError, Samples, TrainConfig, TrainedModel,
    Training, Workload,
};
use danas_size::{Int8Model, QuantisationNoise};
use danas_space::{AugmentationStrength, Bytes, Candidate, Granularity, Infeasible, Network};

use crate::{
    Assessment, Costs, DataSource, Error, JudgedTraining, Limit, Quality, Quantity, SearchConfig,
    Target, TrainedCandidate,
    ascent::Ascent,
    examples::{Examples, Lesson, Subset},
    failure::Failure,
    int8,
    models::Models,
    seeds,
};

/// Trains candidates on the train part, judges them on another, and measures their costs.
pub(crate) struct CandidateEvaluator<S: DataSource> {
    examples: Examples<S>,
    engine: Arc<dyn Engine>,
    training: TrainConfig,
    averaging: Averaging,
    quantities: Vec<Quantity>,
    objectives: Vec<Objective>,
    limits: Vec<Limit>,
    trainings: usize,
    /// The share of their steps or epochs that trainings of the search have.
    effort: f64,
    training_memory: Bytes,
    judges_int8: bool,
    target: Option<Target>,
    models: Models,
}

/// One training that a candidate is judged by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exam {
    pub(crate) seed: u64,
    pub(crate) lesson: Lesson,
    /// The share of its steps or epochs.
    effort: f64,
}

impl Exam {
    /// A whole training.
    pub(crate) const fn whole(seed: u64, lesson: Lesson) -> Self {
        Self { seed, lesson, effort: 1.0 }
    }
}

/// What may end the trainings of a candidate early.
#[derive(Clone, Copy)]
struct Limits<'a> {
    /// Candidates that did better on their way.
    ascent: Option<&'a Ascent<'a>>,
    /// When the search is over.
    deadline: Option<Instant>,
}

/// What becomes of a candidate.
pub(crate) enum Judgement {
    /// With the model of its first training.
    Assessed(Box<Assessment>, Box<TrainedModel>),
    Infeasible(String),
    Failed(String),
}

impl<S: DataSource> CandidateEvaluator<S> {
    pub(crate) fn new(
        examples: Examples<S>,
        engine: Arc<dyn Engine>,
        training: TrainConfig,
        averaging: Averaging,
        search: &SearchConfig,
    ) -> Self {
        Self {
            examples,
            engine,
            training,
            averaging,
            quantities: search.objectives.clone(),
            objectives: search.objectives.iter().map(|quantity| quantity.objective()).collect(),
            limits: search.limits.clone(),
            trainings: search.trainings,
            effort: search.judging.effort,
            training_memory: search.training_memory,
            judges_int8: search.asks_for(Quantity::Int8Accuracy),
            target: None,
            models: Models::default(),
        }
    }

    /// The same for candidates that must fit a device.
    pub(crate) fn on(self, target: Option<Target>) -> Result<Self, Error> {
        if let Some(target) = &target {
            target.device.validate()?;
        }
        Ok(Self { target, ..self })
    }

    /// Trains a candidate once for each exam and judges it, without regard to limits on its costs. A training
    /// under way at the `deadline` ends with what it has.
    pub(crate) fn judge(
        &self,
        candidate: &Candidate<S::Granularity>,
        exams: &[Exam],
        deadline: Option<Instant>,
    ) -> Result<Judgement, Error> {
        match self.measure(candidate) {
            Ok((network, costs)) => {
                let limits = Limits { ascent: None, deadline };
                self.train(candidate, &network, costs, exams, limits)
            }
            Err(infeasible) => Ok(Judgement::Infeasible(infeasible.to_string())),
        }
    }

    /// All that verdicts depend on, by name.
    pub(crate) fn settings(&self) -> [(&'static str, String); 10] {
        let division = format!("{:?}{:?}", self.examples.split(), self.examples.folds());
        let training = self.training.shortened(self.effort);
        [
            ("data", self.source().fingerprint()),
            ("split", Digest::of(division.as_bytes()).to_string()),
            ("engine", format!("{:?}", self.engine)),
            ("training", format!("{training:?}")),
            ("averaging", format!("{:?}", self.averaging)),
            ("quantities", format!("{:?}", self.quantities)),
            ("limits", format!("{:?}", self.limits)),
            ("trainings", self.trainings.to_string()),
            ("memory", format!("{:?} {:?}", self.training_memory, self.examples.budget())),
            ("device", format!("{:?}", self.target)),
        ]
    }

    /// The models of those that were evaluated and not dropped.
    pub(crate) const fn models(&self) -> &Models {
        &self.models
    }

    /// The names of the classes.
    pub(crate) fn classes(&self) -> &[String] {
        self.source().classes()
    }

    /// The examples, divided.
    pub(crate) const fn examples(&self) -> &Examples<S> {
        &self.examples
    }

    const fn source(&self) -> &S {
        self.examples.source()
    }

    /// Whether the data can be given at a granularity.
    pub(crate) fn has_features(&self, granularity: &S::Granularity) -> bool {
        let features = self.source().check(granularity).and_then(|()| granularity.input_shape());
        features.is_ok()
    }

    /// The network of a candidate and its costs: all that is known before training.
    #[tracing::instrument(level = "debug", skip_all, fields(%candidate))]
    pub(crate) fn measure(
        &self,
        candidate: &Candidate<S::Granularity>,
    ) -> Result<(Network, Costs), Infeasible> {
        self.source().check(&candidate.granularity)?;
        self.examples.check_memory(&candidate.granularity)?;
        let network = candidate.network(self.classes().len())?;
        self.check_training(&network, candidate.augmentation)?;
        let costs = Costs::new(&network, &candidate.granularity, self.target.as_ref())?;
        Ok((network, costs))
    }

    /// How a candidate is trained whose examples are altered so strongly, and on how many altered versions of each
    /// recording: on none where nothing is to be altered.
    fn training(&self, strength: AugmentationStrength) -> (TrainConfig, usize) {
        let mut training = self.training.clone();
        training.augmentation = training.augmentation.scaled(strength);
        let is_altered = strength != AugmentationStrength::NONE;
        let versions = if is_altered { self.source().versions() } else { 0 };
        (training, versions)
    }

    /// Refuses a network that the engine cannot train, or not within the memory for it.
    fn check_training(
        &self,
        network: &Network,
        strength: AugmentationStrength,
    ) -> Result<(), Infeasible> {
        let (examples, validation) = self.examples.largest();
        let validation = if self.training.uses_validation() { validation } else { 0 };
        let (config, versions) = self.training(strength);
        let config = &config;
        let workload = Workload { network, config, examples, validation, versions };
        let refused = |error: ModelError| Infeasible::Data(error.to_string());
        self.engine.check(network).map_err(refused)?;
        let (needed, budget) =
            (self.engine.peak_memory(&workload).map_err(refused)?, self.training_memory);
        match needed.map(Bytes).filter(|&needed| needed > budget) {
            None => Ok(()),
            Some(needed) => {
                let reason = format!("its training takes {needed}, more than the {budget} allowed");
                Err(Infeasible::Data(reason))
            }
        }
    }

    /// Trains a candidate once for each exam, unless it falls behind on its way or the time is over.
    #[tracing::instrument(level = "debug", skip_all, fields(%candidate))]
    fn train(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        costs: Costs,
        exams: &[Exam],
        limits: Limits<'_>,
    ) -> Result<Judgement, Error> {
        let (mut trainings, mut first) = (Vec::with_capacity(exams.len()), None);
        for (number, exam) in (1..).zip(exams) {
            // The first training is judged between its epochs, those of folds between each other.
            let ascent = limits.ascent.filter(|it| number == 1 && !it.counts_trainings());
            let within = Limits { ascent, ..limits };
            match self.judged_training(candidate, network, &costs, exam, within) {
                Ok((model, training)) => {
                    first.get_or_insert(model);
                    let is_stopped = training.record.ended == Ended::Stopped;
                    trainings.push(training);
                    if is_stopped || limits.is_over() {
                        break;
                    }
                }
                Err(_) if limits.is_over() && !trainings.is_empty() => break,
                Err(failure) => {
                    let reason = failure.reason()?;
                    return Ok(Judgement::Failed(match exams.len() {
                        1 => reason,
                        all => format!("training {number} of {all}: {reason}"),
                    }));
                }
            }
            if let Some(ascent) = limits.ascent.filter(|it| it.counts_trainings()) {
                let so_far = Assessment::new(trainings.clone(), costs.clone())?;
                if !ascent.passes(number, || self.scores(|it| so_far.value(it)))? {
                    break;
                }
            }
        }
        let model = first.ok_or(Error::NoTrainings)?;
        Ok(Judgement::Assessed(Box::new(Assessment::new(trainings, costs)?), Box::new(model)))
    }

    fn judged_training(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        costs: &Costs,
        exam: &Exam,
        limits: Limits<'_>,
    ) -> Result<(TrainedModel, JudgedTraining), Failure> {
        let lesson = exam.lesson;
        let judged = |model: &TrainedModel| self.judged(&candidate.granularity, model, lesson);
        let fit = |checkpoints: Option<Checkpoints<'_>>| {
            self.fit(candidate, network, *exam, checkpoints, limits.deadline)
        };
        let model = match limits.ascent {
            None => fit(None)?,
            Some(ascent) => {
                let reached = |model: &TrainedModel| {
                    let quality = judged(model)?;
                    let value = |it| quality.value(it).or_else(|| costs.value(it));
                    Ok(self.scores(value).map_err(Error::from)?)
                };
                ascent.climb(reached, |checkpoints| fit(Some(checkpoints)))?
            }
        };
        let (quality, record) = (judged(&model)?, model.record().clone());
        Ok((model, JudgedTraining { quality, record, fold: lesson.fold }))
    }

    /// Judges a model of a lesson by all that the search asks for.
    fn judged(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        lesson: Lesson,
    ) -> Result<Quality, Failure> {
        let int8 = self.judges_int8.then(|| self.quantise(granularity, model, lesson.train));
        self.quality(granularity, model, int8.transpose()?.as_ref(), lesson.judge)
    }

    /// Trains the network of a candidate on what an exam's lesson gives; its validation examples may tell which
    /// epoch is the best, or that the training goes nowhere.
    #[tracing::instrument(
        level = "debug",
        skip_all,
        fields(granularity = %candidate.granularity, %network, seed = exam.seed)
    )]
    pub(crate) fn fit(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        exam: Exam,
        checkpoints: Option<Checkpoints<'_>>,
        deadline: Option<Instant>,
    ) -> Result<TrainedModel, Failure> {
        let Exam { seed, lesson, effort } = exam;
        let granularity = &candidate.granularity;
        let classes = self.classes().len();
        let (features, labels) = self.examples.labelled(granularity, lesson.train)?;
        let samples = Samples::new(features.view(), &labels, classes)?;
        let (config, versions) = self.training(candidate.augmentation);
        let config = config.shortened(effort);
        let mut training = Training::new(network, samples, &config, seed)?;
        let versions = self.examples.versions(granularity, lesson.train, versions)?;
        if let Some(versions) = &versions {
            training = training.with_versions(versions.view())?;
        }
        if let Some(checkpoints) = checkpoints {
            training = training.with_checkpoints(checkpoints);
        }
        if let Some(deadline) = deadline {
            training = training.with_deadline(deadline);
        }
        let Some(validation) = lesson.validation.filter(|_| self.training.uses_validation()) else {
            return Ok(self.engine.train(&training)?);
        };
        let (features, labels) = self.examples.labelled(granularity, validation)?;
        let samples = Samples::new(features.view(), &labels, classes)?;
        Ok(self.engine.train(&training.with_validation(samples)?)?)
    }

    /// Quantises a model, calibrated on what it learned from.
    #[tracing::instrument(level = "debug", skip_all)]
    pub(crate) fn quantise(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        train: Subset,
    ) -> Result<Int8Model, Failure> {
        int8::quantise(model, self.examples.features(granularity, train)?.view())
    }

    /// A trained model with all that a device needs to know of it.
    #[tracing::instrument(name = "deploy", level = "debug", skip_all, fields(%candidate))]
    pub(crate) fn deploy(
        &self,
        candidate: &Candidate<S::Granularity>,
        model: TrainedModel,
        costs: Costs,
    ) -> Result<TrainedCandidate<S::Granularity>, Failure> {
        let granularity = &candidate.granularity;
        let lesson = self.examples.last_lesson();
        let int8 = self.quantise(granularity, &model, lesson.train)?;
        let noise =
            self.noise(granularity, &model, &int8, lesson.validation.unwrap_or(lesson.train))?;
        let quality = |subset| self.quality(granularity, &model, Some(&int8), subset);
        let validation = lesson.validation.map(quality).transpose()?;
        let test = quality(lesson.judge)?;
        let (candidate, classes) = (candidate.clone(), self.classes().to_vec());
        Ok(TrainedCandidate { candidate, classes, model, int8, noise, validation, test, costs })
    }

    /// How far a model of integers strays from the trained one, on a part.
    pub(crate) fn noise(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        int8: &Int8Model,
        subset: Subset,
    ) -> Result<Vec<QuantisationNoise>, Failure> {
        int8::noise(int8, model, self.examples.features(granularity, subset)?.view())
    }

    /// Judges a model, and the one of integers if there is one, on a part.
    #[tracing::instrument(name = "judge", level = "debug", skip_all, fields(?subset))]
    pub(crate) fn quality(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        int8: Option<&Int8Model>,
        subset: Subset,
    ) -> Result<Quality, Failure> {
        let (features, labels) = self.examples.labelled(granularity, subset)?;
        let probabilities = self.engine.predict(model, features.view())?;
        let metrics = Metrics::new(&labels, probabilities.view())?;
        let int8 = int8.map(|int8| int8::judge(int8, model, features.view(), &labels));
        Ok(Quality::new(&metrics, self.averaging, int8.transpose()?.as_ref())?)
    }

    /// The same for a candidate that may be trained: one that keeps to all limits on its costs.
    fn measured(&self, candidate: &Candidate<S::Granularity>) -> Result<(Network, Costs), String> {
        let measured = self.measure(candidate).and_then(|(network, costs)| {
            check_width(&network)?;
            Ok((network, costs))
        });
        let (network, costs) = measured.map_err(|reason| reason.to_string())?;
        let misfit = self.target.as_ref().and_then(|target| target.refusal(&costs));
        match misfit.or_else(|| self.broken(|quantity| costs.value(quantity))) {
            Some(reason) => Err(reason),
            None => Ok((network, costs)),
        }
    }

    /// The scores of a candidate of known quantities.
    pub(crate) fn scores(
        &self,
        value: impl Fn(Quantity) -> Option<f64>,
    ) -> Result<Scores, ScoresError> {
        // What an objective or a limit asks for has a value; scores refuse a NaN.
        let value = |quantity| value(quantity).unwrap_or(f64::NAN);
        let values: Vec<f64> = self.quantities.iter().copied().map(value).collect();
        let penalties = self
            .limits
            .iter()
            .filter_map(|limit| Some(limit.penalty? * limit.excess(value(limit.quantity))));
        // The sum of nothing is a negative zero.
        Scores::new(&self.objectives, values)?.with_penalty(penalties.sum::<f64>() + 0.0)
    }

    /// The first hard limit that a known value breaks, in words.
    fn broken(&self, value: impl Fn(Quantity) -> Option<f64>) -> Option<String> {
        self.limits.iter().filter(|limit| limit.penalty.is_none()).find_map(|limit| {
            let value = value(limit.quantity).filter(|&value| limit.excess(value) > 0.0)?;
            let side = if limit.quantity.is_cost() { "above" } else { "below" };
            Some(format!("{} of {value} is {side} the limit of {}", limit.quantity, limit.bound))
        })
    }
}

/// Refuses what a search would only waste trainings on, such as one mean of a spectrogram for ten words.
fn check_width(network: &Network) -> Result<(), Infeasible> {
    let (values, classes) = (network.flattened(), network.classes());
    let needed = classes.next_power_of_two().trailing_zeros() as usize;
    if values < needed { Err(Infeasible::TooNarrow { values, classes }) } else { Ok(()) }
}

impl Limits<'_> {
    fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

impl<S: DataSource> Evaluator<Candidate<S::Granularity>> for CandidateEvaluator<S> {
    type Detail = Assessment;
    type Error = Error;

    fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    fn prospect(&self, candidate: &Candidate<S::Granularity>) -> Prospect {
        let costs = match self.measured(candidate) {
            Ok((_, costs)) => costs,
            Err(reason) => return Prospect::Infeasible { reason },
        };
        // No measure of quality exceeds 1.
        let value =
            |quantity| if Quantity::is_cost(quantity) { costs.value(quantity) } else { Some(1.0) };
        self.scores(value).map_or(Prospect::Open, |best| Prospect::Bounded { best })
    }

    fn evaluate(
        &self,
        candidate: &Candidate<S::Granularity>,
        task: &Task,
    ) -> Result<Verdict<Assessment>, Error> {
        let (network, costs) = match self.measured(candidate) {
            Ok(measured) => measured,
            Err(reason) => return Ok(Verdict::infeasible(reason)),
        };
        let lessons = self.examples.lessons();
        let exams = lessons.iter().cycle().take(self.trainings * lessons.len());
        let exams = seeds::of_trainings(task.seed).zip(exams);
        let effort = self.effort;
        let exams: Vec<Exam> = exams.map(|(seed, &lesson)| Exam { seed, lesson, effort }).collect();
        let ascent = match lessons.len() {
            1 => {
                let (examples, _) = self.examples.largest();
                Ascent::of_epochs(task, self.training.shortened(effort).epochs_for(examples))
            }
            _ => Ascent::of_trainings(task, exams.len()),
        };
        let limits = Limits { ascent: Some(&ascent), deadline: task.search_ends };
        let (assessment, model) = match self.train(candidate, &network, costs, &exams, limits)? {
            Judgement::Assessed(assessment, model) => (assessment, model),
            Judgement::Infeasible(reason) => return Ok(Verdict::infeasible(reason)),
            Judgement::Failed(reason) => return Ok(Verdict::failed(reason)),
        };
        let scores = |it: &Assessment| self.scores(|quantity| it.value(quantity));
        let is_cut = limits.is_over()
            && (assessment.trainings.len() < exams.len()
                || assessment.trainings.iter().any(|it| it.record.ended == Ended::TimeLimit));
        if ascent.is_over() || is_cut {
            return Ok(Verdict::stopped(scores(&assessment)?, *assessment).passed(ascent.passed()));
        }
        if let Some(reason) = self.broken(|quantity| assessment.quality.value(quantity)) {
            return Ok(Verdict::infeasible(reason));
        }
        let scores = scores(&assessment)?;
        if self.examples.exports_what_was_judged() && effort == 1.0 {
            self.models.keep(task.index, *model);
        }
        Ok(Verdict::feasible(scores, *assessment).passed(ascent.passed()))
    }
}
