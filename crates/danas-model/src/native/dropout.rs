//! Dropout: what it keeps, and what it multiplies maps and gradients with.

use danas_space::Shape;

use super::{
    lanes::Lanes,
    maps::{Columns, Maps, RowMut},
    simd::{Kernel, Simd},
    stage::{Dropped, Kind, Stage},
};
use crate::{ModelError, random::Factors};

/// What a dropout multiplies the maps of a block of examples with.
#[derive(Debug)]
pub(super) struct Mask {
    dropped: Dropped,
    shape: Shape,
    factors: Maps,
    /// Of the step under way; `None` where all is kept.
    draws: Option<Factors>,
}

impl Mask {
    /// Of a stage that is a dropout. It keeps all until a step begins.
    pub(super) fn new(stage: &Stage) -> Result<Option<Self>, ModelError> {
        let (&Kind::Dropout(dropped), shape) = (&stage.kind, stage.output) else { return Ok(None) };
        let factors = Maps::new(shape, shape.height, Columns::dense(shape.width))?;
        Ok(Some(Self { dropped, shape, factors, draws: None }))
    }

    /// Begins a step of a training.
    pub(super) fn begin(&mut self, seed: u64, step: u64) {
        let Dropped { layer, rate } = self.dropped;
        self.draws = Some(Factors::new(seed, step, layer, rate));
    }

    /// Draws the factors of the step's next so many examples.
    pub(super) fn draw(&mut self, examples: usize) {
        let Some(draws) = &mut self.draws else { return };
        for lane in 0..examples {
            for y in 0..self.shape.height {
                let mut row = self.factors.row_mut(y);
                for x in 0..self.shape.width {
                    for channel in 0..self.shape.channels {
                        row.at(channel, x).0[lane] = draws.draw();
                    }
                }
            }
        }
    }

    /// Keeps all from here on.
    pub(super) fn keep_all(&mut self) {
        self.draws = None;
    }

    /// The factors of a row, `[channels, width]`; `None` where all is kept.
    pub(super) fn row(&self, y: usize) -> Option<&[Lanes]> {
        self.draws.is_some().then(|| self.factors.whole_row(y))
    }
}

/// Writes the products of a row of maps, or the row as it is.
pub(super) struct Multiply<'a> {
    /// `[channels, width]`
    pub(super) from: &'a [Lanes],
    /// The same; `None` for ones.
    pub(super) factors: Option<&'a [Lanes]>,
    pub(super) to: RowMut<'a>,
}

impl Kernel for Multiply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S) {
        let width = self.to.width;
        for (channel, from) in self.from.chunks_exact(width).enumerate() {
            let to = self.to.dense(channel);
            to.copy_from_slice(from);
            if let Some(factors) = self.factors {
                let factors = &factors[channel * width..(channel + 1) * width];
                MultiplyBy { factors, values: to }.run(simd);
            }
        }
    }
}

/// Replaces values by their products.
pub(super) struct MultiplyBy<'a> {
    pub(super) factors: &'a [Lanes],
    pub(super) values: &'a mut [Lanes],
}

impl Kernel for MultiplyBy<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for (value, factor) in self.values.iter_mut().zip(self.factors) {
            for part in 0..S::PARTS {
                let product = simd.mul(simd.load(value, part), simd.load(factor, part));
                simd.store(product, value, part);
            }
        }
    }
}
