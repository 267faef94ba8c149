//! The strength of augmentation as an axis of a space.

use std::collections::HashSet;

use danas_space::{
    AugmentationStrength, AugmentationStrengths, Axis, Candidate, Coordinate, Scale, SearchSpace,
};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// Returns a small space with the given strengths, in percent.
fn space(percents: &[u32]) -> SearchSpace {
    let text = r#"
        [data]
        sample_rates = [4000, 8000]
        representations = ["mfcc"]
        [architecture]
        filters = [2, 4]
        kernels = [3]
        activations = ["relu"]
        max_depth = 2
    "#;
    let mut space: SearchSpace = toml::from_str(text).unwrap();
    space.augmentation = AugmentationStrengths::new(percents.to_vec()).unwrap();
    space
}

fn percent(candidate: &Candidate) -> u32 {
    candidate.augmentation.percent()
}

/// Draws two samples, a trivial candidate, a mutant and an offspring. Returns them with the next
/// number of the generator.
fn draws(space: &SearchSpace) -> (Vec<Candidate>, u64) {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (left, right) = (space.sample(&mut rng), space.sample(&mut rng));
    let trivial = space.trivial(&mut rng);
    let mutant = space.mutate(&left, &mut rng).unwrap();
    let child = space.crossover(&left, &right, &mut rng);
    (vec![left, right, trivial, mutant, child], rng.next_u64())
}

#[test]
fn a_single_strength_draws_nothing() {
    let (plain, next) = draws(&space(&[100]));
    let (weaker, other) = draws(&space(&[50]));
    assert_eq!(next, other);
    for (plain, weaker) in plain.into_iter().zip(weaker) {
        assert_eq!(percent(&weaker), 50);
        assert_eq!(Candidate { augmentation: AugmentationStrength::FULL, ..weaker }, plain);
    }
}

#[test]
fn a_space_without_the_axis_is_written_as_ever() {
    let space = space(&[100]);
    let candidate = space.sample(&mut ChaCha8Rng::seed_from_u64(1));
    assert_eq!(space.coordinates(&candidate).unwrap().len(), 1 + 1 + 1 + 2 * 2);
    let texts = [toml::to_string(&space).unwrap(), candidate.to_string()];
    let written = toml::to_string(&candidate).unwrap();
    for text in texts.iter().chain([&written]) {
        assert!(!text.contains("augment"), "{text}");
    }
    assert_eq!(toml::from_str::<Candidate>(&written).unwrap(), candidate);
}

#[test]
fn the_axis_is_written_and_read_back() {
    let space = space(&[100, 0, 50]);
    let text = toml::to_string(&space).unwrap();
    assert!(text.contains("augmentation = [0, 50, 100]"), "{text}");
    assert_eq!(toml::from_str::<SearchSpace>(&text).unwrap(), space);
    assert!(format!("{space:?}").contains("augmentation"));
    let mut candidate = space.sample(&mut ChaCha8Rng::seed_from_u64(1));
    candidate.augmentation = AugmentationStrength::new(50).unwrap();
    assert!(candidate.to_string().ends_with(", augmentation 50 %"), "{candidate}");
    let written = toml::to_string(&candidate).unwrap();
    assert_eq!(toml::from_str::<Candidate>(&written).unwrap(), candidate);
    let illegal = written.replace("augmentation = 50", "augmentation = 201");
    let refused = toml::from_str::<Candidate>(&illegal).unwrap_err().to_string();
    assert!(refused.contains("`augmentation` is 201"), "{refused}");
}

#[test]
fn neighbours_are_one_strength_away_and_reach_the_whole_space() {
    let space = space(&[0, 50, 100]);
    let mut found = HashSet::from([space.sample(&mut ChaCha8Rng::seed_from_u64(1))]);
    let mut open: Vec<Candidate> = found.iter().cloned().collect();
    while let Some(candidate) = open.pop() {
        let neighbours = space.neighbours(&candidate);
        for neighbour in neighbours {
            if neighbour.augmentation != candidate.augmentation {
                assert_eq!(percent(&neighbour).abs_diff(percent(&candidate)), 50);
                let augmentation = candidate.augmentation;
                assert_eq!(Candidate { augmentation, ..neighbour.clone() }, candidate);
            }
            if found.insert(neighbour.clone()) {
                open.push(neighbour);
            }
        }
    }
    assert_eq!(Some(found.len() as u128), space.cardinality());
    assert_eq!(found.len(), 3 * 2 * (2 + 4));
}

#[test]
fn samples_mutants_and_children_have_every_strength() {
    let space = space(&[0, 50, 100]);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let samples: Vec<Candidate> = (0..60).map(|_| space.sample(&mut rng)).collect();
    let trivial: Vec<Candidate> = (0..60).map(|_| space.trivial(&mut rng)).collect();
    let mutants: Vec<Candidate> =
        samples.iter().filter_map(|parent| space.mutate(parent, &mut rng)).collect();
    let children: Vec<Candidate> =
        samples.windows(2).map(|pair| space.crossover(&pair[0], &pair[1], &mut rng)).collect();
    for all in [&samples, &trivial, &mutants, &children] {
        assert!(all.iter().all(|candidate| space.contains(candidate)));
        let strengths: HashSet<u32> = all.iter().map(percent).collect();
        assert_eq!(strengths, HashSet::from([0, 50, 100]));
    }
    for (pair, child) in samples.windows(2).zip(&children) {
        assert!(pair.iter().any(|parent| parent.augmentation == child.augmentation));
    }
}

#[test]
fn a_strength_is_an_ordered_coordinate_and_another_is_of_no_space() {
    let space = space(&[0, 50, 100]);
    let mut candidate = space.sample(&mut ChaCha8Rng::seed_from_u64(5));
    let axis = Axis { name: "augmentation", len: 3, scale: Scale::Ordered };
    for (index, percent) in [0, 50, 100].into_iter().enumerate() {
        candidate.augmentation = AugmentationStrength::new(percent).unwrap();
        let coordinates = space.coordinates(&candidate).unwrap();
        assert_eq!(coordinates.last(), Some(&Coordinate { axis, index: Some(index) }));
    }
    candidate.augmentation = AugmentationStrength::new(75).unwrap();
    assert!(!space.contains(&candidate));
    assert_eq!(space.coordinates(&candidate), None);
    // Mutation brings a parent from another space back into this one.
    let nearest = space.neighbours(&candidate).into_iter().filter(|it| space.contains(it));
    assert_eq!(nearest.map(|it| percent(&it)).collect::<Vec<_>>(), [100, 50]);
}
