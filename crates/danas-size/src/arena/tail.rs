//! The tables of an interpreter, and what operators keep, as TensorFlow Lite Micro allocates them one
//! after the other from the end of the arena downwards.
//!
//! Sources, below TensorFlow Lite Micro's `micro`: `micro_allocator.cc`, `micro_interpreter.cc` and
//! `arena_allocator/single_arena_buffer_allocator.cc` for the order and the alignment; for the
//! structures `micro_allocator.h`, `memory_planner/greedy_memory_planner.h`, `kernels/conv.h`,
//! `kernels/fully_connected.h`, `kernels/logistic.h` and, of TensorFlow Lite, `c/common.h`,
//! `core/c/builtin_op_data.h` and `kernels/internal/types.h`.

use danas_space::{Activation, Network};

use super::{ALIGNMENT, Platform};
use crate::{DeployedFormat, known::convolutions};

/// Bytes of the structures.
struct Structures {
    pointer: u64,
    /// The allocator, the planner of the head, and what holds them.
    allocators: [u64; 3],
    eval_tensor: u64,
    node: u64,
    fully_connected_params: u64,
    /// What a kernel keeps: its multipliers, zero points and indices.
    conv_data: u64,
    fully_connected_data: u64,
    softmax_data: u64,
    tensor: u64,
    quantization: u64,
}

/// Of a library for microcontrollers with pointers and enumerations of 4 bytes.
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

/// Of the package `tflite-micro` on a 64-bit host, which records allocations and knows compression.
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

/// Bytes of structures without pointers, the same everywhere.
const CONV_PARAMS: u64 = 28;
const RESHAPE_PARAMS: u64 = 36;
const SOFTMAX_PARAMS: u64 = 4;
const LOGISTIC_DATA: u64 = 16;
const LIST_OF_ONE: u64 = 8;
const INT32: u64 = 4;

/// Memory that grows downwards from an end at a multiple of the alignment.
#[derive(Default)]
struct Tail(u64);

impl Tail {
    fn add(&mut self, bytes: u64, alignment: u64) {
        self.0 = (self.0 + bytes).next_multiple_of(alignment);
    }
}

/// The bytes of the tail.
pub(super) fn bytes(network: &Network, format: DeployedFormat, platform: Platform) -> u64 {
    let of = match platform {
        Platform::Microcontroller => MICROCONTROLLER,
        Platform::Host => HOST,
    };
    let convolutions = || convolutions(network);
    let is_sigmoid = |activation| activation == Activation::Sigmoid;
    let count = network.layers().len() as u64;
    let sigmoids = convolutions().filter(|conv| is_sigmoid(conv.activation)).count() as u64;
    // An input, a kernel, a bias and an output for each convolution; a shape, two kernels, two biases
    // and four outputs for what follows.
    let tensors = 1 + 3 * count + sigmoids + 9;
    let operators = count + sigmoids + 4;

    let mut tail = Tail::default();
    of.allocators.iter().for_each(|&bytes| tail.add(bytes, of.pointer));
    tail.add(of.eval_tensor * tensors, of.pointer);
    tail.add(of.node * operators, of.pointer);
    // The options of each operator, but of sigmoids.
    convolutions().for_each(|_| tail.add(CONV_PARAMS, 4));
    tail.add(RESHAPE_PARAMS, 4);
    (0..2).for_each(|_| tail.add(of.fully_connected_params, of.pointer));
    tail.add(SOFTMAX_PARAMS, 4);
    // What each operator keeps, but the flattening.
    for conv in convolutions() {
        tail.add(of.conv_data, ALIGNMENT);
        if is_sigmoid(conv.activation) {
            tail.add(LOGISTIC_DATA, ALIGNMENT);
        }
    }
    (0..2).for_each(|_| tail.add(of.fully_connected_data, ALIGNMENT));
    tail.add(of.softmax_data, ALIGNMENT);
    // A multiplier and a shift for each filter, of floats, too.
    for conv in convolutions() {
        (0..2).for_each(|_| tail.add(INT32 * u64::from(conv.filters), ALIGNMENT));
    }
    // The input and the output: a pointer to the tensor, the tensor, its scale and zero point.
    for _ in 0..2 {
        tail.add(of.pointer, ALIGNMENT);
        tail.add(of.tensor, of.pointer);
        if format == DeployedFormat::Int8 {
            tail.add(of.quantization, of.pointer);
            tail.add(LIST_OF_ONE, 4);
        }
    }
    tail.0
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        /// The sum of it all, as it is written down in the documentation.
        #[test]
        fn a_microcontrollers_tail_has_a_closed_form(
            layers in vec((1_u32..100, prop::bool::ANY), 1..9),
            is_int8 in prop::bool::ANY,
        ) {
            let text: Vec<String> = layers
                .iter()
                .map(|&(filters, sigmoid)| format!("{filters}x1{}", if sigmoid { 'S' } else { 'R' }))
                .collect();
            let architecture = Architecture::new(parse_layers(&text.join(" ")).unwrap(), 10).unwrap();
            let network = Network::new(Shape::new(4, 4, 1), &architecture, 2).unwrap();
            let n = layers.len() as u64;
            let s = layers.iter().filter(|(_, sigmoid)| *sigmoid).count() as u64;
            let up = |bytes: u64| bytes.next_multiple_of(16);
            let channels: u64 = layers.iter().map(|&(filters, _)| 2 * up(4 * u64::from(filters))).sum();
            let ends = if is_int8 { 236 } else { 200 };
            let closed = up(524 + 44 * s) + 160 * n + 16 * s + channels + ends;
            let format = if is_int8 { DeployedFormat::Int8 } else { DeployedFormat::Float32 };
            prop_assert_eq!(bytes(&network, format, Platform::Microcontroller), closed);
        }
    }
}
