//! Tests NSGA-II and aging evolution in whole searches.

use danas_evo::{
    AgingEvolution, AgingEvolutionSettings, GeneticAlgorithm, GeneticAlgorithmSettings, Job, Nsga2,
    Nsga2Settings, RandomSearch, ReferencePoint, Start, Strategy,
};

use crate::ancestry::{Core, ancestry, ask, genomes, parents, tell};
use crate::problem::{Genome, Grid, median, run, two_objectives, zdt1};

/// Asks for `n` candidates, and requires that the strategy does not wait.
fn batch(core: &mut Core, n: usize) -> Vec<Job<Genome>> {
    (0..n).map(|_| ask(core).unwrap()).collect()
}

/// Creates a strategy that only mutates, so that each child shows its single parent.
fn mutating(population_size: usize, offspring_size: usize) -> Nsga2<Genome> {
    let settings = Nsga2Settings {
        population_size,
        offspring_size,
        crossover_rate: 0.0,
        ..Default::default()
    };
    Nsga2::new(settings).unwrap()
}

fn aging(population_size: usize) -> AgingEvolution<Genome> {
    // The sample is so large that the fittest is almost certainly in it.
    let settings =
        AgingEvolutionSettings { population_size, sample_size: 100, ..Default::default() };
    AgingEvolution::new(settings).unwrap()
}

#[test]
fn nobody_waits_for_outstanding_results() {
    for mut core in [ancestry(Nsga2::default()), ancestry(AgingEvolution::default())] {
        let jobs = batch(&mut core, 150);
        // Without results, only fresh genomes can be asked for.
        assert!(jobs.iter().all(|job| job.genome.len() == 1));
    }
}

#[test]
fn the_fittest_of_population_and_offspring_survive() {
    let mut core = ancestry(mutating(2, 3));
    let first = batch(&mut core, 2);
    assert_eq!(genomes(&first), [[100], [101]]);
    tell(&mut core, &first, &[Some(5.0), Some(1.0)]);

    let second = batch(&mut core, 3);
    tell(&mut core, &second, &[Some(2.0), Some(9.0), None]);
    // 9 and 5 survive. Both become parents, and no other candidate does.
    let third = batch(&mut core, 30);
    let survivors: [&[u8]; 2] = [&second[1].genome, &[100]];
    assert!(survivors.iter().all(|survivor| parents(&third).contains(survivor)));
    assert!(parents(&third).iter().all(|parent| survivors.contains(parent)));
}

#[test]
fn the_population_stays_until_enough_offspring_are_told() {
    let mut core = ancestry(mutating(2, 3));
    let first = batch(&mut core, 2);
    tell(&mut core, &first, &[Some(5.0), Some(1.0)]);
    let second = batch(&mut core, 3);
    tell(&mut core, &second[..2], &[Some(8.0), Some(9.0)]);
    let early = batch(&mut core, 20);
    assert!(
        parents(&early)
            .iter()
            .all(|parent| [[100], [101]].contains(&[parent[0]]) && parent.len() == 1)
    );
    tell(&mut core, &second[2..], &[Some(0.0)]);
    let late = batch(&mut core, 20);
    assert!(parents(&late).iter().all(|parent| parent.len() == 2), "{late:?}");
}

#[test]
fn what_is_given_takes_the_place_of_starts() {
    for core in [ancestry(mutating(4, 1)), ancestry(aging(4))] {
        let mut core = core.start_with([vec![7], vec![8], vec![9]]);
        let first = batch(&mut core, 4);
        assert_eq!(genomes(&first), [[7], [8], [9], [100]]);
        tell(&mut core, &first, &[Some(1.0), Some(2.0), Some(3.0), Some(4.0)]);
        assert_eq!(batch(&mut core, 1)[0].genome.len(), 2, "a mutation");
    }
}

#[test]
fn the_infeasible_are_no_parents() {
    for (name, mut core) in
        [("NSGA-II", ancestry(mutating(4, 1))), ("aging evolution", ancestry(aging(4)))]
    {
        let first = batch(&mut core, 4);
        tell(&mut core, &first, &[None, None, None, None]);
        // No candidate is left, so a fresh genome is drawn.
        let second = batch(&mut core, 1);
        assert_eq!(genomes(&second), [[104]], "{name}");
        tell(&mut core, &second, &[Some(1.0)]);
        let third = batch(&mut core, 10);
        assert!(parents(&third).iter().all(|parent| *parent == [104]), "{name}");
    }
}

#[test]
fn the_oldest_dies_however_fit_it_is() {
    let mut core = ancestry(aging(3));
    let first = batch(&mut core, 3);
    tell(&mut core, &first, &[Some(9.0), Some(1.0), Some(2.0)]);
    let second = batch(&mut core, 1);
    assert_eq!(parents(&second), [[100]]);
    tell(&mut core, &second, &[Some(0.0)]);
    let third = batch(&mut core, 1);
    assert_eq!(parents(&third), [[102]]);
}

#[test]
fn the_strategies_beat_random_search_on_zdt1() {
    let grid = Grid::new(8, 11);
    // The area under the true front is 6 - 1/3.
    let reference = ReferencePoint::of(&two_objectives(), [1.0, -6.0]).unwrap();
    let area = |strategy: &dyn Fn() -> Box<dyn Strategy<Genome>>| {
        let area = |seed| {
            let evaluate = move |genome: &Genome, _| zdt1(grid, genome);
            run(grid, strategy(), evaluate, 400, seed).front.hypervolume(&reference).unwrap()
        };
        median((0..11).map(area).collect())
    };
    let random = area(&|| Box::new(RandomSearch));
    let genetic = area(&|| {
        let (population_size, start) = (20, Start::Random);
        let settings = GeneticAlgorithmSettings { population_size, start, ..Default::default() };
        Box::new(GeneticAlgorithm::new(settings).unwrap())
    });
    let nsga2 = area(&|| Box::new(Nsga2::default()));
    let aging = area(&|| Box::new(AgingEvolution::default()));
    for (name, area) in [("genetic", genetic), ("NSGA-II", nsga2), ("aging", aging)] {
        assert!(area > random + 0.5, "{name}: {area} against {random}");
    }
}
