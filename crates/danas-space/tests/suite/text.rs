//! Candidates as text.

use std::collections::HashSet;

use danas_space::{
    ArchitectureSpace, AudioGranularity, AudioSpace, AugmentationStrengths, Candidate, DataSpace,
    SearchSpace,
};
use proptest::prelude::*;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// A space with several values on every axis of granularities.
const DATA: &str = r#"
    sample_rates = [4000, 16000]
    representations = ["spectrogram", "mel-spectrogram", "mfcc"]
    channels = ["mix", "channel-1", "stereo"]
    sample_depths = ["exact", "16-bit", "8-bit"]
    normalisations = ["none", "level", "mean", "running_mean", "pcen"]
    seconds = [0.25, 1.5, 10]
    frame_lengths = [256, 2048]
    hop_lengths = [64, 512]
"#;

const ARCHITECTURE: &str = r#"
    filters = [2, 16]
    kernels = ["Hx3", 3, "1x9"]
    strides = [1, "1x2", 2]
    paddings = ["valid", "same"]
    normalisations = ["none", "batch"]
    convolutions = ["standard", "separable"]
    pools = ["max2", "avg1x4", "max3/2"]
    dropouts = [25]
    reductions = ["flatten", "global_average"]
    dense_width = [0, 10, 20]
    min_depth = 0
    max_depth = 3
"#;

fn space() -> SearchSpace {
    let data: AudioSpace = toml::from_str(DATA).unwrap();
    let architecture: ArchitectureSpace = toml::from_str(ARCHITECTURE).unwrap();
    let mut space = SearchSpace::new(data, architecture);
    space.augmentation = AugmentationStrengths::new([0, 50, 100]).unwrap();
    space
}

proptest! {
    #[test]
    fn a_candidate_is_parsed_from_its_text(seed: u64) {
        let candidate = space().sample(&mut ChaCha8Rng::seed_from_u64(seed));
        prop_assert_eq!(candidate.to_string().parse(), Ok(candidate));
    }
}

#[test]
fn different_granularities_have_different_texts() {
    let data = space().data;
    let all: Vec<AudioGranularity> = data.granularities().collect();
    let texts: HashSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), all.len());
}

#[test]
fn a_text_that_is_no_candidate_is_refused_by_what_is_wrong() {
    for (text, culprit) in [
        ("8000 Hz mfcc", "is not a candidate"),
        ("mfcc, 8x3R", "`mfcc` is not an audio granularity"),
        ("8000 mfcc, 8x3R", "is not an audio granularity"),
        ("0 Hz mfcc, 8x3R", "is not an audio granularity"),
        ("8000 Hz chroma, 8x3R", "`chroma`"),
        ("8000 Hz mfcc loud, 8x3R", "is not an audio granularity"),
        ("8000 Hz mfcc -1 s, 8x3R", "is not an audio granularity"),
        ("8000 Hz mfcc 256/0, 8x3R", "hop_length"),
        ("8000 Hz mfcc, 8y3R", "`8y3R` is not a layer"),
        ("8000 Hz mfcc, 8x3R > none", "`none` is not the width"),
        ("8000 Hz mfcc, 8x3R, augmentation some", "is not a candidate"),
        ("8000 Hz mfcc, 8x3R, augmentation 500 %", "augmentation"),
    ] {
        let refused = text.parse::<Candidate>().unwrap_err().to_string();
        assert!(refused.contains(culprit), "{text}: {refused}");
    }
}

/// The text of a granularity leaves out what a whole space has in common. The space knows it.
#[test]
fn a_space_parses_its_candidates_with_all_their_settings() {
    let text =
        DATA.to_owned() + "front_end = { mel_bands = 40, resampling = 'kaiser_fast', lowest = 20 }";
    let space = SearchSpace { data: toml::from_str(&text).unwrap(), ..space() };
    for granularity in space.data.granularities().step_by(7) {
        let candidate = Candidate::new(granularity, "16xHx3R gap > 20".parse().unwrap());
        assert_eq!(space.parse(&candidate.to_string()), Ok(candidate.clone()));
        assert_ne!(candidate.to_string().parse(), Ok(candidate));
    }
    assert!(space.parse("4000 Hz mfcc level 0.25, 2x3R").is_err(), "several begin like that");
    let one = space.parse("4000 Hz mfcc level 0.25 s 256/64, 2x3R").unwrap();
    assert_eq!(one.granularity.front_end.mel_bands(), 40);
}
