//! Recordings of ramps in folders, one for each class.

use std::path::Path;

use danas::{
    AudioSource, DataConfig, Error,
    space::{AudioGranularity, FrontEnd, Hertz, Representation},
};

use super::wav;

/// Writes a recording of a ramp. Its start depends on the name of the file, so that different files
/// have different contents.
pub(crate) fn write_wav(path: &Path, rate: u32, samples: usize) {
    let name = path.file_name().unwrap().to_str().unwrap();
    let start: usize = name.bytes().map(usize::from).sum();
    wav::write(path, rate, (0..samples).map(|n| ((start + n) % 200) as i16 * 100));
}

pub(crate) fn two_classes(folder: &Path) {
    for name in ["hum/a.wav", "hum/b.wav", "buzz/c.WAV", "buzz/d.wav"] {
        write_wav(&folder.join(name), 8000, 4000);
    }
}

pub(crate) fn source(folder: &Path) -> Result<AudioSource, Error> {
    DataConfig { folder: Some(folder.to_owned()), ..DataConfig::default() }.open([])
}

pub(crate) fn granularity(rate: u32) -> AudioGranularity {
    let front_end = FrontEnd::builder().frame_length(256).hop_length(128).build().unwrap();
    let sample_rate = Hertz::new(rate).unwrap();
    AudioGranularity::new(sample_rate, Representation::Mfcc, front_end)
}
