//! Literals of C.

use std::fmt::{LowerExp, Write};

/// Returns a number that C reads back as the same float.
///
/// ```
/// assert_eq!(danas_firmware::literal::float(0.1), "1e-1f");
/// ```
pub fn float(value: impl LowerExp) -> String {
    format!("{value:e}f")
}

/// Returns a C string literal with the bytes of a text. All bytes except printable ASCII characters
/// are written as octal numbers.
///
/// ```
/// assert_eq!(danas_firmware::literal::quoted("20 \u{b0}C?"), r#""20 \302\260C\?""#);
/// ```
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' | b'?' => quoted.extend(['\\', byte.into()]),
            b' '..=b'~' => quoted.push(byte.into()),
            // Always three digits, so that a digit after them is not part of the number. Writing to
            // a string never fails.
            _ => {
                let _ = write!(quoted, "\\{byte:03o}");
            }
        }
    }
    quoted.push('"');
    quoted
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

    #[test]
    fn texts_are_quoted_byte_by_byte() {
        assert_eq!(quoted("a \"b\"\\ 1"), r#""a \"b\"\\ 1""#);
        assert_eq!(quoted("é1\n"), r#""\303\2511\012""#);
        assert_eq!(quoted("??="), r#""\?\?=""#); // no trigraph
    }
}
