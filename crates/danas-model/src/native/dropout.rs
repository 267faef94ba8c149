//! Dropout: what it keeps, and what it multiplies maps and gradients with.

use danas_space::Shape;

use super::{
    lanes::{LANES, Lanes},
    maps::RowMut,
    simd::{Kernel, Simd},
    stage::{Dropped, Kind, Stage},
};
use crate::{ModelError, random::Factors};

/// What a dropout keeps of the maps of a block of examples.
#[derive(Debug)]
pub(super) struct Mask {
    dropped: Dropped,
    shape: Shape,
    /// `[rows, channels, columns]`, a bit for each example whose value is kept.
    kept: Vec<Bits>,
    /// Those of a row and an example, as they are drawn.
    keeps: Vec<Bits>,
    /// Of the step under way; `None` where all is kept.
    draws: Option<Factors>,
}

/// A bit for each example of a block.
pub(super) type Bits = u16;

const _: () = assert!(Bits::BITS as usize == LANES);

impl Mask {
    /// Of a stage that is a dropout. It keeps all until a step begins.
    pub(super) fn new(stage: &Stage) -> Result<Option<Self>, ModelError> {
        let (&Kind::Dropout(dropped), shape) = (&stage.kind, stage.output) else { return Ok(None) };
        let too_large = || ModelError::OutOfMemory { what: "the dropout of a block" };
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

    /// Draws what the step keeps of its next so many examples.
    pub(super) fn draw(&mut self, examples: usize) {
        let Some(draws) = &mut self.draws else { return };
        let Shape { width, channels, .. } = self.shape;
        self.kept.fill(0);
        for lane in 0..examples {
            for row in self.kept.chunks_exact_mut((width * channels).max(1)) {
                draws.draw(&mut self.keeps);
                // Drawn in the order `[columns, channels]`.
                for (channel, row) in row.chunks_exact_mut(width).enumerate() {
                    for (kept, keeps) in row.iter_mut().zip(self.keeps.chunks_exact(channels)) {
                        *kept |= keeps[channel] & 1 << lane;
                    }
                }
            }
        }
    }

    /// Keeps all from here on.
    pub(super) fn keep_all(&mut self) {
        self.draws = None;
    }

    /// What is kept of a row; `None` where all is.
    pub(super) fn row(&self, y: usize) -> Option<Kept<'_>> {
        let draws = self.draws.as_ref()?;
        let length = self.shape.width * self.shape.channels;
        Some(Kept { bits: &self.kept[y * length..(y + 1) * length], factor: draws.kept() })
    }
}

/// What a dropout keeps of some values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept<'a> {
    /// Of each value.
    bits: &'a [Bits],
    /// What is kept is multiplied with it.
    factor: f32,
}

/// Writes what a dropout makes of a row of maps, or the row as it is.
pub(super) struct DropOut<'a> {
    /// `[channels, width]`
    pub(super) from: &'a [Lanes],
    /// Of the same; `None` for all of it.
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

/// Does to values, or gradients, what a dropout does.
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
