//! A crate in Rust around the C library.

use super::plan::{Library, LibraryFile};
use crate::front_end::{Raw, SampleType};

/// Returns the files of the crate, which compiles the C source of the library.
pub(super) fn files(library: &Library<'_>) -> Vec<LibraryFile> {
    let name = library.parts.name;
    let file = |path: &str, text: String| LibraryFile { path: path.into(), text };
    let mut source = constants(library);
    source += &one_window(library);
    if library.parts.front_end.raw().rate.is_some() {
        source += &stream(library);
    }
    vec![
        file("rust/Cargo.toml", manifest(name)),
        file("rust/build.rs", build(name)),
        file("rust/src/lib.rs", source),
    ]
}

fn manifest(name: &str) -> String {
    format!(
        r#"[package]
name = "{}"
version = "1.0.0"
edition = "2021"
description = "A trained network and its preprocessing, compiled from C."
publish = false

[build-dependencies]
cc = "1"

[workspace]
"#,
        name.to_lowercase()
    )
}

fn build(name: &str) -> String {
    format!(
        r#"//! Compiles the library.

fn main() {{
    println!("cargo:rerun-if-changed=../src");
    cc::Build::new().std("c99").file("../src/{name}.c").include("../src").compile("{name}_c");
}}
"#
    )
}

/// Returns the type of a raw sample in Rust.
const fn rust_name(sample: SampleType) -> &'static str {
    match sample {
        SampleType::Int8 => "i8",
        SampleType::Int16 => "i16",
        SampleType::Uint8 => "u8",
        SampleType::Uint16 => "u16",
        SampleType::Float => "f32",
    }
}

/// Returns the beginning of the crate: its constants, and answers.
fn constants(library: &Library<'_>) -> String {
    let Library { parts, network, .. } = library;
    let Raw { sample, moments, channels, rate, .. } = parts.front_end.raw();
    let (score, probability) = if network.value == "float" {
        ("f32", "self.scores[class]")
    } else {
        ("i8", "(f32::from(self.scores[class]) + 128.0) / 256.0")
    };
    let names: Vec<String> = parts.classes.iter().map(|it| format!("    {it:?},\n")).collect();
    let rate = rate.map_or_else(String::new, |rate| {
        format!(
            "/// Number of moments in a second.\npub const RATE: f64 = {:?};\n\n/// Number of samples at a \
             moment.\npub const CHANNELS: usize = {channels};\n\n",
            rate.hertz()
        )
    });
    format!(
        "//! {description}
#![no_std]

/// Number of classes.
pub const CLASSES: usize = {classes};

/// Names of the classes.
pub const CLASS_NAMES: [&str; CLASSES] = [
{names}];

{rate}/// Number of samples that the network looks at.
pub const WINDOW: usize = {window};

/// A sample in the window.
pub type Sample = {sample};

/// An answer.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {{
    scores: [{score}; CLASSES],
    best: u16,
}}

impl Answer {{
    const NONE: Self = Self {{ scores: [0 as {score}; CLASSES], best: 0 }};

    /// Returns the class with the highest score.
    pub fn best(&self) -> usize {{
        self.best.into()
    }}

    /// Returns the score of each class, as the network computes it.
    pub fn scores(&self) -> &[{score}; CLASSES] {{
        &self.scores
    }}

    /// Returns the probability of a class.
    pub fn probability(&self, class: usize) -> f32 {{
        {probability}
    }}
}}
",
        description = parts.description.split_whitespace().collect::<Vec<_>>().join(" "),
        classes = parts.classes.len(),
        names = names.concat(),
        window = moments * channels,
        sample = rust_name(sample),
    )
}

/// Returns the part of the crate that classifies a window.
fn one_window(library: &Library<'_>) -> String {
    let (name, memory) = (library.parts.name, library.memory);
    format!(
        "
/// Memory to work in.
#[repr(C)]
#[derive(Debug, Clone)]
pub struct Work {{
    memory: [{word}; {words}],
}}

const _: () = assert!(core::mem::size_of::<Work>() == {bytes});

impl Work {{
    /// Returns memory that can be used at once.
    pub const fn new() -> Self {{
        Self {{ memory: [0 as {word}; {words}] }}
    }}

    /// Classifies a window, the oldest moment first.
    pub fn run(&mut self, window: &[Sample; WINDOW]) -> Answer {{
        let mut answer = Answer::NONE;
        // SAFETY: the function writes to its first and last argument alone, both of which have the
        // size and layout of the struct in C, and reads as many samples as the window has.
        unsafe {{ {name}_run(self, window.as_ptr(), &mut answer) }};
        answer
    }}
}}

impl Default for Work {{
    fn default() -> Self {{
        Self::new()
    }}
}}

extern \"C\" {{
    fn {name}_run(work: *mut Work, window: *const Sample, result: *mut Answer);
}}
",
        word = library.parts.front_end.word().rust_name(),
        words = memory.words,
        bytes = memory.work().get(),
    )
}

/// Returns the part of the crate that listens to a stream.
fn stream(library: &Library<'_>) -> String {
    let (name, memory) = (library.parts.name, library.memory);
    format!(
        "
/// A stream: memory to work in, and the latest samples. It begins with zeros.
#[repr(C)]
#[derive(Debug, Clone)]
pub struct Stream {{
    work: Work,
    oldest: u32,
    ring: [Sample; WINDOW],
}}

const _: () = assert!(core::mem::size_of::<Stream>() == {bytes});

impl Stream {{
    /// Returns a stream of zeros.
    pub const fn new() -> Self {{
        Self {{ work: Work::new(), oldest: 0, ring: [0 as Sample; WINDOW] }}
    }}

    /// Adds samples of all channels of a moment, and then of the next one. A last moment that is not
    /// complete is ignored. If there are more than fit into the window, the last ones are kept.
    pub fn push(&mut self, samples: &[{arriving}]) {{
        // SAFETY: the function reads whole moments of the slice, and writes to the stream alone.
        unsafe {{ {name}_push(self, samples.as_ptr(), samples.len() / CHANNELS) }};
    }}

    /// Classifies the latest samples.
    pub fn classify(&mut self) -> Answer {{
        let mut answer = Answer::NONE;
        // SAFETY: the function writes to its two arguments alone, which have the size and layout of
        // the structs in C.
        unsafe {{ {name}_classify(self, &mut answer) }};
        answer
    }}
}}

impl Default for Stream {{
    fn default() -> Self {{
        Self::new()
    }}
}}

extern \"C\" {{
    fn {name}_push(stream: *mut Stream, samples: *const {arriving}, moments: usize);
    fn {name}_classify(stream: *mut Stream, result: *mut Answer);
}}
",
        bytes = memory.stream().get(),
        arriving = rust_name(library.parts.front_end.raw().arriving()),
    )
}
