//! Where activations and other buffers lie in the head of the arena: they share memory if they are
//! never needed together.

/// A block of memory that is used from the first operator in `alive` to the second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Buffer {
    /// A multiple of the alignment.
    pub(super) bytes: u64,
    pub(super) alive: [usize; 2],
}

/// Returns the memory that buffers take as TensorFlow Lite Micro's `GreedyMemoryPlanner` places
/// them. It places the largest buffer first, and the last one first among equals. Each gets the
/// lowest position that is free during its lifetime.
///
/// Source: `memory_planner/greedy_memory_planner.cc`.
pub(super) fn planned(buffers: &[Buffer]) -> u64 {
    let meet = |a: usize, b: usize| {
        let [a_from, a_to] = buffers[a].alive;
        let [b_from, b_to] = buffers[b].alive;
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

    /// Returns a chain of buffers, each of which is alive together with the next.
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
        // The second and the fourth buffer share memory, and so do the other three.
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
