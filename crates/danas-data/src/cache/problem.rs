//! Errors and problems of a cache on disk.

use std::{
    fmt, io,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// A cache that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// A folder that cannot be created or written to.
    #[error("cannot use {} as the folder of a feature cache", path.display())]
    Folder {
        /// The folder, as the caller gave it.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

/// A problem that the cache recovers from: the features are made again, or not stored.
///
/// The text does not include the cause, which is the [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheProblem {
    /// An entry whose file has changed since it was written. It is removed and counts as missing.
    #[error("the cache file {} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The kind of damage.
        #[source]
        reason: Damage,
    },
    /// An entry that the operating system could not read. It counts as missing.
    #[error("cannot read the cache file {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// An entry that could not be written, and is therefore not stored on disk.
    #[error("cannot write the cache file {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file that could not be removed, although it is damaged, outdated or exceeds the cap.
    #[error("cannot remove the cache file {}", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A folder that could not be listed, so that its size is unknown.
    #[error("cannot list the cache folder {}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

/// The way in which the file of an entry is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// The file does not begin like an entry.
    #[error("the file is not a cache entry")]
    Magic,
    /// The file has another version of the format.
    #[error("the file has version {found} of the format, not {}", super::version::VERSION)]
    Version {
        /// The version that the file states.
        found: u32,
    },
    /// The key in the file differs from the key in its name.
    #[error("the file contains the features of another key")]
    Key,
    /// The file states a shape that no array can have.
    #[error("the file states the shape {shape:?}, which no array can have")]
    Shape {
        /// The shape that the file states.
        shape: [u64; 3],
    },
    /// The file is shorter or longer than its shape requires.
    #[error("the file has {found} bytes instead of {expected}")]
    Length {
        /// Size that the shape requires, or at least that of an entry without values, in bytes.
        expected: u64,
        /// Size of the file, in bytes.
        found: u64,
    },
    /// Some bytes of the file have changed.
    #[error("the checksum does not match the content of the file")]
    Checksum,
}

/// A function that receives problems.
pub(super) type OnProblem = Box<dyn Fn(&CacheProblem) + Send + Sync>;

/// Counters of problems, and the function that receives them.
#[derive(Default)]
pub(super) struct Monitor {
    on_problem: Option<OnProblem>,
    pub(super) damaged: AtomicU64,
    pub(super) failed_reads: AtomicU64,
    pub(super) failed_writes: AtomicU64,
}

impl Monitor {
    pub(super) fn new(on_problem: Option<OnProblem>) -> Self {
        Self { on_problem, ..Self::default() }
    }

    pub(super) fn report(&self, problem: &CacheProblem) {
        match problem {
            CacheProblem::Damaged { .. } => drop(self.damaged.fetch_add(1, Relaxed)),
            CacheProblem::Read { .. } => drop(self.failed_reads.fetch_add(1, Relaxed)),
            CacheProblem::Write { .. } => drop(self.failed_writes.fetch_add(1, Relaxed)),
            CacheProblem::Remove { .. } | CacheProblem::List { .. } => {}
        }
        if let Some(on_problem) = &self.on_problem {
            on_problem(problem);
        }
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").finish_non_exhaustive()
    }
}
