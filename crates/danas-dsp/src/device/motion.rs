//! The constant tables of features of motion.

use danas_space::{Granularity, MotionGranularity, MotionRepresentation, Rate, ResamplingFilter};

use super::decimation::Decimation;
use crate::{
    error::DspError,
    motion::{MotionExtractor, band_edges, in_whole_hertz},
    recording::{Recording, check_len},
};

/// The constants with which a [`MotionExtractor`] computes its features, for code that computes them on
/// a device from a window at the native rate.
///
/// At a lower rate, sample `m` of a channel is `line(m · from / to) + Σ taps[|m · from − n · to|] ·
/// (x[n] − line(n))`, where the line goes through the first and the last sample of the window, as in
/// [`lower_rates`](crate::lower_rates).
///
/// ```
/// use danas_dsp::MotionTables;
/// use danas_space::{DataSpace, MotionRepresentation, MotionSpace, Rate};
/// use std::time::Duration;
///
/// let [native, rate] = [Rate::from_hertz(50.0)?, Rate::from_hertz(12.5)?];
/// let space = MotionSpace::builder().rates([rate]).representations([MotionRepresentation::Bands]);
/// let names = ["x", "y", "z"].map(String::from);
/// let space = space.build()?.suited(native, &names, Duration::from_secs(4));
/// let granularity = space.granularities().last().ok_or("the space is not empty")?;
/// let tables = MotionTables::new(&granularity, native)?;
/// assert_eq!(tables.window, 4 * 50);
/// let decimation = tables.decimation.ok_or("the rates differ")?;
/// assert_eq!((decimation.from, decimation.to), (4, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MotionTables {
    /// The granularity.
    pub granularity: MotionGranularity,
    /// The native rate.
    pub native: Rate,
    /// Number of samples of a window of one channel at the native rate.
    pub window: usize,
    /// How the rate is lowered, or `None` if the native rate is that of the granularity.
    pub decimation: Option<Decimation>,
    /// Weights of the samples of a frame; empty for what has no frames.
    pub weights: Vec<f32>,
    /// What the squared magnitude of a bin is multiplied by; 0 for what has no frames.
    pub power_scale: f32,
    /// First frequency bin of each band and, after them, the number of bins; empty for what has no
    /// bands.
    pub bands: Vec<usize>,
}

impl MotionTables {
    /// Largest magnitude of a sample that there are features for.
    pub const MAX_AMPLITUDE: f32 = Recording::MAX_AMPLITUDE;

    /// Computes the tables of a granularity for series at a native rate.
    ///
    /// # Errors
    /// [`DspError::Parameter`] for a window that is shorter than a frame; the errors of
    /// [`MotionExtractor::new`] and [`lower_rates`](crate::lower_rates).
    pub fn new(granularity: &MotionGranularity, native: Rate) -> Result<Self, DspError> {
        let extractor = MotionExtractor::new(granularity)?;
        let samples = granularity.samples();
        let too_short = |_| DspError::Parameter { name: "window", value: samples };
        let shape = granularity.input_shape().map_err(too_short)?;
        let window = Self::at_native_rate(granularity, native).samples();
        check_len(window as u64)?;
        check_len(samples as u64)?;
        let decimation = (native != granularity.rate)
            .then(|| {
                let [from, to] = in_whole_hertz(native, granularity.rate)?;
                Decimation::new(window, [from, to], ResamplingFilter::SoxrHq)
            })
            .transpose()?;
        let bands = match granularity.representation {
            MotionRepresentation::Bands => band_edges(granularity.bins(), shape.height).collect(),
            _ => Vec::new(),
        };
        Ok(Self {
            granularity: granularity.clone(),
            native,
            window,
            decimation,
            weights: extractor.weights().to_vec(),
            power_scale: extractor.power_scale(),
            bands,
        })
    }

    /// Returns a granularity at the native rate: its window is what a device keeps.
    #[must_use]
    pub fn at_native_rate(granularity: &MotionGranularity, native: Rate) -> MotionGranularity {
        MotionGranularity { rate: native, ..granularity.clone() }
    }
}
