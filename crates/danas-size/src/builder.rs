//! A flatbuffer builder that works back to front and writes to any [`Sink`].
//!
//! It follows the Python `flatbuffers` package, with which TensorFlow re-serialises a model. Unlike
//! `flatc`, that package writes fields in the order in which they are set, and [shares](Sharing)
//! vtables by other rules. Format: <https://flatbuffers.dev/internals/>.

use crate::sink::{Learnt, Sink};

/// Largest number of slots of a vtable here. [`Field`] and [`Link`] check it at compile time.
const SLOTS: usize = 9;

/// Largest alignment of anything written here, in bytes.
const LARGEST: usize = 8;

/// A position in the file, counted in bytes from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offset(u64);

/// A number that a flatbuffer holds in little-endian order, aligned to its size.
pub(crate) trait Scalar: Copy + PartialEq {
    const SIZE: u64 = size_of::<Self>() as u64;

    fn prepend_to(self, sink: &mut impl Sink);
}

macro_rules! scalars {
    ($($number:ty),*) => {$(
        impl Scalar for $number {
            fn prepend_to(self, sink: &mut impl Sink) {
                sink.prepend(&self.to_le_bytes());
            }
        }
    )*};
}
scalars!(i8, u8, u16, i32, u32, f32);

impl Scalar for bool {
    fn prepend_to(self, sink: &mut impl Sink) {
        sink.prepend(&[u8::from(self)]);
    }
}

/// A field of a table that holds a number, with the default value that is not written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<T> {
    slot: usize,
    default: T,
}

impl<T> Field<T> {
    pub(crate) const fn new(slot: usize, default: T) -> Self {
        assert!(slot < SLOTS, "the slot must be below `SLOTS`");
        Self { slot, default }
    }
}

/// A field of a table that points to a string, a vector or another table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    slot: usize,
}

impl Link {
    pub(crate) const fn new(slot: usize) -> Self {
        assert!(slot < SLOTS, "the slot must be below `SLOTS`");
        Self { slot }
    }
}

/// The rule by which tables share a vtable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sharing {
    /// Tables share a vtable if their fields lie at the same distances, even if their sizes differ.
    /// This is the rule of the package up to version 25.9.23.
    AlikeFields,
    /// Tables must be of the same size, too. This is the rule from version 25.12.19 on.
    AlikeTables,
}

/// Distances of a table's fields from its start, with zero for an absent field, and the number of
/// slots without absent fields at the end.
type Distances = ([u16; SLOTS], usize);

/// A builder of one flatbuffer, which writes children before parents.
#[derive(Debug)]
pub(crate) struct Builder<S> {
    sink: S,
    alignment: u64,
    sharing: Sharing,
    /// Vtables written so far: their distances, the size of their tables (0 if it does not matter)
    /// and their position.
    vtables: Vec<(Distances, u64, Offset)>,
}

impl<S: Sink> Builder<S> {
    pub(crate) fn new(sink: S, sharing: Sharing) -> Self {
        Self { sink, alignment: 1, sharing, vtables: Vec::with_capacity(24) }
    }

    /// Adds padding so that the position is a multiple of `size` after `following` more bytes.
    fn align(&mut self, size: u64, following: u64) {
        self.alignment = self.alignment.max(size);
        let end = self.sink.len() + following;
        let padding = end.next_multiple_of(size) - end;
        self.sink.prepend(&[0; LARGEST][..padding as usize]);
    }

    fn here(&self) -> Offset {
        Offset(self.sink.len())
    }

    fn scalar<T: Scalar>(&mut self, value: T) {
        self.align(T::SIZE, 0);
        value.prepend_to(&mut self.sink);
    }

    /// Writes a reference to `target`, which is the distance to it.
    fn reference(&mut self, target: Offset) {
        self.align(4, 0);
        let distance = self.sink.len() + 4 - target.0;
        self.scalar(distance as u32); // fits: the caller keeps the file below 2 GiB
    }

    /// Writes a zero-terminated string.
    pub(crate) fn string(&mut self, text: &str) -> Offset {
        self.align(4, text.len() as u64 + 1);
        self.sink.prepend(&[0]);
        self.sink.prepend(text.as_bytes());
        self.scalar(text.len() as u32);
        self.here()
    }

    /// Writes a vector of numbers.
    pub(crate) fn vector<T: Scalar>(&mut self, items: &[T]) -> Offset {
        let bytes = items.len() as u64 * T::SIZE;
        self.align(4, bytes);
        self.align(T::SIZE, bytes);
        for item in items.iter().rev() {
            item.prepend_to(&mut self.sink);
        }
        self.scalar(items.len() as u32);
        self.here()
    }

    /// Writes a vector of bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Offset {
        self.align(4, bytes.len() as u64);
        self.sink.prepend(bytes);
        self.scalar(bytes.len() as u32);
        self.here()
    }

    /// Writes a vector of trained values of a tensor: `items` values of `size` bytes, which come
    /// from the sink.
    pub(crate) fn learnt(
        &mut self,
        tensor: usize,
        learnt: Learnt,
        size: u64,
        items: u64,
    ) -> Offset {
        let bytes = items * size;
        self.align(4, bytes);
        self.align(size, bytes);
        self.sink.prepend_learnt(tensor, learnt, bytes);
        self.scalar(items as u32);
        self.here()
    }

    /// Writes a vector of references to tables.
    pub(crate) fn tables(&mut self, tables: &[Offset]) -> Offset {
        self.align(4, 4 * tables.len() as u64);
        for &table in tables.iter().rev() {
            self.reference(table);
        }
        self.scalar(tables.len() as u32);
        self.here()
    }

    /// Begins a table. The strings, vectors and tables that it refers to must be written before.
    pub(crate) fn table(&mut self) -> Table<'_, S> {
        let end = self.sink.len();
        Table { builder: self, end, fields: [0; SLOTS], slots: 0 }
    }

    /// Writes the header and returns the sink.
    pub(crate) fn finish(mut self, root: Offset, identifier: [u8; 4]) -> S {
        self.align(self.alignment, 8);
        self.sink.prepend(&identifier);
        self.reference(root);
        self.sink
    }
}

/// A table under construction. Each field is written when it is set.
#[must_use]
pub(crate) struct Table<'a, S> {
    builder: &'a mut Builder<S>,
    end: u64,
    /// Position of each field, counted from the end of the file; 0 for an absent field.
    fields: [u64; SLOTS],
    slots: usize,
}

impl<S: Sink> Table<'_, S> {
    /// Writes a number, unless it equals the field's default.
    pub(crate) fn set<T: Scalar>(mut self, field: Field<T>, value: T) -> Self {
        if value != field.default {
            self.builder.scalar(value);
            self.mark(field.slot);
        }
        self
    }

    /// Points a field to `target`.
    pub(crate) fn link(mut self, link: Link, target: Offset) -> Self {
        self.builder.reference(target);
        self.mark(link.slot);
        self
    }

    fn mark(&mut self, slot: usize) {
        self.fields[slot] = self.builder.sink.len();
        self.slots = self.slots.max(slot + 1);
    }

    /// Ends the table with a reference to its vtable. The vtable is written only if no earlier one
    /// can be shared.
    pub(crate) fn end(self) -> Offset {
        let Self { builder, end, fields, slots } = self;
        builder.align(4, 0);
        let start = builder.sink.len() + 4;
        let mut distances = [0; SLOTS];
        for (distance, &field) in distances.iter_mut().zip(&fields) {
            if field > 0 {
                *distance = (start - field) as u16; // a table has at most SLOTS * LARGEST bytes
            }
        }
        let shape = (distances, slots);
        let size = match builder.sharing {
            Sharing::AlikeFields => 0,
            Sharing::AlikeTables => start - end,
        };
        let known = builder.vtables.iter().find(|known| (known.0, known.1) == (shape, size));
        if let Some(&(.., vtable)) = known {
            builder.scalar((vtable.0 as i64 - start as i64) as i32);
            return builder.here();
        }
        let vtable_bytes = 2 * (slots as u64 + 2);
        builder.scalar(vtable_bytes as i32);
        let table = builder.here();
        for &distance in distances[..slots].iter().rev() {
            builder.scalar(distance);
        }
        builder.scalar((start - end) as u16);
        builder.scalar(vtable_bytes as u16);
        let vtable = builder.here();
        builder.vtables.push((shape, size, vtable));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Recorder;

    fn file(build: impl FnOnce(&mut Builder<Recorder>) -> Offset) -> Vec<u8> {
        let mut builder = Builder::new(Recorder::default(), Sharing::AlikeFields);
        let root = build(&mut builder);
        builder.finish(root, *b"TEST").into_file().0
    }

    #[test]
    fn a_table_without_fields_is_a_vtable_and_a_reference_to_it() {
        let file = file(|builder| builder.table().end());
        let header = [12, 0, 0, 0, b'T', b'E', b'S', b'T']; // the root table is at 12
        let vtable = [4, 0, 4, 0]; // its own length, and that of its table
        let table = [4, 0, 0, 0]; // the vtable is 4 bytes before
        assert_eq!(file, [header.as_slice(), &vtable, &table].concat());
    }

    #[test]
    fn a_default_is_left_out() {
        const NUMBER: Field<i32> = Field::new(0, 7);
        let default = file(|builder| builder.table().set(NUMBER, 7).end());
        let other = file(|builder| builder.table().set(NUMBER, 8).end());
        assert_eq!((default.len(), other.len()), (16, 24));
    }

    #[test]
    fn tables_with_fields_at_the_same_distances_share_a_vtable() {
        const NUMBER: Field<u32> = Field::new(0, 0);
        const LATER: Field<u32> = Field::new(1, 0);
        let mut builder = Builder::new(Recorder::default(), Sharing::AlikeFields);
        let first = builder.table().set(NUMBER, 1).end();
        assert_eq!((first.0, builder.sink.len()), (8, 14), "the vtable takes 6 bytes");
        // two bytes of padding make this table longer than the first one
        let second = builder.table().set(NUMBER, 2).end();
        assert_eq!((second.0, builder.sink.len()), (24, 24), "no second vtable");
        builder.table().set(LATER, 3).end();
        assert_eq!(builder.vtables.len(), 2);
    }

    #[test]
    fn tables_of_other_sizes_share_none_where_sizes_count() {
        const NUMBER: Field<u32> = Field::new(0, 0);
        let mut builder = Builder::new(Recorder::default(), Sharing::AlikeTables);
        builder.table().set(NUMBER, 1).end();
        builder.table().set(NUMBER, 2).end(); // two bytes longer
        assert_eq!(builder.vtables.len(), 2);
        builder.table().set(NUMBER, 3).end(); // as long as the second
        assert_eq!(builder.vtables.len(), 2);
    }

    #[test]
    fn strings_and_vectors_start_at_multiples_of_four() {
        for length in 0..9 {
            let mut builder = Builder::new(Recorder::default(), Sharing::AlikeFields);
            builder.string(&"x".repeat(length));
            assert_eq!(builder.sink.len() % 4, 0, "a string of {length}");
            builder.bytes(&vec![1; length]);
            assert_eq!(builder.sink.len() % 4, 0, "a vector of {length}");
            builder.learnt(0, Learnt::Weights, 1, length as u64);
            assert_eq!(builder.sink.len() % 4, 0, "weights of {length} bytes");
        }
    }
}
