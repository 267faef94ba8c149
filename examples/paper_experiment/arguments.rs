//! What the command line says.

use std::path::PathBuf;

use clap::Parser;
use danas::space::Bytes;

use crate::experiment::Experiment;

/// The experiments of the paper: searches that are data aware, beside searches of architectures alone on
/// spectrograms at 6 kHz.
///
/// The same command goes on with searches that were interrupted. Everything is written to the output folder:
/// tables, figures, and the journal of each search.
#[derive(Debug, Parser)]
pub(crate) struct Arguments {
    /// ToyADMOS, the folder of ToyConveyor or one with it inside [default: a simulated conveyor, written to
    /// the output folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// How large: full is the paper's, small takes minutes.
    #[arg(long, value_enum, default_value_t = ScaleName::Full)]
    scale: ScaleName,
    /// One of the experiments alone [default: both].
    #[arg(long, value_enum)]
    experiment: Option<Experiment>,
    /// Another number of searches of each experiment.
    #[arg(long)]
    seeds: Option<u64>,
    /// Another number of evaluations of each search.
    #[arg(long)]
    evaluations: Option<usize>,
    /// Another number of epochs of each training.
    #[arg(long)]
    epochs: Option<usize>,
    /// How candidates are chosen and trained.
    #[arg(long, value_enum, default_value_t = StrategyName::Best)]
    strategy: StrategyName,
    /// End trainings early that fall behind (lossy).
    #[arg(long)]
    pub(crate) halving: bool,
    /// The most multiply-accumulates of a candidate's inference; 0 for no limit [default: 10 million, and 40
    /// million for fixed data, of which less would leave a dozen architectures].
    #[arg(long)]
    pub(crate) max_macs: Option<u64>,
    /// What features may take in memory, in GB.
    #[arg(long, default_value_t = 8)]
    memory: u64,
    /// Print where the seconds go.
    #[arg(long)]
    pub(crate) profile: bool,
    /// Threads that evaluate candidates; they do not change the result.
    #[arg(long)]
    pub(crate) workers: Option<usize>,
    /// Where everything goes.
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
    /// danas' defaults: Bayesian optimisation, standardised features, no candidate twice.
    Best,
    /// The paper's: its genetic algorithm, features as they are, repeats count.
    Paper,
}

/// How large an experiment is.
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
