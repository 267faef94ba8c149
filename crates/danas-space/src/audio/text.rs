//! Conversion of audio granularities to and from text.

use std::{fmt, str::FromStr, time::Duration};

use crate::{
    audio::{AudioGranularity, Channels, ClipNormalisation, FrontEnd, Representation, SampleDepth},
    error::SpaceError,
    units::Hertz,
};

impl fmt::Display for AudioGranularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (front_end, paper) = (&self.front_end, FrontEnd::paper());
        write!(f, "{} {}", self.sample_rate, self.representation)?;
        if self.channels != Channels::default() {
            write!(f, " {}", self.channels)?;
        }
        if self.sample_depth != SampleDepth::default() {
            write!(f, " {}", self.sample_depth)?;
        }
        if self.normalisation != ClipNormalisation::default() {
            write!(f, " {}", self.normalisation)?;
        }
        if front_end.clip() != paper.clip() {
            write!(f, " {} s", front_end.clip().as_secs_f64())?;
        }
        let frames = |it: &FrontEnd| (it.frame_length(), it.hop_length());
        let has_frames = self.representation != Representation::Waveform;
        if has_frames && frames(front_end) != frames(&paper) {
            write!(f, " {}/{}", front_end.frame_length(), front_end.hop_length())?;
        }
        Ok(())
    }
}

impl FromStr for AudioGranularity {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let illegal = || SpaceError::Granularity { text: text.to_owned() };
        let mut words = text.split_whitespace().peekable();
        let rate = words.next().and_then(|rate| Hertz::new(rate.parse().ok()?));
        let rate = rate.filter(|_| words.next() == Some("Hz")).ok_or_else(illegal)?;
        let representation = words.next().ok_or_else(illegal)?.parse()?;
        let mut read = Self::new(rate, representation, FrontEnd::paper());
        let mut front_end = FrontEnd::builder();
        while let Some(word) = words.next() {
            if let Ok(channels) = word.parse() {
                read.channels = channels;
            } else if let Ok(depth) = word.parse() {
                read.sample_depth = depth;
            } else if let Ok(normalisation) = word.parse() {
                read.normalisation = normalisation;
            } else if words.next_if_eq(&"s").is_some() {
                let seconds = word.parse().ok().map(Duration::try_from_secs_f64);
                front_end = front_end.clip(seconds.and_then(Result::ok).ok_or_else(illegal)?);
            } else {
                let (frame, hop) = word.split_once('/').ok_or_else(illegal)?;
                let length = |text: &str| text.parse::<usize>().map_err(|_| illegal());
                front_end = front_end.frame_length(length(frame)?).hop_length(length(hop)?);
            }
        }
        Ok(Self { front_end: front_end.build()?, ..read })
    }
}
