//! Which inputs a sliding window reads, along one axis.

/// A window that slides along an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// Number of inputs that the window reads at once.
    pub(super) size: usize,
    /// Number of inputs from one output to the next.
    pub(super) stride: usize,
    /// Number of zeros before the inputs.
    pub(super) before: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
}

impl Window {
    /// Returns the inputs that an output reads: the place of each in the window, and its index.
    pub(super) fn inputs_of(self, output: usize) -> impl Iterator<Item = (usize, usize)> {
        let start = output * self.stride;
        (0..self.size).filter_map(move |place| {
            let input = (start + place).checked_sub(self.before)?;
            (input < self.inputs).then_some((place, input))
        })
    }

    /// Returns the outputs that read an input: the input's place in the window of each, and its
    /// index.
    pub(super) fn outputs_of(self, input: usize) -> impl Iterator<Item = (usize, usize)> {
        (0..self.size).filter_map(move |place| {
            let start = (input + self.before).checked_sub(place)?;
            let output = start / self.stride;
            (start % self.stride == 0 && output < self.outputs).then_some((place, output))
        })
    }

    /// Returns how many outputs can be computed from the first `inputs` inputs.
    pub(super) fn outputs_from(self, inputs: usize) -> usize {
        if inputs >= self.inputs {
            return self.outputs;
        }
        let reach = (inputs + self.before).checked_sub(self.size);
        reach.map_or(0, |reach| (reach / self.stride + 1).min(self.outputs))
    }

    /// Returns how many inputs are read by no outputs but the first `outputs`.
    pub(super) fn inputs_until(self, outputs: usize) -> usize {
        if outputs >= self.outputs {
            return self.inputs;
        }
        (outputs * self.stride).saturating_sub(self.before).min(self.inputs)
    }

    /// Returns the largest distance between two outputs that read the same input.
    pub(super) const fn overlap(self) -> usize {
        (self.size - 1) / self.stride
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn windows() -> impl Strategy<Value = Window> {
        (1_usize..6, 1_usize..4, 0_usize..5, 1_usize..12, 1_usize..9)
            .prop_map(|(size, stride, before, inputs, outputs)| {
                let before = before.min(size - 1);
                Window { size, stride, before, inputs, outputs }
            })
            .prop_filter("each output reads something", |window| {
                (window.outputs - 1) * window.stride < window.inputs + window.before
            })
    }

    proptest! {
        #[test]
        fn both_directions_tell_the_same(window in windows()) {
            let forwards: Vec<_> = (0..window.outputs)
                .flat_map(|output| window.inputs_of(output).map(move |(place, input)| (input, output, place)))
                .collect();
            let mut backwards: Vec<_> = (0..window.inputs)
                .flat_map(|input| window.outputs_of(input).map(move |(place, output)| (input, output, place)))
                .collect();
            let mut forwards = forwards;
            forwards.sort_unstable();
            backwards.sort_unstable();
            prop_assert_eq!(forwards, backwards);
        }

        #[test]
        fn rows_are_ready_when_all_they_need_is(window in windows()) {
            for ready in 0..=window.inputs {
                let count = (0..window.outputs)
                    .take_while(|&output| window.inputs_of(output).all(|(_, input)| input < ready))
                    .count();
                let told = window.outputs_from(ready);
                prop_assert!(told <= count, "{told} outputs from {ready} inputs, but {count} are ready");
                prop_assert!(ready < window.inputs || told == window.outputs);
            }
            for ready in 0..=window.outputs {
                let told = window.inputs_until(ready);
                let mut early = (0..told).flat_map(|input| window.outputs_of(input));
                prop_assert!(early.all(|(_, output)| output < ready));
                prop_assert!(ready < window.outputs || told == window.inputs);
            }
            for input in 0..window.inputs {
                let readers = || window.outputs_of(input).map(|(_, output)| output);
                if let (Some(first), Some(last)) = (readers().min(), readers().max()) {
                    prop_assert!(last - first <= window.overlap());
                }
            }
        }
    }
}
