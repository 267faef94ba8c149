//! Where the examples of a long series are.

use danas_space::Digest;
use serde::{Deserialize, Serialize};

use super::error::MotionError;
use crate::{
    dataset::Dataset,
    dataset_error::DatasetError,
    opening::Broken,
    series::Series,
    skipped::Skipped,
    span::{Span, located},
};

/// Examples at regular intervals in a series, each with room around it for a window.
///
/// The examples do not depend on the window that a granularity gives them, so that windows of
/// different lengths are judged on the same examples.
///
/// ```
/// use danas_data::{Anchors, Span};
///
/// let anchors = Anchors { every: 2.0, room: 4.0 };
/// let spans = anchors.within(Span::new(0.0, 9.0)?);
/// let centres: Vec<f64> = spans.iter().map(Span::centre).collect();
/// assert_eq!(centres, [2.0, 4.0, 6.0]);
/// # Ok::<(), danas_data::InvalidSpan>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchors {
    /// The seconds from one example to the next.
    pub every: f64,
    /// The seconds of the series around an example. No window can be longer.
    pub room: f64,
}

impl Anchors {
    /// Returns the spans of the examples within a span: as many as have room.
    #[must_use]
    pub fn within(&self, span: Span) -> Vec<Span> {
        if self.every.is_nan() || self.every <= 0.0 {
            return Vec::new();
        }
        // Times are multiples of a sample, so that a rounding error must not cost an example.
        let last = span.end() - self.room + 1e-9;
        let starts = (0_u32..).map(|n| span.start() + f64::from(n) * self.every);
        let starts = starts.take_while(|&start| start <= last);
        starts.filter_map(|start| Span::new(start, start + self.room).ok()).collect()
    }

    /// Divides each example of a dataset, which has a series of this index, into those that are
    /// within its span. Examples without room are refused, or added to `skipped`.
    pub(super) fn divide(
        self,
        dataset: &Dataset,
        examples: &[(usize, Digest)],
        series: &[Series],
        broken: Broken,
        skipped: &mut Vec<Skipped>,
    ) -> Result<(Dataset, Vec<(usize, Digest)>), MotionError> {
        self.check()?;
        let (mut origins, mut spans, mut short) = (Vec::new(), Vec::new(), Vec::new());
        for (example, &(index, _)) in examples.iter().enumerate() {
            let stated = dataset.spans().and_then(|spans| spans[example]);
            let whole = || Span::new(0.0, series[index].seconds());
            let span = stated.map_or_else(whole, Ok).map_err(DatasetError::from)?;
            let path = &dataset.clips()[example].path;
            let step = 1.0 / series[index].rate.hertz();
            if self.every < step {
                let (path, every) = (path.clone(), self.every);
                return Err(MotionError::Dense { path, every, step });
            }
            let within = self.within(span);
            if within.is_empty() {
                let reason = format!(
                    "{} has {} s, too few for the room of {} s around an example",
                    located(path, stated),
                    span.seconds(),
                    self.room
                );
                short.push(Skipped { path: path.clone(), reason });
            }
            origins.extend(within.iter().map(|_| example));
            spans.extend(within.into_iter().map(Some));
        }
        if broken == Broken::Refuse && !short.is_empty() {
            return Err(MotionError::TooShort { series: short });
        }
        skipped.extend(short);
        let of_origins = origins.iter().map(|&origin| examples[origin]).collect();
        let divided = dataset.divided(&origins, spans);
        let skipped = skipped.len();
        Ok((divided.map_err(|source| MotionError::Skipped { skipped, source })?, of_origins))
    }

    /// Refuses intervals and rooms that are not positive.
    fn check(&self) -> Result<(), MotionError> {
        for (name, seconds) in [("every", self.every), ("room", self.room)] {
            if !(0.001..=86_400.0).contains(&seconds) {
                return Err(MotionError::Anchors { name, seconds });
            }
        }
        Ok(())
    }
}
