//! What the bytes of a file are spent on.

use danas_space::Bytes;

use super::{
    TfliteFile,
    file::{buffer_extent, metadata_buffer},
};

/// The bytes of a file by what they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FileSizes {
    /// All of the file.
    pub file: Bytes,
    /// The data of tensors: weights, and other constants. What several share counts once.
    pub constants: Bytes,
    /// The data of metadata.
    pub metadata: Bytes,
    /// All that is left: names, shapes, options, scales, and what holds them together.
    pub structure: Bytes,
}

/// What a buffer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Constant,
    Metadata,
}

/// Where a buffer's data begins and ends, and what it is for.
type Extent = (u64, u64, Purpose);

pub(super) fn sizes(file: &TfliteFile<'_>) -> FileSizes {
    let mut purposes = vec![None; file.buffers().len()];
    let tensors = file.subgraphs().flat_map(|subgraph| subgraph.tensors());
    let constants = tensors.map(|tensor| (tensor.buffer(), Purpose::Constant));
    let metadata = file.metadata_tables().iter().map(metadata_buffer);
    let metadata = metadata.map(|buffer| (buffer, Purpose::Metadata));
    for (buffer, purpose) in constants.chain(metadata).filter(|&(buffer, _)| buffer > 0) {
        if let Some(known) = purposes.get_mut(buffer as usize) {
            known.get_or_insert(purpose);
        }
    }
    let used = file.buffers().iter().zip(purposes);
    let extents = used.filter_map(|(buffer, purpose)| {
        let (start, length) = buffer_extent(buffer);
        Some((start, start.saturating_add(length), purpose?))
    });
    let [constants, metadata] = count(&mut extents.collect::<Vec<_>>());
    let all = file.bytes().len() as u64;
    FileSizes {
        file: Bytes(all),
        constants: Bytes(constants),
        metadata: Bytes(metadata),
        structure: Bytes(all.saturating_sub(constants + metadata)),
    }
}

/// Bytes of constants and of metadata. Buffers may lie in each other: no byte counts twice.
fn count(extents: &mut [Extent]) -> [u64; 2] {
    extents.sort_unstable();
    let (mut counted, mut constants, mut metadata) = (0, 0, 0);
    for &(start, end, purpose) in &*extents {
        let bytes = end.saturating_sub(start.max(counted));
        counted = counted.max(end);
        match purpose {
            Purpose::Constant => constants += bytes,
            Purpose::Metadata => metadata += bytes,
        }
    }
    [constants, metadata]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_counts_once() {
        let mut extents = [
            (30, 40, Purpose::Metadata),
            (10, 20, Purpose::Constant),
            (10, 20, Purpose::Constant),
            (15, 25, Purpose::Metadata),
            (12, 14, Purpose::Constant),
            (0, 0, Purpose::Constant),
        ];
        assert_eq!(count(&mut extents), [10, 15]);
    }
}
