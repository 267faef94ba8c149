//! Features of a recording, collected while the tree of steps is walked.

use std::sync::Arc;

use ndarray::Array3;

use super::leaf::Leaf;
use crate::{buffer_pool::BufferPool, error::DspError, features::Features, stft::check_size};

/// Collects the features of all nodes, each with its position, and provides memory for them.
#[derive(Debug)]
pub(super) struct Found {
    features: Vec<(usize, Features)>,
    pool: Arc<BufferPool>,
}

impl Found {
    pub(super) fn new(leaves: usize, pool: Arc<BufferPool>) -> Self {
        Self { features: Vec::with_capacity(leaves), pool }
    }

    /// Returns the features in the order of their granularities.
    pub(super) fn in_order(mut self) -> Vec<Features> {
        self.features.sort_unstable_by_key(|(index, _)| *index);
        self.features.into_iter().map(|(_, features)| features).collect()
    }

    /// Returns memory for `rows` × `frames` values per channel, with arbitrary content.
    pub(super) fn planes(
        &self,
        channels: usize,
        rows: usize,
        frames: usize,
    ) -> Result<Vec<f32>, DspError> {
        check_size(rows.saturating_mul(channels), frames)?;
        Ok(self.pool.take(channels * rows * frames))
    }

    /// Returns a copy of values.
    pub(super) fn copy(&self, values: &[f32]) -> Vec<f32> {
        let mut copy = self.pool.take(values.len());
        copy.copy_from_slice(values);
        copy
    }

    /// Takes memory back.
    pub(super) fn put(&self, values: Vec<f32>) {
        self.pool.put(values);
    }

    /// Adds features from values that hold one channel after the other, each row-major.
    pub(super) fn add(
        &mut self,
        leaf: &Leaf,
        values: Vec<f32>,
        channels: usize,
    ) -> Result<(), DspError> {
        let rows = leaf.granularity.rows();
        let frames = values.len() / (rows * channels).max(1);
        let values = if channels == 1 {
            Array3::from_shape_vec((rows, frames, 1), values)
        } else {
            let planes = Array3::from_shape_vec((channels, rows, frames), values);
            planes.map(|planes| planes.permuted_axes([1, 2, 0]).as_standard_layout().into_owned())
        };
        let values = values.map_err(DspError::transform)?;
        let features = Features::new(leaf.granularity, values, Arc::clone(&self.pool));
        self.features.push((leaf.index, features));
        Ok(())
    }
}
