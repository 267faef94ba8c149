//! Trained models as safetensors files.

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
use crate::{Scaler, TrainedModel, Weights};

/// The entry of a file's metadata that describes the model.
const KEY: &str = "danas";

/// The tensors of a scaler.
const SCALER: [&str; 2] = ["scaler.mean", "scaler.deviation"];

impl TrainedModel {
    /// The model as a safetensors file, with `notes` of the caller's own: the same bytes for the same
    /// model.
    ///
    /// Its tensors are those of [`Network::weights`](danas_space::Network::weights) by name and in
    /// their layouts, and `scaler.mean` and `scaler.deviation`, `[height, channels]`, where features
    /// are scaled. Its metadata describe the network, the training and the notes, and hold a digest of
    /// all of it (BLAKE3).
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
    /// [`SafetensorsError::Format`] for notes of more than 100 MB, [`SafetensorsError::Description`] for
    /// a recorded loss that is not finite.
    pub fn to_safetensors(
        &self,
        notes: &BTreeMap<String, String>,
    ) -> Result<Vec<u8>, SafetensorsError> {
        let tensors = named(self);
        let sealed = Sealed::new(Description::new(self, notes), &tensors)?;
        let json = sealed.to_json()?;
        // A loss that is not finite has no JSON, which would be found too late.
        Sealed::from_json(&json)?;
        tensor_file::write(&tensors, KEY, json)
    }

    /// The model and the notes of a file that [`to_safetensors`](Self::to_safetensors) wrote. Any engine
    /// can predict with it.
    ///
    /// # Errors
    /// [`SafetensorsError`] for bytes that are damaged or of another kind: it names what is wrong.
    pub fn from_safetensors(
        bytes: &[u8],
    ) -> Result<(Self, BTreeMap<String, String>), SafetensorsError> {
        let file = TensorFile::read(bytes)?;
        let sealed = Sealed::from_json(file.entry(KEY).ok_or(SafetensorsError::Foreign)?)?;
        let Description { record, notes, .. } = &sealed.model;
        let network = sealed.model.network()?;

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
        let model = Self::new(network, weights, scaler, record.clone())?;

        let tensors = named(&model);
        let known = |name: &str| tensors.iter().any(|(one, ..)| one == name);
        if let Some(&tensor) = file.names().iter().find(|name| !known(name)) {
            return Err(SafetensorsError::Unknown { tensor: tensor.to_owned() });
        }
        // Last of all, so that an error names the culprit where it can.
        if Sealed::new(Description::new(&model, notes), &tensors)? != sealed {
            return Err(SafetensorsError::Digest);
        }
        Ok((model, sealed.model.notes))
    }
}

/// The tensors of a model's file.
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
