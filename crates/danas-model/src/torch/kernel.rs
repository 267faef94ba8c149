//! Positions of weight tensors in a flat tensor, and the order of their axes.

use danas_space::Network;
use tch::{TchError, Tensor};

use crate::{Place, Role, TensorSpec, weights::is_kernel};

/// A weight tensor inside a flat tensor.
///
/// libtorch stores a kernel's inputs before its area: `[filters, channels, height, width]`. For
/// each filter this is a transposition of `[area, inputs]`. Depthwise kernels are transposed in the
/// same way, to `[channels, 1, height, width]`. So is the first dense kernel, so that the
/// channel-first output of the last layer can be flattened without reordering.
pub(super) struct Slot {
    /// Part of the network that the tensor belongs to.
    pub(super) place: Place,
    /// Whether the tensor is among the trained weights; otherwise, it is a moving statistic.
    pub(super) is_trained: bool,
    /// Whether the weights may decay.
    pub(super) is_kernel: bool,
    /// Position of the first value in the flat tensor.
    pub(super) start: usize,
    /// Number of values.
    pub(super) length: usize,
    /// Shape of the tensor in libtorch.
    pub(super) shape: Vec<i64>,
    area: usize,
    inputs: usize,
}

impl Slot {
    /// Returns the slots of `network` in the order of [`Weights`](crate::Weights). In each flat
    /// tensor, they follow each other without gaps.
    pub(super) fn all(network: &Network) -> Vec<Self> {
        let (mut trained, mut kept) = (0, 0);
        let slot = |spec: TensorSpec| {
            let end = if spec.role.is_trained() { &mut trained } else { &mut kept };
            let slot = Self::new(*end, &spec, network);
            *end += slot.length;
            slot
        };
        network.weights().into_iter().map(slot).collect()
    }

    fn new(start: usize, spec: &TensorSpec, network: &Network) -> Self {
        let length = spec.values();
        let own: Vec<i64> = spec.shape.iter().map(|&side| side as i64).collect();
        let (shape, area, inputs) = match (spec.place, spec.shape.as_slice()) {
            (_, &[_, height, width, inputs]) => {
                let shape = match spec.role {
                    Role::Depthwise => vec![own[3], own[0], own[1], own[2]],
                    _ => vec![own[0], own[3], own[1], own[2]],
                };
                (shape, height * width, inputs)
            }
            (place, &[_, flattened]) if place == network.first_dense() => {
                let last = network.last_shape();
                (own, flattened / last.channels, last.channels)
            }
            _ => (own, 1, length),
        };
        let (place, is_trained) = (spec.place, spec.role.is_trained());
        let is_kernel = is_kernel(spec.role);
        Self { place, is_trained, is_kernel, start, length, shape, area, inputs }
    }

    /// Returns the slot's part of a flat tensor.
    pub(super) fn view(&self, flat: &Tensor) -> Result<Tensor, TchError> {
        let own = flat.f_narrow(0, self.start as i64, self.length as i64)?;
        own.f_view(self.shape.as_slice())
    }

    /// Returns the values in libtorch's order.
    pub(super) fn arrange(&self, values: &[f32]) -> impl Iterator<Item = f32> {
        transposed(values, self.area, self.inputs)
    }

    /// Returns the values in the order of [`Weights`](crate::Weights).
    pub(super) fn restore(&self, values: &[f32]) -> impl Iterator<Item = f32> {
        transposed(values, self.inputs, self.area)
    }
}

/// Transposes every block of `rows` × `columns` values.
fn transposed(values: &[f32], rows: usize, columns: usize) -> impl Iterator<Item = f32> {
    values.chunks_exact(rows * columns).flat_map(move |block| {
        (0..columns).flat_map(move |column| block.iter().skip(column).step_by(columns).copied())
    })
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    #[test]
    fn transposing_twice_gives_the_original() {
        let values: Vec<f32> = (0..24).map(|value| value as f32).collect();
        let there: Vec<f32> = transposed(&values, 3, 4).collect();
        assert_eq!(there[..5], [0.0, 4.0, 8.0, 1.0, 5.0]);
        assert_eq!(transposed(&there, 4, 3).collect::<Vec<f32>>(), values);
    }

    #[test]
    fn slots_lie_one_behind_the_other() {
        let architecture = Architecture::new(parse_layers("2x3R 4x5S").unwrap(), 10).unwrap();
        let network = Network::new(Shape::new(39, 8, 1), &architecture, 2).unwrap();
        let slots = Slot::all(&network);
        assert_eq!(slots[2].shape, [4, 2, 5, 5]);
        assert_eq!(slots[4].shape, [10, 264]);
        let mut ends = slots.iter().map(|slot| slot.start + slot.length);
        assert!(ends.clone().zip(&slots[1..]).all(|(end, next)| end == next.start));
        assert_eq!(ends.next_back().unwrap() as u64, network.parameters());
    }

    #[test]
    fn moving_statistics_lie_apart() {
        let architecture = Architecture::new(parse_layers("d2x3nR 4x5nS").unwrap(), 10).unwrap();
        let network = Network::new(Shape::new(39, 8, 3), &architecture, 2).unwrap();
        let (trained, kept): (Vec<_>, Vec<_>) =
            Slot::all(&network).into_iter().partition(|slot| slot.is_trained);
        assert_eq!(trained[0].shape, [3, 1, 3, 3]);
        assert_eq!(trained[1].shape, [2, 3, 1, 1]);
        let parameters = usize::try_from(network.parameters()).unwrap();
        let last = trained.last().unwrap();
        assert_eq!(last.start + last.length, parameters);
        assert_eq!(kept.iter().map(|slot| slot.start).collect::<Vec<_>>(), [0, 2, 4, 8]);
    }
}
