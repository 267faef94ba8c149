//! The record of the recommended member of a front: `recommended.json`.

use std::io::Write;

use danas_space::Granularity;
use serde::{Deserialize, Serialize};

use crate::{
    baselines::Baseline,
    member::FrontMember,
    quantity::Quantity,
    recommendation::Expectation,
    report::{Judging, Report},
};

/// The content of `recommended.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecommendationRecord {
    /// The recommended member; `None` if the search was interrupted.
    #[serde(flatten)]
    pub member: Option<RecommendedMember>,
    /// How the candidates were judged.
    #[serde(flatten)]
    pub judging: Judging,
    /// The best candidate of each kind of baseline.
    pub baselines: Vec<BaselineRecord>,
    /// The name of the baseline with the best exported model on the test part, if that model is
    /// more accurate than the recommended one.
    pub beaten_by: Option<String>,
}

/// The recommended member of a front. Its accuracies on the test part are those of its exported
/// files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RecommendedMember {
    /// The number of its evaluation.
    pub evaluation: usize,
    /// The candidate as text.
    pub candidate: String,
    /// The accuracy of the float32 file on the test part.
    pub test_accuracy_float32: Option<f64>,
    /// The accuracy of the int8 file on the test part, computed in integers as TensorFlow Lite
    /// Micro does.
    pub test_accuracy_int8: Option<f64>,
    /// The accuracy to expect on new data, estimated without the test part: from the folds or from
    /// the validation part.
    pub expected_accuracy: f64,
    /// The lower end of the 90 % prediction interval.
    pub expected_low: f64,
    /// The upper end of the 90 % prediction interval.
    pub expected_high: f64,
    /// Size of the float32 file, in bytes.
    pub float32_bytes: u64,
    /// Size of the int8 file, in bytes.
    pub int8_bytes: u64,
    /// RAM of the int8 model on a device that listens all the time, in bytes
    /// ([`Quantity::Int8StreamingRam`]).
    pub int8_ram: u64,
}

/// A baseline to compare the recommended member with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BaselineRecord {
    /// Its name, such as `logistic regression`.
    pub name: String,
    /// The number of its evaluation.
    pub evaluation: usize,
    /// The accuracy of the float32 file on the test part.
    pub test_accuracy_float32: Option<f64>,
}

impl RecommendationRecord {
    /// Summarises what a report recommends.
    #[must_use]
    pub fn new<G: Granularity>(report: &Report<G>) -> Self {
        let recommended = report.recommended_member().zip(report.recommended);
        let baselines = report.baselines.iter().map(|(baseline, member)| BaselineRecord {
            name: baseline.name().to_owned(),
            evaluation: member.record.index,
            test_accuracy_float32: member.trained.as_ref().map(|it| it.test.accuracy),
        });
        Self {
            member: recommended.and_then(|(it, of)| RecommendedMember::new(it, of.expected)),
            judging: report.judging.clone(),
            baselines: baselines.collect(),
            beaten_by: report.beaten_by().map(|baseline: Baseline| baseline.name().to_owned()),
        }
    }
}

impl RecommendedMember {
    fn new<G: Granularity>(member: &FrontMember<G>, expected: Expectation) -> Option<Self> {
        let costs = &member.assessment()?.costs;
        let test = member.trained.as_ref().map(|trained| &trained.test);
        Some(Self {
            evaluation: member.record.index,
            candidate: member.candidate().to_string(),
            test_accuracy_float32: test.map(|it| it.accuracy),
            test_accuracy_int8: test.and_then(|it| it.int8_accuracy),
            expected_accuracy: expected.accuracy,
            expected_low: expected.low,
            expected_high: expected.high,
            float32_bytes: costs.model_size.get(),
            int8_bytes: costs.int8_size.get(),
            int8_ram: costs.value(Quantity::Int8StreamingRam).unwrap_or_default() as u64,
        })
    }
}

/// Writes `recommended.json`, which can be read back as a [`RecommendationRecord`].
///
/// # Errors
/// An error of the writer, such as a full disk.
pub fn write_recommended<G: Granularity>(
    mut writer: impl Write,
    report: &Report<G>,
) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut writer, &RecommendationRecord::new(report))?;
    writeln!(writer)
}
