//! The places of activations in memory.
//!
//! Operations run one after the other, and only the input and the output of the one that runs are
//! needed. Activations therefore lie alternately at the two ends of the memory: no operation needs
//! more than its input and its output, and no placement can do with less, unless an operation
//! writes where it reads.

use super::span::Span;

/// Ability of an operation to write where it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reuse {
    /// Its output must not overlap its input.
    None,
    /// Its output has the length of its input, and is at the same place.
    InPlace,
    /// Its output is at most as long as its input, and may begin where its input begins.
    Shrinking,
}

/// One of the two ends of the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Start,
    End,
}

impl End {
    const BOTH: [Self; 2] = [Self::Start, Self::End];
}

/// The activations of a network in the order of use, beginning with its input.
#[derive(Debug)]
pub(super) struct Buffers {
    alignment: usize,
    /// Number of values of each activation.
    values: Vec<usize>,
    /// Ability of the operation before each activation. The first one stands for none.
    reuse: Vec<Reuse>,
}

/// The places of all activations.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) spans: Vec<Span>,
    /// Number of values of the memory.
    pub(super) values: usize,
}

impl Buffers {
    /// Begins with the input. Activations begin at multiples of `alignment` values.
    pub(super) fn new(alignment: usize, input: usize) -> Self {
        Self { alignment, values: vec![input], reuse: vec![Reuse::None] }
    }

    /// Adds the output of the next operation.
    pub(super) fn add(&mut self, values: usize, reuse: Reuse) {
        self.values.push(values);
        self.reuse.push(reuse);
    }

    /// Returns the length of an activation, rounded up so that the next may follow.
    fn length(&self, index: usize) -> usize {
        self.values[index].checked_next_multiple_of(self.alignment).unwrap_or(usize::MAX)
    }

    /// Returns the memory that an operation needs whose output is at `to` and whose input is at
    /// `from`. `None` if it must not be there.
    fn needs(&self, output: usize, from: End, to: End) -> Option<usize> {
        let both = self.length(output - 1).saturating_add(self.length(output));
        match (self.reuse[output], from, to) {
            (Reuse::InPlace, _, _) => (from == to).then(|| self.length(output)),
            _ if from != to => Some(both),
            // An output that is shorter begins where its input begins only at the start.
            (Reuse::Shrinking, End::Start, _) => Some(self.length(output - 1)),
            _ => None,
        }
    }

    /// Returns the places with which all activations take the least memory.
    pub(super) fn layout(&self) -> Layout {
        // For each activation and end: the least memory up to it, and the end of the one before.
        let mut least = vec![[Some((self.length(0), End::Start)); 2]];
        for output in 1..self.values.len() {
            let before = least[output - 1];
            least.push(End::BOTH.map(|to| {
                let ways = [to, if to == End::Start { End::End } else { End::Start }];
                let ways = ways.into_iter().filter_map(|from| {
                    let (so_far, _) = before[from as usize]?;
                    Some((so_far.max(self.needs(output, from, to)?), from))
                });
                ways.min_by_key(|&(needed, _)| needed)
            }));
        }
        let last = least.last().copied().unwrap_or_default();
        let ends = End::BOTH.into_iter().filter_map(|end| Some((last[end as usize]?.0, end)));
        let (values, mut end) = ends.min_by_key(|&(needed, _)| needed).unwrap_or((0, End::Start));
        let mut spans: Vec<Span> = Vec::with_capacity(self.values.len());
        for index in (0..self.values.len()).rev() {
            let offset = match end {
                End::Start => 0,
                End::End => values.saturating_sub(self.length(index)),
            };
            spans.push(Span { offset, values: self.values[index] });
            end = least[index][end as usize].map_or(end, |(_, before)| before);
        }
        spans.reverse();
        Layout { spans, values }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn layout(alignment: usize, input: usize, outputs: &[(usize, Reuse)]) -> Layout {
        let mut buffers = Buffers::new(alignment, input);
        outputs.iter().for_each(|&(values, reuse)| buffers.add(values, reuse));
        buffers.layout()
    }

    #[test]
    fn an_operation_that_shrinks_its_input_needs_no_memory_for_its_output() {
        use Reuse::{InPlace, None, Shrinking};
        let pooled = layout(4, 30, &[(100, None), (50, Shrinking), (50, None), (50, InPlace)]);
        assert_eq!(pooled.values, 132);
        let offsets: Vec<usize> = pooled.spans.iter().map(|span| span.offset).collect();
        assert_eq!(offsets, [100, 0, 0, 80, 80]);
        // Written in place, the third activation would keep the fifth from the memory before it.
        let moved = layout(1, 10, &[(90, None), (9, Shrinking), (85, None), (9, Shrinking)]);
        assert_eq!(moved.values, 100);
    }

    proptest! {
        #[test]
        fn no_operation_overwrites_what_it_has_yet_to_read(
            alignment in prop::sample::select(vec![1, 4]),
            input in 1_usize..100,
            outputs in vec((1_usize..100, 0..3), 1..12),
        ) {
            let mut former = input;
            let mut sizes = vec![];
            for (values, reuse) in outputs {
                let (values, reuse) = match reuse {
                    0 => (values, Reuse::None),
                    1 => (former, Reuse::InPlace),
                    _ => (values.min(former), Reuse::Shrinking),
                };
                sizes.push((values, reuse));
                former = values;
            }
            let Layout { spans, values } = layout(alignment, input, &sizes);
            let up = |values: usize| values.next_multiple_of(alignment);
            for (pair, (_, reuse)) in spans.windows(2).zip(&sizes) {
                let [from, to] = [pair[0], pair[1]];
                let is_disjoint = from.range().end <= to.offset || to.range().end <= from.offset;
                let is_in_place = from.offset == to.offset;
                let is_sound = match reuse {
                    Reuse::None => is_disjoint,
                    Reuse::InPlace => is_in_place,
                    Reuse::Shrinking => is_disjoint || is_in_place,
                };
                prop_assert!(is_sound, "{from:?} {to:?} {reuse:?}");
            }
            for span in &spans {
                prop_assert!(span.range().end <= values && span.offset % alignment == 0);
            }
            let most = spans.windows(2).zip(&sizes).map(|(pair, (_, reuse))| match reuse {
                Reuse::InPlace => up(pair[0].values),
                _ => up(pair[0].values) + up(pair[1].values),
            });
            prop_assert!(values <= most.max().unwrap());
            let least = spans.windows(2).zip(&sizes).map(|(pair, (_, reuse))| match reuse {
                Reuse::None => up(pair[0].values) + up(pair[1].values),
                _ => up(pair[0].values),
            });
            prop_assert!(values >= least.max().unwrap());
        }
    }
}
