//! The README's code, as it is printed there.

include!(concat!(env!("OUT_DIR"), "/readme.rs"));
