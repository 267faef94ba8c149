//! A graph under construction.

use std::num::TryFromIntError;

use danas_space::Place;

use super::{
    Operation, Operator,
    constant::{self, Constant},
    dense::Dense,
    plan::Plan,
    tensor::{Content, Dims, Element, Tensor, TensorId},
};
use crate::{
    format::{NumberFormat, Profile},
    names::{Activation, Names, distinct},
    steps::{Flow, Step, Work},
};

/// Smallest number of values of a kernel that is quantised in a dynamic range model. Smaller
/// kernels stay float.
///
/// Source: `kWeightsMinNumElementsDefault` of TensorFlow's `quantization/lite/quantize_weights`.
const LEAST_QUANTISED: u64 = 1024;

#[derive(Debug)]
pub(super) struct Draft<'a> {
    plan: &'a Plan<'a>,
    format: NumberFormat,
    names: &'a dyn Names,
    tensors: Vec<Tensor>,
    operators: Vec<Operator>,
    /// The constants of the graph. The first one is tensor 1.
    constants: Vec<Constant>,
    /// The names that are taken in the float model, if the integer model must use other ones.
    float_names: Option<Vec<String>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(plan: &'a Plan<'a>, format: NumberFormat, names: &'a dyn Names) -> Self {
        // A step has at most a kernel, a bias and an output; flattening takes up to four operators.
        let tensors = Vec::with_capacity(3 * plan.steps.len() + 8);
        let operators = Vec::with_capacity(plan.steps.len() + 3);
        // Integer models no longer share zeros, so the converter chooses new names for tensors.
        let is_renamed = format == NumberFormat::Int8 && plan.has_shared_zeros();
        let float_names = is_renamed.then(Vec::new);
        let constants = Vec::new();
        Self { plan, format, names, tensors, operators, constants, float_names }
    }

    pub(super) fn finish(self) -> (Vec<Tensor>, Vec<Operator>) {
        (self.tensors, self.operators)
    }

    /// Adds the model's input, which is tensor 0.
    pub(super) fn input(&mut self) -> Result<TensorId, TryFromIntError> {
        let dims = Dims::of(self.plan.network.input())?;
        let input = self.examples(self.names.input(), dims, Flow::Calibrated(0));
        self.push(input)
    }

    /// Adds the constants of the whole graph.
    pub(super) fn constants(&mut self) -> Result<(), TryFromIntError> {
        let is_integer = |constant| self.is_integer(constant);
        let order = constant::in_order(self.plan, self.format, is_integer);
        // An integer model is made from a float model, in which names are given. The other formats
        // give names last, in the order of the file.
        let named = match self.format {
            NumberFormat::Int8 => constant::of_floats(self.plan),
            NumberFormat::Float32 | NumberFormat::DynamicRange => order.clone(),
        };
        let mut names: Vec<(Constant, String)> = Vec::with_capacity(named.len());
        for constant in named {
            let nothing_to_transpose = self.dims(constant)?.as_slice() == [1; 4];
            let name = self.names.constant(constant, nothing_to_transpose);
            let name = distinct(name, names.iter().map(|(_, name)| name.as_str()));
            names.push((constant, name));
        }
        if let Some(float_names) = &mut self.float_names {
            float_names.extend(names.iter().map(|(_, name)| name.clone()));
        }
        for &constant in &order {
            let source = self.in_floats(constant);
            let name = names.iter().find(|&&(other, _)| other == source);
            // Every constant of an integer model corresponds to one of the float model.
            let name = name.map_or_else(String::new, |(_, name)| name.clone());
            let tensor = self.constant(constant, name)?;
            self.push(tensor)?;
        }
        self.constants = order;
        Ok(())
    }

    /// Adds the operators of a step that reads `flow`, and returns the tensor that it writes.
    pub(super) fn step(
        &mut self,
        step: &Step,
        flow: TensorId,
    ) -> Result<TensorId, TryFromIntError> {
        let layer = match step.place {
            Place::Layer(layer) => layer,
            Place::Dense | Place::Output => 0, // steps of these need no index
        };
        let (operation, constants, output) = match step.work {
            Work::Flatten => return self.flatten(step, flow),
            Work::Convolution(convolution) => {
                let index = convolution.weights;
                let bias = if convolution.is_depthwise() {
                    self.in_format(Constant::Zeros(index))
                } else {
                    Constant::Bias(index)
                };
                let constants = vec![Constant::Kernel(index), bias];
                let output = Activation::Convolution(index);
                (Operation::Convolution(convolution), constants, output)
            }
            Work::Sigmoid => (Operation::Logistic, vec![], Activation::Sigmoid(layer)),
            Work::Pool(pool) => (Operation::Pool(pool), vec![], Activation::Pool(layer, pool.kind)),
            Work::Mean => (Operation::Mean, vec![Constant::Axes(layer)], Activation::Mean(layer)),
            Work::Dense { relu, .. } => {
                let dense = if step.place == Place::Dense { Dense::Hidden } else { Dense::Logits };
                let kernel = Constant::DenseKernel(dense);
                let operation =
                    Operation::FullyConnected { relu, is_hybrid: self.is_hybrid(kernel) };
                (operation, vec![kernel, Constant::DenseBias(dense)], Activation::Dense(dense))
            }
            Work::Softmax => (Operation::Softmax, vec![], Activation::Output),
        };
        let dims = match step.work {
            Work::Convolution(_) | Work::Sigmoid | Work::Pool(_) => Dims::of(step.output),
            _ => Dims::new([1, step.output.channels]),
        };
        self.operator(operation, &[flow], &constants, output, dims?, Some(step.to))
    }

    /// Adds the operators that flatten examples, and returns the flattened tensor.
    fn flatten(&mut self, step: &Step, flow: TensorId) -> Result<TensorId, TryFromIntError> {
        let (mut inputs, mut constants) = (vec![flow], vec![]);
        match self.plan.profile {
            Profile::Tf2_12 => constants.push(Constant::FlattenedShape),
            Profile::Tf2_21 => inputs.push(self.flattened_shape(flow)?),
        }
        let dims = Dims::new([1, step.output.channels])?;
        let output = Activation::Flattened;
        self.operator(Operation::Reshape, &inputs, &constants, output, dims, Some(step.to))
    }

    /// Adds the operators that compute the shape of the flattened examples, and returns that shape.
    fn flattened_shape(&mut self, flow: TensorId) -> Result<TensorId, TryFromIntError> {
        let dims = Dims::new([4])?;
        let shape = self.operator(Operation::Shape, &[flow], &[], Activation::Shape, dims, None)?;
        let slice = [Constant::ShapeStart, Constant::One, Constant::One];
        let examples = self.operator(
            Operation::StridedSlice,
            &[shape],
            &slice,
            Activation::Examples,
            Dims::new([])?,
            None,
        )?;
        self.operator(
            Operation::Pack,
            &[examples],
            &[Constant::FlattenedWidth],
            Activation::FlattenedShape,
            Dims::new([2])?,
            None,
        )
    }

    /// Adds an operator that reads `flow` and `constants`, and returns its output: an activation if
    /// `to` says how it is quantised, or plain numbers.
    fn operator(
        &mut self,
        operation: Operation,
        flow: &[TensorId],
        constants: &[Constant],
        output: Activation,
        dims: Dims,
        to: Option<Flow>,
    ) -> Result<TensorId, TryFromIntError> {
        let inputs = flow.iter().copied().chain(constants.iter().map(|&one| self.id(one)));
        let inputs = inputs.collect();
        let mut name = self.names.activation(output);
        if let Some(names) = &mut self.float_names {
            name = distinct(name, names.iter().map(String::as_str));
            names.push(name.clone());
        }
        let output = match to {
            Some(flow) => self.examples(name, dims, flow),
            None => plain(name, dims, Content::Numbers),
        };
        let output = self.push(output)?;
        self.operators.push(Operator { operation, inputs, output });
        Ok(output)
    }

    /// Returns whether a kernel of integers is applied to float inputs.
    fn is_hybrid(&self, kernel: Constant) -> bool {
        self.format == NumberFormat::DynamicRange && self.is_integer(kernel)
    }

    fn push(&mut self, mut tensor: Tensor) -> Result<TensorId, TryFromIntError> {
        tensor.name = distinct(tensor.name, self.tensors.iter().map(|it| it.name.as_str()));
        let id = TensorId(self.tensors.len().try_into()?);
        self.tensors.push(tensor);
        Ok(id)
    }

    /// Returns a tensor of examples.
    fn examples(&self, name: String, dims: Dims, flow: Flow) -> Tensor {
        let (element, scales) = match self.format {
            NumberFormat::Float32 | NumberFormat::DynamicRange => (Element::Float32, 0),
            NumberFormat::Int8 => (Element::Int8, 1),
        };
        Tensor { element, scales, ..plain(name, dims, Content::Examples(flow)) }
    }

    /// Returns the tensor of a constant that was added before.
    fn id(&self, constant: Constant) -> TensorId {
        let position = self.constants.iter().position(|&other| other == constant);
        // Every constant that an operator reads is in the order of the profile.
        TensorId(position.map_or(0, |position| position as u32 + 1))
    }

    /// Returns the constant of the float model that corresponds to `constant`. In a float model,
    /// depthwise convolutions with the same number of channels share their zeros.
    fn in_floats(&self, constant: Constant) -> Constant {
        match constant {
            Constant::Zeros(convolution) => {
                let channels = self.plan.outputs(&self.plan.convolutions()[convolution]);
                Constant::Zeros(self.plan.zeros(channels).next().unwrap_or(convolution))
            }
            other => other,
        }
    }

    /// Returns the constant that this format has for `constant`. Integers have scales, so each
    /// depthwise convolution of an integer model has its own zeros.
    fn in_format(&self, constant: Constant) -> Constant {
        match self.format {
            NumberFormat::Float32 | NumberFormat::DynamicRange => self.in_floats(constant),
            NumberFormat::Int8 => constant,
        }
    }

    fn constant(&self, constant: Constant, name: String) -> Result<Tensor, TryFromIntError> {
        let dims = self.dims(constant)?;
        let flattened: i32 = self.plan.network.flattened().try_into()?;
        let content = match constant {
            Constant::Axes(_) => Content::Two([1, 2]), // height and width
            Constant::FlattenedShape => Content::Two([-1, flattened]),
            Constant::FlattenedWidth => Content::One([flattened]),
            Constant::ShapeStart => Content::One([0]),
            Constant::One => Content::One([1]),
            _ => return self.weights(constant, name, dims),
        };
        Ok(plain(name, dims, content))
    }

    /// Returns the tensor of a kernel or a bias.
    fn weights(
        &self,
        constant: Constant,
        name: String,
        dims: Dims,
    ) -> Result<Tensor, TryFromIntError> {
        let convolutions = self.plan.convolutions();
        let (layer, is_kernel) = match constant {
            Constant::Kernel(index) => (index, true),
            Constant::Bias(index) | Constant::Zeros(index) => (index, false),
            Constant::DenseKernel(dense) => (self.plan.dense_index(dense), true),
            Constant::DenseBias(dense) => (self.plan.dense_index(dense), false),
            _ => (0, false),
        };
        let (is_integer, integer) = if is_kernel {
            (self.is_integer(constant), Element::Int8)
        } else {
            (self.format == NumberFormat::Int8, Element::Int32)
        };
        let is_depthwise = convolutions.get(layer).is_some_and(|it| it.is_depthwise());
        let channels = if is_kernel && is_depthwise { 3 } else { 0 };
        let is_dense = layer >= convolutions.len();
        let (element, scales) = match is_integer {
            false => (Element::Float32, 0),
            // Up to TensorFlow 2.15, a dense layer has a single scale.
            true if is_dense && self.plan.profile == Profile::Tf2_12 => (integer, 1),
            true => (integer, dims.as_slice()[channels].try_into()?),
        };
        let content = match constant {
            Constant::Zeros(_) => Content::Zeros { layer, values: dims.as_slice()[0].try_into()? },
            _ => Content::Weights { layer, is_kernel, bytes: dims.bytes(element) },
        };
        Ok(Tensor { element, scales, channels, ..plain(name, dims, content) })
    }

    /// Returns whether a constant is a kernel of 8-bit integers.
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
            Constant::Kernel(index) => Dims::new(self.plan.kernel(index)),
            Constant::Bias(index) | Constant::Zeros(index) => {
                Dims::new([self.plan.outputs(&self.plan.convolutions()[index])])
            }
            Constant::DenseKernel(layer) => {
                let [inputs, outputs] = self.dense(layer)?;
                Dims::new([outputs, inputs])
            }
            Constant::DenseBias(layer) => Dims::new([self.dense(layer)?[1]]),
            Constant::FlattenedShape | Constant::Axes(_) => Dims::new([2]),
            Constant::FlattenedWidth => Dims::new([]),
            Constant::ShapeStart | Constant::One => Dims::new([1]),
        }
    }

    /// Returns the numbers of inputs and outputs of a dense layer.
    fn dense(&self, layer: Dense) -> Result<[usize; 2], TryFromIntError> {
        let network = self.plan.network;
        let hidden = network.dense_width().try_into()?;
        Ok(match layer {
            Dense::Hidden => [network.flattened(), hidden],
            Dense::Logits if hidden == 0 => [network.flattened(), network.classes()],
            Dense::Logits => [hidden, network.classes()],
        })
    }
}

/// Returns a tensor of 32-bit integers without scales.
fn plain(name: String, dims: Dims, content: Content) -> Tensor {
    Tensor { name, dims, element: Element::Int32, content, scales: 0, channels: 0 }
}
