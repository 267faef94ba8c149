//! The command line.

use std::path::PathBuf;

use clap::Parser;
use danas::space::Bytes;

use crate::experiment::Experiment;

/// Runs the experiments of the paper: data aware searches, compared with searches over
/// architectures alone on spectrograms at 6 kHz.
///
/// The same command resumes searches that were interrupted. Tables, figures and the journal of each
/// search are written to the output folder.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// Folder of ToyADMOS: `ToyConveyor`, or a folder that contains it [default: a simulated
    /// conveyor, written to the output folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Size of the experiments: full is the paper's, small takes minutes.
    #[arg(long, value_enum, default_value_t = ScaleName::Full)]
    scale: ScaleName,
    /// Run only this experiment [default: both].
    #[arg(long, value_enum)]
    experiment: Option<Experiment>,
    /// Number of searches of each experiment [default: as in the scale].
    #[arg(long)]
    seeds: Option<u64>,
    /// Number of evaluations of each search [default: as in the scale].
    #[arg(long)]
    evaluations: Option<usize>,
    /// Number of epochs of each training [default: as in the scale].
    #[arg(long)]
    epochs: Option<usize>,
    /// How candidates are chosen and trained.
    #[arg(long, value_enum, default_value_t = StrategyName::Best)]
    strategy: StrategyName,
    /// End trainings early if they fall behind (successive halving); this may lose good candidates.
    #[arg(long)]
    pub(crate) halving: bool,
    /// Largest number of multiply-accumulates of one inference; 0 for no limit [default: 10
    /// million, or 40 million for fixed data, where fewer would leave only a dozen architectures].
    #[arg(long)]
    pub(crate) max_macs: Option<u64>,
    /// Memory that features may take, in GB.
    #[arg(long, default_value_t = 8)]
    memory: u64,
    /// Print how much time each part of the program takes.
    #[arg(long)]
    pub(crate) profile: bool,
    /// Number of threads that evaluate candidates; it does not change the result.
    #[arg(long)]
    pub(crate) workers: Option<usize>,
    /// Output folder for all files.
    #[arg(long, value_name = "DIR", default_value = "out/paper")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ScaleName {
    /// 900 normal and 200 anomalous recordings, 5 searches of 300 evaluations of 20 epochs each.
    Full,
    /// 180 normal and 80 anomalous recordings, 2 searches of 80 evaluations of 10 epochs each.
    Small,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum StrategyName {
    /// The defaults of danas: Bayesian optimisation, standardised features, and no candidate twice.
    Best,
    /// The paper's genetic algorithm, with features as they are, and repeats that count as
    /// evaluations.
    Paper,
}

/// Size of an experiment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scale {
    pub(crate) normal: usize,
    pub(crate) anomalous: usize,
    pub(crate) seeds: u64,
    pub(crate) evaluations: usize,
    pub(crate) epochs: usize,
}

impl Arguments {
    pub(crate) fn scale(&self) -> Scale {
        let (normal, anomalous, seeds, evaluations, epochs) = match self.scale {
            ScaleName::Full => (900, 200, 5, 300, 20),
            ScaleName::Small => (180, 80, 2, 80, 10),
        };
        Scale {
            normal,
            anomalous,
            seeds: self.seeds.unwrap_or(seeds),
            evaluations: self.evaluations.unwrap_or(evaluations),
            epochs: self.epochs.unwrap_or(epochs),
        }
    }

    pub(crate) fn experiments(&self) -> Vec<Experiment> {
        self.experiment.map_or(Experiment::ALL.to_vec(), |one| vec![one])
    }

    pub(crate) fn is_faithful(&self) -> bool {
        self.strategy == StrategyName::Paper
    }

    pub(crate) fn memory(&self) -> Bytes {
        Bytes(self.memory.saturating_mul(1_000_000_000))
    }
}
