//! What a search and a device ask of a granularity of series: its shape, memory and settings.

use std::fmt;

use super::{granularity::MotionGranularity, representation::MotionRepresentation};
use crate::{
    audio::SampleDepth,
    data_space::{Granularity, ScratchBuffer},
    infeasible::Infeasible,
    shape::Shape,
    units::Bytes,
};

/// Size of a float, in bytes.
const FLOAT: u64 = 4;

impl fmt::Display for MotionGranularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.window.as_secs_f64();
        write!(f, "{} {} {seconds} s {}", self.rate, self.representation, self.channels)?;
        if self.depth != SampleDepth::default() {
            write!(f, " {}", self.depth)?;
        }
        Ok(())
    }
}

impl Granularity for MotionGranularity {
    fn input_shape(&self) -> Result<Shape, Infeasible> {
        let channels = self.channels.names().len();
        let has_frames = matches!(
            self.representation,
            MotionRepresentation::Spectrogram | MotionRepresentation::Bands
        );
        if has_frames && self.frames() == 0 {
            return Err(Infeasible::Data(format!(
                "the window has {} samples, fewer than a frame of {}",
                self.samples(),
                self.frame_length()
            )));
        }
        Ok(match self.representation {
            MotionRepresentation::Raw => Shape::new(channels, self.samples(), 1),
            MotionRepresentation::Spectrogram => Shape::new(self.bins(), self.frames(), channels),
            MotionRepresentation::Bands => Shape::new(self.distinct_bands(), 1, channels),
            MotionRepresentation::Statistics => {
                Shape::new(MotionRepresentation::STATISTICS.len(), 1, channels)
            }
        })
    }

    /// Returns the size of the window: its samples at the granularity's rate, in all channels.
    fn input_buffer(&self) -> Bytes {
        self.buffer(self.samples())
    }

    /// Returns the size of the window for raw samples, of a frame for what has frequencies, and of two
    /// samples for statistics.
    fn streaming_buffer(&self) -> Bytes {
        let samples = match self.representation {
            MotionRepresentation::Raw => self.samples(),
            MotionRepresentation::Spectrogram | MotionRepresentation::Bands => self.frame_length(),
            MotionRepresentation::Statistics => 2,
        };
        self.buffer(samples.min(self.samples()))
    }

    /// Returns the buffers of a front end in single precision that processes one frame of one channel
    /// at a time, and writes the features straight to the input of the network. Statistics keep a sum,
    /// a sum of squares, both extremes, a sum of changes and a number of turns for each channel.
    fn scratch(&self) -> Vec<ScratchBuffer> {
        let floats = |name: &'static str, count: usize| ScratchBuffer {
            name: name.into(),
            bytes: Bytes(FLOAT.saturating_mul(count as u64)),
        };
        let channels = self.channels.names().len();
        let transform = || {
            let frame = self.frame_length();
            [
                floats("fft_frame", frame),
                floats("spectrum", 2 * self.bins()),
                floats("window", frame),
            ]
        };
        match self.representation {
            MotionRepresentation::Raw => Vec::new(),
            MotionRepresentation::Spectrogram => transform().into(),
            MotionRepresentation::Bands => {
                let energies = floats("band_energies", channels * self.distinct_bands());
                transform().into_iter().chain([energies]).collect()
            }
            MotionRepresentation::Statistics => {
                vec![floats("sums", channels * MotionRepresentation::STATISTICS.len())]
            }
        }
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("rate", self.rate.hertz().to_string()),
            ("seconds", self.window.as_secs_f64().to_string()),
            ("representation", self.representation.to_string()),
            ("channels", self.channels.to_string()),
            ("depth", self.depth.to_string()),
        ]
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = self.fields();
        parameters.push(("samples", self.samples().to_string()));
        let has_frames = match self.representation {
            MotionRepresentation::Raw | MotionRepresentation::Statistics => false,
            MotionRepresentation::Spectrogram | MotionRepresentation::Bands => true,
        };
        if has_frames {
            parameters.extend([
                ("frame_length", self.frame_length().to_string()),
                ("hop_length", self.hop_length().to_string()),
                ("frames", self.frames().to_string()),
                ("floor", Self::FLOOR.to_string()),
            ]);
        }
        if self.representation == MotionRepresentation::Bands {
            parameters.push(("bands", self.distinct_bands().to_string()));
        }
        parameters
    }
}

impl MotionGranularity {
    /// Returns the size of a buffer that holds `samples` samples of each channel.
    fn buffer(&self, samples: usize) -> Bytes {
        let samples = (samples as u64).saturating_mul(self.channels.names().len() as u64);
        Bytes(samples.saturating_mul(self.depth.bytes()))
    }
}
