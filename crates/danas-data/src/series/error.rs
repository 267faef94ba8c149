//! Errors of series.

use std::{error::Error, fmt, path::PathBuf};

use danas_space::{Rate, SpaceError};

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// A line of text, counted from 1.
    Line(u64),
    /// A sample of an array, counted from 0.
    Sample(usize),
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Sample(sample) => write!(f, "sample {sample}"),
        }
    }
}

/// The reason why a file is no series of samples, or series are no dataset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// A table that is not CSV, or whose rows differ in length.
    #[error(
        "{}{} is not a row of a CSV table",
        path.display(), line.map_or(String::new(), |line| format!(", line {line},"))
    )]
    Csv {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: Option<u64>,
        /// The error of the parser.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file that starts as a NumPy array does, but is none of numbers.
    #[error("{} is not a NumPy array of real numbers", path.display())]
    Npy {
        /// The file.
        path: PathBuf,
        /// The error of the parser.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An array that has neither one axis nor two.
    #[error(
        "{} contains an array of the shape {shape:?}, but must have [samples] or [samples, channels]",
        path.display()
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// The shape of the array.
        shape: Vec<usize>,
    },
    /// A column that a file lacks.
    #[error(
        "{} has no column `{column}`; its columns are [{}]: name the right one in `data.series.{key}`",
        path.display(), known.join(", ")
    )]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// The columns of the file.
        known: Vec<String>,
        /// The key of the configuration that names the column: `channels` or `time`.
        key: &'static str,
    },
    /// A name that two columns have, or that is listed twice.
    #[error("{} has the channel `{column}` twice; give each channel a name of its own", path.display())]
    RepeatedColumn {
        /// The file.
        path: PathBuf,
        /// The name.
        column: String,
    },
    /// A file without a channel.
    #[error(
        "{} has no channels: none of its columns [{}] has a name and numbers, other than time",
        path.display(), known.join(", ")
    )]
    NoChannels {
        /// The file.
        path: PathBuf,
        /// The columns of the file.
        known: Vec<String>,
    },
    /// A cell that is empty, or that contains something other than a number from -2⁴⁰ to 2⁴⁰.
    #[error(
        "{}, {row}: column `{column}` is {}; correct the file, or list the columns to read in \
         `data.series.channels`",
        path.display(),
        if text.is_empty() { "empty".to_owned() } else { format!("`{text}`, not a number from -2^40 to 2^40") }
    )]
    NotANumber {
        /// The file.
        path: PathBuf,
        /// The row.
        row: Row,
        /// The name of the column.
        column: String,
        /// The content of the cell.
        text: String,
    },
    /// A series of fewer than two samples.
    #[error("{} has {samples} samples, but at least 2 are needed", path.display())]
    TooShort {
        /// The file.
        path: PathBuf,
        /// The number of samples.
        samples: usize,
    },
    /// A file without time stamps, read without a rate.
    #[error(
        "{} has no time column, so its rate is unknown; state the samples per second in \
         `data.series.rate`, or the name of the time column in `data.series.time`",
        path.display()
    )]
    NoRate {
        /// The file.
        path: PathBuf,
    },
    /// A time stamp that does not come after the one before it.
    #[error(
        "{}, {row}: the time {time} comes after {previous}; sort the rows by time, and keep one row \
         for each moment",
        path.display()
    )]
    Time {
        /// The file.
        path: PathBuf,
        /// The row.
        row: Row,
        /// The time of the row, in the unit of the column.
        time: f64,
        /// The time of the row before it.
        previous: f64,
    },
    /// An interval that is much longer than the median one.
    #[error(
        "{}, {row}: a gap of {seconds:.6} s, where samples are {median:.6} s apart; divide the file \
         there, or raise `data.series.gaps` above {:.2}",
        path.display(), seconds / median
    )]
    Gap {
        /// The file.
        path: PathBuf,
        /// The row after the gap.
        row: Row,
        /// The length of the gap in seconds.
        seconds: f64,
        /// The median interval in seconds.
        median: f64,
    },
    /// Time stamps that are far from equidistant.
    #[error(
        "the intervals between the samples of {} deviate from their median by {:.0} % (at most \
         {:.0} % are allowed); resample the file, or state its rate in `data.series.rate`",
        path.display(), 100.0 * deviation, 100.0 * limit
    )]
    Jitter {
        /// The file.
        path: PathBuf,
        /// The root mean square deviation, divided by the median.
        deviation: f64,
        /// The largest deviation allowed.
        limit: f64,
    },
    /// Time stamps whose median interval contradicts the time that the samples take.
    #[error(
        "the median interval between the samples of {} makes {median_hz:.2} Hz, but the number of \
         samples makes {mean_hz:.2} Hz; state the rate in `data.series.rate`",
        path.display()
    )]
    UncertainRate {
        /// The file.
        path: PathBuf,
        /// The rate of the median interval.
        median_hz: f64,
        /// The rate of the mean interval, without gaps.
        mean_hz: f64,
    },
    /// Time stamps that contradict the stated rate.
    #[error(
        "the time stamps of {} make {found:.2} Hz, but {stated} is stated; correct `data.series.rate` \
         or leave it out",
        path.display()
    )]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// The stated rate.
        stated: Rate,
        /// The rate of the time stamps.
        found: f64,
    },
    /// Time stamps that are so close or so far apart that no rate can express it.
    #[error(
        "the time stamps of {} give no rate; state the unit of time in `data.series.time_unit`",
        path.display()
    )]
    Rate {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: SpaceError,
    },
    /// A limit of gaps that every interval exceeds.
    #[error("`data.series.gaps` is {gaps}, but must be above 1")]
    Gaps {
        /// The limit.
        gaps: f64,
    },
    /// Another number of series than of clips.
    #[error("there are {series} series, but must be one for each of the {clips} clips")]
    Count {
        /// The number of series.
        series: usize,
        /// The number of clips.
        clips: usize,
    },
    /// A series of another number of channels than its dataset.
    #[error("{} has {columns} channels, but its dataset has {channels}", path.display())]
    Width {
        /// The path of the series.
        path: PathBuf,
        /// The number of channels of the series.
        columns: usize,
        /// The number of channels of the dataset.
        channels: usize,
    },
    /// A sample that is not finite, or too large to be processed.
    #[error(
        "{}, sample {sample}: channel `{channel}` is {value}, but must be finite and from -2^40 to \
         2^40; fill it in, or leave the series out",
        path.display()
    )]
    NotFinite {
        /// The path of the series.
        path: PathBuf,
        /// The sample, counted from 0.
        sample: usize,
        /// The name of the channel.
        channel: String,
        /// The value.
        value: f32,
    },
}
