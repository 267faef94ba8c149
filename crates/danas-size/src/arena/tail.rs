//! The tail of the arena: the tables of the interpreter, and the persistent data of operators.
//!
//! TensorFlow Lite Micro allocates them one after the other, downwards from the end of the arena.
//!
//! Sources in TensorFlow Lite Micro's `micro`: `micro_allocator.cc`, `micro_interpreter.cc` and
//! `arena_allocator/single_arena_buffer_allocator.cc` for the order and the alignment;
//! `micro_allocator.h`, `memory_planner/greedy_memory_planner.h`, `kernels/conv.h`,
//! `kernels/fully_connected.h`, `kernels/logistic.h`, `kernels/pooling.h` and `kernels/reduce.h`
//! for the structures. Sources of structures in TensorFlow Lite: `c/common.h`,
//! `core/c/builtin_op_data.h` and `kernels/internal/types.h`.

use super::{ALIGNMENT, INT32, Platform};
use crate::{
    format::DeployedFormat,
    steps::{Convolution, Step, Work},
};

/// Sizes of the structures that depend on the platform, in bytes.
struct Structures {
    pointer: u64,
    /// The allocator, the planner of the head, and the object that holds both.
    allocators: [u64; 3],
    eval_tensor: u64,
    node: u64,
    fully_connected_params: u64,
    /// Persistent data of a kernel: its multipliers, zero points and indices.
    conv_data: u64,
    fully_connected_data: u64,
    softmax_data: u64,
    tensor: u64,
    quantization: u64,
}

/// Sizes in a library for microcontrollers with pointers and enumerations of 4 bytes.
const MICROCONTROLLER: Structures = Structures {
    pointer: 4,
    allocators: [36, 44, 36 + 2 * 4 + 2 * 4],
    eval_tensor: 12,
    node: 32,
    fully_connected_params: 24,
    conv_data: 56,
    fully_connected_data: 48,
    softmax_data: 56,
    tensor: 40,
    quantization: 12,
};

/// Sizes in the package `tflite-micro` on a 64-bit host, which records allocations and supports
/// compression.
const HOST: Structures = Structures {
    pointer: 8,
    allocators: [104, 72, 272 + 2 * 8 + 3 * 8],
    eval_tensor: 24,
    node: 64,
    fully_connected_params: 32,
    conv_data: 80,
    fully_connected_data: 72,
    softmax_data: 80,
    tensor: 64,
    quantization: 24,
};

// Sizes of structures without pointers, which are the same on every platform, in bytes.
const CONV_PARAMS: u64 = 28;
const RESHAPE_PARAMS: u64 = 36;
const SOFTMAX_PARAMS: u64 = 4;
const LOGISTIC_DATA: u64 = 16;
const POOL_PARAMS: u64 = 40;
const REDUCER_PARAMS: u64 = 1;
const POOL_DATA: u64 = 32;
const REDUCE_DATA: u64 = 40;
const LIST_OF_ONE: u64 = 8;

/// Memory that grows downwards from an aligned end.
#[derive(Default)]
struct Tail(u64);

impl Tail {
    fn add(&mut self, bytes: u64, alignment: u64) {
        self.0 = (self.0 + bytes).next_multiple_of(alignment);
    }
}

/// Returns the size of the tail in bytes.
pub(super) fn bytes(steps: &[Step], format: DeployedFormat, platform: Platform) -> u64 {
    let of = match platform {
        Platform::Microcontroller => MICROCONTROLLER,
        Platform::Host => HOST,
    };
    // Tensors are the input, an output for each operator, and constants: a kernel and a bias (or
    // zeros in its place), the shape of a flattening, or the axes of a mean.
    let constants = steps.iter().map(|step| match step.work {
        Work::Convolution(_) | Work::Dense { .. } => 2,
        Work::Flatten | Work::Mean => 1,
        Work::Sigmoid | Work::Pool(_) | Work::Softmax => 0,
    });
    let operators = steps.len() as u64;
    let tensors = 1 + operators + constants.sum::<u64>() - shared_zeros(steps, format);

    let mut tail = Tail::default();
    of.allocators.iter().for_each(|&bytes| tail.add(bytes, of.pointer));
    tail.add(of.eval_tensor * tensors, of.pointer);
    tail.add(of.node * operators, of.pointer);
    // The options of each operator.
    for step in steps {
        match step.work {
            Work::Convolution(_) => tail.add(CONV_PARAMS, INT32),
            Work::Pool(_) => tail.add(POOL_PARAMS, INT32),
            Work::Mean => tail.add(REDUCER_PARAMS, 1),
            Work::Flatten => tail.add(RESHAPE_PARAMS, INT32),
            Work::Dense { .. } => tail.add(of.fully_connected_params, of.pointer),
            Work::Softmax => tail.add(SOFTMAX_PARAMS, INT32),
            Work::Sigmoid => {}
        }
    }
    // The persistent data of each operator.
    for step in steps {
        match step.work {
            Work::Convolution(_) => tail.add(of.conv_data, ALIGNMENT),
            Work::Pool(_) => tail.add(POOL_DATA, ALIGNMENT),
            Work::Mean => tail.add(REDUCE_DATA, ALIGNMENT),
            Work::Sigmoid => tail.add(LOGISTIC_DATA, ALIGNMENT),
            Work::Dense { .. } => tail.add(of.fully_connected_data, ALIGNMENT),
            Work::Softmax => tail.add(of.softmax_data, ALIGNMENT),
            Work::Flatten => {}
        }
    }
    // A multiplier and a shift for each channel, even in a float model.
    for step in steps.iter().filter(|step| step.convolution().is_some()) {
        (0..2).for_each(|_| tail.add(INT32 * step.output.channels as u64, ALIGNMENT));
    }
    // Pointers to the buffers that a mean needs while it runs.
    if steps.iter().any(|step| step.work == Work::Mean) {
        let buffers = match format {
            DeployedFormat::Float32 => 2,
            DeployedFormat::Int8 => 3,
        };
        tail.add(buffers * of.pointer, of.pointer);
    }
    // The input and the output: a pointer to the tensor, the tensor, its scale and zero point.
    for _ in 0..2 {
        tail.add(of.pointer, ALIGNMENT);
        tail.add(of.tensor, of.pointer);
        if format == DeployedFormat::Int8 {
            tail.add(of.quantization, of.pointer);
            tail.add(LIST_OF_ONE, INT32);
        }
    }
    tail.0
}

/// Returns how many depthwise convolutions share the zeros of an earlier one with the same number
/// of channels. Only those of a float model do.
fn shared_zeros(steps: &[Step], format: DeployedFormat) -> u64 {
    if format == DeployedFormat::Int8 {
        return 0;
    }
    let is_depthwise = |step: &&Step| step.convolution().is_some_and(Convolution::is_depthwise);
    let depthwise = steps.iter().filter(is_depthwise);
    let channels: Vec<usize> = depthwise.map(|step| step.output.channels).collect();
    let shared = (0..channels.len()).filter(|&index| channels[..index].contains(&channels[index]));
    shared.count() as u64
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Network, Shape, parse_layers};
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::steps::steps;

    proptest! {
        /// Compares the tail with the formula in `docs/sizes.md`.
        #[test]
        fn a_microcontrollers_tail_has_a_closed_form(
            layers in vec((1_u32..100, prop::sample::select(vec!["", "d", "max1"]), prop::bool::ANY), 0..9),
            (is_averaged, is_hidden) in (prop::bool::ANY, prop::bool::ANY),
            is_int8 in prop::bool::ANY,
        ) {
            let mut text: Vec<String> = layers
                .iter()
                .map(|&(filters, kind, sigmoid)| match kind {
                    "max1" => kind.to_owned(),
                    _ => format!("{kind}{filters}x1{}", if sigmoid { "S" } else { "R" }),
                })
                .collect();
            if is_averaged {
                text.push("gap".to_owned());
            }
            if text.is_empty() {
                text.push("flatten".to_owned());
            }
            let dense = if is_hidden { 10 } else { 0 };
            let architecture = Architecture::new(parse_layers(&text.join(" ")).unwrap(), dense).unwrap();
            let network = Network::new(Shape::new(4, 4, 1), &architecture, 2).unwrap();
            let up = |bytes: u64| bytes.next_multiple_of(16);
            let [mut n, mut s, mut p, mut z, mut channels] = [0, 0, 0, 0, 0];
            let (mut inputs, mut depthwise) = (1, Vec::new());
            for (filters, kind, sigmoid) in layers {
                if kind == "max1" {
                    p += 1;
                    continue;
                }
                if kind == "d" {
                    n += 1;
                    channels += 2 * up(4 * u64::from(inputs));
                    z += u64::from(!is_int8 && depthwise.contains(&inputs));
                    depthwise.push(inputs);
                }
                n += 1;
                channels += 2 * up(4 * u64::from(filters));
                s += u64::from(sigmoid);
                inputs = filters;
            }
            let ends = if is_int8 { 236 } else { 200 };
            let (head, kept) = if is_averaged { (492, 48_i64) } else { (524, 0) };
            let head = head + if matches!(text[0].as_str(), "max1" | "flatten") { 8 } else { 0 };
            let (head, kept) = if is_hidden { (head, kept) } else { (head - 92, kept - 48) };
            let tables = up(head + 44 * s + 84 * p - 12 * z) + 160 * n + 16 * s + 32 * p;
            let tables = tables.checked_add_signed(kept).unwrap();
            let format = if is_int8 { DeployedFormat::Int8 } else { DeployedFormat::Float32 };
            let tail = bytes(&steps(&network), format, Platform::Microcontroller);
            prop_assert_eq!(tail, tables + channels + ends);
        }
    }
}
