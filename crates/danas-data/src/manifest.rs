//! Datasets that a table describes, instead of the folders that their files are in.

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    dataset::{Clip, Dataset, DatasetError},
    manifest_error::ManifestError,
    part::Part,
};

/// A CSV table with a row for each file, and the names of its columns.
///
/// The columns of paths and classes are required. A column of groups or parts is used if the
/// manifest names it, or if it has the name `group` or `part`. Other columns are ignored. A
/// `split.csv` that a search wrote is such a table, and repeats its split.
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
        Self { file: file.into(), path, class, group: None, part: None }
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
        let rows = rows(folder.as_ref(), manifest)?;
        let classes: BTreeSet<String> = rows.iter().map(|row| row.class.clone()).collect();
        let classes: Vec<String> = classes.into_iter().collect();
        let label = |class: &String| classes.binary_search(class).unwrap_or_default();
        let clips = rows.iter().map(|row| Clip {
            path: row.path.clone(),
            label: label(&row.class),
            group: row.group.clone(),
        });
        let clips: Vec<Clip> = clips.collect();
        let dataset = Self::new(classes, clips)?;
        let parts: Option<Vec<Part>> = rows.iter().map(|row| row.part).collect();
        Ok(dataset.with_parts(parts))
    }
}

struct Row {
    line: u64,
    path: PathBuf,
    class: String,
    group: Option<String>,
    part: Option<Part>,
}

fn rows(folder: &Path, manifest: &Manifest) -> Result<Vec<Row>, ManifestError> {
    let file = &manifest.file;
    let unreadable = |error: csv::Error| {
        let line = error.position().map(csv::Position::line);
        let file = file.clone();
        match error.into_kind() {
            csv::ErrorKind::Io(source) => ManifestError::Read { file, source },
            kind => ManifestError::Csv { file, line, source: format!("{kind:?}").into() },
        }
    };
    let mut table = csv::Reader::from_path(file).map_err(unreadable)?;
    // Spreadsheets write a mark before the first name.
    let names = table.headers().map_err(unreadable)?.clone();
    let names: Vec<&str> =
        names.iter().map(|name| name.trim_start_matches('\u{feff}').trim()).collect();
    let find = |column: &str| names.iter().position(|&name| name == column);
    let needed = |column: &str| {
        find(column).ok_or_else(|| ManifestError::NoColumn {
            file: file.clone(),
            column: column.to_owned(),
            known: names.iter().map(|&name| name.to_owned()).collect(),
        })
    };
    let optional = |column: &Option<String>, default: &str| match column {
        Some(column) => needed(column).map(Some),
        None => Ok(find(default)),
    };
    let columns = (needed(&manifest.path)?, needed(&manifest.class)?);
    let (group, part) = (optional(&manifest.group, "group")?, optional(&manifest.part, "part")?);
    let mut first: HashMap<PathBuf, u64> = HashMap::new();
    let mut rows = Vec::new();
    for record in table.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let place = || (file.clone(), line);
        let cell = |column: usize| {
            let text = record.get(column).map(str::trim).filter(|text| !text.is_empty());
            text.ok_or_else(|| {
                let (file, line) = place();
                let column = names.get(column).copied().unwrap_or_default().to_owned();
                ManifestError::Empty { file, line, column }
            })
        };
        let path = folder.join(cell(columns.0)?);
        if !path.is_file() {
            let (file, line) = place();
            return Err(ManifestError::Missing { file, line, path });
        }
        if let Some(other) = first.insert(path.clone(), line) {
            let (file, line) = place();
            return Err(ManifestError::Repeated { file, line, path, other });
        }
        let part = part.and_then(|column| cell(column).ok()).map(|text| {
            part_named(text).ok_or_else(|| {
                let (file, line) = place();
                ManifestError::UnknownPart { file, line, text: text.to_owned() }
            })
        });
        let group = group.and_then(|column| cell(column).ok()).map(str::to_owned);
        let (class, part) = (cell(columns.1)?.to_owned(), part.transpose()?);
        rows.push(Row { line, path, class, group, part });
    }
    // A column that is blank throughout says as little as none.
    let name = |column: Option<usize>| column.and_then(|it| names.get(it)).copied();
    for (column, values) in [
        (name(group), rows.iter().map(|row| (row.line, row.group.is_some())).collect::<Vec<_>>()),
        (name(part), rows.iter().map(|row| (row.line, row.part.is_some())).collect()),
    ] {
        let blank = values.iter().find(|(_, is_there)| !is_there);
        if let (Some(column), Some(&(line, _))) = (column, blank)
            && values.iter().any(|(_, is_there)| *is_there)
        {
            let (file, column) = (file.clone(), column.to_owned());
            return Err(ManifestError::Empty { file, line, column });
        }
    }
    Ok(rows)
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
