//! Costs of a candidate on a device: memory, operations, time and energy.

use danas_firmware::FirmwareCosts;
use danas_size::{Arena, Converter, DeployedFormat, NumberFormat, Platform, Run, SizeError};
use danas_space::{Bytes, Granularity, Network, ScratchBuffer};
use serde::{Deserialize, Serialize};

use crate::target::Target;

/// Costs of a candidate on a device, all known before it is trained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Costs {
    /// Size of the TensorFlow Lite model with float32 weights.
    pub model_size: Bytes,
    /// Size of the TensorFlow Lite model in 8-bit integers.
    pub int8_size: Bytes,
    /// Tensor arena to allocate for the float32 model, for TensorFlow Lite Micro on a
    /// microcontroller with its reference kernels.
    pub arena: Arena,
    /// Tensor arena to allocate for the 8-bit integer model, for the same kernels.
    pub int8_arena: Arena,
    /// Size of one raw example.
    pub input_buffer: Bytes,
    /// Size of the raw data that a device keeps while it turns a stream into features.
    pub streaming_buffer: Bytes,
    /// Scratch buffers of the preprocessing.
    pub scratch: Vec<ScratchBuffer>,
    /// Number of trainable parameters.
    pub parameters: u64,
    /// Number of multiply-accumulates of one inference.
    pub macs: u64,
    /// Time and energy of one inference on the search's device; `None` without a device.
    pub run: Option<Run>,
    /// Memory of the C library of the 8-bit integer model, with its front end. `None` for costs that
    /// an earlier version recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<Firmware>,
}

/// The memory that a candidate's C library needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Firmware {
    /// Size of the struct that the program owns: for a stream, with the ring of its latest samples;
    /// otherwise without the example, which the program owns itself.
    pub ram: Bytes,
    /// Estimate of the flash for tables and code, on a Cortex-M4.
    pub flash: Bytes,
}

impl From<FirmwareCosts> for Firmware {
    fn from(costs: FirmwareCosts) -> Self {
        Self { ram: costs.stream.unwrap_or(costs.work), flash: costs.flash }
    }
}

impl Costs {
    /// Computes the costs of a network that reads features of `granularity`.
    pub(crate) fn new<G: Granularity>(
        network: &Network,
        granularity: &G,
        target: Option<&Target>,
    ) -> Result<Self, SizeError> {
        let size = |format| Converter::default().with_format(format).model_size(network);
        let arena = |format| Arena::of(network, format, Platform::REFERENCE);
        let operators = Converter::default().operators(network)?;
        Ok(Self {
            model_size: size(NumberFormat::Float32)?,
            int8_size: size(NumberFormat::Int8)?,
            arena: arena(DeployedFormat::Float32)?,
            int8_arena: arena(DeployedFormat::Int8)?,
            input_buffer: granularity.input_buffer(),
            streaming_buffer: granularity.streaming_buffer(),
            scratch: granularity.scratch(),
            parameters: network.parameters(),
            macs: network.macs(),
            run: target.map(|target| target.run(&operators)),
            firmware: None,
        })
    }

    /// Adds the costs of the C library.
    pub(crate) fn with_firmware(self, firmware: Firmware) -> Self {
        Self { firmware: Some(firmware), ..self }
    }

    /// Returns the RAM that a microcontroller needs for the model in a format: arena, input buffer
    /// and scratch buffers of the preprocessing. The arena is for the reference kernels; an
    /// [`Arena`] of another [`Platform`] tells what optimised kernels need.
    #[must_use]
    pub fn ram(&self, format: DeployedFormat) -> Bytes {
        self.ram_with(format, self.input_buffer)
    }

    /// Returns the RAM that a microcontroller needs for the model in a format, if it computes the
    /// features from a stream: arena, streaming buffer and scratch buffers of the preprocessing.
    #[must_use]
    pub fn streaming_ram(&self, format: DeployedFormat) -> Bytes {
        self.ram_with(format, self.streaming_buffer)
    }

    fn ram_with(&self, format: DeployedFormat, raw: Bytes) -> Bytes {
        let arena = match format {
            DeployedFormat::Float32 => self.arena,
            DeployedFormat::Int8 => self.int8_arena,
        };
        let scratch = self.scratch.iter().map(|buffer| buffer.bytes);
        scratch.fold(arena.total() + raw, |sum, bytes| sum + bytes)
    }

    /// Returns the flash that the model in a format needs.
    #[must_use]
    pub const fn flash(&self, format: DeployedFormat) -> Bytes {
        match format {
            DeployedFormat::Float32 => self.model_size,
            DeployedFormat::Int8 => self.int8_size,
        }
    }
}
