//! Command-line arguments that describe recordings, and the granularity of their features.

use std::{error::Error, path::PathBuf};

use clap::Args;
use danas::{
    Config, Preset,
    space::{AudioGranularity, Hertz, Representation},
};

/// Arguments for the recordings and their features.
#[derive(Debug, Args)]
pub(crate) struct Recordings {
    /// Folder of recordings, with one sub-folder for each class [default: the bundled digits].
    #[arg(long, value_name = "DIR")]
    dataset: Option<PathBuf>,
    /// Sample rate in hertz.
    #[arg(long, default_value_t = 8000)]
    rate: u32,
    /// Representation: spectrogram, mel-spectrogram, mfcc or waveform.
    #[arg(long, default_value = "mfcc")]
    representation: Representation,
}

impl Recordings {
    /// Returns the preset `words` for these recordings.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::preset(Preset::Words);
        let bundled = danas_datasets::spoken_digits_folder;
        config.data.folder = Some(self.dataset.clone().unwrap_or_else(bundled));
        config
    }

    /// Returns the granularity of the features, with the front end of `config`.
    pub(crate) fn granularity(&self, config: &Config) -> Result<AudioGranularity, Box<dyn Error>> {
        let rate = Hertz::new(self.rate).ok_or("--rate is 0, but must be at least 1")?;
        let front_end = config.space.data.front_end();
        Ok(AudioGranularity::new(rate, self.representation, front_end))
    }
}
