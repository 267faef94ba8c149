//! A file as a whole.

use super::{
    FileSizes, ReadError, Signature, Subgraph, check,
    flatbuffer::{Table, Tables},
    schema::{self, MODEL},
    sizes, verify,
};
use crate::SizeError;

/// A TensorFlow Lite file that has been verified: see the [module](super).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TfliteFile<'a> {
    model: Table<'a>,
}

/// Bytes that a file holds beside its graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metadata<'a> {
    /// What they are, such as `min_runtime_version`.
    pub name: &'a str,
    /// The bytes.
    pub data: &'a [u8],
}

impl<'a> TfliteFile<'a> {
    /// Verifies a file.
    ///
    /// # Errors
    /// [`ReadError`] if the file is no valid flatbuffer of TensorFlow Lite's schema, or if its parts
    /// do not fit together.
    pub fn read(file: &'a [u8]) -> Result<Self, ReadError> {
        let bytes = file.len() as u64;
        if bytes > SizeError::LIMIT.get() {
            return Err(ReadError::TooLarge { bytes });
        }
        if file.get(4..8) != Some(&crate::schema::FILE_IDENTIFIER) {
            return Err(ReadError::NotTflite);
        }
        verify::verify(file)?;
        let read = Self { model: Table::root(file) };
        check::check(&read)?;
        Ok(read)
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.model.file()
    }

    /// The version of the schema, which is 3.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.model.number(const { MODEL.slot("version") }).unwrap_or(0)
    }

    /// What the writer says of itself, such as `MLIR Converted.`
    #[must_use]
    pub fn description(&self) -> Option<&'a str> {
        self.model.text(const { MODEL.slot("description") })
    }

    /// The graphs; there is at least one. The first is the model's, and others are what its control
    /// flow calls.
    pub fn subgraphs(&self) -> impl ExactSizeIterator<Item = Subgraph<'a>> + Clone + use<'a> {
        let file = *self;
        file.subgraph_tables().iter().map(move |table| Subgraph::new(file, table))
    }

    /// A graph by its number.
    #[must_use]
    pub fn subgraph(&self, index: usize) -> Option<Subgraph<'a>> {
        self.subgraph_tables().get(index).map(|table| Subgraph::new(*self, table))
    }

    /// Whatever else the writer put into the file.
    pub fn metadata(&self) -> impl ExactSizeIterator<Item = Metadata<'a>> + Clone + use<'a> {
        let file = *self;
        file.metadata_tables().iter().map(move |entry| Metadata {
            name: entry.text(const { schema::METADATA.slot("name") }).unwrap_or_default(),
            data: file.buffer_data(metadata_buffer(entry)),
        })
    }

    /// The functions of the model that can be called by name.
    pub fn signatures(&self) -> impl ExactSizeIterator<Item = Signature<'a>> + Clone + use<'a> {
        let file = *self;
        let signatures = file.model.tables(const { MODEL.slot("signature_defs") });
        signatures.iter().map(move |table| Signature::new(file, table))
    }

    /// What the bytes of the file are spent on.
    #[must_use]
    pub fn sizes(&self) -> FileSizes {
        sizes::sizes(self)
    }

    fn subgraph_tables(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("subgraphs") })
    }

    pub(super) fn metadata_tables(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("metadata") })
    }

    pub(super) fn operator_codes(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("operator_codes") })
    }

    pub(super) fn buffers(self) -> Tables<'a> {
        self.model.tables(const { MODEL.slot("buffers") })
    }

    /// What a buffer holds. The first is empty by definition: tensors without data refer to it.
    pub(super) fn buffer_data(self, index: u32) -> &'a [u8] {
        let buffer = if index == 0 { None } else { self.buffers().get(index as usize) };
        let Some((offset, size)) = buffer.map(buffer_extent) else { return &[] };
        let (Ok(start), Ok(length)) = (usize::try_from(offset), usize::try_from(size)) else {
            return &[];
        };
        start.checked_add(length).and_then(|end| self.bytes().get(start..end)).unwrap_or_default()
    }
}

/// The buffer of an entry of the metadata.
pub(super) fn metadata_buffer(entry: Table<'_>) -> u32 {
    entry.number(const { schema::METADATA.slot("buffer") }).unwrap_or(0)
}

/// Where a buffer's data begins, and its length.
///
/// The data of models beyond 2 GiB lies behind the flatbuffer. Offsets of 0 and 1 mean none.
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
