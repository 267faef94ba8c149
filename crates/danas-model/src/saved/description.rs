//! The description of a model in its file: everything except the numbers in its tensors.

use std::collections::BTreeMap;

use danas_space::{Architecture, Layer, Network, Shape, layers_text, parse_layers};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{SafetensorsError, tensor_file::Named};
use crate::{record::TrainingRecord, trained::TrainedModel};

/// Format version that is written, and the only one that can be read.
const VERSION: u32 = 1;

/// Everything about a model except its weights and scaling constants. A field that is added later
/// needs a default, which older files then have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    version: u32,
    /// Height, width and channels of the input.
    input: [usize; 3],
    layers: String,
    dense_width: u32,
    classes: usize,
    pub(super) record: TrainingRecord,
    pub(super) notes: BTreeMap<String, String>,
}

impl Description {
    pub(super) fn new(model: &TrainedModel, notes: &BTreeMap<String, String>) -> Self {
        let network = model.network();
        let Shape { height, width, channels } = network.input();
        Self {
            version: VERSION,
            input: [height, width, channels],
            layers: layers_text(network.layers().iter().map(|shaped| shaped.layer)),
            dense_width: network.dense_width(),
            classes: network.classes(),
            record: model.record().clone(),
            notes: notes.clone(),
        }
    }

    /// Builds the described network.
    pub(super) fn network(&self) -> Result<Network, SafetensorsError> {
        let [height, width, channels] = self.input;
        let layers: Vec<Layer> = parse_layers(&self.layers)?;
        let architecture = Architecture::new(layers, self.dense_width)?;
        Ok(Network::new(Shape::new(height, width, channels), &architecture, self.classes)?)
    }
}

/// A description as stored in a file, with a digest that also covers the tensors.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    /// BLAKE3 digest of description and tensors, in hexadecimal.
    digest: String,
    /// The description as it was written. The digest is that of this text, so a version that has
    /// more fields still verifies it.
    model: Box<RawValue>,
}

impl Sealed {
    pub(super) fn new(model: &Description, tensors: &[Named]) -> Result<Self, SafetensorsError> {
        let model = serde_json::value::to_raw_value(model).map_err(damaged)?;
        Ok(Self { digest: digest(&model, tensors), model })
    }

    /// Returns whether description and tensors are those that were written.
    pub(super) fn is_intact(&self, tensors: &[Named]) -> bool {
        self.digest == digest(&self.model, tensors)
    }

    /// Reads text that [`to_json`](Self::to_json) wrote.
    pub(super) fn from_json(json: &str) -> Result<(Self, Description), SafetensorsError> {
        /// The part that is needed to know whether the rest can be read.
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let sealed: Self = serde_json::from_str(json).map_err(damaged)?;
        let Versioned { version: actual } =
            serde_json::from_str(sealed.model.get()).map_err(damaged)?;
        if actual != VERSION {
            return Err(SafetensorsError::Version { actual, supported: VERSION });
        }
        let description = serde_json::from_str(sealed.model.get()).map_err(damaged)?;
        Ok((sealed, description))
    }

    pub(super) fn to_json(&self) -> Result<String, SafetensorsError> {
        serde_json::to_string(self).map_err(damaged)
    }
}

fn digest(model: &RawValue, tensors: &[Named]) -> String {
    let mut digest = blake3::Hasher::new();
    digest.update(model.get().as_bytes());
    tensors.iter().for_each(|(_, _, values)| {
        digest.update(values);
    });
    digest.finalize().to_string()
}

fn damaged(error: serde_json::Error) -> SafetensorsError {
    SafetensorsError::Description(error.into())
}
