//! The assessment of a candidate: its trainings, its quality and its costs.

use danas_model::TrainingRecord;
use serde::{Deserialize, Serialize};

use crate::{
    by_fold::ByFold,
    costs::Costs,
    error::{Error, SettingsError},
    quality::Quality,
    quantity::Quantity,
    statistics::{Spread, mean},
};

/// One training, and the quality of its model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JudgedTraining {
    /// Record of how the training went.
    pub record: TrainingRecord,
    /// Figures of the model on the part or fold that judged it.
    pub quality: Quality,
    /// Fold that judged the model, counted from 0; `None` if a whole part judged it. With several
    /// [repeats](crate::JudgingConfig::repeats) the folds of the first division come first, then
    /// those of the second, and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fold: Option<usize>,
}

/// All results about one candidate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Assessment {
    /// Mean of the figures over all trainings.
    pub quality: Quality,
    /// Costs on a device.
    pub costs: Costs,
    /// Name of the engine that trained the candidate.
    pub engine: String,
    /// Trainings, of which there is at least one.
    pub trainings: Vec<JudgedTraining>,
    /// Number of folds of each division, if the examples are divided into folds several times;
    /// `None` if they are divided once or not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folds_per_repeat: Option<usize>,
}

impl Assessment {
    /// Combines trainings and costs. `folds_per_repeat` is the number of folds of each division, if
    /// there are several divisions.
    ///
    /// # Errors
    /// [`SettingsError::NoTrainings`] if there is no training, and [`Error`] if the trainings judge
    /// different classes.
    pub(crate) fn new(
        trainings: Vec<JudgedTraining>,
        costs: Costs,
        folds_per_repeat: Option<usize>,
    ) -> Result<Self, Error> {
        let (first, others) = trainings.split_first().ok_or(SettingsError::NoTrainings)?;
        let others: Vec<&Quality> = others.iter().map(|it| &it.quality).collect();
        let quality = Quality::mean(&first.quality, &others)?;
        let engine = trainings.first().map(|it| it.record.engine.clone()).unwrap_or_default();
        Ok(Self { quality, costs, engine, trainings, folds_per_repeat })
    }

    /// Adds the trainings of another assessment of the same candidate.
    ///
    /// # Errors
    /// [`Error`] if the two judge different classes.
    pub(crate) fn joined(self, other: Self) -> Result<Self, Error> {
        let trainings = [self.trainings, other.trainings].concat();
        Self::new(trainings, self.costs, self.folds_per_repeat)
    }

    /// Returns mean and standard deviation of a quantity over the trainings. Returns `None` for a
    /// cost, and for a quantity that is undefined or that the search did not ask for.
    #[must_use]
    pub fn spread(&self, quantity: Quantity) -> Option<Spread> {
        let values = self.trainings.iter().map(|it| it.quality.value(quantity));
        Spread::of(&values.collect::<Option<Vec<f64>>>()?)
    }

    /// Returns the value of a quantity. Returns `None` if it is undefined, or if the search did not
    /// ask for it.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        if quantity == Quantity::AccuracyLowerBound {
            let folds = self.by_fold(Quantity::Accuracy);
            if folds.values().len() > 1 {
                return Some((folds.mean() - folds.standard_error()).max(0.0));
            }
        }
        self.quality.value(quantity).or_else(|| self.costs.value(quantity))
    }

    /// Returns the mean of a quantity for each fold, over the trainings that the fold judged.
    /// Without folds, returns one mean over all trainings.
    pub(crate) fn by_fold(&self, quantity: Quantity) -> ByFold {
        let last = self.trainings.iter().filter_map(|it| it.fold).max();
        let folds = (0..=last.unwrap_or(0)).map(|fold| {
            let of_fold = self.trainings.iter().filter(|it| it.fold.unwrap_or(0) == fold);
            of_fold.filter_map(|it| it.quality.value(quantity)).collect::<Vec<_>>()
        });
        let known = folds.filter(|values| !values.is_empty());
        ByFold::new(known.map(|values| mean(&values)).collect(), self.folds_per_repeat)
    }
}

#[cfg(test)]
mod tests {
    use danas_model::{Averaging, Metrics};
    use danas_size::{DeployedFormat, Device};
    use danas_space::{
        Architecture, AudioGranularity, Bytes, FrontEnd, Granularity, Hertz, Network,
        Representation, parse_layers,
    };

    use super::*;
    use crate::{costs::Firmware, target::Target};

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
        let firmware = Firmware { ram: Bytes(9000), flash: Bytes(20_000) };
        let costs = Costs::new(&network, &granularity, Some(&target)).unwrap();
        let costs = costs.with_firmware(firmware);
        for &quantity in Quantity::ALL {
            assert_eq!(costs.value(quantity).is_some(), quantity.is_cost(), "{quantity}");
            assert_eq!(quality.value(quantity).is_none(), quantity.is_cost(), "{quantity}");
        }
        // FFT frame, spectrum and window; mel filter bank and energies; DCT and coefficients.
        let scratch = 8192 + 8200 + 8192 + (8200 + 4 * 80) + 320 + 4 * 13 * (80 + 8);
        let (arena, int8_arena) = (4192, 1968);
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
            (Quantity::FirmwareRam, 9000),
            (Quantity::FirmwareFlash, 20_000),
            (Quantity::Int8Footprint, 5304 + int8_arena + 4096 + scratch),
        ];
        for (quantity, value) in values {
            assert_eq!(costs.value(quantity), Some(f64::from(value)), "{quantity}");
        }
        let elsewhere = Costs::new(&network, &granularity, None).unwrap();
        assert_eq!(elsewhere.value(Quantity::Latency), None);
        assert_eq!(elsewhere.value(Quantity::FirmwareRam), None);
    }
}
