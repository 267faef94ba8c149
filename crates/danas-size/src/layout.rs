//! The order in which TensorFlow packs a model.
//!
//! A flatbuffer has children before parents, and each child's alignment depends on everything
//! written after it in the file, so that order decides the length.

use crate::{
    builder::{Builder, Offset, Scalar},
    graph::{Content, Graph, Operation, Operator, Port, Tensor, TensorId},
    metadata as about,
    schema::{
        FILE_IDENTIFIER, SCHEMA_VERSION, activation_function, buffer, builtin_operator,
        builtin_options, conv_2d_options, fully_connected_options, metadata, model, operator,
        operator_code, padding, signature_def, softmax_options, sub_graph, tensor, tensor_map,
        tensor_type,
    },
    sink::Sink,
};

/// Packs `graph` into `sink` and returns it.
pub(crate) fn pack<S: Sink>(graph: &Graph, sink: S) -> S {
    let codes = operator_codes(graph);
    let mut builder = Builder::new(sink);
    let b = &mut builder;

    let operator_codes: Vec<Offset> =
        codes.iter().map(|&code| pack_operator_code(b, code)).collect();
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

/// The code of each kind of operator, in the order of its first use.
fn operator_codes(graph: &Graph) -> Vec<i8> {
    let mut codes = Vec::with_capacity(5);
    for code in graph.operators.iter().map(|operator| code(operator.operation)) {
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn code(operation: Operation) -> i8 {
    match operation {
        Operation::Conv2d { .. } => builtin_operator::CONV_2D,
        Operation::FullyConnected { .. } => builtin_operator::FULLY_CONNECTED,
        Operation::Logistic => builtin_operator::LOGISTIC,
        Operation::Reshape => builtin_operator::RESHAPE,
        Operation::Softmax => builtin_operator::SOFTMAX,
    }
}

fn pack_operator_code<S: Sink>(b: &mut Builder<S>, code: i8) -> Offset {
    b.table()
        .set(operator_code::DEPRECATED_BUILTIN_CODE, code)
        .set(operator_code::VERSION, 1)
        .set(operator_code::BUILTIN_CODE, code.into())
        .end()
}

fn pack_subgraph<S: Sink>(b: &mut Builder<S>, graph: &Graph, codes: &[i8]) -> Offset {
    let tensors: Vec<Offset> =
        (1..).zip(&graph.tensors).map(|(buffer, tensor)| pack_tensor(b, tensor, buffer)).collect();
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

fn pack_tensor<S: Sink>(b: &mut Builder<S>, tensor: &Tensor, buffer: u32) -> Offset {
    let shape = b.vector(tensor.dims.as_slice());
    let name = b.string(&tensor.name);
    let quantization = b.table().end(); // none
    let (type_, signature) = match tensor.content {
        Content::Activation => {
            let signature = b.vector(tensor.dims.signature().as_slice());
            (tensor_type::FLOAT32, Some(signature))
        }
        Content::Weights { .. } => (tensor_type::FLOAT32, None),
        Content::Shape(_) => (tensor_type::INT32, None),
    };
    let mut table = b
        .table()
        .link(tensor::SHAPE, shape)
        .set(tensor::TYPE, type_)
        .set(tensor::BUFFER, buffer)
        .link(tensor::NAME, name)
        .link(tensor::QUANTIZATION, quantization);
    if let Some(signature) = signature {
        table = table.link(tensor::SHAPE_SIGNATURE, signature);
    }
    table.set(tensor::HAS_RANK, true).end()
}

fn pack_operator<S: Sink>(b: &mut Builder<S>, operator: &Operator, codes: &[i8]) -> Offset {
    let code = code(operator.operation);
    let index = (0..).zip(codes).find(|&(_, &known)| known == code).map_or(0, |(index, _)| index);
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
        Operation::Conv2d { relu } => {
            let options = b
                .table()
                .set(conv_2d_options::PADDING, padding::VALID)
                .set(conv_2d_options::STRIDE_W, 1)
                .set(conv_2d_options::STRIDE_H, 1)
                .set(conv_2d_options::FUSED_ACTIVATION_FUNCTION, activation(relu))
                .end();
            (builtin_options::CONV_2D, Some(options))
        }
        Operation::FullyConnected { relu } => {
            let options = b
                .table()
                .set(fully_connected_options::FUSED_ACTIVATION_FUNCTION, activation(relu))
                .end();
            (builtin_options::FULLY_CONNECTED, Some(options))
        }
        Operation::Softmax => {
            let options = b.table().set(softmax_options::BETA, 1.0).end();
            (builtin_options::SOFTMAX, Some(options))
        }
        Operation::Logistic | Operation::Reshape => (builtin_options::NONE, None),
    }
}

/// The first buffer is empty by definition, tensor `n` has buffer `n + 1`, and two more hold
/// metadata.
fn pack_buffers<S: Sink>(b: &mut Builder<S>, graph: &Graph) -> Offset {
    let mut buffers = Vec::with_capacity(graph.tensors.len() + 3);
    buffers.push(b.table().end());
    for (index, tensor) in graph.tensors.iter().enumerate() {
        let data = match tensor.content {
            Content::Activation => None,
            Content::Weights { bytes } => Some(b.weights(index, bytes)),
            Content::Shape(sizes) => Some(b.bytes(sizes.map(i32::to_le_bytes).as_flattened())),
        };
        buffers.push(match data {
            Some(data) => b.table().link(buffer::DATA, data).end(),
            None => b.table().end(),
        });
    }
    for bytes in [about::min_runtime_version(graph).as_slice(), &about::CONVERSION] {
        let data = b.bytes(bytes);
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

/// Tensor numbers are signed in the schema, where -1 stands for an absent one.
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
        LayerCounters,
        names::Names,
        sink::{Counter, Recorder},
    };

    fn graph(input: Shape, layers: &str, dense_width: u32, classes: usize) -> Graph {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), dense_width).unwrap();
        let network = Network::new(input, &architecture, classes).unwrap();
        let names = Names::new(LayerCounters::default(), network.layers().len());
        Graph::float32(&network, &names).unwrap()
    }

    /// The file with zeros for its weights.
    fn without_weights(mut file: Vec<u8>, weights: &[std::ops::Range<usize>]) -> Vec<u8> {
        for range in weights {
            file[range.clone()].fill(0);
        }
        file
    }

    #[test]
    fn every_byte_but_the_weights_is_the_converters() {
        let two_classes = graph(Shape::new(39, 15, 1), "4x5R 2x5R 2x3R 4x5S", 10, 2);
        let ten_classes = graph(Shape::new(16, 12, 2), "4x3S 1x1R 1x1S 4x5R", 12, 10);
        let converted = [
            (two_classes, include_bytes!("../tests/fixtures/two_classes.tflite").to_vec()),
            (ten_classes, include_bytes!("../tests/fixtures/ten_classes.tflite").to_vec()),
        ];
        for (graph, converted) in converted {
            let (file, weights) = pack(&graph, Recorder::default()).into_file();
            assert_eq!(file.len(), converted.len());
            assert_eq!(file, without_weights(converted, &weights));
        }
    }

    fn layer() -> impl Strategy<Value = String> {
        (1_u32..12, 1_u32..4, "[RS]")
            .prop_map(|(filters, kernel, activation)| format!("{filters}x{kernel}{activation}"))
    }

    proptest! {
        #[test]
        fn counting_and_writing_agree(
            (height, width, channels) in (16_usize..40, 16_usize..40, 1_usize..4),
            layers in vec(layer(), 1..7),
            (dense_width, classes) in (1_u32..20, 1_usize..20),
        ) {
            let shape = Shape::new(height, width, channels);
            let graph = graph(shape, &layers.join(" "), dense_width, classes);
            let (file, weights) = pack(&graph, Recorder::default()).into_file();
            prop_assert_eq!(pack(&graph, Counter::default()).len(), file.len() as u64);
            prop_assert_eq!(&file[4..8], FILE_IDENTIFIER.as_slice());
            prop_assert_eq!(file.len() % 4, 0);
            for range in weights {
                prop_assert_eq!(range.start % 4, 0, "float32 weights are aligned");
                let length = u32::try_from(range.len()).unwrap().to_le_bytes();
                prop_assert_eq!(&file[range.start - 4..range.start], length.as_slice());
            }
        }
    }
}
