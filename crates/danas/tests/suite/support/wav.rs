//! WAV files for tests.

use std::{fs, path::Path};

use hound::{SampleFormat, WavSpec, WavWriter};

/// Writes a mono file of 16-bit samples, and its folder.
pub(crate) fn write(path: &Path, sample_rate: u32, samples: impl IntoIterator<Item = i16>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let (channels, bits_per_sample, sample_format) = (1, 16, SampleFormat::Int);
    let spec = WavSpec { channels, sample_rate, bits_per_sample, sample_format };
    let mut writer = WavWriter::create(path, spec).unwrap();
    samples.into_iter().for_each(|sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
}
