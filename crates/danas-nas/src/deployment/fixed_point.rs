//! A trained candidate with a front end in integers.

use danas_data::{DataSource, FeatureError};
use danas_firmware::{FirmwareError, FrontEnd};
use danas_model::TrainedModel;
use danas_size::Int8Model;

use super::answers::TestAnswer;
use crate::failure::Failure;

/// A front end in integers for the int8 model of a candidate, for cores without a floating-point unit,
/// and how well both do on the test part.
///
/// Their integers are computed bit by bit as a device does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FixedPoint {
    /// How a device turns raw data into features.
    pub front_end: FrontEnd,
    /// The examples of the test part that exist as raw data, with the answers to them.
    pub answers: Vec<TestAnswer>,
}

impl FixedPoint {
    /// Runs an int8 model on raw examples. Returns `None` if a front end has no counterpart in
    /// integers, or the source has no raw data.
    pub(crate) fn new<S: DataSource>(
        source: &S,
        granularity: &S::Granularity,
        examples: &[usize],
        front_end: &FrontEnd,
        model: &TrainedModel,
        int8: &Int8Model,
    ) -> Result<Option<Self>, Failure> {
        let Some(front_end) = front_end.fixed_point().map_err(refused)? else { return Ok(None) };
        let tables = tables(model);
        let standardisation =
            tables.as_ref().map(|[mean, deviation]| [mean.as_slice(), deviation.as_slice()]);
        let mut answers = Vec::with_capacity(examples.len());
        for &example in examples {
            let raw = source.raw(granularity, example);
            let Some(raw) = raw.map_err(FeatureError::new)? else { continue };
            let input = match front_end.input(&raw, standardisation, int8.input()) {
                // Such features have no front end in integers.
                Err(FirmwareError::Deviation { .. }) | Ok(None) => return Ok(None),
                Ok(Some(input)) => input,
                Err(error) => return Err(refused(error)),
            };
            answers.push(TestAnswer::new(source, example, int8.run(&input)?));
        }
        Ok((!answers.is_empty()).then_some(Self { front_end, answers }))
    }

    /// Returns the share of right answers.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        let right = self.answers.iter().filter(|answer| answer.is_right()).count();
        right as f64 / self.answers.len() as f64
    }
}

/// Returns mean and deviation of each row and channel of a model's features.
pub(super) fn tables(model: &TrainedModel) -> Option<[Vec<f32>; 2]> {
    model.scaler().map(|scaler| {
        [scaler.mean(), scaler.deviation()].map(|values| values.iter().copied().collect())
    })
}

fn refused(error: FirmwareError) -> Failure {
    FeatureError::new(error).into()
}
