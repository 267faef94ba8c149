//! The tables of a search, without times, which do not follow from its seed.

use std::collections::HashSet;

use danas::{EvaluationTable, Report, space::Granularity, write_front};

/// Returns both tables: the evaluations row by row and without seconds, and the front as text.
pub(crate) fn tables<G: Granularity>(report: &Report<G>) -> (Vec<Vec<String>>, String) {
    let mut evaluations = Vec::new();
    let mut table = EvaluationTable::new(&mut evaluations);
    for record in &report.outcome.records {
        table.write(record).unwrap();
    }
    drop(table);
    let mut front = Vec::new();
    write_front(&mut front, &report.front).unwrap();
    (timeless(&evaluations), String::from_utf8(front).unwrap())
}

fn timeless(table: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table);
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    let names: HashSet<&str> = rows[0].iter().collect();
    assert_eq!(names.len(), rows[0].len(), "no two columns have the same name");
    let seconds = rows[0].iter().position(|name| name == "evaluation_seconds").unwrap();
    let others = |row: &csv::StringRecord| {
        let cells = row.iter().enumerate().filter(|&(column, _)| column != seconds);
        cells.map(|(_, cell)| cell.to_owned()).collect()
    };
    rows.iter().map(others).collect()
}
