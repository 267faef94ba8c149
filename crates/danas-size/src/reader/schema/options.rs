//! The options of built-in operators in the first union, which is full.

use super::{BYTE, BYTES, DEPRECATED, Field, LONG, TEXT, TableType, WORD, WORDS};

pub(super) static BUILTIN_OPTIONS: &[TableType] = union! {
    Conv2DOptions {
        padding: BYTE, stride_w: WORD, stride_h: WORD, fused_activation_function: BYTE,
        dilation_w_factor: WORD, dilation_h_factor: WORD, quantized_bias_type: BYTE,
    }
    DepthwiseConv2DOptions {
        padding: BYTE, stride_w: WORD, stride_h: WORD, depth_multiplier: WORD,
        fused_activation_function: BYTE, dilation_w_factor: WORD, dilation_h_factor: WORD,
    }
    ConcatEmbeddingsOptions {
        num_channels: WORD, num_columns_per_channel: WORDS, embedding_dim_per_channel: WORDS,
    }
    LSHProjectionOptions { type: BYTE }
    Pool2DOptions {
        padding: BYTE, stride_w: WORD, stride_h: WORD, filter_width: WORD, filter_height: WORD,
        fused_activation_function: BYTE,
    }
    SVDFOptions { rank: WORD, fused_activation_function: BYTE, asymmetric_quantize_inputs: BYTE }
    RNNOptions { fused_activation_function: BYTE, asymmetric_quantize_inputs: BYTE }
    FullyConnectedOptions {
        fused_activation_function: BYTE, weights_format: BYTE, keep_num_dims: BYTE,
        asymmetric_quantize_inputs: BYTE, quantized_bias_type: BYTE, quant_spec: BYTES,
    }
    SoftmaxOptions { beta: WORD }
    ConcatenationOptions { axis: WORD, fused_activation_function: BYTE }
    AddOptions { fused_activation_function: BYTE, pot_scale_int16: BYTE }
    L2NormOptions { fused_activation_function: BYTE }
    LocalResponseNormalizationOptions { radius: WORD, bias: WORD, alpha: WORD, beta: WORD }
    LSTMOptions {
        fused_activation_function: BYTE, cell_clip: WORD, proj_clip: WORD, kernel_type: BYTE,
        asymmetric_quantize_inputs: BYTE,
    }
    ResizeBilinearOptions {
        new_height: DEPRECATED, new_width: DEPRECATED, align_corners: BYTE,
        half_pixel_centers: BYTE,
    }
    CallOptions { subgraph: WORD }
    ReshapeOptions { new_shape: WORDS }
    SkipGramOptions { ngram_size: WORD, max_skip_size: WORD, include_all_ngrams: BYTE }
    SpaceToDepthOptions { block_size: WORD }
    EmbeddingLookupSparseOptions { combiner: BYTE }
    MulOptions { fused_activation_function: BYTE }
    PadOptions {}
    GatherOptions { axis: WORD, batch_dims: WORD }
    BatchToSpaceNDOptions {}
    SpaceToBatchNDOptions {}
    TransposeOptions {}
    ReducerOptions { keep_dims: BYTE }
    SubOptions { fused_activation_function: BYTE, pot_scale_int16: BYTE }
    DivOptions { fused_activation_function: BYTE }
    SqueezeOptions { squeeze_dims: WORDS }
    SequenceRNNOptions {
        time_major: BYTE, fused_activation_function: BYTE, asymmetric_quantize_inputs: BYTE,
    }
    StridedSliceOptions {
        begin_mask: WORD, end_mask: WORD, ellipsis_mask: WORD, new_axis_mask: WORD,
        shrink_axis_mask: WORD, offset: BYTE,
    }
    ExpOptions {}
    TopKV2Options {}
    SplitOptions { num_splits: WORD }
    LogSoftmaxOptions {}
    CastOptions { in_data_type: BYTE, out_data_type: BYTE }
    DequantizeOptions {}
    MaximumMinimumOptions {}
    ArgMaxOptions { output_type: BYTE }
    LessOptions {}
    NegOptions {}
    PadV2Options {}
    GreaterOptions {}
    GreaterEqualOptions {}
    LessEqualOptions {}
    SelectOptions {}
    SliceOptions {}
    TransposeConvOptions {
        padding: BYTE, stride_w: WORD, stride_h: WORD, fused_activation_function: BYTE,
        quantized_bias_type: BYTE,
    }
    SparseToDenseOptions { validate_indices: BYTE }
    TileOptions {}
    ExpandDimsOptions {}
    EqualOptions {}
    NotEqualOptions {}
    ShapeOptions { out_type: BYTE }
    PowOptions {}
    ArgMinOptions { output_type: BYTE }
    FakeQuantOptions { min: WORD, max: WORD, num_bits: WORD, narrow_range: BYTE }
    PackOptions { values_count: WORD, axis: WORD }
    LogicalOrOptions {}
    OneHotOptions { axis: WORD }
    LogicalAndOptions {}
    LogicalNotOptions {}
    UnpackOptions { num: WORD, axis: WORD }
    FloorDivOptions {}
    SquareOptions {}
    ZerosLikeOptions {}
    FillOptions {}
    BidirectionalSequenceLSTMOptions {
        fused_activation_function: BYTE, cell_clip: WORD, proj_clip: WORD, merge_outputs: BYTE,
        time_major: BYTE, asymmetric_quantize_inputs: BYTE,
    }
    BidirectionalSequenceRNNOptions {
        time_major: BYTE, fused_activation_function: BYTE, merge_outputs: BYTE,
        asymmetric_quantize_inputs: BYTE,
    }
    UnidirectionalSequenceLSTMOptions {
        fused_activation_function: BYTE, cell_clip: WORD, proj_clip: WORD, time_major: BYTE,
        asymmetric_quantize_inputs: BYTE, diagonal_recurrent_tensors: BYTE,
    }
    FloorModOptions {}
    RangeOptions {}
    ResizeNearestNeighborOptions { align_corners: BYTE, half_pixel_centers: BYTE }
    LeakyReluOptions { alpha: WORD }
    SquaredDifferenceOptions {}
    MirrorPadOptions { mode: BYTE }
    AbsOptions {}
    SplitVOptions { num_splits: WORD }
    UniqueOptions { idx_out_type: BYTE }
    ReverseV2Options {}
    AddNOptions {}
    GatherNdOptions {}
    CosOptions {}
    WhereOptions {}
    RankOptions {}
    ReverseSequenceOptions { seq_dim: WORD, batch_dim: WORD }
    MatrixDiagOptions {}
    QuantizeOptions {}
    MatrixSetDiagOptions {}
    HardSwishOptions {}
    IfOptions { then_subgraph_index: WORD, else_subgraph_index: WORD }
    WhileOptions { cond_subgraph_index: WORD, body_subgraph_index: WORD }
    DepthToSpaceOptions { block_size: WORD }
    NonMaxSuppressionV4Options {}
    NonMaxSuppressionV5Options {}
    ScatterNdOptions {}
    SelectV2Options {}
    DensifyOptions {}
    SegmentSumOptions {}
    BatchMatMulOptions { adj_x: BYTE, adj_y: BYTE, asymmetric_quantize_inputs: BYTE }
    CumsumOptions { exclusive: BYTE, reverse: BYTE }
    CallOnceOptions { init_subgraph_index: WORD }
    BroadcastToOptions {}
    Rfft2dOptions {}
    Conv3DOptions {
        padding: BYTE, stride_d: WORD, stride_w: WORD, stride_h: WORD,
        fused_activation_function: BYTE, dilation_d_factor: WORD, dilation_w_factor: WORD,
        dilation_h_factor: WORD,
    }
    HashtableOptions { table_id: WORD, key_dtype: BYTE, value_dtype: BYTE }
    HashtableFindOptions {}
    HashtableImportOptions {}
    HashtableSizeOptions {}
    VarHandleOptions { container: TEXT, shared_name: TEXT }
    ReadVariableOptions {}
    AssignVariableOptions {}
    RandomOptions { seed: LONG, seed2: LONG }
    BucketizeOptions { boundaries: WORDS }
    GeluOptions { approximate: BYTE }
    DynamicUpdateSliceOptions {}
    UnsortedSegmentProdOptions {}
    UnsortedSegmentMaxOptions {}
    UnsortedSegmentMinOptions {}
    UnsortedSegmentSumOptions {}
    ATan2Options {}
    SignOptions {}
    BitcastOptions {}
    BitwiseXorOptions {}
    RightShiftOptions {}
};
