//! An architecture bound to its input and classes, with every shape worked out.

use std::fmt;

use crate::{Architecture, Infeasible, Layer, Shape};

/// A layer with the shapes it has inside its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapedLayer {
    /// The layer.
    pub layer: Layer,
    /// What it reads.
    pub input: Shape,
    /// What it writes.
    pub output: Shape,
}

/// A feasible network: the layers of an [`Architecture`], flattened in height, width, channel
/// order into a dense layer with ReLU, and a dense layer with softmax over the classes. (Behind
/// global average pooling there is nothing to flatten.)
///
/// All counts were checked when it was built, so reading them cannot overflow.
///
/// ```
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// // A row of the paper's Table 3: 9240 bytes in all, 4 bytes for each of 1474 parameters.
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// assert_eq!(network.parameters(), 1474);
/// assert_eq!(network.macs(), 11_936);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Network {
    input: Shape,
    layers: Vec<ShapedLayer>,
    flattened: usize,
    dense_width: u32,
    classes: usize,
    parameters: u64,
    macs: u64,
}

impl Network {
    /// Binds `architecture` to inputs of shape `input` and to `classes` outputs.
    ///
    /// # Errors
    /// [`Infeasible`] where a kernel or pooling window exceeds its input, where the input is empty
    /// or there are no classes, and where a count overflows.
    pub fn new(
        input: Shape,
        architecture: &Architecture,
        classes: usize,
    ) -> Result<Self, Infeasible> {
        if input.elements() == Some(0) || classes == 0 {
            return Err(Infeasible::Degenerate { input, classes });
        }
        let mut layers = Vec::with_capacity(architecture.layers().len());
        let mut shape = input;
        let mut parameters = 0_u64;
        let mut macs = 0_u64;
        for (number, &layer) in (1..).zip(architecture.layers()) {
            let too_large = || Infeasible::TooLarge { layer: number };
            let output = layer.output(shape, number)?;
            let added = layer.parameters(shape).ok_or_else(too_large)?;
            parameters = parameters.checked_add(added).ok_or_else(too_large)?;
            let added = layer.macs(shape, output).ok_or_else(too_large)?;
            macs = macs.checked_add(added).ok_or_else(too_large)?;
            layers.push(ShapedLayer { layer, input: shape, output });
            shape = output;
        }
        let dense_width = architecture.dense_width();
        let head = || {
            let flattened = shape.elements()?;
            let (width, classes) = (u64::from(dense_width), u64::try_from(classes).ok()?);
            let weights = u64::try_from(flattened)
                .ok()?
                .checked_mul(width)?
                .checked_add(width.checked_mul(classes)?)?;
            let biases = width.checked_add(classes)?;
            let parameters = parameters.checked_add(weights)?.checked_add(biases)?;
            Some((flattened, parameters, macs.checked_add(weights)?))
        };
        let (flattened, parameters, macs) =
            head().ok_or(Infeasible::TooLarge { layer: layers.len() + 1 })?;
        Ok(Self { input, layers, flattened, dense_width, classes, parameters, macs })
    }

    /// The shape of one input.
    #[must_use]
    pub const fn input(&self) -> Shape {
        self.input
    }

    /// The layers before the flattening, with their shapes.
    #[must_use]
    pub fn layers(&self) -> &[ShapedLayer] {
        &self.layers
    }

    /// The number of values that the first dense layer reads.
    #[must_use]
    pub const fn flattened(&self) -> usize {
        self.flattened
    }

    /// The width of the first dense layer.
    #[must_use]
    pub const fn dense_width(&self) -> u32 {
        self.dense_width
    }

    /// The number of classes, that is of outputs.
    #[must_use]
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Trainable parameters, biases included, as Keras counts them: the moving means and variances
    /// of batch normalisation are not among them.
    #[must_use]
    pub const fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Multiply-accumulates of one inference in convolutions and dense layers, biases not counted.
    /// Those with the zeros of a padding are; batch normalisation, folded into kernels, has none.
    #[must_use]
    pub const fn macs(&self) -> u64 {
        self.macs
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.input)?;
        for shaped in &self.layers {
            write!(f, " {}", shaped.layer)?;
        }
        write!(f, " > {} > {}", self.dense_width, self.classes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Extent, parse_layers};

    fn network(input: Shape, layers: &str) -> Result<Network, Infeasible> {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
        Network::new(input, &architecture, 2)
    }

    #[test]
    fn a_depth_that_shrinks_below_the_kernel_names_its_layer() {
        let refused = network(Shape::new(39, 8, 1), "2x5R 2x3R 2x3R").unwrap_err();
        let input = Shape::new(33, 2, 2);
        assert_eq!(
            refused,
            Infeasible::KernelExceedsInput { layer: 3, kernel: Extent::square(3), input }
        );
    }

    #[test]
    fn a_network_too_large_to_count_is_infeasible() {
        let layers = format!("{0}x3R {0}x3R", u32::MAX);
        let refused = network(Shape::new(usize::MAX / 4, 8, 1), &layers).unwrap_err();
        assert!(matches!(refused, Infeasible::TooLarge { .. }), "{refused}");
    }

    #[test]
    fn an_empty_input_is_infeasible() {
        let input = Shape::new(39, 0, 1);
        assert_eq!(network(input, "2x3R"), Err(Infeasible::Degenerate { input, classes: 2 }));
    }
}
