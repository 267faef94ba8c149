//! Elements of arrays whose type is known only when they are read.

use std::{fmt, io::Read};

use ndarray_npy::{ReadDataError, ReadableElement};
use py_literal::Value;

/// A real number of any type, in single precision.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(pub(super) f32);

impl ReadableElement for Number {
    fn read_to_end_exact_vec<R: Read>(
        reader: R,
        type_desc: &Value,
        len: usize,
    ) -> Result<Vec<Self>, ReadDataError> {
        match kind(type_desc) {
            Some(('f', 4)) => read::<f32, _, _>(reader, type_desc, len, Self),
            Some(('f', 8)) => read::<f64, _, _>(reader, type_desc, len, |value| Self(value as f32)),
            _ => integers(reader, type_desc, len, |value| Self(value as f32)),
        }
    }
}

/// A whole number of any type, or text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Entry {
    Integer(i64),
    Text(String),
}

impl Entry {
    /// Returns the number as an index, if it is one.
    pub(super) fn index(&self) -> Option<usize> {
        match self {
            Self::Integer(value) => usize::try_from(*value).ok(),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl ReadableElement for Entry {
    fn read_to_end_exact_vec<R: Read>(
        reader: R,
        type_desc: &Value,
        len: usize,
    ) -> Result<Vec<Self>, ReadDataError> {
        match kind(type_desc) {
            Some(('U', size)) => texts(reader, len, 4 * size, |bytes| utf32(bytes, type_desc)),
            Some(('S', size)) => texts(reader, len, size, |bytes| {
                Some(String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned())
            }),
            // Python programs often keep whole numbers as floating-point ones.
            Some(('f', size)) => {
                let numbers = match size {
                    4 => read::<f32, _, _>(reader, type_desc, len, f64::from)?,
                    _ => f64::read_to_end_exact_vec(reader, type_desc, len)?,
                };
                numbers.into_iter().map(whole).collect()
            }
            _ => integers(reader, type_desc, len, Self::Integer),
        }
    }
}

fn whole(value: f64) -> Result<Entry, ReadDataError> {
    match value.fract() == 0.0 {
        true => Ok(Entry::Integer(value as i64)),
        false => Err(ReadDataError::ParseData(format!("{value} is not a whole number").into())),
    }
}

/// Returns the kind of a type and its size, such as `('f', 4)` for `<f4`.
fn kind(type_desc: &Value) -> Option<(char, usize)> {
    let Value::String(text) = type_desc else { return None };
    let mut chars = text.trim_start_matches(['<', '>', '|', '=']).chars();
    let kind = chars.next()?;
    Some((kind, chars.as_str().parse().ok()?))
}

/// Reads integers of any type.
fn integers<T, R: Read>(
    reader: R,
    type_desc: &Value,
    len: usize,
    from: impl Fn(i64) -> T,
) -> Result<Vec<T>, ReadDataError> {
    match kind(type_desc) {
        Some(('b', 1)) => read::<bool, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('i', 1)) => read::<i8, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('u', 1)) => read::<u8, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('i', 2)) => read::<i16, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('u', 2)) => read::<u16, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('i', 4)) => read::<i32, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('u', 4)) => read::<u32, _, _>(reader, type_desc, len, |value| from(value.into())),
        Some(('i', 8)) => read::<i64, _, _>(reader, type_desc, len, from),
        _ => Err(ReadDataError::WrongDescriptor(type_desc.clone())),
    }
}

fn read<S: ReadableElement, T, R: Read>(
    reader: R,
    type_desc: &Value,
    len: usize,
    from: impl Fn(S) -> T,
) -> Result<Vec<T>, ReadDataError> {
    let values = S::read_to_end_exact_vec(reader, type_desc, len)?;
    Ok(values.into_iter().map(from).collect())
}

/// Reads texts of `size` bytes each.
fn texts<R: Read>(
    mut reader: R,
    len: usize,
    size: usize,
    decode: impl Fn(&[u8]) -> Option<String>,
) -> Result<Vec<Entry>, ReadDataError> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    let expected = len.checked_mul(size).ok_or(ReadDataError::MissingData)?;
    match bytes.len().checked_sub(expected) {
        None => return Err(ReadDataError::MissingData),
        Some(0) => {}
        Some(extra) => return Err(ReadDataError::ExtraBytes(extra)),
    }
    let text = |n| {
        let text = decode(&bytes[n * size..(n + 1) * size]);
        text.map(Entry::Text).ok_or_else(|| ReadDataError::ParseData("text is not Unicode".into()))
    };
    (0..len).map(text).collect()
}

/// Decodes characters of four bytes each, up to the zeros that fill the rest.
fn utf32(bytes: &[u8], type_desc: &Value) -> Option<String> {
    let is_big = matches!(type_desc, Value::String(text) if text.starts_with('>'));
    let (units, _) = bytes.as_chunks::<4>();
    let unit =
        |&unit: &[u8; 4]| if is_big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) };
    let text: Option<String> = units.iter().map(|bytes| char::from_u32(unit(bytes))).collect();
    Some(text?.trim_end_matches('\0').to_owned())
}

/// Text of `N` characters, as NumPy writes it.
#[cfg(test)]
#[derive(Debug, Clone, Copy)]
pub(super) struct Written<const N: usize>([char; N]);

#[cfg(test)]
impl<const N: usize> Written<N> {
    pub(super) fn new(text: &str) -> Self {
        let mut chars = text.chars();
        Self([(); N].map(|()| chars.next().unwrap_or('\0')))
    }
}

#[cfg(test)]
impl<const N: usize> ndarray_npy::WritableElement for Written<N> {
    fn type_descriptor() -> Value {
        Value::String(format!("<U{N}"))
    }

    fn write<W: std::io::Write>(&self, mut writer: W) -> Result<(), ndarray_npy::WriteDataError> {
        for char in self.0 {
            writer.write_all(&u32::from(char).to_le_bytes())?;
        }
        Ok(())
    }

    fn write_slice<W: std::io::Write>(
        slice: &[Self],
        mut writer: W,
    ) -> Result<(), ndarray_npy::WriteDataError> {
        slice.iter().try_for_each(|text| text.write(&mut writer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(type_desc: &str, bytes: &[u8], len: usize) -> Result<Vec<Entry>, ReadDataError> {
        Entry::read_to_end_exact_vec(bytes, &Value::String(type_desc.into()), len)
    }

    #[test]
    fn text_and_integers_of_either_byte_order_are_read() {
        let text = |text: &str| Entry::Text(text.to_owned());
        let big: Vec<u8> =
            ['é', '\0', 'x', 'y'].iter().flat_map(|&it| u32::from(it).to_be_bytes()).collect();
        assert_eq!(entries(">U2", &big, 2).unwrap(), [text("é"), text("xy")]);
        assert_eq!(entries("|S3", b"ab\0cde", 2).unwrap(), [text("ab"), text("cde")]);
        assert_eq!(entries("|b1", &[1, 0], 2).unwrap(), [1, 0].map(Entry::Integer));
        assert_eq!(entries(">i2", &[1, 0, 255, 255], 2).unwrap(), [256, -1].map(Entry::Integer));
        assert_eq!(entries("<f4", &2.0f32.to_le_bytes(), 1).unwrap(), [Entry::Integer(2)]);
    }

    #[test]
    fn other_types_and_lengths_are_refused() {
        assert!(matches!(entries("|O", b"", 0), Err(ReadDataError::WrongDescriptor(_))));
        assert!(matches!(entries("<c8", &[0; 8], 1), Err(ReadDataError::WrongDescriptor(_))));
        assert!(matches!(entries("|S3", b"ab", 1), Err(ReadDataError::MissingData)));
        assert!(matches!(entries("|S3", b"abcd", 1), Err(ReadDataError::ExtraBytes(1))));
        assert!(matches!(entries("<U1", &[255; 4], 1), Err(ReadDataError::ParseData(_))));
        assert!(matches!(
            entries("<f4", &0.5f32.to_le_bytes(), 1),
            Err(ReadDataError::ParseData(_))
        ));
    }
}
