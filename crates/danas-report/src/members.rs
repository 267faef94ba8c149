//! Names of the folders that belong to single evaluations.

use std::path::Path;

const BEGINNING: &str = "evaluation_";

/// Returns the name of the folder that belongs to an evaluation.
pub(crate) fn folder_name(index: usize) -> String {
    format!("{BEGINNING}{index}")
}

/// Returns the evaluation that a folder belongs to, according to its name.
pub(crate) fn member(path: &Path) -> Option<usize> {
    path.file_name()?.to_str()?.strip_prefix(BEGINNING)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_the_evaluation() {
        assert_eq!(member(&Path::new("front").join(folder_name(12))), Some(12));
        for other in ["front/evaluation_notes", "front/evaluation_", "front", "/"] {
            assert_eq!(member(Path::new(other)), None, "{other}");
        }
    }
}
