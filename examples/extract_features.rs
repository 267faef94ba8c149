//! Writes the features of one recording as a NumPy array, to look at or to compare with librosa.
//!
//! ```text
//! cargo run --release --example extract_features -- --input door.wav --rate 6000 \
//!     --representation mfcc --output door.npy
//! ```

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, ValueEnum};
use danas::{
    dsp::{
        Extractor, MelFilterBank, Recording, Stft, decode,
        ndarray::{Array3, Axis},
    },
    space::{
        AudioGranularity, Channels, ClipNormalisation, FrontEnd, Hertz, Representation,
        ResamplingFilter, SampleDepth,
    },
};

/// Writes the features of one recording as a NumPy array: float32, rows x frames.
///
/// The whole recording is used. Stereo features have a third dimension, the channels.
#[derive(Debug, Parser)]
#[command(name = "extract_features")]
struct Arguments {
    /// Recording: WAV, AIFF, FLAC, Ogg Vorbis or MP3.
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Recording of noise to mix in, sample by sample from its start.
    #[arg(long, value_name = "FILE")]
    noise: Option<PathBuf>,
    /// Sample rate of the features, in hertz.
    #[arg(long, value_name = "HZ")]
    rate: u32,
    /// Kind of features to compute.
    #[arg(long, value_enum)]
    representation: Kind,
    /// File to write the array to.
    #[arg(long, value_name = "FILE.npy")]
    output: PathBuf,
    /// Use the samples as they are, without resampling, as if they already had the rate.
    #[arg(long)]
    samples_are_final: bool,
    /// Scale of the values: decibels, or linear (magnitudes of a spectrogram, energies of a mel
    /// spectrogram).
    #[arg(long, value_enum, default_value_t = Power::Decibels)]
    power: Power,
    /// Channels to use: mix, stereo, channel-0, channel-1, ...
    #[arg(long, default_value_t = Channels::Mix)]
    channels: Channels,
    /// Depth that the samples are rounded to: exact, 16-bit or 8-bit.
    #[arg(long, default_value_t = SampleDepth::Exact)]
    sample_depth: SampleDepth,
    /// Normalisation of the features: none, level, mean, mean_variance, running_mean or pcen.
    #[arg(long, default_value_t = ClipNormalisation::None)]
    normalisation: ClipNormalisation,
    /// Resampling filter: soxr_hq, kaiser_best, kaiser_fast or rubato_fft.
    #[arg(long, default_value_t = ResamplingFilter::SoxrHq)]
    filter: ResamplingFilter,
    /// Number of samples in a frame.
    #[arg(long, default_value_t = FrontEnd::paper().frame_length())]
    frame_length: usize,
    /// Number of samples from one frame to the next.
    #[arg(long, default_value_t = FrontEnd::paper().hop_length())]
    hop_length: usize,
    /// Number of mel bands.
    #[arg(long, default_value_t = FrontEnd::paper().mel_bands())]
    mel_bands: usize,
    /// Number of cepstral coefficients, not counting their derivatives.
    #[arg(long, default_value_t = FrontEnd::paper().coefficients())]
    coefficients: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Spectrogram,
    Mel,
    Mfcc,
    Waveform,
}

impl From<Kind> for Representation {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Spectrogram => Self::Spectrogram,
            Kind::Mel => Self::MelSpectrogram,
            Kind::Mfcc => Self::Mfcc,
            Kind::Waveform => Self::Waveform,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Power {
    Decibels,
    Linear,
}

fn main() -> ExitCode {
    danas_examples::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let rate = Hertz::new(arguments.rate).ok_or("--rate is 0, but must be at least 1")?;
    let sound = sound(arguments, rate)?;
    let front_end = FrontEnd::builder()
        .frame_length(arguments.frame_length)
        .hop_length(arguments.hop_length)
        .mel_bands(arguments.mel_bands)
        .coefficients(arguments.coefficients)
        .build()?;
    let granularity = AudioGranularity {
        sample_rate: rate,
        channels: arguments.channels,
        sample_depth: arguments.sample_depth,
        representation: arguments.representation.into(),
        normalisation: arguments.normalisation,
        front_end,
    };
    let features = match arguments.power {
        Power::Decibels => Extractor::new(&granularity)?.extract_as_is(&sound)?.into_values(),
        Power::Linear => linear(&sound.select(arguments.channels)?, &granularity)?,
    };
    if features.len_of(Axis(2)) == 1 {
        ndarray_npy::write_npy(&arguments.output, &features.index_axis(Axis(2), 0))?;
    } else {
        ndarray_npy::write_npy(&arguments.output, &features)?;
    }
    Ok(())
}

/// Returns the recording, mixed with its noise, at the rate of the features.
fn sound(arguments: &Arguments, rate: Hertz) -> Result<Recording, Box<dyn Error>> {
    let mut sound = decode(&arguments.input)?;
    if let Some(noise) = &arguments.noise {
        let noise = decode(noise)?.resampled(sound.rate(), ResamplingFilter::SoxrHq)?;
        sound = sound.mixed(1.0, &noise, 1.0)?;
    }
    if arguments.samples_are_final {
        return Ok(Recording::from_channels(sound.into_channels(), rate)?);
    }
    // Like librosa, take the mean of the channels before resampling.
    if arguments.channels == Channels::Mix {
        sound = sound.mixdown();
    }
    Ok(sound.resampled(rate, arguments.filter)?)
}

/// Returns magnitudes or mel energies, which no granularity offers.
fn linear(
    sound: &Recording,
    granularity: &AudioGranularity,
) -> Result<Array3<f32>, Box<dyn Error>> {
    let front_end = &granularity.front_end;
    let stft = Stft::of(front_end)?;
    let bank = MelFilterBank::of(front_end, granularity.sample_rate)?;
    let of_channel = |samples: &Vec<f32>| match granularity.representation {
        Representation::Spectrogram => Ok(stft.magnitude(samples)?),
        Representation::MelSpectrogram => Ok(bank.apply(stft.power(samples)?.view())?),
        other => Err(Box::<dyn Error>::from(format!("--power linear does not exist for {other}"))),
    };
    let channels = sound.channels().iter().map(of_channel).collect::<Result<Vec<_>, _>>()?;
    let views: Vec<_> = channels.iter().map(|channel| channel.view()).collect();
    Ok(danas::dsp::ndarray::stack(Axis(2), &views)?)
}
