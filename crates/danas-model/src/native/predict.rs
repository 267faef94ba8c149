//! Predictions: probabilities, for one block of examples at a time.

use ndarray::{Array2, ArrayView4, Axis};

use super::{
    block::Block, lanes::LANES, objective::softmax, parameters::Layout, simd::Dispatch,
    train::Examples,
};
use crate::{error::ModelError, samples::check_features, trained::TrainedModel};

/// Returns the probabilities of all classes, `[examples, classes]`.
pub(super) fn predict(
    model: &TrainedModel,
    dispatch: Dispatch,
    features: ArrayView4<'_, f32>,
) -> Result<Array2<f32>, ModelError> {
    let network = model.network();
    check_features(network, features)?;
    let layout = Layout::new(network)?;
    let weights = layout.flatten(model.weights())?;
    let mut block = Block::new(network, &layout, dispatch)?;
    block.prepare(&weights);
    let mut probabilities = Array2::zeros((features.len_of(Axis(0)), network.classes()));
    let mut of_one = vec![0.0; network.classes()];
    let mut rows = probabilities.outer_iter_mut();
    for chunk in features.axis_chunks_iter(Axis(0), LANES) {
        let examples = Examples::new(chunk, model.scaler())?;
        let numbers: Vec<usize> = (0..chunk.len_of(Axis(0))).collect();
        examples.gather(&numbers, block.input());
        block.forward(&weights);
        for (lane, mut row) in numbers.into_iter().zip(&mut rows) {
            softmax(block.logits(), lane, &mut of_one);
            row.iter_mut().zip(&of_one).for_each(|(to, &from)| *to = from);
        }
    }
    Ok(probabilities)
}
