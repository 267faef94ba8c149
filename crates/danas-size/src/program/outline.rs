//! The parts of a program that do not depend on its arithmetic.

use danas_space::{Margins, PoolKind, Shape};

use super::{
    Program,
    arithmetic::Arithmetic,
    layout::{Buffers, Reuse},
    operation::{Operation, Task, Tensor, Window},
    span::Span,
};
use crate::steps::{Convolution, Step, Work};

/// A model as the source of a program's constants.
pub(super) trait Constants<A: Arithmetic> {
    /// Returns the constants of a convolution or dense layer, whose weights have an index.
    fn layer(&self, step: &Step, index: usize) -> A::Layer;

    fn mean(&self, step: &Step) -> A::Mean;

    fn sigmoid(&self, step: &Step) -> A::Sigmoid;

    fn softmax(&self, step: &Step) -> A::Softmax;
}

/// Returns the program of a network with these steps.
pub(super) fn program<A: Arithmetic>(
    input: Shape,
    steps: &[Step],
    constants: impl Constants<A>,
) -> Program<A> {
    let task = |step: &Step| {
        Some(match step.work {
            Work::Convolution(convolution) => {
                let layer = constants.layer(step, convolution.weights);
                if convolution.is_depthwise() {
                    Task::Depthwise(window(&convolution), layer)
                } else {
                    Task::Convolution(window(&convolution), layer)
                }
            }
            Work::Sigmoid => Task::Sigmoid(constants.sigmoid(step)),
            Work::Pool(pool) => {
                let (size, stride) = (pool.size, pool.stride);
                let window = Window { size, stride, margins: Margins::default() };
                match pool.kind {
                    PoolKind::Max => Task::MaxPool(window),
                    PoolKind::Average => Task::AveragePool(window),
                }
            }
            Work::Mean => Task::Mean(constants.mean(step)),
            Work::Flatten => return None,
            Work::Dense { weights, .. } => Task::Dense(constants.layer(step, weights)),
            Work::Softmax => Task::Softmax(constants.softmax(step)),
        })
    };
    let tasks: Vec<(&Step, Task<A>)> =
        steps.iter().filter_map(|step| Some((step, task(step)?))).collect();

    let values = |shape: Shape| shape.elements().unwrap_or(usize::MAX);
    let mut buffers = Buffers::new(A::ALIGNMENT, values(input));
    for (step, task) in &tasks {
        buffers.add(values(step.output), reuse(task));
    }
    let layout = buffers.layout();
    let spans = layout.spans.windows(2);
    let operations = tasks.into_iter().zip(spans).map(|((step, task), spans)| {
        let tensor = |shape, span| Tensor { shape, span };
        let input = tensor(step.input, spans[0]);
        Operation { place: step.place, task, input, output: tensor(step.output, spans[1]) }
    });
    let nothing = Span { offset: 0, values: 0 };
    Program {
        operations: operations.collect(),
        input: layout.spans.first().copied().unwrap_or(nothing),
        output: layout.spans.last().copied().unwrap_or(nothing),
        values: layout.values,
    }
}

fn window(convolution: &Convolution) -> Window {
    let Convolution { kernel, stride, margins, .. } = *convolution;
    Window { size: kernel, stride, margins }
}

/// Returns whether an operation can write where it reads.
fn reuse<A: Arithmetic>(task: &Task<A>) -> Reuse {
    match task {
        Task::Sigmoid(_) | Task::Softmax(_) => Reuse::InPlace,
        Task::Depthwise(window, _) if window.margins.is_empty() => Reuse::Shrinking,
        Task::MaxPool(_) | Task::AveragePool(_) | Task::Mean(_) => Reuse::Shrinking,
        Task::Convolution(..) | Task::Depthwise(..) | Task::Dense(_) => Reuse::None,
    }
}
