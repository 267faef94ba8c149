//! What a search and a device ask of an audio granularity: its shape, its memory and its settings.

use super::scratch;
use crate::{
    audio::{AudioGranularity, ClipNormalisation, Representation},
    data_space::{Granularity, ScratchBuffer},
    infeasible::Infeasible,
    shape::Shape,
    units::Bytes,
};

impl Granularity for AudioGranularity {
    fn input_shape(&self) -> Result<Shape, Infeasible> {
        let front_end = &self.front_end;
        let is_waveform = self.representation == Representation::Waveform;
        if is_waveform && self.normalisation != ClipNormalisation::None {
            return Err(Infeasible::Data(format!(
                "the normalisation `{}` needs rows over frames, which a waveform does not have",
                self.normalisation
            )));
        }
        let on_mel_scale =
            matches!(self.representation, Representation::MelSpectrogram | Representation::Mfcc);
        if on_mel_scale && 2 * u64::from(front_end.lowest()) >= u64::from(self.sample_rate.get()) {
            return Err(Infeasible::Data(format!(
                "the mel bands begin at {} Hz, which is not below half the sample rate of {}",
                front_end.lowest(),
                self.sample_rate
            )));
        }
        match self.frames() {
            0 => Err(Infeasible::Data(format!(
                "the clip has {} samples, fewer than a frame of {}",
                self.samples(),
                front_end.frame_length()
            ))),
            frames => Ok(Shape::new(self.rows(), frames, self.channels.count())),
        }
    }

    fn input_buffer(&self) -> Bytes {
        self.buffer(self.samples())
    }

    /// Returns the size of the whole clip for a waveform. Otherwise, returns the size of one frame:
    /// a ring buffer from which frames are taken while the clip arrives.
    fn streaming_buffer(&self) -> Bytes {
        let samples = match self.representation {
            Representation::Waveform => self.samples(),
            _ => self.samples().min(self.front_end.frame_length()),
        };
        self.buffer(samples)
    }

    /// The lengths of frames and hops of a waveform are empty: it has none.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let has_frames = self.representation != Representation::Waveform;
        let of_frames = |samples: usize| has_frames.then(|| samples.to_string());
        vec![
            ("sample_rate", self.sample_rate.get().to_string()),
            ("representation", self.representation.to_string()),
            ("channels", self.channels.to_string()),
            ("sample_depth", self.sample_depth.to_string()),
            ("seconds", self.front_end.clip().as_secs_f64().to_string()),
            ("frame_length", of_frames(self.front_end.frame_length()).unwrap_or_default()),
            ("hop_length", of_frames(self.front_end.hop_length()).unwrap_or_default()),
            ("normalisation", self.normalisation.to_string()),
        ]
    }

    fn scratch(&self) -> Vec<ScratchBuffer> {
        scratch::buffers(self)
    }

    fn parameters(&self) -> Vec<(&'static str, String)> {
        let front_end = &self.front_end;
        let mut parameters = self.fields();
        parameters.extend([
            ("samples", self.samples().to_string()),
            ("frames", self.frames().to_string()),
            ("rows", self.rows().to_string()),
            ("resampling", self.front_end.resampling().to_string()),
        ]);
        if self.representation == Representation::Waveform {
            parameters.retain(|(_, value)| !value.is_empty());
            return parameters;
        }
        parameters.extend([
            ("window_length", front_end.window_length().to_string()),
            ("window", front_end.window().to_string()),
            ("framing", front_end.framing().to_string()),
        ]);
        parameters.extend(self.level_parameters());
        if self.representation == Representation::Spectrogram {
            return parameters;
        }
        let half = f64::from(self.sample_rate.get()) / 2.0;
        let highest = front_end.highest().map_or(half, |rate| f64::from(rate.get()));
        parameters.extend([
            ("mel_bands", front_end.mel_bands().to_string()),
            ("mel_scale", front_end.mel_scale().to_string()),
            ("mel_norm", front_end.mel_norm().to_string()),
            ("lowest", front_end.lowest().to_string()),
            ("highest", highest.to_string()),
        ]);
        if self.representation == Representation::Mfcc {
            parameters.extend([
                ("coefficients", front_end.coefficients().to_string()),
                ("lifter", front_end.lifter().to_string()),
                ("deltas", front_end.deltas().to_string()),
                ("delta_width", front_end.delta_width().to_string()),
            ]);
        }
        parameters
    }
}

impl AudioGranularity {
    /// Returns the parameters of the normalisation, and those of decibels or of PCEN in their
    /// place.
    fn level_parameters(&self) -> Vec<(&'static str, String)> {
        let front_end = &self.front_end;
        let decibels = [
            ("floor", front_end.floor().to_string()),
            ("dynamic_range", front_end.dynamic_range().to_string()),
        ];
        let smoothing =
            self.smoothing().map(|weight| ("smoothing", weight.to_string())).into_iter();
        match self.normalisation {
            ClipNormalisation::Pcen => {
                let constants = [
                    ("pcen_scale", ClipNormalisation::PCEN_SCALE),
                    ("pcen_gain", ClipNormalisation::PCEN_GAIN),
                    ("pcen_bias", ClipNormalisation::PCEN_BIAS),
                    ("pcen_power", ClipNormalisation::PCEN_POWER),
                    ("pcen_epsilon", ClipNormalisation::PCEN_EPSILON),
                ];
                smoothing.chain(constants.map(|(name, value)| (name, value.to_string()))).collect()
            }
            ClipNormalisation::MeanVariance => {
                let least = ClipNormalisation::LEAST_DEVIATION.to_string();
                decibels.into_iter().chain([("least_deviation", least)]).collect()
            }
            _ => decibels.into_iter().chain(smoothing).collect(),
        }
    }

    /// Returns the size of a buffer that holds `samples` samples of each channel.
    fn buffer(&self, samples: usize) -> Bytes {
        let samples = (samples as u64).saturating_mul(self.channels.count() as u64);
        Bytes(samples.saturating_mul(self.sample_depth.bytes()))
    }
}
