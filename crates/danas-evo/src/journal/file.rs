//! The file of a journal: locked, and written line by line.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::JournalError;
use super::event::Event;

/// What the first line of a journal begins with.
const BEGINNING: &[u8] = br#"{"begun":"#;

/// A file that events are appended to.
#[derive(Debug)]
pub(super) struct EventFile {
    file: File,
    path: PathBuf,
}

impl EventFile {
    /// Opens a file, with the events that it has, and locks it; creates it where there is none. What
    /// was torn is cut off.
    pub(super) fn open<G: DeserializeOwned, D: DeserializeOwned>(
        path: &Path,
    ) -> Result<(Self, Vec<Event<G, D>>), JournalError> {
        let cannot = |source| JournalError::Open { path: path.to_owned(), source };
        let mut options = OpenOptions::new();
        let mut file = options.read(true).append(true).create(true).open(path).map_err(cannot)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::InUse { path: path.to_owned() },
            TryLockError::Error(source) => cannot(source),
        })?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(cannot)?;
        let (events, whole) = parse(path, &bytes)?;
        if whole < bytes.len() {
            tracing::warn!(bytes = bytes.len() - whole, "the journal's torn last line is dropped");
            file.set_len(whole as u64).and_then(|()| file.sync_all()).map_err(cannot)?;
        }
        Ok((Self { file, path: path.to_owned() }, events))
    }

    /// The file as it was given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Appends an event. It is on the disk when this returns.
    pub(super) fn append(&mut self, event: &impl Serialize) -> Result<(), JournalError> {
        let line = serde_json::to_vec(event).map_err(std::io::Error::from);
        let written = line.and_then(|mut line| {
            line.push(b'\n');
            self.file.write_all(&line)?;
            self.file.sync_data()
        });
        written.map_err(|source| JournalError::Write { path: self.path.clone(), source })
    }
}

/// The events of a file that is only read.
pub(super) fn read<G: DeserializeOwned, D: DeserializeOwned>(
    path: &Path,
) -> Result<Vec<Event<G, D>>, JournalError> {
    let bytes = std::fs::read(path)
        .map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
    Ok(parse(path, &bytes)?.0)
}

/// The events, and how many bytes their lines are: a last line that is torn does not count.
fn parse<G: DeserializeOwned, D: DeserializeOwned>(
    path: &Path,
    bytes: &[u8],
) -> Result<(Vec<Event<G, D>>, usize), JournalError> {
    let begins = bytes.iter().zip(BEGINNING).all(|(byte, begin)| byte == begin);
    if !begins {
        return Err(JournalError::NoJournal { path: path.to_owned() });
    }
    let (mut events, mut whole) = (Vec::new(), 0);
    let lines = bytes.split_inclusive(|&byte| byte == b'\n');
    for (number, line) in (1..).zip(lines) {
        let is_last = whole + line.len() == bytes.len();
        match serde_json::from_slice(line) {
            Ok(event) if line.ends_with(b"\n") => events.push(event),
            Ok(_) => break,
            Err(_) if is_last => break,
            Err(source) => {
                return Err(JournalError::Damaged { path: path.to_owned(), line: number, source });
            }
        }
        whole += line.len();
    }
    Ok((events, whole))
}
