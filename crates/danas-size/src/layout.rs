//! The order in which TensorFlow packs a model.
//!
//! A flatbuffer is built back to front, children before parents. The padding of each part depends
//! on everything that follows it in the file, so the order determines the length.

use danas_space::{Extent, Padding};

use crate::{
    builder::{Builder, Offset, Scalar, Sharing},
    format::Profile,
    graph::{Content, Element, Graph, Operation, Operator, Port, Tensor, TensorId},
    metadata as about,
    operator_kind::OperatorKind,
    schema::{
        FILE_IDENTIFIER, SCHEMA_VERSION, activation_function, buffer, builtin_operator,
        builtin_options, conv_2d_options, depthwise_conv_2d_options, fully_connected_options,
        metadata, model, operator, operator_code, pack_options as pack_options_table,
        padding as schema_padding, pool_2d_options, quantization_parameters, shape_options,
        signature_def, softmax_options, strided_slice_options, sub_graph, tensor, tensor_map,
        tensor_type,
    },
    sink::{Learnt, Sink},
};

/// Packs `graph` into `sink`, and returns the sink.
pub(crate) fn pack<S: Sink>(graph: &Graph, sink: S) -> S {
    let codes = operator_codes(graph);
    let sharing = match graph.profile {
        Profile::Tf2_12 => Sharing::AlikeFields,
        Profile::Tf2_21 => Sharing::AlikeTables,
    };
    let mut builder = Builder::new(sink, sharing);
    let b = &mut builder;

    let operator_codes: Vec<Offset> =
        codes.iter().map(|&(code, version)| pack_operator_code(b, code, version)).collect();
    let operator_codes = b.tables(&operator_codes);
    let subgraph = pack_subgraph(b, graph, &codes);
    let subgraphs = b.tables(&[subgraph]);
    let description = b.string(about::DESCRIPTION);
    let buffers = pack_buffers(b, graph);
    let metadata = pack_metadata(b, graph);
    let signature = pack_signature(b, graph);
    let signatures = b.tables(&[signature]);
    let root = b
        .table()
        .set(model::VERSION, SCHEMA_VERSION)
        .link(model::OPERATOR_CODES, operator_codes)
        .link(model::SUBGRAPHS, subgraphs)
        .link(model::DESCRIPTION, description)
        .link(model::BUFFERS, buffers)
        .link(model::METADATA, metadata)
        .link(model::SIGNATURE_DEFS, signatures)
        .end();
    builder.finish(root, FILE_IDENTIFIER)
}

/// Returns the code and version of each kind of operator, in the order of first use.
fn operator_codes(graph: &Graph) -> Vec<(i8, i32)> {
    let mut codes: Vec<(i8, i32)> = Vec::with_capacity(10);
    for operator in &graph.operators {
        let kind = operator.operation.kind();
        let code = code(kind);
        if codes.iter().all(|&(known, _)| known != code) {
            codes.push((code, graph.version(kind)));
        }
    }
    codes
}

const fn code(kind: OperatorKind) -> i8 {
    match kind {
        OperatorKind::Conv2d => builtin_operator::CONV_2D,
        OperatorKind::DepthwiseConv2d => builtin_operator::DEPTHWISE_CONV_2D,
        OperatorKind::FullyConnected => builtin_operator::FULLY_CONNECTED,
        OperatorKind::Logistic => builtin_operator::LOGISTIC,
        OperatorKind::MaxPool2d => builtin_operator::MAX_POOL_2D,
        OperatorKind::AveragePool2d => builtin_operator::AVERAGE_POOL_2D,
        OperatorKind::Mean => builtin_operator::MEAN,
        OperatorKind::Reshape => builtin_operator::RESHAPE,
        OperatorKind::Softmax => builtin_operator::SOFTMAX,
        OperatorKind::Shape => builtin_operator::SHAPE,
        OperatorKind::StridedSlice => builtin_operator::STRIDED_SLICE,
        OperatorKind::Pack => builtin_operator::PACK,
    }
}

fn pack_operator_code<S: Sink>(b: &mut Builder<S>, code: i8, version: i32) -> Offset {
    b.table()
        .set(operator_code::DEPRECATED_BUILTIN_CODE, code)
        .set(operator_code::VERSION, version)
        .set(operator_code::BUILTIN_CODE, code.into())
        .end()
}

fn pack_subgraph<S: Sink>(b: &mut Builder<S>, graph: &Graph, codes: &[(i8, i32)]) -> Offset {
    let mut tensors = Vec::with_capacity(graph.tensors.len());
    for (index, tensor) in graph.tensors.iter().enumerate() {
        tensors.push(pack_tensor(b, graph, tensor, index));
    }
    let tensors = b.tables(&tensors);
    let inputs = b.vector(&[graph.input.tensor]);
    let outputs = b.vector(&[graph.output.tensor]);
    let operators: Vec<Offset> =
        graph.operators.iter().map(|operator| pack_operator(b, operator, codes)).collect();
    let operators = b.tables(&operators);
    let name = b.string(about::SUBGRAPH);
    b.table()
        .link(sub_graph::TENSORS, tensors)
        .link(sub_graph::INPUTS, inputs)
        .link(sub_graph::OUTPUTS, outputs)
        .link(sub_graph::OPERATORS, operators)
        .link(sub_graph::NAME, name)
        .end()
}

fn pack_tensor<S: Sink>(
    b: &mut Builder<S>,
    graph: &Graph,
    tensor: &Tensor,
    index: usize,
) -> Offset {
    let shape = b.vector(tensor.dims.as_slice());
    let name = b.string(&tensor.name);
    let quantization = pack_quantization(b, index, tensor);
    let type_ = match tensor.element {
        Element::Float32 => tensor_type::FLOAT32,
        Element::Int32 => tensor_type::INT32,
        Element::Int8 => tensor_type::INT8,
    };
    let signature =
        tensor.content.is_examples().then(|| b.vector(tensor.dims.signature().as_slice()));
    let mut table = b
        .table()
        .link(tensor::SHAPE, shape)
        .set(tensor::TYPE, type_)
        .set(tensor::BUFFER, owner(graph, index) as u32 + 1) // buffer 0 is empty
        .link(tensor::NAME, name)
        .link(tensor::QUANTIZATION, quantization);
    if let Some(signature) = signature {
        table = table.link(tensor::SHAPE_SIGNATURE, signature);
    }
    table.set(tensor::HAS_RANK, true).end()
}

/// Packs the scales and zero points of integers.
fn pack_quantization<S: Sink>(b: &mut Builder<S>, index: usize, tensor: &Tensor) -> Offset {
    let scales = tensor.scales as u64;
    if scales == 0 {
        return b.table().end();
    }
    let scale = b.learnt(index, Learnt::Scales, 4, scales);
    let zero_point = b.learnt(index, Learnt::ZeroPoints, 8, scales);
    b.table()
        .link(quantization_parameters::SCALE, scale)
        .link(quantization_parameters::ZERO_POINT, zero_point)
        .set(quantization_parameters::QUANTIZED_DIMENSION, tensor.channels as i32) // 0 or 3
        .end()
}

fn pack_operator<S: Sink>(b: &mut Builder<S>, operator: &Operator, codes: &[(i8, i32)]) -> Offset {
    let code = code(operator.operation.kind());
    let known = (0..).zip(codes).find(|&(_, &(known, _))| known == code);
    let index = known.map_or(0, |(index, _)| index);
    let inputs = b.vector(&operator.inputs);
    let outputs = b.vector(&[operator.output]);
    let (options_type, options) = pack_options(b, operator.operation);
    let table = b
        .table()
        .set(operator::OPCODE_INDEX, index)
        .link(operator::INPUTS, inputs)
        .link(operator::OUTPUTS, outputs)
        .set(operator::BUILTIN_OPTIONS_TYPE, options_type);
    match options {
        Some(options) => table.link(operator::BUILTIN_OPTIONS, options).end(),
        None => table.end(),
    }
}

fn pack_options<S: Sink>(b: &mut Builder<S>, operation: Operation) -> (u8, Option<Offset>) {
    let activation =
        |relu| if relu { activation_function::RELU } else { activation_function::NONE };
    match operation {
        Operation::Convolution(convolution) if convolution.is_depthwise() => {
            let [stride_h, stride_w] = sides(convolution.stride);
            let options = b
                .table()
                .set(depthwise_conv_2d_options::PADDING, padding(convolution.padding))
                .set(depthwise_conv_2d_options::STRIDE_W, stride_w)
                .set(depthwise_conv_2d_options::STRIDE_H, stride_h)
                .set(depthwise_conv_2d_options::DEPTH_MULTIPLIER, 1)
                .set(
                    depthwise_conv_2d_options::FUSED_ACTIVATION_FUNCTION,
                    activation(convolution.relu),
                )
                .end();
            (builtin_options::DEPTHWISE_CONV_2D, Some(options))
        }
        Operation::Convolution(convolution) => {
            let [stride_h, stride_w] = sides(convolution.stride);
            let options = b
                .table()
                .set(conv_2d_options::PADDING, padding(convolution.padding))
                .set(conv_2d_options::STRIDE_W, stride_w)
                .set(conv_2d_options::STRIDE_H, stride_h)
                .set(conv_2d_options::FUSED_ACTIVATION_FUNCTION, activation(convolution.relu))
                .end();
            (builtin_options::CONV_2D, Some(options))
        }
        Operation::Pool(pool) => {
            let [stride_h, stride_w] = sides(pool.stride);
            let [height, width] = sides(pool.size);
            let options = b
                .table()
                .set(pool_2d_options::PADDING, padding(Padding::Valid))
                .set(pool_2d_options::STRIDE_W, stride_w)
                .set(pool_2d_options::STRIDE_H, stride_h)
                .set(pool_2d_options::FILTER_WIDTH, width)
                .set(pool_2d_options::FILTER_HEIGHT, height)
                .end();
            (builtin_options::POOL_2D, Some(options))
        }
        Operation::Mean => (builtin_options::REDUCER, Some(b.table().end())),
        Operation::FullyConnected { relu, is_hybrid } => {
            let options = b
                .table()
                .set(fully_connected_options::FUSED_ACTIVATION_FUNCTION, activation(relu))
                .set(fully_connected_options::ASYMMETRIC_QUANTIZE_INPUTS, is_hybrid)
                .end();
            (builtin_options::FULLY_CONNECTED, Some(options))
        }
        Operation::Softmax => {
            let options = b.table().set(softmax_options::BETA, 1.0).end();
            (builtin_options::SOFTMAX, Some(options))
        }
        Operation::Shape => {
            let options = b.table().set(shape_options::OUT_TYPE, tensor_type::INT32).end();
            (builtin_options::SHAPE, Some(options))
        }
        Operation::StridedSlice => {
            let options = b.table().set(strided_slice_options::SHRINK_AXIS_MASK, 1).end();
            (builtin_options::STRIDED_SLICE, Some(options))
        }
        Operation::Pack => {
            let options = b
                .table()
                .set(pack_options_table::VALUES_COUNT, 2)
                .set(pack_options_table::AXIS, 0)
                .end();
            (builtin_options::PACK, Some(options))
        }
        Operation::Logistic | Operation::Reshape => (builtin_options::NONE, None),
    }
}

const fn padding(padding: Padding) -> i8 {
    match padding {
        Padding::Valid => schema_padding::VALID,
        Padding::Same => schema_padding::SAME,
    }
}

/// Returns height and width. A stride beyond 31 bits is replaced by the largest one. This changes
/// nothing, since such a window has a single position.
fn sides(extent: Extent) -> [i32; 2] {
    [extent.height, extent.width].map(|side| side.try_into().unwrap_or(i32::MAX))
}

/// Returns the tensor whose buffer holds the values of tensor `index`: the first tensor with the
/// same values.
fn owner(graph: &Graph, index: usize) -> usize {
    let content = graph.tensors[index].content;
    let first = graph.tensors.iter().position(|tensor| tensor.content.is_alike(content));
    first.unwrap_or(index)
}

/// Packs the buffers. The first is empty by definition, tensor `n` has buffer `n + 1`, and two more
/// hold metadata.
fn pack_buffers<S: Sink>(b: &mut Builder<S>, graph: &Graph) -> Offset {
    let mut buffers = Vec::with_capacity(graph.tensors.len() + 3);
    buffers.push(b.table().end());
    for (index, tensor) in graph.tensors.iter().enumerate() {
        let data = match tensor.content {
            Content::Examples(_) | Content::Numbers => None,
            _ if owner(graph, index) != index => None,
            Content::Weights { bytes, .. } => Some(b.learnt(index, Learnt::Weights, 1, bytes)),
            Content::Zeros { values, .. } => {
                Some(b.learnt(index, Learnt::Weights, 1, 4 * values as u64))
            }
            Content::One(values) => Some(b.bytes(values.map(i32::to_le_bytes).as_flattened())),
            Content::Two(values) => Some(b.bytes(values.map(i32::to_le_bytes).as_flattened())),
        };
        buffers.push(match data {
            Some(data) => b.table().link(buffer::DATA, data).end(),
            None => b.table().end(),
        });
    }
    for bytes in [about::min_runtime_version(graph).to_vec(), about::conversion(graph)] {
        let data = b.bytes(&bytes);
        buffers.push(b.table().link(buffer::DATA, data).end());
    }
    b.tables(&buffers)
}

fn pack_metadata<S: Sink>(b: &mut Builder<S>, graph: &Graph) -> Offset {
    let first = graph.tensors.len() as u32 + 1; // after the empty buffer and those of tensors
    let mut entry = |name, buffer| {
        let name = b.string(name);
        b.table().link(metadata::NAME, name).set(metadata::BUFFER, buffer).end()
    };
    let entries =
        [entry(about::MIN_RUNTIME_VERSION, first), entry(about::CONVERSION_METADATA, first + 1)];
    b.tables(&entries)
}

fn pack_signature<S: Sink>(b: &mut Builder<S>, graph: &Graph) -> Offset {
    let inputs = pack_port(b, &graph.input);
    let outputs = pack_port(b, &graph.output);
    let key = b.string(about::SIGNATURE);
    b.table()
        .link(signature_def::INPUTS, inputs)
        .link(signature_def::OUTPUTS, outputs)
        .link(signature_def::SIGNATURE_KEY, key)
        .end()
}

fn pack_port<S: Sink>(b: &mut Builder<S>, port: &Port) -> Offset {
    let name = b.string(&port.name);
    let TensorId(index) = port.tensor;
    let map = b.table().link(tensor_map::NAME, name).set(tensor_map::TENSOR_INDEX, index).end();
    b.tables(&[map])
}

/// Tensor indices are signed in the schema, where -1 stands for an absent tensor.
impl Scalar for TensorId {
    fn prepend_to(self, sink: &mut impl Sink) {
        sink.prepend(&self.0.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Network, Shape, parse_layers};
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        converter::Converter,
        format::NumberFormat,
        sink::{Counter, Recorder},
    };

    fn network(input: Shape, layers: &str, dense_width: u32, classes: usize) -> Network {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), dense_width).unwrap();
        Network::new(input, &architecture, classes).unwrap()
    }

    fn graph(network: &Network, profile: Profile, format: NumberFormat) -> Graph {
        let mut converter = Converter::default().with_format(format);
        converter.profile = profile;
        converter.graph(network).unwrap()
    }

    fn layer() -> impl Strategy<Value = String> {
        (1_u32..12, 1_u32..4, "[RS]")
            .prop_map(|(filters, kernel, activation)| format!("{filters}x{kernel}{activation}"))
    }

    proptest! {
        #[test]
        fn counting_and_writing_agree(
            (height, width, channels) in (16_usize..40, 16_usize..40, 1_usize..4),
            layers in vec(layer(), 0..7),
            (dense_width, classes) in (0_u32..20, 1_usize..20),
            profile in prop::sample::select(Profile::ALL.to_vec()),
            format in prop::sample::select(NumberFormat::ALL.to_vec()),
        ) {
            let shape = Shape::new(height, width, channels);
            let layers = if layers.is_empty() { "flatten".to_owned() } else { layers.join(" ") };
            let network = network(shape, &layers, dense_width, classes);
            let graph = graph(&network, profile, format);
            let (file, learnt) = pack(&graph, Recorder::default()).into_file();
            prop_assert_eq!(pack(&graph, Counter::default()).len(), file.len() as u64);
            prop_assert_eq!(&file[4..8], FILE_IDENTIFIER.as_slice());
            let alignment = if learnt.iter().any(|(what, _)| *what == Learnt::ZeroPoints) { 8 } else { 4 };
            prop_assert_eq!(file.len() % alignment, 0);
            for (what, range) in learnt {
                let (size, alignment) = match what {
                    Learnt::Weights => (1, 4),
                    Learnt::Scales => (4, 4),
                    Learnt::ZeroPoints => (8, 8),
                };
                prop_assert_eq!(range.start % alignment, 0);
                let items = u32::try_from(range.len() / size).unwrap().to_le_bytes();
                prop_assert_eq!(&file[range.start - 4..range.start], items.as_slice());
            }
        }
    }
}
