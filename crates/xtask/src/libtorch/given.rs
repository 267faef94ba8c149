//! Finds a libtorch that the user chose, by the same rules as torch-sys.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::version::VERSION;
use super::{Libtorch, Origin, Variables};
use crate::error::Error;

/// Python code that prints the version of the package `torch`, then its folder.
const LOCATE_PYTORCH: &str =
    "import os, torch; print(torch.__version__); print(os.path.dirname(torch.__file__))";

/// Returns the libtorch that the environment names, after checking it, or `None` if it names none.
///
/// Like torch-sys, it looks at `LIBTORCH_USE_PYTORCH` first, and only checks whether it is set.
pub(super) fn find(variables: Variables<'_>) -> Result<Option<Libtorch>, Error> {
    let check_version = variables("LIBTORCH_BYPASS_VERSION_CHECK").is_none();
    let given = if variables("LIBTORCH_USE_PYTORCH").is_some() {
        pytorch(variables)?
    } else if let Some(root) = variables("LIBTORCH").filter(|root| !root.is_empty()) {
        let overridden = |name| variables(name).map(PathBuf::from);
        named(Path::new(&root), overridden("LIBTORCH_LIB"), overridden("LIBTORCH_INCLUDE"))?
    } else {
        return Ok(None);
    };
    match given {
        (libtorch, Some(found)) if check_version && !is_expected(&found) => {
            Err(Error::WrongVersion { root: libtorch.root, found })
        }
        (libtorch, _) => Ok(Some(libtorch)),
    }
}

/// A libtorch, and its version if it is known.
type Found = (Libtorch, Option<String>);

/// Returns the libtorch in `LIBTORCH`. `LIBTORCH_LIB` and `LIBTORCH_INCLUDE` may name other places
/// for its libraries and headers.
fn named(root: &Path, lib: Option<PathBuf>, include: Option<PathBuf>) -> Result<Found, Error> {
    let absolute = |path: &Path| std::path::absolute(path).map_err(Error::io("find", path));
    let root = absolute(root)?;
    let lib = absolute(&lib.unwrap_or_else(|| root.clone()))?.join("lib");
    let include = include.unwrap_or_else(|| root.clone()).join("include");
    for (folder, missing) in [(&lib, "lib"), (&include, "include")] {
        if !folder.is_dir() {
            return Err(Error::NotALibtorch { root, missing });
        }
    }
    let version = std::fs::read_to_string(root.join("build-version")).ok();
    let version = version.map(|text| text.trim().to_owned());
    Ok((Libtorch { root, lib, origin: Origin::Named }, version))
}

/// Returns the libtorch inside the Python package `torch`.
fn pytorch(variables: Variables<'_>) -> Result<Found, Error> {
    // The choice is the same as in torch-sys. Otherwise two interpreters could name two libtorchs.
    let in_virtual_env = variables("VIRTUAL_ENV").is_some();
    let python = OsString::from(if in_virtual_env { "python" } else { "python3" });
    let output = Command::new(&python)
        .args(["-c", LOCATE_PYTORCH])
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| Error::Start { program: python.clone(), source })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines();
    match (output.status.success(), lines.next(), lines.next()) {
        (true, Some(version), Some(root)) => {
            let root = PathBuf::from(root);
            let libtorch = Libtorch { lib: root.join("lib"), root, origin: Origin::Pytorch };
            Ok((libtorch, Some(version.to_owned())))
        }
        _ => Err(Error::NoPytorch { python }),
    }
}

/// Returns whether a version is the needed one, ignoring a suffix such as `+cpu` or `+cu130`.
fn is_expected(version: &str) -> bool {
    version.split('+').next() == Some(VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn find_with(pairs: &[(&str, &Path)]) -> Result<Option<Libtorch>, Error> {
        find(&|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| value.into()))
    }

    fn libtorch(version: Option<&str>) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("lib")).unwrap();
        fs::create_dir(folder.path().join("include")).unwrap();
        if let Some(version) = version {
            fs::write(folder.path().join("build-version"), version).unwrap();
        }
        folder
    }

    #[test]
    fn nothing_is_given_by_an_empty_variable() {
        assert_eq!(find_with(&[]).unwrap(), None);
        assert_eq!(find_with(&[("LIBTORCH", Path::new(""))]).unwrap(), None);
    }

    #[test]
    fn a_named_libtorch_of_any_flavour_is_taken() {
        for version in [Some("2.13.0+cu130\n"), Some("2.13.0"), None] {
            let folder = libtorch(version);
            let found = find_with(&[("LIBTORCH", folder.path())]).unwrap().unwrap();
            assert_eq!(found.root(), folder.path());
            assert_eq!(found.lib, folder.path().join("lib"));
        }
    }

    #[test]
    fn a_folder_that_is_no_libtorch_is_named() {
        let empty = tempfile::tempdir().unwrap();
        let message = find_with(&[("LIBTORCH", empty.path())]).unwrap_err().to_string();
        assert!(message.contains(&*empty.path().to_string_lossy()), "{message}");
        assert!(message.contains("no folder `lib`"), "{message}");
    }

    #[test]
    fn another_version_is_refused_unless_the_user_insists() {
        let folder = libtorch(Some("2.12.1+cpu"));
        let named = ("LIBTORCH", folder.path());
        assert!(matches!(
            find_with(&[named]),
            Err(Error::WrongVersion { found, .. }) if found == "2.12.1+cpu"
        ));
        let bypass = ("LIBTORCH_BYPASS_VERSION_CHECK", Path::new("1"));
        assert!(find_with(&[named, bypass]).unwrap().is_some());
    }

    #[test]
    fn the_libraries_may_lie_elsewhere() {
        let (root, elsewhere) = (libtorch(None), libtorch(None));
        fs::remove_dir(root.path().join("lib")).unwrap();
        let pairs = [("LIBTORCH", root.path()), ("LIBTORCH_LIB", elsewhere.path())];
        assert_eq!(find_with(&pairs).unwrap().unwrap().lib, elsewhere.path().join("lib"));
    }
}
