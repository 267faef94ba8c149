//! The metadata that the converter writes about itself and the file.

use crate::{
    format::{NumberFormat, Profile},
    graph::{Graph, Operator},
    operator_kind::OperatorKind,
};

/// The description of the model, which names what wrote the file.
pub(crate) const DESCRIPTION: &str = "MLIR Converted.";

/// The key of a model's only signature.
pub(crate) const SIGNATURE: &str = "serving_default";

/// The name of a model's only graph.
pub(crate) const SUBGRAPH: &str = "main";

/// The name of the first metadata entry.
pub(crate) const MIN_RUNTIME_VERSION: &str = "min_runtime_version";

/// The name of the second metadata entry.
pub(crate) const CONVERSION_METADATA: &str = "CONVERSION_METADATA";

/// Returns the version of the oldest TensorFlow Lite runtime that supports every operator, padded
/// with zeros.
///
/// Source: the operator table of `tensorflow/lite/tools/versioning/runtime_version.cc`.
pub(crate) fn min_runtime_version(graph: &Graph) -> [u8; 16] {
    let oldest = |operator: &Operator| {
        let kind = operator.operation.kind();
        match (kind, graph.version(kind)) {
            (OperatorKind::FullyConnected, 12) => (2, 17),
            (OperatorKind::Conv2d, 5) => (2, 4),
            (OperatorKind::FullyConnected, 9) | (OperatorKind::DepthwiseConv2d, 6) => (2, 3),
            (OperatorKind::Logistic, _) => (1, 14),
            _ if graph.format == NumberFormat::Int8 => (1, 14),
            (OperatorKind::Pack, _) => (1, 11),
            (OperatorKind::Mean, _) => (1, 6),
            _ => (1, 5),
        }
    };
    let (major, minor) = graph.operators.iter().map(oldest).max().unwrap_or_default();
    let text = format!("{major}.{minor}.0");
    let mut padded = [0; 16];
    padded.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
    padded
}

/// Returns the conversion metadata, a flatbuffer of its own that the C++ builder writes. It holds
/// the TensorFlow version, API version 2, the model type (Keras) and the optimisation mode.
/// TensorFlow 2.21 adds a fingerprint of the model. Only TensorFlow can compute it, so it is zero
/// here.
///
/// Schema: `tensorflow/lite/schema/conversion_metadata.fbs`.
#[rustfmt::skip]
pub(crate) fn conversion(graph: &Graph) -> Vec<u8> {
    let mode: &[u8] = match graph.format {
        NumberFormat::Float32 => &[0, 0, 0, 0], // an empty vector
        NumberFormat::DynamicRange => &[1, 0, 0, 0, 0xea, 3, 0, 0], // 1002
        NumberFormat::Int8 => &[1, 0, 0, 0, 0xeb, 3, 0, 0], // 1003
    };
    let mode_len = mode.len() as u8;
    let root: &[u8] = match (graph.profile, graph.format) {
        // The fingerprint is aligned to 8 bytes.
        (Profile::Tf2_21, NumberFormat::Float32) => &[16, 0, 0, 0, 0, 0, 0, 0],
        _ => &[12, 0, 0, 0],
    };
    let environment: &[u8] = match graph.profile {
        Profile::Tf2_12 => &[
            0, 0, 10, 0, 16, 0, 12, 0, 8, 0, 4, 0, // vtable of Environment: version, API, model type
            10, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, // Environment
            6, 0, 0, 0, b'2', b'.', b'1', b'2', b'.', b'0', 0, 0,
        ],
        Profile::Tf2_21 => &[
            12, 0, 24, 0, 20, 0, 16, 0, 12, 0, 4, 0, // vtable: the same fields, and the fingerprint
            12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0,
            6, 0, 0, 0, b'2', b'.', b'2', b'1', b'.', b'0', 0, 0,
        ],
    };
    [
        root,
        &[8, 0, 14, 0, 8, 0, 4, 0], // vtable of ConversionMetadata: environment, options
        &[8, 0, 0, 0, 16, 0, 0, 0, 32 + mode_len, 0, 0, 0], // ConversionMetadata
        &[0, 0, 6, 0, 8, 0, 4, 0], // vtable of ConversionOptions: model optimisation modes
        &[6, 0, 0, 0, 4, 0, 0, 0], // ConversionOptions
        mode,
        environment,
    ]
    .concat()
}
