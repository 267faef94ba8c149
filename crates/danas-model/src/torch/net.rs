//! A network's weights on a device, and its forward pass.

use danas_space::{Activation, Conv2d, Layer, Network};
use ndarray::ArrayD;
use tch::{Device, TchError, Tensor};

use super::{failure::During, kernel::Slot};
use crate::{ModelError, Weights};

/// A network on a device.
///
/// The weights are one flat tensor, which an optimizer changes in a few operations whatever the
/// depth; the forward pass reads it through views.
pub(super) struct Net<'a> {
    network: &'a Network,
    slots: Vec<Slot>,
    /// Every weight; requires no gradient.
    flat: Tensor,
    /// Views of `flat` in the order of [`Weights`]: the leaves of the gradient's graph.
    leaves: Vec<Tensor>,
}

impl<'a> Net<'a> {
    /// Uploads `weights`, which must be `network`'s.
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] for a layer of another kind than the paper's.
    pub(super) fn new(
        network: &'a Network,
        weights: &Weights,
        device: Device,
    ) -> Result<Self, ModelError> {
        for (layer, shaped) in (1..).zip(network.layers()) {
            let kind = shaped.layer;
            let Layer::Conv2d(conv) = kind else {
                return Err(ModelError::Unsupported { engine: "torch", layer, kind });
            };
            if kind != Layer::conv2d(conv.filters, conv.kernel.height, conv.activation) {
                return Err(ModelError::Unsupported { engine: "torch", layer, kind });
            }
        }
        let slots = Slot::all(network);
        let mut values = Vec::with_capacity(weights.parameters());
        for (slot, (_, tensor)) in slots.iter().zip(weights.tensors()) {
            let own: Vec<f32> = tensor.iter().copied().collect();
            values.extend(slot.arrange(&own));
        }
        let build = || {
            let flat = Tensor::f_from_slice(&values)?.f_to_device(device)?;
            let leaf = |slot: &Slot| {
                let view = flat.f_narrow(0, slot.start as i64, slot.length as i64)?;
                view.f_view(slot.shape.as_slice())?.f_detach()?.f_set_requires_grad(true)
            };
            let leaves = slots.iter().map(leaf).collect::<Result<_, TchError>>()?;
            Ok((flat, leaves))
        };
        let (flat, leaves) = build().during("the network's construction")?;
        Ok(Self { network, slots, flat, leaves })
    }

    /// The logits of a batch.
    ///
    /// # Shapes
    /// - `batch`: `[examples, channels, height, width]`
    /// - returns `[examples, classes]`
    pub(super) fn logits(&self, batch: &Tensor) -> Result<Tensor, TchError> {
        let (pairs, _) = self.leaves.as_chunks::<2>();
        let [layers @ .., [dense, dense_bias], [output, output_bias]] = pairs else {
            return Err(TchError::Shape("a network without dense layers".to_owned()));
        };
        let mut x = batch.shallow_clone();
        for (shaped, [kernel, bias]) in self.network.layers().iter().zip(layers) {
            let Layer::Conv2d(Conv2d { activation, .. }) = shaped.layer else { continue };
            x = x.f_conv2d(kernel, Some(bias), [1, 1], [0, 0], [1, 1], 1)?;
            x = match activation {
                Activation::Relu => x.f_relu_()?,
                Activation::Sigmoid => x.f_sigmoid_()?,
            };
        }
        x = x.f_flatten(1, -1)?.f_linear(dense, Some(dense_bias))?.f_relu_()?;
        x.f_linear(output, Some(output_bias))
    }

    /// The gradient of `loss`, tensor by tensor.
    pub(super) fn gradients(&self, loss: &Tensor) -> Result<Vec<Tensor>, TchError> {
        Tensor::f_run_backward(&[loss], &self.leaves, false, false)
    }

    /// Every weight as one tensor, for an optimizer to change.
    pub(super) const fn flat_mut(&mut self) -> &mut Tensor {
        &mut self.flat
    }

    /// A tensor like the one of all weights, filled with zeros, and its views by weight tensor.
    pub(super) fn zeros_like_flat(&self) -> Result<(Tensor, Vec<Tensor>), TchError> {
        let zeros = self.flat.f_zeros_like()?;
        let view = |slot: &Slot| {
            zeros.f_narrow(0, slot.start as i64, slot.length as i64)?.f_view(slot.shape.as_slice())
        };
        let views = self.slots.iter().map(view).collect::<Result<_, TchError>>()?;
        Ok((zeros, views))
    }

    /// Downloads the weights.
    pub(super) fn weights(&self) -> Result<Weights, ModelError> {
        const OPERATION: &str = "the weights' download";
        let values = download(&self.flat).during(OPERATION)?;
        let tensor = |(slot, spec): (&Slot, crate::TensorSpec)| {
            let own = slot.restore(&values[slot.start..slot.start + slot.length]);
            ArrayD::from_shape_vec(spec.shape, own.collect()).map_err(|source| ModelError::Engine {
                engine: "torch",
                operation: OPERATION,
                source: source.into(),
            })
        };
        let layout = self.network.weights();
        let tensors = self.slots.iter().zip(layout).map(tensor).collect::<Result<_, _>>()?;
        Weights::new(self.network, tensors)
    }
}

/// The values of a tensor, in its order.
pub(super) fn download(tensor: &Tensor) -> Result<Vec<f32>, TchError> {
    let tensor = tensor.f_to_device(Device::Cpu)?.f_contiguous()?;
    let mut values = vec![0.0; tensor.numel()];
    let length = values.len();
    tensor.f_copy_data(&mut values, length)?;
    Ok(values)
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape};
    use proptest::prelude::*;
    use tch::Kind;

    use super::*;

    /// Random layers on a random input, feasible or not.
    fn candidates() -> impl Strategy<Value = (Shape, Vec<Layer>, u32, usize)> {
        let activation = prop_oneof![Just(Activation::Relu), Just(Activation::Sigmoid)];
        let layer = (1_u32..9, 1_u32..6, activation)
            .prop_map(|(filters, kernel, activation)| Layer::conv2d(filters, kernel, activation));
        let shape = (1_usize..24, 1_usize..24, 1_usize..4)
            .prop_map(|(height, width, channels)| Shape::new(height, width, channels));
        (shape, prop::collection::vec(layer, 1..5), 1_u32..12, 1_usize..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// The oracle is `tch`: every layer's output shape and the number of parameters.
        #[test]
        fn shapes_and_parameters_are_libtorchs(
            (shape, layers, dense, classes) in candidates(),
        ) {
            let architecture = Architecture::new(layers.clone(), dense).unwrap();
            let mut x = Tensor::zeros(
                [3, shape.channels as i64, shape.height as i64, shape.width as i64],
                (Kind::Float, Device::Cpu),
            );
            let network = match Network::new(shape, &architecture, classes) {
                Ok(network) => network,
                Err(infeasible) => {
                    // libtorch refuses it too.
                    for layer in layers {
                        let Layer::Conv2d(Conv2d { filters, kernel, .. }) = layer else { continue };
                        let side = i64::from(kernel.height);
                        let kernel = Tensor::zeros(
                            [filters.into(), x.size()[1], side, side],
                            (Kind::Float, Device::Cpu),
                        );
                        let none: Option<Tensor> = None;
                        match x.f_conv2d(&kernel, none, [1, 1], [0, 0], [1, 1], 1) {
                            Ok(output) => x = output,
                            Err(_) => return Ok(()),
                        }
                    }
                    prop_assert!(false, "libtorch accepts what the space refuses: {infeasible}");
                    return Ok(());
                }
            };
            let weights = Weights::glorot_uniform(&network, 1).unwrap();
            let net = Net::new(&network, &weights, Device::Cpu).unwrap();
            prop_assert_eq!(net.flat.numel() as u64, network.parameters());
            prop_assert_eq!(net.logits(&x).unwrap().size(), [3, classes as i64]);
            for (shaped, leaf) in network.layers().iter().zip(net.leaves.chunks(2)) {
                let none: Option<Tensor> = None;
                x = x.conv2d(&leaf[0], none, [1, 1], [0, 0], [1, 1], 1);
                let Shape { height, width, channels } = shaped.output;
                prop_assert_eq!(x.size(), [3, channels as i64, height as i64, width as i64]);
            }
            prop_assert_eq!(net.weights().unwrap(), weights);
        }
    }
}
