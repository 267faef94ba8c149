//! Writes flatbuffers of the schema from sketches, which may be invalid.

use crate::{
    reader::flatbuffer::REFERENCE,
    reader::schema::{Kind, MODEL, TableType},
};

/// The fields of a table that are present.
pub(super) type Fields = Vec<(&'static str, Value)>;

#[derive(Debug, Clone)]
pub(super) enum Value {
    Byte(u8),
    Word(u32),
    Long(u64),
    Words(Vec<i32>),
    Longs(Vec<i64>),
    Bytes(Vec<u8>),
    Text(String),
    Table(Fields),
    Tables(Vec<Fields>),
    /// A vector with this number of references to one table.
    Same(usize, Fields),
    /// A value of a union, by its number.
    Union(u8, Fields),
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Returns a file with this model.
pub(super) fn file(model: Fields) -> Vec<u8> {
    let mut file = vec![0; 4];
    file.extend(*b"TFL3");
    let root = table(&mut file, &MODEL, model);
    refer(&mut file, 0, root);
    file
}

fn refer(file: &mut [u8], at: usize, target: usize) {
    let distance = u32::try_from(target - at).unwrap();
    file[at..at + REFERENCE].copy_from_slice(&distance.to_le_bytes());
}

fn align(file: &mut Vec<u8>, before: usize) {
    let end = file.len() + before;
    file.resize(end.next_multiple_of(8) - before, 0);
}

/// Writes a table with eight bytes for each field, then what it refers to.
fn table(file: &mut Vec<u8>, kind: &'static TableType, fields: Fields) -> usize {
    let slots = kind.fields.len();
    let vtable_bytes = 4 + 2 * slots;
    align(file, vtable_bytes);
    let vtable = file.len();
    let table = vtable + vtable_bytes;
    file.extend(u16::try_from(vtable_bytes).unwrap().to_le_bytes());
    file.extend(u16::try_from(8 + 8 * slots).unwrap().to_le_bytes());
    file.resize(table, 0);
    file.extend(i32::try_from(vtable_bytes).unwrap().to_le_bytes());
    file.resize(table + 8 + 8 * slots, 0);
    for (name, value) in fields {
        let slot = kind.slot(name);
        let at = table + 8 + 8 * slot;
        mark(file, vtable, slot);
        let target = match (value, kind.fields[slot].kind) {
            (Value::Byte(number), _) => {
                file[at] = number;
                continue;
            }
            (Value::Word(number), _) => {
                file[at..at + 4].copy_from_slice(&number.to_le_bytes());
                continue;
            }
            (Value::Long(number), _) => {
                file[at..at + 8].copy_from_slice(&number.to_le_bytes());
                continue;
            }
            (Value::Words(items), _) => vector(file, items.into_iter().map(i32::to_le_bytes)),
            (Value::Longs(items), _) => vector(file, items.into_iter().map(i64::to_le_bytes)),
            (Value::Bytes(items), _) => vector(file, items.into_iter().map(u8::to_le_bytes)),
            (Value::Text(text), _) => {
                let target = vector(file, text.bytes().map(u8::to_le_bytes));
                file.push(0);
                target
            }
            (Value::Table(fields), Kind::Table(kind)) => self::table(file, kind, fields),
            (Value::Tables(tables), Kind::Tables(kind)) => {
                let vector = vector(file, tables.iter().map(|_| [0; REFERENCE]));
                for (index, fields) in (1..).zip(tables) {
                    let target = self::table(file, kind, fields);
                    refer(file, vector + REFERENCE * index, target);
                }
                vector
            }
            (Value::Same(count, fields), Kind::Tables(kind)) => {
                let vector = vector(file, (0..count).map(|_| [0; REFERENCE]));
                let target = self::table(file, kind, fields);
                for index in 1..=count {
                    refer(file, vector + REFERENCE * index, target);
                }
                vector
            }
            (Value::Union(number, fields), Kind::Union(tables)) => {
                mark(file, vtable, slot - 1);
                file[at - 8] = number;
                self::table(file, &tables[usize::from(number) - 1], fields)
            }
            (value, kind) => panic!("{name} is {kind:?}, not {value:?}"),
        };
        refer(file, at, target);
    }
    table
}

/// Notes in the vtable that the field in `slot` is present.
fn mark(file: &mut [u8], vtable: usize, slot: usize) {
    let distance = u16::try_from(8 + 8 * slot).unwrap();
    let entry = vtable + 4 + 2 * slot;
    file[entry..entry + 2].copy_from_slice(&distance.to_le_bytes());
}

fn vector<const SIZE: usize>(
    file: &mut Vec<u8>,
    items: impl ExactSizeIterator<Item = [u8; SIZE]>,
) -> usize {
    align(file, REFERENCE);
    let vector = file.len();
    file.extend(u32::try_from(items.len()).unwrap().to_le_bytes());
    file.extend(items.flatten());
    vector
}

/// Returns the position of a field, which is given as in `subgraphs/0/tensors/1/shape`.
pub(super) fn locate(file: &[u8], path: &str) -> usize {
    use crate::reader::flatbuffer::{field, follow, items, vtable};

    let (mut kind, mut table, mut position) = (&MODEL, follow(file, 0).unwrap(), 0);
    let mut steps = path.split('/');
    while let Some(name) = steps.next() {
        let slot = kind.slot(name);
        position = field(vtable(file, table).unwrap(), table, slot).unwrap();
        match kind.fields[slot].kind {
            Kind::Table(below) => (kind, table) = (below, follow(file, position).unwrap()),
            Kind::Tables(below) => {
                let Some(index) = steps.next() else { break };
                let vector = items(file, follow(file, position).unwrap(), REFERENCE).unwrap();
                position = vector.start + REFERENCE * index.parse::<usize>().unwrap();
                (kind, table) = (below, follow(file, position).unwrap());
            }
            _ => {}
        }
    }
    position
}
