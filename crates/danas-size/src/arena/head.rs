//! The activations, planned so that those that are never needed together share memory.

use danas_space::{Activation, Network, Shape};

use super::ALIGNMENT;
use crate::known::convolutions;

/// The bytes of the head for elements of so many bytes.
pub(super) fn bytes(network: &Network, element: u64) -> u64 {
    planned(&activations(network, element))
}

/// The bytes of each activation, in the order of the operators: each reads the former one and
/// writes the next.
fn activations(network: &Network, element: u64) -> Vec<u64> {
    let values = |shape: Shape| shape.elements().map_or(u64::MAX, |values| values as u64);
    let mut sizes = vec![values(network.input())];
    for (shaped, conv) in network.layers().iter().zip(convolutions(network)) {
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
