//! The tensors whose values are in the file, and their order in it.

use danas_space::{Activation, Network};

use crate::{NumberFormat, Profile, known::convolution};

/// A tensor whose values are in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constant {
    /// Of a convolution, by its index.
    Kernel(usize),
    Bias(usize),
    DenseKernel(Dense),
    DenseBias(Dense),
    /// The shape after flattening, -1 for the number of examples.
    FlattenedShape,
    /// The values of one flattened example.
    FlattenedWidth,
    /// Where the number of examples stands in a shape.
    ShapeStart,
    /// A one: where it ends, and the stride to there.
    One,
}

/// One of the two dense layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dense {
    Hidden,
    Logits,
}

/// The constants of a network in the order of the file.
pub(super) fn in_order(
    network: &Network,
    profile: Profile,
    format: NumberFormat,
    is_quantised: impl Fn(Constant) -> bool,
) -> Vec<Constant> {
    match format {
        NumberFormat::Float32 => of_floats(network, profile),
        NumberFormat::DynamicRange => with_hoisted(of_floats(network, profile), is_quantised),
        NumberFormat::Int8 => of_integers(network, profile),
    }
}

/// The order of a float32 model.
fn of_floats(network: &Network, profile: Profile) -> Vec<Constant> {
    use Constant::{
        Bias, DenseBias, DenseKernel, FlattenedShape, FlattenedWidth, Kernel, One, ShapeStart,
    };
    use Dense::{Hidden, Logits};
    let layers = network.layers();
    let followed_by = |activation: Activation| {
        (0..layers.len()).filter(move |&index| {
            convolution(layers[index].layer).is_some_and(|conv| conv.activation == activation)
        })
    };
    let (relu, sigmoid) = (followed_by(Activation::Relu), followed_by(Activation::Sigmoid));
    let mut order = Vec::with_capacity(2 * layers.len() + 8);
    match profile {
        Profile::Tf2_12 => {
            order.extend(relu.chain(sigmoid).map(Bias));
            order.extend((0..layers.len()).map(Kernel));
            let dense = [DenseBias(Hidden), DenseBias(Logits), FlattenedShape];
            order.extend(dense.into_iter().chain([Hidden, Logits].map(DenseKernel)));
        }
        Profile::Tf2_21 => {
            // The first convolution comes last.
            order.push(DenseBias(Hidden));
            order.extend(relu.rev().filter(|&index| index > 0).map(Bias));
            order.push(DenseBias(Logits));
            order.extend(sigmoid.rev().filter(|&index| index > 0).map(Bias));
            order.extend((1..layers.len()).rev().map(Kernel));
            order.extend([Logits, Hidden].map(DenseKernel));
            order.extend([FlattenedWidth, ShapeStart, One, Kernel(0), Bias(0)]);
        }
    }
    order
}

/// What stays float behind the first integers goes to the front, in reverse order.
fn with_hoisted(order: Vec<Constant>, is_quantised: impl Fn(Constant) -> bool) -> Vec<Constant> {
    let first = order.iter().position(|&constant| is_quantised(constant)).unwrap_or(order.len());
    let (before, behind) = order.split_at(first);
    let (integers, floats): (Vec<_>, Vec<_>) =
        behind.iter().copied().partition(|&constant| is_quantised(constant));
    floats.into_iter().rev().chain(before.iter().copied()).chain(integers).collect()
}

fn of_integers(network: &Network, profile: Profile) -> Vec<Constant> {
    use Constant::{
        Bias, DenseBias, DenseKernel, FlattenedShape, FlattenedWidth, Kernel, One, ShapeStart,
    };
    let flattening: &[Constant] = match profile {
        Profile::Tf2_12 => &[FlattenedShape],
        Profile::Tf2_21 => &[ShapeStart, One, FlattenedWidth],
    };
    let dense = [Dense::Logits, Dense::Hidden];
    let dense = dense.into_iter().flat_map(|layer| [DenseBias(layer), DenseKernel(layer)]);
    let convolutions = (0..network.layers().len()).rev();
    let convolutions = convolutions.flat_map(|index| [Bias(index), Kernel(index)]);
    flattening.iter().copied().chain(dense).chain(convolutions).collect()
}
