//! Which layers the converter's files are known for.

use danas_space::{Conv2d, Layer, Network};

use crate::SizeError;

/// Refuses a network with a layer of another kind than the paper's.
pub(crate) fn check(network: &Network) -> Result<(), SizeError> {
    let mut layers = network.layers().iter();
    match layers.position(|shaped| convolution(shaped.layer).is_none()) {
        None => Ok(()),
        Some(index) => {
            let kind = network.layers()[index].layer;
            Err(SizeError::UnknownLayer { layer: index + 1, kind })
        }
    }
}

/// The paper's convolution that a layer is.
pub(crate) fn convolution(layer: Layer) -> Option<Conv2d> {
    let Layer::Conv2d(conv) = layer else { return None };
    let plain = Layer::conv2d(conv.filters, conv.kernel.height, conv.activation);
    (layer == plain).then_some(conv)
}

/// The convolutions of a network that has been checked.
pub(crate) fn convolutions(network: &Network) -> impl DoubleEndedIterator<Item = Conv2d> {
    network.layers().iter().filter_map(|shaped| convolution(shaped.layer))
}
