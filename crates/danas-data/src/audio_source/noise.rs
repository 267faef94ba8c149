//! Background noise of recordings.

use std::{collections::BTreeSet, path::PathBuf};

use danas_space::Hertz;

use super::{error::AudioError, sound::Sound};
use crate::split::{assign, units};

/// Background noise to mix into every recording: sound × `sound_gain` + noise × `noise_gain`.
///
/// Each noise is used from its first sample on, and repeated if it is shorter than the clip. The
/// noises are assigned to the recordings in turn. In a search they are first divided among the
/// parts of the split and the folds, so that no network is judged with noise that it was trained
/// with. That takes as many noises as there are parts or folds. With fewer, the test part has noises
/// of its own; a single noise is used for all. If the recordings are divided into folds several
/// times, each set of recordings that are always in the same fold needs a noise of its own. A search
/// for which there are enough noises with one division, but not with several, is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// The recordings of noise, at least one.
    pub paths: Vec<PathBuf>,
    /// Factor that the recording is multiplied by; 1 in the paper.
    pub sound_gain: f32,
    /// Factor that the noise is multiplied by; 1 in the paper.
    pub noise_gain: f32,
}

/// Refuses noise with a lower rate than any of the recordings, which have these rates.
pub(super) fn check_rates(
    paths: &[PathBuf],
    noises: &[Sound],
    rates: &BTreeSet<Hertz>,
) -> Result<(), AudioError> {
    let Some(&rate) = rates.last() else { return Ok(()) };
    let slow = paths.iter().zip(noises).find(|(_, noise)| noise.rate < rate);
    slow.map_or(Ok(()), |(path, noise)| {
        let (noise, noise_rate) = (path.clone(), noise.rate);
        Err(AudioError::NoiseRate { noise, noise_rate, rate })
    })
}

/// Assigns noises to examples in turn.
pub(super) fn in_turn(noises: usize, examples: usize) -> Vec<usize> {
    (0..examples).map(|example| example.checked_rem(noises).unwrap_or(0)).collect()
}

/// Assigns noises to examples so that examples of different sections have different noises. The
/// number of a section's noises is in proportion to its examples. If there are too few noises, all
/// sections but the first share theirs, and finally all do.
pub(super) fn divided(noises: usize, sections: &[usize]) -> Vec<usize> {
    if noises >= sections.len() {
        // Every example has a noise of its own.
        return in_turn(noises, sections.len());
    }
    let count = |sections: &[usize]| sections.iter().max().map_or(0, |last| last + 1);
    let mut sections = sections.to_vec();
    if noises < count(&sections) {
        let most = if noises < 2 { 0 } else { 1 };
        tracing::warn!(noises, "too few noises to give every part and fold its own");
        sections.iter_mut().for_each(|section| *section = (*section).min(most));
    }
    let mut examples = vec![0_usize; count(&sections)];
    for &section in &sections {
        examples[section] += 1;
    }
    let shares: Vec<f64> = examples.iter().map(|&it| it as f64 / sections.len() as f64).collect();
    let of_one_class = vec![0; noises];
    let units = units(&(0..noises).collect::<Vec<_>>(), &of_one_class, None, 1);
    let (open, free) = (vec![true; shares.len()], vec![None; noises]);
    let owned = assign(&units, &shares, &open, &free, 1);
    let mut used = vec![0_usize; owned.len()];
    let noise = |&section: &usize| {
        let number = used[section];
        used[section] += 1;
        owned[section].get(number.checked_rem(owned[section].len())?).copied()
    };
    sections.iter().map(noise).map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the noises of each section.
    fn noises(count: usize, sections: &[usize]) -> Vec<Vec<usize>> {
        let assigned = divided(count, sections);
        let of = |section| {
            let all = assigned.iter().zip(sections).filter(|(_, it)| **it == section);
            let mut all: Vec<usize> = all.map(|(noise, _)| *noise).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        (0..3).map(of).collect()
    }

    #[test]
    fn sections_share_no_noise_if_there_are_enough() {
        let sections = [[0; 2], [1; 2], [1; 2], [1; 2], [2; 2]].concat();
        for count in 3..=10 {
            let of = noises(count, &sections);
            let mut all = of.concat();
            all.sort_unstable();
            assert_eq!(all, (0..count).collect::<Vec<_>>(), "{of:?}");
            assert!(of.iter().all(|noises| !noises.is_empty()), "{of:?}");
        }
        assert_eq!(noises(5, &sections).iter().map(Vec::len).collect::<Vec<_>>(), [1, 3, 1]);
        assert_eq!(divided(12, &sections), (0..10).collect::<Vec<_>>());
    }

    #[test]
    fn the_first_section_is_the_last_to_share_its_noise() {
        let sections = [0, 0, 1, 1, 2, 2];
        let two = noises(2, &sections);
        assert!(two[0] != two[1] && two[1] == two[2], "{two:?}");
        assert_eq!(divided(1, &sections), [0; 6]);
    }
}
