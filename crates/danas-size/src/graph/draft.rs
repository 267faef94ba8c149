//! A graph under construction.

use std::num::TryFromIntError;

use danas_space::Network;

use super::{
    Operation, Operator,
    constant::{self, Constant, Dense},
    tensor::{Content, Dims, Element, Flow, Tensor, TensorId},
};
use crate::{
    NumberFormat, Profile,
    known::convolution,
    names::{Activation, Names},
};

/// The kernels of a dynamic range model that stay float have fewer values.
///
/// Source: `kWeightsMinNumElementsDefault` of TensorFlow's `quantization/lite/quantize_weights`.
const LEAST_QUANTISED: u64 = 1024;

#[derive(Debug)]
pub(super) struct Draft<'a> {
    network: &'a Network,
    profile: Profile,
    format: NumberFormat,
    names: &'a dyn Names,
    tensors: Vec<Tensor>,
    operators: Vec<Operator>,
    /// Those that the graph has, the first one as tensor 1.
    constants: Vec<Constant>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        network: &'a Network,
        profile: Profile,
        format: NumberFormat,
        names: &'a dyn Names,
    ) -> Self {
        // A layer has a kernel, a bias, and one or two outputs; the rest of a model, 15 tensors.
        let layers = network.layers().len();
        let (tensors, operators) =
            (Vec::with_capacity(4 * layers + 15), Vec::with_capacity(2 * layers + 7));
        Self { network, profile, format, names, tensors, operators, constants: Vec::new() }
    }

    pub(super) fn finish(self) -> (Vec<Tensor>, Vec<Operator>) {
        (self.tensors, self.operators)
    }

    /// The model's input: tensor 0.
    pub(super) fn input(&mut self) -> Result<TensorId, TryFromIntError> {
        let dims = Dims::of(self.network.input())?;
        self.examples(self.names.input(), dims, Flow::Input)
    }

    /// The constants of the whole graph.
    pub(super) fn constants(&mut self) -> Result<(), TryFromIntError> {
        let order = constant::in_order(self.network, self.profile, self.format, |constant| {
            self.is_integer(constant)
        });
        for &constant in &order {
            let tensor = self.constant(constant)?;
            self.push(tensor)?;
        }
        self.constants = order;
        Ok(())
    }

    /// An operator over what flows in and constants, and its output.
    pub(super) fn operator(
        &mut self,
        operation: Operation,
        flow: &[TensorId],
        constants: &[Constant],
        output: Activation,
    ) -> Result<TensorId, TryFromIntError> {
        let inputs = flow.iter().copied().chain(constants.iter().map(|&one| self.id(one)));
        let inputs = inputs.collect();
        let name = self.names.activation(output);
        let output = match self.output(output)? {
            (dims, Some(flow)) => self.examples(name, dims, flow),
            (dims, None) => self.push(Tensor {
                name,
                dims,
                element: Element::Int32,
                content: Content::Numbers,
                scales: 0,
            }),
        }?;
        self.operators.push(Operator { operation, inputs, output });
        Ok(output)
    }

    /// The operators that flatten examples.
    pub(super) fn flatten(&mut self, flow: TensorId) -> Result<TensorId, TryFromIntError> {
        if self.profile == Profile::Tf2_12 {
            let shape = [Constant::FlattenedShape];
            return self.operator(Operation::Reshape, &[flow], &shape, Activation::Flattened);
        }
        let shape = self.operator(Operation::Shape, &[flow], &[], Activation::Shape)?;
        let slice = [Constant::ShapeStart, Constant::One, Constant::One];
        let examples =
            self.operator(Operation::StridedSlice, &[shape], &slice, Activation::Examples)?;
        let width = [Constant::FlattenedWidth];
        let shape =
            self.operator(Operation::Pack, &[examples], &width, Activation::FlattenedShape)?;
        self.operator(Operation::Reshape, &[flow, shape], &[], Activation::Flattened)
    }

    /// Whether a kernel of integers meets floats.
    pub(super) fn is_hybrid(&self, kernel: Constant) -> bool {
        self.format == NumberFormat::DynamicRange && self.is_integer(kernel)
    }

    fn push(&mut self, tensor: Tensor) -> Result<TensorId, TryFromIntError> {
        let id = TensorId(self.tensors.len().try_into()?);
        self.tensors.push(tensor);
        Ok(id)
    }

    /// A tensor of examples.
    fn examples(
        &mut self,
        name: String,
        dims: Dims,
        flow: Flow,
    ) -> Result<TensorId, TryFromIntError> {
        let (element, scales) = match self.format {
            NumberFormat::Float32 | NumberFormat::DynamicRange => (Element::Float32, 0),
            NumberFormat::Int8 => (Element::Int8, 1),
        };
        self.push(Tensor { name, dims, element, content: Content::Examples(flow), scales })
    }

    /// The tensor of a constant that was added.
    fn id(&self, constant: Constant) -> TensorId {
        let position = self.constants.iter().position(|&other| other == constant);
        // Every constant that an operator asks for is in the order of its profile.
        TensorId(position.map_or(0, |position| position as u32 + 1))
    }

    fn constant(&self, constant: Constant) -> Result<Tensor, TryFromIntError> {
        let dims = self.dims(constant)?;
        let name = self.names.constant(constant, dims.as_slice() == [1; 4]);
        let architecture = |content| Tensor {
            name: name.clone(),
            dims,
            element: Element::Int32,
            content,
            scales: 0,
        };
        let flattened: i32 = self.network.flattened().try_into()?;
        Ok(match constant {
            Constant::FlattenedShape => architecture(Content::Two([-1, flattened])),
            Constant::FlattenedWidth => architecture(Content::One([flattened])),
            Constant::ShapeStart => architecture(Content::One([0])),
            Constant::One => architecture(Content::One([1])),
            Constant::Kernel(index) => self.weights(constant, name, dims, index, true)?,
            Constant::Bias(index) => self.weights(constant, name, dims, index, false)?,
            Constant::DenseKernel(dense) => {
                self.weights(constant, name, dims, self.place(dense), true)?
            }
            Constant::DenseBias(dense) => {
                self.weights(constant, name, dims, self.place(dense), false)?
            }
        })
    }

    /// The kernel or bias of a layer, counted among those that have weights.
    fn weights(
        &self,
        constant: Constant,
        name: String,
        dims: Dims,
        layer: usize,
        is_kernel: bool,
    ) -> Result<Tensor, TryFromIntError> {
        let (is_integer, integer) = if is_kernel {
            (self.is_integer(constant), Element::Int8)
        } else {
            (self.format == NumberFormat::Int8, Element::Int32)
        };
        let (element, scales) =
            if is_integer { (integer, self.scales(constant)?) } else { (Element::Float32, 0) };
        let content = Content::Weights { layer, is_kernel, bytes: dims.bytes(element) };
        Ok(Tensor { name, dims, element, content, scales })
    }

    /// Where a dense layer stands among the layers that have weights.
    fn place(&self, dense: Dense) -> usize {
        let convolutions = self.network.layers().len();
        match dense {
            Dense::Hidden => convolutions,
            Dense::Logits => convolutions + 1,
        }
    }

    /// The scales of the integers of a kernel or bias: one for each output channel, but of a dense
    /// layer up to TensorFlow 2.15.
    fn scales(&self, constant: Constant) -> Result<usize, TryFromIntError> {
        let dense = matches!(constant, Constant::DenseKernel(_) | Constant::DenseBias(_));
        if dense && self.profile == Profile::Tf2_12 {
            return Ok(1);
        }
        self.dims(constant)?.as_slice()[0].try_into()
    }

    /// Whether a constant is a kernel of 8-bit integers.
    fn is_integer(&self, constant: Constant) -> bool {
        let is_kernel = matches!(constant, Constant::Kernel(_) | Constant::DenseKernel(_));
        match self.format {
            NumberFormat::Float32 => false,
            NumberFormat::DynamicRange => {
                is_kernel
                    && self.dims(constant).is_ok_and(|dims| dims.elements() >= LEAST_QUANTISED)
            }
            NumberFormat::Int8 => is_kernel,
        }
    }

    fn dims(&self, constant: Constant) -> Result<Dims, TryFromIntError> {
        match constant {
            Constant::Kernel(index) => {
                let shaped = self.network.layers()[index];
                let side = convolution(shaped.layer).map_or(0, |conv| conv.kernel.height);
                let side = side.try_into()?;
                Dims::new([shaped.output.channels, side, side, shaped.input.channels])
            }
            Constant::Bias(index) => Dims::new([self.network.layers()[index].output.channels]),
            Constant::DenseKernel(layer) => {
                let [inputs, outputs] = self.dense(layer)?;
                Dims::new([outputs, inputs])
            }
            Constant::DenseBias(layer) => Dims::new([self.dense(layer)?[1]]),
            Constant::FlattenedShape => Dims::new([2]),
            Constant::FlattenedWidth => Dims::new([]),
            Constant::ShapeStart | Constant::One => Dims::new([1]),
        }
    }

    /// The inputs and outputs of a dense layer.
    fn dense(&self, layer: Dense) -> Result<[usize; 2], TryFromIntError> {
        let hidden = self.network.dense_width().try_into()?;
        Ok(match layer {
            Dense::Hidden => [self.network.flattened(), hidden],
            Dense::Logits => [hidden, self.network.classes()],
        })
    }

    /// The shape of an operator's output, and what flows there unless it is only numbers.
    fn output(&self, activation: Activation) -> Result<(Dims, Option<Flow>), TryFromIntError> {
        let (dims, flow) = match activation {
            Activation::Convolution { layer, .. } => {
                (Dims::of(self.network.layers()[layer].output), Some(Flow::Layer(layer)))
            }
            Activation::Sigmoid(layer) => {
                (Dims::of(self.network.layers()[layer].output), Some(Flow::Sigmoid))
            }
            Activation::Shape => (Dims::new([4]), None),
            Activation::Examples => (Dims::new([]), None),
            Activation::FlattenedShape => (Dims::new([2]), None),
            Activation::Flattened => {
                (Dims::new([1, self.network.flattened()]), Some(Flow::Flattened))
            }
            Activation::Dense(layer) => {
                let [_, outputs] = self.dense(layer)?;
                (Dims::new([1, outputs]), Some(Flow::Layer(self.place(layer))))
            }
            Activation::Output => (Dims::new([1, self.network.classes()]), Some(Flow::Output)),
        };
        Ok((dims?, flow))
    }
}
