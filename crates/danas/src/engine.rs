//! The choice of the engine that trains candidates.

use std::{fmt, str::FromStr, sync::Arc};

use danas_model::{AutoEngine, Engine, InstructionSet, ModelError, NativeEngine};

use crate::config::ConfigError;

/// The engine that trains candidates.
///
/// Written as `auto`, `native`, `native-avx2` (or another [`InstructionSet`]), `torch` for libtorch
/// on the CPU, `torch-cuda:0` or `torch-mps`.
///
/// ```
/// use danas::EngineChoice;
///
/// let engine = "native-portable".parse::<EngineChoice>()?.engine()?;
/// assert_eq!(engine.name(), "native-portable");
/// # Ok::<(), danas::ConfigError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EngineChoice {
    /// The engine that is expected to be fastest, chosen for each network: [`AutoEngine`].
    #[default]
    Auto,
    /// danas' own engine, with the given instruction set or the fastest one of the machine.
    Native(Option<InstructionSet>),
    /// libtorch on a device, such as `cpu`. Requires the feature `torch`.
    Torch(String),
}

impl EngineChoice {
    /// Creates the engine.
    ///
    /// # Errors
    /// [`ConfigError::NoTorch`] for libtorch in a build without it, and [`ConfigError::Engine`] for an
    /// instruction set or a device that this machine does not have.
    pub fn engine(&self) -> Result<Arc<dyn Engine>, ConfigError> {
        Ok(match self {
            Self::Auto => Arc::new(AutoEngine::new()),
            Self::Native(None) => Arc::new(NativeEngine::new()),
            Self::Native(Some(set)) => Arc::new(NativeEngine::with(*set)?),
            #[cfg(feature = "torch")]
            Self::Torch(device) => Arc::new(danas_model::TorchEngine::on(device.parse()?)?),
            #[cfg(not(feature = "torch"))]
            Self::Torch(_) => return Err(ConfigError::NoTorch),
        })
    }
}

impl fmt::Display for EngineChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Native(None) => f.write_str("native"),
            Self::Native(Some(set)) => write!(f, "native-{set}"),
            Self::Torch(device) => write!(f, "torch-{device}"),
        }
    }
}

impl FromStr for EngineChoice {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let (engine, rest) = text.split_once('-').map_or((text, None), |(a, b)| (a, Some(b)));
        match (engine, rest) {
            ("auto", None) => Ok(Self::Auto),
            ("native", set) => {
                let set: Result<Option<InstructionSet>, ModelError> =
                    set.map(str::parse).transpose();
                Ok(Self::Native(set?))
            }
            ("torch", device) => Ok(Self::Torch(device.unwrap_or("cpu").to_owned())),
            _ => Err(ConfigError::UnknownEngine { text: text.to_owned() }),
        }
    }
}

/// Returns the engine to use if there is no reason to choose another one: that of
/// [`EngineChoice::Auto`].
#[must_use]
pub fn default_engine() -> Arc<dyn Engine> {
    Arc::new(AutoEngine::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_choice_are_inverse() {
        for text in ["auto", "native", "native-avx512", "torch-cpu", "torch-cuda:1", "torch-mps"] {
            assert_eq!(text.parse::<EngineChoice>().unwrap().to_string(), text);
        }
        for text in ["", "tensorflow", "native-sse", "auto-avx2"] {
            assert!(text.parse::<EngineChoice>().is_err(), "{text}");
        }
    }
}
