//! Opening recordings: decoding each of them once before a search.

use std::{
    collections::BTreeSet,
    error::Error,
    iter,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use danas_space::Hertz;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{error::AudioError, skipped::Skipped, sound::Sound};

/// How recordings that cannot be decoded are handled, and those that are in several classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Broken {
    /// They are an error, which names all of them.
    #[default]
    Refuse,
    /// They are left out, reported with a warning, and [listed](super::AudioSource::skipped).
    Skip,
}

/// Opened recordings, with `None` in place of those that were skipped.
pub(super) struct Opened {
    pub(super) found: Vec<Option<Sound>>,
    pub(super) skipped: Vec<Skipped>,
}

/// Decodes each recording once. `opened` is called after each of them.
pub(super) fn open_all<'a>(
    paths: impl Iterator<Item = &'a PathBuf>,
    broken: Broken,
    opened: &(dyn Fn() + Sync),
) -> Result<Opened, AudioError> {
    let paths: Vec<&PathBuf> = paths.collect();
    let open = |path: &&PathBuf| {
        let sound = Sound::open(path);
        opened();
        sound
    };
    let sounds: Vec<_> = paths.par_iter().map(open).collect();
    let mut opened = Opened { found: Vec::new(), skipped: Vec::new() };
    for (path, sound) in paths.into_iter().zip(sounds) {
        if let Err(error) = &sound {
            opened.skipped.push(Skipped { path: path.clone(), reason: chain(error) });
        }
        opened.found.push(sound.ok());
    }
    if broken == Broken::Refuse && !opened.skipped.is_empty() {
        return Err(AudioError::Broken { recordings: opened.skipped });
    }
    Ok(opened)
}

/// Warns of recordings that were skipped.
pub(super) fn report(skipped: &[Skipped]) {
    for Skipped { path, reason } in skipped {
        tracing::warn!(path = %path.display(), %reason, "skipped a recording");
    }
    if !skipped.is_empty() {
        tracing::warn!(skipped = skipped.len(), "recordings were skipped");
    }
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

/// A counter of opened recordings, which reports their number and the total.
pub(super) struct Count<'a> {
    done: AtomicUsize,
    all: usize,
    progress: &'a (dyn Fn(usize, usize) + Sync),
}

impl<'a> Count<'a> {
    pub(super) fn new(all: usize, progress: &'a (dyn Fn(usize, usize) + Sync)) -> Self {
        Self { done: AtomicUsize::new(0), all, progress }
    }

    pub(super) fn another(&self) {
        (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1, self.all);
    }
}

/// Returns the message of an error, followed by those of its causes.
fn chain(error: &dyn Error) -> String {
    let causes = iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
