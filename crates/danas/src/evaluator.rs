//! The performance estimation strategy: train a candidate, judge it, measure it.

use std::{slice, sync::Arc};

use danas_dsp::Digest;
use danas_evo::{Evaluator, Objective, Prospect, Scores, ScoresError, Task, Verdict};
use danas_model::{
    Averaging, Checkpoints, Ended, Engine, Metrics, ModelError, Samples, TrainConfig, TrainedModel,
    Training, Workload,
};
use danas_size::{Int8Model, QuantisationNoise};
use danas_space::{Bytes, Candidate, Granularity, Infeasible, Network};

use crate::{
    Assessment, Costs, DataSource, Error, JudgedTraining, Limit, Part, Quality, Quantity,
    SearchConfig, Split, Target, TrainedCandidate, ascent::Ascent, failure::Failure,
    features::FeatureStore, int8, models::Models, seeds,
};

/// Trains candidates on the train part, judges them on another, and measures their costs.
pub(crate) struct CandidateEvaluator<S: DataSource> {
    source: S,
    engine: Arc<dyn Engine>,
    training: TrainConfig,
    averaging: Averaging,
    quantities: Vec<Quantity>,
    objectives: Vec<Objective>,
    limits: Vec<Limit>,
    trainings: usize,
    training_memory: Bytes,
    judges_int8: bool,
    target: Option<Target>,
    split: Split,
    features: FeatureStore<(S::Granularity, Part)>,
    models: Models,
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
        source: S,
        engine: Arc<dyn Engine>,
        training: TrainConfig,
        averaging: Averaging,
        search: &SearchConfig,
        split: Split,
        memory: Bytes,
    ) -> Self {
        Self {
            source,
            engine,
            training,
            averaging,
            quantities: search.objectives.clone(),
            objectives: search.objectives.iter().map(|quantity| quantity.objective()).collect(),
            limits: search.limits.clone(),
            trainings: search.trainings,
            training_memory: search.training_memory,
            judges_int8: search.asks_for(Quantity::Int8Accuracy),
            target: None,
            split,
            features: FeatureStore::new(memory),
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

    /// Trains a candidate and judges it on `part`, without regard to limits.
    pub(crate) fn judge(
        &self,
        candidate: &Candidate<S::Granularity>,
        seed: u64,
        part: Part,
    ) -> Result<Judgement, Error> {
        match self.measure(candidate) {
            Ok((network, costs)) => {
                self.train(candidate, &network, costs, slice::from_ref(&seed), part, None)
            }
            Err(infeasible) => Ok(Judgement::Infeasible(infeasible.to_string())),
        }
    }

    /// All that verdicts depend on, by name.
    pub(crate) fn settings(&self) -> [(&'static str, String); 10] {
        [
            ("data", self.source.fingerprint()),
            ("split", Digest::of(format!("{:?}", self.split).as_bytes()).to_string()),
            ("engine", format!("{:?}", self.engine)),
            ("training", format!("{:?}", self.training)),
            ("averaging", format!("{:?}", self.averaging)),
            ("quantities", format!("{:?}", self.quantities)),
            ("limits", format!("{:?}", self.limits)),
            ("trainings", self.trainings.to_string()),
            ("memory", format!("{:?} {:?}", self.training_memory, self.features.budget())),
            ("device", format!("{:?}", self.target)),
        ]
    }

    /// The models of those that were evaluated and not dropped.
    pub(crate) const fn models(&self) -> &Models {
        &self.models
    }

    /// The names of the classes.
    pub(crate) fn classes(&self) -> &[String] {
        self.source.classes()
    }

    /// The network of a candidate and its costs: all that is known before training.
    #[tracing::instrument(level = "debug", skip_all, fields(%candidate))]
    pub(crate) fn measure(
        &self,
        candidate: &Candidate<S::Granularity>,
    ) -> Result<(Network, Costs), Infeasible> {
        self.source.check(&candidate.granularity)?;
        self.check_memory(&candidate.granularity)?;
        let network = candidate.network(self.source.classes().len())?;
        self.check_training(&network)?;
        let costs = Costs::new(&network, &candidate.granularity, self.target.as_ref())?;
        Ok((network, costs))
    }

    /// Refuses a network that the engine cannot train, or not within the memory for it.
    fn check_training(&self, network: &Network) -> Result<(), Infeasible> {
        let examples = |part| self.split.part(part).len();
        let judges = self.training.uses_validation();
        let workload = Workload {
            network,
            config: &self.training,
            examples: examples(Part::Train),
            validation: if judges { examples(Part::Validation) } else { 0 },
            versions: 0,
        };
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

    /// Refuses features that do not fit the memory for them: those to learn from, and the larger of
    /// the parts to judge on.
    fn check_memory(&self, granularity: &S::Granularity) -> Result<(), Infeasible> {
        let judged = [Part::Validation, Part::Test].map(|part| self.split.part(part).len());
        let examples = self.split.part(Part::Train).len() + judged.into_iter().max().unwrap_or(0);
        let (needed, budget) = (bytes(granularity, examples)?, self.features.budget());
        if needed > budget {
            let reason = format!("its features take {needed}, more than the {budget} allowed");
            return Err(Infeasible::Data(reason));
        }
        Ok(())
    }

    /// Trains a candidate once with each of some seeds, unless the first training falls behind on its
    /// way.
    #[tracing::instrument(level = "debug", skip_all, fields(%candidate, ?seeds))]
    fn train(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        costs: Costs,
        seeds: &[u64],
        part: Part,
        ascent: Option<&Ascent<'_>>,
    ) -> Result<Judgement, Error> {
        let granularity = &candidate.granularity;
        let (mut trainings, mut first) = (Vec::with_capacity(seeds.len()), None);
        for (number, &seed) in (1..).zip(seeds) {
            let ascent = ascent.filter(|_| number == 1);
            match self.judged_training(granularity, network, &costs, seed, part, ascent) {
                Ok((model, training)) => {
                    first.get_or_insert(model);
                    let is_stopped = training.record.ended == Ended::Stopped;
                    trainings.push(training);
                    if is_stopped {
                        break;
                    }
                }
                Err(failure) => {
                    let reason = failure.reason()?;
                    return Ok(Judgement::Failed(match seeds.len() {
                        1 => reason,
                        all => format!("training {number} of {all}: {reason}"),
                    }));
                }
            }
        }
        let model = first.ok_or(Error::NoTrainings)?;
        Ok(Judgement::Assessed(Box::new(Assessment::new(trainings, costs)?), Box::new(model)))
    }

    fn judged_training(
        &self,
        granularity: &S::Granularity,
        network: &Network,
        costs: &Costs,
        seed: u64,
        part: Part,
        ascent: Option<&Ascent<'_>>,
    ) -> Result<(TrainedModel, JudgedTraining), Failure> {
        let judged = |model: &TrainedModel| self.judged(granularity, model, part);
        let model = match ascent {
            None => self.fit(granularity, network, seed, None)?,
            Some(ascent) => {
                let reached = |model: &TrainedModel| {
                    let quality = judged(model)?;
                    let value = |it| quality.value(it).or_else(|| costs.value(it));
                    Ok(self.scores(value).map_err(Error::from)?)
                };
                ascent.climb(reached, |checkpoints| {
                    self.fit(granularity, network, seed, Some(checkpoints))
                })?
            }
        };
        let training = JudgedTraining { quality: judged(&model)?, record: model.record().clone() };
        Ok((model, training))
    }

    /// Judges a model on a part by all that the search asks for.
    fn judged(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        part: Part,
    ) -> Result<Quality, Failure> {
        let int8 = self.judges_int8.then(|| self.quantise(granularity, model)).transpose()?;
        self.quality(granularity, model, int8.as_ref(), part)
    }

    /// Trains a network on the train part; the validation part may tell which epoch is the best, or that
    /// the training goes nowhere.
    #[tracing::instrument(level = "debug", skip_all, fields(%granularity, %network, seed))]
    pub(crate) fn fit(
        &self,
        granularity: &S::Granularity,
        network: &Network,
        seed: u64,
        checkpoints: Option<Checkpoints<'_>>,
    ) -> Result<TrainedModel, Failure> {
        let classes = self.source.classes().len();
        let (features, labels) = self.labelled(granularity, Part::Train)?;
        let samples = Samples::new(features.view(), &labels, classes)?;
        let training = Training::new(network, samples, &self.training, seed)?;
        let training = match checkpoints {
            Some(checkpoints) => training.with_checkpoints(checkpoints),
            None => training,
        };
        if !self.training.uses_validation() {
            return Ok(self.engine.train(&training)?);
        }
        let (features, labels) = self.labelled(granularity, Part::Validation)?;
        let samples = Samples::new(features.view(), &labels, classes)?;
        Ok(self.engine.train(&training.with_validation(samples)?)?)
    }

    /// Quantises a model, calibrated on the train part.
    #[tracing::instrument(level = "debug", skip_all)]
    pub(crate) fn quantise(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
    ) -> Result<Int8Model, Failure> {
        int8::quantise(model, self.features(granularity, Part::Train)?.view())
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
        let int8 = self.quantise(granularity, &model)?;
        let noise = self.noise(granularity, &model, &int8, Part::Validation)?;
        let quality = |part| self.quality(granularity, &model, Some(&int8), part);
        let [validation, test] = [quality(Part::Validation)?, quality(Part::Test)?];
        let (candidate, classes) = (candidate.clone(), self.classes().to_vec());
        Ok(TrainedCandidate { candidate, classes, model, int8, noise, validation, test, costs })
    }

    /// How far a model of integers strays from the trained one, on a part.
    pub(crate) fn noise(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        int8: &Int8Model,
        part: Part,
    ) -> Result<Vec<QuantisationNoise>, Failure> {
        int8::noise(int8, model, self.features(granularity, part)?.view())
    }

    /// Judges a model, and the one of integers if there is one, on a part.
    #[tracing::instrument(name = "judge", level = "debug", skip_all, fields(?part))]
    pub(crate) fn quality(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        int8: Option<&Int8Model>,
        part: Part,
    ) -> Result<Quality, Failure> {
        let (features, labels) = self.labelled(granularity, part)?;
        let probabilities = self.engine.predict(model, features.view())?;
        let metrics = Metrics::new(&labels, probabilities.view())?;
        let int8 = int8.map(|int8| int8::judge(int8, model, features.view(), &labels));
        Ok(Quality::new(&metrics, self.averaging, int8.transpose()?.as_ref())?)
    }

    /// The features of a part.
    pub(crate) fn features(
        &self,
        granularity: &S::Granularity,
        part: Part,
    ) -> Result<Arc<ndarray::Array4<f32>>, Error> {
        let examples = self.split.part(part);
        let needed = bytes(granularity, examples.len()).unwrap_or(Bytes(u64::MAX));
        self.features.get(&(granularity.clone(), part), needed, || {
            let _span = tracing::debug_span!("features", %granularity, ?part).entered();
            self.source.features(granularity, examples).map_err(|error| Error::Data(error.into()))
        })
    }

    /// The features and labels of a part.
    pub(crate) fn labelled(
        &self,
        granularity: &S::Granularity,
        part: Part,
    ) -> Result<(Arc<ndarray::Array4<f32>>, Vec<usize>), Error> {
        let (all, examples) = (self.source.labels(), self.split.part(part));
        let labels = examples.iter().filter_map(|&example| all.get(example).copied()).collect();
        Ok((self.features(granularity, part)?, labels))
    }

    /// The same for a candidate that may be trained: one that keeps to all limits on its costs.
    fn measured(&self, candidate: &Candidate<S::Granularity>) -> Result<(Network, Costs), String> {
        let (network, costs) = self.measure(candidate).map_err(|reason| reason.to_string())?;
        let misfit = self.target.as_ref().and_then(|target| target.refusal(&costs));
        match misfit.or_else(|| self.broken(|quantity| costs.value(quantity))) {
            Some(reason) => Err(reason),
            None => Ok((network, costs)),
        }
    }

    /// The scores of a candidate of known quantities.
    fn scores(&self, value: impl Fn(Quantity) -> Option<f64>) -> Result<Scores, ScoresError> {
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

/// What the features of so many examples take.
fn bytes(granularity: &impl Granularity, examples: usize) -> Result<Bytes, Infeasible> {
    let values = granularity.input_shape()?.elements().and_then(|size| size.checked_mul(examples));
    let bytes = values.and_then(|values| values.checked_mul(size_of::<f32>()));
    Ok(Bytes(bytes.map_or(u64::MAX, |bytes| bytes as u64)))
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
        let seeds: Vec<u64> = seeds::of_trainings(task.seed).take(self.trainings).collect();
        let ascent = Ascent::new(task, self.training.epochs);
        let part = Part::Validation;
        let trained = self.train(candidate, &network, costs, &seeds, part, Some(&ascent))?;
        let (assessment, model) = match trained {
            Judgement::Assessed(assessment, model) => (assessment, model),
            Judgement::Infeasible(reason) => return Ok(Verdict::infeasible(reason)),
            Judgement::Failed(reason) => return Ok(Verdict::failed(reason)),
        };
        let scores = |it: &Assessment| self.scores(|quantity| it.value(quantity));
        if ascent.is_over() {
            return Ok(Verdict::stopped(scores(&assessment)?, *assessment).passed(ascent.passed()));
        }
        if let Some(reason) = self.broken(|quantity| assessment.quality.value(quantity)) {
            return Ok(Verdict::infeasible(reason));
        }
        let scores = scores(&assessment)?;
        self.models.keep(task.index, *model);
        Ok(Verdict::feasible(scores, *assessment).passed(ascent.passed()))
    }
}
