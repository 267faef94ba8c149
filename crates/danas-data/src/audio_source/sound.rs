//! What is known of a recording once it was decoded.

use std::{iter, path::Path};

use danas_dsp::{DspError, Recording, SoundFile};
use danas_space::{Digest, Hertz};

use crate::placement::Extent;

/// Properties of a recording, which are known once it was decoded.
#[derive(Clone, Copy)]
pub(super) struct Sound {
    /// Digest of the file.
    pub(super) digest: Digest,
    /// Digest of the rate and the samples, which is the same for the same sound in any format.
    pub(super) content: Digest,
    pub(super) rate: Hertz,
    pub(super) channels: usize,
    /// Number of samples in each channel.
    pub(super) samples: usize,
}

impl Sound {
    /// Decodes a file.
    pub(super) fn open(path: &Path) -> Result<Self, DspError> {
        let file = SoundFile::read(path)?;
        let sound = file.decode()?;
        let (rate, channels) = (sound.rate(), sound.channels().len());
        let samples = sound.samples_per_channel();
        Ok(Self { digest: file.digest(), content: content(&sound), rate, channels, samples })
    }

    /// Returns what a span of the recording must suit.
    pub(super) fn extent(self) -> Extent {
        let Self { content, samples, rate, .. } = self;
        Extent { content, samples, rate: f64::from(rate.get()) }
    }
}

fn content(sound: &Recording) -> Digest {
    let digest = |samples: &Vec<f32>| {
        let mut bytes = vec![[0; 4]; samples.len()];
        bytes.iter_mut().zip(samples).for_each(|(to, sample)| *to = sample.to_le_bytes());
        Digest::of(bytes.as_flattened())
    };
    let channels: Vec<Digest> = sound.channels().iter().map(digest).collect();
    let rate = sound.rate().get().to_le_bytes();
    Digest::of_parts(
        iter::once(rate.as_slice()).chain(channels.iter().map(|one| one.as_bytes().as_slice())),
    )
}
