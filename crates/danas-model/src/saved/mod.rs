//! Reads and writes trained models as safetensors files.

mod description;
mod error;
mod tensor_file;

use std::collections::BTreeMap;

use ndarray::{Dim, IxDyn};

pub use self::error::SafetensorsError;
use self::{
    description::{Description, Sealed},
    tensor_file::{Named, TensorFile},
};
use crate::{scaler::Scaler, trained::TrainedModel, weights::Weights};

/// Metadata entry of a file that describes the model.
const KEY: &str = "danas";

/// Names of the tensors of a scaler.
const SCALER: [&str; 2] = ["scaler.mean", "scaler.deviation"];

impl TrainedModel {
    /// Returns the model as a safetensors file, together with the caller's `notes`. The same model
    /// and notes always give the same bytes.
    ///
    /// The tensors have the names and layouts of
    /// [`Network::weights`](danas_space::Network::weights). If features are scaled, `scaler.mean`
    /// and `scaler.deviation`, both `[height, channels]`, are added. The metadata contain the
    /// network, the record of the training, the notes, and a digest (BLAKE3) of everything.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    ///
    /// use danas_model::{TrainedModel, TrainingRecord, Weights};
    /// use danas_space::{Architecture, Network, Shape, parse_layers};
    ///
    /// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
    /// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
    /// let weights = Weights::glorot_uniform(&network, 1)?;
    /// let model = TrainedModel::new(network, weights, None, TrainingRecord::new("none", 1, vec![]))?;
    /// let notes = BTreeMap::from([("rate".to_owned(), "375".to_owned())]);
    /// let bytes = model.to_safetensors(&notes)?;
    /// assert_eq!(TrainedModel::from_safetensors(&bytes)?, (model, notes));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # References
    /// <https://github.com/huggingface/safetensors>
    ///
    /// # Errors
    /// [`SafetensorsError::Format`] for notes of more than 100 MB,
    /// [`SafetensorsError::Description`] for a recorded loss that is not finite.
    pub fn to_safetensors(
        &self,
        notes: &BTreeMap<String, String>,
    ) -> Result<Vec<u8>, SafetensorsError> {
        let tensors = named(self);
        let sealed = Sealed::new(&Description::new(self, notes), &tensors)?;
        let json = sealed.to_json()?;
        // JSON cannot represent a loss that is not finite. Without this check, only reading would
        // fail.
        Sealed::from_json(&json)?;
        tensor_file::write(&tensors, KEY, json)
    }

    /// Reads the model and the notes from a file that [`to_safetensors`](Self::to_safetensors)
    /// wrote. Any engine can predict with the model.
    ///
    /// # Errors
    /// [`SafetensorsError`] for bytes that are damaged or in another format. It names what is
    /// wrong.
    pub fn from_safetensors(
        bytes: &[u8],
    ) -> Result<(Self, BTreeMap<String, String>), SafetensorsError> {
        let file = TensorFile::read(bytes)?;
        let json = file.entry(KEY).ok_or(SafetensorsError::Foreign)?;
        let (sealed, description) = Sealed::from_json(json)?;
        let network = description.network()?;
        let Description { record, notes, .. } = description;

        let specs = network.weights();
        let tensors = specs.iter().map(|it| file.array(&it.to_string(), IxDyn(&it.shape)));
        let weights = Weights::new(&network, tensors.collect::<Result<_, _>>()?)?;
        let scaler = if file.names().iter().any(|name| SCALER.contains(name)) {
            let shape = Dim([network.input().height, network.input().channels]);
            let [mean, deviation] = SCALER.map(|name| file.array(name, shape));
            Some(Scaler::new(mean?, deviation?)?)
        } else {
            None
        };
        let model = Self::new(network, weights, scaler, record)?;

        let tensors = named(&model);
        let known = |name: &str| tensors.iter().any(|(one, ..)| one == name);
        if let Some(&tensor) = file.names().iter().find(|name| !known(name)) {
            return Err(SafetensorsError::Unknown { tensor: tensor.to_owned() });
        }
        // The digest is checked last, because the errors above name the exact culprit.
        if !sealed.is_intact(&tensors) {
            return Err(SafetensorsError::Digest);
        }
        Ok((model, notes))
    }
}

/// Returns the tensors of a model's file.
fn named(model: &TrainedModel) -> Vec<Named> {
    let bytes =
        |values: &mut dyn Iterator<Item = &f32>| values.flat_map(|it| it.to_le_bytes()).collect();
    let weights = model.weights().tensors();
    let mut tensors: Vec<Named> = weights
        .map(|(spec, tensor)| (spec.to_string(), spec.shape.clone(), bytes(&mut tensor.iter())))
        .collect();
    if let Some(scaler) = model.scaler() {
        for (name, tensor) in SCALER.into_iter().zip([scaler.mean(), scaler.deviation()]) {
            tensors.push((name.to_owned(), tensor.shape().to_vec(), bytes(&mut tensor.iter())));
        }
    }
    tensors
}
