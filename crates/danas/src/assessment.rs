//! What is known of a candidate once it was trained and measured.

use danas_model::{Averaging, ConfusionMatrix, Metrics, ModelError};
use danas_size::{Arena, Converter, NumberFormat, SizeError};
use danas_space::{Bytes, Network};

use crate::Quantity;

/// How well a trained candidate classifies one part of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// The share of examples classified right.
    pub accuracy: f64,
    /// Of the positive class, or the mean over classes; 0 where undefined.
    pub precision: f64,
    /// Of the positive class, or the mean over classes; 0 where undefined.
    pub recall: f64,
    /// Of the positive class, or the mean over classes; 0 where undefined.
    pub f1: f64,
    /// The accuracy of the model of 8-bit integers, as TensorFlow Lite Micro computes it; `None`
    /// where the search did not ask for it.
    pub int8_accuracy: Option<f64>,
    /// The counts behind all others.
    pub confusion: ConfusionMatrix,
}

impl Quality {
    pub(crate) fn new(
        metrics: &Metrics,
        averaging: Averaging,
        int8: Option<&Metrics>,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            accuracy: metrics.accuracy(),
            precision: metrics.precision(averaging)?,
            recall: metrics.recall(averaging)?,
            f1: metrics.f1(averaging)?,
            int8_accuracy: int8.map(Metrics::accuracy),
            confusion: metrics.confusion().clone(),
        })
    }

    /// The value of a quantity, `None` for one that is a cost, and for one that was not asked for.
    #[must_use]
    pub const fn value(&self, quantity: Quantity) -> Option<f64> {
        match quantity {
            Quantity::Accuracy => Some(self.accuracy),
            Quantity::Precision => Some(self.precision),
            Quantity::Recall => Some(self.recall),
            Quantity::F1 => Some(self.f1),
            Quantity::Int8Accuracy => self.int8_accuracy,
            Quantity::ModelSize
            | Quantity::Int8Size
            | Quantity::Arena
            | Quantity::Int8Arena
            | Quantity::InputBuffer
            | Quantity::TotalSize => None,
        }
    }
}

/// What a candidate costs a device: known from shapes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Costs {
    /// The TensorFlow Lite model, float32.
    pub model_size: Bytes,
    /// The TensorFlow Lite model of 8-bit integers.
    pub int8_size: Bytes,
    /// The working memory of TensorFlow Lite Micro for the float32 model; see [`danas_size::Arena`].
    pub arena: Bytes,
    /// The same for the model of 8-bit integers.
    pub int8_arena: Bytes,
    /// One raw example.
    pub input_buffer: Bytes,
    /// Trainable parameters.
    pub parameters: u64,
    /// Multiply-accumulates of one inference.
    pub macs: u64,
}

impl Costs {
    /// The costs of a network whose raw input takes `input_buffer`.
    pub(crate) fn new(network: &Network, input_buffer: Bytes) -> Result<Self, SizeError> {
        let size = |format| Converter::default().with_format(format).model_size(network);
        let arena = |format| Arena::of(network, format).map_or(Bytes(u64::MAX), |it| it.total());
        Ok(Self {
            model_size: size(NumberFormat::Float32)?,
            int8_size: size(NumberFormat::Int8)?,
            arena: arena(NumberFormat::Float32),
            int8_arena: arena(NumberFormat::Int8),
            input_buffer,
            parameters: network.parameters(),
            macs: network.macs(),
        })
    }

    /// The value of a quantity, `None` for one that only training tells.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        let bytes = match quantity {
            Quantity::ModelSize => self.model_size,
            Quantity::Int8Size => self.int8_size,
            Quantity::Arena => self.arena,
            Quantity::Int8Arena => self.int8_arena,
            Quantity::InputBuffer => self.input_buffer,
            Quantity::TotalSize => self.model_size + self.input_buffer,
            Quantity::Accuracy
            | Quantity::Precision
            | Quantity::Recall
            | Quantity::F1
            | Quantity::Int8Accuracy => return None,
        };
        Some(bytes.get() as f64)
    }
}

/// Everything measured of one candidate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Assessment {
    /// On the part of the data it was judged by.
    pub quality: Quality,
    /// On a device.
    pub costs: Costs,
    /// The engine that trained it.
    pub engine: String,
}

impl Assessment {
    /// The value of a quantity; `None` for one that the search did not ask for.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        self.quality.value(quantity).or_else(|| self.costs.value(quantity))
    }
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    #[test]
    fn every_quantity_is_either_quality_or_cost() {
        let confusion = ConfusionMatrix::new(2, &[0, 1], &[0, 1]).unwrap();
        let (accuracy, precision, recall, f1) = (1.0, 1.0, 1.0, 1.0);
        let int8_accuracy = Some(1.0);
        let quality = Quality { accuracy, precision, recall, f1, int8_accuracy, confusion };
        let architecture = Architecture::new(parse_layers("2x3R 2x5S").unwrap(), 10).unwrap();
        let network = Network::new(Shape::new(39, 8, 1), &architecture, 2).unwrap();
        let costs = Costs::new(&network, Bytes(7500)).unwrap();
        for quantity in Quantity::ALL {
            assert_eq!(costs.value(quantity).is_some(), quantity.is_cost(), "{quantity}");
            assert_eq!(quality.value(quantity).is_none(), quantity.is_cost(), "{quantity}");
        }
        let values = [
            (Quantity::ModelSize, 9060.0),
            (Quantity::Int8Size, 5304.0),
            (Quantity::Arena, 5184.0),
            (Quantity::Int8Arena, 2992.0),
            (Quantity::TotalSize, 16_560.0),
        ];
        for (quantity, value) in values {
            assert_eq!(costs.value(quantity), Some(value), "{quantity}");
        }
    }
}
