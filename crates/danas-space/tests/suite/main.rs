//! Tests of the spaces. They are one program, because each program compiles the same generics anew.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

mod augmentation;
mod larger_space;
mod laws;
mod paper;
mod refusals;
mod text;
