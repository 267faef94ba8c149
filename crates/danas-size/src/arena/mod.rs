//! The memory that TensorFlow Lite Micro needs to run a model.

mod head;
mod tail;

use danas_space::{Bytes, Network};
use serde::{Deserialize, Serialize};

use crate::{format::DeployedFormat, steps::steps};

/// Alignment of activations and of the persistent data of operators, in bytes.
const ALIGNMENT: u64 = 16;

/// Size of a 32-bit integer, in bytes.
const INT32: u64 = 4;

/// The platform on which TensorFlow Lite Micro runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Platform {
    /// A microcontroller with 32-bit pointers and TensorFlow Lite Micro's reference kernels. Other
    /// kernels keep more data, and may need scratch buffers in addition to the activations.
    #[default]
    Microcontroller,
    /// The Python package `tflite-micro` on a 64-bit host, for comparison with recorded
    /// allocations.
    Host,
}

/// The tensor arena of TensorFlow Lite Micro: all of its working memory.
///
/// The head is the same on every platform. The tail is the sum of structures whose sizes depend on
/// the platform. For the host, the sum is exact for every model that was recorded there. For a
/// microcontroller, the same sum is taken over the sizes that the structures have there.
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
    /// Memory of the activations. Activations that are never needed at the same time share memory.
    pub head: Bytes,
    /// Memory of the tables of tensors and operators, and of the data that operators keep between
    /// inferences.
    pub tail: Bytes,
}

impl Arena {
    /// Returns the arena of `network` as TensorFlow 2.12 converts it.
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

    /// Returns the sum of head and tail.
    #[must_use]
    pub const fn total(&self) -> Bytes {
        Bytes(self.head.get().saturating_add(self.tail.get()))
    }
}
