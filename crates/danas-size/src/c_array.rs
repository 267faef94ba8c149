//! A file as a C++ array that can be compiled into firmware.

use std::fmt::Write;

/// Number of bytes of the file on each line of the array.
const LINE: usize = 12;

/// A C++ header and source that define the bytes of a file as an array, and its length. The array
/// is aligned to 16 bytes, as TensorFlow Lite Micro expects.
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
    /// [`CArrayError::Name`] if `name` is not a letter followed by letters, digits and underscores.
    /// Keywords of C are not detected here; the compiler reports them.
    /// [`CArrayError::Empty`] if `bytes` is empty: C++ has no empty arrays.
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

/// Returns whether a name is a letter followed by letters, digits and underscores.
fn is_identifier(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
}

/// The error for an array that C++ cannot define.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CArrayError {
    /// A name other than a letter followed by letters, digits and underscores.
    #[error("`{name}` cannot name an array; begin with a letter, then use letters, digits and `_`")]
    Name {
        /// The name.
        name: String,
    },
    /// An empty file.
    #[error("the array `{name}` would be empty, which C++ does not allow")]
    Empty {
        /// The name.
        name: String,
    },
}
