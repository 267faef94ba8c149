//! Tests of images as a source of data. They are one program, because each program compiles the same
//! generics anew.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

mod decoding;
mod memory;
mod opening;
mod pillow;
mod support;
