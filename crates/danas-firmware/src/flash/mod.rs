//! The flash that code takes, estimated from the parts that it consists of.
//!
//! The compiler inlines functions that are called once and folds constants into them, so a part's
//! bytes are not those of a function compiled alone. They are fitted to whole objects of many
//! candidates: `cortex_m4.csv` holds the result, and the test `measure` makes it.

mod parts;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use parts::Parts;
pub(crate) use table::code_bytes;
