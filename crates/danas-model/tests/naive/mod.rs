//! The oracle for all engines: networks in double precision, implemented as they are defined.

use danas_model::{Batches, EpochExamples, Loss, Mix, Training, dropout_factors};
use danas_space::{
    Activation, Conv2d, Layer, Network, Normalisation, Pool, PoolKind, Shape, ShapedLayer,
};
use ndarray::ArrayView4;

/// Weights of each tensor, in order.
pub(crate) type Weights = Vec<Vec<f64>>;

/// Values of one example, `[height, width, channels]`.
type Map = Vec<f64>;

/// Returns the mean loss of a training's examples in its first step, with all of them in one batch.
pub(crate) fn loss(network: &Network, weights: &Weights, training: &Training<'_>) -> f64 {
    let (samples, config) = (training.samples(), training.config());
    let class_weights = match config.batches {
        Batches::Balanced => vec![1.0; samples.classes()],
        _ => config.class_weights.resolve(samples.labels(), samples.classes()),
    };
    // Altered, but not scaled.
    let EpochExamples { features, order, mixes, .. } = training.epoch_examples(0, None).unwrap();
    let logits = logits(network, weights, features.view(), Some(training));
    let loss = |logits: &[f64], example: usize| {
        let (probabilities, label) = (softmax(logits), samples.labels()[example]);
        let (classes, smoothing) = (probabilities.len() as f64, config.label_smoothing);
        let wanted =
            |class| f64::from(u8::from(class == label)) * (1.0 - smoothing) + smoothing / classes;
        let each = probabilities.iter().enumerate();
        let loss = match config.loss {
            Loss::CategoricalCrossEntropy => each.map(|(class, p)| -wanted(class) * p.ln()).sum(),
            Loss::MeanSquaredError => {
                each.map(|(class, p)| (p - wanted(class)).powi(2)).sum::<f64>() / classes
            }
            _ => unreachable!(),
        };
        f64::from(class_weights[label]) * loss
    };
    let losses = logits.iter().zip(order).zip(mixes).map(|((logits, example), mix)| match mix {
        Some(Mix { other, share, .. }) => {
            let share = f64::from(share);
            share * loss(logits, example) + (1.0 - share) * loss(logits, other)
        }
        None => loss(logits, example),
    });
    losses.sum::<f64>() / samples.len() as f64
}

/// Returns the probabilities of each example.
pub(crate) fn probabilities(
    network: &Network,
    weights: &Weights,
    features: ArrayView4<'_, f32>,
) -> Vec<Vec<f64>> {
    let logits = logits(network, weights, features, None);
    logits.iter().map(|logits| softmax(logits)).collect()
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
    logits.iter().map(|logit| logit.exp() / sum).collect()
}

/// Statistics that batch normalisation uses.
#[derive(Clone, Copy, PartialEq)]
enum Statistics {
    OfBatch,
    Moving,
}

/// Returns the logits of each example, in the first step of a training or in a prediction.
fn logits(
    network: &Network,
    weights: &Weights,
    features: ArrayView4<'_, f32>,
    training: Option<&Training<'_>>,
) -> Vec<Vec<f64>> {
    let statistics = if training.is_some() { Statistics::OfBatch } else { Statistics::Moving };
    let drop = |batch: &mut Vec<Map>, layer, rate| {
        let Some(training) = training.filter(|_| rate > 0.0) else { return };
        let factors = dropout_factors(training.seed(), 0, layer, rate);
        batch.iter_mut().flatten().zip(factors).for_each(|(x, factor)| *x *= f64::from(factor));
    };
    let mut weights = weights.iter().map(Vec::as_slice);
    let mut batch: Vec<Map> = features
        .outer_iter()
        .map(|example| example.iter().map(|&value| value.into()).collect())
        .collect();
    for (index, shaped) in network.layers().iter().enumerate() {
        batch = layer(shaped, &mut weights, batch, statistics);
        if let Layer::Dropout(dropout) = shaped.layer {
            drop(&mut batch, index, dropout.rate());
        }
    }
    let head = training.map_or(0.0, |training| training.config().head_dropout);
    drop(&mut batch, network.layers().len(), head);
    let dense = if network.dense_width() > 0 { [false, true].as_slice() } else { &[true] };
    for &last in dense {
        let [kernel, bias] = [(); 2].map(|()| weights.next().unwrap());
        let dense = |x: &Map| {
            let products = kernel.chunks(x.len()).zip(bias).map(|(kernel, bias)| {
                let sum = bias + kernel.iter().zip(x).map(|(k, x)| k * x).sum::<f64>();
                if last { sum } else { sum.max(0.0) }
            });
            products.collect()
        };
        batch = batch.iter().map(dense).collect();
    }
    batch
}

fn layer<'w>(
    shaped: &ShapedLayer,
    weights: &mut impl Iterator<Item = &'w [f64]>,
    batch: Vec<Map>,
    statistics: Statistics,
) -> Vec<Map> {
    let mut next = || weights.next().unwrap();
    let sums: Vec<Map> = match shaped.layer {
        Layer::Conv2d(conv) => {
            let (kernel, bias) = (next(), next());
            batch.iter().map(|x| convolved(shaped, conv, x, kernel, bias)).collect()
        }
        Layer::Separable(conv) => {
            let (depthwise, pointwise, bias) = (next(), next(), next());
            batch.iter().map(|x| separated(shaped, conv, x, depthwise, pointwise, bias)).collect()
        }
        Layer::Pool(pool) => return batch.iter().map(|x| pooled(shaped, pool, x)).collect(),
        Layer::GlobalAverage => {
            let channels = shaped.input.channels;
            let mean = |x: &Map, channel| {
                let own: Vec<f64> = x.iter().skip(channel).step_by(channels).copied().collect();
                own.iter().sum::<f64>() / own.len() as f64
            };
            return batch.iter().map(|x| (0..channels).map(|c| mean(x, c)).collect()).collect();
        }
        Layer::Dropout(_) => return batch,
    };
    let (Layer::Conv2d(conv) | Layer::Separable(conv)) = shaped.layer else { unreachable!() };
    let mut sums = match conv.normalisation {
        Normalisation::None => sums,
        Normalisation::Batch => normalised(sums, [(); 4].map(|()| next()), statistics),
    };
    for value in sums.iter_mut().flatten() {
        *value = match conv.activation {
            Activation::Relu => value.max(0.0),
            Activation::Sigmoid => 1.0 / (1.0 + (-*value).exp()),
        };
    }
    sums
}

/// Returns the positions in a window, each with the position in the input under it, both as row and
/// column. Positions in the padding are left out.
fn under(
    [height, width]: [usize; 2],
    [row, column]: [usize; 2],
    [down, across]: [usize; 2],
    [top, left]: [usize; 2],
    input: Shape,
) -> impl Iterator<Item = ([usize; 2], [usize; 2])> {
    (0..height).flat_map(move |y| (0..width).map(move |x| [y, x])).filter_map(move |[y, x]| {
        let own = [(row * down + y).checked_sub(top)?, (column * across + x).checked_sub(left)?];
        (own[0] < input.height && own[1] < input.width).then_some(([y, x], own))
    })
}

fn places(output: Shape) -> impl Iterator<Item = [usize; 2]> {
    (0..output.height).flat_map(move |row| (0..output.width).map(move |column| [row, column]))
}

fn window(conv: Conv2d, input: Shape) -> [[usize; 2]; 3] {
    let margins = conv.margins(input);
    [
        [conv.kernel.height as usize, conv.kernel.width as usize],
        [conv.stride.height as usize, conv.stride.width as usize],
        [margins.top, margins.left],
    ]
}

fn convolved(
    &ShapedLayer { input, output, .. }: &ShapedLayer,
    conv: Conv2d,
    x: &[f64],
    kernel: &[f64],
    bias: &[f64],
) -> Map {
    let [size, stride, before] = window(conv, input);
    let mut y = vec![];
    for place in places(output) {
        for (filter, &bias) in bias.iter().enumerate() {
            let mut sum = bias;
            for ([ky, kx], [row, column]) in under(size, place, stride, before, input) {
                for channel in 0..input.channels {
                    let weight = ((filter * size[0] + ky) * size[1] + kx) * input.channels;
                    let value = (row * input.width + column) * input.channels;
                    sum += kernel[weight + channel] * x[value + channel];
                }
            }
            y.push(sum);
        }
    }
    y
}

fn separated(
    &ShapedLayer { input, output, .. }: &ShapedLayer,
    conv: Conv2d,
    x: &[f64],
    depthwise: &[f64],
    pointwise: &[f64],
    bias: &[f64],
) -> Map {
    let [size, stride, before] = window(conv, input);
    let mut y = vec![];
    for place in places(output) {
        let mut own = vec![0.0; input.channels];
        for ([ky, kx], [row, column]) in under(size, place, stride, before, input) {
            for (channel, sum) in own.iter_mut().enumerate() {
                let value = (row * input.width + column) * input.channels;
                let weight = (ky * size[1] + kx) * input.channels;
                *sum += depthwise[weight + channel] * x[value + channel];
            }
        }
        for (weights, bias) in pointwise.chunks(input.channels).zip(bias) {
            y.push(bias + weights.iter().zip(&own).map(|(weight, own)| weight * own).sum::<f64>());
        }
    }
    y
}

fn pooled(&ShapedLayer { input, output, .. }: &ShapedLayer, pool: Pool, x: &[f64]) -> Map {
    let size = [pool.size.height as usize, pool.size.width as usize];
    let stride = [pool.stride.height as usize, pool.stride.width as usize];
    let mut y = vec![];
    for place in places(output) {
        for channel in 0..input.channels {
            let values: Vec<f64> = under(size, place, stride, [0, 0], input)
                .map(|(_, [row, column])| {
                    x[(row * input.width + column) * input.channels + channel]
                })
                .collect();
            y.push(match pool.kind {
                PoolKind::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                PoolKind::Average => values.iter().sum::<f64>() / values.len() as f64,
            });
        }
    }
    y
}

fn normalised(
    mut batch: Vec<Map>,
    [scale, offset, mean, variance]: [&[f64]; 4],
    statistics: Statistics,
) -> Vec<Map> {
    let channels = scale.len();
    for channel in 0..channels {
        let own = || batch.iter().flat_map(|map| map.iter().skip(channel).step_by(channels));
        let count = own().count() as f64;
        let (mean, variance) = match statistics {
            Statistics::Moving => (mean[channel], variance[channel]),
            Statistics::OfBatch => {
                let mean = own().sum::<f64>() / count;
                (mean, own().map(|value| (value - mean).powi(2)).sum::<f64>() / count)
            }
        };
        let values =
            batch.iter_mut().flat_map(|map| map.iter_mut().skip(channel).step_by(channels));
        for value in values {
            let normal = (*value - mean) / (variance + 1e-3).sqrt();
            *value = scale[channel] * normal + offset[channel];
        }
    }
    batch
}
