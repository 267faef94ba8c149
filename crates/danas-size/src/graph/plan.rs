//! The properties of a network that the order of its constants depends on.

use danas_space::{Extent, Layer, Network, Place};

use super::dense::Dense;
use crate::{
    format::Profile,
    steps::{Convolution, Step, Work},
};

/// The steps of a network, with the properties that matter to the converter.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) network: &'a Network,
    pub(super) profile: Profile,
    pub(super) steps: &'a [Step],
    /// Convolutions, by the index of their weights.
    convolutions: Vec<Convolution>,
    /// Numbers of channels that each convolution reads and writes.
    channels: Vec<[usize; 2]>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(network: &'a Network, profile: Profile, steps: &'a [Step]) -> Self {
        let convolutions = steps.iter().filter_map(Step::convolution).copied().collect();
        let channels = steps.iter().filter(|step| step.convolution().is_some());
        let channels = channels.map(|step| [step.input.channels, step.output.channels]).collect();
        Self { network, profile, steps, convolutions, channels }
    }

    pub(super) fn convolutions(&self) -> &[Convolution] {
        &self.convolutions
    }

    /// Returns the dense layers, in order.
    pub(super) fn dense(&self) -> impl DoubleEndedIterator<Item = Dense> + use<> {
        Dense::of(self.network).iter().copied()
    }

    /// Returns the index of a dense layer's weights.
    pub(super) fn dense_index(&self, layer: Dense) -> usize {
        self.convolutions.len() + self.dense().take_while(|&other| other != layer).count()
    }

    /// Returns the convolution that the model begins with, if it begins with one.
    pub(super) fn first(&self) -> Option<&Convolution> {
        self.steps.first().and_then(Step::convolution)
    }

    /// Returns whether the first layer is a separable convolution. It is not if dropout comes
    /// before it, although dropout has no operator.
    pub(super) fn is_separable_first(&self) -> bool {
        let first = self.network.layers().first();
        first.is_some_and(|shaped| matches!(shaped.layer, Layer::Separable(_)))
    }

    /// Returns the layer of global average pooling, which replaces the flattening, if there is one.
    pub(super) fn mean(&self) -> Option<usize> {
        self.steps.iter().find_map(|step| match (step.work, step.place) {
            (Work::Mean, Place::Layer(layer)) => Some(layer),
            _ => None,
        })
    }

    /// Returns the number of filters of a convolution, or of channels if it is depthwise.
    pub(super) fn outputs(&self, convolution: &Convolution) -> usize {
        self.channels[convolution.weights][1]
    }

    /// Returns the shape of a kernel: `[outputs, height, width, inputs]`, with one output if it is
    /// depthwise.
    pub(super) fn kernel(&self, convolution: usize) -> [usize; 4] {
        let Convolution { kernel: Extent { height, width }, .. } = self.convolutions[convolution];
        let [inputs, outputs] = self.channels[convolution];
        let outputs = if self.convolutions[convolution].is_depthwise() { 1 } else { outputs };
        // The weights of a network can be counted, so the sides of a kernel fit into a `usize`.
        [outputs, height as usize, width as usize, inputs]
    }

    /// Returns the number of weights of a kernel.
    pub(super) fn kernel_elements(&self, convolution: &Convolution) -> usize {
        self.kernel(convolution.weights).iter().product()
    }

    /// Returns the depthwise convolutions whose bias has `channels` zeros.
    pub(super) fn zeros(&self, channels: usize) -> impl Iterator<Item = usize> {
        let depthwise = self.convolutions.iter().filter(|convolution| convolution.is_depthwise());
        depthwise.map(|it| it.weights).filter(move |&it| self.channels[it][1] == channels)
    }

    /// Returns whether two depthwise convolutions have the same number of zeros.
    pub(super) fn has_shared_zeros(&self) -> bool {
        let depthwise = self.convolutions.iter().filter(|convolution| convolution.is_depthwise());
        let mut channels = depthwise.map(|convolution| self.outputs(convolution));
        channels.any(|channels| self.zeros(channels).nth(1).is_some())
    }
}
