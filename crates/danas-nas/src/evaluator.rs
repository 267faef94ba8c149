//! The performance estimation strategy: measures, trains and judges a candidate.

use danas_data::{DataSource, Folds};
use danas_evo::{Evaluator, Objective, Prospect, Reason, Task, Verdict};
use danas_model::{Checkpoints, Ended, TrainedModel};
use danas_space::{Candidate, Infeasible, Network};

use crate::{
    assessment::{Assessment, JudgedTraining},
    costs::Costs,
    error::{Error, SettingsError},
    experiment::{Experiment, TrainingRun},
    failure::Failure,
    halving::HalvingProgress,
    models::Models,
    quantity::Quantity,
    refusal::{DeviceMemory, Refusal},
    scoring::Scoring,
    seeds,
    settings::SearchConfig,
    target::Target,
    until::Until,
};

/// Evaluator of candidates: measures their costs, trains them, and judges them on the validation
/// part or on folds.
pub(crate) struct CandidateEvaluator<S: DataSource> {
    experiment: Experiment<S>,
    scoring: Scoring,
    /// Number of trainings of a candidate for each fold, or with the train part.
    trainings: usize,
    /// Share of the configured steps or epochs that trainings of the search use.
    effort: f64,
    models: Models,
}

/// Reasons to end the trainings of a candidate early.
#[derive(Clone, Copy)]
struct Limits<'a> {
    /// Progress through the rungs of successive halving.
    halving: Option<&'a HalvingProgress<'a>>,
    until: Until<'a>,
}

/// Result of judging a candidate.
pub(crate) enum Judgement {
    /// Assessment, and the model of the first training.
    Assessed(Box<Assessment>, Box<TrainedModel>),
    Infeasible(Reason),
    Failed(Reason),
}

impl<S: DataSource> CandidateEvaluator<S> {
    pub(crate) fn new(experiment: Experiment<S>, search: &SearchConfig) -> Self {
        Self {
            experiment,
            scoring: Scoring::new(search),
            trainings: search.trainings,
            effort: search.judging.effort,
            models: Models::default(),
        }
    }

    /// Returns the settings and data of all trainings.
    pub(crate) const fn experiment(&self) -> &Experiment<S> {
        &self.experiment
    }

    /// Returns the objectives and limits.
    pub(crate) const fn scoring(&self) -> &Scoring {
        &self.scoring
    }

    /// Returns the kept models of candidates that are on the front or may still join it.
    pub(crate) const fn models(&self) -> &Models {
        &self.models
    }

    /// Returns the share of the configured steps or epochs that trainings of the search use.
    pub(crate) const fn effort(&self) -> f64 {
        self.effort
    }

    /// Returns the number of trainings of a candidate for each fold, or with the train part.
    pub(crate) const fn trainings(&self) -> usize {
        self.trainings
    }

    /// Returns the number of folds of each division, if there are several divisions.
    fn folds_per_repeat(&self) -> Option<usize> {
        let folds = self.experiment.examples.folds();
        folds.filter(|folds| folds.repeats() > 1).map(Folds::per_repeat)
    }

    /// Trains a candidate once for each run and judges it. Limits on its costs are not applied. A
    /// training that is under way when `until` holds ends at its next step.
    pub(crate) fn judge(
        &self,
        candidate: &Candidate<S::Granularity>,
        runs: &[TrainingRun],
        until: Until<'_>,
    ) -> Result<Judgement, Error> {
        match self.experiment.measure(candidate) {
            Ok((network, costs)) => {
                let limits = Limits { halving: None, until };
                self.train(candidate, &network, costs, runs, limits)
            }
            Err(refusal) => Ok(Judgement::Infeasible(refusal.into())),
        }
    }

    /// Trains a candidate once for each run. Stops early if successive halving stops the candidate,
    /// or if the deadline passes.
    #[tracing::instrument(level = "debug", skip_all, fields(%candidate))]
    fn train(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        costs: Costs,
        runs: &[TrainingRun],
        limits: Limits<'_>,
    ) -> Result<Judgement, Error> {
        let (mut trainings, mut first) = (Vec::with_capacity(runs.len()), None);
        let per_repeat = self.folds_per_repeat();
        for (number, run) in (1..).zip(runs) {
            // Rungs lie either between the epochs of the first training or between trainings.
            let halving = limits.halving.filter(|it| number == 1 && !it.counts_trainings());
            let within = Limits { halving, ..limits };
            match self.judged_training(candidate, network, &costs, run, within) {
                Ok((model, training)) => {
                    first.get_or_insert(model);
                    let is_stopped = training.record.ended == Ended::Stopped;
                    trainings.push(training);
                    if is_stopped || limits.until.is_over() {
                        break;
                    }
                }
                Err(_) if limits.until.is_over() && !trainings.is_empty() => break,
                Err(failure) => {
                    let mut reason = failure.reason()?;
                    if let all @ 2.. = runs.len() {
                        reason.text = format!("training {number} of {all}: {}", reason.text);
                    }
                    return Ok(Judgement::Failed(reason));
                }
            }
            if let Some(halving) = limits.halving.filter(|it| it.counts_trainings()) {
                let so_far = Assessment::new(trainings.clone(), costs.clone(), per_repeat)?;
                if !halving
                    .continues_after(number, || self.scoring.scores(|it| so_far.value(it)))?
                {
                    break;
                }
            }
        }
        let model = first.ok_or(SettingsError::NoTrainings)?;
        let assessment = Assessment::new(trainings, costs, per_repeat)?;
        Ok(Judgement::Assessed(Box::new(assessment), Box::new(model)))
    }

    fn judged_training(
        &self,
        candidate: &Candidate<S::Granularity>,
        network: &Network,
        costs: &Costs,
        run: &TrainingRun,
        limits: Limits<'_>,
    ) -> Result<(TrainedModel, JudgedTraining), Failure> {
        let partition = run.partition;
        let judged =
            |model: &TrainedModel| self.experiment.judged(&candidate.granularity, model, partition);
        let fit = |checkpoints: Option<Checkpoints<'_>>| {
            self.experiment.fit(candidate, network, *run, checkpoints, limits.until)
        };
        let model = match limits.halving {
            None => fit(None)?,
            Some(halving) => {
                let reached = |model: &TrainedModel| {
                    let quality = judged(model)?;
                    let value = |it| quality.value(it).or_else(|| costs.value(it));
                    Ok(self.scoring.scores(value).map_err(Error::from)?)
                };
                halving.train(reached, |checkpoints| fit(Some(checkpoints)))?
            }
        };
        let (quality, record) = (judged(&model)?, model.record().clone());
        Ok((model, JudgedTraining { quality, record, fold: partition.fold }))
    }

    /// Measures a candidate. Refuses a candidate that is not worth training, because it exceeds a
    /// limit on its costs, does not fit the device, or cannot tell the classes apart.
    pub(crate) fn measured(
        &self,
        candidate: &Candidate<S::Granularity>,
    ) -> Result<(Network, Costs), Refusal> {
        let (network, costs) = self.experiment.measure(candidate)?;
        check_width(&network)?;
        if let Some(target) = &self.experiment.target {
            check_memory(&costs, target)?;
        }
        self.scoring.check(|quantity| costs.value(quantity))?;
        Ok((network, costs))
    }
}

/// Refuses a network whose dense layers read too few values to tell the classes apart: fewer than
/// the binary logarithm of the number of classes, such as the single mean of a spectrogram for ten
/// words.
fn check_width(network: &Network) -> Result<(), Infeasible> {
    let (values, classes) = (network.flattened(), network.classes());
    let needed = classes.next_power_of_two().trailing_zeros() as usize;
    if values < needed { Err(Infeasible::TooNarrow { values, classes }) } else { Ok(()) }
}

/// Refuses a model that does not fit into the memories of the device.
fn check_memory(costs: &Costs, target: &Target) -> Result<(), Refusal> {
    let Target { device, format } = target;
    for (memory, needed, available) in [
        (DeviceMemory::Flash, costs.flash(*format), device.flash_for_model()),
        (DeviceMemory::Ram, costs.ram(*format), device.ram_for_data()),
    ] {
        if needed > available {
            let (format, device) = (*format, device.name.clone());
            return Err(Refusal::DeviceMemory { memory, format, needed, available, device });
        }
    }
    Ok(())
}

impl<S: DataSource> Evaluator<Candidate<S::Granularity>> for CandidateEvaluator<S> {
    type Detail = Assessment;
    type Error = Error;

    fn objectives(&self) -> &[Objective] {
        self.scoring.objectives()
    }

    fn prospect(&self, candidate: &Candidate<S::Granularity>) -> Prospect {
        let costs = match self.measured(candidate) {
            Ok((_, costs)) => costs,
            Err(refusal) => return Prospect::Infeasible { reason: refusal.into() },
        };
        // No measure of quality exceeds 1.
        let value =
            |quantity| if Quantity::is_cost(quantity) { costs.value(quantity) } else { Some(1.0) };
        self.scoring.scores(value).map_or(Prospect::Open, |best| Prospect::Bounded { best })
    }

    fn evaluate(
        &self,
        candidate: &Candidate<S::Granularity>,
        task: &Task,
    ) -> Result<Verdict<Assessment>, Error> {
        let (network, costs) = match self.measured(candidate) {
            Ok(measured) => measured,
            Err(refusal) => return Ok(Verdict::infeasible(refusal)),
        };
        let partitions = self.experiment.examples.partitions();
        let runs = partitions.iter().cycle().take(self.trainings * partitions.len());
        let runs = seeds::of_trainings(task.seed).zip(runs);
        let effort = self.effort;
        let runs: Vec<TrainingRun> =
            runs.map(|(seed, &partition)| TrainingRun { seed, partition, effort }).collect();
        let halving = match partitions.len() {
            1 => {
                let (examples, _) = self.experiment.examples.largest();
                HalvingProgress::of_epochs(
                    task,
                    self.experiment.training.shortened(effort).epochs_for(examples),
                )
            }
            _ => HalvingProgress::of_trainings(task, runs.len()),
        };
        let until = Until { deadline: task.search_ends, handle: None };
        let limits = Limits { halving: Some(&halving), until };
        let (assessment, model) = match self.train(candidate, &network, costs, &runs, limits)? {
            Judgement::Assessed(assessment, model) => (assessment, model),
            Judgement::Infeasible(reason) => return Ok(Verdict::infeasible(reason)),
            Judgement::Failed(reason) => return Ok(Verdict::failed(reason)),
        };
        let scores = |it: &Assessment| self.scoring.scores(|quantity| it.value(quantity));
        let is_cut = until.is_over()
            && (assessment.trainings.len() < runs.len()
                || assessment.trainings.iter().any(|it| it.record.ended == Ended::TimeLimit));
        if halving.is_over() || is_cut {
            return Ok(Verdict::stopped(scores(&assessment)?, *assessment).passed(halving.passed()));
        }
        if let Err(refusal) = self.scoring.check(|quantity| assessment.quality.value(quantity)) {
            return Ok(Verdict::infeasible(refusal));
        }
        let scores = scores(&assessment)?;
        if self.experiment.examples.exports_what_was_judged() && effort == 1.0 {
            self.models.keep(task.index, *model);
        }
        Ok(Verdict::feasible(scores, *assessment).passed(halving.passed()))
    }
}
