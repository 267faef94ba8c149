//! Weights in one flat vector, as the kernels of this engine read them.

use std::ops::Range;

use danas_space::{Network, Place, Role, TensorSpec};
use ndarray::ArrayD;

use super::{dense::PADDING, maps};
use crate::{ModelError, Weights};

/// Where the weights of a network lie in the flat vector.
///
/// Kernels of convolutions lie as they are. Those of dense layers are turned round, `[inputs, outputs]`,
/// with the outputs padded by zeros; the inputs of the first one follow the maps of the last
/// convolution.
#[derive(Debug)]
pub(super) struct Layout {
    slots: Vec<Slot>,
    length: usize,
}

#[derive(Debug)]
struct Slot {
    spec: TensorSpec,
    range: Range<usize>,
    /// Of a dense kernel, where each input stands among the maps.
    inputs: Option<Vec<usize>>,
}

impl Layout {
    pub(super) fn new(network: &Network) -> Self {
        let mut length = 0;
        let slot = |spec: TensorSpec| {
            let (values, inputs) = match (spec.place, spec.role) {
                (Place::Layer(_), _) | (_, Role::Bias) => (spec.values(), None),
                (place, _) => {
                    let last = network.layers().last().map_or(network.input(), |it| it.output);
                    let inputs = spec.shape[1];
                    let order = match place {
                        Place::Dense => maps::order(last),
                        _ => (0..inputs).collect(),
                    };
                    (inputs * spec.shape[0].next_multiple_of(PADDING), Some(order))
                }
            };
            let start = length;
            length += values;
            Slot { spec, range: start..length, inputs }
        };
        let slots = network.weights().into_iter().map(slot).collect();
        Self { slots, length }
    }

    /// The length of a flat vector.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// The ranges of kernel and bias of a layer of the architecture.
    pub(super) fn layer(&self, layer: usize) -> [Range<usize>; 2] {
        [0, 1].map(|part| self.slots[2 * layer + part].range.clone())
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
            match &slot.inputs {
                None => to.copy_from_slice(values),
                Some(order) => {
                    let padded = slot.spec.shape[0].next_multiple_of(PADDING);
                    for (output, row) in values.chunks_exact(order.len().max(1)).enumerate() {
                        for (&place, &value) in order.iter().zip(row) {
                            to[place * padded + output] = value;
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
            let values = match &slot.inputs {
                None => from.to_vec(),
                Some(order) => {
                    let outputs = slot.spec.shape[0];
                    let padded = outputs.next_multiple_of(PADDING);
                    let row = |output| order.iter().map(move |place| from[place * padded + output]);
                    (0..outputs).flat_map(row).collect()
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
        let architecture = Architecture::new(parse_layers("3x3R 5x2S").unwrap(), 11).unwrap();
        let network = Network::new(Shape::new(9, 7, 2), &architecture, 3).unwrap();
        let layout = Layout::new(&network);
        let weights = Weights::glorot_uniform(&network, 3).unwrap();
        let flat = layout.flatten(&weights).unwrap();
        assert_eq!(layout.restore(&network, &flat).unwrap(), weights);
    }
}
