//! What a library costs.

use danas_space::{Bytes, Network};

use super::memory::Memory;
use crate::{
    flash::{Parts, code_bytes},
    front_end::FrontEndOutline,
    network::NetworkOutline,
};

/// The memory that a library needs, in bytes as `sizeof` counts them, and its flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirmwareCosts {
    /// Memory for one example: what front end and network work in. The example itself is the
    /// caller's.
    pub work: Bytes,
    /// Memory for a stream: the same, and the ring of its latest samples. `None` for data that is no
    /// stream.
    pub stream: Option<Bytes>,
    /// Constant tables: weights, windows, filters and all others.
    pub tables: Bytes,
    /// Estimate of the flash: tables, names of classes and code. The code is that of a Cortex-M4
    /// with floating-point unit, as GCC compiles it for size (`-Os`). Functions of the standard
    /// library, such as `logf`, do not count.
    pub flash: Bytes,
}

impl FirmwareCosts {
    /// Returns the costs of a network behind a front end. They are those of the library of every
    /// model of this network, which danas' default converter quantised if it is in integers.
    ///
    /// ```
    /// use danas_firmware::{FirmwareCosts, FrontEnd, FrontEndOutline, InputScaling};
    /// use danas_size::DeployedFormat;
    /// use danas_space::{Architecture, Bytes, Network, Shape};
    ///
    /// let shape = Shape::new(1, 3, 1);
    /// let network = Network::new(shape, &Architecture::new(vec![], 0)?, 2)?;
    /// let (format, classes) = (DeployedFormat::Float32, ["no".to_owned(), "yes".to_owned()]);
    /// let front_end = FrontEndOutline::new(&FrontEnd::Features(shape), format, InputScaling::None)?;
    /// let costs = FirmwareCosts::of(&network, &front_end, &classes);
    /// assert_eq!(costs.work, Bytes(4 * (3 + 2))); // the input and the output
    /// assert_eq!(costs.tables, Bytes(4 * (2 * 3 + 2))); // weights and biases
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(network: &Network, front_end: &FrontEndOutline, classes: &[String]) -> Self {
        Self::new(&NetworkOutline::of(network, front_end.format), front_end, classes)
    }

    pub(super) fn new(
        network: &NetworkOutline,
        front_end: &FrontEndOutline,
        classes: &[String],
    ) -> Self {
        let memory = Memory::new(network, front_end);
        let tables = network.constants.get().saturating_add(front_end.tables);
        // A pointer for each name, its bytes and a zero.
        let names: u64 = classes.iter().map(|name| 4 + name.len() as u64 + 1).sum();
        let code = code_bytes(&Parts::of(network, front_end, classes.len()));
        Self {
            work: memory.work(),
            stream: front_end.raw.rate.map(|_| memory.stream()),
            tables: Bytes(tables),
            flash: Bytes(tables.saturating_add(names).saturating_add(code)),
        }
    }
}
