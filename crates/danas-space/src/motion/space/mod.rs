//! A space of granularities of series.

mod builder;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    channel_set::ChannelSet, granularity::MotionGranularity, representation::MotionRepresentation,
};
use crate::{
    audio::SampleDepth,
    data_space::{Axis, DataSpace, Scale},
    rate::Rate,
};
pub use builder::MotionSpaceBuilder;

/// Space of granularities of series: sample rates × lengths of the window × sets of channels ×
/// representations × sample depths.
///
/// Rates, windows and channels depend on the data. A space that lists none of them is made to
/// [suit](Self::suited) the data before a search.
///
/// ```
/// use danas_space::{DataSpace, MotionSpace, Rate};
/// use std::time::Duration;
///
/// let space = MotionSpace::default();
/// assert_eq!(space.granularities().count(), 0);
/// let names = ["ax", "ay", "az", "gx", "gy", "gz"].map(String::from);
/// let space = space.suited(Rate::from_hertz(50.0)?, &names, Duration::from_secs(4));
/// let rates: Vec<f64> = space.rates().iter().map(|rate| rate.hertz()).collect();
/// assert_eq!(rates, [6.25, 12.5, 25.0, 50.0]);
/// assert_eq!(space.windows(), [500, 1000, 2000, 4000].map(Duration::from_millis));
/// assert_eq!(space.channels().len(), 3); // both sensors, and each of them
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "MotionSpaceBuilder", into = "MotionSpaceBuilder")]
pub struct MotionSpace {
    rates: Vec<Rate>,
    windows: Vec<Duration>,
    channels: Vec<ChannelSet>,
    representations: Vec<MotionRepresentation>,
    depths: Vec<SampleDepth>,
    frame: Duration,
    bands: usize,
}

/// Names of the axes, in the order of positions.
const AXES: [(&str, Scale); 5] = [
    ("rate", Scale::Ordered),
    ("seconds", Scale::Ordered),
    ("channels", Scale::Categorical),
    ("representation", Scale::Categorical),
    ("depth", Scale::Ordered),
];

impl MotionSpace {
    /// Returns a builder that starts from the default: rates, windows and channels that suit the
    /// data, all representations, and samples that are not rounded.
    pub fn builder() -> MotionSpaceBuilder {
        MotionSpaceBuilder::default()
    }

    /// Returns the space with rates, windows and channels for data that have these, wherever the
    /// space lists none.
    ///
    /// The rates are the native one and what it gives when it is halved up to three times. The windows
    /// are the longest one, its half, its quarter and its eighth. The sets of channels are
    /// [those of the sensors](ChannelSet::of_sensors).
    #[must_use]
    pub fn suited(mut self, native: Rate, channels: &[String], longest: Duration) -> Self {
        if self.rates.is_empty() {
            let halved = [8.0, 4.0, 2.0, 1.0].map(|by| Rate::from_hertz(native.hertz() / by));
            self.rates = halved.into_iter().filter_map(Result::ok).collect();
            self.rates.dedup();
        }
        if self.windows.is_empty() {
            self.windows = [8, 4, 2, 1].map(|by| longest / by).to_vec();
            self.windows.retain(|window| !window.is_zero());
            self.windows.dedup();
        }
        if self.channels.is_empty() {
            self.channels = ChannelSet::of_sensors(channels);
        }
        self
    }

    /// Returns the sample rates in ascending order.
    #[must_use]
    pub fn rates(&self) -> &[Rate] {
        &self.rates
    }

    /// Returns the lengths of the window in ascending order.
    #[must_use]
    pub fn windows(&self) -> &[Duration] {
        &self.windows
    }

    /// Returns the sets of channels.
    #[must_use]
    pub fn channels(&self) -> &[ChannelSet] {
        &self.channels
    }

    /// Returns the representations.
    #[must_use]
    pub fn representations(&self) -> &[MotionRepresentation] {
        &self.representations
    }

    /// Returns the sample depths, coarsest first.
    #[must_use]
    pub fn depths(&self) -> &[SampleDepth] {
        &self.depths
    }
}

impl Default for MotionSpace {
    fn default() -> Self {
        let builder = MotionSpaceBuilder::default();
        Self {
            rates: Vec::new(),
            windows: Vec::new(),
            channels: Vec::new(),
            representations: builder.representations,
            depths: builder.depths,
            frame: builder.frame,
            bands: builder.bands,
        }
    }
}

impl DataSpace for MotionSpace {
    type Granularity = MotionGranularity;

    fn axes(&self) -> Vec<Axis> {
        let lens = [
            self.rates.len(),
            self.windows.len(),
            self.channels.len(),
            self.representations.len(),
            self.depths.len(),
        ];
        AXES.iter().zip(lens).map(|(&(name, scale), len)| Axis { name, len, scale }).collect()
    }

    fn at(&self, position: &[usize]) -> Option<MotionGranularity> {
        let &[rate, window, channels, representation, depth] = position else { return None };
        Some(MotionGranularity {
            rate: *self.rates.get(rate)?,
            window: *self.windows.get(window)?,
            channels: self.channels.get(channels)?.clone(),
            representation: *self.representations.get(representation)?,
            depth: *self.depths.get(depth)?,
            frame: self.frame,
            bands: self.bands,
        })
    }

    fn position(&self, granularity: &MotionGranularity) -> Option<Vec<usize>> {
        fn place<T: PartialEq>(values: &[T], value: &T) -> Option<usize> {
            values.iter().position(|it| it == value)
        }
        let MotionGranularity { rate, window, channels, representation, depth, frame, bands } =
            granularity;
        let position = vec![
            place(&self.rates, rate)?,
            place(&self.windows, window)?,
            place(&self.channels, channels)?,
            place(&self.representations, representation)?,
            place(&self.depths, depth)?,
        ];
        ((self.frame, self.bands) == (*frame, *bands)).then_some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_space::Granularity;

    fn names() -> [String; 6] {
        ["ax", "ay", "az", "gx", "gy", "gz"].map(String::from)
    }

    fn suited() -> MotionSpace {
        let rate = Rate::from_hertz(50.0).unwrap();
        MotionSpace::default().suited(rate, &names(), Duration::from_secs(4))
    }

    #[test]
    fn every_position_leads_back_to_itself() {
        let space = suited();
        let all: Vec<_> = space.granularities().collect();
        assert_eq!(all.len() as u128, space.cardinality().unwrap());
        assert_eq!(all.len(), 4 * 4 * 3 * 4);
        let mut texts: Vec<String> = all.iter().map(ToString::to_string).collect();
        for one in &all {
            assert_eq!(space.at(&space.position(one).unwrap()).as_ref(), Some(one));
            assert!(one.streaming_buffer() <= one.input_buffer(), "{one}");
            if let Ok(shape) = one.input_shape() {
                assert!(shape.elements().unwrap() > 0, "{one}");
            }
        }
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), all.len());
        assert_eq!(space.at(&[4, 0, 0, 0, 0]), None);
        let other = MotionGranularity { bands: 3, ..all[0].clone() };
        assert_eq!(space.position(&other), None);
    }

    #[test]
    fn what_is_listed_is_kept_and_the_rest_suits_the_data() {
        let text = "rates = [25, 12.5]\nseconds = [2.0]\nchannels = [['gx', 'ax']]";
        let space: MotionSpace = toml::from_str(text).unwrap();
        let same = space.clone().suited(
            Rate::from_hertz(100.0).unwrap(),
            &names(),
            Duration::from_secs(9),
        );
        assert_eq!(space, same);
        assert_eq!(space.rates()[0].hertz(), 12.5);
        let slow = Rate::from_hertz(0.001).unwrap();
        let shortest = MotionSpace::default().suited(slow, &names()[..1], Duration::from_nanos(1));
        assert_eq!(shortest.rates(), [slow]);
        assert_eq!((shortest.windows().len(), shortest.channels().len()), (1, 1));
    }

    #[test]
    fn toml_reads_every_axis_and_writes_it_back() {
        let text = r#"
            rates = [6.25, 50.0]
            seconds = [0.5, 2.0]
            channels = [["ax", "ay"], ["az"]]
            representations = ["statistics", "raw"]
            depths = ["8-bit", "16-bit"]
            frame_seconds = 0.25
            bands = 4
        "#;
        let space: MotionSpace = toml::from_str(text).unwrap();
        assert_eq!(space.cardinality(), Some(32));
        let written = toml::to_string(&space).unwrap();
        assert_eq!(toml::from_str::<MotionSpace>(&written).unwrap(), space);
        let default = toml::to_string(&MotionSpace::default()).unwrap();
        assert_eq!(toml::from_str::<MotionSpace>(&default).unwrap(), MotionSpace::default());
        assert_eq!(toml::from_str::<MotionSpace>("").unwrap(), MotionSpace::default());
        for wrong in [
            "rates = [0]",
            "rates = [5, 5.0]",
            "seconds = [-1.0]",
            "seconds = [0.0]",
            "channels = [[]]",
            "channels = [['a', 'a']]",
            "channels = [['a'], ['a']]",
            "representations = []",
            "depths = ['exact', 'exact']",
            "frame_seconds = 0.0",
            "bands = 0",
            "windows = [1.0]",
        ] {
            assert!(toml::from_str::<MotionSpace>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn shapes_follow_rate_window_and_channels() {
        let space = suited();
        let at = |representation| {
            let of = |it: &MotionGranularity| {
                (it.rate.hertz(), it.window.as_secs(), it.representation, it.channels.names().len())
            };
            let wanted = (12.5, 2, representation, 3);
            let found = space.granularities().find(|it| of(it) == wanted).unwrap();
            (found.input_shape().map(|it| (it.height, it.width, it.channels)), found)
        };
        assert_eq!(at(MotionRepresentation::Raw).0, Ok((3, 25, 1)));
        assert_eq!(at(MotionRepresentation::Statistics).0, Ok((6, 1, 3)));
        // A second has 12 samples, so a frame has 8, and 25 samples hold 5 of them.
        assert_eq!(at(MotionRepresentation::Spectrogram).0, Ok((5, 5, 3)));
        assert_eq!(at(MotionRepresentation::Bands).0, Ok((5, 1, 3)));
        let (_, raw) = at(MotionRepresentation::Raw);
        assert_eq!((raw.input_buffer().get(), raw.streaming_buffer().get()), (150, 150));
        let (_, statistics) = at(MotionRepresentation::Statistics);
        assert_eq!(statistics.streaming_buffer().get(), 12);
        let short = MotionGranularity {
            window: Duration::from_millis(100),
            ..at(MotionRepresentation::Bands).1
        };
        assert!(short.input_shape().is_err());
    }
}
