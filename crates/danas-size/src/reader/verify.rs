//! Verifies that a file is a flatbuffer of the schema, before anything else in it is read.
//!
//! The checks are those of flatbuffers' own verifiers: positions, alignment, vtables, vectors,
//! strings, and that the type and the value of a union agree. Tables of the schema never contain
//! their own kind, so no file nests deeper than the schema does.

use std::ops::Range;

use super::{
    Fault, ReadError,
    flatbuffer::{self, REFERENCE},
    schema::{self, Kind, TableType},
};

/// Largest number of tables that are read, as in flatbuffers' own verifiers.
const MAX_TABLES: usize = 1_000_000;

/// Largest length of all parts of a file, as a multiple of the file's length.
///
/// Parts may be shared, and a table or vector counts each time that something refers to it. In
/// files from TensorFlow's and other converters, all parts together take less than the length of
/// the file. A malicious file may share parts so often that they seem to take gigabytes.
const MAX_SHARING: usize = 16;

/// Checks a whole file.
pub(super) fn verify(file: &[u8]) -> Result<(), ReadError> {
    let mut verifier = Verifier {
        file,
        tables_left: MAX_TABLES,
        bytes_left: file.len().saturating_mul(MAX_SHARING),
    };
    let site = Site { table: "the file", field: "root", at: 0 };
    verifier.reference(site, &schema::MODEL)
}

/// A place in the file where something may be wrong.
#[derive(Clone, Copy)]
struct Site {
    table: &'static str,
    field: &'static str,
    at: usize,
}

impl Site {
    fn error(self, fault: Fault) -> ReadError {
        let Self { table, field, at } = self;
        ReadError::Malformed { table, field, at, fault }
    }
}

struct Verifier<'a> {
    file: &'a [u8],
    tables_left: usize,
    bytes_left: usize,
}

impl Verifier<'_> {
    /// Counts bytes that something refers to.
    fn count(&mut self, bytes: usize) -> Result<(), ReadError> {
        let left = self.bytes_left.checked_sub(bytes);
        self.bytes_left = left.ok_or(ReadError::TooMuchSharing { limit: MAX_SHARING })?;
        Ok(())
    }

    /// Checks the table that the reference at `site` leads to.
    fn reference(&mut self, site: Site, kind: &'static TableType) -> Result<(), ReadError> {
        let at = flatbuffer::follow(self.file, site.at).map_err(|fault| site.error(fault))?;
        self.table(at, kind)
    }

    fn table(&mut self, at: usize, kind: &'static TableType) -> Result<(), ReadError> {
        let left = self.tables_left.checked_sub(1);
        self.tables_left = left.ok_or(ReadError::TooManyTables { limit: MAX_TABLES })?;
        let site = Site { table: kind.name, field: "vtable", at };
        let vtable = flatbuffer::vtable(self.file, at).map_err(|fault| site.error(fault))?;
        self.count(vtable.len())?;
        let mut before = None; // position of the field in the previous slot: the type of a union
        for (slot, field) in kind.fields.iter().enumerate() {
            let position = flatbuffer::field(vtable, at, slot);
            let site = Site { table: kind.name, field: field.name, at: position.unwrap_or(at) };
            match (field.kind, position) {
                (Kind::Union(tables), value) => self.union(site, before, tables, value)?,
                (Kind::Deprecated, _) | (_, None) => {}
                (Kind::Number(size), Some(at)) => {
                    flatbuffer::bytes(self.file, at, size, size)
                        .map_err(|fault| site.error(fault))?;
                }
                (Kind::Numbers(size), Some(_)) => {
                    self.vector(site, size)?;
                }
                (Kind::Text, Some(at)) => {
                    self.vector(site, 1)?;
                    let text = flatbuffer::follow(self.file, at)
                        .and_then(|at| flatbuffer::text(self.file, at));
                    text.map_err(|fault| site.error(fault))?;
                }
                (Kind::Table(kind), Some(_)) => self.reference(site, kind)?,
                (Kind::Tables(kind), Some(_)) => {
                    for at in self.vector(site, REFERENCE)?.step_by(REFERENCE) {
                        self.reference(Site { at, ..site }, kind)?;
                    }
                }
            }
            before = position;
        }
        Ok(())
    }

    /// Checks the vector that the reference at `site` leads to, and returns the range of its items,
    /// each of `size` bytes.
    fn vector(&mut self, site: Site, size: usize) -> Result<Range<usize>, ReadError> {
        let items = flatbuffer::follow(self.file, site.at)
            .and_then(|at| flatbuffer::items(self.file, at, size));
        let items = items.map_err(|fault| site.error(fault))?;
        self.count(items.len())?;
        Ok(items)
    }

    fn union(
        &mut self,
        site: Site,
        number: Option<usize>,
        tables: &'static [TableType],
        value: Option<usize>,
    ) -> Result<(), ReadError> {
        let number: Option<u8> = number.and_then(|at| flatbuffer::number(self.file, at).ok());
        match (number.unwrap_or(0).checked_sub(1), value) {
            (None, None) => Ok(()),
            (Some(index), Some(_)) => match tables.get(usize::from(index)) {
                Some(kind) => self.reference(site, kind),
                None => Ok(()), // a table of a newer schema
            },
            _ => Err(site.error(Fault::UnionMismatch)),
        }
    }
}
