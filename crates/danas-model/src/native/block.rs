//! Forward and backward through a network, a block of examples at a time.

use std::ops::Range;

use danas_space::{Activation, Conv2d, Layer, Network, Shape};

use super::{
    convolution::{self, Packed},
    dense,
    lanes::Lanes,
    maps::Maps,
    parameters::Layout,
};
use crate::ModelError;

/// Everything that a block of examples passes through.
#[derive(Debug)]
pub(super) struct Block<'a> {
    network: &'a Network,
    layout: &'a Layout,
    /// The input, and the output of each convolution.
    pub(super) maps: Vec<Maps>,
    hidden: Vec<Lanes>,
    pub(super) logits: Vec<Lanes>,
    gradients: Gradients,
}

/// Gradients of what a block passes through; empty where only predictions are made.
#[derive(Debug, Default)]
struct Gradients {
    /// Of the sums of each convolution.
    sums: Vec<Maps>,
    /// The same with a border of zeros, of all convolutions but the first.
    padded: Vec<Maps>,
    hidden: Vec<Lanes>,
}

/// Weights of convolutions as they are read forwards and backwards.
#[derive(Debug)]
pub(super) struct Kernels {
    forward: Vec<Packed>,
    backward: Vec<Packed>,
}

fn side(layer: Layer) -> usize {
    let Layer::Conv2d(Conv2d { kernel, .. }) = layer;
    kernel as usize
}

fn activation(layer: Layer) -> Activation {
    let Layer::Conv2d(Conv2d { activation, .. }) = layer;
    activation
}

impl<'a> Block<'a> {
    /// For predictions.
    pub(super) fn new(network: &'a Network, layout: &'a Layout) -> Result<Self, ModelError> {
        let outputs = network.layers().iter().map(|shaped| shaped.output);
        let maps = [network.input()].into_iter().chain(outputs).map(Maps::new);
        Ok(Self {
            network,
            layout,
            maps: maps.collect::<Result<_, _>>()?,
            hidden: vec![Lanes::ZERO; network.dense_width() as usize],
            logits: vec![Lanes::ZERO; network.classes()],
            gradients: Gradients::default(),
        })
    }

    /// For training.
    pub(super) fn with_gradients(
        network: &'a Network,
        layout: &'a Layout,
    ) -> Result<Self, ModelError> {
        let layers = network.layers();
        let padded = layers.iter().skip(1).map(|shaped| {
            let border = 2 * (side(shaped.layer) - 1);
            let Shape { height, width, channels } = shaped.output;
            Maps::new(Shape::new(height + border, width + border, channels))
        });
        let gradients = Gradients {
            sums: layers.iter().map(|it| Maps::new(it.output)).collect::<Result<_, _>>()?,
            padded: padded.collect::<Result<_, _>>()?,
            hidden: vec![Lanes::ZERO; network.dense_width() as usize],
        };
        Ok(Self { gradients, ..Self::new(network, layout)? })
    }

    /// The kernels of a flat vector of weights.
    pub(super) fn kernels(&self, weights: &[f32]) -> Kernels {
        let pack = |of: fn(&[f32], usize, usize, usize) -> Packed| {
            let layers = self.network.layers().iter().enumerate();
            let packed = layers.map(|(index, shaped)| {
                let [kernel, _] = self.layout.layer(index);
                let (filters, channels) = (shaped.output.channels, shaped.input.channels);
                of(&weights[kernel], filters, side(shaped.layer), channels)
            });
            packed.collect()
        };
        Kernels { forward: pack(Packed::new), backward: pack(Packed::transposed) }
    }

    /// From the input to the logits.
    pub(super) fn forward(&mut self, weights: &[f32], kernels: &Kernels) {
        let layers = self.network.layers();
        for (index, (shaped, kernel)) in layers.iter().zip(&kernels.forward).enumerate() {
            let [_, bias] = self.layout.layer(index);
            let (before, behind) = self.maps.split_at_mut(index + 1);
            let (Some(input), Some(output)) = (before.last(), behind.first_mut()) else { return };
            convolution::convolve(input, kernel, &weights[bias], output);
            activate(activation(shaped.layer), &mut output.values);
        }
        let Some(last) = self.maps.last() else { return };
        let [kernel, bias] = self.layout.layer(layers.len()).map(|range| &weights[range]);
        dense::forward(&last.values, kernel, bias, &mut self.hidden);
        activate(Activation::Relu, &mut self.hidden);
        let [kernel, bias] = self.layout.layer(layers.len() + 1).map(|range| &weights[range]);
        dense::forward(&self.hidden, kernel, bias, &mut self.logits);
    }

    /// Adds the gradients of all weights, from those of the logits.
    pub(super) fn backward(
        &mut self,
        weights: &[f32],
        kernels: &Kernels,
        logits: &[Lanes],
        gradient: &mut [f32],
    ) {
        let layers = self.network.layers();
        let Gradients { sums, padded, hidden } = &mut self.gradients;
        let (Some(last), Some(last_sums)) = (self.maps.last(), sums.last_mut()) else { return };

        let [kernel, bias] = self.layout.layer(layers.len() + 1);
        let weights_here = &weights[kernel.clone()];
        let gradients = split(gradient, kernel, bias);
        dense::backward(&self.hidden, weights_here, logits, gradients, hidden);
        through(Activation::Relu, &self.hidden, hidden);
        let [kernel, bias] = self.layout.layer(layers.len());
        let weights_here = &weights[kernel.clone()];
        let gradients = split(gradient, kernel, bias);
        dense::backward(&last.values, weights_here, hidden, gradients, &mut last_sums.values);

        for (index, shaped) in layers.iter().enumerate().rev() {
            let side = side(shaped.layer);
            through(
                activation(shaped.layer),
                &self.maps[index + 1].values,
                &mut sums[index].values,
            );
            let [kernel, bias] = self.layout.layer(index);
            let (kernel, bias) = split(gradient, kernel, bias);
            convolution::add_gradients(&self.maps[index], &sums[index], side, kernel, bias);
            let Some(former) = index.checked_sub(1) else { break };
            let padded = &mut padded[former];
            padded.fill_inside(side - 1, &sums[index]);
            convolution::convolve(padded, &kernels.backward[index], &[], &mut sums[former]);
        }
    }
}

/// Kernel and bias of a layer, the one behind the other.
fn split(flat: &mut [f32], kernel: Range<usize>, bias: Range<usize>) -> (&mut [f32], &mut [f32]) {
    let both = &mut flat[kernel.start..bias.end];
    both.split_at_mut(kernel.len())
}

fn activate(activation: Activation, values: &mut [Lanes]) {
    match activation {
        // NaN stays NaN, so that it is found.
        Activation::Relu => values.iter_mut().for_each(|value| {
            *value = value.map(|one| if one < 0.0 { 0.0 } else { one });
        }),
        Activation::Sigmoid => values.iter_mut().for_each(|value| {
            *value = value.map(|one| 1.0 / (1.0 + (-one).exp()));
        }),
    }
}

/// Turns gradients of outputs into those of the sums before the activation.
fn through(activation: Activation, outputs: &[Lanes], gradients: &mut [Lanes]) {
    let pairs = gradients.iter_mut().zip(outputs);
    match activation {
        Activation::Relu => pairs.for_each(|(gradient, &output)| {
            *gradient = gradient.zip(output, |g, y| if y > 0.0 { g } else { 0.0 });
        }),
        Activation::Sigmoid => pairs.for_each(|(gradient, &output)| {
            *gradient = gradient.zip(output, |g, y| g * y * (1.0 - y));
        }),
    }
}
