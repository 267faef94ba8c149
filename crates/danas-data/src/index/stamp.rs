//! What the file system says of a file, by which a change of it is noticed.

use std::{
    fs::Metadata,
    time::{Duration, SystemTime},
};

use super::reader::Reader;

/// The length and the times of a file. A file with the same stamp as before is taken to be unchanged.
///
/// Lengths and times of modification do not suffice: clips of a dataset often have the same length,
/// and those of an archive the same time, so one could be moved over another without a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    len: u64,
    /// Time of the last modification, in nanoseconds since 1970.
    modified: i64,
    /// Time since when the file is there, in nanoseconds since 1970, as far as the system tells it. On
    /// Unix, this is the time of its last change of any kind, such as of its name.
    changed: i64,
}

impl Stamp {
    /// Returns the stamp of a regular file, if its times are known.
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        let modified = metadata.modified().ok().filter(|_| metadata.is_file())?;
        let (len, modified) = (metadata.len(), nanoseconds(modified));
        Some(Self { len, modified, changed: changed(metadata) })
    }

    /// Returns whether the file did not change after this time.
    pub(super) fn is_before(self, time: SystemTime) -> bool {
        self.modified.max(self.changed) <= nanoseconds(time)
    }

    pub(super) fn write(self, to: &mut Vec<u8>) {
        to.extend(self.len.to_le_bytes());
        to.extend([self.modified, self.changed].map(i64::to_le_bytes).as_flattened());
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self { len: from.u64()?, modified: from.i64()?, changed: from.i64()? })
    }
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> i64 {
    use std::os::unix::fs::MetadataExt;
    metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn changed(metadata: &Metadata) -> i64 {
    metadata.created().map_or(0, nanoseconds)
}

/// Returns the nanoseconds since 1970, within the range of 292 years before and after it.
fn nanoseconds(time: SystemTime) -> i64 {
    let limited = |length: Duration| i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => limited(after),
        Err(error) => -limited(error.duration()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    #[test]
    fn a_stamp_tells_length_and_time_and_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let write = |content: &str, modified: SystemTime| {
            fs::write(&path, content).unwrap();
            File::options().append(true).open(&path).unwrap().set_modified(modified).unwrap();
            Stamp::of(&fs::metadata(&path).unwrap()).unwrap()
        };
        let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_millis(1);
        let plain = write("abc", before_1970);
        assert_eq!((plain.len, plain.modified), (3, -1_000_000));
        assert_ne!(write("abcd", before_1970), plain);
        assert_ne!(write("abc", SystemTime::UNIX_EPOCH), plain);
        let mut bytes = Vec::new();
        plain.write(&mut bytes);
        assert_eq!(Stamp::read(&mut Reader::new(&bytes)), Some(plain));
        assert_eq!(Stamp::of(&fs::metadata(folder.path()).unwrap()), None);
    }

    #[test]
    fn both_times_must_be_before() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(98);
        let stamp = |modified: u64, changed: u64| Stamp {
            len: 1,
            modified: modified as i64 * 1_000_000_000,
            changed: changed as i64 * 1_000_000_000,
        };
        assert!(stamp(98, 97).is_before(time) && stamp(0, 98).is_before(time));
        assert!(!stamp(99, 0).is_before(time) && !stamp(0, 99).is_before(time));
    }
}
