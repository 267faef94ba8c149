//! Errors of writing a network in C.

/// The error for a network that cannot be written in C.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// A size that does not fit into C's `int32_t`.
    #[error("the network has a size of {size}, but C code counts to {} at most", i32::MAX)]
    TooLarge {
        /// The size: a side of a shape or window, or a number of values.
        size: u64,
    },
}

/// Returns a size as an `int32_t`.
pub(super) fn int32<T: TryInto<u64>>(size: T) -> Result<i32, NetworkError> {
    let size = size.try_into().unwrap_or(u64::MAX);
    i32::try_from(size).map_err(|_| NetworkError::TooLarge { size })
}
