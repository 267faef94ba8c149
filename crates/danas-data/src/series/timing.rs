//! Rates from time stamps.

use danas_space::Rate;

use super::{
    columns::{Column, Columns, unit_of},
    error::SeriesError,
    format::SeriesFormat,
};

/// The largest root mean square deviation of intervals from their median, divided by the median, beyond
/// what the resolution of the time stamps explains.
const MAX_JITTER: f64 = 0.2;

/// The largest relative difference between the rates of the median and the mean interval, beyond what
/// the resolution explains.
const MAX_DIFFERENCE: f64 = 0.02;

/// The largest relative difference between a rate that a format states and that of the time stamps.
const MAX_CONTRADICTION: f64 = 0.1;

/// Longer intervals, as multiples of the median, are gaps and not part of the mean interval, whatever
/// else a format allows.
const LONGEST: f64 = 1.5;

/// The intervals between time stamps, in seconds and without gaps.
struct Intervals {
    median: f64,
    /// All intervals that are not gaps.
    kept: Vec<f64>,
    /// What the time stamps are multiples of, or 0.
    resolution: f64,
}

impl Intervals {
    /// Refuses time that does not go forward, and gaps.
    fn of(
        columns: &Columns<'_>,
        time: &Column,
        format: &SeriesFormat,
    ) -> Result<Self, SeriesError> {
        let path = || columns.path.to_owned();
        let unit = unit_of(time, format).seconds();
        let mut kept = Vec::with_capacity(columns.rows.len());
        for (times, &row) in time.values.windows(2).zip(&columns.rows[1..]) {
            let (previous, time) = (times[0], times[1]);
            if time <= previous {
                return Err(SeriesError::Time { path: path(), row, time, previous });
            }
            kept.push(unit * (time - previous));
        }
        let median = median(kept.clone());
        let gap = kept.iter().position(|&interval| interval > format.gaps * median);
        if let Some(gap) = gap {
            let (row, seconds) = (columns.rows[gap + 1], kept[gap]);
            return Err(SeriesError::Gap { path: path(), row, seconds, median });
        }
        kept.retain(|&interval| interval <= LONGEST * median);
        Ok(Self { median, kept, resolution: unit * resolution(&time.values) })
    }

    /// Returns the reciprocal of the mean interval.
    fn mean_hz(&self) -> f64 {
        self.kept.len() as f64 / self.kept.iter().sum::<f64>()
    }
}

/// Returns the rate of time stamps: the reciprocal of the mean interval, as the number with the fewest
/// digits, but at most four, that their resolution allows.
pub(super) fn rate(
    columns: &Columns<'_>,
    time: &Column,
    format: &SeriesFormat,
) -> Result<Rate, SeriesError> {
    let path = || columns.path.to_owned();
    let intervals = Intervals::of(columns, time, format)?;
    let Intervals { median, ref kept, resolution } = intervals;
    // Two stamps that are rounded make an interval that is off by half a step, typically.
    let blur = 0.5 * resolution / median;
    let squares: f64 = kept.iter().map(|interval| (interval / median - 1.0).powi(2)).sum();
    let deviation = (squares / kept.len() as f64).sqrt();
    if deviation > MAX_JITTER + blur {
        return Err(SeriesError::Jitter { path: path(), deviation, limit: MAX_JITTER });
    }
    let (median_hz, mean_hz) = (1.0 / median, intervals.mean_hz());
    if (median_hz / mean_hz - 1.0).abs() > MAX_DIFFERENCE + 2.0 * blur {
        return Err(SeriesError::UncertainRate { path: path(), median_hz, mean_hz });
    }
    let duration: f64 = kept.iter().sum();
    let rate = Rate::from_hertz(shortest(mean_hz, resolution / duration));
    rate.map_err(|source| SeriesError::Rate { path: path(), source })
}

/// Refuses time stamps that contradict a rate that a format states: time that does not go forward,
/// gaps, and a clearly different mean interval. Jitter is no contradiction.
pub(super) fn check(
    columns: &Columns<'_>,
    time: &Column,
    format: &SeriesFormat,
    stated: Rate,
) -> Result<(), SeriesError> {
    let found = Intervals::of(columns, time, format)?.mean_hz();
    if (found / stated.hertz() - 1.0).abs() > MAX_CONTRADICTION {
        let path = columns.path.to_owned();
        return Err(SeriesError::Contradiction { path, stated, found });
    }
    Ok(())
}

/// Returns the largest power of ten, from 1 to a millionth, that all numbers are multiples of; 0 if
/// there is none.
fn resolution(values: &[f64]) -> f64 {
    let is_multiple = |step: f64| {
        values.iter().all(|value| {
            let steps = value / step;
            (steps - steps.round()).abs() < 1e-4
        })
    };
    (0..=6).map(|digits| 10_f64.powi(-digits)).find(|&step| is_multiple(step)).unwrap_or(0.0)
}

/// Returns the median of one or more values, the mean of the middle two if their number is even.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

/// Returns the number with the fewest significant digits, but at most four, that differs from a positive
/// one by no more than this share of it, or else the one with four digits.
fn shortest(value: f64, tolerance: f64) -> f64 {
    let rounded = |digits: i32| {
        let unit = 10_f64.powi(value.log10().floor() as i32 + 1 - digits);
        (value / unit).round() * unit
    };
    let is_near = |rounded: &f64| (rounded / value - 1.0).abs() <= tolerance.max(1e-9);
    (1..4).map(rounded).find(is_near).unwrap_or_else(|| rounded(4))
}
