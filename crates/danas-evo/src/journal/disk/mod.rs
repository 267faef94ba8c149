//! The file of a journal: how it is written, resumed and read.

mod contents;
mod difference;
mod error;
mod event;
mod file;
mod reading;
mod writing;

pub use contents::JournalContents;
pub use error::JournalError;
pub use event::JournaledEvaluation;
pub use reading::{best_of_journals, read_journal};
