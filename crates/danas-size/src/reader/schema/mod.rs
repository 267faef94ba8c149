//! The schema of TensorFlow Lite files, version 3: the fields of every table in the order of their
//! slots.
//!
//! Sources: `schema.fbs` of LiteRT, Apache-2.0, revision 3d, and the Python module that is
//! generated from it in the package `ai-edge-litert` 2.3.0, which has a few more fields. Each field
//! is listed here with only its name, and the size of its numbers or what it refers to.

/// The fields of a table.
#[derive(Debug)]
pub(crate) struct TableType {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
}

impl TableType {
    /// Returns the slot of a field. In a constant, an unknown name does not compile.
    pub(crate) const fn slot(&self, name: &str) -> usize {
        let mut slot = 0;
        while !same(self.fields[slot].name, name) {
            slot += 1;
        }
        slot
    }
}

/// Returns whether two strings are equal. `==` cannot compare strings in a constant.
const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

/// The kind of a field's content. Sizes are in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// A number of that size.
    Number(usize),
    /// A vector of numbers of that size.
    Numbers(usize),
    Text,
    Table(&'static TableType),
    /// A vector of tables.
    Tables(&'static TableType),
    /// One of these tables. The slot before it holds the number of the table, counted from 1, or 0
    /// for none.
    Union(&'static [TableType]),
    /// A deprecated field, which readers no longer follow.
    Deprecated,
}

const BYTE: Kind = Kind::Number(1);
const WORD: Kind = Kind::Number(4);
const LONG: Kind = Kind::Number(8);
const BYTES: Kind = Kind::Numbers(1);
const SHORTS: Kind = Kind::Numbers(2);
const WORDS: Kind = Kind::Numbers(4);
const LONGS: Kind = Kind::Numbers(8);
const TEXT: Kind = Kind::Text;
const DEPRECATED: Kind = Kind::Deprecated;

macro_rules! table {
    ($name:ident { $($field:ident: $kind:expr),* $(,)? }) => {
        TableType {
            name: stringify!($name),
            fields: &[$(Field { name: stringify!($field), kind: $kind }),*],
        }
    };
}

/// Tables in the order of their numbers in a union.
macro_rules! union {
    ($($name:ident { $($fields:tt)* })*) => {
        &[$(table! { $name { $($fields)* } }),*]
    };
}

mod options;
mod options_2;

use options::BUILTIN_OPTIONS;
use options_2::BUILTIN_OPTIONS_2;

pub(crate) static MODEL: TableType = table! {
    Model {
        version: WORD, operator_codes: Kind::Tables(&OPERATOR_CODE),
        subgraphs: Kind::Tables(&SUB_GRAPH), description: TEXT, buffers: Kind::Tables(&BUFFER),
        metadata_buffer: WORDS, metadata: Kind::Tables(&METADATA),
        signature_defs: Kind::Tables(&SIGNATURE_DEF),
        external_buffer_groups: Kind::Tables(&EXTERNAL_BUFFER_GROUP),
        external_buffers: Kind::Tables(&EXTERNAL_BUFFER),
    }
};

pub(crate) static OPERATOR_CODE: TableType = table! {
    OperatorCode {
        deprecated_builtin_code: BYTE, custom_code: TEXT, version: WORD, builtin_code: WORD,
    }
};

pub(crate) static SUB_GRAPH: TableType = table! {
    SubGraph {
        tensors: Kind::Tables(&TENSOR), inputs: WORDS, outputs: WORDS,
        operators: Kind::Tables(&OPERATOR), name: TEXT, debug_metadata_index: WORD,
    }
};

pub(crate) static TENSOR: TableType = table! {
    Tensor {
        shape: WORDS, type: BYTE, buffer: WORD, name: TEXT,
        quantization: Kind::Table(&QUANTIZATION_PARAMETERS), is_variable: BYTE,
        sparsity: Kind::Table(&SPARSITY_PARAMETERS), shape_signature: WORDS, has_rank: BYTE,
        variant_tensors: Kind::Tables(&VARIANT_SUB_TYPE), external_buffer: WORD,
    }
};

pub(crate) static VARIANT_SUB_TYPE: TableType = table! {
    VariantSubType { shape: WORDS, type: BYTE, has_rank: BYTE }
};

pub(crate) static QUANTIZATION_PARAMETERS: TableType = table! {
    QuantizationParameters {
        min: WORDS, max: WORDS, scale: WORDS, zero_point: LONGS, details_type: BYTE,
        details: Kind::Union(QUANTIZATION_DETAILS), quantized_dimension: WORD,
    }
};

pub(crate) static SPARSITY_PARAMETERS: TableType = table! {
    SparsityParameters {
        traversal_order: WORDS, block_map: WORDS, dim_metadata: Kind::Tables(&DIMENSION_METADATA),
    }
};

pub(crate) static DIMENSION_METADATA: TableType = table! {
    DimensionMetadata {
        format: BYTE, dense_size: WORD, array_segments_type: BYTE,
        array_segments: Kind::Union(SPARSE_INDEX_VECTOR), array_indices_type: BYTE,
        array_indices: Kind::Union(SPARSE_INDEX_VECTOR),
    }
};

pub(crate) static OPERATOR: TableType = table! {
    Operator {
        opcode_index: WORD, inputs: WORDS, outputs: WORDS, builtin_options_type: BYTE,
        builtin_options: Kind::Union(BUILTIN_OPTIONS), custom_options: BYTES,
        custom_options_format: BYTE, mutating_variable_inputs: BYTES, intermediates: WORDS,
        large_custom_options_offset: LONG, large_custom_options_size: LONG,
        builtin_options_2_type: BYTE, builtin_options_2: Kind::Union(BUILTIN_OPTIONS_2),
        debug_metadata_index: WORD,
    }
};

pub(crate) static BUFFER: TableType = table! {
    Buffer { data: BYTES, offset: LONG, size: LONG }
};

pub(crate) static EXTERNAL_BUFFER_GROUP: TableType = table! {
    ExternalBufferGroup { name: TEXT }
};

pub(crate) static EXTERNAL_BUFFER: TableType = table! {
    ExternalBuffer { id: WORD, group: WORD, offset: LONG, length: LONG, packing: TEXT }
};

pub(crate) static METADATA: TableType = table! {
    Metadata { name: TEXT, buffer: WORD }
};

pub(crate) static SIGNATURE_DEF: TableType = table! {
    SignatureDef {
        inputs: Kind::Tables(&TENSOR_MAP), outputs: Kind::Tables(&TENSOR_MAP),
        signature_key: TEXT, deprecated_tag: DEPRECATED, subgraph_index: WORD,
    }
};

pub(crate) static TENSOR_MAP: TableType = table! {
    TensorMap { name: TEXT, tensor_index: WORD }
};

static QUANTIZATION_DETAILS: &[TableType] = union! {
    CustomQuantization { custom: BYTES }
    BlockwiseQuantization { scales: WORD, zero_points: WORD, block_size: WORD, block_shape: WORDS }
    MultiAxisQuantization {
        scales: WORD, zero_points: WORD, block_size: WORD, quantized_dimensions: WORDS,
    }
};

static SPARSE_INDEX_VECTOR: &[TableType] = union! {
    Int32Vector { values: WORDS }
    Uint16Vector { values: SHORTS }
    Uint8Vector { values: BYTES }
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns how deep tables nest below `table`, which itself counts. A cycle would never end.
    fn depth(table: &TableType) -> usize {
        let below = table.fields.iter().flat_map(|field| match field.kind {
            Kind::Table(table) | Kind::Tables(table) => std::slice::from_ref(table),
            Kind::Union(tables) => tables,
            _ => &[],
        });
        1 + below.map(depth).max().unwrap_or(0)
    }

    #[test]
    fn tables_nest_far_less_deep_than_flatbuffers_allow() {
        assert_eq!(depth(&MODEL), 6, "down to the indices of a dimension of a sparse tensor");
        let limit = 64; // the limit of flatbuffers' own verifiers
        assert!(depth(&MODEL) < limit);
    }

    #[test]
    fn a_union_stands_after_its_type() {
        fn check(table: &TableType) {
            for (slot, field) in table.fields.iter().enumerate() {
                match field.kind {
                    Kind::Table(table) | Kind::Tables(table) => check(table),
                    Kind::Union(tables) => {
                        let before = &table.fields[slot - 1];
                        assert_eq!(before.name, format!("{}_type", field.name));
                        assert!(matches!(before.kind, Kind::Number(1)));
                        tables.iter().for_each(check);
                    }
                    _ => {}
                }
            }
        }
        check(&MODEL);
    }

    #[test]
    fn slots_are_counted_from_zero() {
        assert_eq!(TENSOR.slot("shape"), 0);
        assert_eq!(TENSOR.slot("external_buffer"), 10);
    }
}
