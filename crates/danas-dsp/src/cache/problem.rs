//! What can go wrong with a cache on disk.

use std::{
    fmt, io,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// A cache that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// A folder that cannot be created, or cannot be written to.
    #[error("cannot keep features in {}", path.display())]
    Folder {
        /// The folder, as the caller gave it.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Trouble that a cache got around: the features are made again, or not kept.
///
/// As with other errors, the cause is the [`source`](std::error::Error::source) and not a part of
/// the text.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheProblem {
    /// An entry that is not what was written. It is removed and counts as missing.
    #[error("the cached features {} are damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        reason: Damage,
    },
    /// An entry that the operating system does not give us. It counts as missing.
    #[error("cannot read the cached features {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// An entry that could not be written, and so is not kept on disk.
    #[error("cannot write the cached features {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file that was to go, for lack of space or for damage, and could not be removed.
    #[error("cannot remove {} from the cache", path.display())]
    Remove {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A folder that could not be listed; the size of what it holds is not known.
    #[error("cannot list the cached features in {}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// How a file differs from every entry that a cache writes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// It does not begin as an entry does.
    #[error("it is not a file of features")]
    Magic,
    /// It is in another version of the format.
    #[error("its format has version {found}, not {}", super::entry::VERSION)]
    Version {
        /// The version that it states.
        found: u32,
    },
    /// It is an entry, but of another key than its name says.
    #[error("it holds the features of another key")]
    Key,
    /// It states a shape that no array can have.
    #[error("{shape:?} is not the shape of an array")]
    Shape {
        /// The shape.
        shape: [u64; 3],
    },
    /// It is shorter or longer than the shape that it states.
    #[error("it has {found} bytes instead of {expected}")]
    Length {
        /// The bytes that its shape asks for, or the least that any entry has.
        expected: u64,
        /// The bytes of the file.
        found: u64,
    },
    /// Some of its bytes have changed.
    #[error("its checksum is wrong")]
    Checksum,
}

/// A function that is told about problems.
pub(super) type OnProblem = Box<dyn Fn(&CacheProblem) + Send + Sync>;

/// Counts problems, and passes them on.
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
