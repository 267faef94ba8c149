//! Reading journals.

use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::contents::JournalContents;
use super::error::JournalError;
use super::event::{JournaledEvaluation, duration};
use super::file;
use crate::{archive::ParetoArchive, objective::Objective, record::Record, variation::Genome};

/// Reads the journal at `path`, during or after its search. On Windows the lock prevents reading,
/// so there the journal can be read only after the search.
///
/// Ignores the incomplete last line that a process leaves if it dies while writing. The file is not
/// changed.
///
/// # Errors
/// [`JournalError`] if there is no journal at `path`, or it is damaged.
pub fn read_journal<G: DeserializeOwned, D: DeserializeOwned>(
    path: impl AsRef<Path>,
) -> Result<JournalContents<G, D>, JournalError> {
    let path = path.as_ref();
    JournalContents::of(path, file::read(path)?)
}

/// Returns the best compromises of earlier searches with the same `objectives`: an archive that
/// lasts for as long as the journals are kept.
///
/// A candidate that is already a member is left out. Members are ordered by journal, then by ask
/// number.
///
/// # Errors
/// [`JournalError`] if one of the files is not a journal, is damaged, or belongs to a search with
/// other objectives.
pub fn best_of_journals<G: DeserializeOwned + Genome, D: DeserializeOwned>(
    paths: impl IntoIterator<Item = impl AsRef<Path>>,
    objectives: &[Objective],
) -> Result<ParetoArchive<G, D>, JournalError> {
    let mut archive = ParetoArchive::new(objectives);
    for path in paths {
        let path = path.as_ref();
        let journal = read_journal(path)?;
        journal.header.check_objectives(path, objectives)?;
        for evaluation in journal.evaluations {
            let JournaledEvaluation { index, seed, genome, verdict, seconds, .. } = evaluation;
            if archive.iter().all(|record: &Arc<Record<G, D>>| record.genome != genome) {
                let elapsed = duration(seconds);
                let record = Record { index, genome, seed, verdict, elapsed, repeats: None };
                archive.insert(Arc::new(record));
            }
        }
    }
    Ok(archive)
}
