//! Random candidates.

use std::time::Duration;

use danas_size::{Affine, DeployedFormat, FloatModel, Int8Model};
use danas_space::{Architecture, Network, Shape, parse_layers};

use crate::{
    error::FirmwareError,
    front_end::{FrontEnd, InputScaling, SampleType},
    library::{FirmwareModel, Library, LibraryParts},
    network::tests::random::Random,
};

/// A candidate with random weights.
pub(super) struct Candidate {
    front_end: FrontEnd,
    /// Whether networks in integers have features in integers, too, if there is such a front end.
    is_fixed: bool,
    pub(super) network: Network,
    pub(super) scaling: InputScaling,
    pub(super) classes: Vec<String>,
    weights: Vec<Vec<f32>>,
    int8: Int8Model,
}

impl Candidate {
    /// Draws a candidate: data of any kind and granularity, before any network.
    pub(super) fn draw(random: &mut Random) -> Self {
        loop {
            let front_end = front_end(random);
            let shape = front_end.shape();
            let classes = random.one_of(&[1, 2, 3, 10, 35]);
            // Networks that are too large take long to quantise, and tell nothing about code.
            let is_small = |network: &Network| network.parameters() < 20_000;
            let Some(network) =
                (0..50).find_map(|_| network(random, shape, classes).filter(is_small))
            else {
                continue;
            };
            if network.macs() > 20_000_000 {
                continue;
            }
            let weights = random.weights(&network);
            let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
            let scaling = scaling(random, &front_end);
            let input = match scaling {
                InputScaling::None => Affine { scale: 1.0 / 255.0, zero_point: -128 },
                _ => Affine { scale: 1.0 / 128.0, zero_point: 0 },
            };
            let is_image = front_end.raw().sample == SampleType::Uint8;
            let int8 = random.quantised_by_default(&model, is_image.then_some(input));
            let name = |class| format!("class {}", "x".repeat(class % 9));
            let classes = (0..classes).map(name).collect();
            let is_fixed = random.below(3) == 0;
            let mut drawn = Self { front_end, is_fixed, network, scaling, classes, weights, int8 };
            // Some scales of the network's input are too fine for features in integers.
            drawn.is_fixed &= drawn.try_with_library(DeployedFormat::Int8, |_| ()).is_ok();
            return drawn;
        }
    }

    /// Returns the front end before a network in a format.
    pub(super) fn front_end(&self, format: DeployedFormat) -> FrontEnd {
        let fixed = || self.front_end.fixed_point().unwrap();
        let fixed = (self.is_fixed && format == DeployedFormat::Int8).then(fixed).flatten();
        fixed.unwrap_or_else(|| self.front_end.clone())
    }

    /// Calls `use_it` with the library in a format.
    pub(super) fn with_library<T>(
        &self,
        format: DeployedFormat,
        use_it: impl FnOnce(&Library<'_>) -> T,
    ) -> T {
        self.try_with_library(format, use_it).unwrap()
    }

    fn try_with_library<T>(
        &self,
        format: DeployedFormat,
        use_it: impl FnOnce(&Library<'_>) -> T,
    ) -> Result<T, FirmwareError> {
        let model = FloatModel::new(&self.network, self.weights.iter().map(Vec::as_slice)).unwrap();
        let shape = self.front_end.shape();
        // Means and deviations differ: the compiler merges equal tables.
        let [means, deviations] = [0.25, 0.5].map(|first| {
            let constant = |index: usize| match self.scaling {
                InputScaling::Pixels => 128.0 / 255.0,
                _ => first + 0.01 * index as f32,
            };
            (0..shape.height * shape.channels).map(constant).collect::<Vec<f32>>()
        });
        let is_scaled = self.scaling != InputScaling::None;
        let front_end = self.front_end(format);
        let library = Library::new(&LibraryParts {
            name: "model",
            description: "a candidate",
            classes: &self.classes,
            front_end: &front_end,
            standardisation: is_scaled.then_some([&*means, &*deviations]),
            model: match format {
                DeployedFormat::Int8 => FirmwareModel::Int8(&self.int8),
                DeployedFormat::Float32 => FirmwareModel::Float32(&model),
            },
        });
        library.map(|library| use_it(&library))
    }
}

fn network(random: &mut Random, input: Shape, classes: usize) -> Option<Network> {
    let mut layers: Vec<String> = (0..random.below(6)).map(|_| random.layer()).collect();
    match random.below(6) {
        0 => layers.insert(0, "4xHx3R".to_owned()),
        1 => layers.insert(0, "8x3/2R".to_owned()),
        2 => layers.insert(0, "max2".to_owned()),
        _ => {}
    }
    if random.below(3) == 0 {
        layers.push("gap".to_owned());
    }
    let text = if layers.is_empty() { "flatten".to_owned() } else { layers.join(" ") };
    let dense = random.one_of(&[0, 0, 6, 20]);
    let architecture = Architecture::new(parse_layers(&text).ok()?, dense).ok()?;
    Network::new(input, &architecture, classes).ok()
}

fn scaling(random: &mut Random, front_end: &FrontEnd) -> InputScaling {
    let is_image = matches!(front_end.raw().sample, SampleType::Uint8 | SampleType::Uint16);
    match random.below(5) {
        0 => InputScaling::None,
        1 | 2 if is_image => InputScaling::Pixels,
        _ => InputScaling::Standardised,
    }
}

fn front_end(random: &mut Random) -> FrontEnd {
    match random.below(10) {
        #[cfg(feature = "audio")]
        0..=4 => return sound(random),
        #[cfg(feature = "image")]
        5 => return image(random),
        #[cfg(feature = "motion")]
        6..=8 => return motion(random),
        _ => {}
    }
    let side = |random: &mut Random| random.one_of(&[1, 3, 8, 13, 20]);
    FrontEnd::Features(Shape::new(side(random), side(random), random.one_of(&[1, 1, 2, 3])))
}

#[cfg(feature = "audio")]
fn sound(random: &mut Random) -> FrontEnd {
    use danas_space::{
        AudioGranularity, Channels, ClipNormalisation, Framing, FrontEnd as Settings, Hertz,
        Representation, ResamplingFilter, SampleDepth,
    };

    use crate::front_end::AudioFrontEnd;

    loop {
        let length = match random.below(4) {
            0 => random.one_of(&[100, 120, 250, 315, 480, 17, 62]),
            _ => random.one_of(&[64, 128, 256, 512]),
        };
        let mut builder = Settings::builder()
            .clip(Duration::from_millis(random.one_of(&[200, 300, 500])))
            .frame_length(length)
            .hop_length(length.div_ceil(random.one_of(&[1, 2, 4])))
            .mel_bands(random.one_of(&[10, 20, 32]))
            .coefficients(random.one_of(&[5, 8, 10]))
            .framing(random.one_of(&[Framing::Centred, Framing::Centred, Framing::Inside]))
            .deltas(random.below(3) as usize)
            .delta_width(random.one_of(&[3, 5, 9]))
            .resampling(random.one_of(&[ResamplingFilter::SoxrHq, ResamplingFilter::KaiserFast]));
        if random.below(4) == 0 {
            builder = builder.window_length(length * 3 / 4);
        }
        if random.below(8) == 0 {
            builder = builder.floor(-380).dynamic_range(400);
        }
        let Ok(settings) = builder.build() else { continue };
        let rate = Hertz::new(random.one_of(&[8000, 8000, 4000, 3000, 2000])).unwrap();
        let representation = match random.below(10) {
            0 => Representation::Waveform,
            1 | 2 => Representation::Spectrogram,
            3..=5 => Representation::MelSpectrogram,
            _ => Representation::Mfcc,
        };
        let mut granularity = AudioGranularity::new(rate, representation, settings);
        granularity.normalisation = random.one_of(&ClipNormalisation::ALL);
        granularity.channels =
            random.one_of(&[Channels::Mix, Channels::Mix, Channels::Mix, Channels::Stereo]);
        granularity.sample_depth =
            random.one_of(&[SampleDepth::Exact, SampleDepth::Bits16, SampleDepth::Bits8]);
        if let Ok(front_end) = AudioFrontEnd::new(&granularity, Hertz::new(8000).unwrap()) {
            return FrontEnd::Audio(Box::new(front_end));
        }
    }
}

#[cfg(feature = "image")]
fn image(random: &mut Random) -> FrontEnd {
    let side = random.one_of(&["8x8", "12x16", "24x24"]);
    let colour = random.one_of(&["rgb", "grey"]);
    let depth = random.one_of(&["", "", " 565", " 4-bit", " 1-bit"]);
    let depth = if colour == "grey" && depth == " 565" { "" } else { depth };
    let granularity = format!("{side} {colour}{depth}").parse().unwrap();
    FrontEnd::Image(Box::new(crate::front_end::ImageFrontEnd::new(&granularity).unwrap()))
}

#[cfg(feature = "motion")]
fn motion(random: &mut Random) -> FrontEnd {
    use danas_space::{ChannelSet, MotionGranularity, MotionRepresentation, Rate, SampleDepth};

    use crate::front_end::MotionFrontEnd;

    let rate = |hertz| Rate::from_hertz(hertz).unwrap();
    loop {
        let channels = random.one_of(&[1, 3, 6]);
        let granularity = MotionGranularity {
            rate: rate(random.one_of(&[50.0, 50.0, 25.0, 20.0, 12.5])),
            window: Duration::from_millis(random.one_of(&[1000, 1500, 3000])),
            channels: ChannelSet::new((0..channels).map(|it| format!("channel {it}"))).unwrap(),
            depth: random.one_of(&[SampleDepth::Exact, SampleDepth::Bits16, SampleDepth::Bits8]),
            representation: random.one_of(&MotionRepresentation::ALL),
            frame: Duration::from_millis(random.one_of(&[320, 640, 1000])),
            bands: random.one_of(&[3, 6, 10]),
        };
        let full_scales = vec![16.0; channels];
        if let Ok(front_end) = MotionFrontEnd::new(&granularity, rate(50.0), &full_scales) {
            return FrontEnd::Motion(Box::new(front_end));
        }
    }
}
