//! What the order of constants depends on.

use danas_space::{Extent, Layer, Network, Place};

use super::constant::Dense;
use crate::{
    Profile,
    steps::{Convolution, Step, Work},
};

/// The steps of a network, and what the converter sees in them.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) network: &'a Network,
    pub(super) profile: Profile,
    pub(super) steps: &'a [Step],
    /// Convolutions by the number of their weights.
    convolutions: Vec<Convolution>,
    /// The channels that each of them reads and writes.
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

    /// The dense layers, in order.
    pub(super) fn dense(&self) -> impl DoubleEndedIterator<Item = Dense> + use<> {
        Dense::of(self.network).iter().copied()
    }

    /// The number of a dense layer among what has weights.
    pub(super) fn dense_index(&self, layer: Dense) -> usize {
        self.convolutions.len() + self.dense().take_while(|&other| other != layer).count()
    }

    /// The convolution that the model begins with.
    pub(super) fn first(&self) -> Option<&Convolution> {
        self.steps.first().and_then(Step::convolution)
    }

    /// Whether the first layer is a separable convolution: not where dropout comes before it, though
    /// it leaves no operator.
    pub(super) fn is_separable_first(&self) -> bool {
        let first = self.network.layers().first();
        first.is_some_and(|shaped| matches!(shaped.layer, Layer::Separable(_)))
    }

    /// The layer whose mean is taken instead of a flattening.
    pub(super) fn mean(&self) -> Option<usize> {
        self.steps.iter().find_map(|step| match (step.work, step.place) {
            (Work::Mean, Place::Layer(layer)) => Some(layer),
            _ => None,
        })
    }

    /// Filters, or channels of a depthwise convolution.
    pub(super) fn outputs(&self, convolution: &Convolution) -> usize {
        self.channels[convolution.weights][1]
    }

    /// The shape of a kernel.
    pub(super) fn kernel(&self, convolution: usize) -> [usize; 4] {
        let Convolution { kernel: Extent { height, width }, .. } = self.convolutions[convolution];
        let [inputs, outputs] = self.channels[convolution];
        let outputs = if self.convolutions[convolution].is_depthwise() { 1 } else { outputs };
        // A network's weights can be counted, so that a kernel's sides fit a `usize`.
        [outputs, height as usize, width as usize, inputs]
    }

    /// How many weights a kernel has.
    pub(super) fn kernel_elements(&self, convolution: &Convolution) -> usize {
        self.kernel(convolution.weights).iter().product()
    }

    /// The depthwise convolutions that have so many zeros for a bias.
    pub(super) fn zeros(&self, channels: usize) -> impl Iterator<Item = usize> {
        let depthwise = self.convolutions.iter().filter(|convolution| convolution.is_depthwise());
        depthwise.map(|it| it.weights).filter(move |&it| self.channels[it][1] == channels)
    }

    /// Whether two depthwise convolutions have equally many zeros.
    pub(super) fn has_shared_zeros(&self) -> bool {
        let depthwise = self.convolutions.iter().filter(|convolution| convolution.is_depthwise());
        let mut channels = depthwise.map(|convolution| self.outputs(convolution));
        channels.any(|channels| self.zeros(channels).nth(1).is_some())
    }
}
