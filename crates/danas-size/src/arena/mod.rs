//! The memory that TensorFlow Lite Micro needs to run a model.

mod head;
mod tail;

use danas_space::{Bytes, Network};
use serde::{Deserialize, Serialize};

use crate::{DeployedFormat, steps::steps};

/// Activations start at multiples of this many bytes, as do what operators keep.
const ALIGNMENT: u64 = 16;

/// Bytes of an integer of 32 bits.
const INT32: u64 = 4;

/// Where TensorFlow Lite Micro runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Platform {
    /// A microcontroller with pointers of 32 bits and TensorFlow Lite Micro's reference kernels.
    /// Other kernels keep more, and may need scratch buffers beside the activations.
    #[default]
    Microcontroller,
    /// The Python package `tflite-micro` on a 64-bit host: what recorded allocations are held
    /// against.
    Host,
}

/// The tensor arena of TensorFlow Lite Micro: all of its working memory.
///
/// The head is the same everywhere. The tail is the sum of structures whose sizes depend on the
/// platform: those of the host are met exactly on every model recorded there, and a microcontroller's
/// come from the same sum.
///
/// ```
/// use danas_size::{Arena, DeployedFormat, Platform};
/// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let arena = Arena::of(&network, DeployedFormat::Int8, Platform::Microcontroller);
/// assert_eq!((arena.head, arena.tail), (Bytes(768), Bytes(1212)));
/// assert_eq!(arena.total(), Bytes(1980));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Arena {
    /// The activations, planned so that those that are never needed together share memory.
    pub head: Bytes,
    /// The tables of tensors and operators, and what operators keep between inferences.
    pub tail: Bytes,
}

impl Arena {
    /// The arena of `network` as TensorFlow 2.12 converts it.
    #[must_use]
    pub fn of(network: &Network, format: DeployedFormat, platform: Platform) -> Self {
        let element = match format {
            DeployedFormat::Float32 => 4,
            DeployedFormat::Int8 => 1,
        };
        let steps = steps(network);
        let head = Bytes(head::bytes(&steps, element));
        Self { head, tail: Bytes(tail::bytes(&steps, format, platform)) }
    }

    /// Head and tail.
    #[must_use]
    pub const fn total(&self) -> Bytes {
        Bytes(self.head.get().saturating_add(self.tail.get()))
    }
}
