//! The journal of a search, from which the search is resumed after its process died.
//!
//! A journal has one line of JSON per event, which is on the disk before the search continues. The
//! settings and the results of the evaluations determine the course of a search, so nothing else is
//! stored. A resumed search runs again from its beginning, and takes the finished results from the
//! journal.

#[cfg(feature = "journal")]
mod disk;
mod log;

#[cfg(feature = "journal")]
pub use disk::{
    JournalContents, JournalError, JournaledEvaluation, best_of_journals, read_journal,
};
pub(crate) use log::{Log, OBJECTIVES, objectives_text};
