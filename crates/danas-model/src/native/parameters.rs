//! Weights in one flat vector, as the kernels of this engine read them.

use std::ops::Range;

use danas_space::{Network, Place, Role, TensorSpec};
use ndarray::ArrayD;

use super::{dense::PADDING, maps};
use crate::{ModelError, Weights};

/// Where the weights of a network lie in the flat vector.
#[derive(Debug)]
pub(super) struct Layout {
    slots: Vec<Slot>,
    length: usize,
}

#[derive(Debug)]
struct Slot {
    spec: TensorSpec,
    range: Range<usize>,
    order: Order,
}

/// The order in which values lie.
#[derive(Debug)]
enum Order {
    /// The tensor's own.
    Same,
    /// Of a tensor `[rows, columns]`, turned round: the columns one behind the other, in these places, their
    /// rows padded by zeros to so many.
    Turned { padded: usize, places: Vec<usize> },
}

impl Layout {
    /// Kernels of convolutions lie as they are, but depthwise ones channel by channel. Those of dense layers
    /// lie input by input, with outputs padded to full registers; the inputs of the first one follow the maps
    /// of the last layer.
    pub(super) fn new(network: &Network) -> Self {
        let mut length = 0;
        let slot = |spec: TensorSpec| {
            let order = match (spec.place, spec.role) {
                (_, Role::Depthwise) => {
                    let channels = spec.shape.last().copied().unwrap_or_default();
                    let padded = spec.values() / channels.max(1);
                    Order::Turned { padded, places: (0..channels).collect() }
                }
                (place @ (Place::Dense | Place::Output), Role::Kernel) => {
                    let last = network.layers().last().map_or(network.input(), |it| it.output);
                    let places = match place {
                        Place::Dense => maps::order(last),
                        _ => (0..spec.shape[1]).collect(),
                    };
                    Order::Turned { padded: spec.shape[0].next_multiple_of(PADDING), places }
                }
                _ => Order::Same,
            };
            let values = match &order {
                Order::Same => spec.values(),
                Order::Turned { padded, places } => padded * places.len(),
            };
            let start = length;
            length += values;
            Slot { spec, range: start..length, order }
        };
        let slots = network.weights().into_iter().map(slot).collect();
        Self { slots, length }
    }

    /// The length of a flat vector.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// The ranges of the tensors of a layer of the architecture.
    pub(super) fn layer(&self, layer: usize) -> Vec<Range<usize>> {
        let slots = self.slots.iter().filter(|slot| slot.spec.place == Place::Layer(layer));
        slots.map(|slot| slot.range.clone()).collect()
    }

    /// The ranges of kernel and bias of the dense layer, 0, and of that over the classes, 1.
    pub(super) fn dense(&self, layer: usize) -> [Range<usize>; 2] {
        let first = self.slots.len() - 4;
        [0, 1].map(|part| self.slots[first + 2 * layer + part].range.clone())
    }

    /// The flat vector of some weights.
    pub(super) fn flatten(&self, weights: &Weights) -> Result<Vec<f32>, ModelError> {
        let mut flat = zeros(self.length)?;
        for (slot, values) in self.slots.iter().zip(weights.slices()) {
            let to = &mut flat[slot.range.clone()];
            match &slot.order {
                Order::Same => to.copy_from_slice(values),
                Order::Turned { padded, places } => {
                    for (index, row) in values.chunks_exact(places.len().max(1)).enumerate() {
                        for (&place, &value) in places.iter().zip(row) {
                            to[place * padded + index] = value;
                        }
                    }
                }
            }
        }
        Ok(flat)
    }

    /// The weights of a flat vector.
    pub(super) fn restore(&self, network: &Network, flat: &[f32]) -> Result<Weights, ModelError> {
        let tensor = |slot: &Slot| {
            let from = &flat[slot.range.clone()];
            let values = match &slot.order {
                Order::Same => from.to_vec(),
                Order::Turned { padded, places } => {
                    let rows = slot.spec.values() / places.len().max(1);
                    let row = |index| places.iter().map(move |place| from[place * padded + index]);
                    let mut values = Vec::with_capacity(slot.spec.values());
                    (0..rows).for_each(|index| values.extend(row(index)));
                    values
                }
            };
            ArrayD::from_shape_vec(slot.spec.shape.clone(), values).map_err(|source| {
                let operation = "the weights' return";
                ModelError::Engine { engine: "native", operation, source: source.into() }
            })
        };
        Weights::new(network, self.slots.iter().map(tensor).collect::<Result<_, _>>()?)
    }
}

/// A flat vector of zeros.
pub(super) fn zeros(length: usize) -> Result<Vec<f32>, ModelError> {
    let mut zeros = Vec::new();
    let reserved = zeros.try_reserve_exact(length);
    reserved.map_err(|_| ModelError::OutOfMemory { what: "the network's weights" })?;
    zeros.resize(length, 0.0);
    Ok(zeros)
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    #[test]
    fn weights_come_back_as_they_were() {
        let architecture = Architecture::new(parse_layers("3x3R d4x2R 5x2S").unwrap(), 11).unwrap();
        let network = Network::new(Shape::new(9, 7, 2), &architecture, 3).unwrap();
        let layout = Layout::new(&network);
        let weights = Weights::glorot_uniform(&network, 3).unwrap();
        let flat = layout.flatten(&weights).unwrap();
        assert_eq!(layout.restore(&network, &flat).unwrap(), weights);
    }
}
