//! The file format: named tensors after a header.

use ndarray::{Array, Dimension};
use safetensors::{
    Dtype, SafeTensorError, SafeTensors,
    tensor::{Metadata, TensorView},
};

use super::SafetensorsError;
use crate::error::ModelError;

/// Name, shape and bytes of a tensor.
pub(super) type Named = (String, Vec<usize>, Vec<u8>);

/// A safetensors file.
pub(super) struct TensorFile<'a> {
    metadata: Metadata,
    tensors: SafeTensors<'a>,
}

impl<'a> TensorFile<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, SafetensorsError> {
        refuse_impossible_offsets(bytes)?;
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(refused)?;
        Ok(Self { metadata, tensors: SafeTensors::deserialize(bytes).map_err(refused)? })
    }

    /// Returns an entry of the metadata.
    pub(super) fn entry(&self, key: &str) -> Option<&str> {
        self.metadata.metadata().as_ref()?.get(key).map(String::as_str)
    }

    /// Returns the names of all tensors, sorted.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names = self.tensors.names();
        names.sort_unstable();
        names
    }

    /// Returns a tensor, which must have the given shape.
    pub(super) fn array<D: Dimension>(
        &self,
        name: &str,
        shape: D,
    ) -> Result<Array<f32, D>, SafetensorsError> {
        let tensor = name.to_owned();
        let Ok(view) = self.tensors.tensor(name) else {
            return Err(SafetensorsError::Missing { tensor });
        };
        if view.dtype() != Dtype::F32 {
            return Err(SafetensorsError::ElementType { tensor, actual: view.dtype().to_string() });
        }
        let (expected, actual) = (shape.slice().to_vec(), view.shape().to_vec());
        let (values, _) = view.data().as_chunks();
        let values = values.iter().copied().map(f32::from_le_bytes).collect();
        match Array::from_shape_vec(shape, values) {
            Ok(array) if expected == actual => Ok(array),
            _ => Err(ModelError::TensorShape { tensor, expected, actual }.into()),
        }
    }
}

/// Writes a file of tensors and a single entry of metadata. With several entries, their order would
/// differ from one run to the next.
pub(super) fn write(
    tensors: &[Named],
    key: &str,
    value: String,
) -> Result<Vec<u8>, SafetensorsError> {
    let mut views = Vec::with_capacity(tensors.len());
    for (name, shape, values) in tensors {
        let view = TensorView::new(Dtype::F32, shape.clone(), values).map_err(refused)?;
        views.push((name.as_str(), view));
    }
    let metadata = [(key.to_owned(), value)].into_iter().collect();
    safetensors::serialize(views, Some(metadata)).map_err(refused)
}

/// Refuses a header whose tensors end beyond the file. The crate `safetensors` adds up such offsets
/// without checking for an overflow.
fn refuse_impossible_offsets(bytes: &[u8]) -> Result<(), SafetensorsError> {
    let header = bytes.split_first_chunk().and_then(|(length, rest)| {
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        rest.get(..length)
    });
    let header = header.ok_or_else(|| refused(SafeTensorError::InvalidHeaderLength))?;
    let metadata: Metadata = serde_json::from_slice(header)
        .map_err(|error| refused(SafeTensorError::InvalidHeaderDeserialization(error)))?;
    let ends = metadata.tensors().into_values().map(|info| info.data_offsets.1);
    if ends.max().is_some_and(|end| end > bytes.len()) {
        return Err(refused(SafeTensorError::MetadataIncompleteBuffer));
    }
    Ok(())
}

fn refused(error: SafeTensorError) -> SafetensorsError {
    SafetensorsError::Format(error.into())
}
