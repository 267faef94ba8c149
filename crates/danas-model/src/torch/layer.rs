//! The layers of a network as operations of libtorch.

use danas_space::{
    Activation, Conv2d, Extent, Layer, Margins, Normalisation, Pool, PoolKind, ShapedLayer,
};
use tch::{Kind, TchError, Tensor};

use crate::random::dropout_factors;

const EPSILON: f64 = Normalisation::EPSILON;

/// Share of a moving mean or variance that each step replaces. Keras' momentum is 0.99.
const RENEWAL: f64 = 1.0 - 0.99;

/// Step of a training.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    /// The training's seed.
    pub(super) seed: u64,
    /// Number of the steps before, over all epochs.
    pub(super) number: u64,
    /// Share of the values read by the first dense layer that is dropped.
    pub(super) head_dropout: f64,
}

/// Purpose of a forward pass.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pass {
    /// Prediction: dropout does nothing, and batch normalisation uses its moving statistics.
    Prediction,
    /// Training: dropout and batch normalisation are active, and moving statistics are updated.
    Training(Step),
}

/// Returns the output of the layer `index`, whose weights are in the order of
/// [`TensorSpec`](danas_space::TensorSpec).
///
/// # Shapes
/// - `x`, and the returned tensor: `[examples, channels, height, width]`
pub(super) fn forward(
    index: usize,
    shaped: &ShapedLayer,
    weights: &[Tensor],
    x: &Tensor,
    pass: Pass,
) -> Result<Tensor, TchError> {
    match (shaped.layer, weights) {
        (Layer::Conv2d(conv), [kernel, bias, statistics @ ..]) => {
            let margins = conv.margins(shaped.input);
            let sums = convolve(x, kernel, Some(bias), conv.stride, margins, 1)?;
            finish(sums, conv, statistics, pass)
        }
        (Layer::Separable(conv), [depthwise, pointwise, bias, statistics @ ..]) => {
            let margins = conv.margins(shaped.input);
            let groups = shaped.input.channels as i64;
            let own = convolve(x, depthwise, None, conv.stride, margins, groups)?;
            let unit = Extent::square(1);
            let sums = convolve(&own, pointwise, Some(bias), unit, Margins::default(), 1)?;
            finish(sums, conv, statistics, pass)
        }
        (Layer::Pool(Pool { kind, size, stride }), []) => {
            let (size, stride) = (sides(size), sides(stride));
            match kind {
                PoolKind::Max => x.f_max_pool2d(size, stride, [0, 0], [1, 1], false),
                PoolKind::Average => x.f_avg_pool2d(size, stride, [0, 0], false, true, None),
            }
        }
        (Layer::GlobalAverage, []) => x.f_mean_dim([2_i64, 3].as_slice(), true, Kind::Float),
        (Layer::Dropout(dropout), []) => match pass {
            Pass::Prediction => Ok(x.shallow_clone()),
            Pass::Training(step) => drop_out(dropout.rate(), index, x, step),
        },
        (layer, weights) => {
            Err(TchError::Shape(format!("{} weight tensors do not fit {layer}", weights.len())))
        }
    }
}

fn convolve(
    x: &Tensor,
    kernel: &Tensor,
    bias: Option<&Tensor>,
    stride: Extent,
    Margins { top, bottom, left, right }: Margins,
    groups: i64,
) -> Result<Tensor, TchError> {
    let [top, bottom, left, right] = [top, bottom, left, right].map(|zeros| zeros as i64);
    let stride = sides(stride);
    if (top, left) == (bottom, right) {
        return x.f_conv2d(kernel, bias, stride, [top, left], [1, 1], groups);
    }
    let padded = x.f_constant_pad_nd([left, right, top, bottom])?;
    padded.f_conv2d(kernel, bias, stride, [0, 0], [1, 1], groups)
}

/// Applies normalisation and activation to the sums of a convolution.
fn finish(
    sums: Tensor,
    conv: Conv2d,
    statistics: &[Tensor],
    pass: Pass,
) -> Result<Tensor, TchError> {
    let mut x = match (conv.normalisation, statistics) {
        (Normalisation::None, []) => sums,
        (Normalisation::Batch, [scale, offset, mean, variance]) => {
            normalise(&sums, [scale, offset], [mean, variance], pass)?
        }
        _ => return Err(TchError::Shape("the weights belong to another normalisation".to_owned())),
    };
    match conv.activation {
        Activation::Relu => x.f_relu_(),
        Activation::Sigmoid => x.f_sigmoid_(),
    }
}

fn normalise(
    x: &Tensor,
    [scale, offset]: [&Tensor; 2],
    [mean, variance]: [&Tensor; 2],
    pass: Pass,
) -> Result<Tensor, TchError> {
    match pass {
        Pass::Prediction => {
            let (mean, variance) = (Some(mean), Some(variance));
            x.f_batch_norm(Some(scale), Some(offset), mean, variance, false, 0.0, EPSILON, false)
        }
        Pass::Training(_) => {
            // libtorch would keep the unbiased variance; Keras keeps the biased one.
            let _ = tch::no_grad(|| {
                let (of_batch, mean_of_batch) =
                    x.f_var_mean_dim([0_i64, 2, 3].as_slice(), false, false)?;
                let _ = mean.shallow_clone().f_lerp_(&mean_of_batch, RENEWAL)?;
                variance.shallow_clone().f_lerp_(&of_batch, RENEWAL)
            })?;
            let none: Option<&Tensor> = None;
            x.f_batch_norm(Some(scale), Some(offset), none, none, true, 0.0, EPSILON, false)
        }
    }
}

/// Applies the dropout of a layer to `x`.
///
/// # Shapes
/// - `x`, and the returned tensor: `[examples, channels, height, width]`
pub(super) fn drop_out(
    rate: f64,
    layer: usize,
    x: &Tensor,
    Step { seed, number, .. }: Step,
) -> Result<Tensor, TchError> {
    let (examples, channels, height, width) = x.size4()?;
    let values: Vec<f32> = dropout_factors(seed, number, layer, rate).take(x.numel()).collect();
    let factors = Tensor::f_from_slice(&values)?.f_to_device(x.device())?;
    let factors = factors.f_view([examples, height, width, channels])?.f_permute([0, 3, 1, 2])?;
    x.f_mul(&factors)
}

const fn sides(Extent { height, width }: Extent) -> [i64; 2] {
    [height as i64, width as i64]
}

#[cfg(test)]
mod tests {
    use danas_space::{Dropout, Shape};
    use tch::Device;

    use super::*;

    #[test]
    fn dropout_takes_its_factors_channels_last_and_in_training_only() {
        let shape = Shape::new(4, 5, 3);
        let dropout = Dropout { percent: 30 };
        let shaped = ShapedLayer { layer: Layer::Dropout(dropout), input: shape, output: shape };
        let ones = Tensor::ones([2, 3, 4, 5], (Kind::Float, Device::Cpu));
        let step = Step { seed: 1, number: 2, head_dropout: 0.0 };
        let dropped = forward(6, &shaped, &[], &ones, Pass::Training(step)).unwrap();
        let expected: Vec<f32> = dropout_factors(1, 2, 6, dropout.rate()).take(2 * 60).collect();
        let actual = dropped.permute([0, 2, 3, 1]).contiguous().view([-1]);
        assert_eq!(actual, Tensor::from_slice(&expected));
        assert_eq!(forward(6, &shaped, &[], &ones, Pass::Prediction).unwrap(), ones);
    }
}
