//! Conversion of libtorch's errors to [`ModelError`].

use tch::TchError;

use crate::error::ModelError;

/// Conversion of a libtorch error that names the failed operation.
pub(super) trait During<T> {
    fn during(self, operation: &'static str) -> Result<T, ModelError>;
}

impl<T> During<T> for Result<T, TchError> {
    fn during(self, operation: &'static str) -> Result<T, ModelError> {
        self.map_err(|error| {
            if is_out_of_memory(&error) {
                return ModelError::OutOfMemory { what: operation };
            }
            ModelError::Engine { engine: "torch", operation, source: error.into() }
        })
    }
}

/// Returns whether an error means that memory ran out.
///
/// libtorch reports every error as text: `DefaultCPUAllocator: can't allocate memory: …`,
/// `CUDA out of memory. …`, `MPS backend out of memory …`.
fn is_out_of_memory(error: &TchError) -> bool {
    let TchError::Torch(message) = error else { return false };
    ["can't allocate memory", "not enough memory", "out of memory", "std::bad_alloc"]
        .iter()
        .any(|known| message.contains(known))
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use tch::{Device, Kind, Tensor};

    use super::*;

    #[test]
    fn a_tensor_beyond_all_memory_is_out_of_memory() {
        let impossible = Tensor::f_empty([1 << 30, 1 << 20], (Kind::Float, Device::Cpu));
        let refused = impossible.during("a test").unwrap_err();
        assert!(matches!(refused, ModelError::OutOfMemory { what: "a test" }), "{refused}");
        assert!(refused.is_failed_training());
    }

    #[test]
    fn another_error_keeps_its_source() {
        let refused = Tensor::from_slice(&[1, 2, 3]).f_view([2, 2]).during("a test").unwrap_err();
        assert_eq!(refused.to_string(), "engine `torch` failed during a test");
        assert!(refused.source().is_some_and(|source| source.to_string().contains("[2, 2]")));
    }
}
