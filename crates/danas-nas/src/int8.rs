//! Quantisation of a trained model to 8-bit integers, and the quality of the result.

use danas_model::{Metrics, ModelError, TrainedModel};
use danas_size::{Calibration, Converter, FloatModel, Int8Model, QuantisationNoise};
use ndarray::{Array2, ArrayView4, Axis};

use crate::failure::Failure;

/// Maximum number of examples that a model is calibrated on, and compared on.
const CALIBRATION: usize = 256;

/// Returns some evenly spread examples, as the network reads them.
fn some_scaled(
    model: &TrainedModel,
    features: ArrayView4<'_, f32>,
) -> Result<Vec<Vec<f32>>, ModelError> {
    let step = features.len_of(Axis(0)).div_ceil(CALIBRATION).max(1);
    let examples = features.axis_chunks_iter(Axis(0), 1).step_by(step);
    examples.map(|example| scaled(model, example)).collect()
}

/// Quantises a trained model as TensorFlow 2.12 does. It is calibrated on features that it learned
/// from: on all of them, or on an evenly spread selection. `input_range` are the limits of features, if
/// they are known; they apply unless rows are standardised one by one.
///
/// # Shapes
/// - `features`: `[examples, height, width, channels]`, before scaling
pub(crate) fn quantise(
    model: &TrainedModel,
    input_range: Option<[f32; 2]>,
    features: ArrayView4<'_, f32>,
) -> Result<Int8Model, Failure> {
    let floats = FloatModel::new(model.network(), model.weights().slices())?;
    let mut calibration = Calibration::new(&floats);
    for example in some_scaled(model, features)? {
        calibration.observe(&example)?;
    }
    let range = match model.scaler() {
        Some(scaler) => input_range.and_then(|range| scaler.common_range(range)),
        None => input_range,
    };
    if let Some(range) = range {
        calibration.cover_input(range);
    }
    Ok(Converter::default().quantise(&floats, &calibration.scales()?)?)
}

/// Judges an int8 model by its predictions on features.
///
/// # Shapes
/// - `features`: `[examples, height, width, channels]`, before scaling
pub(crate) fn judge(
    int8: &Int8Model,
    model: &TrainedModel,
    features: ArrayView4<'_, f32>,
    labels: &[usize],
) -> Result<Metrics, Failure> {
    let mut probabilities = Array2::zeros((features.len_of(Axis(0)), model.network().classes()));
    for (mut row, integers) in probabilities.outer_iter_mut().zip(answers(int8, model, features)?) {
        let pairs = row.iter_mut().zip(integers);
        pairs.for_each(|(probability, integer)| *probability = int8.output().dequantise(integer));
    }
    Ok(Metrics::new(labels, probabilities.view())?)
}

/// Returns the answers of an int8 model to features: for each example, the integers that stand for the
/// probabilities of the classes.
///
/// # Shapes
/// - `features`: `[examples, height, width, channels]`, before scaling
pub(crate) fn answers(
    int8: &Int8Model,
    model: &TrainedModel,
    features: ArrayView4<'_, f32>,
) -> Result<Vec<Vec<i8>>, Failure> {
    let answer = |example| Ok(int8.predict(&scaled(model, example)?)?);
    features.axis_chunks_iter(Axis(0), 1).map(answer).collect()
}

/// Measures how far the activations of an int8 model are from those of the trained model, on all
/// features or on an evenly spread selection.
///
/// # Shapes
/// - `features`: `[examples, height, width, channels]`, before scaling
pub(crate) fn noise(
    int8: &Int8Model,
    model: &TrainedModel,
    features: ArrayView4<'_, f32>,
) -> Result<Vec<QuantisationNoise>, Failure> {
    let floats = FloatModel::new(model.network(), model.weights().slices())?;
    let examples = some_scaled(model, features)?;
    Ok(int8.noise(&floats, examples.iter().map(Vec::as_slice))?)
}

/// Returns the values of one example, as the network reads them.
fn scaled(model: &TrainedModel, example: ArrayView4<'_, f32>) -> Result<Vec<f32>, ModelError> {
    match model.scaler() {
        Some(scaler) => Ok(scaler.transform(example)?.into_raw_vec_and_offset().0),
        None => Ok(example.iter().copied().collect()),
    }
}
