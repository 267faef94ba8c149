//! The first look at recordings.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use danas_dsp::{Digest, DspError, SoundFile};
use danas_evo::with_causes;
use danas_space::Hertz;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::AudioError;

/// What becomes of recordings that cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Broken {
    /// The first of them is an error.
    #[default]
    Refuse,
    /// They are left out, named with a warning, and [counted](super::AudioSource::skipped).
    Skip,
}

/// A recording that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The file as it was given.
    pub path: PathBuf,
    /// Why, on one line.
    pub reason: String,
}

/// What is known of a recording that was decoded once.
pub(super) struct Sound {
    pub(super) digest: Digest,
    pub(super) rate: Hertz,
    pub(super) channels: usize,
}

/// Recordings, `None` in place of those that were skipped.
pub(super) struct Opened {
    pub(super) found: Vec<Option<Sound>>,
    pub(super) skipped: Vec<Skipped>,
}

/// Decodes recordings, each once; `opened` is called after each.
pub(super) fn open_all<'a>(
    paths: impl Iterator<Item = &'a PathBuf>,
    broken: Broken,
    opened: &(dyn Fn() + Sync),
) -> Result<Opened, AudioError> {
    let paths: Vec<&PathBuf> = paths.collect();
    let open = |path: &&PathBuf| {
        let sound = open(path);
        opened();
        sound
    };
    let sounds: Vec<_> = match broken {
        Broken::Refuse => {
            let sounds = paths.par_iter().map(|path| open(path).map(Ok));
            sounds.collect::<Result<_, _>>()?
        }
        Broken::Skip => paths.par_iter().map(open).collect(),
    };
    let mut opened = Opened { found: Vec::new(), skipped: Vec::new() };
    for (path, sound) in paths.into_iter().zip(sounds) {
        if let Err(error) = &sound {
            let reason = with_causes(error);
            tracing::warn!(path = %path.display(), %reason, "skipped a broken recording");
            opened.skipped.push(Skipped { path: path.clone(), reason });
        }
        opened.found.push(sound.ok());
    }
    if !opened.skipped.is_empty() {
        let (skipped, all) = (opened.skipped.len(), opened.found.len());
        tracing::warn!(skipped, all, "recordings were skipped");
    }
    Ok(opened)
}

/// Counts recordings that were opened, and tells how many there are.
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

fn open(path: &PathBuf) -> Result<Sound, DspError> {
    let file = SoundFile::read(path)?;
    let sound = file.decode()?;
    Ok(Sound { digest: file.digest(), rate: sound.rate(), channels: sound.channels().len() })
}
