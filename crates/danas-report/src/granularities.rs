//! The granularities that a run explored, and those that it kept.

use std::{cmp::Ordering, collections::BTreeSet};

use crate::{evaluation::Evaluation, run::Run};

/// Number of evaluations with certain values of the granularity's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Count {
    pub(crate) explored: usize,
    /// Number of these that are members of the front.
    pub(crate) kept: usize,
}

/// Counts over the values of one or two fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) row_field: String,
    /// Blank if there is no second field.
    pub(crate) column_field: String,
    pub(crate) columns: Vec<String>,
    /// Value of the first field, with a count for each column.
    pub(crate) rows: Vec<(String, Vec<Count>)>,
    /// Largest number of explored evaluations in a cell.
    pub(crate) most: usize,
}

/// Returns a field's value as the page shows it. A granularity may lack a field: a waveform has no
/// frames.
pub(crate) const fn shown(value: &str) -> &str {
    if value.is_empty() { "–" } else { value }
}

/// Returns the names of the fields in which granularities differ, those with the most values first.
/// Whether a granularity has the field at all makes no difference.
pub(crate) fn varying(evaluations: &[Evaluation]) -> Vec<String> {
    let names = evaluations.first().map_or(&[][..], |first| &first.granularity);
    let mut fields: Vec<(usize, &String)> = names
        .iter()
        .map(|(name, _)| {
            let values = values(evaluations, name);
            (values.iter().filter(|value| !value.is_empty()).count(), name)
        })
        .filter(|(values, _)| *values > 1)
        .collect();
    fields.sort_by_key(|(values, _)| std::cmp::Reverse(*values));
    fields.into_iter().map(|(_, name)| name.clone()).collect()
}

/// Returns a grid over the first two fields that vary, then one for each other field.
pub(crate) fn grids(run: &Run) -> Vec<Grid> {
    let fields = varying(&run.evaluations);
    let (pair, others) = fields.split_at(fields.len().min(2));
    let first = pair.first().map(|rows| grid(run, rows, pair.get(1)));
    first.into_iter().chain(others.iter().map(|field| grid(run, field, None))).collect()
}

fn grid(run: &Run, row_field: &str, column_field: Option<&String>) -> Grid {
    let columns = column_field.map(|field| values(&run.evaluations, field));
    let columns: Vec<String> = columns.unwrap_or_else(|| vec![String::new()]);
    let rows: Vec<_> = values(&run.evaluations, row_field)
        .into_iter()
        .map(|row| {
            let counts = columns.iter().map(|column| {
                let here = run.evaluations.iter().filter(|it| {
                    it.field(row_field) == row
                        && column_field.is_none_or(|field| it.field(field) == column)
                });
                here.fold(Count::default(), |count, it| Count {
                    explored: count.explored + 1,
                    kept: count.kept + usize::from(run.is_on_front(it.index)),
                })
            });
            let counts: Vec<Count> = counts.collect();
            (shown(&row).to_owned(), counts)
        })
        .collect();
    let all = rows.iter().flat_map(|(_, counts)| counts);
    let most = all.map(|count| count.explored).max().unwrap_or(0);
    let columns = match column_field {
        Some(_) => columns.iter().map(|column| shown(column).to_owned()).collect(),
        None => columns,
    };
    let (row_field, column_field) = (row_field.to_owned(), column_field.cloned());
    Grid { row_field, column_field: column_field.unwrap_or_default(), columns, rows, most }
}

/// Returns the values of a field: numbers in ascending order, then texts, such as `96x96` before
/// `128x128`.
fn values(evaluations: &[Evaluation], field: &str) -> Vec<String> {
    let all: BTreeSet<&str> = evaluations.iter().map(|it| it.field(field)).collect();
    let mut all: Vec<String> = all.into_iter().map(str::to_owned).collect();
    all.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.total_cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => leading_number(a).cmp(&leading_number(b)),
    });
    all
}

/// Returns the whole number that a text begins with.
fn leading_number(text: &str) -> Option<u64> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use danas::{Config, Preset};

    use super::*;

    /// Returns a run of four evaluations, in which two fields vary and one does not.
    fn run() -> Run {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::preset(Preset::Words).to_toml().unwrap();
        fs::write(folder.path().join("config.toml"), config).unwrap();
        let head = "evaluation,rate,kind,depth,layers,status,reason,accuracy,int8_footprint,penalty,\
                    repeats,engine,seed,evaluation_seconds\n";
        let rows = [
            "0,8000,mfcc,16,2x3R,feasible,,0.5,1000,0,,native,1,0.1\n",
            "1,10000,mfcc,16,2x3R,feasible,,0.9,2000,0,,native,2,0.1\n",
            "2,8000,mel,16,2x3R,feasible,,0.4,2000,0,,native,3,0.1\n",
            "3,750,mfcc,16,2x3R,infeasible,too large,,,,,,4,0\n",
        ];
        fs::write(folder.path().join("evaluations.csv"), head.to_owned() + &rows.concat()).unwrap();
        Run::read(&folder).unwrap()
    }

    #[test]
    fn fields_that_vary_make_a_grid_in_the_order_of_their_values() {
        let run = run();
        assert_eq!(varying(&run.evaluations), ["rate", "kind"]);
        let [grid] = grids(&run).try_into().unwrap();
        assert_eq!((grid.row_field.as_str(), grid.column_field.as_str()), ("rate", "kind"));
        assert_eq!(grid.columns, ["mel", "mfcc"]);
        let count = |explored, kept| Count { explored, kept };
        let expected = [
            ("750".to_owned(), vec![count(0, 0), count(1, 0)]),
            ("8000".to_owned(), vec![count(1, 0), count(1, 1)]),
            ("10000".to_owned(), vec![count(0, 0), count(1, 1)]),
        ];
        assert_eq!(grid.rows, expected);
        assert_eq!(grid.most, 1);
    }

    #[test]
    fn a_field_that_some_granularities_lack_is_shown_where_others_differ_in_it() {
        let mut run = run();
        let with = |run: &mut Run, values: [&str; 4]| {
            for (evaluation, value) in run.evaluations.iter_mut().zip(values) {
                evaluation.granularity.retain(|(name, _)| name == "kind");
                evaluation.granularity.push(("hop".to_owned(), value.to_owned()));
            }
        };
        with(&mut run, ["64", "", "64", "64"]);
        assert_eq!(varying(&run.evaluations), ["kind"]);
        with(&mut run, ["64", "", "512", "128"]);
        let [grid] = grids(&run).try_into().unwrap();
        let rows: Vec<&str> = grid.rows.iter().map(|(row, _)| row.as_str()).collect();
        assert_eq!(rows, ["64", "128", "512", "–"]);
        assert_eq!(grid.columns, ["mel", "mfcc"]);
        run.evaluations.truncate(2);
        with(&mut run, ["", "64", "", ""]);
        assert!(grids(&run).is_empty());
    }

    #[test]
    fn resolutions_ascend() {
        let mut run = run();
        for (evaluation, size) in run.evaluations.iter_mut().zip(["128x96", "rgb", "96x96", "16x8"])
        {
            evaluation.granularity = vec![("resolution".to_owned(), size.to_owned())];
        }
        let sizes = values(&run.evaluations, "resolution");
        assert_eq!(sizes, ["rgb", "16x8", "96x96", "128x96"]);
    }

    #[test]
    fn the_strength_of_augmentation_is_a_field_where_it_varies() {
        let mut run = run();
        assert_eq!(run.evaluations[0].field("augmentation"), "");
        for (evaluation, strength) in run.evaluations.iter_mut().zip(["0", "100", "100", "50"]) {
            evaluation.granularity.push(("augmentation".to_owned(), strength.to_owned()));
        }
        assert_eq!(varying(&run.evaluations), ["rate", "augmentation", "kind"]);
    }

    #[test]
    fn what_is_the_same_throughout_has_no_grid() {
        let mut run = run();
        run.evaluations.truncate(1);
        assert!(grids(&run).is_empty());
        run.evaluations.clear();
        assert!(grids(&run).is_empty());
    }
}
