//! A configuration of whichever kind a file states.

use std::{fs, path::Path};

use serde::{
    Deserialize,
    de::{
        IntoDeserializer,
        value::{Error as NameError, StrDeserializer},
    },
};

#[cfg(feature = "audio")]
use super::audio::Audio;
#[cfg(feature = "image")]
use super::image::Image;
#[cfg(feature = "motion")]
use super::motion::Motion;
use super::{
    error::ConfigError,
    modality::{ConfigFor, Modality},
    whole::RESOLVED,
};

/// A configuration of one of the kinds of data that this crate was built with, for programs that take
/// any of them.
///
/// The kind is the one that the file states. Where it states none, the preset tells: `preset = "motion"`
/// makes it a search over motion. Without either, it is audio, or else the first of [`KINDS`](Self::KINDS).
///
/// ```
/// # #[cfg(all(feature = "audio", feature = "motion"))] {
/// use danas::AnyConfig;
///
/// let kind = |text| AnyConfig::from_toml(text).map(|config| config.kind());
/// assert_eq!(kind("kind = 'motion'\nsearch.evaluations = 20")?, "motion");
/// assert_eq!(kind("preset = 'motion'")?, "motion");
/// assert_eq!(kind("preset = 'words'")?, "audio");
/// assert!(kind("kind = 'smell'").is_err());
/// # }
/// # Ok::<(), danas::ConfigError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum AnyConfig {
    /// A search over recordings.
    #[cfg(feature = "audio")]
    Audio(Box<ConfigFor<Audio>>),
    /// A search over images.
    #[cfg(feature = "image")]
    Image(Box<ConfigFor<Image>>),
    /// A search over series of sensors.
    #[cfg(feature = "motion")]
    Motion(Box<ConfigFor<Motion>>),
}

impl AnyConfig {
    /// Names of the kinds, as they are stated in files.
    pub const KINDS: &'static [&'static str] = &[
        #[cfg(feature = "audio")]
        Audio::KIND,
        #[cfg(feature = "image")]
        Image::KIND,
        #[cfg(feature = "motion")]
        Motion::KIND,
    ];

    /// Reads a configuration from a file.
    ///
    /// # Errors
    /// [`ConfigError::Read`] if the file cannot be read, and [`ConfigError::File`] if
    /// [`from_toml`](Self::from_toml) refuses its content.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::from_toml(&text)
            .map_err(|source| ConfigError::File { path: path.to_owned(), source: Box::new(source) })
    }

    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// [`ConfigError::Kind`] for a kind that is not one of [`KINDS`](Self::KINDS), and everything that
    /// [`ConfigFor::from_toml`] refuses.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        // A text that is no TOML has no kind either; the reader of any kind tells its error.
        let stated: toml::Table = toml::from_str(text).unwrap_or_default();
        let name = |key: &str| stated.get(key).and_then(toml::Value::as_str);
        let kind = name("kind").map(str::to_owned);
        let preset = || name("preset").or_else(|| name(RESOLVED)).and_then(Self::kind_of_preset);
        let first = || Self::KINDS.first().copied();
        let kind = kind.or_else(|| preset().or_else(first).map(str::to_owned));
        match kind.unwrap_or_default().as_str() {
            #[cfg(feature = "audio")]
            Audio::KIND => ConfigFor::from_toml(text).map(Box::new).map(Self::Audio),
            #[cfg(feature = "image")]
            Image::KIND => ConfigFor::from_toml(text).map(Box::new).map(Self::Image),
            #[cfg(feature = "motion")]
            Motion::KIND => ConfigFor::from_toml(text).map(Box::new).map(Self::Motion),
            other => Err(ConfigError::Kind { kind: other.to_owned(), known: Self::KINDS }),
        }
    }

    /// Returns the configuration of a preset of any kind, or `None` for an unknown name.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        Self::kind_of_preset(name)?;
        let mut file = toml::Table::new();
        file.insert("preset".to_owned(), name.into());
        Self::from_toml(&file.to_string()).ok()
    }

    /// Returns the kind that has a preset of this name.
    fn kind_of_preset(name: &str) -> Option<&'static str> {
        [
            #[cfg(feature = "audio")]
            (has_preset::<Audio>(name), Audio::KIND),
            #[cfg(feature = "image")]
            (has_preset::<Image>(name), Image::KIND),
            #[cfg(feature = "motion")]
            (has_preset::<Motion>(name), Motion::KIND),
        ]
        .into_iter()
        .find_map(|(has, kind): (bool, &'static str)| has.then_some(kind))
    }

    /// Returns the name of the kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            #[cfg(feature = "audio")]
            Self::Audio(_) => Audio::KIND,
            #[cfg(feature = "image")]
            Self::Image(_) => Image::KIND,
            #[cfg(feature = "motion")]
            Self::Motion(_) => Motion::KIND,
        }
    }
}

fn has_preset<M: Modality>(name: &str) -> bool {
    let name: StrDeserializer<'_, NameError> = name.into_deserializer();
    M::Preset::deserialize(name).is_ok()
}
