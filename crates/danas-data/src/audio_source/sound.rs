//! What is known of a recording once it was decoded.

use std::{iter, path::Path};

use danas_dsp::{DspError, Recording, SoundFile};
use danas_space::{Digest, Hertz};

use crate::{
    index::{Indexed, Reader},
    placement::Extent,
};

/// Properties of a recording, which are known once it was decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Indexed for Sound {
    const KIND: &'static str = "recording";
    const VERSION: u32 = 1;

    fn write(&self, to: &mut Vec<u8>) {
        let Self { digest, content, rate, channels, samples } = self;
        to.extend([digest, content].map(|digest| *digest.as_bytes()).as_flattened());
        to.extend(rate.get().to_le_bytes());
        to.extend([*channels, *samples].map(|count| (count as u64).to_le_bytes()).as_flattened());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let (digest, content) = (from.digest()?, from.digest()?);
        let rate = Hertz::new(from.u32()?)?;
        let (channels, samples) = (from.u64()?.try_into().ok()?, from.u64()?.try_into().ok()?);
        Some(Self { digest, content, rate, channels, samples })
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_sound_is_read_back_and_its_version_is_raised_with_every_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let header =
            b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x10\0";
        fs::write(&path, [&header[..], b"data\x04\0\0\0\x01\0\xff\xff"].concat()).unwrap();
        let sound = Sound::open(&path).unwrap();
        assert_eq!((sound.rate.get(), sound.channels, sound.samples), (8000, 2, 1));
        let mut written = Vec::new();
        sound.write(&mut written);
        assert_eq!(Sound::read(&mut Reader::new(&written)), Some(sound));
        // If any of these bytes are others, raise the version.
        let digest = Digest::of(&written).to_string();
        let expected = "1379ea334b1a21531622b0fec4a82288469f249620411ec39ee074e1aa2928c6";
        assert_eq!((Sound::VERSION, digest.as_str()), (1, expected));
    }
}
