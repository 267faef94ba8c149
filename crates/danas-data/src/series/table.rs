//! Series in CSV tables.

use std::path::Path;

use csv::{ReaderBuilder, StringRecord, Trim};

use super::{
    columns::{Column, Columns},
    error::{Row, SeriesError},
};

/// The mark that some programs put before text.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a CSV table. Its first row is the header, unless it consists of numbers.
pub(super) fn read<'a>(path: &'a Path, bytes: &[u8]) -> Result<Columns<'a>, SeriesError> {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut lines = Lines { text, line: 1, end: 0 };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .trim(Trim::All)
        .delimiter(separator(text))
        .from_reader(text);
    let mut columns: Option<Vec<Column>> = None;
    let mut rows = Vec::new();
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map(|at| lines.of(at));
                return Err(SeriesError::Csv { path: path.to_owned(), line, source: error.into() });
            }
        }
        let row = Row::Line(record.position().map_or(0, |at| lines.of(at)));
        let columns = match &mut columns {
            Some(columns) => columns,
            None if is_header(&record) => {
                columns = Some(record.iter().map(Column::new).collect());
                continue;
            }
            None => columns.insert((0..record.len()).map(|n| Column::new(n.to_string())).collect()),
        };
        rows.push(row);
        for (column, cell) in columns.iter_mut().zip(&record) {
            column.push(row, cell);
        }
    }
    Ok(Columns { path, columns: columns.unwrap_or_default(), rows })
}

/// Returns the separator of the first line: a tab or a semicolon where there is one outside of
/// quotes, else a comma. A comma may be part of what other separators separate.
fn separator(text: &[u8]) -> u8 {
    let mut lines = text.split(|&byte| byte == b'\n' || byte == b'\r');
    let first = lines.find(|line| !line.is_empty()).unwrap_or_default();
    // Every other part of the line is within quotes.
    let outside = first.split(|&byte| byte == b'"').step_by(2);
    let has = |separator: u8| outside.clone().any(|part| part.contains(&separator));
    match (has(b'\t'), has(b';')) {
        (true, _) => b'\t',
        (_, true) => b';',
        _ => b',',
    }
}

fn is_header(record: &StringRecord) -> bool {
    !record.iter().all(|cell| cell.parse().is_ok_and(f64::is_finite))
}

/// Counts lines. The reader's own count is wrong where lines end with CR LF, because the LF then
/// belongs to the next record.
struct Lines<'a> {
    text: &'a [u8],
    line: u64,
    /// The bytes that were counted.
    end: usize,
}

impl Lines<'_> {
    /// Returns the line at a position that is not before the last one, counted from 1.
    fn of(&mut self, at: &csv::Position) -> u64 {
        let rest = &self.text[self.end..];
        let ends = |&&byte: &&u8| byte == b'\n';
        let until = (at.byte() as usize).saturating_sub(self.end);
        // Ends of lines at the position itself are before what the record contains.
        let blank =
            rest.iter().skip(until).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let until = (until + blank).min(rest.len());
        self.line += rest[..until].iter().filter(ends).count() as u64;
        self.end += until;
        self.line
    }
}
