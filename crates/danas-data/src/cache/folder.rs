//! The folder of a cache: how its files are named, written, listed and removed.

use std::{
    fs::{self, DirEntry, File},
    io, iter,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use danas_space::Digest;
use tempfile::{NamedTempFile, tempfile_in};

use super::{CacheProblem, FeatureKey, problem::Monitor};

/// Age from which a temporary file is considered abandoned.
const STALE: Duration = Duration::from_secs(60 * 60);

/// A folder of entries.
///
/// An entry is named `ab/abcd….features` after the 64 hexadecimal digits of its key, and sharded by
/// the first byte of the key. While it is being written, it is named `ab/abcd….{unique}.tmp`.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

/// An entry in a listing.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) digest: Digest,
    pub(super) bytes: u64,
    pub(super) used: SystemTime,
}

impl Folder {
    /// Creates the folder if it is missing, and checks that it can be written to.
    pub(super) fn create(root: PathBuf) -> Result<Self, (PathBuf, io::Error)> {
        match fs::create_dir_all(&root).and_then(|()| tempfile_in(&root)) {
            Ok(_) => Ok(Self { root }),
            Err(source) => Err((root, source)),
        }
    }

    /// Returns the path of an entry's file.
    pub(super) fn entry(&self, digest: Digest) -> PathBuf {
        let hex = digest.to_string();
        self.root.join(&hex[..2]).join(format!("{hex}.features"))
    }

    /// Writes the file of `key` so that it exists completely or not at all.
    pub(super) fn write(
        &self,
        key: FeatureKey,
        content: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = self.temporary(key.digest())?;
        content(file.as_file_mut())?;
        file.persist(self.entry(key.digest()))?;
        Ok(())
    }

    /// Creates the temporary file of an entry and, if necessary, the shard that contains it.
    fn temporary(&self, digest: Digest) -> io::Result<NamedTempFile> {
        let hex = digest.to_string();
        let shard = self.root.join(&hex[..2]);
        let prefix = format!("{hex}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // By default only the owner may read a temporary file. Gives it the permissions of an
        // ordinary file.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        match builder.tempfile_in(&shard) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
        // Creates only the shard: a cache folder that was deleted is not created again.
        match fs::create_dir(&shard) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => builder.tempfile_in(&shard),
        }
    }

    /// Removes a file. Returns true unless the file still exists.
    pub(super) fn remove(path: PathBuf, monitor: &Monitor) -> bool {
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                monitor.report(&CacheProblem::Remove { path, source });
                false
            }
            // The file is gone, perhaps because another process removed it first.
            _ => true,
        }
    }

    /// Returns all entries. Removes stale temporary files on the way, and ignores all other files.
    pub(super) fn list(&self, monitor: &Monitor) -> Vec<Listed> {
        let mut listed = Vec::new();
        for shard in files(&self.root, monitor) {
            let name = shard.file_name();
            let Some(prefix) = name.to_str().filter(|name| name.len() == 2) else { continue };
            // Links are not followed, since the cache never creates any.
            if !shard.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            for file in files(&shard.path(), monitor) {
                let name = file.file_name();
                let Some((stem, kind)) = name.to_str().and_then(|name| name.split_once('.')) else {
                    continue;
                };
                let Some(digest) = Digest::from_hex(stem).filter(|_| stem.starts_with(prefix))
                else {
                    continue;
                };
                // The file may be gone by now, if another process has evicted it.
                let Ok(metadata) = file.metadata() else { continue };
                let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                if kind == "features" && metadata.is_file() {
                    listed.push(Listed { digest, bytes: metadata.len(), used });
                } else if kind.ends_with(".tmp") && used.elapsed().is_ok_and(|age| age > STALE) {
                    Self::remove(file.path(), monitor);
                }
            }
        }
        listed
    }
}

/// Returns the content of `folder`, up to the first error.
fn files<'a>(folder: &'a Path, monitor: &'a Monitor) -> impl Iterator<Item = DirEntry> + 'a {
    let report = |source: io::Error| {
        if source.kind() != io::ErrorKind::NotFound {
            monitor.report(&CacheProblem::List { path: folder.to_owned(), source });
        }
    };
    let mut entries = fs::read_dir(folder).map_err(report).ok();
    iter::from_fn(move || entries.as_mut()?.next()?.map_err(report).ok())
}

#[cfg(test)]
mod tests {
    use tempfile::tempdir;

    use super::*;

    #[test]
    fn only_entries_are_listed_and_only_stale_temporary_files_removed() {
        let root = tempdir().unwrap();
        let folder = Folder::create(root.path().join("a/b")).unwrap();
        let root = root.path().join("a/b");
        let key = FeatureKey::new([b"test".as_slice()]);
        folder.write(key, |file| io::Write::write_all(file, b"abc")).unwrap();

        let entry = folder.entry(key.digest());
        let hour_ago = SystemTime::now() - STALE - Duration::from_secs(1);
        let touch = |path: &Path, time| File::create(path).unwrap().set_modified(time).unwrap();
        let (stale, fresh) = (entry.with_extension("1-a.tmp"), entry.with_extension("1-b.tmp"));
        touch(&stale, hour_ago);
        touch(&fresh, SystemTime::now());
        fs::create_dir(root.join("00")).unwrap();
        let foreign =
            ["notes.tmp", "00/notes.tmp", "00/notes.features", "0x"].map(|name| root.join(name));
        // An entry in the wrong shard.
        let misplaced = root.join("00").join(entry.file_name().unwrap());
        assert_ne!(entry, misplaced);
        for path in foreign.iter().chain([&misplaced]) {
            touch(path, hour_ago);
        }

        let listed = folder.list(&Monitor::default());
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].digest, listed[0].bytes), (key.digest(), 3));
        assert!(!stale.exists() && fresh.exists() && misplaced.exists());
        assert!(foreign.iter().all(|path| path.exists()));
    }

    #[test]
    fn a_failed_write_leaves_the_former_file_and_nothing_else() {
        let root = tempdir().unwrap();
        let folder = Folder::create(root.path().to_owned()).unwrap();
        let key = FeatureKey::new([b"test".as_slice()]);
        folder.write(key, |file| io::Write::write_all(file, b"former")).unwrap();
        let fail = |file: &mut File| {
            io::Write::write_all(file, b"half")?;
            Err(io::ErrorKind::StorageFull.into())
        };
        assert!(folder.write(key, fail).is_err());
        let entry = folder.entry(key.digest());
        assert_eq!(fs::read(&entry).unwrap(), b"former");
        assert_eq!(fs::read_dir(entry.parent().unwrap()).unwrap().count(), 1);
    }
}
