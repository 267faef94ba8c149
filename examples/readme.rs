//! The README's code, as it is printed there.

#![allow(clippy::print_stdout)]

include!(concat!(env!("OUT_DIR"), "/readme.rs"));
