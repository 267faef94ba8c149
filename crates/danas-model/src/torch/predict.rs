//! Predictions: probabilities of many examples, in bounded memory.

use danas_space::Network;
use ndarray::{Array2, ArrayView4, Axis, s};
use tch::{Device, Kind, TchError};

use super::{
    failure::During,
    features::upload,
    layer::Pass,
    net::{Net, download},
};
use crate::{error::ModelError, samples::check_features, trained::TrainedModel};

/// Most activations of a batch, over all layers: 64 MiB.
const ACTIVATIONS: usize = 16 << 20;

/// Largest batch. Larger ones are no faster.
const MOST_EXAMPLES: usize = 256;

/// Returns the probabilities of all classes, `[examples, classes]`.
pub(super) fn predict(
    model: &TrainedModel,
    features: ArrayView4<'_, f32>,
    device: Device,
) -> Result<Array2<f32>, ModelError> {
    let network = model.network();
    check_features(network, features)?;
    let net = Net::new(network, model.weights(), device)?;
    let mut probabilities = Array2::zeros((features.len_of(Axis(0)), network.classes()));
    let mut start = 0;
    for batch in features.axis_chunks_iter(Axis(0), batch_size(network)) {
        let batch = upload(batch, model.scaler(), device)?;
        let compute = || {
            let logits = net.logits(&batch, Pass::Prediction)?;
            download(&logits.f_softmax(-1, Kind::Float)?)
        };
        let values: Result<Vec<f32>, TchError> = tch::no_grad(compute);
        let values = values.during("a prediction")?;
        let end = start + values.len() / network.classes();
        let mut rows = probabilities.slice_mut(s![start..end, ..]);
        rows.iter_mut().zip(values).for_each(|(to, from)| *to = from);
        start = end;
    }
    Ok(probabilities)
}

/// Returns the number of examples that are predicted at once. It depends on the network alone.
pub(super) fn batch_size(network: &Network) -> usize {
    let layers = network.layers().iter().map(|layer| layer.output);
    let activations = layers
        .chain([network.input()])
        .filter_map(danas_space::Shape::elements)
        .fold(0, usize::saturating_add);
    (ACTIVATIONS / activations.max(1)).clamp(1, MOST_EXAMPLES)
}
