//! How files of series are read.

use danas_space::Rate;
use serde::{Deserialize, Serialize};

/// How [`read_series`](crate::read_series) reads a file: the key `data.series` of a configuration.
///
/// ```
/// use danas_data::{SeriesFormat, TimeUnit};
///
/// let format = SeriesFormat { time_unit: Some(TimeUnit::Milliseconds), ..Default::default() };
/// assert_eq!(format.gaps, 1.5);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SeriesFormat {
    /// The number of samples per second. It is needed where a file has no time column. Where there is
    /// one, its time must still go forward without gaps, and may not contradict this rate. Default: from
    /// the time stamps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// The name of the time column. Default: a column named `seconds_elapsed`, `seconds`, `time_ms`,
    /// `timestamp_ms`, `time`, `timestamp` or `t`, in upper or lower case; the first of this list
    /// where a file has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The unit of the time column. Default: what the end of its name states (`_ms`, `_us` or
    /// `_ns`), else seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_unit: Option<TimeUnit>,
    /// The names of the columns to read, in this order. Columns without names are called `0`, `1`
    /// and so on. Default: all columns that have a name and contain numbers, other than time, in the
    /// order of the file.
    pub channels: Vec<String>,
    /// The longest interval between two samples that is no gap, as a multiple of the median
    /// interval. A file with a gap is refused. Default: 1.5.
    pub gaps: f64,
}

impl Default for SeriesFormat {
    fn default() -> Self {
        Self { rate: None, time: None, time_unit: None, channels: Vec::new(), gaps: 1.5 }
    }
}

/// The unit of time stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TimeUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Thousandths of a second.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Millionths of a second.
    #[serde(rename = "us")]
    Microseconds,
    /// Billionths of a second.
    #[serde(rename = "ns")]
    Nanoseconds,
}

impl TimeUnit {
    /// Returns the length of the unit in seconds.
    #[must_use]
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Milliseconds => 1e-3,
            Self::Microseconds => 1e-6,
            Self::Nanoseconds => 1e-9,
        }
    }

    /// Returns the unit that the name of a column states at its end.
    pub(super) fn named_by(column: &str) -> Option<Self> {
        match column.rsplit_once('_')?.1.to_ascii_lowercase().as_str() {
            "ms" => Some(Self::Milliseconds),
            "us" => Some(Self::Microseconds),
            "ns" => Some(Self::Nanoseconds),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_reads_back_and_unknown_keys_are_refused() {
        let text =
            "rate = 12.5\ntime = \"clock\"\ntime_unit = \"us\"\nchannels = [\"x\"]\ngaps = 2.0\n";
        let format: SeriesFormat = toml::from_str(text).unwrap();
        assert_eq!(format.rate.map(Rate::hertz), Some(12.5));
        assert_eq!(format.time_unit.map(TimeUnit::seconds), Some(1e-6));
        assert_eq!(toml::to_string(&format).unwrap(), text);
        assert_eq!(toml::from_str::<SeriesFormat>("").unwrap(), SeriesFormat::default());
        for text in ["rat = 1", "time_unit = \"min\"", "rate = 0"] {
            assert!(toml::from_str::<SeriesFormat>(text).is_err(), "{text}");
        }
    }
}
