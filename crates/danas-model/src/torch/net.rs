//! A network's weights on a device, and its forward pass.

use danas_space::Network;
use ndarray::ArrayD;
use tch::{Device, TchError, Tensor};

use super::{
    failure::During,
    kernel::Slot,
    layer::{self, Pass},
};
use crate::{Place, error::ModelError, weights::Weights};

/// A network on a device.
///
/// The trained weights are one flat tensor, which an optimizer changes in a few operations,
/// whatever the depth. The forward pass reads it through views. The moving statistics are a second
/// flat tensor. They change in the forward pass, while the graph of gradients relies on unchanged
/// weights.
pub(super) struct Net<'a> {
    network: &'a Network,
    slots: Vec<Slot>,
    /// All trained weights. The tensor itself requires no gradient.
    trained: Tensor,
    /// All moving statistics.
    kept: Tensor,
    /// Views of both tensors, in the order of [`Weights`]. The views of trained weights are the
    /// leaves of the graph of gradients.
    views: Vec<Tensor>,
}

impl<'a> Net<'a> {
    /// Uploads `weights`, which must be those of `network`.
    pub(super) fn new(
        network: &'a Network,
        weights: &Weights,
        device: Device,
    ) -> Result<Self, ModelError> {
        let slots = Slot::all(network);
        let mut trained_values = Vec::with_capacity(weights.values());
        let mut kept_values = Vec::new();
        for (slot, own) in slots.iter().zip(weights.slices()) {
            let flat = if slot.is_trained { &mut trained_values } else { &mut kept_values };
            flat.extend(slot.arrange(own));
        }
        let build = || {
            let upload = |values: &[f32]| Tensor::f_from_slice(values)?.f_to_device(device);
            let trained = upload(&trained_values)?;
            let kept = upload(&kept_values)?;
            let view = |slot: &Slot| {
                let flat = if slot.is_trained { &trained } else { &kept };
                slot.view(flat)?.f_detach()?.f_set_requires_grad(slot.is_trained)
            };
            let views = slots.iter().map(view).collect::<Result<_, TchError>>()?;
            Ok(Self { network, slots, trained, kept, views })
        };
        build().during("the construction of the network")
    }

    /// Returns the logits of a batch.
    ///
    /// # Shapes
    /// - `batch`: `[examples, channels, height, width]`
    /// - returns `[examples, classes]`
    pub(super) fn logits(&self, batch: &Tensor, pass: Pass) -> Result<Tensor, TchError> {
        let mut x = batch.shallow_clone();
        for (index, shaped) in self.network.layers().iter().enumerate() {
            x = layer::forward(index, shaped, self.views_of(Place::Layer(index)), &x, pass)?;
        }
        if let Pass::Training(step) = pass
            && step.head_dropout > 0.0
        {
            x = layer::drop_out(step.head_dropout, self.network.layers().len(), &x, step)?;
        }
        x = x.f_flatten(1, -1)?;
        if let [kernel, bias] = self.views_of(Place::Dense) {
            x = x.f_linear(kernel, Some(bias))?.f_relu_()?;
        }
        let [kernel, bias] = self.views_of(Place::Output) else {
            return Err(TchError::Shape("the network has no output layer".to_owned()));
        };
        x.f_linear(kernel, Some(bias))
    }

    /// Returns the weights of a part of the network.
    fn views_of(&self, place: Place) -> &[Tensor] {
        let own = |slot: &Slot| slot.place == place;
        let start = self.slots.iter().position(own).unwrap_or_default();
        &self.views[start..start + self.slots.iter().filter(|slot| own(slot)).count()]
    }

    /// Returns the trained weights, tensor by tensor.
    fn leaves(&self) -> impl Iterator<Item = (&Slot, &Tensor)> {
        self.slots.iter().zip(&self.views).filter(|(slot, _)| slot.is_trained)
    }

    /// Returns the gradient of `loss`, tensor by tensor of the trained weights.
    pub(super) fn gradients(&self, loss: &Tensor) -> Result<Vec<Tensor>, TchError> {
        let leaves: Vec<&Tensor> = self.leaves().map(|(_, leaf)| leaf).collect();
        Tensor::f_run_backward(&[loss], &leaves, false, false)
    }

    /// Returns the trained weights as one tensor, for an optimizer to change.
    pub(super) const fn trained_mut(&mut self) -> &mut Tensor {
        &mut self.trained
    }

    /// Returns the trained weights as one tensor.
    pub(super) const fn trained(&self) -> &Tensor {
        &self.trained
    }

    /// Returns a tensor like the one of the trained weights: 1 for weights of kernels, 0 elsewhere.
    pub(super) fn kernels(&self) -> Result<Tensor, TchError> {
        let (kernels, views) = self.zeros_like_trained()?;
        for ((slot, _), mut view) in self.leaves().zip(views) {
            if slot.is_kernel {
                let _ = view.f_fill_(1.0)?;
            }
        }
        Ok(kernels)
    }

    /// Returns a tensor like the one of the trained weights, filled with zeros, and its views by
    /// tensor.
    pub(super) fn zeros_like_trained(&self) -> Result<(Tensor, Vec<Tensor>), TchError> {
        let zeros = self.trained.f_zeros_like()?;
        let views = self.leaves().map(|(slot, _)| slot.view(&zeros));
        let views = views.collect::<Result<_, TchError>>()?;
        Ok((zeros, views))
    }

    /// Downloads the weights, with `trained` in place of the trained ones.
    pub(super) fn weights_with(&self, trained: &Tensor) -> Result<Weights, ModelError> {
        const OPERATION: &str = "the download of the weights";
        let trained = download(trained).during(OPERATION)?;
        let kept = download(&self.kept).during(OPERATION)?;
        let tensor = |(slot, spec): (&Slot, crate::TensorSpec)| {
            let flat = if slot.is_trained { &trained } else { &kept };
            let own = slot.restore(&flat[slot.start..slot.start + slot.length]);
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

/// Downloads the values of a tensor, in its order.
pub(super) fn download(tensor: &Tensor) -> Result<Vec<f32>, TchError> {
    let tensor = tensor.f_to_device(Device::Cpu)?.f_contiguous()?;
    let mut values = vec![0.0; tensor.numel()];
    let length = values.len();
    tensor.f_copy_data(&mut values, length)?;
    Ok(values)
}

#[cfg(test)]
mod tests {
    use danas_space::{Infeasible, Shape};
    use proptest::prelude::*;
    use tch::Kind;

    use super::*;
    use crate::{candidates::candidates, torch::layer::Step};

    fn zeros(examples: i64, Shape { height, width, channels }: Shape) -> Tensor {
        let shape = [examples, channels as i64, height as i64, width as i64];
        Tensor::zeros(shape, (Kind::Float, Device::Cpu))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// Compares every layer's output shape, and the number of parameters, with libtorch's.
        #[test]
        fn shapes_and_parameters_are_libtorchs((input, architecture, classes) in candidates()) {
            let network = match Network::new(input, &architecture, classes) {
                Ok(network) => network,
                Err(Infeasible::KernelExceedsInput { kernel, input, .. }) => {
                    // libtorch refuses it too.
                    let sides = [kernel.height.into(), kernel.width.into()];
                    let refused =
                        zeros(1, input).f_max_pool2d(sides, [1, 1], [0, 0], [1, 1], false);
                    prop_assert!(refused.is_err(), "libtorch accepts {kernel} on {input}");
                    return Ok(());
                }
                Err(other) => return Err(TestCaseError::fail(other.to_string())),
            };
            let weights = Weights::glorot_uniform(&network, 1).unwrap();
            let net = Net::new(&network, &weights, Device::Cpu).unwrap();
            prop_assert_eq!(net.trained.numel() as u64, network.parameters());
            for pass in [Pass::Prediction, Pass::Training(Step { seed: 1, number: 2, head_dropout: 0.0 })] {
                let mut x = zeros(3, input);
                prop_assert_eq!(net.logits(&x, pass).unwrap().size(), [3, classes as i64]);
                for (index, shaped) in network.layers().iter().enumerate() {
                    let own = net.views_of(Place::Layer(index));
                    x = layer::forward(index, shaped, own, &x, pass).unwrap();
                    prop_assert_eq!(x.size(), zeros(3, shaped.output).size());
                }
            }
        }

        #[test]
        fn weights_come_back_as_they_were((input, architecture, classes) in candidates()) {
            let Ok(network) = Network::new(input, &architecture, classes) else { return Ok(()) };
            let mut value = 0.0;
            let tensors = network.weights().into_iter().map(|spec| {
                ArrayD::from_shape_simple_fn(spec.shape, || {
                    value += 1.0;
                    value
                })
            });
            let weights = Weights::new(&network, tensors.collect()).unwrap();
            let net = Net::new(&network, &weights, Device::Cpu).unwrap();
            prop_assert_eq!(net.weights_with(net.trained()).unwrap(), weights);
        }
    }
}
