//! The options of built-in operators in the second union, for operators that were added later.

use super::{BYTE, BYTES, Field, LONG, LONGS, TEXT, TableType, WORD, WORDS};

pub(super) static BUILTIN_OPTIONS_2: &[TableType] = union! {
    StablehloConcatenateOptions { dimension: LONG }
    StablehloBroadcastInDimOptions { broadcast_dimensions: LONGS }
    StablehloSliceOptions { start_indices: LONGS, limit_indices: LONGS, strides: LONGS }
    StablehloConvolutionOptions {
        window_strides: LONGS, padding: LONGS, lhs_dilation: LONGS, rhs_dilation: LONGS,
        window_reversal: BYTES, input_batch_dimension: LONG, input_feature_dimension: LONG,
        input_spatial_dimensions: LONGS, kernel_input_feature_dimension: LONG,
        kernel_output_feature_dimension: LONG, kernel_spatial_dimensions: LONGS,
        output_batch_dimension: LONG, output_feature_dimension: LONG,
        output_spatial_dimensions: LONGS, feature_group_count: LONG, batch_group_count: LONG,
        precision_config: WORDS,
    }
    StablehloCustomCallOptions {
        call_target_name: TEXT, has_side_effect: BYTE, backend_config: TEXT, api_version: WORD,
        called_computations: WORDS, custom_attributes: BYTES,
    }
    StablehloReduceOptions { dimensions: LONGS, body_subgraph_index: WORD }
    StablehloScatterOptions {
        indices_are_sorted: BYTE, update_window_dims: LONGS, inserted_window_dims: LONGS,
        scatter_dims_to_operand_dims: LONGS, index_vector_dim: LONG, unique_indices: BYTE,
        update_computation_subgraph_index: WORD,
    }
    StablehloCompareOptions { comparison_direction: WORD, compare_type: WORD }
    StablehloDynamicSliceOptions { slice_sizes: LONGS }
    StablehloPadOptions {
        edge_padding_low: LONGS, edge_padding_high: LONGS, interior_padding: LONGS,
    }
    StablehloIotaOptions { iota_dimension: LONG }
    StablehloDotGeneralOptions {
        lhs_batching_dimensions: LONGS, rhs_batching_dimensions: LONGS,
        lhs_contracting_dimensions: LONGS, rhs_contracting_dimensions: LONGS,
        precision_config: WORDS,
    }
    StablehloReduceWindowOptions {
        window_dimensions: LONGS, window_strides: LONGS, base_dilations: LONGS,
        window_dilations: LONGS, padding: LONGS, body_subgraph_index: WORD,
    }
    StablehloSortOptions { dimension: LONG, is_stable: BYTE, comparator_subgraph_index: WORD }
    StablehloWhileOptions { cond_subgraph_index: WORD, body_subgraph_index: WORD }
    StablehloGatherOptions {
        offset_dims: LONGS, collapsed_slice_dims: LONGS, start_index_map: LONGS,
        index_vector_dim: LONG, slice_sizes: LONGS, indices_are_sorted: BYTE,
    }
    StablehloTransposeOptions { permutation: LONGS }
    DilateOptions {}
    StablehloRngBitGeneratorOptions { algorithm: BYTE }
    ReduceWindowOptions { reduce_function: WORD }
    StableHLOCompositeOptions {
        name: TEXT, decomposition_subgraph_index: WORD, composite_attributes: BYTES,
        composite_attributes_format: BYTE, version: WORD,
    }
    StablehloShiftLeftOptions {}
    StablehloCaseOptions { branch_subgraph_indices: WORDS }
};
