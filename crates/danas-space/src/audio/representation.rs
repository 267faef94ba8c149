//! Representations: the kinds of features that a clip is turned into.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Kind of features that a clip is turned into before the network reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Representation {
    /// Power spectrogram in decibels.
    Spectrogram,
    /// Power mel spectrogram in decibels.
    MelSpectrogram,
    /// Mel-frequency cepstral coefficients with their derivatives.
    Mfcc,
    /// The samples themselves, in one row.
    Waveform,
}

named!(
    Representation, "representation",
    Spectrogram => "spectrogram",
    MelSpectrogram => "mel-spectrogram",
    Mfcc => "mfcc",
    Waveform => "waveform",
);

impl Representation {
    /// Representations that have a column for each frame: the three of the paper.
    pub const OF_FRAMES: [Self; 3] = [Self::Spectrogram, Self::MelSpectrogram, Self::Mfcc];
}
