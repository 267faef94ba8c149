//! The part of TensorFlow Lite's schema, version 3, that a convolutional network needs: the slot
//! and default of each field, and the codes of operators, options and types.
//!
//! Source: `tensorflow/lite/schema/schema.fbs` of TensorFlow 2.12, Apache-2.0. Each module is a
//! table or an enumeration of that file.

use crate::builder::{Field, Link};

/// The identifier of a TensorFlow Lite file.
pub(crate) const FILE_IDENTIFIER: [u8; 4] = *b"TFL3";

/// The version of the schema.
pub(crate) const SCHEMA_VERSION: u32 = 3;

pub(crate) mod model {
    use super::{Field, Link};
    pub(crate) const VERSION: Field<u32> = Field::new(0, 0);
    pub(crate) const OPERATOR_CODES: Link = Link::new(1);
    pub(crate) const SUBGRAPHS: Link = Link::new(2);
    pub(crate) const DESCRIPTION: Link = Link::new(3);
    pub(crate) const BUFFERS: Link = Link::new(4);
    pub(crate) const METADATA: Link = Link::new(6);
    pub(crate) const SIGNATURE_DEFS: Link = Link::new(7);
}

pub(crate) mod operator_code {
    use super::Field;
    pub(crate) const DEPRECATED_BUILTIN_CODE: Field<i8> = Field::new(0, 0);
    pub(crate) const VERSION: Field<i32> = Field::new(2, 1);
    pub(crate) const BUILTIN_CODE: Field<i32> = Field::new(3, 0);
}

pub(crate) mod sub_graph {
    use super::Link;
    pub(crate) const TENSORS: Link = Link::new(0);
    pub(crate) const INPUTS: Link = Link::new(1);
    pub(crate) const OUTPUTS: Link = Link::new(2);
    pub(crate) const OPERATORS: Link = Link::new(3);
    pub(crate) const NAME: Link = Link::new(4);
}

pub(crate) mod tensor {
    use super::{Field, Link};
    pub(crate) const SHAPE: Link = Link::new(0);
    pub(crate) const TYPE: Field<i8> = Field::new(1, 0);
    pub(crate) const BUFFER: Field<u32> = Field::new(2, 0);
    pub(crate) const NAME: Link = Link::new(3);
    pub(crate) const QUANTIZATION: Link = Link::new(4);
    pub(crate) const SHAPE_SIGNATURE: Link = Link::new(7);
    pub(crate) const HAS_RANK: Field<bool> = Field::new(8, false);
}

pub(crate) mod operator {
    use super::{Field, Link};
    pub(crate) const OPCODE_INDEX: Field<u32> = Field::new(0, 0);
    pub(crate) const INPUTS: Link = Link::new(1);
    pub(crate) const OUTPUTS: Link = Link::new(2);
    pub(crate) const BUILTIN_OPTIONS_TYPE: Field<u8> = Field::new(3, 0);
    pub(crate) const BUILTIN_OPTIONS: Link = Link::new(4);
}

pub(crate) mod conv_2d_options {
    use super::Field;
    pub(crate) const PADDING: Field<i8> = Field::new(0, 0);
    pub(crate) const STRIDE_W: Field<i32> = Field::new(1, 0);
    pub(crate) const STRIDE_H: Field<i32> = Field::new(2, 0);
    pub(crate) const FUSED_ACTIVATION_FUNCTION: Field<i8> = Field::new(3, 0);
}

pub(crate) mod depthwise_conv_2d_options {
    use super::Field;
    pub(crate) const PADDING: Field<i8> = Field::new(0, 0);
    pub(crate) const STRIDE_W: Field<i32> = Field::new(1, 0);
    pub(crate) const STRIDE_H: Field<i32> = Field::new(2, 0);
    pub(crate) const DEPTH_MULTIPLIER: Field<i32> = Field::new(3, 0);
    pub(crate) const FUSED_ACTIVATION_FUNCTION: Field<i8> = Field::new(4, 0);
}

pub(crate) mod pool_2d_options {
    use super::Field;
    pub(crate) const PADDING: Field<i8> = Field::new(0, 0);
    pub(crate) const STRIDE_W: Field<i32> = Field::new(1, 0);
    pub(crate) const STRIDE_H: Field<i32> = Field::new(2, 0);
    pub(crate) const FILTER_WIDTH: Field<i32> = Field::new(3, 0);
    pub(crate) const FILTER_HEIGHT: Field<i32> = Field::new(4, 0);
}

pub(crate) mod fully_connected_options {
    use super::Field;
    pub(crate) const FUSED_ACTIVATION_FUNCTION: Field<i8> = Field::new(0, 0);
    pub(crate) const ASYMMETRIC_QUANTIZE_INPUTS: Field<bool> = Field::new(3, false);
}

pub(crate) mod shape_options {
    use super::Field;
    pub(crate) const OUT_TYPE: Field<i8> = Field::new(0, 0);
}

pub(crate) mod strided_slice_options {
    use super::Field;
    pub(crate) const SHRINK_AXIS_MASK: Field<i32> = Field::new(4, 0);
}

pub(crate) mod pack_options {
    use super::Field;
    pub(crate) const VALUES_COUNT: Field<i32> = Field::new(0, 0);
    pub(crate) const AXIS: Field<i32> = Field::new(1, 0);
}

pub(crate) mod quantization_parameters {
    use super::{Field, Link};
    pub(crate) const SCALE: Link = Link::new(2);
    pub(crate) const ZERO_POINT: Link = Link::new(3);
    pub(crate) const QUANTIZED_DIMENSION: Field<i32> = Field::new(6, 0);
}

pub(crate) mod softmax_options {
    use super::Field;
    pub(crate) const BETA: Field<f32> = Field::new(0, 0.0);
}

pub(crate) mod buffer {
    use super::Link;
    pub(crate) const DATA: Link = Link::new(0);
}

pub(crate) mod metadata {
    use super::{Field, Link};
    pub(crate) const NAME: Link = Link::new(0);
    pub(crate) const BUFFER: Field<u32> = Field::new(1, 0);
}

pub(crate) mod signature_def {
    use super::Link;
    pub(crate) const INPUTS: Link = Link::new(0);
    pub(crate) const OUTPUTS: Link = Link::new(1);
    pub(crate) const SIGNATURE_KEY: Link = Link::new(2);
}

pub(crate) mod tensor_map {
    use super::{Field, Link};
    pub(crate) const NAME: Link = Link::new(0);
    pub(crate) const TENSOR_INDEX: Field<u32> = Field::new(1, 0);
}

pub(crate) mod builtin_operator {
    pub(crate) const AVERAGE_POOL_2D: i8 = 1;
    pub(crate) const CONV_2D: i8 = 3;
    pub(crate) const DEPTHWISE_CONV_2D: i8 = 4;
    pub(crate) const FULLY_CONNECTED: i8 = 9;
    pub(crate) const LOGISTIC: i8 = 14;
    pub(crate) const MAX_POOL_2D: i8 = 17;
    pub(crate) const RESHAPE: i8 = 22;
    pub(crate) const SOFTMAX: i8 = 25;
    pub(crate) const MEAN: i8 = 40;
    pub(crate) const STRIDED_SLICE: i8 = 45;
    pub(crate) const SHAPE: i8 = 77;
    pub(crate) const PACK: i8 = 83;
}

pub(crate) mod builtin_options {
    pub(crate) const NONE: u8 = 0;
    pub(crate) const CONV_2D: u8 = 1;
    pub(crate) const DEPTHWISE_CONV_2D: u8 = 2;
    pub(crate) const POOL_2D: u8 = 5;
    pub(crate) const FULLY_CONNECTED: u8 = 8;
    pub(crate) const SOFTMAX: u8 = 9;
    pub(crate) const REDUCER: u8 = 27;
    pub(crate) const STRIDED_SLICE: u8 = 32;
    pub(crate) const SHAPE: u8 = 55;
    pub(crate) const PACK: u8 = 59;
}

pub(crate) mod tensor_type {
    pub(crate) const FLOAT32: i8 = 0;
    pub(crate) const INT32: i8 = 2;
    pub(crate) const INT8: i8 = 9;
}

pub(crate) mod padding {
    pub(crate) const SAME: i8 = 0;
    pub(crate) const VALID: i8 = 1;
}

pub(crate) mod activation_function {
    pub(crate) const NONE: i8 = 0;
    pub(crate) const RELU: i8 = 1;
}
