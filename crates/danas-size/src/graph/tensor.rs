//! The tensors of a graph, as the file describes them.

use std::num::TryFromIntError;

use danas_space::Shape;

use crate::steps::Flow;

/// The index of a tensor in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TensorId(pub(crate) u32);

#[derive(Debug)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dims: Dims,
    pub(crate) element: Element,
    pub(crate) content: Content,
    /// Number of scales of its integers, each with a zero point: 0, 1, or one for each output
    /// channel.
    pub(crate) scales: usize,
    /// Index of the dimension of the output channels.
    pub(crate) channels: usize,
}

impl Tensor {
    /// Returns the number of bytes of its values.
    pub(crate) fn bytes(&self) -> u64 {
        let sizes = self.dims.sizes().map(|size| size as u64);
        sizes.fold(self.element.bytes(), u64::saturating_mul)
    }
}

/// The type of a tensor's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Float32,
    Int32,
    Int8,
}

impl Element {
    const fn bytes(self) -> u64 {
        match self {
            Self::Float32 | Self::Int32 => 4,
            Self::Int8 => 1,
        }
    }
}

/// The origin of a tensor's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Computed when the model runs, for any number of examples, which is the first dimension.
    Examples(Flow),
    /// Computed from a shape when the model runs.
    Numbers,
    /// Trained: the kernel or the bias with this index of weights, `bytes` long.
    Weights { layer: usize, is_kernel: bool, bytes: u64 },
    /// Zeros, which are the bias of a depthwise convolution.
    Zeros { layer: usize, values: usize },
    /// A value that follows from the architecture.
    One([i32; 1]),
    /// Two values that follow from the architecture.
    Two([i32; 2]),
}

impl Content {
    /// Returns whether the values are computed when the model runs.
    pub(crate) const fn is_computed(self) -> bool {
        matches!(self, Self::Examples(_) | Self::Numbers)
    }

    pub(crate) const fn is_examples(self) -> bool {
        matches!(self, Self::Examples(_))
    }

    /// Returns whether both have the same bytes, as far as the architecture determines them.
    /// Trained values hardly ever agree, so they count as different.
    pub(crate) fn is_alike(self, other: Self) -> bool {
        let told = |content| match content {
            Self::One([value]) => Some((1, [value, 0])),
            Self::Two(values) => Some((2, values)),
            Self::Zeros { values, .. } => Some((values, [0; 2])),
            Self::Examples(_) | Self::Numbers | Self::Weights { .. } => None,
        };
        told(self).is_some_and(|bytes| told(other) == Some(bytes))
    }
}

/// The dimensions of a tensor, at most four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dims {
    sizes: [i32; 4],
    rank: usize,
}

impl Dims {
    pub(super) fn new<const RANK: usize>(sizes: [usize; RANK]) -> Result<Self, TryFromIntError> {
        const { assert!(RANK <= 4, "a tensor has at most four dimensions") };
        let mut dims = Self { sizes: [1; 4], rank: RANK };
        for (dim, size) in dims.sizes.iter_mut().zip(sizes) {
            *dim = size.try_into()?;
        }
        Ok(dims)
    }

    /// Returns the dimensions of one example of this shape.
    pub(super) fn of(shape: Shape) -> Result<Self, TryFromIntError> {
        Self::new([1, shape.height, shape.width, shape.channels])
    }

    pub(crate) fn as_slice(&self) -> &[i32] {
        &self.sizes[..self.rank]
    }

    /// Returns the sizes as `usize`.
    pub(crate) fn sizes(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.as_slice().iter().map(|&size| usize::try_from(size).unwrap_or(0))
    }

    pub(crate) fn elements(&self) -> u64 {
        self.as_slice().iter().map(|&size| u64::from(size.unsigned_abs())).product()
    }

    /// Returns the number of bytes that values of `element` take.
    pub(super) fn bytes(&self, element: Element) -> u64 {
        self.elements() * element.bytes()
    }

    /// Returns the dimensions for any number of examples, with -1 as the first size.
    pub(crate) fn signature(mut self) -> Self {
        self.sizes[0] = -1;
        self
    }
}
