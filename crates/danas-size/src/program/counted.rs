//! Programs without constants, which follow from shapes alone.

use std::marker::PhantomData;

use danas_space::{Network, Shape};

use super::{
    Program,
    arithmetic::Arithmetic,
    layer_counts::LayerCounts,
    outline::{Constants, program},
};
use crate::{
    format::Profile,
    steps::{Step, Work, steps},
};

/// An arithmetic whose constants are only counted. [`Program::outline`] needs no weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted<A>(PhantomData<A>);

impl<A: Arithmetic> Arithmetic for Counted<A> {
    type Layer = LayerCounts;
    type Mean = ();
    type Sigmoid = ();
    type Softmax = ();

    const VALUE_BYTES: u64 = A::VALUE_BYTES;
    const ALIGNMENT: usize = A::ALIGNMENT;
    const SIGMOID_BYTES: u64 = A::SIGMOID_BYTES;

    fn counts(layer: &LayerCounts) -> LayerCounts {
        *layer
    }

    fn bytes_of(counts: LayerCounts) -> u64 {
        A::bytes_of(counts)
    }
}

impl<A: Arithmetic> Program<Counted<A>> {
    /// Returns the program of a network without its constants. Operations, places and sizes are
    /// those of every model of this network that a converter with this profile quantises, and of
    /// every float model.
    ///
    /// ```
    /// use danas_size::{Profile, program::{Counted, Int8, Program}};
    /// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
    ///
    /// let architecture = Architecture::new(parse_layers("2x3R max2")?, 0)?;
    /// let network = Network::new(Shape::new(6, 8, 1), &architecture, 3)?;
    /// let program = Program::<Counted<Int8<'_>>>::outline(&network, Profile::default());
    /// assert_eq!(program.memory(), Bytes(6 * 8 + 4 * 6 * 2)); // the convolution's input and output
    /// // Kernels, biases, and the factors of two filters and of the dense layer.
    /// assert_eq!(program.constants(), Bytes(18 + 3 * 12 + 4 * (2 + 3) + 5 * (2 + 1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn outline(network: &Network, profile: Profile) -> Self {
        program(network.input(), &steps(network), Shapes(profile))
    }
}

/// Shapes as the source of counts.
struct Shapes(Profile);

impl<A: Arithmetic> Constants<Counted<A>> for Shapes {
    fn layer(&self, step: &Step, _: usize) -> LayerCounts {
        let Shape { channels: inputs, .. } = step.input;
        let outputs = step.output.channels;
        let area = step.convolution().map_or(1, |it| it.kernel.area() as usize);
        let is_depthwise = step.convolution().is_some_and(|it| it.is_depthwise());
        let filters = if is_depthwise { 1 } else { outputs };
        let is_dense = matches!(step.work, Work::Dense { .. });
        let scales = match self.0 {
            Profile::Tf2_12 if is_dense => 1,
            Profile::Tf2_12 | Profile::Tf2_21 => outputs,
        };
        LayerCounts::new(area.saturating_mul(inputs).saturating_mul(filters), outputs, scales)
    }

    fn mean(&self, _: &Step) {}

    fn sigmoid(&self, _: &Step) {}

    fn softmax(&self, _: &Step) {}
}
