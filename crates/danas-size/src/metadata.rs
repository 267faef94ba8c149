//! What the converter tells about itself and the file.

use crate::graph::{Graph, Operation};

/// Says what wrote the file.
pub(crate) const DESCRIPTION: &str = "MLIR Converted.";

/// The key of a model's only signature.
pub(crate) const SIGNATURE: &str = "serving_default";

/// The name of a model's only graph.
pub(crate) const SUBGRAPH: &str = "main";

/// Names the first metadata buffer.
pub(crate) const MIN_RUNTIME_VERSION: &str = "min_runtime_version";

/// Names the second metadata buffer.
pub(crate) const CONVERSION_METADATA: &str = "CONVERSION_METADATA";

/// The oldest TensorFlow Lite runtime that knows every operator, padded with zeros.
///
/// Source: the operator table of `tensorflow/lite/tools/versioning/runtime_version.cc`.
pub(crate) fn min_runtime_version(graph: &Graph) -> [u8; 16] {
    if graph.operators.iter().any(|operator| operator.operation == Operation::Logistic) {
        *b"1.14.0\0\0\0\0\0\0\0\0\0\0"
    } else {
        *b"1.5.0\0\0\0\0\0\0\0\0\0\0\0"
    }
}

/// A flatbuffer of its own, written by the C++ builder: TensorFlow 2.12.0, API version 2, a Keras
/// model, no optimisation.
///
/// Schema: `tensorflow/lite/schema/conversion_metadata.fbs`.
#[rustfmt::skip]
pub(crate) const CONVERSION: [u8; 84] = [
    12, 0, 0, 0, // the root is at 12
    8, 0, 14, 0, 8, 0, 4, 0, // vtable of ConversionMetadata: environment, options
    8, 0, 0, 0, 16, 0, 0, 0, 36, 0, 0, 0, // ConversionMetadata
    0, 0, 6, 0, 8, 0, 4, 0, // vtable of ConversionOptions: model optimisation modes
    6, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, // ConversionOptions with an empty vector
    0, 0, 10, 0, 16, 0, 12, 0, 8, 0, 4, 0, // vtable of Environment: version, API, model type
    10, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, // Environment
    6, 0, 0, 0, b'2', b'.', b'1', b'2', b'.', b'0', 0, 0,
];
