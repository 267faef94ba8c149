//! The weights of operators, made from the weights of layers.

use std::borrow::Cow;

use danas_space::{Normalisation, Role, TensorSpec};

use crate::error::ConversionError;

/// A tensor of a network, with its values.
pub(crate) type Tensor<'a> = (TensorSpec, &'a [f32]);

/// The weights of a convolution or dense layer, with any normalisation folded in.
#[derive(Debug, Clone)]
pub(crate) struct Weights<'a> {
    pub(crate) kernel: Cow<'a, [f32]>,
    pub(crate) bias: Cow<'a, [f32]>,
}

/// Returns the weights of the one or two operators that a layer with these tensors becomes.
///
/// # Errors
/// [`ConversionError::NegativeVariance`] or [`ConversionError::FoldedNotFinite`].
pub(crate) fn of_layer<'a>(
    tensors: &[Tensor<'a>],
) -> Result<impl Iterator<Item = Weights<'a>>, ConversionError> {
    let find = |role| tensors.iter().find(|(tensor, _)| tensor.role == role);
    let values = |role| find(role).map_or(&[][..], |&(_, values)| values);
    let depthwise = find(Role::Depthwise).map(|&(ref tensor, values)| Weights {
        kernel: Cow::Borrowed(values),
        bias: vec![0.0; tensor.shape.last().copied().unwrap_or_default()].into(),
    });
    let kernel = find(Role::Pointwise).or_else(|| find(Role::Kernel));
    let mut weights = Weights {
        kernel: Cow::Borrowed(kernel.map_or(&[][..], |&(_, values)| values)),
        bias: Cow::Borrowed(values(Role::Bias)),
    };
    if let (Some((variance, variances)), Some((kernel, _))) = (find(Role::Variance), kernel) {
        let negative = variances.iter().find(|&&value| value < 0.0);
        if let Some(&value) = negative {
            return Err(ConversionError::NegativeVariance { tensor: variance.clone(), value });
        }
        let scales = values(Role::Scale).iter().zip(*variances);
        let epsilon = Normalisation::EPSILON as f32;
        let factors = scales.map(|(scale, variance)| scale * (1.0 / (variance + epsilon).sqrt()));
        let moves = values(Role::Mean).iter().zip(values(Role::Offset));
        weights.fold(&factors.collect::<Vec<_>>(), moves);
        if !weights.is_finite() {
            return Err(ConversionError::FoldedNotFinite { tensor: kernel.clone() });
        }
    }
    Ok(depthwise.into_iter().chain([weights]))
}

impl Weights<'_> {
    /// Folds a normalisation in: multiplies each output by its factor, and adds
    /// `offset - mean * factor`.
    ///
    /// The operations are in the converter's order. The converter approximates square roots in a
    /// way that depends on the processor, so the last bit of a factor may differ from TensorFlow's.
    fn fold<'f>(&mut self, factors: &[f32], moves: impl Iterator<Item = (&'f f32, &'f f32)>) {
        let window = (self.kernel.len() / factors.len().max(1)).max(1);
        let outputs = self.kernel.to_mut().chunks_exact_mut(window);
        for (weights, factor) in outputs.zip(factors) {
            weights.iter_mut().for_each(|weight| *weight *= factor);
        }
        for ((bias, factor), (mean, offset)) in
            self.bias.to_mut().iter_mut().zip(factors).zip(moves)
        {
            *bias = *bias * factor + (offset - mean * factor);
        }
    }

    fn is_finite(&self) -> bool {
        self.kernel.iter().chain(&*self.bias).all(|value| value.is_finite())
    }
}
