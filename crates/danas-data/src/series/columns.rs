//! Numbers in columns: what all kinds of files of series are read into.

use std::path::Path;

use super::{
    error::{Row, SeriesError},
    format::{SeriesFormat, TimeUnit},
};

/// Names that are those of a time column. Those that state a unit come first, because a file that
/// has two of them, such as `time` and `seconds_elapsed`, often counts nanoseconds in the other.
const TIMES: [&str; 7] =
    ["seconds_elapsed", "seconds", "time_ms", "timestamp_ms", "time", "timestamp", "t"];

/// A column of a file.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// The value of each cell, NaN where it is not a number.
    pub(super) values: Vec<f64>,
    /// Whether any cell is a number, even one that is not finite.
    pub(super) has_numbers: bool,
    /// The first cell that is not a finite number.
    pub(super) bad: Option<Bad>,
}

/// A cell that is not a finite number.
#[derive(Debug, Clone)]
pub(super) struct Bad {
    pub(super) row: Row,
    pub(super) text: String,
}

impl Column {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), values: Vec::new(), has_numbers: false, bad: None }
    }

    /// Appends a cell.
    pub(super) fn push(&mut self, row: Row, text: &str) {
        let number = text.parse().ok();
        self.push_value(row, number, || text.to_owned());
    }

    /// Appends a number, or none. `text` shows the cell in messages.
    pub(super) fn push_value(
        &mut self,
        row: Row,
        number: Option<f64>,
        text: impl FnOnce() -> String,
    ) {
        self.has_numbers |= number.is_some();
        let value = number.unwrap_or(f64::NAN);
        if !value.is_finite() && self.bad.is_none() {
            self.bad = Some(Bad { row, text: text() });
        }
        self.values.push(value);
    }
}

/// The columns of a file, all of them of the same length.
#[derive(Debug, Clone)]
pub(super) struct Columns<'a> {
    pub(super) path: &'a Path,
    pub(super) columns: Vec<Column>,
    /// The place of each row.
    pub(super) rows: Vec<Row>,
}

impl Columns<'_> {
    /// Returns the channels that a format selects.
    pub(super) fn channels(&self, format: &SeriesFormat) -> Result<Vec<&Column>, SeriesError> {
        let time = self.time(format)?.map(|column| column.name.as_str());
        let is_time = |name: &str| time == Some(name) || is_time_name(name);
        let channels: Vec<&Column> = match format.channels.is_empty() {
            false => {
                let named = format.channels.iter().map(|name| self.named(name, "channels"));
                named.collect::<Result<_, _>>()?
            }
            true => {
                let columns = self.columns.iter();
                let is_channel =
                    |it: &&Column| it.has_numbers && !it.name.is_empty() && !is_time(&it.name);
                columns.filter(is_channel).collect()
            }
        };
        for (n, column) in channels.iter().enumerate() {
            if channels[..n].iter().any(|other| other.name == column.name) {
                let (path, column) = (self.path.to_owned(), column.name.clone());
                return Err(SeriesError::RepeatedColumn { path, column });
            }
        }
        match channels.is_empty() {
            true => {
                Err(SeriesError::NoChannels { path: self.path.to_owned(), known: self.known() })
            }
            false => Ok(channels),
        }
    }

    /// Returns the time column, if there is one.
    pub(super) fn time(&self, format: &SeriesFormat) -> Result<Option<&Column>, SeriesError> {
        match &format.time {
            Some(name) => self.named(name, "time").map(Some),
            None => Ok(TIMES.iter().find_map(|&time| {
                self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(time))
            })),
        }
    }

    /// Refuses columns that contain something other than finite numbers, with the first such cell.
    pub(super) fn check(&self, columns: &[&Column]) -> Result<(), SeriesError> {
        let bad = columns.iter().filter_map(|&column| Some((column, column.bad.as_ref()?)));
        match bad.min_by_key(|(_, bad)| bad.row) {
            Some((column, bad)) => Err(self.not_a_number(column, bad.row, bad.text.clone())),
            None => Ok(()),
        }
    }

    pub(super) fn not_a_number(&self, column: &Column, row: Row, text: String) -> SeriesError {
        let (path, column) = (self.path.to_owned(), column.name.clone());
        SeriesError::NotANumber { path, row, column, text }
    }

    fn named(&self, name: &str, key: &'static str) -> Result<&Column, SeriesError> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| SeriesError::NoColumn {
            path: self.path.to_owned(),
            column: name.to_owned(),
            known: self.known(),
            key,
        })
    }

    fn known(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }
}

fn is_time_name(name: &str) -> bool {
    TIMES.iter().any(|time| name.eq_ignore_ascii_case(time))
}

/// Returns the unit of a time column.
pub(super) fn unit_of(column: &Column, format: &SeriesFormat) -> TimeUnit {
    let named = || TimeUnit::named_by(&column.name);
    format.time_unit.or_else(named).unwrap_or(TimeUnit::Seconds)
}
