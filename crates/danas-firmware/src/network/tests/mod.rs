//! Compiles networks with a C compiler, and compares what they compute with danas-size.

mod compiler;
mod float32;
mod int8;
mod random;
mod warnings;
