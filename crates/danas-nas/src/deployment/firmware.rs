//! The C libraries of a trained candidate.

use std::path::{Path, PathBuf};

use danas_data::DataSource;
use danas_firmware::{
    FirmwareError, FirmwareModel, FrontEnd, GoldenExample, GoldenScores, Library, LibraryParts,
    RawExample,
};
use danas_model::ModelError;
use danas_size::FloatModel;
use danas_space::Granularity;
use ndarray::Array4;

use super::{TrainedCandidate, error::ExportError, fixed_point};

/// Folder of the library of the int8 model.
pub(super) const FIRMWARE: &str = "firmware";

/// Folder of the library of the float32 model.
pub(super) const FIRMWARE_FLOAT32: &str = "firmware_float32";

/// Folder of the library of the int8 model whose front end computes in integers.
pub(super) const FIRMWARE_FIXED: &str = "firmware_fixed";

/// Number of examples that a self-test classifies.
const EXAMPLES: usize = 2;

/// Returns the first examples of different classes as a device reads them, with their names.
pub(crate) fn raw_examples<S: DataSource>(
    source: &S,
    granularity: &S::Granularity,
    examples: &[usize],
) -> Result<Vec<(String, RawExample)>, S::Error> {
    let mut found: Vec<(String, RawExample)> = Vec::new();
    let mut classes = Vec::new();
    for &example in examples {
        let class = source.labels()[example];
        if classes.contains(&class) {
            continue;
        }
        let Some(raw) = source.raw(granularity, example)? else { continue };
        let file = source.path(example).and_then(Path::file_name);
        let name = file.map_or_else(|| example.to_string(), |it| it.to_string_lossy().into_owned());
        classes.push(class);
        found.push((name, raw));
        if found.len() == EXAMPLES {
            break;
        }
    }
    Ok(found)
}

impl<G: Granularity> TrainedCandidate<G> {
    /// Returns the files of all C libraries, with their paths below the folder of the export.
    pub(super) fn libraries(&self, name: &str) -> Result<Vec<(PathBuf, String)>, ExportError> {
        let floats = FloatModel::new(self.model.network(), self.model.weights().slices())?;
        let tables = fixed_point::tables(&self.model);
        let standardisation =
            tables.as_ref().map(|[mean, deviation]| [mean.as_slice(), deviation.as_slice()]);
        let description = self.candidate.to_string();
        let mut files = Vec::new();
        let int8 = FirmwareModel::Int8(&self.int8);
        let fixed = self.fixed_point.as_ref().map(|it| (FIRMWARE_FIXED, int8, &it.front_end));
        for (folder, model, front_end) in [
            (FIRMWARE, int8, &self.front_end),
            (FIRMWARE_FLOAT32, FirmwareModel::Float32(&floats), &self.front_end),
        ]
        .into_iter()
        .chain(fixed)
        {
            let library = Library::new(&LibraryParts {
                name,
                description: &description,
                classes: &self.classes,
                front_end,
                standardisation,
                model,
            })?;
            let golden = self.golden(front_end, model, standardisation)?;
            let mut all = library.files();
            if !golden.is_empty() {
                all.extend(library.self_test(&golden)?);
            }
            files.extend(all.into_iter().map(|it| (Path::new(folder).join(it.path), it.text)));
            let golden = golden.iter().enumerate().map(|(index, example)| {
                (Path::new(folder).join(format!("golden/{index}.json")), example.json())
            });
            files.extend(golden);
        }
        Ok(files)
    }

    /// Returns examples with the answers of a model.
    fn golden(
        &self,
        front_end: &FrontEnd,
        model: FirmwareModel<'_>,
        standardisation: Option<[&[f32]; 2]>,
    ) -> Result<Vec<GoldenExample>, ExportError> {
        let mut golden = Vec::new();
        for (name, raw) in &self.raw_examples {
            let Some(features) = front_end.features(raw)? else { continue };
            let input = self.standardised(features.clone())?;
            let integers = front_end.input(raw, standardisation, self.int8.input())?;
            let scores = match model {
                FirmwareModel::Int8(model) => GoldenScores::Int8(match integers {
                    Some(integers) => model.run(&integers)?,
                    None => model.predict(&input)?,
                }),
                FirmwareModel::Float32(model) => GoldenScores::Float32(model.predict(&input)?),
                _ => continue,
            };
            let (name, raw) = (name.clone(), raw.clone());
            golden.push(GoldenExample { name, raw, features, scores });
        }
        Ok(golden)
    }

    /// Returns the features of one example as the network reads them.
    fn standardised(&self, features: Vec<f32>) -> Result<Vec<f32>, ExportError> {
        let Some(scaler) = self.model.scaler() else { return Ok(features) };
        let shape = self.model.network().input();
        let dims = (1, shape.height, shape.width, shape.channels);
        let actual = features.len();
        let expected = shape.elements().unwrap_or(usize::MAX);
        let wrong = FirmwareError::Shape { what: "features", expected, actual };
        let features = Array4::from_shape_vec(dims, features).map_err(|_| wrong)?;
        let scaled = scaler.transform(features.view());
        let scaled = scaled.map_err(|error: ModelError| FirmwareError::Features(error.into()))?;
        Ok(scaled.into_iter().collect())
    }
}
