//! Reading a flatbuffer in place: every access is checked, and nothing is copied.
//!
//! The functions report what is wrong, for the verifier. The views on top of them are for verified
//! files, so they treat a part that cannot be read as absent.
//! Format: <https://flatbuffers.dev/internals/>.

use std::{fmt, marker::PhantomData, ops::Range};

use super::Fault;

/// Size of a reference, and of the item count of a vector, in bytes.
pub(crate) const REFERENCE: usize = 4;

/// A number in little-endian order, aligned to its size.
pub(crate) trait Number: Copy + Default {
    /// Reads a number from the first bytes. Returns `None` if there are fewer than its size.
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Number for $number {
            fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.first_chunk().map(|bytes| Self::from_le_bytes(*bytes))
            }
        }
    )*};
}
numbers!(i8, u8, u16, i32, u32, i64, u64, f32);

/// Returns `size` bytes at `at`, which must be a multiple of `alignment`.
pub(crate) fn bytes(file: &[u8], at: usize, size: usize, alignment: usize) -> Result<&[u8], Fault> {
    if !at.is_multiple_of(alignment) {
        return Err(Fault::Unaligned);
    }
    at.checked_add(size).and_then(|end| file.get(at..end)).ok_or(Fault::OutOfBounds)
}

pub(crate) fn number<T: Number>(file: &[u8], at: usize) -> Result<T, Fault> {
    let size = size_of::<T>();
    T::from_bytes(bytes(file, at, size, size)?).ok_or(Fault::OutOfBounds)
}

/// Returns the position that the reference at `at` leads to.
pub(crate) fn follow(file: &[u8], at: usize) -> Result<usize, Fault> {
    match number::<u32>(file, at)? {
        0 => Err(Fault::SelfReference),
        distance => at.checked_add(distance as usize).ok_or(Fault::OutOfBounds),
    }
}

/// Returns the vtable of the table at `table`: its own length, that of the table, and a distance
/// for each slot.
pub(crate) fn vtable(file: &[u8], table: usize) -> Result<&[u8], Fault> {
    let back: i32 = number(file, table)?;
    let at = usize::try_from(table as i64 - i64::from(back)).map_err(|_| Fault::OutOfBounds)?;
    let length = usize::from(number::<u16>(file, at)?);
    if length < 4 || !length.is_multiple_of(2) {
        return Err(Fault::VtableLength);
    }
    bytes(file, at, length, 2)
}

/// Returns the position of the field in `slot` of the table at `table`, if it is present.
pub(crate) fn field(vtable: &[u8], table: usize, slot: usize) -> Option<usize> {
    let distance = vtable.get(4 + 2 * slot..).and_then(u16::from_bytes)?;
    if distance == 0 { None } else { table.checked_add(usize::from(distance)) }
}

/// Returns the range of the items of the vector at `at`, each of `size` bytes.
pub(crate) fn items(file: &[u8], at: usize, size: usize) -> Result<Range<usize>, Fault> {
    let count: u32 = number(file, at)?;
    let start = at.checked_add(REFERENCE).ok_or(Fault::OutOfBounds)?;
    let length = (count as usize).checked_mul(size).ok_or(Fault::OutOfBounds)?;
    bytes(file, start, length, size)?;
    Ok(start..start + length)
}

/// Returns the zero-terminated string at `at`.
pub(crate) fn text(file: &[u8], at: usize) -> Result<&str, Fault> {
    let range = items(file, at, 1)?;
    if file.get(range.end) != Some(&0) {
        return Err(Fault::NotTerminated);
    }
    let bytes = file.get(range).ok_or(Fault::OutOfBounds)?;
    str::from_utf8(bytes).map_err(|_| Fault::NotUtf8)
}

/// A table of a verified file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Table<'a> {
    file: &'a [u8],
    at: usize,
}

/// Leaves out the file, which may be large.
impl fmt::Debug for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("at", &self.at).finish_non_exhaustive()
    }
}

impl<'a> Table<'a> {
    /// Returns the root table, to which the file refers at its beginning.
    pub(crate) fn root(file: &'a [u8]) -> Self {
        Self { file, at: follow(file, 0).unwrap_or(file.len()) }
    }

    pub(crate) fn file(self) -> &'a [u8] {
        self.file
    }

    fn field(self, slot: usize) -> Option<usize> {
        field(vtable(self.file, self.at).ok()?, self.at, slot)
    }

    /// Returns the position that the reference in `slot` leads to.
    fn target(self, slot: usize) -> Option<usize> {
        follow(self.file, self.field(slot)?).ok()
    }

    pub(crate) fn number<T: Number>(self, slot: usize) -> Option<T> {
        number(self.file, self.field(slot)?).ok()
    }

    pub(crate) fn text(self, slot: usize) -> Option<&'a str> {
        text(self.file, self.target(slot)?).ok()
    }

    pub(crate) fn table(self, slot: usize) -> Option<Self> {
        self.target(slot).map(|at| Self { at, ..self })
    }

    /// Returns the range of the items of a vector, each of `size` bytes, which is empty if the
    /// vector is absent.
    pub(crate) fn items(self, slot: usize, size: usize) -> Range<usize> {
        let items = self.target(slot).and_then(|at| items(self.file, at, size).ok());
        items.unwrap_or_default()
    }

    /// Returns a vector of numbers, which is empty if it is absent.
    pub(crate) fn numbers<T: Number>(self, slot: usize) -> Numbers<'a, T> {
        let bytes = self.file.get(self.items(slot, size_of::<T>())).unwrap_or_default();
        Numbers { bytes, number: PhantomData }
    }

    /// Returns a vector of tables, which is empty if it is absent.
    pub(crate) fn tables(self, slot: usize) -> Tables<'a> {
        Tables { file: self.file, references: self.items(slot, REFERENCE) }
    }
}

/// The numbers of a vector.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers<'a, T> {
    bytes: &'a [u8],
    number: PhantomData<T>,
}

/// An empty vector.
impl<T> Default for Numbers<'_, T> {
    fn default() -> Self {
        Self { bytes: &[], number: PhantomData }
    }
}

impl<'a, T: Number> Numbers<'a, T> {
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = T> + Clone + use<'a, T> {
        let chunks = self.bytes.chunks_exact(size_of::<T>());
        chunks.map(|bytes| T::from_bytes(bytes).unwrap_or_default())
    }
}

/// The tables of a vector.
#[derive(Debug, Clone)]
pub(crate) struct Tables<'a> {
    file: &'a [u8],
    references: Range<usize>,
}

impl<'a> Tables<'a> {
    pub(crate) fn len(&self) -> usize {
        self.references.len() / REFERENCE
    }

    pub(crate) fn get(&self, index: usize) -> Option<Table<'a>> {
        (index < self.len()).then(|| self.at(index))
    }

    fn at(&self, index: usize) -> Table<'a> {
        let reference = self.references.start + REFERENCE * index;
        Table { file: self.file, at: follow(self.file, reference).unwrap_or(self.file.len()) }
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = Table<'a>> + Clone + use<'a> {
        (0..self.len()).map(move |index| self.at(index))
    }
}
