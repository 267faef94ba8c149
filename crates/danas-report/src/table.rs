//! CSV tables of a run, read by the names of their columns.

use std::{
    fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use csv::StringRecord;

use crate::error::ReportError;

/// A table that was read from a file.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    names: StringRecord,
    records: Vec<StringRecord>,
}

impl Table {
    /// Reads a table. An incomplete last line is left out: it is still being written, or its
    /// process died.
    pub(crate) fn read(path: &Path) -> Result<Self, ReportError> {
        let bytes =
            fs::read(path).map_err(|source| ReportError::Read { path: path.to_owned(), source })?;
        let damaged = |error: csv::Error| {
            let (path, source) = (path.to_owned(), error.into());
            ReportError::Csv { path, source }
        };
        // An incomplete header is left out, too.
        let bytes = if bytes.contains(&b'\n') { bytes } else { Vec::new() };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let names = reader.headers().map_err(damaged)?.clone();
        let mut records: Vec<csv::Result<StringRecord>> = reader.into_records().collect();
        if !bytes.ends_with(b"\n") || records.last().is_some_and(Result::is_err) {
            records.pop();
        }
        let records = records.into_iter().collect::<csv::Result<_>>().map_err(damaged)?;
        Ok(Self { path: path.to_owned(), names, records })
    }

    /// Reads a table; `None` if the file does not exist.
    pub(crate) fn read_if_there(path: &Path) -> Result<Option<Self>, ReportError> {
        match Self::read(path) {
            Err(ReportError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            read => read.map(Some),
        }
    }

    /// Returns whether the table has no columns at all, like a file that was just created.
    pub(crate) fn is_blank(&self) -> bool {
        self.names.is_empty()
    }

    /// Returns the position of the column with this name.
    pub(crate) fn position(&self, name: &str) -> Result<usize, ReportError> {
        self.position_after(0, name)
    }

    /// Returns the position of the first column with this name, from the position `first` on.
    pub(crate) fn position_after(&self, first: usize, name: &str) -> Result<usize, ReportError> {
        let found = self.names.iter().skip(first).position(|known| known == name);
        found.map(|position| first + position).ok_or_else(|| ReportError::NoColumn {
            path: self.path.clone(),
            column: name.to_owned(),
        })
    }

    /// Returns the names of the columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter()
    }

    /// Returns the rows from top to bottom.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|record| Row { table: self, record })
    }
}

/// Row of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    record: &'a StringRecord,
}

impl<'a> Row<'a> {
    /// Returns the text in the column at a position.
    pub(crate) fn text(&self, position: usize) -> &'a str {
        self.record.get(position).unwrap_or_default()
    }

    /// Returns the text in a column, if there is any.
    pub(crate) fn some_text(&self, position: usize) -> Option<String> {
        Some(self.text(position)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Returns the value in a column, or `None` for a blank cell.
    pub(crate) fn value<T: FromStr>(&self, position: usize) -> Result<Option<T>, ReportError> {
        match self.text(position) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| self.error(position)),
        }
    }

    /// Returns the value in a column that must have one in every row.
    pub(crate) fn needed<T: FromStr>(&self, position: usize) -> Result<T, ReportError> {
        self.value(position)?.ok_or_else(|| self.error(position))
    }

    /// Returns the number in a column, or `None` for a blank cell.
    pub(crate) fn number(&self, position: usize) -> Result<Option<f64>, ReportError> {
        match self.value(position)? {
            Some(number) if !f64::is_finite(number) => Err(self.error(position)),
            number => Ok(number),
        }
    }

    fn error(&self, position: usize) -> ReportError {
        ReportError::Cell {
            path: self.table.path.clone(),
            line: self.record.position().map_or(0, csv::Position::line),
            column: self.table.names.get(position).unwrap_or_default().to_owned(),
            text: self.text(position).to_owned(),
        }
    }
}
