//! The card of a trained candidate: its description for people and for firmware builds.

use std::{collections::BTreeMap, fmt::Write};

use danas_size::{Affine, Arena, Core, DeployedFormat, Instructions, Kernels, Platform, SizeError};
use danas_space::{Granularity, Shape};
use serde::Serialize;

use super::{
    TrainedCandidate,
    executed::Executed,
    firmware::{FIRMWARE, FIRMWARE_FIXED, FIRMWARE_FLOAT32},
    fixed_point::FixedPoint,
};
use crate::quality::Quality;

/// The card, with the fields of its JSON file.
#[derive(Serialize)]
pub(super) struct Card<'a> {
    name: &'a str,
    candidate: String,
    danas: &'static str,
    engine: &'a str,
    seed: u64,
    classes: &'a [String],
    /// The parameters of the data, which state how the features are computed.
    data: BTreeMap<&'static str, String>,
    input: Input,
    output: Quantisation,
    files: Files,
    costs: Costs,
    arenas: Vec<ArenaOf>,
    /// Estimates of the instructions for one inference of the int8 network, without the features.
    instructions: [Executed; 3],
    /// `None` if the model learned from the validation part, too.
    validation: Option<Figures>,
    test: Figures,
}

#[derive(Serialize)]
struct Input {
    height: usize,
    width: usize,
    channels: usize,
    /// The means, and then the standard deviations, of each row and channel, in the order height,
    /// channels.
    standardisation: Option<[Vec<f32>; 2]>,
    int8: Quantisation,
}

#[derive(Serialize)]
struct Quantisation {
    scale: f64,
    zero_point: i32,
}

#[derive(Serialize)]
struct Files {
    float32: String,
    dynamic_range: String,
    int8: String,
    header: String,
    source: String,
    resolver: String,
    settings: String,
    weights: String,
    /// Table of the test part with the answers of the int8 model.
    test: String,
    /// The same for features in integers.
    #[serde(skip_serializing_if = "Option::is_none")]
    test_fixed: Option<String>,
    /// Folders of the C libraries.
    firmware: &'static str,
    firmware_float32: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware_fixed: Option<&'static str>,
}

/// Costs in bytes, and the number of multiply-accumulates. Arenas and RAM are those of TensorFlow
/// Lite Micro's reference kernels.
#[derive(Serialize)]
struct Costs {
    float32_flash: u64,
    float32_arena: u64,
    float32_ram: u64,
    int8_flash: u64,
    int8_arena: u64,
    int8_ram: u64,
    input_buffer: u64,
    macs: u64,
    streaming_buffer: u64,
    float32_streaming_ram: u64,
    int8_streaming_ram: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware_ram: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware_flash: Option<u64>,
}

/// The bytes of the arena to allocate for certain kernels.
#[derive(Serialize)]
struct ArenaOf {
    kernels: &'static str,
    /// The processors to which it applies.
    processors: &'static str,
    float32: u64,
    int8: u64,
}

/// The kernels that the card has arenas for, with their name and their processors.
const KERNELS: [(Kernels, &str, &str); 4] = [
    (Kernels::Reference, "reference", "any of 32 bits"),
    (Kernels::CmsisNn(Instructions::Base), "CMSIS-NN", "Cortex-M0, M3"),
    (Kernels::CmsisNn(Instructions::Dsp), "CMSIS-NN", "Cortex-M4, M7, M33"),
    (Kernels::CmsisNn(Instructions::Mve), "CMSIS-NN", "Cortex-M55, M85"),
];

impl ArenaOf {
    fn of<G: Granularity>(
        trained: &TrainedCandidate<G>,
        (kernels, name, processors): (Kernels, &'static str, &'static str),
    ) -> Result<Self, SizeError> {
        let network = trained.model.network();
        let bytes = |format| {
            let arena = Arena::of(network, format, Platform::microcontroller(kernels));
            arena.map(|arena| arena.total().get())
        };
        let (float32, int8) = (bytes(DeployedFormat::Float32)?, bytes(DeployedFormat::Int8)?);
        Ok(Self { kernels: name, processors, float32, int8 })
    }
}

#[derive(Serialize)]
struct Figures {
    examples: usize,
    accuracy: f64,
    precision: f64,
    recall: f64,
    int8_accuracy: Option<f64>,
    /// With the front end in integers.
    int8_fixed_point_accuracy: Option<f64>,
}

impl From<Affine> for Quantisation {
    fn from(affine: Affine) -> Self {
        Self { scale: f64::from(affine.scale), zero_point: i32::from(affine.zero_point) }
    }
}

impl From<&Quality> for Figures {
    fn from(quality: &Quality) -> Self {
        Self {
            examples: quality.confusion.counts().sum(),
            accuracy: quality.accuracy,
            precision: quality.precision,
            recall: quality.recall,
            int8_accuracy: quality.int8_accuracy,
            int8_fixed_point_accuracy: None,
        }
    }
}

impl<'a> Card<'a> {
    pub(super) fn new<G: Granularity>(
        trained: &'a TrainedCandidate<G>,
        name: &'a str,
    ) -> Result<Self, SizeError> {
        let Shape { height, width, channels } = trained.model.network().input();
        let standardisation = trained.model.scaler().map(|scaler| {
            [scaler.mean(), scaler.deviation()].map(|values| values.iter().copied().collect())
        });
        let file = |ending: &str| format!("{name}_{ending}");
        let costs = &trained.costs;
        let [float32, int8] = [DeployedFormat::Float32, DeployedFormat::Int8]
            .map(|format| [costs.flash(format).get(), costs.ram(format).get()]);
        let arenas = KERNELS.into_iter().map(|kernels| ArenaOf::of(trained, kernels));
        Ok(Self {
            name,
            candidate: trained.candidate.to_string(),
            danas: env!("CARGO_PKG_VERSION"),
            engine: &trained.model.record().engine,
            seed: trained.model.record().seed,
            classes: &trained.classes,
            data: trained.candidate.granularity.parameters().into_iter().collect(),
            input: Input {
                height,
                width,
                channels,
                standardisation,
                int8: trained.int8.input().into(),
            },
            output: trained.int8.output().into(),
            files: Files {
                float32: file("float32.tflite"),
                dynamic_range: file("dynamic_range.tflite"),
                int8: file("int8.tflite"),
                header: file("model.h"),
                source: file("model.c"),
                resolver: file("resolver.h"),
                settings: file("settings.h"),
                weights: format!("{name}.safetensors"),
                test: file("test.csv"),
                test_fixed: trained.fixed_point.as_ref().map(|_| file("test_fixed.csv")),
                firmware: FIRMWARE,
                firmware_float32: FIRMWARE_FLOAT32,
                firmware_fixed: trained.fixed_point.as_ref().map(|_| FIRMWARE_FIXED),
            },
            costs: Costs {
                float32_flash: float32[0],
                float32_arena: costs.arena.total().get(),
                float32_ram: float32[1],
                int8_flash: int8[0],
                int8_arena: costs.int8_arena.total().get(),
                int8_ram: int8[1],
                input_buffer: costs.input_buffer.get(),
                macs: costs.macs,
                streaming_buffer: costs.streaming_buffer.get(),
                float32_streaming_ram: costs.streaming_ram(DeployedFormat::Float32).get(),
                int8_streaming_ram: costs.streaming_ram(DeployedFormat::Int8).get(),
                firmware_ram: costs.firmware.map(|it| it.ram.get()),
                firmware_flash: costs.firmware.map(|it| it.flash.get()),
            },
            arenas: arenas.collect::<Result<_, _>>()?,
            instructions: Executed::all(trained.model.network())?,
            validation: trained.validation.as_ref().map(Figures::from),
            test: Figures {
                int8_fixed_point_accuracy: trained.fixed_point.as_ref().map(FixedPoint::accuracy),
                ..(&trained.test).into()
            },
        })
    }

    /// Returns the card for people, in Markdown.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) -> std::fmt::Result {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        writeln!(text, "# {}\n\n{}\n", self.name, self.candidate)?;
        writeln!(text, "Classes: {}.\n", self.classes.join(", "))?;
        writeln!(text, "| | validation | test |\n|---|---|---|")?;
        let mut row = |name: &str, figure: fn(&Figures) -> Option<f64>| {
            let cell = |figures: Option<&Figures>| {
                figures.and_then(figure).map_or_else(String::new, percent)
            };
            let (validation, test) = (cell(self.validation.as_ref()), cell(Some(&self.test)));
            writeln!(text, "| {name} | {validation} | {test} |")
        };
        row("accuracy, float32", |it| Some(it.accuracy))?;
        row("accuracy, int8", |it| it.int8_accuracy)?;
        if self.test.int8_fixed_point_accuracy.is_some() {
            row("accuracy, int8, features in integers", |it| it.int8_fixed_point_accuracy)?;
        }
        row("precision, float32", |it| Some(it.precision))?;
        row("recall, float32", |it| Some(it.recall))?;
        let validation =
            self.validation.as_ref().map_or_else(String::new, |it| it.examples.to_string());
        writeln!(text, "| examples | {validation} | {} |\n", self.test.examples)?;
        let learned = match self.validation {
            Some(_) => "The search chose it by the validation part. It never saw the test part.",
            None => "It learned from the train and validation parts. It never saw the test part.",
        };
        writeln!(text, "{learned} The figures are those of the exported files.\n")?;
        writeln!(text, "| bytes | float32 | int8 |\n|---|---|---|")?;
        let costs = &self.costs;
        writeln!(text, "| flash for the model | {} | {} |", costs.float32_flash, costs.int8_flash)?;
        for ArenaOf { kernels, processors, float32, int8 } in &self.arenas {
            let row = format!("tensor arena, {kernels} kernels ({processors})");
            writeln!(text, "| {row} | {float32} | {int8} |")?;
        }
        writeln!(text, "| input buffer | {0} | {0} |", costs.input_buffer)?;
        writeln!(
            text,
            "| total RAM, with preprocessing and reference kernels | {} | {} |",
            costs.float32_ram, costs.int8_ram
        )?;
        writeln!(text, "| streaming buffer | {0} | {0} |", costs.streaming_buffer)?;
        writeln!(
            text,
            "| total RAM, streaming, with reference kernels | {} | {} |",
            costs.float32_streaming_ram, costs.int8_streaming_ram
        )?;
        for (name, bytes) in [
            ("C library, RAM", costs.firmware_ram),
            ("C library, flash on a Cortex-M4 (estimate)", costs.firmware_flash),
        ] {
            if let Some(bytes) = bytes {
                writeln!(text, "| {name} | | {bytes} |")?;
            }
        }
        writeln!(text, "\nMultiply-accumulates per inference: {}.\n", costs.macs)?;
        let cores = Core::ALL.map(|core| core.to_string()).join(" | ");
        writeln!(text, "| instructions of the int8 network (estimate) | {cores} |")?;
        writeln!(text, "|---|---|---|---|---|")?;
        for executed in &self.instructions {
            let cells = executed.on_cores().map(|count| count.to_string()).join(" | ");
            writeln!(text, "| {} | {cells} |", executed.kernels)?;
        }
        writeln!(text)?;
        writeln!(text, "| data | |\n|---|---|")?;
        for (parameter, value) in &self.data {
            writeln!(text, "| {parameter} | {value} |")?;
        }
        let (engine, seed, version) = (self.engine, self.seed, self.danas);
        writeln!(text, "\nTrained on {engine} with seed {seed}, by danas {version}.")
    }
}
