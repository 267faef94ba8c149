//! Sizes of the buffers that the kernels of CMSIS-NN need while they run.
//!
//! Sources in CMSIS-NN: `arm_convolve_get_buffer_sizes_s8.c`,
//! `arm_depthwise_conv_get_buffer_sizes_s8.c`, `arm_fully_connected_get_buffer_sizes_s8.c` and
//! `arm_avgpool_get_buffer_sizes_s8.c`. Only the kernels for 8-bit integers need buffers.

use danas_space::Margins;

use super::{INT32, memory::up, platform::Instructions};
use crate::steps::Convolution;

/// Size of a 16-bit integer, in bytes.
const INT16: u64 = 2;

/// Number of channels that a depthwise convolution processes together with vectors.
///
/// Source: `CH_IN_BLOCK_MVE` in `arm_nnsupportfunctions.h`.
const CHANNELS_OF_A_BLOCK: u64 = 124;

/// Number of 8-bit integers in a vector.
const VECTOR: u64 = 16;

/// What a convolution reads and writes, as far as its buffer depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Maps {
    /// Rows and columns of the input.
    pub(super) height: u64,
    pub(super) width: u64,
    /// Channels of the input.
    pub(super) channels: u64,
    /// Columns of the output.
    pub(super) columns: u64,
}

/// Returns the buffer of a convolution, in bytes.
pub(super) fn convolution(conv: &Convolution, maps: Maps, instructions: Instructions) -> u64 {
    let Margins { top, left, .. } = conv.margins;
    let [kernel_height, kernel_width] = [conv.kernel.height, conv.kernel.width].map(u64::from);
    let stride = u64::from(conv.stride.width);
    // A convolution of single values reads its input in place.
    if [top, left] == [0; 2] && [kernel_height, kernel_width] == [1; 2] {
        return 0;
    }
    let columns = kernel_height.saturating_mul(kernel_width).saturating_mul(maps.channels);
    let gathered = match instructions {
        Instructions::Base | Instructions::Dsp => {
            up(columns, 4).saturating_mul(2 * INT16) // two columns of the input
        }
        Instructions::Mve => up(columns, VECTOR).saturating_mul(4), // four columns
    };
    let is_one_row = maps.height == 1 && kernel_height == 1;
    if instructions == Instructions::Mve && is_one_row && (stride * maps.channels).is_multiple_of(4)
    {
        return row(conv, maps).unwrap_or(gathered);
    }
    gathered
}

/// Returns the buffer of a convolution of one row with vectors, which gathers only the edges.
/// Returns `None` if the edges overlap: it then gathers everything.
///
/// Source: `arm_convolve_1_x_n_s8_get_buffer_size_mve`, with the same roundings towards zero.
fn row(conv: &Convolution, maps: Maps) -> Option<u64> {
    let signed = |value: u64| i64::try_from(value).ok();
    let [input, output, channels] =
        [signed(maps.width)?, signed(maps.columns)?, signed(maps.channels)?];
    let [kernel, stride] = [i64::from(conv.kernel.width), i64::from(conv.stride.width).max(1)];
    let left = i64::try_from(conv.margins.left).ok()?;
    let missing = (output - 1).checked_mul(stride)?.checked_add(kernel)? - input;
    let uneven = missing % 2;
    let positions = |edge: i64| if edge == 0 { 0 } else { ((edge + stride - 1) / stride).max(1) };
    let [before, after] = [positions(left), positions(left + uneven)];
    let between = (output - before - after).max(0);
    if before + between + after != output {
        return None;
    }
    let padding = left.checked_mul(channels)?;
    let padding_after = if uneven == 0 { padding } else { after.checked_mul(channels)? };
    let whole = kernel.checked_mul(channels)?;
    let size = (whole + padding).max(whole - channels + padding_after);
    u64::try_from(size).ok()
}

/// Returns the buffer of a depthwise convolution, in bytes.
pub(super) fn depthwise(conv: &Convolution, channels: u64, instructions: Instructions) -> u64 {
    let Margins { top, left, .. } = conv.margins;
    let kernel = [conv.kernel.height, conv.kernel.width].map(u64::from);
    let area = kernel[0].saturating_mul(kernel[1]);
    match instructions {
        // A kernel of 3 × 3 is unrolled, and needs no buffer.
        Instructions::Dsp if kernel == [3; 2] && top <= 1 && left <= 1 => 0,
        Instructions::Dsp => area.saturating_mul(channels).saturating_mul(INT16),
        Instructions::Mve => area.saturating_mul(4 * CHANNELS_OF_A_BLOCK),
        Instructions::Base => 0,
    }
}

/// Returns the buffer of an average over windows, in bytes.
pub(super) const fn average_pool(channels: u64, instructions: Instructions) -> u64 {
    match instructions {
        Instructions::Dsp => channels.saturating_mul(INT32),
        Instructions::Base | Instructions::Mve => 0,
    }
}

/// Returns the sums of a dense kernel's rows, in bytes. They are computed once and kept.
pub(super) const fn dense_sums(outputs: u64, instructions: Instructions) -> u64 {
    match instructions {
        Instructions::Mve => outputs.saturating_mul(INT32),
        Instructions::Base | Instructions::Dsp => 0,
    }
}
