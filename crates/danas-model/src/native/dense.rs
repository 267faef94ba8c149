//! Dense layers and their gradients.

#![expect(
    clippy::needless_range_loop,
    reason = "sums that are only reached by indices in constant bounds are kept in registers"
)]

use multiversion::{multiversion, target::target_cfg_f};

use super::lanes::{LANES, Lanes};

/// Outputs that are padded to a multiple of this many, so that those of one input fill registers.
pub(super) const PADDING: usize = LANES;

/// Outputs whose sums are computed at once.
const TILE: usize = 4;

/// The sums of a dense layer of a kernel `[inputs, padded outputs]`.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(super) fn forward(inputs: &[Lanes], kernel: &[f32], bias: &[f32], sums: &mut [Lanes]) {
    if target_cfg_f!(target_feature = "fma") {
        forward_with::<true>(inputs, kernel, bias, sums);
    } else {
        forward_with::<false>(inputs, kernel, bias, sums);
    }
}

#[inline(always)]
fn forward_with<const FUSED: bool>(
    inputs: &[Lanes],
    kernel: &[f32],
    bias: &[f32],
    sums: &mut [Lanes],
) {
    let padded = sums.len().next_multiple_of(PADDING);
    for (tile, (sums, bias)) in sums.chunks_mut(TILE).zip(bias.chunks(TILE)).enumerate() {
        let mut totals = [Lanes::ZERO; TILE];
        for (&value, weights) in inputs.iter().zip(kernel.chunks_exact(padded)) {
            let weights = &weights[tile * TILE..(tile + 1) * TILE];
            for output in 0..TILE {
                totals[output] = totals[output].plus_scaled::<FUSED>(value, weights[output]);
            }
        }
        for output in 0..TILE {
            if let (Some(sum), Some(&bias)) = (sums.get_mut(output), bias.get(output)) {
                *sum = totals[output].map(|total| total + bias);
            }
        }
    }
}

/// Adds the gradients of kernel and bias, summed over the examples of a block, and writes those of the
/// inputs.
#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub(super) fn backward(
    inputs: &[Lanes],
    kernel: &[f32],
    sums: &[Lanes],
    (kernel_gradient, bias_gradient): (&mut [f32], &mut [f32]),
    input_gradients: &mut [Lanes],
) {
    if target_cfg_f!(target_feature = "fma") {
        let gradients = (kernel_gradient, bias_gradient);
        backward_with::<true>(inputs, kernel, sums, gradients, input_gradients);
    } else {
        let gradients = (kernel_gradient, bias_gradient);
        backward_with::<false>(inputs, kernel, sums, gradients, input_gradients);
    }
}

#[inline(always)]
fn backward_with<const FUSED: bool>(
    inputs: &[Lanes],
    kernel: &[f32],
    sums: &[Lanes],
    (kernel_gradient, bias_gradient): (&mut [f32], &mut [f32]),
    input_gradients: &mut [Lanes],
) {
    for (bias, sum) in bias_gradient.iter_mut().zip(sums) {
        *bias += sum.sum();
    }
    let padded = sums.len().next_multiple_of(PADDING);
    // Outputs side by side, by tile and example.
    let mut turned = vec![[Lanes::ZERO; LANES]; padded / PADDING];
    for (output, sum) in sums.iter().enumerate() {
        for (lane, &value) in sum.0.iter().enumerate() {
            turned[output / PADDING][lane].0[output % PADDING] = value;
        }
    }
    let rows = kernel.chunks_exact(padded).zip(kernel_gradient.chunks_exact_mut(padded));
    for ((value, back), (weights, gradients)) in inputs.iter().zip(input_gradients).zip(rows) {
        let mut total = Lanes::ZERO;
        for (&sum, &weight) in sums.iter().zip(weights) {
            total = total.plus_scaled::<FUSED>(sum, weight);
        }
        *back = total;
        let (tiles, _) = gradients.as_chunks_mut::<PADDING>();
        for (tile, turned) in tiles.iter_mut().zip(&turned) {
            let mut gradient = Lanes(*tile);
            for lane in 0..LANES {
                gradient = gradient.plus_scaled::<FUSED>(turned[lane], value.0[lane]);
            }
            *tile = gradient.0;
        }
    }
}
