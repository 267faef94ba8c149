//! Laws of the operators over spaces that are larger than the paper's.

use std::collections::HashSet;

use danas_space::{
    Activation, ArchitectureSpace, ArchitectureSpaceBuilder, AudioSpace, Candidate,
    ConvolutionKind, Extent, Hertz, Layer, Normalisation, Padding, Pool, PoolKind, Reduction,
    Representation, SearchSpace,
};
use proptest::{prelude::*, sample::subsequence};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

const POOLS: [Pool; 4] = [
    Pool { kind: PoolKind::Max, size: Extent::square(2), stride: Extent::square(2) },
    Pool { kind: PoolKind::Average, size: Extent::square(3), stride: Extent::square(2) },
    Pool { kind: PoolKind::Max, size: Extent::new(1, 4), stride: Extent::new(1, 4) },
    Pool { kind: PoolKind::Average, size: Extent::whole(4), stride: Extent::whole(4) },
];

const KERNELS: [Extent; 4] =
    [Extent::whole(3), Extent::square(3), Extent::new(1, 9), Extent::new(9, 1)];

const STRIDES: [Extent; 4] =
    [Extent::square(1), Extent::new(1, 2), Extent::whole(1), Extent::square(2)];

/// Returns a builder with several values on every axis.
fn everything() -> ArchitectureSpaceBuilder {
    ArchitectureSpace::builder()
        .filters([2, 4])
        .kernels(KERNELS)
        .strides(STRIDES)
        .paddings([Padding::Valid, Padding::Same])
        .normalisations([Normalisation::None, Normalisation::Batch])
        .convolutions([ConvolutionKind::Standard, ConvolutionKind::Separable])
        .pools(POOLS)
        .dropouts([50, 10, 25])
        .reductions([Reduction::Flatten, Reduction::GlobalAverage])
        .dense_widths([20, 0, 5, 10])
        .min_depth(0)
        .max_depth(3)
}

fn joined(architecture: &ArchitectureSpaceBuilder) -> SearchSpace {
    let data = AudioSpace::builder()
        .sample_rates([375, 750].into_iter().filter_map(Hertz::new))
        .representations([Representation::Mfcc])
        .build();
    SearchSpace::new(data.unwrap(), architecture.clone().build().unwrap())
}

/// Generates spaces with several values on some of the axes.
fn space() -> impl Strategy<Value = SearchSpace> {
    let of_convolutions = (
        subsequence(KERNELS.to_vec(), 1..=4),
        subsequence(STRIDES.to_vec(), 1..=4),
        subsequence(vec![Padding::Valid, Padding::Same], 1..=2),
        subsequence(vec![Normalisation::None, Normalisation::Batch], 1..=2),
        subsequence(vec![ConvolutionKind::Standard, ConvolutionKind::Separable], 1..=2),
    );
    let others = (
        subsequence(POOLS.to_vec(), 0..=4),
        subsequence(vec![10, 25, 50], 0..=3),
        subsequence(vec![Reduction::Flatten, Reduction::GlobalAverage], 1..=2),
        subsequence(vec![0, 5, 10, 20], 1..=4),
        (0_usize..=2, 1_usize..=3),
    );
    (of_convolutions, others).prop_map(|axes| {
        let (kernels, strides, paddings, normalisations, kinds) = axes.0;
        let (pools, dropouts, reductions, widths, (least, most)) = axes.1;
        joined(
            &everything()
                .kernels(kernels)
                .strides(strides)
                .paddings(paddings)
                .normalisations(normalisations)
                .convolutions(kinds)
                .pools(pools)
                .dropouts(dropouts)
                .reductions(reductions)
                .dense_widths(widths)
                .min_depth(least.min(most))
                .max_depth(most),
        )
    })
}

/// Returns the number of values in which two candidates differ. Adding or removing a layer counts
/// once.
fn distance(left: &Candidate, right: &Candidate) -> usize {
    let reduced = |candidate: &Candidate| {
        candidate.architecture.layers().last() == Some(&Layer::GlobalAverage)
    };
    let layers = |candidate: &Candidate| {
        let layers = candidate.architecture.layers().iter();
        layers.copied().filter(|layer| *layer != Layer::GlobalAverage).collect::<Vec<_>>()
    };
    let (left_layers, right_layers) = (layers(left), layers(right));
    usize::from(left.granularity != right.granularity)
        + usize::from(reduced(left) != reduced(right))
        + usize::from(left.architecture.dense_width() != right.architecture.dense_width())
        + left_layers
            .iter()
            .zip(&right_layers)
            .map(|(left, right)| values(*left, *right))
            .sum::<usize>()
        + left_layers.len().abs_diff(right_layers.len())
}

/// Returns the number of values in which two layers differ.
fn values(left: Layer, right: Layer) -> usize {
    let kinds = usize::from(matches!(left, Layer::Conv2d(_)) != matches!(right, Layer::Conv2d(_)));
    let (
        Layer::Conv2d(left) | Layer::Separable(left),
        Layer::Conv2d(right) | Layer::Separable(right),
    ) = (left, right)
    else {
        return usize::from(left != right);
    };
    kinds
        + usize::from(left.filters != right.filters)
        + usize::from(left.kernel != right.kernel)
        + usize::from(left.stride != right.stride)
        + usize::from(left.padding != right.padding)
        + usize::from(left.normalisation != right.normalisation)
        + usize::from(left.activation != right.activation)
}

proptest! {
    #[test]
    fn samples_and_their_children_stay_inside(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (left, right) = (space.sample(&mut rng), space.sample(&mut rng));
        prop_assert!(space.contains(&left) && space.contains(&right));
        prop_assert!(space.contains(&space.trivial(&mut rng)));
        prop_assert!(space.coordinates(&left).is_some());
        let child = space.crossover(&left, &right, &mut rng);
        prop_assert!(space.contains(&child), "{left} and {right} gave {child}");
        prop_assert_eq!(space.crossover(&left, &left, &mut rng), left);
    }

    #[test]
    fn a_mutant_is_one_of_the_neighbours(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let parent = space.sample(&mut rng);
        let mutant = space.mutate(&parent, &mut rng).unwrap();
        prop_assert!(space.contains(&mutant), "{mutant}");
        prop_assert!(space.neighbours(&parent).contains(&mutant));
        prop_assert_eq!(distance(&parent, &mutant), 1, "{} and {}", parent, mutant);
    }

    #[test]
    fn neighbours_are_distinct_and_mutual(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let parent = space.sample(&mut rng);
        let neighbours = space.neighbours(&parent);
        prop_assert_eq!(neighbours.iter().collect::<HashSet<_>>().len(), neighbours.len());
        for neighbour in neighbours.iter().step_by(7) {
            prop_assert!(space.neighbours(neighbour).contains(&parent), "{} {}", parent, neighbour);
        }
    }

    #[test]
    fn a_space_survives_its_toml(space in space()) {
        let text = toml::to_string(&space).unwrap();
        prop_assert_eq!(toml::from_str::<SearchSpace>(&text).unwrap(), space);
    }

    #[test]
    fn parents_of_another_space_have_children_too(space in space(), seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let foreign = |layers: &str| Candidate {
            architecture: danas_space::Architecture::new(
                danas_space::parse_layers(layers).unwrap(), 3).unwrap(),
            ..space.sample(&mut ChaCha8Rng::seed_from_u64(seed))
        };
        let least = space.architecture.min_depth();
        let parents = ["gap", "gap drop30", "max7 7x7S gap", "drop3"].map(foreign);
        for left in &parents {
            for right in &parents {
                let child = space.crossover(left, right, &mut rng);
                let is_empty = child.architecture.layers().is_empty();
                prop_assert!(!is_empty || least == 0);
            }
            for neighbour in space.neighbours(left).iter().chain(&space.mutate(left, &mut rng)) {
                prop_assert!(!neighbour.architecture.layers().is_empty() || least == 0);
            }
        }
    }
}

/// Walking from neighbour to neighbour reaches every candidate, so no part of the space is cut off.
#[test]
fn the_whole_space_is_connected() {
    let space = joined(&everything().filters([2]).activations([Activation::Relu]).max_depth(1));
    let deeper = joined(
        &everything()
            .filters([2])
            .activations([Activation::Relu])
            .kernels([3])
            .strides([1])
            .pools(POOLS[..3].to_vec())
            .dense_widths([10])
            .normalisations([Normalisation::None])
            .max_depth(2),
    );
    for space in [space, deeper] {
        let mut found = HashSet::from([space.sample(&mut ChaCha8Rng::seed_from_u64(1))]);
        let mut open: Vec<Candidate> = found.iter().cloned().collect();
        while let Some(candidate) = open.pop() {
            for neighbour in space.neighbours(&candidate) {
                if found.insert(neighbour.clone()) {
                    open.push(neighbour);
                }
            }
        }
        assert!(found.len() > 400, "{}", found.len());
        assert_eq!(Some(found.len() as u128), space.cardinality());
    }
}

/// Signs of every value of every axis in the text of a candidate.
const SIGNS: [&str; 33] = [
    "2x",
    "4x",
    "x3",
    "x1x9",
    "x9x1",
    "xHx3",
    "/1x2",
    "/2",
    "/Hx1",
    "p",
    "n",
    "d2x",
    "d4x",
    "R",
    "S",
    "max2",
    "avg3/2",
    "max1x4",
    "avgHx4",
    "drop10",
    "drop25",
    "drop50",
    "gap",
    "> 5",
    "> 20",
    "> softmax",
    "flatten",
    ", gap",
    "flatten > softmax",
    "375",
    "750",
    "8x",
    "",
];

/// Returns the signs that appear in the text of no candidate.
fn missing<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> Vec<&'static str> {
    let texts: Vec<String> = candidates.map(ToString::to_string).collect();
    SIGNS.into_iter().filter(|sign| !texts.iter().any(|text| text.contains(sign))).collect()
}

#[test]
fn samples_mutants_and_children_reach_every_value() {
    let space = joined(&everything());
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let samples: Vec<Candidate> = (0..300).map(|_| space.sample(&mut rng)).collect();
    // Only `8x` is missing: the space has no layers with 8 filters.
    assert_eq!(missing(samples.iter()), ["8x"]);

    let mut walk = vec![samples[0].clone()];
    for _ in 0..2000 {
        walk.extend(space.mutate(&walk[walk.len() - 1], &mut rng));
    }
    assert_eq!(missing(walk.iter()), ["8x"]);

    let children: Vec<Candidate> =
        samples.windows(2).map(|pair| space.crossover(&pair[0], &pair[1], &mut rng)).collect();
    assert_eq!(missing(children.iter()), ["8x"]);
}

/// Kinds are drawn before values, so poolings occur although there are hundreds of convolutions.
#[test]
fn kinds_have_equal_odds() {
    let space = joined(&everything().min_depth(1).max_depth(1));
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut counts = [0_usize; 4];
    for _ in 0..4000 {
        let index = match space.sample(&mut rng).architecture.layers()[0] {
            Layer::Conv2d(_) => 0,
            Layer::Separable(_) => 1,
            Layer::Pool(_) => 2,
            Layer::Dropout(_) => 3,
            Layer::GlobalAverage => unreachable!(),
        };
        counts[index] += 1;
    }
    // Five standard deviations of a binomial distribution.
    assert!(counts.iter().all(|count| count.abs_diff(1000) < 137), "{counts:?}");
}

/// All depths from the smallest to the largest are drawn with equal probabilities, and mutations
/// stay between them.
#[test]
fn depths_lie_between_the_least_and_the_most() {
    for (least, most) in [(0, 2), (2, 3), (1, 1)] {
        let space = joined(&everything().min_depth(least).max_depth(most));
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let depth = |candidate: &Candidate| {
            let layers = candidate.architecture.layers().iter();
            layers.filter(|layer| **layer != Layer::GlobalAverage).count()
        };
        let mut counts = vec![0_usize; most + 1];
        (0..3000).for_each(|_| counts[depth(&space.sample(&mut rng))] += 1);
        let expected = 3000 / (most + 1 - least);
        // Five standard deviations of a binomial distribution.
        assert!(counts[least..].iter().all(|it| it.abs_diff(expected) < 137), "{counts:?}");
        assert!(counts[..least].iter().all(|&count| count == 0), "{counts:?}");

        assert_eq!(depth(&space.trivial(&mut rng)), least.max(1));
        let mut at = space.sample(&mut rng);
        for _ in 0..1000 {
            at = space.mutate(&at, &mut rng).unwrap();
            assert!((least..=most).contains(&depth(&at)), "{at}");
        }
    }
}

/// A full height is a single value of a candidate, but a different number for each granularity.
#[test]
fn a_candidate_keeps_its_relative_heights_from_one_granularity_to_another() {
    let data = r#"
        [data]
        sample_rates = [4000, 8000, 16000]
        representations = ["mfcc", "mel-spectrogram", "spectrogram"]
        [architecture]
        kernels = ["Hx3", "Hx1", 3]
        pools = ["avgHx4"]
        reductions = ["global_average"]
        dense_width = [0, 20, 40]
        min_depth = 0
    "#;
    let space: SearchSpace = toml::from_str(data).unwrap();
    assert_eq!(space.architecture.kernels(), ["3", "Hx1", "Hx3"].map(|it| it.parse().unwrap()));
    let layers = danas_space::parse_layers("8xHx3R 4xHx1R gap").unwrap();
    let architecture = danas_space::Architecture::new(layers, 0).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut heights = HashSet::new();
    for _ in 0..50 {
        let Candidate { granularity, .. } = space.sample(&mut rng);
        let candidate = Candidate::new(granularity, architecture.clone());
        assert!(space.contains(&candidate));
        let network = candidate.network(3).unwrap();
        assert_eq!(network.layers()[0].output.height, 1);
        assert_eq!(network.last_shape().elements(), Some(4));
        heights.insert(network.input().height);
    }
    assert_eq!(heights.len(), 3, "{heights:?}");
}

/// These draws must stay the same: a change here changes every search.
#[test]
fn the_papers_draws_are_fixed() {
    let space = SearchSpace::<AudioSpace>::paper();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let left = space.sample(&mut rng);
    let right = space.sample(&mut rng);
    let mutant = space.mutate(&left, &mut rng).unwrap();
    let child = space.crossover(&left, &right, &mut rng);
    let texts = [left, right, mutant, child].map(|it| it.to_string());
    let expected = [
        "750 Hz spectrogram, 4x3R",
        "12000 Hz spectrogram, 8x5R",
        "750 Hz spectrogram, 4x3R 4x5S",
        "12000 Hz spectrogram, 4x5R",
    ];
    assert_eq!(texts, expected);
}
