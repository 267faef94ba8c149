//! What a training takes in memory, from shapes.

use crate::{Keep, Workload};

/// Of a number.
const FLOAT: u64 = size_of::<f32>() as u64;

/// Bytes at the peak of a training on the CPU, as far as shapes tell: libtorch chooses its own buffers.
///
/// A batch's activations are there up to five times at once: as outputs, as gradients, and both once more in
/// the layouts that its convolutions compute in, and as what the allocator keeps. That was measured, and is
/// not promised by libtorch.
pub(super) fn peak(workload: &Workload<'_>) -> u64 {
    let Workload { network, config, examples, validation } = *workload;
    let values = network.input().elements().unwrap_or(usize::MAX) as u64;
    let batch = config.batch_size.min(examples.max(1)) as u64;
    let outputs =
        network.layers().iter().map(|shaped| shaped.output.elements().unwrap_or(usize::MAX));
    let outputs = outputs.fold(values, |sum, output| sum.saturating_add(output as u64));
    let activations = batch.saturating_mul(outputs).saturating_mul(5 * FLOAT);
    // Scaled, and uploaded.
    let features =
        ((examples + validation) as u64).saturating_mul(values).saturating_mul(2 * FLOAT);
    let copies = match config.keep {
        Keep::Last => 9,
        Keep::Best => 11,
    };
    let weights = network.parameters().saturating_mul(copies * FLOAT);
    [features, activations, weights, 32 << 20].into_iter().fold(0, u64::saturating_add)
}
