//! The steps from a recording to the features of several granularities, as a tree: steps that
//! granularities have in common are one node.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use danas_space::{
    AudioGranularity, Channels, Hertz, Representation, ResamplingFilter, SampleDepth,
};

use super::{
    found::Found,
    leaf::{Leaf, grouped},
    pool::Pool,
    spectral::Spectra,
};
use crate::{
    buffer_pool::BufferPool,
    error::DspError,
    features::Features,
    quantise::quantise,
    recording::Recording,
    resample::{Conversion, ConversionBuffers},
};

/// Largest number of native rates whose conversions are kept.
const NATIVE_RATES: usize = 8;

/// All granularities, grouped by their clips.
#[derive(Debug)]
pub(super) struct Plan {
    clips: Vec<Clip>,
    leaves: usize,
    pool: Arc<BufferPool>,
}

/// Number of sets of a plan's features whose memory is kept for reuse.
const ALIVE: usize = 8;

/// Channels of a recording, cut or zero-padded, at their native rate.
#[derive(Debug)]
struct Clip {
    channels: Channels,
    duration: Duration,
    rates: Vec<Rate>,
    /// Conversions by native rate. Most calls reuse one, since the recordings of a dataset have few
    /// different rates.
    conversions: Mutex<Vec<(Hertz, Arc<Conversion>)>>,
    buffers: Pool<ConversionBuffers>,
}

/// The samples of a clip at one rate, rounded to one depth.
#[derive(Debug)]
struct Rate {
    rate: Hertz,
    filter: ResamplingFilter,
    depth: SampleDepth,
    samples: usize,
    waveforms: Vec<Leaf>,
    spectra: Vec<Spectra>,
}

impl Plan {
    pub(super) fn new(granularities: &[AudioGranularity]) -> Result<Self, DspError> {
        let leaves = granularities.iter().enumerate();
        let leaves: Vec<Leaf> =
            leaves.map(|(index, &granularity)| Leaf { index, granularity }).collect();
        let clip = |leaf: &Leaf| (leaf.granularity.channels, leaf.granularity.front_end.clip());
        let clips = grouped(&leaves, clip).into_iter().map(|((channels, duration), leaves)| {
            let rate = |leaf: &Leaf| {
                let AudioGranularity { sample_rate, sample_depth, front_end, .. } =
                    leaf.granularity;
                (sample_rate, front_end.resampling(), sample_depth)
            };
            let rates = grouped(&leaves, rate).into_iter().map(|(_, leaves)| Rate::new(&leaves));
            let rates = rates.collect::<Result<_, _>>()?;
            Ok(Clip {
                channels,
                duration,
                rates,
                conversions: Mutex::default(),
                buffers: Pool::default(),
            })
        });
        let clips = clips.collect::<Result<_, DspError>>()?;
        let pool = Arc::new(BufferPool::new(ALIVE * leaves.len()));
        Ok(Self { clips, leaves: leaves.len(), pool })
    }

    /// Returns the features of a recording, in the order of the granularities.
    pub(super) fn extract(&self, recording: &Recording) -> Result<Vec<Features>, DspError> {
        let mut found = self.found();
        for clip in &self.clips {
            clip.extract(recording, &mut found)?;
        }
        Ok(found.in_order())
    }

    /// Returns the features of channels that are already at the rate of their granularity.
    pub(super) fn of_samples(
        &self,
        channels: Vec<Cow<'_, [f32]>>,
    ) -> Result<Vec<Features>, DspError> {
        let mut found = self.found();
        for rate in self.clips.iter().flat_map(|clip| &clip.rates) {
            rate.extract(channels.clone(), &mut found)?;
        }
        Ok(found.in_order())
    }

    fn found(&self) -> Found {
        Found::new(self.leaves, Arc::clone(&self.pool))
    }
}

impl Clip {
    fn extract(&self, recording: &Recording, found: &mut Found) -> Result<(), DspError> {
        let native = recording.rate();
        let channels = recording.clip(self.channels, self.duration)?;
        let samples = channels.first().map_or(0, |channel| channel.len());
        let conversion = self.conversion(native, samples)?;
        // Each channel needs its own buffers, since all channels are resampled to one rate before
        // the next rate begins.
        let mut buffers: Vec<_> = channels.iter().map(|_| self.buffers.take()).collect();
        for (channel, buffers) in channels.iter().zip(&mut buffers) {
            conversion.take_in(channel, buffers);
        }
        let mut target = 0;
        for rate in &self.rates {
            if rate.rate == native {
                let borrowed = channels.iter().map(|channel| Cow::Borrowed(&**channel));
                rate.extract(borrowed.collect(), found)?;
                continue;
            }
            let lowered = channels.iter().zip(&mut buffers).map(|(channel, buffers)| {
                let mut samples = conversion.target(target, channel, buffers)?;
                samples.resize(rate.samples, 0.0);
                Ok(Cow::Owned(samples))
            });
            rate.extract(lowered.collect::<Result<_, DspError>>()?, found)?;
            target += 1;
        }
        Ok(())
    }

    /// Returns the conversion of clips from a native rate to all other rates of the plan, in their
    /// order.
    fn conversion(&self, native: Hertz, samples: usize) -> Result<Arc<Conversion>, DspError> {
        let kept = || self.conversions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, conversion)) = kept().iter().find(|(rate, _)| *rate == native) {
            return Ok(Arc::clone(conversion));
        }
        let lower = self.rates.iter().filter(|rate| rate.rate != native);
        let targets = lower.map(|rate| (rate.rate, rate.filter));
        let conversion = Arc::new(Conversion::new(samples, native, targets)?);
        let mut kept = kept();
        // The clip's length in samples follows from its rate, so each rate has one conversion.
        if kept.len() < NATIVE_RATES && kept.iter().all(|(rate, _)| *rate != native) {
            kept.push((native, Arc::clone(&conversion)));
        }
        Ok(conversion)
    }
}

impl Rate {
    /// Plans the samples of leaves with the same clip, rate and depth. There must be at least one
    /// leaf.
    fn new(leaves: &[Leaf]) -> Result<Self, DspError> {
        let AudioGranularity { sample_rate, sample_depth, front_end, .. } =
            leaves.first().ok_or(DspError::Empty)?.granularity;
        let (waveforms, others): (Vec<Leaf>, Vec<Leaf>) = leaves
            .iter()
            .partition(|leaf| leaf.granularity.representation == Representation::Waveform);
        let frames = |leaf: &Leaf| {
            let front_end = leaf.granularity.front_end;
            let lengths = [front_end.frame_length(), front_end.hop_length()];
            (lengths, front_end.window_length(), front_end.window(), front_end.framing())
        };
        let spectra = grouped(&others, frames).into_iter().map(|(_, leaves)| Spectra::new(&leaves));
        Ok(Self {
            rate: sample_rate,
            filter: front_end.resampling(),
            depth: sample_depth,
            samples: leaves[0].granularity.samples(),
            waveforms,
            spectra: spectra.collect::<Result<_, _>>()?,
        })
    }

    fn extract(
        &self,
        mut channels: Vec<Cow<'_, [f32]>>,
        found: &mut Found,
    ) -> Result<(), DspError> {
        if let Some(bits) = self.depth.rounded_to() {
            channels.iter_mut().for_each(|samples| quantise(samples.to_mut(), bits));
        }
        for leaf in &self.waveforms {
            found.add(leaf, channels.concat(), channels.len())?;
        }
        self.spectra.iter().try_for_each(|spectra| spectra.extract(&channels, found))
    }
}
