//! Tensors as a file describes them.

use std::num::TryFromIntError;

use danas_space::Shape;

use crate::steps::Flow;

/// The number of a tensor in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TensorId(pub(crate) u32);

#[derive(Debug)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dims: Dims,
    pub(crate) element: Element,
    pub(crate) content: Content,
    /// The scales that its integers have, each with a zero point: none, one, or one for each output
    /// channel.
    pub(crate) scales: usize,
    /// The dimension of the output channels.
    pub(crate) channels: usize,
}

/// What the values of a tensor are.
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

/// Where a tensor's values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Computed when the model runs, for any number of examples: the first dimension.
    Examples(Flow),
    /// Computed when the model runs, of a shape.
    Numbers,
    /// Trained, so many bytes: the kernel or bias of what has weights, by its number.
    Weights {
        layer: usize,
        is_kernel: bool,
        bytes: u64,
    },
    /// So many zeros: the bias of a depthwise convolution.
    Zeros {
        layer: usize,
        values: usize,
    },
    /// Part of the architecture.
    One([i32; 1]),
    Two([i32; 2]),
}

impl Content {
    pub(crate) const fn is_examples(self) -> bool {
        matches!(self, Self::Examples(_))
    }

    /// Whether another tensor has the same bytes, as far as the architecture tells. Those that
    /// training tells hardly ever agree.
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

    /// One example of this shape.
    pub(super) fn of(shape: Shape) -> Result<Self, TryFromIntError> {
        Self::new([1, shape.height, shape.width, shape.channels])
    }

    pub(crate) fn as_slice(&self) -> &[i32] {
        &self.sizes[..self.rank]
    }

    /// As the sizes that they were made of.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = usize> {
        self.as_slice().iter().map(|&size| usize::try_from(size).unwrap_or(0))
    }

    pub(crate) fn elements(&self) -> u64 {
        self.as_slice().iter().map(|&size| u64::from(size.unsigned_abs())).product()
    }

    /// What values of `element` take.
    pub(super) fn bytes(&self, element: Element) -> u64 {
        self.elements() * element.bytes()
    }

    /// The same for any number of examples.
    pub(crate) fn signature(mut self) -> Self {
        self.sizes[0] = -1;
        self
    }
}
