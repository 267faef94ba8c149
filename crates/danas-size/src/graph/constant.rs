//! The tensors whose values are in the file, and their order in it.

use danas_space::{Network, Normalisation};

use super::plan::Plan;
use crate::{NumberFormat, Profile, steps::Convolution};

/// A tensor whose values are in the file. Convolutions are counted as their weights are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constant {
    /// Of a convolution.
    Kernel(usize),
    /// Of a convolution that is not depthwise.
    Bias(usize),
    /// The zeros that a depthwise convolution has for a bias.
    Zeros(usize),
    DenseKernel(Dense),
    DenseBias(Dense),
    /// Over which dimensions the mean of a layer is taken: height and width.
    Axes(usize),
    /// The shape after flattening, -1 for the number of examples.
    FlattenedShape,
    /// The values of one flattened example.
    FlattenedWidth,
    /// Where the number of examples stands in a shape.
    ShapeStart,
    /// A one: where it ends, and the stride to there.
    One,
}

/// One of the two dense layers. A model may have the last one alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dense {
    Hidden,
    Logits,
}

impl Dense {
    /// Those of a network, in order.
    pub(crate) const fn of(network: &Network) -> &'static [Self] {
        if network.dense_width() > 0 { &[Self::Hidden, Self::Logits] } else { &[Self::Logits] }
    }
}

/// The constants of a network in the order of the file.
pub(super) fn in_order(
    plan: &Plan<'_>,
    format: NumberFormat,
    is_quantised: impl Fn(Constant) -> bool,
) -> Vec<Constant> {
    match format {
        NumberFormat::Float32 => of_floats(plan),
        NumberFormat::DynamicRange => with_hoisted(of_floats(plan), is_quantised),
        NumberFormat::Int8 => of_integers(plan),
    }
}

/// The order of a float32 model.
pub(super) fn of_floats(plan: &Plan<'_>) -> Vec<Constant> {
    match plan.profile {
        Profile::Tf2_12 => of_floats_in_2_12(plan),
        Profile::Tf2_21 => of_floats_in_2_21(plan),
    }
}

fn of_floats_in_2_12(plan: &Plan<'_>) -> Vec<Constant> {
    let mut order = Vec::with_capacity(3 * plan.convolutions().len() + 8);
    order.extend(biases(plan, true).chain(biases(plan, false)));
    for convolution in plan.convolutions() {
        order.extend(zeros(plan, convolution));
        order.extend(kernel(plan, convolution));
    }
    let mut variables: Vec<Constant> = single_kernels(plan).collect();
    variables.extend(plan.dense().map(Constant::DenseBias));
    variables.push(plan.mean().map_or(Constant::FlattenedShape, Constant::Axes));
    if plan.is_separable_first() {
        variables.reverse();
    }
    order.extend(variables);
    order.extend(plan.dense().map(Constant::DenseKernel));
    order
}

/// Backwards, but for the convolution that the model begins with, if it does: its constants come last.
fn of_floats_in_2_21(plan: &Plan<'_>) -> Vec<Constant> {
    let first = plan.first();
    let is_later = |bias: &Constant| first.and_then(self::bias) != Some(*bias);
    let mut order = Vec::with_capacity(3 * plan.convolutions().len() + 8);
    let hidden = plan.dense().filter(|&layer| layer == Dense::Hidden);
    order.extend(hidden.map(Constant::DenseBias));
    order.extend(biases(plan, true).rev().filter(is_later));
    order.push(Constant::DenseBias(Dense::Logits));
    order.extend(biases(plan, false).rev().filter(is_later));
    for convolution in plan.convolutions().iter().rev().filter(|&it| Some(it) != first) {
        order.extend(kernel(plan, convolution));
        order.extend(zeros(plan, convolution));
    }
    order.extend(plan.dense().rev().map(Constant::DenseKernel));
    order.extend(single_kernels(plan));
    let mut shape = match plan.mean() {
        Some(layer) => vec![Constant::Axes(layer)],
        None => vec![Constant::FlattenedWidth, Constant::ShapeStart, Constant::One],
    };
    if first.is_none() {
        shape.reverse();
    }
    order.extend(shape);
    if let Some(first) = first {
        order.extend(zeros(plan, first));
        order.extend(kernel(plan, first));
        order.extend(bias(first));
    }
    order
}

/// The biases of the convolutions whose bias was merged with something behind it, a ReLU or a
/// normalisation, or of the others.
fn biases(plan: &Plan<'_>, is_merged: bool) -> impl DoubleEndedIterator<Item = Constant> {
    let convolutions = plan.convolutions().iter().filter(move |convolution| {
        (convolution.relu || convolution.normalisation == Normalisation::Batch) == is_merged
    });
    convolutions.filter_map(bias)
}

fn bias(convolution: &Convolution) -> Option<Constant> {
    (!convolution.is_depthwise()).then_some(Constant::Bias(convolution.weights))
}

/// The kernel of a convolution, but a single weight, which comes elsewhere.
fn kernel(plan: &Plan<'_>, convolution: &Convolution) -> Option<Constant> {
    let kernel = Constant::Kernel(convolution.weights);
    (!is_single(plan, convolution)).then_some(kernel)
}

/// Whether a depthwise kernel has a single weight, so that its variable is taken as it is.
fn is_single(plan: &Plan<'_>, convolution: &Convolution) -> bool {
    convolution.is_depthwise() && plan.kernel_elements(convolution) == 1
}

/// Of several, the converter's order follows hash values; this is only one of them.
fn single_kernels(plan: &Plan<'_>) -> impl Iterator<Item = Constant> {
    let convolutions = plan.convolutions().iter();
    let single = convolutions.filter(|convolution| is_single(plan, convolution));
    single.map(|convolution| Constant::Kernel(convolution.weights))
}

/// The zeros beside the kernel of the first convolution with so many outputs, where any depthwise
/// convolution needs them.
fn zeros(plan: &Plan<'_>, convolution: &Convolution) -> Option<Constant> {
    let channels = plan.outputs(convolution);
    let first = plan.convolutions().iter().find(|other| plan.outputs(other) == channels);
    let zeros = plan.zeros(channels).next().map(Constant::Zeros);
    zeros.filter(|_| first == Some(convolution))
}

/// What stays float behind the first integers goes to the front, in reverse order.
fn with_hoisted(order: Vec<Constant>, is_quantised: impl Fn(Constant) -> bool) -> Vec<Constant> {
    let first = order.iter().position(|&constant| is_quantised(constant)).unwrap_or(order.len());
    let (before, behind) = order.split_at(first);
    let (integers, floats): (Vec<_>, Vec<_>) =
        behind.iter().copied().partition(|&constant| is_quantised(constant));
    floats.into_iter().rev().chain(before.iter().copied()).chain(integers).collect()
}

fn of_integers(plan: &Plan<'_>) -> Vec<Constant> {
    let mut order = match (plan.mean(), plan.profile) {
        (Some(layer), _) => vec![Constant::Axes(layer)],
        (None, Profile::Tf2_12) => vec![Constant::FlattenedShape],
        (None, Profile::Tf2_21) => {
            vec![Constant::ShapeStart, Constant::One, Constant::FlattenedWidth]
        }
    };
    for layer in plan.dense().rev() {
        order.extend([Constant::DenseBias(layer), Constant::DenseKernel(layer)]);
    }
    for convolution in plan.convolutions().iter().rev() {
        order.extend(bias(convolution));
        if convolution.is_depthwise() {
            // All that share zeros come where they are used first.
            let mut sharing = plan.zeros(plan.outputs(convolution)).peekable();
            if sharing.peek() == Some(&convolution.weights) {
                order.extend(sharing.map(Constant::Zeros));
            }
        }
        order.push(Constant::Kernel(convolution.weights));
    }
    order
}
