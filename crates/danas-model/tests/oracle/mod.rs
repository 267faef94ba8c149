//! Networks computed number by number in double precision, as their documentation says.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "a part of several tests, none of which uses all"
)]

use danas_model::{Loss, Place, Role, Training};
use danas_space::{Activation, Conv2d, Extent, Layer, Network, Pool, PoolKind, Shape};
use ndarray::ArrayView3;

/// The values of each tensor, in the order of `Network::weights`.
pub(crate) type Tensors = Vec<Vec<f64>>;

/// The mean weighted loss over all samples of a training.
pub(crate) fn loss(network: &Network, weights: &Tensors, training: &Training<'_>) -> f64 {
    let (samples, config) = (training.samples(), training.config());
    let class_weights = config.class_weights.resolve(samples.labels(), samples.classes());
    let features = samples.features();
    let losses = features.outer_iter().zip(samples.labels()).map(|(example, &label)| {
        let probabilities = probabilities(network, weights, example);
        let loss = match config.loss {
            Loss::CategoricalCrossEntropy => -probabilities[label].ln(),
            Loss::MeanSquaredError => {
                let error = |class| probabilities[class] - f64::from(u8::from(class == label));
                (0..probabilities.len()).map(|class| error(class).powi(2)).sum::<f64>()
                    / probabilities.len() as f64
            }
            _ => unreachable!(),
        };
        f64::from(class_weights[label]) * loss
    });
    losses.sum::<f64>() / samples.len() as f64
}

/// The softmax of an example's logits.
pub(crate) fn probabilities(
    network: &Network,
    weights: &Tensors,
    example: ArrayView3<'_, f32>,
) -> Vec<f64> {
    let logits = logits(network, weights, example);
    let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
    logits.into_iter().map(|logit| logit.exp() / sum).collect()
}

fn logits(network: &Network, weights: &Tensors, example: ArrayView3<'_, f32>) -> Vec<f64> {
    let specs = network.weights();
    let tensor = |place, role| {
        let index = specs.iter().position(|spec| (spec.place, spec.role) == (place, role));
        weights[index.unwrap()].as_slice()
    };
    let mut x: Vec<f64> = example.iter().map(|&value| value.into()).collect();
    for (index, shaped) in network.layers().iter().enumerate() {
        let of = |role| tensor(Place::Layer(index), role);
        let (input, output) = (shaped.input, shaped.output);
        x = match shaped.layer {
            Layer::Conv2d(conv) => {
                let kernel = of(Role::Kernel);
                convolution(&x, input, output, conv, of(Role::Bias), |filter, y, x, channel| {
                    let Extent { height, width } = conv.kernel;
                    let (height, width) = (height as usize, width as usize);
                    kernel[((filter * height + y) * width + x) * input.channels + channel]
                })
            }
            Layer::Separable(conv) => {
                let depthwise = of(Role::Depthwise);
                let between = Shape { channels: input.channels, ..output };
                let inner = convolution_of(&x, input, between, conv, |filter, y, x, channel| {
                    let at = (y * conv.kernel.width as usize + x) * input.channels + channel;
                    if filter == channel { depthwise[at] } else { 0.0 }
                });
                let one = Conv2d { kernel: Extent::square(1), stride: Extent::square(1), ..conv };
                let pointwise = of(Role::Pointwise);
                convolution(
                    &inner,
                    between,
                    output,
                    one,
                    of(Role::Bias),
                    |filter, _, _, channel| pointwise[filter * input.channels + channel],
                )
            }
            Layer::Pool(pool) => pooled(&x, input, output, pool),
            Layer::GlobalAverage => {
                let size = Extent::new(input.height as u32, input.width as u32);
                pooled(&x, input, output, Pool { kind: PoolKind::Average, size, stride: size })
            }
            Layer::Dropout(_) => x,
        };
    }
    for place in [Place::Dense, Place::Output] {
        let (kernel, bias) = (tensor(place, Role::Kernel), tensor(place, Role::Bias));
        let products = kernel.chunks(x.len()).zip(bias).map(|(kernel, bias)| {
            let sum = bias + kernel.iter().zip(&x).map(|(k, x)| k * x).sum::<f64>();
            if place == Place::Output { sum } else { sum.max(0.0) }
        });
        x = products.collect();
    }
    x
}

/// The values of a window that lie inside an input: their place in the window, and in the input.
fn window(
    [row, column]: [usize; 2],
    [size, stride]: [Extent; 2],
    [top, left]: [usize; 2],
    input: Shape,
) -> impl Iterator<Item = ([usize; 2], usize)> {
    let places =
        (0..size.height as usize).flat_map(move |y| (0..size.width as usize).map(move |x| [y, x]));
    places.filter_map(move |[y, x]| {
        let row = (row * stride.height as usize + y).checked_sub(top)?;
        let column = (column * stride.width as usize + x).checked_sub(left)?;
        let inside = row < input.height && column < input.width;
        inside.then_some(([y, x], row * input.width + column))
    })
}

/// A convolution's sums without bias.
fn convolution_of(
    x: &[f64],
    input: Shape,
    output: Shape,
    conv: Conv2d,
    kernel: impl Fn(usize, usize, usize, usize) -> f64,
) -> Vec<f64> {
    let margins = conv.margins(input);
    let mut sums = vec![];
    for row in 0..output.height {
        for column in 0..output.width {
            for filter in 0..output.channels {
                let extents = [conv.kernel, conv.stride];
                let places = window([row, column], extents, [margins.top, margins.left], input);
                let products = places.flat_map(|([y, x_place], at)| {
                    let kernel = &kernel;
                    (0..input.channels).map(move |channel| {
                        kernel(filter, y, x_place, channel) * x[at * input.channels + channel]
                    })
                });
                sums.push(products.sum());
            }
        }
    }
    sums
}

fn convolution(
    x: &[f64],
    input: Shape,
    output: Shape,
    conv: Conv2d,
    bias: &[f64],
    kernel: impl Fn(usize, usize, usize, usize) -> f64,
) -> Vec<f64> {
    let sums = convolution_of(x, input, output, conv, kernel);
    let activated = sums.iter().zip(bias.iter().cycle()).map(|(sum, bias)| match conv.activation {
        Activation::Relu => (sum + bias).max(0.0),
        Activation::Sigmoid => 1.0 / (1.0 + (-sum - bias).exp()),
    });
    activated.collect()
}

fn pooled(x: &[f64], input: Shape, output: Shape, pool: Pool) -> Vec<f64> {
    let mut y = vec![];
    for row in 0..output.height {
        for column in 0..output.width {
            for channel in 0..output.channels {
                let places = window([row, column], [pool.size, pool.stride], [0, 0], input);
                let values = places.map(|(_, at)| x[at * input.channels + channel]);
                y.push(match pool.kind {
                    PoolKind::Max => values.fold(f64::NEG_INFINITY, f64::max),
                    PoolKind::Average => values.sum::<f64>() / pool.size.area() as f64,
                });
            }
        }
    }
    y
}
