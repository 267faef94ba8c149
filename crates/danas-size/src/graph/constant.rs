//! Constants, which are the tensors whose values are in the file, and their order in it.

use danas_space::Normalisation;

use super::{dense::Dense, plan::Plan};
use crate::{
    format::{NumberFormat, Profile},
    steps::Convolution,
};

/// A tensor whose values are in the file. A convolution is given by the index of its weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constant {
    /// The kernel of a convolution.
    Kernel(usize),
    /// The bias of a convolution that is not depthwise.
    Bias(usize),
    /// The zeros that a depthwise convolution has as its bias.
    Zeros(usize),
    DenseKernel(Dense),
    DenseBias(Dense),
    /// The dimensions over which the mean of a layer is taken: height and width.
    Axes(usize),
    /// The shape after flattening, with -1 for the number of examples.
    FlattenedShape,
    /// The number of values of a flattened example.
    FlattenedWidth,
    /// The position of the number of examples in a shape, where a slice takes it out.
    ShapeStart,
    /// A one, which is both the end and the stride of that slice.
    One,
}

/// Returns the constants of a network in the order of the file.
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

/// Returns the constants of a network in the order of a float32 model.
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

/// Returns the constants in the order of TensorFlow 2.21. Layers come in reverse, except for a
/// convolution that the model begins with, whose constants come last.
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

/// Returns the biases that were merged with a ReLU or a normalisation after them if `is_merged`,
/// and the other biases if not.
fn biases(plan: &Plan<'_>, is_merged: bool) -> impl DoubleEndedIterator<Item = Constant> {
    let convolutions = plan.convolutions().iter().filter(move |convolution| {
        (convolution.relu || convolution.normalisation == Normalisation::Batch) == is_merged
    });
    convolutions.filter_map(bias)
}

fn bias(convolution: &Convolution) -> Option<Constant> {
    (!convolution.is_depthwise()).then_some(Constant::Bias(convolution.weights))
}

/// Returns the kernel of a convolution, unless it is a depthwise kernel of a single weight, which
/// has another position.
fn kernel(plan: &Plan<'_>, convolution: &Convolution) -> Option<Constant> {
    let kernel = Constant::Kernel(convolution.weights);
    (!is_single(plan, convolution)).then_some(kernel)
}

/// Returns whether a convolution is depthwise with a kernel of a single weight. The converter then
/// uses the kernel's variable as it is.
fn is_single(plan: &Plan<'_>, convolution: &Convolution) -> bool {
    convolution.is_depthwise() && plan.kernel_elements(convolution) == 1
}

/// Returns the depthwise kernels of a single weight. The converter orders several of them by hash
/// values, so this is only one of the possible orders.
fn single_kernels(plan: &Plan<'_>) -> impl Iterator<Item = Constant> {
    let convolutions = plan.convolutions().iter();
    let single = convolutions.filter(|convolution| is_single(plan, convolution));
    single.map(|convolution| Constant::Kernel(convolution.weights))
}

/// Returns the zeros that stand next to the kernel of `convolution`. These exist if it is the first
/// convolution with its number of outputs, and if a depthwise convolution needs as many zeros.
fn zeros(plan: &Plan<'_>, convolution: &Convolution) -> Option<Constant> {
    let channels = plan.outputs(convolution);
    let first = plan.convolutions().iter().find(|other| plan.outputs(other) == channels);
    let zeros = plan.zeros(channels).next().map(Constant::Zeros);
    zeros.filter(|_| first == Some(convolution))
}

/// Moves the float constants after the first integer constant to the front, in reverse order.
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
            // The zeros of all convolutions with as many channels come at the first of them.
            let mut sharing = plan.zeros(plan.outputs(convolution)).peekable();
            if sharing.peek() == Some(&convolution.weights) {
                order.extend(sharing.map(Constant::Zeros));
            }
        }
        order.push(Constant::Kernel(convolution.weights));
    }
    order
}
