//! Sources for firmware: a model as an array, the size of its arena, and its operators.

mod arena_macros;
mod c_array;
mod resolver;

pub use self::{
    arena_macros::arena_macros,
    c_array::{CArray, CArrayError},
    resolver::resolver_header,
};

/// Checks that a name can be part of names in C: a letter followed by letters, digits and
/// underscores.
fn checked(name: &str) -> Result<(), CArrayError> {
    let begins_with_a_letter = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_plain = name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
    if begins_with_a_letter && is_plain {
        Ok(())
    } else {
        Err(CArrayError::Name { name: name.to_owned() })
    }
}
