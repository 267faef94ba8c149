//! Installs libtorch into the cache folder, once, and either completely or not at all.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::recipe::Recipe;
use super::staging::{self, Staging};
use super::version::VERSION;
use super::wheels;
use crate::error::Error;
use crate::python::Python;
use crate::step::seconds;

/// The file that marks a complete installation: it is written last. torch-sys also reads it, and
/// compares it with the version that it needs.
const VERSION_FILE: &str = "build-version";

/// Installs the libtorch of a recipe below `cache` unless it is already there, and returns its
/// folder.
///
/// The installation is built in a temporary folder next to its final place, under a lock that the
/// system frees when the process ends. A final rename publishes the result. If the process is
/// killed, the installation is therefore either complete or absent, and the next one removes the
/// temporary folder.
pub(super) fn install(recipe: &Recipe, cache: &Path) -> Result<PathBuf, Error> {
    let name = recipe.name();
    let place = cache.join(&name);
    if is_complete(&place) {
        return Ok(place);
    }
    fs::create_dir_all(cache).map_err(Error::io("create", cache))?;
    let _lock = lock(&cache.join(format!(".{name}.lock")))?;
    if is_complete(&place) {
        return Ok(place); // another process installed it while this one waited
    }
    staging::remove_leftovers(cache, &name);

    let start = Instant::now();
    let python = Python::find()?;
    eprintln!(
        "installing libtorch {VERSION} for the CPU into {}\n\
         this happens once: it downloads {} MB and needs 1.1 GB of disk space meanwhile",
        place.display(),
        recipe.download_megabytes
    );
    let staging = Staging::create(cache, &name)?;
    let finished = staging.folder("libtorch")?;
    build(recipe, &python, &staging, &finished)?;
    staging.publish(&finished, &place)?;
    // A pip whose parent was killed may have written more files during the first call.
    staging::remove_leftovers(cache, &name);
    eprintln!("installed libtorch in {}", seconds(start.elapsed()));
    Ok(place)
}

/// Downloads and unpacks libtorch into the folder `finished`.
fn build(
    recipe: &Recipe,
    python: &Python,
    staging: &Staging,
    finished: &Path,
) -> Result<(), Error> {
    let downloads = staging.folder("wheels")?;
    let start = Instant::now();
    wheels::download(python, recipe, &downloads, &staging.folder("tmp")?)?;
    eprintln!("downloaded in {}; unpacking", seconds(start.elapsed()));
    for wheel in recipe.wheels {
        let file = wheel_file(&downloads, wheel.package)?;
        wheels::unpack(python, wheel, &file, finished)?;
        fs::remove_file(&file).map_err(Error::io("remove", &file))?;
    }
    if let Some((path, content)) = recipe.linker_script {
        write(&finished.join(path), content)?;
    }
    write(&finished.join(VERSION_FILE), &format!("{VERSION}+cpu\n"))
}

fn is_complete(place: &Path) -> bool {
    place.join(VERSION_FILE).is_file()
}

/// Waits until this process alone holds the lock. The system frees it however the process ends.
///
/// The file is not removed afterwards, because two processes could then lock two files of the same
/// name.
fn lock(path: &Path) -> Result<File, Error> {
    let failed = |source| Error::Lock { path: path.to_path_buf(), source };
    let file = File::create(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another process that is installing libtorch");
            file.lock().map_err(failed)?;
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    Ok(file)
}

/// Returns the wheel that pip saved for a package.
fn wheel_file(folder: &Path, package: &str) -> Result<PathBuf, Error> {
    let prefix = format!("{}-", package.replace('-', "_"));
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    entries
        .flatten()
        .find(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
        .map(|entry| entry.path())
        .ok_or_else(|| std::io::ErrorKind::NotFound.into())
        .map_err(Error::io("find", &folder.join(prefix)))
}

fn write(path: &Path, content: &str) -> Result<(), Error> {
    fs::write(path, content).map_err(Error::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libtorch::recipe;

    #[test]
    fn a_complete_installation_is_used_without_python_or_lock() {
        let recipe = recipe::find("linux", "x86_64").unwrap();
        let cache = tempfile::tempdir().unwrap();
        let place = cache.path().join(recipe.name());
        fs::create_dir(&place).unwrap();
        fs::write(place.join(VERSION_FILE), "2.13.0+cpu\n").unwrap();
        assert_eq!(install(recipe, cache.path()).unwrap(), place);
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_without_its_version_file_is_incomplete() {
        let cache = tempfile::tempdir().unwrap();
        assert!(!is_complete(cache.path()));
    }

    #[test]
    fn a_lock_is_free_again_once_its_holder_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = lock(&path).unwrap();
        let second = File::create(&path).unwrap();
        assert!(matches!(second.try_lock(), Err(TryLockError::WouldBlock)));
        drop(held);
        second.try_lock().unwrap();
    }

    #[test]
    fn the_wheel_of_a_package_is_found_under_its_normalised_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["torch-2.13.0-cp312.whl", "torchvision-1.whl", "nvidia_cuda_cupti-13.whl"] {
            write(&folder.path().join(name), "").unwrap();
        }
        let found = |package| wheel_file(folder.path(), package).unwrap();
        assert!(found("torch").ends_with("torch-2.13.0-cp312.whl"));
        assert!(found("nvidia-cuda-cupti").ends_with("nvidia_cuda_cupti-13.whl"));
        assert!(wheel_file(folder.path(), "nvidia-cuda-runtime").is_err());
    }
}
