//! A split as a table, with which others can repeat it.

use std::{io, path::Path};

use super::{Part, Split};
use crate::DataSource;

/// Writes `split.csv`: a row for each example, in order, with the columns `path`, `class`, `group` and
/// `part` (`train`, `validation` or `test`).
///
/// Paths are relative to `folder`, with `/` between their parts; one that is not below it stays as it is.
/// An example without a file has its index there; without groups, that column is empty.
///
/// # Errors
/// Whatever keeps `writer` from being written to.
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
    let mut table = csv::Writer::from_writer(writer);
    table.write_record(["path", "class", "group", "part"])?;
    for (example, (&label, part)) in source.labels().iter().zip(parts).enumerate() {
        let path = source.path(example);
        let path = path.map_or_else(|| example.to_string(), |path| relative(path, folder));
        let class = source.classes().get(label).map_or("", String::as_str);
        let group = source.groups().and_then(|groups| groups.get(example));
        let group = group.map_or("", String::as_str);
        table.write_record([path.as_str(), class, group, part.unwrap_or("")])?;
    }
    table.flush()
}

fn relative(path: &Path, folder: Option<&Path>) -> String {
    match folder.and_then(|folder| path.strip_prefix(folder).ok()) {
        Some(below) => {
            let parts = below.iter().map(|part| part.to_string_lossy());
            parts.collect::<Vec<_>>().join("/")
        }
        None => path.to_string_lossy().into_owned(),
    }
}
