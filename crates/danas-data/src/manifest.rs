//! Datasets that a table describes, instead of the folders that their files are in.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    dataset::{Clip, Dataset},
    dataset_error::DatasetError,
    manifest_error::ManifestError,
    part::Part,
    span::Span,
    split::relative,
};

/// A CSV table with a row for each example, and the names of its columns.
///
/// The columns of paths and classes are required. A column of groups or parts is used if the
/// manifest names it, or if it has the name `group` or `part`. Other columns are ignored. A
/// `split.csv` that a search wrote is such a table, and repeats its split.
///
/// Two more columns, `start` and `end` or those that the manifest names, say which
/// [span](Dataset::with_spans) of its file an example is. A file can then be in several rows. Rows
/// in which both columns are empty are whole files. If there are no groups, the examples of a file
/// are a group, named after the path in the table.
///
/// ```
/// use danas_data::{Dataset, Manifest, Part};
///
/// # let folder = tempfile::tempdir()?;
/// # for name in ["a.wav", "b.wav"] { std::fs::write(folder.path().join(name), [])?; }
/// let table = "filename,category,part\na.wav,dog,train\nb.wav,rooster,test\n";
/// std::fs::write(folder.path().join("sounds.csv"), table)?;
///
/// let manifest = Manifest {
///     path: "filename".to_owned(),
///     class: "category".to_owned(),
///     ..Manifest::new(folder.path().join("sounds.csv"))
/// };
/// let dataset = Dataset::from_manifest(folder.path(), &manifest)?;
/// assert_eq!(dataset.classes(), ["dog", "rooster"]);
/// assert_eq!(dataset.parts(), Some(&[Part::Train, Part::Test][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The table, with a header.
    pub file: PathBuf,
    /// The column of paths, which are relative to the folder of the dataset. Default: `path`.
    #[serde(default = "path_column")]
    pub path: String,
    /// The column of classes. Default: `class`.
    #[serde(default = "class_column")]
    pub class: String,
    /// The column of groups, such as speakers, machines or published folds. All files of a group
    /// belong to the same part of a split. Default: `group`, if there is such a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The column of the parts of a published split: `train`, `validation` or `test`. Default:
    /// `part`, if there is such a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// The column of the starts of spans, in seconds from the beginning of the file. Default:
    /// `start`, if there is such a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// The column of the ends of spans, in seconds from the beginning of the file. Default: `end`,
    /// if there is such a column. Starts and ends need each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

fn path_column() -> String {
    "path".to_owned()
}

fn class_column() -> String {
    "class".to_owned()
}

impl Manifest {
    /// Returns the manifest of a table whose columns have their default names.
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let (path, class) = (path_column(), class_column());
        Self { file: file.into(), path, class, group: None, part: None, start: None, end: None }
    }

    /// Returns the folder of the table, to which the paths in it are relative unless a folder is
    /// named.
    #[must_use]
    pub fn folder(&self) -> &Path {
        match self.file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }
}

impl Dataset {
    /// Reads the dataset that a manifest describes. Paths are relative to `folder`. Classes are in
    /// the order of their names, and files in the order of their rows.
    ///
    /// # Errors
    /// [`DatasetError::Manifest`] for a table that cannot be used, with the row, and everything that
    /// [`new`](Self::new) refuses.
    pub fn from_manifest(
        folder: impl AsRef<Path>,
        manifest: &Manifest,
    ) -> Result<Self, DatasetError> {
        let folder = folder.as_ref();
        let rows = rows(folder, manifest)?;
        let classes: BTreeSet<String> = rows.iter().map(|row| row.class.clone()).collect();
        let classes: Vec<String> = classes.into_iter().collect();
        let label = |class: &String| classes.binary_search(class).unwrap_or_default();
        let grouped = rows.iter().all(|row| row.group.is_some());
        let spanned = rows.iter().any(|row| row.span.is_some());
        // Relative paths give the same groups, and the same fingerprint, wherever the folder is.
        let file = |row: &Row| (spanned && !grouped).then(|| relative(&row.path, Some(folder)));
        let clips = rows.iter().map(|row| Clip {
            path: row.path.clone(),
            label: label(&row.class),
            group: row.group.clone().or_else(|| file(row)),
        });
        let clips: Vec<Clip> = clips.collect();
        let dataset = Self::new(classes, clips)?;
        let dataset = dataset.with_spans(rows.iter().map(|row| row.span).collect::<Vec<_>>())?;
        match rows.iter().map(|row| row.part).collect::<Option<Vec<Part>>>() {
            Some(parts) => dataset.with_parts(parts),
            None => Ok(dataset),
        }
    }
}

struct Row {
    line: u64,
    path: PathBuf,
    class: String,
    group: Option<String>,
    part: Option<Part>,
    span: Option<Span>,
}

fn rows(folder: &Path, manifest: &Manifest) -> Result<Vec<Row>, ManifestError> {
    let file = &manifest.file;
    let text =
        fs::read(file).map_err(|source| ManifestError::Read { file: file.clone(), source })?;
    let line = |at: &csv::Position| line_of(&text, at);
    let invalid = |error: csv::Error| ManifestError::Csv {
        file: file.clone(),
        line: error.position().map(line),
        source: error.into(),
    };
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let columns = Columns::find(manifest, table.headers().map_err(invalid)?)?;
    let mut lines: HashMap<(PathBuf, Option<Span>), u64> = HashMap::new();
    let mut rows = Vec::new();
    for record in table.records() {
        let record = record.map_err(invalid)?;
        let row = columns.row(folder, &record, record.position().map_or(0, line))?;
        if let Some(other) = lines.insert((row.path.clone(), row.span), row.line) {
            let Row { line, path, span, .. } = row;
            return Err(ManifestError::Repeated { file: file.clone(), line, path, span, other });
        }
        rows.push(row);
    }
    columns.check_blanks(&rows)?;
    Ok(rows)
}

/// Returns the line of a record, counted from 1. The reader's position is before the blank lines that
/// it skips, and before the LF of the last line if lines end with CR LF.
pub(crate) fn line_of(text: &[u8], at: &csv::Position) -> u64 {
    let ends = text.iter().skip(at.byte() as usize).take_while(|byte| b"\r\n".contains(byte));
    at.line() + ends.filter(|&&byte| byte == b'\n').count() as u64
}

/// A column of a table.
struct Column {
    index: usize,
    name: String,
}

/// The columns of a table that a manifest names.
struct Columns<'a> {
    file: &'a Path,
    path: Column,
    class: Column,
    group: Option<Column>,
    part: Option<Column>,
    /// The columns of starts and ends.
    span: Option<[Column; 2]>,
}

impl<'a> Columns<'a> {
    fn find(manifest: &'a Manifest, names: &csv::StringRecord) -> Result<Self, ManifestError> {
        let file = manifest.file.as_path();
        let find = |name: &str| {
            let index = names.iter().position(|known| known == name)?;
            Some(Column { index, name: name.to_owned() })
        };
        let missing = |name: &str| ManifestError::NoColumn {
            file: file.to_owned(),
            column: name.to_owned(),
            known: names.iter().map(str::to_owned).collect(),
        };
        let needed = |name: &String| find(name).ok_or_else(|| missing(name));
        let optional = |name: &Option<String>, default: &str| match name {
            Some(name) => needed(name).map(Some),
            None => Ok(find(default)),
        };
        let (start, end) = (&manifest.start, &manifest.end);
        let span = match (optional(start, "start")?, optional(end, "end")?) {
            (None, None) => None,
            (Some(start), Some(end)) => Some([start, end]),
            (Some(_), None) => return Err(missing("end")),
            (None, Some(_)) => return Err(missing("start")),
        };
        Ok(Self {
            span,
            file,
            path: needed(&manifest.path)?,
            class: needed(&manifest.class)?,
            group: optional(&manifest.group, "group")?,
            part: optional(&manifest.part, "part")?,
        })
    }

    fn row(
        &self,
        folder: &Path,
        record: &csv::StringRecord,
        line: u64,
    ) -> Result<Row, ManifestError> {
        let file = || self.file.to_owned();
        let cell = |column: &Column| record.get(column.index).filter(|text| !text.is_empty());
        let needed = |column: &Column| cell(column).ok_or_else(|| self.blank(line, column));
        let path = folder.join(needed(&self.path)?);
        if !path.is_file() {
            return Err(ManifestError::Missing { file: file(), line, path });
        }
        let part = match self.part.as_ref().and_then(cell) {
            None => None,
            Some(text) => Some(part_named(text).ok_or_else(|| ManifestError::UnknownPart {
                file: file(),
                line,
                text: text.to_owned(),
            })?),
        };
        let class = needed(&self.class)?.to_owned();
        let group = self.group.as_ref().and_then(cell).map(str::to_owned);
        let span = self.span(record, line)?;
        Ok(Row { line, path, class, group, part, span })
    }

    /// Reads the span of a row. A row without start and end has none.
    fn span(&self, record: &csv::StringRecord, line: u64) -> Result<Option<Span>, ManifestError> {
        let Some([start, end]) = &self.span else { return Ok(None) };
        let file = || self.file.to_owned();
        let seconds = |column: &Column| {
            let text = record.get(column.index).filter(|text| !text.is_empty());
            let number = text.map(|text| {
                text.parse::<f64>().map_err(|_| ManifestError::Number {
                    file: file(),
                    line,
                    column: column.name.clone(),
                    text: text.to_owned(),
                })
            });
            number.transpose()
        };
        match (seconds(start)?, seconds(end)?) {
            (None, None) => Ok(None),
            (Some(start), Some(end)) => match Span::new(start, end) {
                Ok(span) => Ok(Some(span)),
                Err(_) => Err(ManifestError::Span { file: file(), line, start, end }),
            },
            (Some(_), None) => Err(self.blank(line, end)),
            (None, Some(_)) => Err(self.blank(line, start)),
        }
    }

    /// Refuses a group or a part that only some rows have. A column that is blank throughout says as
    /// little as none.
    fn check_blanks(&self, rows: &[Row]) -> Result<(), ManifestError> {
        let check = |column: &Option<Column>, has: fn(&Row) -> bool| {
            let blank = rows.iter().find(|row| !has(row)).filter(|_| rows.iter().any(has));
            match column.as_ref().zip(blank) {
                Some((column, row)) => Err(self.blank(row.line, column)),
                None => Ok(()),
            }
        };
        check(&self.group, |row| row.group.is_some())?;
        check(&self.part, |row| row.part.is_some())
    }

    fn blank(&self, line: u64, column: &Column) -> ManifestError {
        ManifestError::Empty { file: self.file.to_owned(), line, column: column.name.clone() }
    }
}

/// Returns the part that published datasets call by this name.
fn part_named(text: &str) -> Option<Part> {
    match text.to_ascii_lowercase().as_str() {
        "train" | "training" => Some(Part::Train),
        "validation" | "valid" | "val" | "dev" | "development" => Some(Part::Validation),
        "test" | "testing" | "eval" | "evaluation" => Some(Part::Test),
        _ => None,
    }
}
