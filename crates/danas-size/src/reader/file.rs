//! A file as a whole.

use super::{
    flatbuffer::{Table, Tables},
    schema::{self, MODEL},
};

/// A TensorFlow Lite file that has been verified. See the [module](super).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TfliteFile<'a> {
    model: Table<'a>,
}

/// Named bytes that a file holds in addition to its graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata<'a> {
    /// Name of the bytes, such as `min_runtime_version`.
    pub name: &'a str,
    /// The bytes.
    pub data: &'a [u8],
}

impl<'a> TfliteFile<'a> {
    /// Returns a view of a file that has been verified.
    pub(super) const fn of(model: Table<'a>) -> Self {
        Self { model }
    }

    /// Returns the bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.model.file()
    }

    /// Returns the version of the schema, which is 3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.model.number(const { MODEL.slot("version") }).unwrap_or(0)
    }

    /// Returns the description that the file's writer gave, such as `MLIR Converted.`
    #[must_use]
    pub fn description(&self) -> Option<&'a str> {
        self.model.text(const { MODEL.slot("description") })
    }

    /// Returns the metadata that the writer added to the file.
    pub fn metadata(&self) -> impl ExactSizeIterator<Item = Metadata<'a>> + Clone + use<'a> {
        let file = *self;
        file.metadata_tables().iter().map(move |entry| Metadata {
            name: entry.text(const { schema::METADATA.slot("name") }).unwrap_or_default(),
            data: file.buffer_data(metadata_buffer(entry)),
        })
    }

    pub(super) fn subgraph_tables(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("subgraphs") })
    }

    pub(super) fn metadata_tables(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("metadata") })
    }

    pub(super) fn signature_tables(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("signature_defs") })
    }

    pub(super) fn operator_codes(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("operator_codes") })
    }

    pub(super) fn buffers(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("buffers") })
    }

    /// Returns the data of a buffer. The first one is empty by definition, and tensors without data
    /// refer to it.
    pub(super) fn buffer_data(self, index: u32) -> &'a [u8] {
        let buffer = if index == 0 { None } else { self.buffers().get(index as usize) };
        let Some((offset, size)) = buffer.map(buffer_extent) else { return &[] };
        let (Ok(start), Ok(length)) = (usize::try_from(offset), usize::try_from(size)) else {
            return &[];
        };
        start.checked_add(length).and_then(|end| self.bytes().get(start..end)).unwrap_or_default()
    }
}

/// Returns the index of the buffer of a metadata entry.
pub(super) fn metadata_buffer(entry: Table<'_>) -> u32 {
    entry.number(const { schema::METADATA.slot("buffer") }).unwrap_or(0)
}

/// Returns where a buffer's data begins, and its length, both in bytes.
///
/// The data of models beyond 2 GiB lies after the flatbuffer, at an offset in the file. Offsets of
/// 0 and 1 mean that the data is in the buffer itself.
pub(super) fn buffer_extent(buffer: Table<'_>) -> (u64, u64) {
    let inside = buffer.items(const { schema::BUFFER.slot("data") }, 1);
    let number = |slot| buffer.number(slot).unwrap_or(0);
    match number(const { schema::BUFFER.slot("offset") }) {
        offset @ 2.. if inside.is_empty() => {
            (offset, number(const { schema::BUFFER.slot("size") }))
        }
        _ => (inside.start as u64, inside.len() as u64),
    }
}
