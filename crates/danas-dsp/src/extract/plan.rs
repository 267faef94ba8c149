//! The steps from a recording to features of several granularities, as a tree: what granularities
//! have in common is one node.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use danas_space::{
    AudioGranularity, Channels, Hertz, Representation, ResamplingFilter, SampleDepth,
};
use ndarray::Array3;

use super::{pool::Pool, spectral::Spectra};
use crate::{
    DspError, Features, Recording,
    quantise::quantise,
    resample::{Conversion, ConversionBuffers},
    shelf::Shelf,
    stft::check_size,
};

/// The native rates whose conversions are kept.
const NATIVE_RATES: usize = 8;

/// A granularity and its place among all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    pub(super) index: usize,
    pub(super) granularity: AudioGranularity,
}

/// All granularities, by the clips that they are of.
#[derive(Debug)]
pub(super) struct Plan {
    clips: Vec<Clip>,
    leaves: usize,
    shelf: Arc<Shelf>,
}

/// How often the features of a plan may be alive at once, as far as their memory is used again.
const ALIVE: usize = 8;

/// Channels of a recording, cut or zero-padded, at their native rate.
#[derive(Debug)]
struct Clip {
    channels: Channels,
    duration: Duration,
    rates: Vec<Rate>,
    /// By native rate. Used again in most calls: recordings of a dataset have few rates.
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
        let shelf = Arc::new(Shelf::new(ALIVE * leaves.len()));
        Ok(Self { clips, leaves: leaves.len(), shelf })
    }

    /// The features of a recording, in the order of the granularities.
    pub(super) fn extract(&self, recording: &Recording) -> Result<Vec<Features>, DspError> {
        let mut found = self.found();
        for clip in &self.clips {
            clip.extract(recording, &mut found)?;
        }
        Ok(found.in_order())
    }

    /// The features of the channels of a granularity at its rate.
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
        Found { features: Vec::with_capacity(self.leaves), shelf: Arc::clone(&self.shelf) }
    }
}

/// What a node adds its features to, each with its place among all, and gets memory from.
#[derive(Debug)]
pub(super) struct Found {
    features: Vec<(usize, Features)>,
    shelf: Arc<Shelf>,
}

impl Found {
    fn in_order(mut self) -> Vec<Features> {
        self.features.sort_unstable_by_key(|(index, _)| *index);
        self.features.into_iter().map(|(_, features)| features).collect()
    }

    /// Memory for `rows` and `frames` of each of `channels`, whatever it holds.
    pub(super) fn planes(
        &self,
        channels: usize,
        rows: usize,
        frames: usize,
    ) -> Result<Vec<f32>, DspError> {
        check_size(rows.saturating_mul(channels), frames)?;
        Ok(self.shelf.take(channels * rows * frames))
    }

    /// A copy of values.
    pub(super) fn copy(&self, values: &[f32]) -> Vec<f32> {
        let mut copy = self.shelf.take(values.len());
        copy.copy_from_slice(values);
        copy
    }

    /// Takes memory back.
    pub(super) fn put(&self, values: Vec<f32>) {
        self.shelf.put(values);
    }

    /// Adds features from the values of one channel after the other, each in row order.
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
        let features = Features::new(leaf.granularity, values, Arc::clone(&self.shelf));
        self.features.push((leaf.index, features));
        Ok(())
    }
}

impl Clip {
    fn extract(&self, recording: &Recording, found: &mut Found) -> Result<(), DspError> {
        let native = recording.rate();
        let channels = recording.clip(self.channels, self.duration)?;
        let samples = channels.first().map_or(0, |channel| channel.len());
        let conversion = self.conversion(native, samples)?;
        // Each channel has its own, since all are at a rate before the next rate's turn.
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
            let lowered = buffers.iter_mut().map(|buffers| {
                let mut samples = conversion.target(target, buffers);
                samples.resize(rate.samples, 0.0);
                Cow::Owned(samples)
            });
            rate.extract(lowered.collect(), found)?;
            target += 1;
        }
        Ok(())
    }

    /// How clips of a native rate are lowered to all rates but that one, in their order.
    fn conversion(&self, native: Hertz, samples: usize) -> Result<Arc<Conversion>, DspError> {
        let kept = || self.conversions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, conversion)) = kept().iter().find(|(rate, _)| *rate == native) {
            return Ok(Arc::clone(conversion));
        }
        let lower = self.rates.iter().filter(|rate| rate.rate != native);
        let targets = lower.map(|rate| (rate.rate, rate.filter));
        let conversion = Arc::new(Conversion::new(samples, native, targets)?);
        let mut kept = kept();
        // The clip's length follows from its rate, so each rate has one conversion.
        if kept.len() < NATIVE_RATES && kept.iter().all(|(rate, _)| *rate != native) {
            kept.push((native, Arc::clone(&conversion)));
        }
        Ok(conversion)
    }
}

impl Rate {
    /// The samples of leaves that agree in clip, rate and depth: there is at least one.
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

/// The leaves by a key that they have in common, in the order of their first ones.
pub(super) fn grouped<K: PartialEq>(
    leaves: &[Leaf],
    key: impl Fn(&Leaf) -> K,
) -> Vec<(K, Vec<Leaf>)> {
    let mut groups: Vec<(K, Vec<Leaf>)> = Vec::new();
    for leaf in leaves {
        let key = key(leaf);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push(*leaf),
            None => groups.push((key, vec![*leaf])),
        }
    }
    groups
}
