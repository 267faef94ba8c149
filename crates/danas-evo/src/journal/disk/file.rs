//! The file of a journal: locked, and written line by line.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JournalError;
use super::event::{Event, FirstLine};

/// Bytes that the first line of every journal begins with.
const BEGINNING: &[u8] = br#"{"begun":"#;

/// A locked file that events are appended to.
#[derive(Debug)]
pub(super) struct EventFile {
    file: File,
    path: PathBuf,
    /// Length of the complete lines, in bytes.
    whole: usize,
    /// Whether a line could not be written.
    is_broken: bool,
}

impl EventFile {
    /// Opens and locks a file, and reads its events. Creates the file if it does not exist.
    pub(super) fn open<G: DeserializeOwned, D: DeserializeOwned>(
        path: &Path,
    ) -> Result<(Self, Vec<Event<G, D>>), JournalError> {
        let mut opened = Self::lock(path)?;
        let mut bytes = Vec::new();
        let read = opened.file.read_to_end(&mut bytes);
        read.map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
        let (events, whole) = parse(path, &bytes)?;
        opened.whole = whole;
        Ok((opened, events))
    }

    /// Opens and locks a file, whatever it contains. Creates the file if it does not exist.
    pub(super) fn lock(path: &Path) -> Result<Self, JournalError> {
        let cannot = |source| JournalError::Open { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        // Not `append`, with which Windows refuses to cut a file.
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).map_err(cannot)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::InUse { path: path.to_owned() },
            TryLockError::Error(source) => cannot(source),
        })?;
        Ok(Self { file, path: path.to_owned(), whole: 0, is_broken: false })
    }

    /// Returns the path as it was given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Cuts off what follows the complete lines that were read: the incomplete last line that a
    /// process leaves if it dies while writing, or everything if nothing was read.
    pub(super) fn cut_rest(&mut self) -> Result<(), JournalError> {
        let whole = self.whole as u64;
        let cut = self.file.set_len(whole).and_then(|()| self.file.seek(SeekFrom::Start(whole)));
        cut.map(|_| ()).map_err(|source| JournalError::Write { path: self.path.clone(), source })
    }

    /// Appends an event. It is on the disk when this returns.
    ///
    /// After a failure nothing more is written. The failed line, which may be incomplete, stays the
    /// last one.
    pub(super) fn append(&mut self, event: &impl Serialize) -> Result<(), JournalError> {
        let written = self.write(event);
        self.is_broken |= written.is_err();
        written.map_err(|source| JournalError::Write { path: self.path.clone(), source })
    }

    fn write(&mut self, event: &impl Serialize) -> io::Result<()> {
        if self.is_broken {
            return Err(io::Error::other("an earlier line could not be written"));
        }
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        self.file.sync_data()
    }
}

/// Reads the events of a file without locking it.
pub(super) fn read<G: DeserializeOwned, D: DeserializeOwned>(
    path: &Path,
) -> Result<Vec<Event<G, D>>, JournalError> {
    let bytes = std::fs::read(path)
        .map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
    Ok(parse(path, &bytes)?.0)
}

/// Parses the events. Returns them with the length of their lines in bytes. An incomplete last line
/// is ignored.
fn parse<G: DeserializeOwned, D: DeserializeOwned>(
    path: &Path,
    bytes: &[u8],
) -> Result<(Vec<Event<G, D>>, usize), JournalError> {
    let begins = bytes.iter().zip(BEGINNING).all(|(byte, begin)| byte == begin);
    if !begins {
        return Err(JournalError::NoJournal { path: path.to_owned() });
    }
    // The lines of another format may not be readable, so the format comes first.
    let first = bytes.split_inclusive(|&byte| byte == b'\n').next();
    if let Some(first) = first.and_then(|line| serde_json::from_slice::<FirstLine>(line).ok()) {
        first.check(path)?;
    }
    let (mut events, mut whole) = (Vec::new(), 0);
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    for (number, line) in (1..).zip(lines) {
        let is_last = whole + line.len() == bytes.len();
        match serde_json::from_slice(line) {
            Ok(event) if line.ends_with(b"\n") => events.push(event),
            Ok(_) => break,
            Err(_) if is_last => break,
            Err(error) => {
                let (path, source) = (path.to_owned(), error.into());
                return Err(JournalError::Damaged { path, line: number, source });
            }
        }
        whole += line.len();
    }
    Ok((events, whole))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Stands for a full disk: the first write fails, and later writes could succeed again.
    #[test]
    fn nothing_follows_a_line_that_could_not_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        fs::write(&path, "whole\nto").unwrap();
        let (read_only, whole) = (File::open(&path).unwrap(), 6);
        let mut file = EventFile { file: read_only, path: path.clone(), whole, is_broken: false };
        assert!(matches!(file.append(&1), Err(JournalError::Write { .. })));
        file.file = OpenOptions::new().append(true).open(&path).unwrap();
        assert!(matches!(file.append(&2), Err(JournalError::Write { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"whole\nto");
        file.cut_rest().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole\n");
    }
}
