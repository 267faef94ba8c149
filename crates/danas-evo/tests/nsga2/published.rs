//! Runs NSGA-II with the settings under which it was published.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use danas_evo::{
    Ask, AskTell, Context, Duplicates, Nsga2, Nsga2Settings, ReferencePoint, Scores, Strategy,
    Trial, Verdict, hypervolume,
};

use crate::functions::{Function, Point, Reals};

const POPULATION_SIZE: usize = 100;
const GENERATIONS: usize = 250;

/// A strategy whose state can be read from outside.
struct Shared(Arc<Mutex<Nsga2<Point>>>);

impl Strategy<Point> for Shared {
    fn ask(&mut self, context: &mut Context<'_, Point>) -> Option<Point> {
        self.0.lock().unwrap().ask(context)
    }

    fn tell(&mut self, trial: &Trial<'_, Point>) {
        self.0.lock().unwrap().tell(trial);
    }
}

/// Returns the hypervolume reached with each of the seeds, ascending.
pub(crate) fn volumes(function: Function, seeds: RangeInclusive<u64>) -> Vec<f64> {
    let mut volumes: Vec<_> = seeds.map(|seed| volume(function, seed)).collect();
    volumes.sort_unstable_by(f64::total_cmp);
    volumes
}

/// Returns the hypervolume of the last population, with 1.1 in every cost as the reference.
///
/// The settings are those of pymoo. It crosses 0.9 of the pairs and mutates 0.9 of the offspring,
/// each variable with probability 1/n. pymoo's mutation may change no variable, whereas [`Reals`]
/// always changes at least one. The mutation rate is reduced to account for this.
fn volume(function: Function, seed: u64) -> f64 {
    let n_variables = function.n_variables();
    let unchanged = (1.0 - 1.0 / n_variables as f64).powi(n_variables as i32);
    let settings = Nsga2Settings {
        population_size: POPULATION_SIZE,
        offspring_size: POPULATION_SIZE,
        crossover_rate: 0.9,
        mutation_rate: 0.9 * (1.0 - unchanged),
        ..Nsga2Settings::default()
    };

    let nsga2 = Arc::new(Mutex::new(Nsga2::new(settings).unwrap()));
    let objectives = function.objectives();
    let strategy = Shared(Arc::clone(&nsga2));
    let variation = Reals { n_variables };
    let mut search =
        AskTell::new(variation, strategy, &objectives, Duplicates::Avoid, seed).unwrap();
    for _ in 0..GENERATIONS * POPULATION_SIZE {
        let Ask::Evaluate(job) = search.ask() else { break };
        let scores = Scores::new(&objectives, function.costs(&job.genome)).unwrap();
        search.tell(job.index, Verdict::feasible(scores, ()), Duration::ZERO).unwrap();
        search.commit();
    }
    // The last generation is selected only when another candidate is asked for.
    search.ask();

    let reference = ReferencePoint::new(vec![1.1; objectives.len()]).unwrap();
    let nsga2 = nsga2.lock().unwrap();
    let costs: Vec<_> = nsga2.population().map(|(_, scores)| scores.values()).collect();
    hypervolume(&costs, &reference).unwrap()
}
