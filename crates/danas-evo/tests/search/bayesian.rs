//! Tests Bayesian optimisation in whole searches.

use danas_evo::{
    AskTell, BayesianOptimisation, BayesianOptimisationSettings, Duplicates, Evaluator, Nsga2,
    Objective, Prospect, ReferencePoint, Search, SettingsError, Strategy, Variation, Verdict,
    rand::{Rng, RngExt},
};

use crate::problem::{Genome, Grid, Judge, compromise, median, run, two_objectives, zdt1};

/// Returns the median hypervolume of ZDT1 over five seeds.
fn on_zdt1<S: Strategy<Genome> + 'static>(strategy: fn() -> S, evaluations: usize) -> f64 {
    let grid = Grid::new(6, 16);
    let reference = ReferencePoint::of(&two_objectives(), [1.1, -11.0]).unwrap();
    let volume = |seed| {
        let outcome = run(grid, strategy(), |genome, _| zdt1(grid, genome), evaluations, seed);
        outcome.front.hypervolume(&reference).unwrap()
    };
    median((1..=5).map(volume).collect())
}

#[test]
fn it_finds_more_than_evolution_in_as_few_evaluations() {
    let (model, evolution) =
        (on_zdt1(BayesianOptimisation::default, 80), on_zdt1(Nsga2::default, 80));
    // Compares the distances from the best possible hypervolume, about 11.76.
    assert!(11.76 - model < 0.5 * (11.76 - evolution), "{model} {evolution}");
}

#[test]
fn it_learns_the_limits() {
    let limited = |genome: &Genome, seed| {
        if genome[1] + genome[2] > 6 {
            return Ok(Verdict::infeasible("over the limit"));
        }
        compromise(genome, seed)
    };
    let outcome = run(Grid::new(6, 8), BayesianOptimisation::default(), limited, 120, 3);
    let infeasible = |from: usize| {
        let records = outcome.records[from..from + 20].iter();
        records.filter(|record| matches!(record.verdict, Verdict::Infeasible { .. })).count()
    };
    let (first, last) = (infeasible(0), infeasible(100));
    assert!(last * 2 < first, "{first} {last}");
}

#[test]
fn what_is_known_to_be_infeasible_is_not_asked_for() {
    let judge = Judge::new(two_objectives(), compromise).foretold(|genome| match genome[1] % 2 {
        0 => Prospect::Open,
        _ => Prospect::Infeasible { reason: "odd".into() },
    });
    let search = Search::builder(Grid::new(6, 8), judge).evaluations(100).build().unwrap();
    assert!(course(search).iter().all(|genome| genome[1] % 2 == 0));
}

#[test]
fn penalised_candidates_are_no_aim() {
    let soft = |genome: &Genome, seed| {
        let Verdict::Feasible { scores, detail, .. } = compromise(genome, seed)? else {
            return Ok(Verdict::failed("not scored"));
        };
        let excess = f64::from(genome[0].saturating_sub(4));
        Ok(Verdict::feasible(scores.with_penalty(excess)?, detail))
    };
    let settings = BayesianOptimisationSettings { model_rate: 1.0, ..Default::default() };
    let strategy = BayesianOptimisation::new(settings).unwrap();
    let outcome = run(Grid::new(4, 8), strategy, soft, 100, 3);
    let penalised = |from: usize, to: usize| {
        let scores = outcome.records[from..to].iter().filter_map(|record| record.scores());
        scores.filter(|scores| scores.penalty() > 0.0).count()
    };
    // Random genomes have a penalty in three of eight cases.
    assert!(penalised(0, 20) >= 5, "{}", penalised(0, 20));
    assert!(penalised(20, 100) <= 16, "{}", penalised(20, 100));
}

/// A space of numbers that has no genes.
struct Secretive;

impl Variation<u32> for Secretive {
    fn sample(&self, rng: &mut dyn Rng) -> u32 {
        rng.random()
    }
    fn mutate(&self, parent: &u32, _rng: &mut dyn Rng) -> Option<u32> {
        Some(parent.wrapping_add(1))
    }
    fn crossover(&self, left: &u32, _right: &u32, _rng: &mut dyn Rng) -> u32 {
        *left
    }
}

#[test]
fn a_space_that_does_not_tell_its_genes_is_refused() {
    let objectives = [Objective::minimise("cost")];
    let strategy = BayesianOptimisation::default();
    let core = AskTell::<_, (), _>::new(Secretive, strategy, &objectives, Duplicates::Avoid, 1);
    assert_eq!(core.err(), Some(SettingsError::NoGenes));
}

/// Runs a search and returns its candidates, in ask order.
fn course(search: Search<Genome, Grid, impl Evaluator<Genome>>) -> Vec<Genome> {
    let Ok(outcome) = search.run() else { panic!("the search failed") };
    outcome.records.iter().map(|record| record.genome.clone()).collect()
}

#[test]
fn it_is_the_default_where_genes_are_told() {
    let builder = || {
        let judge = Judge::new(two_objectives(), compromise);
        Search::builder(Grid::new(4, 4), judge).evaluations(50)
    };
    let named = builder().strategy(BayesianOptimisation::default());
    assert_eq!(course(builder().build().unwrap()), course(named.build().unwrap()));
}
