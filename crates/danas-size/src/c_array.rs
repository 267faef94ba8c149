//! A file as an array of C++, to be compiled into firmware.

use std::fmt::Write;

/// Bytes of a line.
const LINE: usize = 12;

/// A header and a source that define a file as an array, aligned to 16 bytes as TensorFlow Lite
/// Micro wants it, and its length.
///
/// ```
/// use danas_size::CArray;
///
/// let array = CArray::new("keyword", b"TFL3")?;
/// assert!(array.header.contains("extern const unsigned char keyword[];"));
/// assert!(array.source.contains("#include \"keyword.h\""));
/// assert!(array.source.contains("0x54, 0x46, 0x4c, 0x33,"));
/// assert!(CArray::new("key word", b"TFL3").is_err());
/// # Ok::<(), danas_size::CArrayError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CArray {
    /// The text of `NAME.h`, for C and C++.
    pub header: String,
    /// The text of `NAME.cc`.
    pub source: String,
}

impl CArray {
    /// Defines `bytes` as the array `name`.
    ///
    /// # Errors
    /// [`CArrayError::Name`] for a name that is none in C: it begins with a letter, and goes on with
    /// letters, digits and underscores. Key words are for the compiler to refuse.
    /// [`CArrayError::Empty`] without a byte: C++ has no such arrays.
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, CArrayError> {
        if !is_identifier(name) {
            return Err(CArrayError::Name { name: name.to_owned() });
        }
        if bytes.is_empty() {
            return Err(CArrayError::Empty { name: name.to_owned() });
        }
        let guard = name.to_uppercase();
        let header = format!(
            "#ifndef {guard}_H_\n\
             #define {guard}_H_\n\n\
             #ifdef __cplusplus\n\
             extern \"C\" {{\n\
             #endif\n\n\
             extern const unsigned char {name}[];\n\
             extern const unsigned int {name}_len;\n\n\
             #ifdef __cplusplus\n\
             }}\n\
             #endif\n\n\
             #endif  // {guard}_H_\n"
        );
        let mut source = format!(
            "#include \"{name}.h\"\n\n\
             alignas(16) const unsigned char {name}[] = {{\n"
        );
        // Each byte takes six characters.
        source.reserve(7 * bytes.len());
        for line in bytes.chunks(LINE) {
            source.push_str("   ");
            for byte in line {
                // Writing to a string never fails.
                let _ = write!(source, " 0x{byte:02x},");
            }
            source.push('\n');
        }
        let _ = write!(source, "}};\nconst unsigned int {name}_len = {};\n", bytes.len());
        Ok(Self { header, source })
    }
}

/// Whether C can name something so.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
}

/// An array that C++ cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CArrayError {
    /// A name that is none in C.
    #[error("`{name}` is no name in C: letters, digits and underscores, the first a letter")]
    Name {
        /// The name.
        name: String,
    },
    /// No bytes.
    #[error("the array `{name}` would be empty")]
    Empty {
        /// The name.
        name: String,
    },
}
