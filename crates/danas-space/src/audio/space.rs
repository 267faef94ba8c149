//! A space of audio granularities.

use serde::{Deserialize, Serialize};

use crate::{
    AudioGranularity, Axis, DataSpace, FrontEnd, Hertz, Representation, Scale, SpaceError,
    search_space::distinct,
};

/// Sample rates × representations under one [`FrontEnd`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AudioSpaceBuilder", into = "AudioSpaceBuilder")]
pub struct AudioSpace {
    sample_rates: Vec<Hertz>,
    representations: Vec<Representation>,
    front_end: FrontEnd,
}

impl AudioSpace {
    /// The paper's Table 1: 375 Hz to 48 kHz in octaves, and three representations.
    #[must_use]
    pub fn paper() -> Self {
        let sample_rates = [375, 750, 1500, 3000, 6000, 12_000, 24_000, 48_000];
        Self {
            sample_rates: sample_rates.into_iter().filter_map(Hertz::new).collect(),
            representations: Representation::ALL.to_vec(),
            front_end: FrontEnd::paper(),
        }
    }

    /// A builder that starts from [`paper`](Self::paper).
    pub fn builder() -> AudioSpaceBuilder {
        AudioSpaceBuilder::from(Self::paper())
    }

    /// The sample rates, ascending.
    #[must_use]
    pub fn sample_rates(&self) -> &[Hertz] {
        &self.sample_rates
    }

    /// The representations.
    #[must_use]
    pub fn representations(&self) -> &[Representation] {
        &self.representations
    }

    /// The preprocessing parameters that all of them share.
    #[must_use]
    pub const fn front_end(&self) -> FrontEnd {
        self.front_end
    }
}

impl Default for AudioSpace {
    fn default() -> Self {
        Self::paper()
    }
}

impl DataSpace for AudioSpace {
    type Granularity = AudioGranularity;

    fn axes(&self) -> Vec<Axis> {
        vec![
            Axis { name: "sample_rate", len: self.sample_rates.len(), scale: Scale::Ordered },
            Axis {
                name: "representation",
                len: self.representations.len(),
                scale: Scale::Categorical,
            },
        ]
    }

    fn at(&self, position: &[usize]) -> Option<AudioGranularity> {
        let &[rate, representation] = position else {
            return None;
        };
        Some(AudioGranularity {
            sample_rate: *self.sample_rates.get(rate)?,
            representation: *self.representations.get(representation)?,
            front_end: self.front_end,
        })
    }

    fn position(&self, granularity: &AudioGranularity) -> Option<Vec<usize>> {
        let AudioGranularity { sample_rate, representation, front_end } = granularity;
        if *front_end != self.front_end {
            return None;
        }
        Some(vec![
            self.sample_rates.iter().position(|one| one == sample_rate)?,
            self.representations.iter().position(|one| one == representation)?,
        ])
    }
}

/// Builds an [`AudioSpace`]; also how one is written in TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct AudioSpaceBuilder {
    sample_rates: Vec<Hertz>,
    representations: Vec<Representation>,
    front_end: FrontEnd,
}

impl AudioSpaceBuilder {
    /// The sample rates, in any order. Default: the paper's eight.
    pub fn sample_rates(mut self, rates: impl IntoIterator<Item = Hertz>) -> Self {
        self.sample_rates = rates.into_iter().collect();
        self
    }

    /// The representations. Default: all.
    pub fn representations(mut self, kinds: impl IntoIterator<Item = Representation>) -> Self {
        self.representations = kinds.into_iter().collect();
        self
    }

    /// The preprocessing parameters. Default: [`FrontEnd::paper`].
    pub fn front_end(mut self, front_end: FrontEnd) -> Self {
        self.front_end = front_end;
        self
    }

    /// Checks and builds.
    ///
    /// # Errors
    /// [`SpaceError`] for an axis that is empty or holds a value twice.
    pub fn build(mut self) -> Result<AudioSpace, SpaceError> {
        self.sample_rates.sort_unstable();
        distinct("sample_rates", &self.sample_rates)?;
        distinct("representations", &self.representations)?;
        let Self { sample_rates, representations, front_end } = self;
        Ok(AudioSpace { sample_rates, representations, front_end })
    }
}

impl Default for AudioSpaceBuilder {
    fn default() -> Self {
        AudioSpace::builder()
    }
}

impl From<AudioSpace> for AudioSpaceBuilder {
    fn from(space: AudioSpace) -> Self {
        let AudioSpace { sample_rates, representations, front_end } = space;
        Self { sample_rates, representations, front_end }
    }
}

impl TryFrom<AudioSpaceBuilder> for AudioSpace {
    type Error = SpaceError;

    fn try_from(builder: AudioSpaceBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}
