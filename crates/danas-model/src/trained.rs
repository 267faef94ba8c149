//! The result of a training.

use danas_space::Network;

use crate::{error::ModelError, record::TrainingRecord, scaler::Scaler, weights::Weights};

/// A trained network: everything that a prediction needs, and a record of the training.
///
/// It does not depend on the engine that trained it. Any engine can predict with it, and it can be
/// taken apart and rebuilt.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainedModel {
    network: Network,
    weights: Weights,
    scaler: Option<Scaler>,
    record: TrainingRecord,
}

impl TrainedModel {
    /// Combines a network with its weights and, if its features are scaled, with their scaler.
    ///
    /// # Errors
    /// [`ModelError::TensorCount`] or [`ModelError::TensorShape`] for weights of another network,
    /// [`ModelError::ScalerShape`] for a scaler of other features.
    pub fn new(
        network: Network,
        weights: Weights,
        scaler: Option<Scaler>,
        record: TrainingRecord,
    ) -> Result<Self, ModelError> {
        weights.check(&network)?;
        if let Some(scaler) = &scaler {
            scaler.check(network.input())?;
        }
        Ok(Self { network, weights, scaler, record })
    }

    /// Returns the network.
    #[must_use]
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Returns the weights of the network.
    #[must_use]
    pub const fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Returns the scaler that is applied to every input; `None` if inputs are not scaled.
    #[must_use]
    pub const fn scaler(&self) -> Option<&Scaler> {
        self.scaler.as_ref()
    }

    /// Returns the record of the training.
    #[must_use]
    pub const fn record(&self) -> &TrainingRecord {
        &self.record
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};
    use ndarray::Array2;

    use super::*;

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let network = |layers| {
            let architecture = Architecture::new(parse_layers(layers).unwrap(), 10).unwrap();
            Network::new(Shape::new(39, 8, 1), &architecture, 2).unwrap()
        };
        let record = || TrainingRecord::new("none", 1, vec![]);
        let weights = Weights::glorot_uniform(&network("2x3R"), 1).unwrap();
        let other = TrainedModel::new(network("4x3R"), weights.clone(), None, record());
        assert!(matches!(other, Err(ModelError::TensorShape { .. })));
        let scaler = Scaler::new(Array2::zeros((13, 1)), Array2::ones((13, 1))).unwrap();
        let other = TrainedModel::new(network("2x3R"), weights, Some(scaler), record());
        assert!(matches!(other, Err(ModelError::ScalerShape { .. })));
    }
}
