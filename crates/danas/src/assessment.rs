//! What is known of a candidate once it was trained and measured.

use danas_model::{Averaging, ConfusionMatrix, Metrics, ModelError, TrainingRecord};
use danas_size::{Arena, Converter, DeployedFormat, NumberFormat, Platform, Run, SizeError};
use danas_space::{Bytes, Granularity, Infeasible, Network, ScratchBuffer};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Quantity, Spread, Target,
    statistics::{by_fold, mean, standard_error, wilson},
};

/// How well a trained candidate classifies one part of the data: one training, or the mean of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    /// The share of examples classified right.
    pub accuracy: f64,
    /// Of the positive class, or the mean over classes; 0 where undefined.
    pub precision: f64,
    /// Of the positive class, or the mean over classes; 0 where undefined.
    pub recall: f64,
    /// Of the positive class, or the mean over classes; 0 where undefined.
    pub f1: f64,
    /// The mean recall over classes.
    pub balanced_accuracy: f64,
    /// Of the positive class, or the mean over classes; `None` where undefined, see
    /// [`Metrics::roc_auc`].
    pub roc_auc: Option<f64>,
    /// The accuracy of the model of 8-bit integers, as TensorFlow Lite Micro computes it; `None`
    /// where the search did not ask for it.
    pub int8_accuracy: Option<f64>,
    /// The counts behind all others, those of several trainings added up.
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
            balanced_accuracy: metrics.balanced_accuracy(),
            roc_auc: metrics.roc_auc(averaging)?,
            int8_accuracy: int8.map(Metrics::accuracy),
            confusion: metrics.confusion().clone(),
        })
    }

    /// The mean over trainings; what one of them lacks, it lacks, too.
    ///
    /// # Errors
    /// [`Error::NoTrainings`] without a training.
    pub(crate) fn mean(trainings: &[JudgedTraining]) -> Result<Self, Error> {
        let (first, others) = trainings.split_first().ok_or(Error::NoTrainings)?;
        let mut confusion = first.quality.confusion.clone();
        others.iter().try_for_each(|it| confusion.merge(&it.quality.confusion))?;
        let all = || trainings.iter().map(|it| &it.quality);
        let count = trainings.len() as f64;
        let mean = |figure: fn(&Self) -> f64| all().map(figure).sum::<f64>() / count;
        let mean_of_known = |figure: fn(&Self) -> Option<f64>| {
            let sum: Option<f64> = all().map(figure).sum();
            sum.map(|sum| sum / count)
        };
        Ok(Self {
            accuracy: mean(|it| it.accuracy),
            precision: mean(|it| it.precision),
            recall: mean(|it| it.recall),
            f1: mean(|it| it.f1),
            balanced_accuracy: mean(|it| it.balanced_accuracy),
            roc_auc: mean_of_known(|it| it.roc_auc),
            int8_accuracy: mean_of_known(|it| it.int8_accuracy),
            confusion,
        })
    }

    /// How many examples were judged, those of several trainings added up.
    pub(crate) fn examples(&self) -> f64 {
        self.confusion.counts().sum() as f64
    }

    /// The value of a quantity, `None` for a cost, and for one that is undefined or was not asked for.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        match quantity {
            Quantity::Accuracy => Some(self.accuracy),
            Quantity::Precision => Some(self.precision),
            Quantity::Recall => Some(self.recall),
            Quantity::F1 => Some(self.f1),
            Quantity::BalancedAccuracy => Some(self.balanced_accuracy),
            Quantity::RocAuc => self.roc_auc,
            Quantity::Int8Accuracy => self.int8_accuracy,
            Quantity::AccuracyLowerBound => Some(wilson(self.accuracy, self.examples(), 1.0).0),
            Quantity::ModelSize
            | Quantity::Int8Size
            | Quantity::Arena
            | Quantity::Int8Arena
            | Quantity::Ram
            | Quantity::Int8Ram
            | Quantity::InputBuffer
            | Quantity::TotalSize
            | Quantity::Macs
            | Quantity::Latency
            | Quantity::Energy
            | Quantity::StreamingBuffer
            | Quantity::StreamingRam
            | Quantity::Int8StreamingRam
            | Quantity::Int8Footprint => None,
        }
    }
}

/// What a candidate costs a device: known before training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Costs {
    /// The TensorFlow Lite model, float32.
    pub model_size: Bytes,
    /// The TensorFlow Lite model of 8-bit integers.
    pub int8_size: Bytes,
    /// The working memory of TensorFlow Lite Micro for the float32 model.
    pub arena: Arena,
    /// The same for the model of 8-bit integers.
    pub int8_arena: Arena,
    /// One raw example.
    pub input_buffer: Bytes,
    /// The raw data that is kept where an example is turned into features as it comes in.
    pub streaming_buffer: Bytes,
    /// What turning it into features takes besides.
    pub scratch: Vec<ScratchBuffer>,
    /// Trainable parameters.
    pub parameters: u64,
    /// Multiply-accumulates of one inference.
    pub macs: u64,
    /// One inference on the device of the search; `None` where it has none.
    pub run: Option<Run>,
}

impl Costs {
    /// The costs of a network that reads features of `granularity`.
    pub(crate) fn new<G: Granularity>(
        network: &Network,
        granularity: &G,
        target: Option<&Target>,
    ) -> Result<Self, Infeasible> {
        let too_large = |error: SizeError| Infeasible::Data(error.to_string());
        let size = |format| Converter::default().with_format(format).model_size(network);
        let arena = |format| Arena::of(network, format, Platform::Microcontroller);
        let operators = Converter::default().operators(network).map_err(too_large)?;
        Ok(Self {
            model_size: size(NumberFormat::Float32).map_err(too_large)?,
            int8_size: size(NumberFormat::Int8).map_err(too_large)?,
            arena: arena(DeployedFormat::Float32),
            int8_arena: arena(DeployedFormat::Int8),
            input_buffer: granularity.input_buffer(),
            streaming_buffer: granularity.streaming_buffer(),
            scratch: granularity.scratch(),
            parameters: network.parameters(),
            macs: network.macs(),
            run: target.map(|target| target.run(&operators)),
        })
    }

    /// The RAM that a microcontroller needs with one of the models: its arena, the input buffer and
    /// preprocessing. Scratch buffers of optimised kernels come on top.
    #[must_use]
    pub fn ram(&self, format: DeployedFormat) -> Bytes {
        self.ram_with(format, self.input_buffer)
    }

    /// The RAM that a microcontroller needs with one of the models where features are made while an
    /// example comes in: its arena, the streaming buffer and preprocessing.
    #[must_use]
    pub fn streaming_ram(&self, format: DeployedFormat) -> Bytes {
        self.ram_with(format, self.streaming_buffer)
    }

    fn ram_with(&self, format: DeployedFormat, raw: Bytes) -> Bytes {
        let arena = match format {
            DeployedFormat::Float32 => self.arena,
            DeployedFormat::Int8 => self.int8_arena,
        };
        let scratch = self.scratch.iter().map(|buffer| buffer.bytes);
        scratch.fold(arena.total() + raw, |sum, bytes| sum + bytes)
    }

    /// The flash that one of the models needs.
    #[must_use]
    pub const fn flash(&self, format: DeployedFormat) -> Bytes {
        match format {
            DeployedFormat::Float32 => self.model_size,
            DeployedFormat::Int8 => self.int8_size,
        }
    }

    /// The value of a quantity, `None` for one that only training tells, or only a device has.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        let bytes = match quantity {
            Quantity::ModelSize => self.model_size,
            Quantity::Int8Size => self.int8_size,
            Quantity::Arena => self.arena.total(),
            Quantity::Int8Arena => self.int8_arena.total(),
            Quantity::Ram => self.ram(DeployedFormat::Float32),
            Quantity::Int8Ram => self.ram(DeployedFormat::Int8),
            Quantity::InputBuffer => self.input_buffer,
            Quantity::StreamingBuffer => self.streaming_buffer,
            Quantity::StreamingRam => self.streaming_ram(DeployedFormat::Float32),
            Quantity::Int8StreamingRam => self.streaming_ram(DeployedFormat::Int8),
            Quantity::Int8Footprint => self.int8_size + self.streaming_ram(DeployedFormat::Int8),
            Quantity::TotalSize => self.model_size + self.input_buffer,
            Quantity::Macs => return Some(self.macs as f64),
            Quantity::Latency => return self.run.map(|run| run.seconds),
            Quantity::Energy => return self.run.map(|run| run.joules),
            Quantity::Accuracy
            | Quantity::Precision
            | Quantity::Recall
            | Quantity::F1
            | Quantity::BalancedAccuracy
            | Quantity::RocAuc
            | Quantity::Int8Accuracy
            | Quantity::AccuracyLowerBound => return None,
        };
        Some(bytes.get() as f64)
    }
}

/// A training and how well it classifies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JudgedTraining {
    /// How the training went.
    pub record: TrainingRecord,
    /// On the part of the data it was judged by.
    pub quality: Quality,
    /// The fold that judged it, counted from 0; `None` for a whole part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
}

/// Everything measured of one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Assessment {
    /// On the part of the data it was judged by: the mean over its trainings.
    pub quality: Quality,
    /// On a device.
    pub costs: Costs,
    /// The engine that trained it.
    pub engine: String,
    /// Its trainings, at least one.
    pub trainings: Vec<JudgedTraining>,
}

impl Assessment {
    /// Joins trainings and costs.
    ///
    /// # Errors
    /// [`Error::NoTrainings`] without a training.
    pub(crate) fn new(trainings: Vec<JudgedTraining>, costs: Costs) -> Result<Self, Error> {
        let quality = Quality::mean(&trainings)?;
        let engine = trainings.first().map(|it| it.record.engine.clone()).unwrap_or_default();
        Ok(Self { quality, costs, engine, trainings })
    }

    /// The same with the trainings of another assessment of the candidate, too.
    ///
    /// # Errors
    /// [`Error`] where they judge different classes.
    pub(crate) fn joined(self, other: Self) -> Result<Self, Error> {
        Self::new([self.trainings, other.trainings].concat(), self.costs)
    }

    /// How far a quantity differs between the trainings; `None` for a cost, and for one that is
    /// undefined or was not asked for.
    #[must_use]
    pub fn spread(&self, quantity: Quantity) -> Option<Spread> {
        let values = self.trainings.iter().map(|it| it.quality.value(quantity));
        Spread::of(&values.collect::<Option<Vec<f64>>>()?)
    }

    /// The value of a quantity; `None` for one that the search did not ask for.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        if quantity == Quantity::AccuracyLowerBound {
            let folds = by_fold(&self.trainings, Quantity::Accuracy);
            if folds.len() > 1 {
                return Some((mean(&folds) - standard_error(&folds)).max(0.0));
            }
        }
        self.quality.value(quantity).or_else(|| self.costs.value(quantity))
    }
}

#[cfg(test)]
mod tests {
    use danas_size::Device;
    use danas_space::{
        Architecture, AudioGranularity, FrontEnd, Hertz, Representation, parse_layers,
    };

    use super::*;

    #[test]
    fn every_quantity_is_either_quality_or_cost() {
        let metrics = Metrics::new(&[0, 1], ndarray::Array2::eye(2).view()).unwrap();
        let quality = Quality::new(&metrics, Averaging::Macro, Some(&metrics)).unwrap();
        let front_end = FrontEnd::paper();
        let rate = Hertz::new(375).unwrap();
        let granularity = AudioGranularity::new(rate, Representation::Mfcc, front_end);
        let architecture = Architecture::new(parse_layers("2x3R 2x5S").unwrap(), 10).unwrap();
        let network = Network::new(granularity.input_shape().unwrap(), &architecture, 2).unwrap();
        let device = Device::board("nucleo_l4r5zi").unwrap();
        let target = Target { device, format: DeployedFormat::Int8 };
        let costs = Costs::new(&network, &granularity, Some(&target)).unwrap();
        for quantity in Quantity::ALL {
            assert_eq!(costs.value(quantity).is_some(), quantity.is_cost(), "{quantity}");
            assert_eq!(quality.value(quantity).is_none(), quantity.is_cost(), "{quantity}");
        }
        // FFT frame, spectrum, window; mel filter bank and energies; DCT and coefficients.
        let scratch = 8192 + 8200 + 8192 + (8200 + 4 * 80) + 320 + 4 * 13 * (80 + 8);
        let (arena, int8_arena) = (3024 + 1176, 768 + 1212);
        let values = [
            (Quantity::ModelSize, 9060),
            (Quantity::Int8Size, 5304),
            (Quantity::Arena, arena),
            (Quantity::Int8Arena, int8_arena),
            (Quantity::Ram, arena + 7500 + scratch),
            (Quantity::Int8Ram, int8_arena + 7500 + scratch),
            (Quantity::TotalSize, 16_560),
            (Quantity::StreamingBuffer, 4096),
            (Quantity::StreamingRam, arena + 4096 + scratch),
            (Quantity::Int8StreamingRam, int8_arena + 4096 + scratch),
            (Quantity::Int8Footprint, 5304 + int8_arena + 4096 + scratch),
        ];
        for (quantity, value) in values {
            assert_eq!(costs.value(quantity), Some(f64::from(value)), "{quantity}");
        }
        let elsewhere = Costs::new(&network, &granularity, None).unwrap();
        assert_eq!(elsewhere.value(Quantity::Latency), None);
    }
}
