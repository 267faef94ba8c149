//! Finds the user's cache folder.

use std::path::PathBuf;

use super::Variables;
use crate::error::Error;

/// Returns `DANAS_CACHE`, or else the folder `danas` in this system's folder for the user's caches.
pub(super) fn folder(variables: Variables<'_>) -> Result<PathBuf, Error> {
    // As the XDG specification asks, an empty or relative path counts as unset.
    let absolute = |name| variables(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(chosen) = variables("DANAS_CACHE").filter(|value| !value.is_empty()) {
        return std::path::absolute(&chosen).map_err(Error::io("find", chosen.as_ref()));
    }
    let caches = if cfg!(target_os = "macos") {
        absolute("HOME").map(|home| home.join("Library/Caches"))
    } else {
        absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))
    };
    caches.map(|caches| caches.join("danas")).ok_or(Error::NoCacheFolder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn folder_with(pairs: &[(&str, &str)]) -> Result<PathBuf, Error> {
        folder(&|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_override_wins() {
        let found = folder_with(&[("DANAS_CACHE", "/big"), ("HOME", "/home/ada")]).unwrap();
        assert_eq!(found, PathBuf::from("/big"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn xdg_comes_before_home_and_is_ignored_when_relative() {
        let home = ("HOME", "/home/ada");
        let expect = |pairs: &[_], path: &str| {
            assert_eq!(folder_with(pairs).unwrap(), PathBuf::from(path));
        };
        expect(&[home, ("XDG_CACHE_HOME", "/var/ada")], "/var/ada/danas");
        expect(&[home, ("XDG_CACHE_HOME", "caches")], "/home/ada/.cache/danas");
        expect(&[home, ("DANAS_CACHE", "")], "/home/ada/.cache/danas");
    }

    #[test]
    fn without_a_home_the_override_is_asked_for() {
        assert!(folder_with(&[]).unwrap_err().to_string().contains("set `DANAS_CACHE`"));
    }
}
