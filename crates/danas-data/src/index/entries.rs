//! What is remembered of the files of one kind.

use std::{
    collections::{BTreeMap, HashSet},
    ffi::{OsStr, OsString},
    fs, io,
    path::Path,
};

use super::{
    indexed::Indexed,
    reader::{Reader, put_text},
    stamp::Stamp,
};

/// What is remembered of a file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry<K> {
    pub(super) stamp: Stamp,
    pub(super) known: K,
}

/// What is remembered of files, by folder and name.
///
/// | bytes | content |
/// |---|---|
/// | 4 + n | a folder, after its length |
/// | 4 | number of its files |
/// | 4 + n, 24, … | of each file: its name, its stamp, and what is known |
///
/// Numbers are little-endian, and paths are UTF-8.
#[derive(Debug, PartialEq)]
pub(super) struct Entries<K>(BTreeMap<String, BTreeMap<String, Entry<K>>>);

impl<K> Default for Entries<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Indexed> Entries<K> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, folder: &str, name: &str) -> Option<&Entry<K>> {
        self.0.get(folder)?.get(name)
    }

    pub(super) fn insert(&mut self, folder: &str, name: &str, entry: Entry<K>) {
        // Looked up before a key is allocated, since most files are in folders of many.
        match self.0.get_mut(folder) {
            Some(files) => files.insert(name.to_owned(), entry),
            None => self.0.entry(folder.to_owned()).or_default().insert(name.to_owned(), entry),
        };
    }

    /// Removes an entry. Returns whether there was one.
    pub(super) fn remove(&mut self, folder: &str, name: &str) -> bool {
        self.0.get_mut(folder).is_some_and(|files| files.remove(name).is_some())
    }

    /// Adds newer entries, which replace those of the same files, and drops the entries of files that
    /// are gone: of those beside the newer ones, and of folders that are gone.
    pub(super) fn update(&mut self, newer: Self) {
        for (folder, newer) in newer.0 {
            let names = names(&folder);
            let files = self.0.entry(folder).or_default();
            files.extend(newer);
            if let Ok(names) = names {
                files.retain(|name, _| names.contains(OsStr::new(name)));
            }
        }
        self.0.retain(|folder, files| !files.is_empty() && Path::new(folder).is_dir());
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (folder, files) in &self.0 {
            put_text(&mut bytes, folder);
            bytes.extend((files.len() as u32).to_le_bytes());
            for (name, Entry { stamp, known }) in files {
                put_text(&mut bytes, name);
                stamp.write(&mut bytes);
                known.write(&mut bytes);
            }
        }
        bytes
    }

    /// Reads what [`write`](Self::write) wrote. Returns `None` for bytes that it cannot have written.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Reader::new(bytes);
        let mut entries = BTreeMap::new();
        while !bytes.is_empty() {
            let folder = bytes.text()?.to_owned();
            let count = bytes.u32()?;
            let file = |_| {
                let name = bytes.text()?.to_owned();
                let stamp = Stamp::read(&mut bytes)?;
                Some((name, Entry { stamp, known: K::read(&mut bytes)? }))
            };
            entries.insert(folder, (0..count).map(file).collect::<Option<_>>()?);
        }
        Some(Self(entries))
    }
}

/// Lists the names of a folder's files.
fn names(folder: &str) -> io::Result<HashSet<OsString>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
}
