//! Weights in one flat vector, as the kernels of this engine read them.

use std::ops::Range;

use danas_space::{Network, Place, Role, Shape, TensorSpec};
use ndarray::ArrayD;

use super::{dense::PADDING, maps};
use crate::{
    error::ModelError,
    weights::{Weights, is_kernel},
};

/// Positions of a network's weights in the flat vector.
#[derive(Debug)]
pub(super) struct Layout {
    slots: Vec<Slot>,
    length: usize,
}

#[derive(Debug)]
struct Slot {
    spec: TensorSpec,
    range: Range<usize>,
    /// Transposed order of the values; `None` if they keep the tensor's own order.
    turned: Option<Turned>,
}

/// Order of a transposed tensor `[rows, columns]`: the columns follow each other, each with its
/// rows padded with zeros.
#[derive(Debug, Clone, Copy)]
struct Turned {
    rows: usize,
    padded: usize,
    /// Shape of the maps whose values the columns are. The columns are in the order of these maps.
    columns: Shape,
}

impl Turned {
    /// Returns the transposed order of columns that keep their own order.
    const fn side_by_side(rows: usize, padded: usize, columns: usize) -> Self {
        Self { rows, padded, columns: Shape::new(1, 1, columns) }
    }

    /// Returns the number of values with their padding, or `None` on overflow.
    fn length(self) -> Option<usize> {
        self.columns.elements()?.checked_mul(self.padded)
    }

    /// Returns the position of each value, in the tensor's order. There may be very many positions,
    /// so they are not stored.
    fn places(self) -> impl Iterator<Item = usize> {
        let Self { rows, padded, columns } = self;
        let row = move |row| maps::order(columns).map(move |column| column * padded + row);
        (0..rows).flat_map(row)
    }
}

impl Layout {
    /// Creates the layout of a network's weights.
    ///
    /// Kernels of convolutions keep their order, except that depthwise ones are stored channel by
    /// channel. Kernels of dense layers are stored input by input, with the outputs padded to full
    /// registers. The inputs of the first dense layer are in the order of the last layer's maps.
    ///
    /// # Errors
    /// [`ModelError::OutOfMemory`] for a vector that no memory can hold.
    pub(super) fn new(network: &Network) -> Result<Self, ModelError> {
        let mut length = 0_usize;
        let slot = |spec: TensorSpec| {
            let turned = Self::turned(network, &spec)?;
            let start = length;
            length = start.checked_add(turned.map_or(Some(spec.values()), Turned::length)?)?;
            Some(Slot { spec, range: start..length, turned })
        };
        let slots: Option<_> = network.weights().into_iter().map(slot).collect();
        Ok(Self { slots: slots.ok_or(TOO_LARGE)?, length })
    }

    /// Returns the transposed order of a tensor, or `Some(None)` if it keeps its own; `None` on
    /// overflow.
    fn turned(network: &Network, spec: &TensorSpec) -> Option<Option<Turned>> {
        let first = network.first_dense();
        Some(match (spec.place, spec.role, &spec.shape[..]) {
            (_, Role::Depthwise, &[_, height, width, channels]) => {
                let area = height.checked_mul(width)?;
                Some(Turned::side_by_side(area, area, channels))
            }
            (place, Role::Kernel, &[outputs, _]) if place == first => {
                let padded = outputs.checked_next_multiple_of(PADDING)?;
                Some(Turned { rows: outputs, padded, columns: network.last_shape() })
            }
            (Place::Output, Role::Kernel, &[outputs, inputs]) => {
                let padded = outputs.checked_next_multiple_of(PADDING)?;
                Some(Turned::side_by_side(outputs, padded, inputs))
            }
            _ => None,
        })
    }

    /// Returns the length of the flat vector.
    pub(super) const fn length(&self) -> usize {
        self.length
    }

    /// Returns the ranges of the tensors of a layer of the architecture.
    pub(super) fn layer(&self, layer: usize) -> Vec<Range<usize>> {
        let slots = self.slots.iter().filter(|slot| slot.spec.place == Place::Layer(layer));
        slots.map(|slot| slot.range.clone()).collect()
    }

    /// Returns the ranges of the kernel and bias of the output layer.
    pub(super) fn output(&self) -> [Range<usize>; 2] {
        self.pair(self.slots.len() - 2)
    }

    /// Returns the ranges of the kernel and bias of the hidden dense layer, if there is one.
    pub(super) fn hidden(&self) -> Option<[Range<usize>; 2]> {
        let start = self.slots.len().checked_sub(4)?;
        (self.slots[start].spec.place == Place::Dense).then(|| self.pair(start))
    }

    fn pair(&self, start: usize) -> [Range<usize>; 2] {
        [start, start + 1].map(|slot| self.slots[slot].range.clone())
    }

    /// Returns the ranges of all kernels, whose weights may decay.
    pub(super) fn kernels(&self) -> Vec<Range<usize>> {
        self.slots
            .iter()
            .filter(|slot| is_kernel(slot.spec.role))
            .map(|slot| slot.range.clone())
            .collect()
    }

    /// Returns the flat vector of some weights.
    pub(super) fn flatten(&self, weights: &Weights) -> Result<Vec<f32>, ModelError> {
        let mut flat = zeros(self.length)?;
        for (slot, values) in self.slots.iter().zip(weights.slices()) {
            let to = &mut flat[slot.range.clone()];
            match slot.turned {
                None => to.copy_from_slice(values),
                Some(turned) => {
                    turned.places().zip(values).for_each(|(place, &value)| to[place] = value);
                }
            }
        }
        Ok(flat)
    }

    /// Returns the weights of a flat vector.
    pub(super) fn restore(&self, network: &Network, flat: &[f32]) -> Result<Weights, ModelError> {
        let tensor = |slot: &Slot| {
            let from = &flat[slot.range.clone()];
            let mut values = Vec::with_capacity(slot.spec.values());
            match slot.turned {
                None => values.extend_from_slice(from),
                Some(turned) => values.extend(turned.places().map(|place| from[place])),
            }
            ArrayD::from_shape_vec(slot.spec.shape.clone(), values).map_err(|source| {
                let operation = "the conversion of the weights";
                ModelError::Engine { engine: "native", operation, source: source.into() }
            })
        };
        Weights::new(network, self.slots.iter().map(tensor).collect::<Result<_, _>>()?)
    }
}

/// Error for weights that do not fit in memory.
const TOO_LARGE: ModelError = ModelError::OutOfMemory { what: "the network's weights" };

/// Returns a flat vector of zeros.
pub(super) fn zeros(length: usize) -> Result<Vec<f32>, ModelError> {
    let mut zeros = Vec::new();
    zeros.try_reserve_exact(length).map_err(|_| TOO_LARGE)?;
    zeros.resize(length, 0.0);
    Ok(zeros)
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    #[test]
    fn weights_come_back_as_they_were() {
        for (layers, dense) in [("3x3R d4x2R 5x2S", 11), ("3x3R d4x2R", 0), ("flatten", 0)] {
            let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
            let network = Network::new(Shape::new(9, 7, 2), &architecture, 3).unwrap();
            let layout = Layout::new(&network).unwrap();
            let weights = Weights::glorot_uniform(&network, 3).unwrap();
            let flat = layout.flatten(&weights).unwrap();
            assert_eq!(layout.restore(&network, &flat).unwrap(), weights);
            assert_eq!(layout.hidden().is_some(), dense > 0);
        }
    }
}
