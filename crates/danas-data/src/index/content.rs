//! File format of an index.
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `danasidx` |
//! | 4 | version |
//! | 4 + n, 4, 8 + n, … | of each kind of file: its name, its version, and its entries |
//! | 32 | BLAKE3 checksum of all preceding bytes |
//!
//! Numbers are little-endian, and stand before whatever they are the length of.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use danas_space::Digest;

use super::reader::{Reader, put_text};

const MAGIC: [u8; 8] = *b"danasidx";
const VERSION: u32 = 1;
const CHECKSUM: usize = 32;

/// The reason why a file is not used as an index.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    /// It may be of value to someone.
    #[error("it is not an index, and is left as it is; name another file")]
    Foreign,
    #[error("it is damaged")]
    Damaged,
    #[error("its format has the version {0}, and this program reads {VERSION}")]
    Version(u32),
}

impl Problem {
    /// Returns whether the file can be replaced without loss.
    pub(super) const fn is_ours(&self) -> bool {
        matches!(self, Self::Damaged | Self::Version(_))
    }
}

/// The entries of one kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Section<'a> {
    pub(super) kind: &'a str,
    pub(super) version: u32,
    pub(super) entries: &'a [u8],
}

/// Reads the file of an index, as far as it can be one. Returns no bytes if there is none.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    // Checked before opening, since opening a pipe would wait for a writer.
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(bytes),
        Err(error) => return Err(Problem::Read(error)),
        Ok(metadata) if !metadata.is_file() => return Err(Problem::Foreign),
        Ok(_) => {}
    }
    let mut file = File::open(path).map_err(Problem::Read)?;
    let magic = MAGIC.len() as u64;
    (&file).take(magic).read_to_end(&mut bytes).map_err(Problem::Read)?;
    // A file that someone else wrote, such as a recording, is not read to its end. An empty one is what
    // a crash of the system can leave of an index.
    if !MAGIC.starts_with(&bytes) {
        return Err(Problem::Foreign);
    }
    file.read_to_end(&mut bytes).map_err(Problem::Read)?;
    if bytes.is_empty() { Err(Problem::Damaged) } else { Ok(bytes) }
}

/// Finds the sections of an index. There are none if there are no bytes.
pub(super) fn sections(bytes: &[u8]) -> Result<Vec<Section<'_>>, Problem> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let mut header = Reader::new(bytes);
    header.slice(MAGIC.len()).filter(|magic| *magic == MAGIC).ok_or(Problem::Damaged)?;
    let version = header.u32().ok_or(Problem::Damaged)?;
    if version != VERSION {
        return Err(Problem::Version(version));
    }
    let verified = || {
        let (verified, checksum) = bytes.split_last_chunk::<CHECKSUM>()?;
        (Digest::of(verified).as_bytes() == checksum).then_some(verified)
    };
    let read = || {
        let mut rest = Reader::new(verified()?.get(MAGIC.len() + size_of_val(&VERSION)..)?);
        let mut sections = Vec::new();
        while !rest.is_empty() {
            let (kind, version) = (rest.text()?, rest.u32()?);
            sections.push(Section { kind, version, entries: rest.block()? });
        }
        Some(sections)
    };
    read().ok_or(Problem::Damaged)
}

/// Writes the file of an index so that it exists completely or not at all.
pub(super) fn write(path: &Path, sections: &[Section<'_>]) -> io::Result<()> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(VERSION.to_le_bytes());
    for Section { kind, version, entries } in sections {
        put_text(&mut bytes, kind);
        bytes.extend(version.to_le_bytes());
        bytes.extend((entries.len() as u64).to_le_bytes());
        bytes.extend(*entries);
    }
    let checksum = Digest::of(&bytes);
    bytes.extend(checksum.as_bytes());

    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".danas-index.").suffix(".tmp");
    // By default only the owner may read a temporary file. Gives it the permissions of an ordinary
    // file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(&bytes)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECTIONS: [Section<'_>; 2] = [
        Section { kind: "image", version: 3, entries: b"abc" },
        Section { kind: "recording", version: 1, entries: b"" },
    ];

    fn kinds(path: &Path) -> Result<usize, Problem> {
        let bytes = read(path)?;
        let sections = sections(&bytes)?;
        assert!(sections.is_empty() || sections == SECTIONS);
        Ok(sections.len())
    }

    #[test]
    fn sections_are_read_back_and_any_damage_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/index");
        assert_eq!(kinds(&path).unwrap(), 0);
        write(&path, &SECTIONS).unwrap();
        assert_eq!(kinds(&path).unwrap(), 2);
        let written = fs::read(&path).unwrap();
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        for at in 0..written.len() {
            fs::write(&path, &written[..at]).unwrap();
            assert!(matches!(kinds(&path), Err(Problem::Damaged)), "cut at {at}");
            let mut changed = written.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            let problem = kinds(&path).unwrap_err();
            match at {
                0..8 => assert!(matches!(problem, Problem::Foreign), "{at}: {problem}"),
                8..12 => assert!(matches!(problem, Problem::Version(_)), "{at}: {problem}"),
                _ => assert!(matches!(problem, Problem::Damaged), "{at}: {problem}"),
            }
        }
    }

    #[test]
    fn what_is_not_a_file_is_foreign() {
        let folder = tempfile::tempdir().unwrap();
        let problem = kinds(folder.path()).unwrap_err();
        assert!(matches!(problem, Problem::Foreign) && !problem.is_ours());
    }
}
