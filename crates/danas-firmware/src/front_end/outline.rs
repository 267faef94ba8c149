//! What a front end costs.

use danas_size::DeployedFormat;

use super::{FrontEnd, code::FrontEndCode, input::NetworkInput, raw::Raw, scaling::InputScaling};
use crate::{error::FirmwareError, snippets::SNIPPETS};

/// Memory, tables and code of a front end, which do not depend on what is trained.
///
/// It takes milliseconds to compute: keep it for all candidates that share a granularity.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontEndOutline {
    /// The format of the network behind it.
    pub(crate) format: DeployedFormat,
    pub(crate) raw: Raw,
    /// Number of words that it works in, from the network's input on.
    pub(crate) words: u64,
    /// Bytes of constant tables.
    pub(crate) tables: u64,
    pub(crate) is_standardised: bool,
    /// Names of the files of C code that it consists of.
    pub(crate) snippets: Vec<&'static str>,
}

impl FrontEndOutline {
    /// Returns the outline of a front end, whose features are scaled, before a network in a format.
    ///
    /// # Errors
    /// Those of [`Library::new`](crate::Library::new) that concern the front end.
    pub fn new(
        front_end: &FrontEnd,
        format: DeployedFormat,
        scaling: InputScaling,
    ) -> Result<Self, FirmwareError> {
        let shape = front_end.shape();
        let (constant, quantisation) = scaling.constants();
        let constants = vec![constant.unwrap_or(0.0); shape.height.saturating_mul(shape.channels)];
        let input = NetworkInput {
            standardisation: constant.map(|_| [&*constants, &*constants]),
            quantisation: match format {
                DeployedFormat::Int8 => Some(quantisation),
                DeployedFormat::Float32 => None,
            },
        };
        Ok(Self::of(&front_end.code(&input)?, front_end.raw(), &input))
    }

    /// Returns the outline of code.
    pub(crate) fn of(code: &FrontEndCode, raw: Raw, input: &NetworkInput<'_>) -> Self {
        let is_used = |(_, text): &&(&str, &str)| code.text.contains(text);
        let snippets: Vec<_> = SNIPPETS.iter().filter(is_used).map(|&(name, _)| name).collect();
        // Bytes that are read directly need no constants.
        let is_standardised = input.standardisation.is_some() && code.constant_bytes > 0;
        Self {
            format: match input.quantisation {
                Some(_) => DeployedFormat::Int8,
                None => DeployedFormat::Float32,
            },
            raw,
            words: code.words as u64,
            tables: code.constant_bytes,
            is_standardised,
            snippets,
        }
    }
}
