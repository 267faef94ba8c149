//! The devices on which libtorch computes.

use std::{fmt, str::FromStr};

use crate::error::ModelError;

/// Device on which libtorch computes. Written as text: `cpu`, `cuda:0`, `mps`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TorchDevice {
    /// The main processor.
    #[default]
    Cpu,
    /// An NVIDIA (or, with ROCm, AMD) graphics card, by its index.
    Cuda(usize),
    /// Apple's graphics processor.
    Mps,
}

impl TorchDevice {
    /// Returns whether this machine, and the libtorch in use, have the device.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Cpu => true,
            Self::Cuda(index) => {
                let cards = if tch::Cuda::is_available() { tch::Cuda::device_count() } else { 0 };
                usize::try_from(cards).is_ok_and(|cards| index < cards)
            }
            Self::Mps => tch::utils::has_mps(),
        }
    }
}

impl fmt::Display for TorchDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(index) => write!(f, "cuda:{index}"),
            Self::Mps => f.write_str("mps"),
        }
    }
}

impl FromStr for TorchDevice {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let unknown = || ModelError::UnknownDevice { text: text.to_owned() };
        match text {
            "cpu" => Ok(Self::Cpu),
            "mps" => Ok(Self::Mps),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let index = text.strip_prefix("cuda:").ok_or_else(unknown)?;
                index.parse().map(Self::Cuda).map_err(|_| unknown())
            }
        }
    }
}

impl From<TorchDevice> for tch::Device {
    fn from(device: TorchDevice) -> Self {
        match device {
            TorchDevice::Cpu => Self::Cpu,
            TorchDevice::Cuda(index) => Self::Cuda(index),
            TorchDevice::Mps => Self::Mps,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torch::TorchEngine;

    #[test]
    fn text_and_device_are_inverse() {
        for text in ["cpu", "cuda:0", "cuda:11", "mps"] {
            assert_eq!(text.parse::<TorchDevice>().unwrap().to_string(), text);
        }
        let refused = "gpu".parse::<TorchDevice>().unwrap_err();
        assert_eq!(refused.to_string(), "unknown device `gpu`: expected `cpu`, `cuda:0` or `mps`");
    }

    #[test]
    fn a_card_that_is_not_there_is_refused_by_its_name() {
        let refused = TorchEngine::on(TorchDevice::Cuda(99)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "device `cuda:99` is not available on this machine or in the library in use"
        );
    }
}
