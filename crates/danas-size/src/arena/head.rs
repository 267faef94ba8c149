//! The activations, planned so that those that are never needed together share memory.

use danas_space::Shape;

use super::{ALIGNMENT, INT32};
use crate::steps::{Step, Work};

/// The bytes of the head for elements of so many bytes.
pub(super) fn bytes(steps: &[Step], element: u64) -> u64 {
    planned(&buffers(steps, element))
}

/// What is in memory from the first of two operators to the second.
#[derive(Debug, Clone, Copy)]
struct Buffer {
    bytes: u64,
    alive: [usize; 2],
}

/// The activations, of which each operator reads the former one and writes the next; then what a mean
/// needs while it runs: its sums, a position in four dimensions, and the two that it is taken over.
fn buffers(steps: &[Step], element: u64) -> Vec<Buffer> {
    let bytes = |shape: Shape, element: u64| {
        let values = shape.elements().map_or(u64::MAX, |values| values as u64);
        let bytes = values.saturating_mul(element);
        bytes.checked_next_multiple_of(ALIGNMENT).unwrap_or(u64::MAX)
    };
    let last = steps.len().saturating_sub(1);
    let input =
        steps.first().map(|step| Buffer { bytes: bytes(step.input, element), alive: [0; 2] });
    let outputs = steps.iter().enumerate().map(|(index, step)| Buffer {
        bytes: bytes(step.output, element),
        alive: [index, (index + 1).min(last)],
    });
    let needs = steps.iter().enumerate().flat_map(|(index, step)| {
        let sums = (element == 1).then(|| bytes(step.output, INT32)); // of integers only
        let needs = sums.into_iter().chain([ALIGNMENT; 2]);
        let needs = needs.filter(|_| step.work == Work::Mean);
        needs.map(move |bytes| Buffer { bytes, alive: [index; 2] })
    });
    input.into_iter().chain(outputs).chain(needs).collect()
}

/// The memory of buffers as TensorFlow Lite Micro's `GreedyMemoryPlanner` places them: the largest
/// first, of equal ones the last first, each at the lowest place that is free as long as it is alive.
fn planned(buffers: &[Buffer]) -> u64 {
    let meet = |a: usize, b: usize| {
        let ([a_from, a_to], [b_from, b_to]) = (buffers[a].alive, buffers[b].alive);
        a_from <= b_to && b_from <= a_to
    };
    let mut order: Vec<usize> = (0..buffers.len()).rev().collect();
    order.sort_by_key(|&buffer| std::cmp::Reverse(buffers[buffer].bytes));
    let mut placed: Vec<(u64, usize)> = Vec::with_capacity(buffers.len());
    let mut peak = 0;
    for buffer in order {
        let mut place = 0_u64;
        for &(start, other) in placed.iter().filter(|&&(_, other)| meet(buffer, other)) {
            if start >= place.saturating_add(buffers[buffer].bytes) {
                break;
            }
            place = place.max(start.saturating_add(buffers[other].bytes));
        }
        let at = placed.partition_point(|&other| other <= (place, buffer));
        placed.insert(at, (place, buffer));
        peak = peak.max(place.saturating_add(buffers[buffer].bytes));
    }
    peak
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain, each of its buffers alive with the next.
    fn chain(sizes: &[u64]) -> Vec<Buffer> {
        let last = sizes.len() - 2;
        let buffer = |(index, &bytes): (usize, &u64)| Buffer {
            bytes,
            alive: [index.saturating_sub(1), index.min(last)],
        };
        sizes.iter().enumerate().map(buffer).collect()
    }

    #[test]
    fn neighbours_never_share_memory_and_others_do() {
        assert_eq!(planned(&chain(&[16, 16])), 32);
        assert_eq!(planned(&chain(&[32, 16, 32])), 48);
        // The second and the fourth share, and so do all others.
        assert_eq!(planned(&chain(&[16, 64, 16, 64, 16])), 80);
        assert_eq!(planned(&chain(&[0, 0])), 0);
    }

    #[test]
    fn what_one_operator_needs_lies_beside_its_input_and_output_only() {
        let sums = Buffer { bytes: 48, alive: [1; 2] };
        let with_sums = |sizes: &[u64]| planned(&[chain(sizes), vec![sums]].concat());
        assert_eq!(with_sums(&[64, 16, 16]), 80);
        assert_eq!(with_sums(&[16, 16, 16]), 80);
    }
}
