//! What an index can remember.

use super::reader::Reader;

/// What is known of a file once it was decoded, in a form that an index can remember.
///
/// It depends on nothing but the content of the file.
pub(crate) trait Indexed: Clone + Send + Sync {
    /// The kind of file. Each kind has its own section of an index.
    const KIND: &'static str;

    /// Raised whenever the bytes or their meaning change, or a decoder returns something else for the
    /// same file. What was remembered under another version is forgotten.
    const VERSION: u32;

    fn write(&self, to: &mut Vec<u8>);

    /// Reads what [`write`](Self::write) wrote. Returns `None` for bytes that it cannot have written.
    fn read(from: &mut Reader<'_>) -> Option<Self>;
}
