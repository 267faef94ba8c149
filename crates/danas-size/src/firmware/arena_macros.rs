//! The size of a model's arena, as macros for C and C++.

use danas_space::Network;

use crate::{
    arena::{Arena, Instructions, Kernels, Platform},
    error::SizeError,
    format::DeployedFormat,
};

/// Returns macros with the bytes that the arena of `network` must have, for a microcontroller of 32
/// bits with enumerations of any size: `NAME_ARENA_BYTES` for the reference kernels of TensorFlow
/// Lite Micro, and `NAME_ARENA_BYTES_CMSIS_NN` for those of CMSIS-NN. The compiler selects the value
/// of the latter by the instructions that it compiles for. `NAME` is `name` in upper case.
///
/// ```
/// use danas_size::{DeployedFormat, arena_macros};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let macros = arena_macros("keyword", &network, DeployedFormat::Int8)?;
/// assert!(macros.contains("#define KEYWORD_ARENA_BYTES 1968\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`SizeError::TooLarge`] if the weights do not fit into a file.
pub fn arena_macros(
    name: &str,
    network: &Network,
    format: DeployedFormat,
) -> Result<String, SizeError> {
    let bytes = |kernels| {
        let arena = Arena::of(network, format, Platform::microcontroller(kernels));
        arena.map(|arena| arena.total().get())
    };
    let reference = bytes(Kernels::Reference)?;
    let [base, dsp, mve] =
        Instructions::ALL.map(|instructions| bytes(Kernels::CmsisNn(instructions)));
    let (base, dsp, mve) = (base?, dsp?, mve?);
    let prefix = name.to_uppercase();
    // The conditions are those by which CMSIS-NN selects its own code (`arm_nn_math_types.h`).
    Ok(format!(
        "/* Bytes of the tensor arena, which must be aligned to 16 bytes. The first macro is for the\n   \
            reference kernels of TensorFlow Lite Micro, the second one for those of CMSIS-NN. */\n\
         #define {prefix}_ARENA_BYTES {reference}\n\
         #if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)\n\
         #define {prefix}_ARENA_BYTES_CMSIS_NN {mve}\n\
         #elif defined(__ARM_FEATURE_DSP) && (__ARM_FEATURE_DSP == 1)\n\
         #define {prefix}_ARENA_BYTES_CMSIS_NN {dsp}\n\
         #else\n\
         #define {prefix}_ARENA_BYTES_CMSIS_NN {base}\n\
         #endif\n"
    ))
}
