//! The trainings of a search: trains networks on the examples of a source, and judges them.

use std::sync::Arc;

use danas_data::{DataSource, Examples, FeatureError, Part, Partition, Subset};
use danas_firmware::{FirmwareCosts, FirmwareError, FrontEnd, FrontEndOutline, InputScaling};
use danas_model::{
    Averaging, Checkpoints, Engine, Epoch, Metrics, Samples, Scaling, TrainConfig, TrainedModel,
    Training, Workload,
};
use danas_size::{DeployedFormat, Int8Model, QuantisationNoise};
use danas_space::{AugmentationStrength, Bytes, Candidate, Granularity, Infeasible, Network};

use crate::{
    costs::{Costs, Firmware},
    deployment::{FixedPoint, TestAnswer, TrainedCandidate, raw_examples},
    epoch_observer::{CandidateEpoch, EpochObserver},
    failure::Failure,
    front_ends::FrontEnds,
    int8,
    quality::Quality,
    refusal::Refusal,
    target::Target,
    until::Until,
};

/// One training by which a candidate is judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TrainingRun {
    pub(crate) seed: u64,
    pub(crate) partition: Partition,
    /// Share of the configured steps or epochs, above 0 and at most 1.
    pub(crate) effort: f64,
}

impl TrainingRun {
    /// Returns a training of full length.
    pub(crate) const fn whole(seed: u64, partition: Partition) -> Self {
        Self { seed, partition, effort: 1.0 }
    }
}

/// Settings and data shared by all trainings of a search.
pub(crate) struct Experiment<S: DataSource> {
    pub(crate) examples: Examples<S>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) training: TrainConfig,
    pub(crate) averaging: Averaging,
    /// Memory budget of a training.
    pub(crate) memory: Bytes,
    pub(crate) judges_int8: bool,
    pub(crate) target: Option<Target>,
    pub(crate) observer: Option<EpochObserver<S::Granularity>>,
    pub(crate) front_ends: FrontEnds<S::Granularity>,
}

impl<S: DataSource> Experiment<S> {
    /// Returns the names of the classes.
    pub(crate) fn classes(&self) -> &[String] {
        self.examples.source().classes()
    }

    /// Returns whether features can be computed at a granularity.
    pub(crate) fn has_features(&self, granularity: &S::Granularity) -> bool {
        let features =
            self.examples.source().check(granularity).and_then(|()| granularity.input_shape());
        features.is_ok()
    }

    /// Builds the network of a candidate and computes its costs, without training.
    #[tracing::instrument(level = "debug", skip_all, fields(%candidate))]
    pub(crate) fn measure(
        &self,
        candidate: &Candidate<S::Granularity>,
    ) -> Result<(Network, Costs), Refusal> {
        self.examples.source().check(&candidate.granularity)?;
        let is_pixels = candidate.granularity.input_range() == Some([0.0, 1.0]);
        if self.training.scaling == Scaling::Pixels && !is_pixels {
            let reason = "`training.scaling = \"pixels\"` needs features from 0 to 1";
            return Err(Infeasible::Data(reason.to_owned()).into());
        }
        self.examples.check_memory(&candidate.granularity)?;
        let network = candidate.network(self.classes().len())?;
        self.check_training(&network, candidate.augmentation)?;
        let costs = Costs::new(&network, &candidate.granularity, self.target.as_ref())?;
        let firmware = self.firmware(&candidate.granularity, &network)?;
        Ok((network, costs.with_firmware(firmware)))
    }

    /// Returns the costs of the integer library of a network that reads features of `granularity`.
    fn firmware(
        &self,
        granularity: &S::Granularity,
        network: &Network,
    ) -> Result<Firmware, FirmwareError> {
        let front_end = self.front_ends.get(granularity, || {
            let front_end = self.examples.source().front_end(granularity);
            let front_end = front_end.unwrap_or_else(|| FrontEnd::Features(network.input()));
            let scaling = match self.training.scaling {
                Scaling::None => InputScaling::None,
                Scaling::Pixels => InputScaling::Pixels,
                _ => InputScaling::Standardised,
            };
            FrontEndOutline::new(&front_end, DeployedFormat::Int8, scaling)
        })?;
        Ok(FirmwareCosts::of(network, &front_end, self.classes()).into())
    }

    /// Returns the settings of a training with a strength of augmentation, and the number of
    /// altered versions of each example to train on.
    fn settings(&self, strength: AugmentationStrength) -> (TrainConfig, usize) {
        let mut training = self.training.clone();
        training.augmentation = training.augmentation.scaled(strength);
        let is_altered = strength != AugmentationStrength::NONE;
        let versions = if is_altered { self.examples.source().versions() } else { 0 };
        (training, versions)
    }

    /// Refuses a network that the engine does not support, or whose training exceeds the memory
    /// budget.
    fn check_training(
        &self,
        network: &Network,
        strength: AugmentationStrength,
    ) -> Result<(), Refusal> {
        let (examples, validation) = self.examples.largest();
        let validation = if self.training.uses_validation() { validation } else { 0 };
        let (config, versions) = self.settings(strength);
        let config = &config;
        let workload = Workload { network, config, examples, validation, versions };
        self.engine.check(network)?;
        let (needed, budget) = (self.engine.peak_memory(&workload)?, self.memory);
        match needed.map(Bytes).filter(|&needed| needed > budget) {
            None => Ok(()),
            Some(needed) => Err(Refusal::TrainingMemory { needed, budget }),
        }
    }

    /// Judges a model on the examples that its partition holds out, with all figures that the
    /// search asks for.
    pub(crate) fn judged(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        partition: Partition,
    ) -> Result<Quality, Failure> {
        let int8 = self.judges_int8.then(|| self.quantise(granularity, model, partition.train));
        self.quality(granularity, model, int8.transpose()?.as_ref(), partition.judge)
    }

    /// Trains the network of a candidate on the train examples of a run's partition. If the
    /// settings compare epochs, this uses the validation examples of the partition.
    #[tracing::instrument(
        level = "debug",
        skip_all,
        fields(granularity = %candidate.granularity, %network, seed = run.seed)
    )]
    pub(crate) fn fit(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        run: TrainingRun,
        checkpoints: Option<Checkpoints<'_>>,
        until: Until<'_>,
    ) -> Result<TrainedModel, Failure> {
        let TrainingRun { seed, partition, effort } = run;
        let granularity = &candidate.granularity;
        let classes = self.classes().len();
        let (features, labels) = self.examples.labelled(granularity, partition.train)?;
        let samples = Samples::new(features.view(), &labels, classes)?;
        let (config, versions) = self.settings(candidate.augmentation);
        let config = config.shortened(effort);
        let mut training = Training::new(network, samples, &config, seed)?;
        let versions = self.examples.versions(granularity, partition.train, versions)?;
        if let Some(versions) = &versions {
            training = training.with_versions(versions.view())?;
        }
        if let Some(checkpoints) = checkpoints {
            training = training.with_checkpoints(checkpoints);
        }
        if let Some(deadline) = until.deadline {
            training = training.with_deadline(deadline);
        }
        let stop = || until.is_stopped();
        let observe = |epoch: &Epoch| {
            if let Some(observer) = &self.observer {
                observer(&CandidateEpoch { candidate, seed, epoch: *epoch });
            }
        };
        let training = training.with_stop(&stop).with_observer(&observe);
        let Some(validation) = partition.validation.filter(|_| self.training.uses_validation())
        else {
            return Ok(self.engine.train(&training)?);
        };
        let (features, labels) = self.examples.labelled(granularity, validation)?;
        let samples = Samples::new(features.view(), &labels, classes)?;
        Ok(self.engine.train(&training.with_validation(samples)?)?)
    }

    /// Quantises a model. It is calibrated on examples that it was trained on.
    #[tracing::instrument(level = "debug", skip_all)]
    fn quantise(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        train: Subset,
    ) -> Result<Int8Model, Failure> {
        let features = self.examples.features(granularity, train)?;
        int8::quantise(model, granularity.input_range(), features.view())
    }

    /// Prepares a trained model for export: quantises it, and judges both models on the test part.
    #[tracing::instrument(name = "deploy", level = "debug", skip_all, fields(%candidate))]
    pub(crate) fn deploy(
        &self,
        candidate: &Candidate<S::Granularity>,
        model: TrainedModel,
        costs: Costs,
    ) -> Result<TrainedCandidate<S::Granularity>, Failure> {
        let granularity = &candidate.granularity;
        let partition = self.examples.final_partition();
        let int8 = self.quantise(granularity, &model, partition.train)?;
        let noise = self.noise(
            granularity,
            &model,
            &int8,
            partition.validation.unwrap_or(partition.train),
        )?;
        let quality = |subset| self.quality(granularity, &model, Some(&int8), subset);
        let validation = partition.validation.map(quality).transpose()?;
        let test = quality(partition.judge)?;
        let source = self.examples.source();
        let tested = self.examples.split().part(Part::Test);
        let features = self.examples.features(granularity, partition.judge)?;
        let scores = int8::answers(&int8, &model, features.view())?;
        let answers = tested.iter().zip(scores);
        let answers = answers.map(|(&example, scores)| TestAnswer::new(source, example, scores));
        let answers = answers.collect();
        let front_end = source.front_end(granularity);
        let raw_examples = match front_end {
            Some(_) => raw_examples(source, granularity, tested)
                .map_err(|error| Failure::from(FeatureError::new(error)))?,
            None => Vec::new(),
        };
        let front_end = front_end.unwrap_or_else(|| FrontEnd::Features(model.network().input()));
        let fixed_point = FixedPoint::new(source, granularity, tested, &front_end, &model, &int8)?;
        let (candidate, classes) = (candidate.clone(), self.classes().to_vec());
        Ok(TrainedCandidate {
            candidate,
            classes,
            model,
            int8,
            noise,
            validation,
            test,
            costs,
            answers,
            front_end,
            fixed_point,
            raw_examples,
        })
    }

    /// Measures how far the activations of the int8 model are from those of the trained model, on a
    /// subset of the examples.
    fn noise(
        &self,
        granularity: &S::Granularity,
        model: &TrainedModel,
        int8: &Int8Model,
        subset: Subset,
    ) -> Result<Vec<QuantisationNoise>, Failure> {
        int8::noise(int8, model, self.examples.features(granularity, subset)?.view())
    }

    /// Judges a model on a subset of the examples, and with it the int8 model if there is one.
    #[tracing::instrument(name = "judge", level = "debug", skip_all, fields(?subset))]
    fn quality(
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
}
