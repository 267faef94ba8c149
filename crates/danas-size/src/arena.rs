//! The memory that TensorFlow Lite Micro needs to run a model.

use danas_space::{Activation, Bytes, Layer, Network, Shape};

use crate::NumberFormat;

/// Activations start at multiples of this many bytes, as do what operators keep.
const ALIGNMENT: u64 = 16;

/// The tensor arena of TensorFlow Lite Micro: all of its working memory.
///
/// Measured by the package `tflite-micro` on a 64-bit host, and met exactly on every model
/// recorded there. A 32-bit microcontroller has the same head; its tail holds the same tables with
/// shorter pointers, and is smaller.
///
/// ```
/// use danas_size::{Arena, NumberFormat};
/// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let arena = Arena::of(&network, NumberFormat::Int8).ok_or("int8 models run")?;
/// assert_eq!((arena.head, arena.tail), (Bytes(768), Bytes(2224)));
/// assert_eq!(arena.total(), Bytes(2992));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Arena {
    /// The activations, planned so that those that are never needed together share memory.
    pub head: Bytes,
    /// The tables of tensors and operators, and what operators keep between inferences.
    pub tail: Bytes,
}

impl Arena {
    /// The arena of `network` as TensorFlow 2.12 converts it; `None` for dynamic range models, which
    /// TensorFlow Lite Micro does not run.
    #[must_use]
    pub fn of(network: &Network, format: NumberFormat) -> Option<Self> {
        let element = match format {
            NumberFormat::Float32 => 4,
            NumberFormat::Int8 => 1,
            NumberFormat::DynamicRange => return None,
        };
        let head = Bytes(planned(&activations(network, element)));
        Some(Self { head, tail: Bytes(tail(network, format)) })
    }

    /// Head and tail.
    #[must_use]
    pub const fn total(&self) -> Bytes {
        Bytes(self.head.get().saturating_add(self.tail.get()))
    }
}

/// The bytes of each activation, in the order of the operators: each reads the former one and
/// writes the next.
fn activations(network: &Network, element: u64) -> Vec<u64> {
    let values = |shape: Shape| shape.elements().map_or(u64::MAX, |values| values as u64);
    let mut sizes = vec![values(network.input())];
    for shaped in network.layers() {
        let Layer::Conv2d(conv) = shaped.layer;
        let outputs = match conv.activation {
            Activation::Relu => 1,
            Activation::Sigmoid => 2,
        };
        sizes.extend(std::iter::repeat_n(values(shaped.output), outputs));
    }
    let classes = network.classes() as u64;
    sizes.extend([network.flattened() as u64, network.dense_width().into(), classes, classes]);
    let aligned = |values: u64| {
        let bytes = values.saturating_mul(element);
        bytes.checked_next_multiple_of(ALIGNMENT).unwrap_or(u64::MAX)
    };
    sizes.into_iter().map(aligned).collect()
}

/// The memory that a chain of buffers takes where each is alive with the next, as TensorFlow Lite
/// Micro's `GreedyMemoryPlanner` places them: the largest first, of equal ones the last first, each
/// at the lowest place that is free as long as it is alive.
fn planned(sizes: &[u64]) -> u64 {
    // Buffer n is written by operator n - 1 and read by operator n; the last operator writes the
    // output.
    let last = sizes.len().saturating_sub(2);
    let alive = |buffer: usize| (buffer.saturating_sub(1), buffer.min(last));
    let meet = |a: usize, b: usize| alive(a).0 <= alive(b).1 && alive(b).0 <= alive(a).1;
    let mut order: Vec<usize> = (0..sizes.len()).rev().collect();
    order.sort_by_key(|&buffer| std::cmp::Reverse(sizes[buffer]));
    let mut placed: Vec<(u64, usize)> = Vec::with_capacity(sizes.len());
    let mut peak = 0;
    for buffer in order {
        let mut place = 0_u64;
        for &(start, other) in placed.iter().filter(|&&(_, other)| meet(buffer, other)) {
            if start >= place.saturating_add(sizes[buffer]) {
                break;
            }
            place = place.max(start.saturating_add(sizes[other]));
        }
        let at = placed.partition_point(|&other| other <= (place, buffer));
        placed.insert(at, (place, buffer));
        peak = peak.max(place.saturating_add(sizes[buffer]));
    }
    peak
}

/// What stands at the end of the arena on a 64-bit host.
///
/// The terms were read off recorded allocations of models of this family: they are sizes of
/// structures of TensorFlow Lite Micro.
fn tail(network: &Network, format: NumberFormat) -> u64 {
    let convolutions = network.layers().len() as u64;
    let convs = || {
        network.layers().iter().map(|shaped| {
            let Layer::Conv2d(conv) = shaped.layer;
            conv
        })
    };
    let sigmoids = convs().filter(|conv| conv.activation == Activation::Sigmoid).count() as u64;
    // An input, a kernel, a bias and an output for each convolution; a shape, two kernels, two biases
    // and four outputs for what follows.
    let tensors = 1 + 3 * convolutions + sigmoids + 9;
    let operators = convolutions + sigmoids + 4;
    let evaluated = 24 * tensors;
    let nodes = 64 * operators;
    let input_and_output = 128 + if format == NumberFormat::Int8 { 64 } else { 0 };
    let lists = (28 * convolutions + 4).next_multiple_of(8);
    // Each convolution keeps two integers for each filter.
    let channels = convs().map(|conv| 2 * (4 * u64::from(conv.filters)).div_ceil(ALIGNMENT));
    let channels: u64 = channels.sum();
    let kept = ALIGNMENT * (17 + 5 * convolutions + sigmoids + channels);
    // They start where a multiple of the alignment is reached.
    let gap = if (evaluated + lists).is_multiple_of(ALIGNMENT) { 4 } else { 12 };
    evaluated + nodes + input_and_output + gap + kept + 588 + lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_never_share_memory_and_others_do() {
        assert_eq!(planned(&[16, 16]), 32);
        assert_eq!(planned(&[32, 16, 32]), 48);
        // The second and the fourth share, and so do all others.
        assert_eq!(planned(&[16, 64, 16, 64, 16]), 80);
        assert_eq!(planned(&[0, 0]), 0);
    }
}
