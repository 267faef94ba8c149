//! Altered copies of the examples of a batch.

use std::ops::Range;

use tch::{Device, TchError, Tensor};

use super::{
    failure::During,
    features::{indices, upload},
    net::download,
};
use crate::{
    ModelError, Scaler, Training,
    augmentation::{Augmenter, Lines},
};

/// Makes the copies on the CPU, where the examples are kept for it, and uploads them batch by batch.
#[derive(Debug)]
pub(super) struct Copies {
    augmenter: Augmenter,
    /// `[examples, channels, height, width]`, then their versions.
    values: Vec<f32>,
    examples: usize,
    /// `[channels, height, width]`
    shape: [i64; 3],
    order: Vec<usize>,
    device: Device,
}

/// A batch as the network sees it.
#[derive(Debug)]
pub(super) struct Altered {
    /// `[batch, channels, height, width]`
    pub(super) features: Tensor,
    /// Which example each of them is mixed with, or itself, `[batch]`.
    pub(super) others: Tensor,
    /// The part of the example itself, `[batch]`.
    pub(super) shares: Tensor,
}

impl Copies {
    /// `None` for a training that leaves its examples as they are.
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
        let download = |tensor: &Tensor| download(tensor).during("the features' download");
        let mut values = download(features)?;
        if let Some(versions) = training.versions() {
            values.extend(download(&upload(versions, scaler, Device::Cpu)?)?);
        }
        let examples = training.samples().len();
        let input = training.network().input();
        let shape = [input.channels, input.height, input.width].map(|side| side as i64);
        Ok(Some(Self { augmenter, values, examples, shape, order: Vec::new(), device }))
    }

    /// Begins an epoch over examples in this order.
    pub(super) fn begin(&mut self, order: Vec<usize>) {
        self.order = order;
        self.augmenter.begin_epoch();
    }

    /// Copies of the examples that stand at `batch` in the order.
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
