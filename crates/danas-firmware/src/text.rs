//! Texts as C writes them.

use std::fmt::Write;

/// Returns a C string literal with the bytes of a text. All bytes except printable ASCII characters
/// are written as octal numbers.
pub(crate) fn quoted(text: &str) -> String {
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
    fn texts_are_quoted_byte_by_byte() {
        assert_eq!(quoted("a \"b\"\\ 1"), r#""a \"b\"\\ 1""#);
        assert_eq!(quoted("é1\n"), r#""\303\2511\012""#);
        assert_eq!(quoted("??="), r#""\?\?=""#); // no trigraph
    }
}
