//! The purposes for which the bytes of a file are used.

use danas_space::Bytes;

use super::file::{TfliteFile, buffer_extent, metadata_buffer};

/// The size of a file, by purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FileSizes {
    /// Size of the whole file.
    pub file: Bytes,
    /// Size of the data of tensors: weights and other constants. Shared data counts once.
    pub constants: Bytes,
    /// Size of the data of metadata.
    pub metadata: Bytes,
    /// Size of the rest: names, shapes, options, scales, and the references between them.
    pub structure: Bytes,
}

/// The purpose of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Purpose {
    Constant,
    Metadata,
}

/// The beginning and the end of a buffer's data, and its purpose.
type Extent = (u64, u64, Purpose);

impl TfliteFile<'_> {
    /// Returns how many bytes of the file are used for which purpose.
    #[must_use]
    pub fn sizes(&self) -> FileSizes {
        let mut purposes = vec![None; self.buffers().len()];
        let tensors = self.subgraphs().flat_map(|subgraph| subgraph.tensors());
        let constants = tensors.map(|tensor| (tensor.buffer(), Purpose::Constant));
        let metadata = self.metadata_tables().iter().map(metadata_buffer);
        let metadata = metadata.map(|buffer| (buffer, Purpose::Metadata));
        for (buffer, purpose) in constants.chain(metadata).filter(|&(buffer, _)| buffer > 0) {
            if let Some(known) = purposes.get_mut(buffer as usize) {
                known.get_or_insert(purpose);
            }
        }
        let used = self.buffers().iter().zip(purposes);
        let extents = used.filter_map(|(buffer, purpose)| {
            let (start, length) = buffer_extent(buffer);
            Some((start, start.saturating_add(length), purpose?))
        });
        let [constants, metadata] = count(&mut extents.collect::<Vec<_>>());
        let all = self.bytes().len() as u64;
        FileSizes {
            file: Bytes(all),
            constants: Bytes(constants),
            metadata: Bytes(metadata),
            structure: Bytes(all.saturating_sub(constants + metadata)),
        }
    }
}

/// Returns the bytes of constants and of metadata. Buffers may overlap, but no byte counts twice.
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
