//! Dropout: its masks, and how they are applied to maps and gradients.

use danas_space::Shape;

use super::{
    lanes::{LANES, Lanes},
    maps::RowMut,
    simd::{Kernel, Simd},
    stage::{Dropped, Kind, Stage},
};
use crate::{error::ModelError, random::Factors};

/// Mask of a dropout, for the maps of a block of examples.
#[derive(Debug)]
pub(super) struct Mask {
    dropped: Dropped,
    shape: Shape,
    /// `[rows, channels, columns]`, with a bit for each example whose value is kept.
    kept: Vec<Bits>,
    /// Draws for a row of one example, before they are put in order.
    keeps: Vec<Bits>,
    /// Random draws of the current step; `None` if everything is kept.
    draws: Option<Factors>,
}

/// One bit for each example of a block.
pub(super) type Bits = u16;

const _: () = assert!(Bits::BITS as usize == LANES);

impl Mask {
    /// Creates the mask of a stage; `None` if the stage is not a dropout. The mask keeps everything
    /// until a step begins.
    pub(super) fn new(stage: &Stage) -> Result<Option<Self>, ModelError> {
        let (&Kind::Dropout(dropped), shape) = (&stage.kind, stage.output) else { return Ok(None) };
        let too_large = || ModelError::OutOfMemory { what: "the dropout masks of a block" };
        let length = shape.elements().ok_or_else(too_large)?;
        let mut kept = Vec::new();
        kept.try_reserve_exact(length).map_err(|_| too_large())?;
        kept.resize(length, 0);
        let keeps = vec![0; shape.width * shape.channels];
        Ok(Some(Self { dropped, shape, kept, keeps, draws: None }))
    }

    /// Begins a step of a training.
    pub(super) fn begin(&mut self, seed: u64, step: u64) {
        let Dropped { layer, rate } = self.dropped;
        self.draws = Some(Factors::new(seed, step, layer, rate));
    }

    /// Draws what is kept of the step's next `examples` examples.
    pub(super) fn draw(&mut self, examples: usize) {
        let Some(draws) = &mut self.draws else { return };
        let Shape { width, channels, .. } = self.shape;
        self.kept.fill(0);
        for lane in 0..examples {
            for row in self.kept.chunks_exact_mut((width * channels).max(1)) {
                draws.draw(&mut self.keeps);
                // The draws are in the order `[columns, channels]`.
                for (channel, row) in row.chunks_exact_mut(width).enumerate() {
                    for (kept, keeps) in row.iter_mut().zip(self.keeps.chunks_exact(channels)) {
                        *kept |= keeps[channel] & 1 << lane;
                    }
                }
            }
        }
    }

    /// Keeps everything until the next step begins.
    pub(super) fn keep_all(&mut self) {
        self.draws = None;
    }

    /// Returns the mask of a row; `None` if everything is kept.
    pub(super) fn row(&self, y: usize) -> Option<Kept<'_>> {
        let draws = self.draws.as_ref()?;
        let length = self.shape.width * self.shape.channels;
        Some(Kept { bits: &self.kept[y * length..(y + 1) * length], factor: draws.kept() })
    }
}

/// Part of a dropout's mask, for some values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'a> {
    /// Bits of each value, one for each example.
    bits: &'a [Bits],
    /// Factor of the values that are kept.
    factor: f32,
}

/// Computation that applies a dropout to a row of maps, or copies the row.
pub(super) struct DropOut<'a> {
    /// `[channels, width]`
    pub(super) from: &'a [Lanes],
    /// Mask of these values; `None` to keep all of them.
    pub(super) kept: Option<Kept<'a>>,
    pub(super) to: RowMut<'a>,
}

impl Kernel for DropOut<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let width = self.to.width;
        for (channel, from) in self.from.chunks_exact(width).enumerate() {
            let to = self.to.dense(channel);
            to.copy_from_slice(from);
            if let Some(Kept { bits, factor }) = self.kept {
                let bits = &bits[channel * width..(channel + 1) * width];
                Keep { kept: Kept { bits, factor }, values: to }.run(simd);
            }
        }
    }
}

/// Computation that applies a dropout to values or gradients in place.
pub(super) struct Keep<'a> {
    pub(super) kept: Kept<'a>,
    pub(super) values: &'a mut [Lanes],
}

impl Kernel for Keep<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let Kept { bits, factor } = self.kept;
        for (value, &bits) in self.values.iter_mut().zip(bits) {
            for (lane, value) in value.0.iter_mut().enumerate() {
                *value *= if bits >> lane & 1 == 1 { factor } else { 0.0 };
            }
        }
    }
}
