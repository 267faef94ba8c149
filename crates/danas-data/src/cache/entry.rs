//! File format of a cache entry.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `danasfea` |
//! | 4 | version |
//! | 32 | key |
//! | 3 · 8 | rows, frames, channels |
//! | 4 each | the values as `f32`, row by row |
//! | 32 | BLAKE3 checksum of all preceding bytes |
//!
//! Numbers are little-endian.

use std::{
    array,
    io::{self, Read, Write},
};

use ndarray::Array3;

use super::{Damage, FeatureKey, version::VERSION};

/// Size of an entry without values, in bytes.
pub(super) const OVERHEAD: u64 = (HEADER + CHECKSUM) as u64;

const MAGIC: [u8; 8] = *b"danasfea";
const HEADER: usize = 8 + 4 + 32 + 3 * 8;
const CHECKSUM: usize = 32;

/// Number of values that are converted at a time.
const CHUNK: usize = 1 << 14;

/// The reason why a file cannot be read.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    Damage(Damage),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Damage> for Fault {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

/// Returns the size of an entry's file, in bytes.
pub(super) fn len(features: &Array3<f32>) -> u64 {
    OVERHEAD + 4 * features.len() as u64
}

/// Writes the file of an entry.
pub(super) fn write(
    out: &mut impl Write,
    key: FeatureKey,
    features: &Array3<f32>,
) -> io::Result<()> {
    let mut hasher = blake3::Hasher::new();
    let mut put = |bytes: &[u8]| {
        hasher.update(bytes);
        out.write_all(bytes)
    };
    put(&header(key, features.dim().into()))?;
    let mut buffer = Vec::with_capacity(4 * CHUNK);
    let mut values = features.iter();
    loop {
        buffer.clear();
        buffer.extend(values.by_ref().take(CHUNK).flat_map(|value| value.to_le_bytes()));
        if buffer.is_empty() {
            break;
        }
        put(&buffer)?;
    }
    out.write_all(hasher.finalize().as_bytes())
}

/// Reads the file of an entry, which has `len` bytes, and verifies all of them.
///
/// Never allocates more than `len` bytes and a small buffer, whatever the header states.
pub(super) fn read(file: &mut impl Read, len: u64, key: FeatureKey) -> Result<Array3<f32>, Fault> {
    if len < OVERHEAD {
        return Err(Damage::Length { expected: OVERHEAD, found: len }.into());
    }
    let mut hasher = blake3::Hasher::new();
    let mut fill = |bytes: &mut [u8]| {
        file.read_exact(bytes).map_err(|error| match error.kind() {
            // The file was shortened after its length was read.
            io::ErrorKind::UnexpectedEof => Damage::Length { expected: len, found: 0 }.into(),
            _ => Fault::Io(error),
        })
    };

    let mut header = [0; HEADER];
    fill(&mut header)?;
    hasher.update(&header);
    let shape = parse(&header, key)?;
    let mut left = count(shape, len)?;

    let mut values = Vec::new();
    values.try_reserve_exact(left).map_err(|error| Fault::Io(error.into()))?;
    let mut buffer = vec![0; 4 * CHUNK.min(left)];
    while left > 0 {
        let chunk = &mut buffer[..4 * CHUNK.min(left)];
        fill(chunk)?;
        hasher.update(chunk);
        values.extend(chunk.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        left -= chunk.len() / 4;
    }

    let mut checksum = [0; CHECKSUM];
    fill(&mut checksum)?;
    if hasher.finalize() != checksum {
        return Err(Damage::Checksum.into());
    }
    let dimensions = shape.map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    Array3::from_shape_vec(dimensions, values).map_err(|_| Damage::Shape { shape }.into())
}

fn header(key: FeatureKey, shape: [usize; 3]) -> [u8; HEADER] {
    let shape = shape.map(|length| (length as u64).to_le_bytes());
    let digest = key.digest();
    let parts: [&[u8]; 4] =
        [&MAGIC, &VERSION.to_le_bytes(), digest.as_bytes(), shape.as_flattened()];
    let mut bytes = parts.into_iter().flatten();
    array::from_fn(|_| bytes.next().copied().unwrap_or_default())
}

/// Returns the shape in a header if the rest of the header is valid.
fn parse(header: &[u8; HEADER], key: FeatureKey) -> Result<[u64; 3], Damage> {
    let (magic, rest) = header.split_at(8);
    let (version, rest) = rest.split_at(4);
    let (stored, shape) = rest.split_at(32);
    if magic != MAGIC {
        return Err(Damage::Magic);
    }
    if version != VERSION.to_le_bytes() {
        let found = version.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte));
        return Err(Damage::Version { found });
    }
    if stored != key.digest().as_bytes() {
        return Err(Damage::Key);
    }
    let (lengths, _) = shape.as_chunks();
    Ok(array::from_fn(|axis| u64::from_le_bytes(lengths[axis])))
}

/// Returns the number of values of `shape` if they exactly fill a file of `len` bytes.
fn count(shape: [u64; 3], len: u64) -> Result<usize, Damage> {
    let values = shape.iter().try_fold(1_u64, |product, length| product.checked_mul(*length));
    let bytes = values.and_then(|values| values.checked_mul(4)?.checked_add(OVERHEAD));
    let (Some(values), Some(expected)) = (values, bytes) else {
        return Err(Damage::Shape { shape });
    };
    if expected != len {
        return Err(Damage::Length { expected, found: len });
    }
    usize::try_from(values).map_err(|_| Damage::Shape { shape })
}

#[cfg(test)]
mod tests {
    use danas_space::Digest;

    use super::*;

    fn key(name: &str) -> FeatureKey {
        FeatureKey::new([Digest::of(name.as_bytes()).as_bytes().as_slice(), b"", b"test"])
    }

    fn features() -> Array3<f32> {
        Array3::from_shape_fn((3, 2, 1), |(row, frame, _)| row as f32 - 0.1 * frame as f32)
    }

    fn file_of(features: &Array3<f32>) -> Vec<u8> {
        let mut file = Vec::new();
        write(&mut file, key("a"), features).unwrap();
        file
    }

    fn read_back(file: &[u8]) -> Result<Array3<f32>, Damage> {
        read(&mut &*file, file.len() as u64, key("a")).map_err(|fault| match fault {
            Fault::Damage(damage) => damage,
            Fault::Io(error) => panic!("{error}"),
        })
    }

    /// Returns `file` with another shape and a matching checksum.
    fn reshaped(mut file: Vec<u8>, shape: [u64; 3]) -> Vec<u8> {
        file[44..68].copy_from_slice(shape.map(u64::to_le_bytes).as_flattened());
        file.truncate(file.len() - CHECKSUM);
        file.extend(blake3::hash(&file).as_bytes());
        file
    }

    #[test]
    fn a_file_gives_back_every_bit() {
        let odd = [f32::NAN, -0.0, f32::INFINITY, f32::MIN_POSITIVE / 2.0, 1.0e-3, f32::MAX];
        let odd = Array3::from_shape_vec((1, 3, 2), odd.to_vec()).unwrap();
        let file = file_of(&odd);
        assert_eq!(file.len() as u64, len(&odd));
        let bits = |features: &Array3<f32>| features.mapv(f32::to_bits);
        assert_eq!(bits(&read_back(&file).unwrap()), bits(&odd));
    }

    #[test]
    fn shapes_without_values_larger_than_a_chunk_and_transposed_are_kept() {
        for shape in [(13, 0, 3), (0, 0, 0), (257, 130, 1)] {
            let features = Array3::from_elem(shape, 0.5);
            assert_eq!(read_back(&file_of(&features)).unwrap(), features);
        }
        let transposed = features().reversed_axes();
        assert_eq!(read_back(&file_of(&transposed)).unwrap(), transposed);
    }

    #[test]
    fn files_stay_the_same_from_release_to_release() {
        let file = Digest::of(&file_of(&features())).to_string();
        assert_eq!(file, "ec5d7e826e3c639d25f43661d43dd663e3fbc70adbdae2da2344539be4a7fc2f");
    }

    #[test]
    fn every_changed_byte_is_detected() {
        let file = file_of(&features());
        for position in 0..file.len() {
            for flip in [1, 0x80, 0xff] {
                let mut damaged = file.clone();
                damaged[position] ^= flip;
                assert!(read_back(&damaged).is_err(), "byte {position}");
            }
        }
    }

    #[test]
    fn every_other_length_is_detected() {
        let file = file_of(&features());
        for len in 0..file.len() {
            assert!(matches!(read_back(&file[..len]), Err(Damage::Length { .. })), "{len} bytes");
        }
        let longer = [file.as_slice(), &[0; 4]].concat();
        assert!(matches!(read_back(&longer), Err(Damage::Length { .. })));
        // A file that is shortened between the reading of its length and that of its content.
        let fault = read(&mut &file[..80], file.len() as u64, key("a")).unwrap_err();
        assert!(matches!(fault, Fault::Damage(Damage::Length { .. })), "{fault:?}");
    }

    #[test]
    fn a_shape_that_lies_is_refused_before_anything_is_allocated() {
        let huge = 1 << 40;
        let shapes = [
            [huge, 1, 1],
            [huge, huge, huge],
            [u64::MAX, u64::MAX, 0],
            [u64::MAX / 4, 1, 1],
            [7, 1, 1],
            [5, 1, 1],
            [0, 2, 1],
        ];
        for shape in shapes {
            let damage = read_back(&reshaped(file_of(&features()), shape)).unwrap_err();
            assert!(matches!(damage, Damage::Length { .. } | Damage::Shape { .. }), "{damage}");
        }
        // There are no values, so the length is right, but ndarray cannot represent so many rows.
        let empty = file_of(&Array3::zeros((0, 1, 1)));
        let shape = [u64::MAX, 0, 1];
        assert_eq!(read_back(&reshaped(empty, shape)), Err(Damage::Shape { shape }));
        // With a matching shape, the helper makes valid files.
        assert!(read_back(&reshaped(file_of(&features()), [1, 2, 3])).is_ok());
    }

    #[test]
    fn the_entry_of_another_key_or_version_is_refused() {
        let mut file = Vec::new();
        write(&mut file, key("b"), &features()).unwrap();
        assert_eq!(read_back(&file), Err(Damage::Key));
        file[8..12].copy_from_slice(&258_u32.to_le_bytes());
        assert_eq!(read_back(&file), Err(Damage::Version { found: 258 }));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_an_error() {
        let mut full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let error = write(&mut full, key("a"), &features()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
