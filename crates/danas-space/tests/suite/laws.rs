//! Laws of the operators, over many spaces and seeds.

use std::collections::HashSet;

use danas_space::{
    ArchitectureSpace, AudioSpace, Candidate, DataSpace, Hertz, Representation, SearchSpace,
};
use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

fn space() -> impl Strategy<Value = SearchSpace> {
    let rates = prop::sample::subsequence(vec![375, 1500, 6000, 48_000], 1..=4);
    let kinds = prop::sample::subsequence(Representation::OF_FRAMES.to_vec(), 1..=3);
    let filters = prop::sample::subsequence(vec![2, 4, 8], 1..=3);
    let kernels = prop::sample::subsequence(vec![3, 5], 1..=2);
    (rates, kinds, filters, kernels, 1_usize..=3).prop_map(
        |(rates, kinds, filters, kernels, max_depth)| {
            let data = AudioSpace::builder()
                .sample_rates(rates.into_iter().filter_map(Hertz::new))
                .representations(kinds)
                .build();
            let architecture = ArchitectureSpace::builder()
                .filters(filters)
                .kernels(kernels)
                .max_depth(max_depth)
                .build();
            SearchSpace::new(data.unwrap(), architecture.unwrap())
        },
    )
}

/// Returns the number of values in which two candidates differ. Adding or removing a layer counts
/// once.
fn distance(left: &Candidate, right: &Candidate) -> usize {
    let granularity = usize::from(left.granularity.sample_rate != right.granularity.sample_rate)
        + usize::from(left.granularity.representation != right.granularity.representation);
    let (left, right) = (left.architecture.layers(), right.architecture.layers());
    let layers: usize = left
        .iter()
        .zip(right)
        .map(|(left, right)| {
            let (left, right) = (left.to_string(), right.to_string());
            let split = |text: &str| {
                let (filters, rest) = text.split_once('x').unwrap();
                let (kernel, activation) = rest.split_at(rest.len() - 1);
                [filters.to_owned(), kernel.to_owned(), activation.to_owned()]
            };
            split(&left).iter().zip(&split(&right)).filter(|(left, right)| left != right).count()
        })
        .sum();
    granularity + layers + left.len().abs_diff(right.len())
}

proptest! {
    #[test]
    fn samples_and_their_children_stay_inside(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (left, right) = (space.sample(&mut rng), space.sample(&mut rng));
        prop_assert!(space.contains(&left) && space.contains(&right));
        let trivial = space.trivial(&mut rng);
        prop_assert!(space.contains(&trivial));
        prop_assert_eq!(trivial.architecture.layers().len(), 1);
        let child = space.crossover(&left, &right, &mut rng);
        prop_assert!(space.contains(&child));
        let depths = [&left, &right].map(|parent| parent.architecture.layers().len());
        let depth = child.architecture.layers().len();
        prop_assert!(depths.iter().min() <= Some(&depth) && Some(&depth) <= depths.iter().max());
        prop_assert_eq!(space.crossover(&left, &left, &mut rng), left);
    }

    #[test]
    fn a_mutant_is_one_of_the_neighbours(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let parent = space.sample(&mut rng);
        let neighbours = space.neighbours(&parent);
        match space.mutate(&parent, &mut rng) {
            Some(mutant) => {
                prop_assert!(neighbours.contains(&mutant));
                prop_assert!(space.contains(&mutant));
                prop_assert_eq!(distance(&parent, &mutant), 1);
            }
            None => prop_assert!(neighbours.is_empty()),
        }
    }

    #[test]
    fn neighbours_are_distinct_and_mutual(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let parent = space.sample(&mut rng);
        let neighbours = space.neighbours(&parent);
        let distinct: HashSet<_> = neighbours.iter().collect();
        prop_assert_eq!(distinct.len(), neighbours.len());
        for neighbour in neighbours {
            prop_assert!(space.neighbours(&neighbour).contains(&parent));
        }
    }

    #[test]
    fn a_granularity_finds_its_position_again(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let granularity = space.sample(&mut rng).granularity;
        let position = space.data.position(&granularity).unwrap();
        prop_assert_eq!(space.data.at(&position), Some(granularity));
    }

    #[test]
    fn a_space_survives_its_toml(space in space()) {
        let text = toml::to_string(&space).unwrap();
        prop_assert_eq!(toml::from_str::<SearchSpace>(&text).unwrap(), space);
    }
}

/// Walking from neighbour to neighbour reaches every candidate, so no part of the space is cut off.
#[test]
fn the_whole_space_is_connected() {
    let data = AudioSpace::builder()
        .sample_rates([375, 750, 1500].into_iter().filter_map(Hertz::new))
        .representations([Representation::Mfcc, Representation::MelSpectrogram])
        .build();
    let architecture = ArchitectureSpace::builder().filters([2, 4]).max_depth(2).build();
    let space = SearchSpace::new(data.unwrap(), architecture.unwrap());
    assert_eq!(Some(reached(&space).len() as u128), space.cardinality());
}

/// Returns all candidates that mutations reach from a random one.
fn reached(space: &SearchSpace) -> HashSet<Candidate> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut found = HashSet::from([space.sample(&mut rng)]);
    let mut open: Vec<Candidate> = found.iter().cloned().collect();
    while let Some(candidate) = open.pop() {
        for neighbour in space.neighbours(&candidate) {
            if found.insert(neighbour.clone()) {
                open.push(neighbour);
            }
        }
    }
    found
}

/// Returns a space of waveforms and of features with frames, on all axes that only the latter have.
fn mixed_space() -> SearchSpace {
    let text = r#"
        [data]
        sample_rates = [2000, 4000]
        representations = ["waveform", "mfcc"]
        seconds = [0.5]
        frame_lengths = [128, 256]
        hop_lengths = [64, 128]
        normalisations = ["mean", "pcen"]
        [architecture]
        filters = [4]
        kernels = ["1x9", "Hx3"]
        strides = ["1x4"]
        activations = ["relu"]
        max_depth = 1
    "#;
    toml::from_str(text).unwrap()
}

proptest! {
    #[test]
    fn waveforms_never_have_values_of_frames(seed: u64) {
        let space = mixed_space();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (left, right) = (space.sample(&mut rng), space.sample(&mut rng));
        let child = space.crossover(&left, &right, &mut rng);
        let neighbours = space.neighbours(&left);
        prop_assert!(neighbours.contains(&space.mutate(&left, &mut rng).unwrap()));
        prop_assert!(!neighbours.contains(&left));
        let distinct: HashSet<_> = neighbours.iter().collect();
        prop_assert_eq!(distinct.len(), neighbours.len());
        for candidate in neighbours.iter().chain([&left, &right, &child]) {
            prop_assert!(space.contains(candidate));
            let text = candidate.to_string();
            prop_assert_eq!(&space.parse(&text).unwrap(), candidate);
            let coordinates = space.coordinates(candidate).unwrap();
            let is_waveform = candidate.granularity.representation == Representation::Waveform;
            prop_assert!(!is_waveform || candidate.network(10).is_ok(), "{}", candidate);
            // The rate and the representation come first, then the axes of frames.
            for (number, coordinate) in coordinates.iter().take(5).enumerate() {
                prop_assert_eq!(coordinate.index.is_none(), is_waveform && number >= 2);
            }
        }
    }
}

#[test]
fn each_waveform_is_listed_and_reached_once() {
    let space = mixed_space();
    // Two rates: of waveforms alone, and of MFCC with two lengths of frames, hops and
    // normalisations. Two architectures.
    assert_eq!(space.cardinality(), Some((2 + 2 * 2 * 2 * 2) * 2));
    let all: Vec<_> = space.data.granularities().collect();
    let distinct: HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (18, 18));
    let found = reached(&space);
    assert_eq!(Some(found.len() as u128), space.cardinality());
    let texts: HashSet<String> = all.iter().map(ToString::to_string).collect();
    assert!(texts.contains("2000 Hz waveform 0.5 s"), "{texts:?}");
}

/// Operators are drawn with equal probabilities, as in the paper, however many places each can act
/// on.
#[test]
fn operators_have_equal_odds() {
    let space = SearchSpace::paper();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let parent = loop {
        let parent = space.sample(&mut rng);
        // Nine of the ten operators can act on this parent: its kernels are the smallest, so the
        // operator that shrinks kernels cannot.
        let layers = parent.architecture.to_string();
        let rate = parent.granularity.sample_rate.get();
        if layers == "8x3R 16x3S" && rate == 1500 {
            break parent;
        }
    };
    let draws = 20_000;
    let mut deeper = 0;
    let mut switched = 0;
    for _ in 0..draws {
        let mutant = space.mutate(&parent, &mut rng).unwrap();
        deeper += usize::from(mutant.architecture.layers().len() == 3);
        switched +=
            usize::from(mutant.granularity.representation != parent.granularity.representation);
    }
    let expected = draws / 9;
    for count in [deeper, switched] {
        // Five standard deviations of a binomial distribution.
        assert!(count.abs_diff(expected) < 230, "{count} of {expected}");
    }
}
