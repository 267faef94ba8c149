//! The axes of a space of architectures, as they are written in TOML.

use serde::{Deserialize, Serialize};

use super::widths;
use crate::{
    architecture::Architecture,
    architecture_space::Reduction,
    extent::Extent,
    layer::{Activation, ConvolutionKind, Normalisation, Padding, Pool},
};

/// Values of each axis. An axis that the paper does not have is written only if it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Axes {
    pub(super) filters: Vec<u32>,
    pub(super) kernels: Vec<Extent>,
    pub(super) activations: Vec<Activation>,
    pub(super) max_depth: usize,
    #[serde(skip_serializing_if = "is_one")]
    pub(super) min_depth: usize,
    #[serde(with = "widths")]
    pub(super) dense_width: Vec<u32>,
    #[serde(skip_serializing_if = "is_unit")]
    pub(super) strides: Vec<Extent>,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) paddings: Vec<Padding>,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) normalisations: Vec<Normalisation>,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) convolutions: Vec<ConvolutionKind>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) pools: Vec<Pool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) dropouts: Vec<u32>,
    #[serde(skip_serializing_if = "is_default")]
    pub(super) reductions: Vec<Reduction>,
}

fn is_default<T: Default + PartialEq>(values: &[T]) -> bool {
    matches!(values, [only] if *only == T::default())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_one(depth: &usize) -> bool {
    *depth == 1
}

fn is_unit(strides: &[Extent]) -> bool {
    strides == [Extent::square(1)]
}

impl Axes {
    /// Returns the axes of the paper's Table 1.
    pub(super) fn paper() -> Self {
        Self {
            filters: vec![2, 4, 8, 16, 32, 64, 128],
            kernels: vec![Extent::square(3), Extent::square(5)],
            activations: vec![Activation::Relu, Activation::Sigmoid],
            max_depth: 5,
            min_depth: 1,
            dense_width: vec![Architecture::PAPER_DENSE_WIDTH],
            strides: vec![Extent::square(1)],
            paddings: vec![Padding::default()],
            normalisations: vec![Normalisation::default()],
            convolutions: vec![ConvolutionKind::default()],
            pools: vec![],
            dropouts: vec![],
            reductions: vec![Reduction::default()],
        }
    }
}

impl Default for Axes {
    fn default() -> Self {
        Self::paper()
    }
}
