//! The memory that TensorFlow Lite Micro needs to run a model.

mod cmsis_nn;
mod interpreter;
mod kernel;
mod memory;
mod planner;
mod platform;
mod structures;

use danas_space::{Bytes, Network};
use serde::{Deserialize, Serialize};

use self::interpreter::Taken;
pub use self::platform::{Instructions, Kernels, Machine, Platform};
use crate::{
    converter::Converter,
    error::SizeError,
    format::{DeployedFormat, Profile},
};

/// Alignment of the arena, of activations and of the persistent data of operators, in bytes.
const ALIGNMENT: u64 = 16;

/// Size of a 32-bit integer, in bytes.
const INT32: u64 = 4;

/// The tensor arena of TensorFlow Lite Micro: all of its working memory.
///
/// [`total`](Self::total) is the size to allocate. It is more than the sum of head and tail for a
/// small model: while it gets ready, the interpreter needs memory that it frees again.
///
/// The size is what TensorFlow Lite Micro's own steps take when they are followed one by one: each
/// table, each kernel's data, each temporary structure and the plan of the activations. It is a
/// multiple of 16 bytes, and is valid for an arena that is aligned to 16 bytes.
///
/// ```
/// use danas_size::{Arena, DeployedFormat, Instructions, Kernels, Platform};
/// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let arena = Arena::of(&network, DeployedFormat::Int8, Platform::REFERENCE)?;
/// assert_eq!((arena.head, arena.tail), (Bytes(768), Bytes(1196)));
/// assert_eq!(arena.total(), Bytes(1968));
///
/// let cortex_m4 = Platform::microcontroller(Kernels::CmsisNn(Instructions::Dsp));
/// let arena = Arena::of(&network, DeployedFormat::Int8, cortex_m4)?;
/// assert_eq!(arena.total(), Bytes(2176));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Arena {
    /// Memory of the activations. Activations that are never needed at the same time share memory.
    pub head: Bytes,
    /// Memory of the tables of tensors and operators, and of the data that operators keep between
    /// inferences.
    pub tail: Bytes,
    /// Size that the arena must have. Records of earlier versions do not contain it.
    #[serde(default)]
    needed: Bytes,
}

impl Arena {
    /// Returns the arena of `network` as TensorFlow 2.12 converts it.
    ///
    /// # Errors
    /// [`SizeError::TooLarge`] if the weights do not fit into a file.
    pub fn of(
        network: &Network,
        format: DeployedFormat,
        platform: Platform,
    ) -> Result<Self, SizeError> {
        Self::converted(network, Profile::default(), format, platform)
    }

    /// Returns the arena of `network` as the TensorFlow version of `profile` converts it.
    ///
    /// # Errors
    /// [`SizeError::TooLarge`] if the weights do not fit into a file.
    pub fn converted(
        network: &Network,
        profile: Profile,
        format: DeployedFormat,
        platform: Platform,
    ) -> Result<Self, SizeError> {
        let converter = Converter { profile, format: format.into(), ..Converter::default() };
        let graph = converter.graph(network)?;
        let Taken { head, tail, needed } = interpreter::allocate(&graph, platform);
        Ok(Self { head: Bytes(head), tail: Bytes(tail), needed: Bytes(needed) })
    }

    /// Returns the size to allocate, in an array that is aligned to 16 bytes.
    #[must_use]
    pub fn total(&self) -> Bytes {
        self.needed.max(self.used())
    }

    /// Returns the sum of head and tail, which `MicroInterpreter::arena_used_bytes` reports for an
    /// interpreter that is ready. An arena of this size may be too small to get ready in.
    #[must_use]
    pub const fn used(&self) -> Bytes {
        Bytes(self.head.get().saturating_add(self.tail.get()))
    }
}
