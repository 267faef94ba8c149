//! Axes of a space of audio granularities, one entry each in [`AXES`].

use std::time::Duration;

use crate::{
    audio::{AudioGranularity, Channels, ClipNormalisation, FrontEnd, Representation, SampleDepth},
    data_space::{Axis, Scale},
    error::SpaceError,
    units::Hertz,
};

/// The values of each axis of a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) sample_rates: Vec<Hertz>,
    pub(super) representations: Vec<Representation>,
    pub(super) channels: Vec<Channels>,
    pub(super) sample_depths: Vec<SampleDepth>,
    pub(super) clips: Vec<Duration>,
    pub(super) frame_lengths: Vec<usize>,
    pub(super) hop_lengths: Vec<usize>,
    pub(super) normalisations: Vec<ClipNormalisation>,
}

impl Choices {
    /// Returns the number of granularities, or `None` if it exceeds a `u128`. The axes of frames do
    /// not multiply the waveforms.
    pub(super) fn cardinality(&self) -> Option<u128> {
        let Self { sample_rates, channels, sample_depths, clips, .. } = self;
        let Self { representations, frame_lengths, hop_lengths, normalisations, .. } = self;
        let product = |lens: &[usize]| {
            lens.iter().try_fold(1_u128, |product, &len| product.checked_mul(len as u128))
        };
        let waveforms = usize::from(representations.contains(&Representation::Waveform));
        let with_frames = representations.len() - waveforms;
        product(&[with_frames, frame_lengths.len(), hop_lengths.len(), normalisations.len()])?
            .checked_add(waveforms as u128)?
            .checked_mul(product(&[
                sample_rates.len(),
                channels.len(),
                sample_depths.len(),
                clips.len(),
            ])?)
    }
}

/// The values of a granularity on all axes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values {
    sample_rate: Hertz,
    representation: Representation,
    channels: Channels,
    sample_depth: SampleDepth,
    clip: Duration,
    frame_length: usize,
    hop_length: usize,
    normalisation: ClipNormalisation,
}

/// An axis, and the place of its values in spaces and granularities.
pub(super) struct AudioAxis {
    name: &'static str,
    scale: Scale,
    /// Whether it belongs to every space. Other axes do only if they offer a choice, so that no
    /// mutation is spent on a value that cannot change.
    always: bool,
    /// Whether it describes frames, which a waveform does not have.
    is_of_frames: bool,
    len: fn(&Choices) -> usize,
    /// Returns the index of a value on the axis; `None` if the space lacks it.
    pub(super) index: fn(&Choices, &Values) -> Option<usize>,
    /// Sets the value of an index; `None` if there is no such index.
    pub(super) choose: fn(&Choices, &mut Values, usize) -> Option<()>,
}

/// Makes an axis of a field of [`Choices`], which lists its values, and a field of [`Values`].
macro_rules! axis {
    ($name:literal, $scale:ident, $always:literal, $frames:literal, $values:ident, $value:ident) => {
        AudioAxis {
            name: $name,
            scale: Scale::$scale,
            always: $always,
            is_of_frames: $frames,
            len: |choices| choices.$values.len(),
            index: |choices, values| choices.$values.iter().position(|it| *it == values.$value),
            choose: |choices, values, index| {
                values.$value = *choices.$values.get(index)?;
                Some(())
            },
        }
    };
}

/// All axes, in the order of positions.
const AXES: &[AudioAxis] = &[
    axis!("sample_rate", Ordered, true, false, sample_rates, sample_rate),
    axis!("representation", Categorical, true, false, representations, representation),
    axis!("channels", Categorical, false, false, channels, channels),
    axis!("sample_depth", Ordered, false, false, sample_depths, sample_depth),
    axis!("seconds", Ordered, false, false, clips, clip),
    axis!("frame_length", Ordered, false, true, frame_lengths, frame_length),
    axis!("hop_length", Ordered, false, true, hop_lengths, hop_length),
    axis!("normalisation", Categorical, false, true, normalisations, normalisation),
];

impl AudioAxis {
    /// Returns the axes that belong to a space.
    pub(super) fn searched(choices: &Choices) -> impl Iterator<Item = &'static Self> {
        AXES.iter().filter(|axis| axis.always || (axis.len)(choices) > 1)
    }

    /// Returns whether the axis means something for a representation.
    pub(super) fn applies(&self, representation: Representation) -> bool {
        !self.is_of_frames || representation != Representation::Waveform
    }

    /// Returns the axis with the number of its values in a space.
    pub(super) fn of(&self, choices: &Choices) -> Axis {
        Axis { name: self.name, len: (self.len)(choices), scale: self.scale }
    }
}

impl Values {
    /// Returns the first values of a space.
    pub(super) fn first(choices: &Choices) -> Option<Self> {
        Some(Self {
            sample_rate: *choices.sample_rates.first()?,
            representation: *choices.representations.first()?,
            channels: *choices.channels.first()?,
            sample_depth: *choices.sample_depths.first()?,
            clip: *choices.clips.first()?,
            frame_length: *choices.frame_lengths.first()?,
            hop_length: *choices.hop_lengths.first()?,
            normalisation: *choices.normalisations.first()?,
        })
    }

    /// Returns the values of a granularity.
    pub(super) fn of(granularity: &AudioGranularity) -> Self {
        let AudioGranularity { front_end, .. } = granularity;
        Self {
            sample_rate: granularity.sample_rate,
            representation: granularity.representation,
            channels: granularity.channels,
            sample_depth: granularity.sample_depth,
            clip: front_end.clip(),
            frame_length: front_end.frame_length(),
            hop_length: front_end.hop_length(),
            normalisation: granularity.normalisation,
        }
    }

    /// Returns the values with those that mean nothing for the representation replaced: a waveform
    /// has no normalisation, and the first lengths of frames and hops.
    pub(super) fn canonical(self, choices: &Choices) -> Option<Self> {
        match self.representation {
            Representation::Waveform => Some(Self {
                frame_length: *choices.frame_lengths.first()?,
                hop_length: *choices.hop_lengths.first()?,
                normalisation: ClipNormalisation::None,
                ..self
            }),
            Representation::Spectrogram | Representation::MelSpectrogram | Representation::Mfcc => {
                Some(self)
            }
        }
    }

    /// Returns the granularity with these values, and with all other parameters of `front_end`.
    pub(super) fn granularity(self, front_end: &FrontEnd) -> Option<AudioGranularity> {
        let Self { clip, frame_length, hop_length, .. } = self;
        Some(AudioGranularity {
            sample_rate: self.sample_rate,
            representation: self.representation,
            normalisation: self.normalisation,
            channels: self.channels,
            sample_depth: self.sample_depth,
            front_end: front_end_with(front_end, clip, frame_length, hop_length).ok()?,
        })
    }
}

/// Returns a front end with other clip, frame and hop lengths.
pub(super) fn front_end_with(
    front_end: &FrontEnd,
    clip: Duration,
    frame_length: usize,
    hop_length: usize,
) -> Result<FrontEnd, SpaceError> {
    let builder = front_end.to_builder().clip(clip);
    builder.frame_length(frame_length).hop_length(hop_length).build()
}
