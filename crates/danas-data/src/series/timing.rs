//! Rates from time stamps.

use danas_space::Rate;

use super::{
    columns::{Column, Columns, unit_of},
    error::SeriesError,
    format::SeriesFormat,
};

/// The largest root mean square deviation of intervals from their median, divided by the median.
const MAX_JITTER: f64 = 0.2;

/// The largest relative difference between the rates of the median and the mean interval. Time
/// stamps that are rounded to the resolution of a slow clock have a wrong median.
const MAX_DIFFERENCE: f64 = 0.02;

/// Longer intervals, as multiples of the median, are gaps and not part of the mean interval, whatever
/// else a format allows.
const LONGEST: f64 = 1.5;

/// Returns the rate of time stamps: the reciprocal of the median interval, to four significant
/// digits.
pub(super) fn rate(
    columns: &Columns<'_>,
    time: &Column,
    format: &SeriesFormat,
) -> Result<Rate, SeriesError> {
    let path = || columns.path.to_owned();
    let unit = unit_of(time, format).seconds();
    let mut intervals = Vec::with_capacity(columns.rows.len());
    for (times, &row) in time.values.windows(2).zip(&columns.rows[1..]) {
        let (previous, time) = (times[0], times[1]);
        if time <= previous {
            return Err(SeriesError::Time { path: path(), row, time, previous });
        }
        intervals.push(unit * (time - previous));
    }
    let median = median(intervals.clone());
    let gap = intervals.iter().position(|&interval| interval > format.gaps * median);
    if let Some(gap) = gap {
        let (row, seconds) = (columns.rows[gap + 1], intervals[gap]);
        return Err(SeriesError::Gap { path: path(), row, seconds, median });
    }
    intervals.retain(|&interval| interval <= LONGEST * median);
    let count = intervals.len() as f64;
    let squares: f64 = intervals.iter().map(|interval| (interval / median - 1.0).powi(2)).sum();
    let deviation = (squares / count).sqrt();
    if deviation > MAX_JITTER {
        return Err(SeriesError::Jitter { path: path(), deviation, limit: MAX_JITTER });
    }
    let (median_hz, mean_hz) = (1.0 / median, count / intervals.iter().sum::<f64>());
    if (median_hz / mean_hz - 1.0).abs() > MAX_DIFFERENCE {
        return Err(SeriesError::UncertainRate { path: path(), median_hz, mean_hz });
    }
    let rate = Rate::from_hertz(to_four_digits(median_hz));
    rate.map_err(|source| SeriesError::Rate { path: path(), source })
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

/// Rounds a positive number to four significant digits.
fn to_four_digits(value: f64) -> f64 {
    let unit = 10f64.powf(value.log10().floor() - 3.0);
    (value / unit).round() * unit
}
