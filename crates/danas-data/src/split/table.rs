//! Writing a split as a table, from which others can repeat it.

use std::{io, path::Path};

use super::Split;
use crate::{part::Part, source::DataSource};

/// Writes `split.csv`: a row for each example, in order, with the columns `path`, `class`, `group`
/// and `part` (`train`, `validation` or `test`).
///
/// If any example has a [span](DataSource::span), there are two more columns, `start` and `end`, in
/// seconds. They are empty for examples without a span.
///
/// Paths are relative to `folder`, with `/` as separator. Paths outside `folder` stay as they are.
/// An example without a file has its index in place of a path. The column `group` is empty if there
/// are no groups.
///
/// # Errors
/// An error of `writer`, such as a full disk.
pub fn write_split<S: DataSource>(
    writer: impl io::Write,
    source: &S,
    split: &Split,
    folder: Option<&Path>,
) -> io::Result<()> {
    let mut parts = vec![None; source.labels().len()];
    for part in Part::ALL {
        for &example in split.part(part) {
            if let Some(of_example) = parts.get_mut(example) {
                *of_example = Some(part.name());
            }
        }
    }
    let spanned = (0..source.labels().len()).any(|example| source.span(example).is_some());
    let mut table = csv::Writer::from_writer(writer);
    let columns = ["path", "class", "group", "part", "start", "end"];
    let used = if spanned { columns.len() } else { columns.len() - 2 };
    table.write_record(&columns[..used])?;
    for (example, (&label, part)) in source.labels().iter().zip(parts).enumerate() {
        let path = source.path(example);
        let path = path.map_or_else(|| example.to_string(), |path| relative(path, folder));
        let class = source.classes().get(label).map_or("", String::as_str);
        let group = source.groups().and_then(|groups| groups.get(example));
        let group = group.map_or("", String::as_str);
        // Printed numbers give the same span when they are read.
        let span = source.span(example).map(|span| [span.start(), span.end()]);
        let [start, end] =
            span.map(|span| span.map(|seconds| seconds.to_string())).unwrap_or_default();
        let row = [path.as_str(), class, group, part.unwrap_or(""), &start, &end];
        table.write_record(&row[..used])?;
    }
    table.flush()
}

/// Returns a path relative to `folder`, with `/` as separator, or the path itself if it is outside.
pub(crate) fn relative(path: &Path, folder: Option<&Path>) -> String {
    match folder.and_then(|folder| path.strip_prefix(folder).ok()) {
        Some(below) => {
            let parts = below.iter().map(|part| part.to_string_lossy());
            parts.collect::<Vec<_>>().join("/")
        }
        None => path.to_string_lossy().into_owned(),
    }
}
