//! Altered copies of the examples of a batch.

use std::ops::Range;

use tch::{Device, TchError, Tensor};

use super::{
    failure::During,
    features::{indices, upload},
    net::download,
};
use crate::{
    augmentation::{Augmenter, Lines},
    engine::Training,
    error::ModelError,
    scaler::Scaler,
};

/// Altered copies, made on the CPU from examples that are kept there, and uploaded batch by batch.
#[derive(Debug)]
pub(super) struct Copies {
    augmenter: Augmenter,
    /// `[examples, channels, height, width]`: the examples, then their altered versions.
    values: Vec<f32>,
    examples: usize,
    /// `[channels, height, width]`
    shape: [i64; 3],
    order: Vec<usize>,
    device: Device,
}

/// Altered copies of a batch, as the network reads them.
#[derive(Debug)]
pub(super) struct Altered {
    /// `[batch, channels, height, width]`
    pub(super) features: Tensor,
    /// `[batch]`: the example that each copy is mixed with, or its own example.
    pub(super) others: Tensor,
    /// `[batch]`: the share of the copy's own example.
    pub(super) shares: Tensor,
}

impl Copies {
    /// Returns `None` if the training leaves its examples as they are.
    ///
    /// # Shapes
    /// - `features`: `[examples, channels, height, width]`, scaled
    pub(super) fn new(
        training: &Training<'_>,
        features: &Tensor,
        scaler: Option<&Scaler>,
        device: Device,
    ) -> Result<Option<Self>, ModelError> {
        let Some(augmenter) = Augmenter::new(training, Lines::ByChannel) else { return Ok(None) };
        let download = |tensor: &Tensor| download(tensor).during("the download of the features");
        let mut values = download(features)?;
        if let Some(versions) = training.versions() {
            values.extend(download(&upload(versions, scaler, Device::Cpu)?)?);
        }
        let examples = training.samples().len();
        let input = training.network().input();
        let shape = [input.channels, input.height, input.width].map(|side| side as i64);
        Ok(Some(Self { augmenter, values, examples, shape, order: Vec::new(), device }))
    }

    /// Begins an epoch that visits the examples in this order.
    pub(super) fn begin(&mut self, order: Vec<usize>) {
        self.order = order;
        self.augmenter.begin_epoch();
    }

    /// Returns altered copies of the examples at the positions `batch` of the order.
    pub(super) fn of(&mut self, batch: Range<usize>) -> Result<Altered, TchError> {
        let Self { augmenter, values, examples, shape: [channels, height, width], order, device } =
            self;
        let size = (*channels * *height * *width) as usize;
        let batch = &order[batch];
        let mut copies = vec![0.0_f32; batch.len() * size];
        let (mut others, mut shares) = (batch.to_vec(), vec![1.0_f32; batch.len()]);
        for (index, &example) in batch.iter().enumerate() {
            let of =
                |version: usize, it: usize| &values[(version * *examples + it) * size..][..size];
            let to = &mut copies[index * size..][..size];
            if let Some(mix) = augmenter.copy(example, order, of, to) {
                (others[index], shares[index]) = (mix.other, mix.share);
            }
        }
        let shape = [batch.len() as i64, *channels, *height, *width];
        Ok(Altered {
            features: Tensor::f_from_slice(&copies)?.f_view(shape)?.f_to_device(*device)?,
            others: indices(&others, *device)?,
            shares: Tensor::f_from_slice(&shares)?.f_to_device(*device)?,
        })
    }
}
