//! Small problems that several tests share.

use danas_evo::rand::{Rng, RngExt};
use danas_evo::{
    Context, Evaluator, Gene, Objective, Outcome, Prospect, Scores, ScoresError, Search, Strategy,
    Task, Trial, Variation, Verdict,
};

/// A genome with one value per gene.
pub(crate) type Genome = Vec<u8>;

/// The space of all genomes of `genes` genes with the values `0..values`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid {
    pub(crate) genes: usize,
    pub(crate) values: u8,
    pub(crate) counted: bool,
}

impl Grid {
    pub(crate) fn new(genes: usize, values: u8) -> Self {
        Self { genes, values, counted: true }
    }

    /// Hides the size of the space from the search.
    pub(crate) fn uncounted(self) -> Self {
        Self { counted: false, ..self }
    }

    pub(crate) fn size(self) -> usize {
        (0..self.genes).map(|_| usize::from(self.values)).product()
    }
}

impl Variation<Genome> for Grid {
    fn sample(&self, rng: &mut dyn Rng) -> Genome {
        (0..self.genes).map(|_| rng.random_range(0..self.values)).collect()
    }

    fn trivial(&self, rng: &mut dyn Rng) -> Genome {
        let mut genome = vec![0; self.genes];
        genome[0] = rng.random_range(0..self.values);
        genome
    }

    fn mutate(&self, parent: &Genome, rng: &mut dyn Rng) -> Option<Genome> {
        if self.values < 2 {
            return None;
        }
        let mut child = parent.clone();
        let gene = rng.random_range(0..self.genes);
        child[gene] = (child[gene] + rng.random_range(1..self.values)) % self.values;
        Some(child)
    }

    fn crossover(&self, left: &Genome, right: &Genome, rng: &mut dyn Rng) -> Genome {
        left.iter().zip(right).map(|(l, r)| if rng.random() { *l } else { *r }).collect()
    }

    fn genes(&self, genome: &Genome) -> Option<Vec<Gene>> {
        let scale = f64::from(self.values.max(2) - 1);
        Some(genome.iter().map(|gene| Gene::Number(f64::from(*gene) / scale)).collect())
    }

    fn cardinality(&self) -> Option<u128> {
        self.counted.then_some(self.size() as u128)
    }
}

/// The error of an evaluator whose machinery is broken.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Broken {
    #[error("the disk is full")]
    DiskFull,
    #[error(transparent)]
    Scores(#[from] ScoresError),
}

pub(crate) type Judgement = Result<Verdict<()>, Broken>;

/// An evaluator that consists of a function.
pub(crate) struct Judge<F> {
    objectives: Vec<Objective>,
    prospect: Box<dyn Fn(&Genome) -> Prospect + Sync>,
    evaluate: F,
}

impl<F: Fn(&Genome, u64) -> Judgement + Sync> Judge<F> {
    pub(crate) fn new(objectives: impl Into<Vec<Objective>>, evaluate: F) -> Self {
        Self { objectives: objectives.into(), prospect: Box::new(|_| Prospect::Open), evaluate }
    }

    /// Sets what is known about genomes in advance.
    pub(crate) fn foretold(self, prospect: impl Fn(&Genome) -> Prospect + Sync + 'static) -> Self {
        Self { prospect: Box::new(prospect), ..self }
    }
}

impl<F: Fn(&Genome, u64) -> Judgement + Sync> Evaluator<Genome> for Judge<F> {
    type Detail = ();
    type Error = Broken;

    fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    fn prospect(&self, genome: &Genome) -> Prospect {
        (self.prospect)(genome)
    }

    fn evaluate(&self, genome: &Genome, task: &Task) -> Judgement {
        (self.evaluate)(genome, task.seed)
    }
}

/// Returns the objectives of [`compromise`] and [`zdt1`].
pub(crate) fn two_objectives() -> [Objective; 2] {
    [Objective::minimise("cost"), Objective::maximise("gain")]
}

pub(crate) fn feasible(values: [f64; 2]) -> Judgement {
    Ok(Verdict::feasible(Scores::new(&two_objectives(), values)?, ()))
}

/// Judges a genome: every unit of a gene adds to the cost, and every unit of the first gene to the
/// gain.
pub(crate) fn compromise(genome: &Genome, _seed: u64) -> Judgement {
    let cost: f64 = genome.iter().copied().map(f64::from).sum();
    feasible([cost, f64::from(genome[0])])
}

/// Judges a genome by ZDT1 on a grid from 0 to 1. The second function is negated, so that it is
/// maximised.
///
/// E. Zitzler, K. Deb and L. Thiele (2000). <https://doi.org/10.1162/106365600568202>
pub(crate) fn zdt1(grid: Grid, genome: &Genome) -> Judgement {
    let x = |gene: &u8| f64::from(*gene) / f64::from(grid.values - 1);
    let others: f64 = genome[1..].iter().map(x).sum();
    let g = 1.0 + 9.0 * others / (genome.len() - 1) as f64;
    let f1 = x(&genome[0]);
    feasible([f1, -g * (1.0 - (f1 / g).sqrt())])
}

/// A strategy without generations, whose course depends on every result. It mutates the feasible
/// candidate with the largest gain so far.
pub(crate) struct Climb {
    best: Option<(f64, Genome)>,
}

impl Climb {
    pub(crate) fn new() -> Self {
        Self { best: None }
    }
}

impl Strategy<Genome> for Climb {
    fn ask(&mut self, context: &mut Context<'_, Genome>) -> Option<Genome> {
        let child = self.best.as_ref().and_then(|(_, parent)| context.mutate(parent));
        Some(child.unwrap_or_else(|| context.sample()))
    }

    fn tell(&mut self, trial: &Trial<'_, Genome>) {
        let Some(gain) = trial.scores.map(|scores| scores.values()[1]) else { return };
        if self.best.as_ref().is_none_or(|(best, _)| gain >= *best) {
            self.best = Some((gain, trial.genome.clone()));
        }
    }
}

/// A strategy that always proposes the same genome.
pub(crate) struct Stubborn(pub(crate) Genome);

impl Strategy<Genome> for Stubborn {
    fn ask(&mut self, _context: &mut Context<'_, Genome>) -> Option<Genome> {
        Some(self.0.clone())
    }

    fn tell(&mut self, _trial: &Trial<'_, Genome>) {}
}

/// Runs a whole search for [`two_objectives`].
pub(crate) fn run(
    grid: Grid,
    strategy: impl Strategy<Genome> + 'static,
    evaluate: impl Fn(&Genome, u64) -> Judgement + Sync,
    evaluations: usize,
    seed: u64,
) -> Outcome<Genome, ()> {
    Search::builder(grid, Judge::new(two_objectives(), evaluate))
        .strategy(strategy)
        .evaluations(evaluations)
        .seed(seed)
        .build()
        .unwrap()
        .run()
        .unwrap()
}

/// Returns the median, or the upper of the two middle values if their number is even.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
