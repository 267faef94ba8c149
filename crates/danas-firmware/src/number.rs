//! Numbers as C writes them.

use std::fmt::LowerExp;

/// Returns a number that C reads back as the same float.
pub(crate) fn float(value: impl LowerExp) -> String {
    format!("{value:e}f")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_written_exactly() {
        for value in [1.0, -0.1, f32::MIN_POSITIVE, 16_777_217.0_f32] {
            let text = float(value);
            assert_eq!(text.strip_suffix('f').unwrap().parse(), Ok(value), "{text}");
        }
    }
}
