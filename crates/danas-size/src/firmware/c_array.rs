//! A file as a C array that can be compiled into firmware.

use std::fmt::Write;

use super::checked;

/// Number of bytes of the file on each line of the array.
const LINE: usize = 12;

/// A header and a source that define the bytes of a file as an array, and its length. The array is
/// aligned to 16 bytes, as TensorFlow Lite Micro expects. Both are valid in C99 and in C++11.
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
    /// The text of `NAME.c`.
    pub source: String,
}

impl CArray {
    /// Defines `bytes` as the array `name`.
    ///
    /// # Errors
    /// [`CArrayError::Name`] if `name` is not a letter followed by letters, digits and underscores.
    /// Keywords of C are not detected here; the compiler reports them.
    /// [`CArrayError::Empty`] if `bytes` is empty: C has no empty arrays.
    pub fn new(name: &str, bytes: &[u8]) -> Result<Self, CArrayError> {
        Self::with_macros(name, bytes, "")
    }

    /// Defines `bytes` as the array `name`, with other macros in the same header, such as
    /// [`arena_macros`](crate::arena_macros).
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn with_macros(name: &str, bytes: &[u8], macros: &str) -> Result<Self, CArrayError> {
        checked(name)?;
        if bytes.is_empty() {
            return Err(CArrayError::Empty { name: name.to_owned() });
        }
        let guard = name.to_uppercase();
        let header = format!(
            "#ifndef {guard}_H_\n\
             #define {guard}_H_\n\n\
             {macros}{}\
             #ifdef __cplusplus\n\
             extern \"C\" {{\n\
             #endif\n\n\
             extern const unsigned char {name}[];\n\
             extern const unsigned int {name}_len;\n\n\
             #ifdef __cplusplus\n\
             }}\n\
             #endif\n\n\
             #endif /* {guard}_H_ */\n",
            if macros.is_empty() { "" } else { "\n" }
        );
        let aligned = format!("{guard}_ALIGNED");
        let mut source = format!(
            "#include \"{name}.h\"\n\n\
             #if defined(__GNUC__) || defined(__clang__)\n\
             #define {aligned} __attribute__((aligned(16)))\n\
             #elif defined(__cplusplus)\n\
             #define {aligned} alignas(16)\n\
             #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L\n\
             #define {aligned} _Alignas(16)\n\
             #else\n\
             #error \"{name} must be aligned to 16 bytes; compile as C11 or C++11\"\n\
             #endif\n\n\
             {aligned} const unsigned char {name}[] = {{\n"
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

/// The error for an array that C cannot define.
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
    #[error("the array `{name}` would be empty, which C does not allow")]
    Empty {
        /// The name.
        name: String,
    },
}
