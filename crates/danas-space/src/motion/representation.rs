//! The forms in which a network receives a series.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Form in which a network receives a window of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum MotionRepresentation {
    /// The samples: a row for each channel and a column for each sample.
    #[default]
    Raw,
    /// Power over frequency and time, in decibels: a row for each frequency bin, a column for each
    /// frame, and the channels as channels.
    Spectrogram,
    /// Mean power in bands of frequency, in decibels: a row for each band, and the channels as
    /// channels.
    Bands,
    /// [Statistics](Self::STATISTICS) of the window: a row for each statistic, and the channels as
    /// channels. Each of them is standardised on its own, as all rows are.
    Statistics,
}

named!(
    MotionRepresentation, "representation",
    Raw => "raw",
    Spectrogram => "spectrogram",
    Bands => "bands",
    Statistics => "statistics",
);

impl MotionRepresentation {
    /// The statistics of a channel, in the order of the rows. All of them can be updated sample by
    /// sample: mean, standard deviation (of the population), minimum, maximum, mean absolute
    /// difference of neighbouring samples, and the share of samples at which the series turns (its
    /// difference changes its sign).
    pub const STATISTICS: [&str; 6] =
        ["mean", "deviation", "minimum", "maximum", "mean_change", "turns"];
}
