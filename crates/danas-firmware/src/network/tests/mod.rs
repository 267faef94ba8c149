//! Compiles networks with a C compiler, and compares what they compute with danas-size.

mod compiler;
mod float32;
mod int8;
pub(crate) mod random;
mod warnings;
