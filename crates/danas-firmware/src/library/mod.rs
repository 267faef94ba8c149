//! A whole library in C: front end, network, and what a program needs to use them.

mod costs;
mod header;
mod memory;
mod plan;
mod project;
mod rust;
mod self_test;
mod source;

pub use self::{
    costs::FirmwareCosts,
    plan::{FirmwareModel, Library, LibraryFile, LibraryParts},
    self_test::{GoldenExample, GoldenScores},
};
use self::{header::header, memory::Memory, source::source};
use crate::{
    error::FirmwareError,
    front_end::{FrontEndOutline, NetworkInput},
    network::NetworkCode,
};

impl<'a> Library<'a> {
    /// Writes the code of a library.
    ///
    /// # Errors
    /// [`FirmwareError::Name`] for a name that is no C identifier, [`FirmwareError::Shape`] if front
    /// end, standardisation, classes and network do not fit together, and
    /// [`FirmwareError::TooMany`] for a network that is too large for C's counters.
    /// [`FirmwareError::FixedPoint`] for a front end in integers and a network in floats, and
    /// [`FirmwareError::Deviation`] for features that are too fine for integers.
    pub fn new(parts: &LibraryParts<'a>) -> Result<Self, FirmwareError> {
        let name = parts.name;
        let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_';
        if !name.starts_with(|first: char| first.is_ascii_alphabetic())
            || !name.chars().all(is_part)
        {
            return Err(FirmwareError::Name { name: name.to_owned() });
        }
        let (network, quantisation) = match parts.model {
            FirmwareModel::Int8(model) => (NetworkCode::int8(name, model)?, Some(model.input())),
            FirmwareModel::Float32(model) => (NetworkCode::float32(name, model)?, None),
        };
        let shape = parts.front_end.shape();
        let constants = shape.height.saturating_mul(shape.channels);
        let [means, deviations] =
            parts.standardisation.map_or([constants; 2], |tables| tables.map(<[f32]>::len));
        for (what, expected, actual) in [
            ("features", network.input.values, shape.elements().unwrap_or(usize::MAX)),
            ("names of classes", network.output.values, parts.classes.len()),
            ("means", constants, means),
            ("deviations", constants, deviations),
        ] {
            if expected != actual {
                return Err(FirmwareError::Shape { what, expected, actual });
            }
        }
        let input = NetworkInput { standardisation: parts.standardisation, quantisation };
        let front_end = parts.front_end.code(&input)?;
        let outline = FrontEndOutline::of(&front_end, parts.front_end.raw(), &input);
        let memory = Memory::new(&network.outline, &outline);
        let costs = FirmwareCosts::new(&network.outline, &outline, parts.classes);
        Ok(Self { parts: parts.clone(), network, front_end, memory, costs })
    }

    /// Returns the memory that the library needs, and an estimate of its flash.
    #[must_use]
    pub const fn costs(&self) -> FirmwareCosts {
        self.costs
    }

    /// Returns the files of the library.
    #[must_use]
    pub fn files(&self) -> Vec<LibraryFile> {
        let name = self.parts.name;
        let mut files = vec![
            LibraryFile { path: format!("src/{name}.h").into(), text: header(self) },
            LibraryFile { path: format!("src/{name}.c").into(), text: source(self) },
        ];
        files.extend(project::files(self));
        files.extend(rust::files(self));
        files
    }

    /// Returns the files of a self-test, `NAME_self_test.h` and `NAME_self_test.c`, which compares
    /// the answers of a device with those that the examples state.
    ///
    /// # Errors
    /// [`FirmwareError::Shape`] for an example of another length, and [`FirmwareError::Sample`] for one
    /// of another type.
    pub fn self_test(&self, examples: &[GoldenExample]) -> Result<Vec<LibraryFile>, FirmwareError> {
        self_test::files(self, examples)
    }
}
