//! The names of configurations to start from.

use std::{fmt, str::FromStr};

use danas_space::SpaceError;
use serde::{Deserialize, Serialize};

/// A named configuration to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Preset {
    /// Sounds of 10 s at the paper's sample rates, as mel spectrograms or MFCCs. It asks the
    /// question of the paper with more recent architectures and training. The time limit is ten
    /// minutes.
    #[default]
    Standard,
    /// The paper's experiments (its Tables 1 and 2). The only difference is the test set, which
    /// judges the front but no longer chooses candidates.
    Paper,
    /// Short events such as spoken words, in clips of half a second at up to 16 kHz. The objectives
    /// are accuracy, and the flash and RAM that the int8 model takes on a device that listens all
    /// the time. The float32 model has a soft limit of 20 kB and a hard limit of 100 kB. The time
    /// limit is five minutes.
    Words,
    /// Longer sounds, such as those of an environment or a machine, in clips of 5 s at up to 16
    /// kHz. The objectives are the same as for words. The streaming RAM of the int8 model has a
    /// soft limit of 64 KiB and a hard limit of 128 KiB, and the model itself has a hard limit of
    /// 128 KiB. The time limit is five minutes.
    Sounds,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Paper, Self::Words, Self::Sounds];

    /// Returns the name used in configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Paper => "paper",
            Self::Words => "words",
            Self::Sounds => "sounds",
        }
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        Self::ALL.into_iter().find(|preset| preset.name() == text).ok_or_else(|| {
            SpaceError::UnknownName {
                kind: "preset",
                text: text.to_owned(),
                expected: "standard, paper, words, sounds",
            }
        })
    }
}
