//! The labels of an export.

use std::{collections::BTreeMap, fs, io, path::Path};

use danas::Part;
use serde::Deserialize;

use super::{File, error::EdgeImpulseError, has_format};

/// The list of labels in a folder.
const LIST: &str = "info.labels";

#[derive(Deserialize)]
struct List {
    files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    path: String,
    category: Option<String>,
    label: Option<Label>,
    #[serde(default)]
    metadata: Option<BTreeMap<String, serde_json::Value>>,
}

#[derive(Deserialize)]
struct Label {
    label: Option<serde_json::Value>,
}

/// Reads `info.labels` in a folder, if it exists. `group` is the metadata that is the group of a file.
pub(super) fn read(
    folder: &Path,
    group: Option<&str>,
) -> Result<Option<Vec<File>>, EdgeImpulseError> {
    let file = folder.join(LIST);
    let text = match fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(EdgeImpulseError::Read { path: file, source }),
    };
    let list: List = serde_json::from_slice(&text)
        .map_err(|source| EdgeImpulseError::Labels { path: file.clone(), source: source.into() })?;
    let listed = list.files.into_iter().map(|entry| listed(folder, entry, group));
    listed.collect::<Result<_, _>>().map(Some)
}

fn listed(folder: &Path, entry: Entry, group: Option<&str>) -> Result<File, EdgeImpulseError> {
    let path = folder.join(&entry.path);
    if !has_format(&path) {
        return Err(EdgeImpulseError::Format { path });
    }
    let part = match entry.category.as_deref() {
        Some("training") => Some(Part::Train),
        Some("testing") => Some(Part::Test),
        // The uploader is to divide the files.
        Some("split") | None => None,
        Some(category) => {
            return Err(EdgeImpulseError::Category { path, category: category.to_owned() });
        }
    };
    let Some(class) = entry.label.and_then(|label| label.label).as_ref().map(text_of) else {
        return Err(EdgeImpulseError::NoLabel { path });
    };
    let group = match group {
        None => None,
        Some(key) => {
            let found = entry.metadata.as_ref().and_then(|metadata| metadata.get(key)).map(text_of);
            let missing =
                || EdgeImpulseError::NoGroup { path: path.clone(), group: key.to_owned() };
            Some(found.ok_or_else(missing)?)
        }
    };
    Ok(File { path, class, group, part })
}

/// Returns text without its quotes, and anything else as it is.
fn text_of(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
