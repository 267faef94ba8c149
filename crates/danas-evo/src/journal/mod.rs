//! The journal of a search, from which the search is resumed after its process died.
//!
//! A journal has one line of JSON per event, which is on the disk before the search continues. The
//! settings and the results of the evaluations determine the course of a search, so nothing else is
//! stored. A resumed search runs again from its beginning, and takes the finished results from the
//! journal.

mod contents;
mod error;
mod event;
mod file;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use contents::JournalContents;
pub use error::JournalError;
pub use event::JournaledEvaluation;
pub(crate) use event::{OBJECTIVES, objectives_text};

use self::event::{Event, Header};
use self::file::EventFile;
use crate::{
    archive::ParetoArchive, ask_tell::Job, objective::Objective, outcome::StopReason,
    record::Record, variation::Genome, verdict::Verdict,
};

/// The interface between a search and its journal.
pub(crate) trait Log<G, D> {
    /// Returns the result of a job that an earlier run finished, if there is one.
    fn recall(&mut self, job: &Job<G>) -> Result<Option<(Verdict<D>, Duration)>, JournalError>;

    /// Records a result as soon as it is known.
    fn finished(&mut self, finished: Finished<'_, G, D>) -> Result<(), JournalError>;

    /// Records the end of a run. The results with the ask numbers `void` do not count.
    fn stopped(&mut self, reason: StopReason, void: &[usize]) -> Result<(), JournalError>;

    /// Returns how long earlier runs of the search took.
    fn spent(&self) -> Duration;
}

/// A result that has just arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finished<'a, G, D> {
    pub(crate) index: usize,
    pub(crate) seed: u64,
    pub(crate) genome: &'a G,
    pub(crate) verdict: &'a Verdict<D>,
    pub(crate) elapsed: Duration,
}

/// A journal that is being written. Its file stays locked until the journal is dropped.
#[derive(Debug)]
pub(crate) struct Journal<G, D> {
    file: EventFile,
    recalled: HashMap<usize, JournaledEvaluation<G, D>>,
    /// Duration of earlier runs.
    spent: Duration,
    begun: Instant,
}

impl<G, D> Journal<G, D>
where
    G: Serialize + DeserializeOwned,
    D: Serialize + DeserializeOwned,
{
    /// Begins a journal, or resumes the journal of the same search.
    pub(crate) fn open(path: &Path, settings: Vec<(String, String)>) -> Result<Self, JournalError> {
        let header = Header::new(settings);
        let (mut file, events) = EventFile::open(path)?;
        let (known, event) = if events.is_empty() {
            (None, Event::<G, D>::Begun(header))
        } else {
            let known = JournalContents::of(path, events)?;
            known.header.check(path, &header)?;
            (Some(known), Event::Resumed)
        };
        file.cut_torn_line()?;
        file.append(&event)?;
        let spent = known.as_ref().map_or(0.0, |known| known.seconds);
        let evaluations = known.into_iter().flat_map(|known| known.evaluations);
        let recalled = evaluations.map(|it| (it.index, it)).collect();
        Ok(Self { file, recalled, spent: seconds(spent), begun: Instant::now() })
    }

    /// Returns the seconds since the search began, over all runs.
    fn now(&self) -> f64 {
        (self.spent + self.begun.elapsed()).as_secs_f64()
    }
}

impl<G, D> Log<G, D> for Journal<G, D>
where
    G: Serialize + DeserializeOwned + PartialEq + Clone,
    D: Serialize + DeserializeOwned + Clone,
{
    fn recall(&mut self, job: &Job<G>) -> Result<Option<(Verdict<D>, Duration)>, JournalError> {
        let Some(known) = self.recalled.remove(&job.index) else { return Ok(None) };
        if known.genome != job.genome || known.seed != job.seed {
            let path = self.file.path().to_owned();
            return Err(JournalError::Diverged { path, index: job.index });
        }
        Ok(Some((known.verdict, seconds(known.seconds))))
    }

    fn finished(&mut self, finished: Finished<'_, G, D>) -> Result<(), JournalError> {
        let Finished { index, seed, genome, verdict, elapsed } = finished;
        let at = self.now();
        self.file.append(&Event::Evaluated(JournaledEvaluation {
            index,
            seed,
            genome: genome.clone(),
            verdict: verdict.clone(),
            seconds: elapsed.as_secs_f64(),
            at,
        }))
    }

    fn stopped(&mut self, reason: StopReason, void: &[usize]) -> Result<(), JournalError> {
        let (at, reason) = (self.now(), reason.to_string());
        self.file.append(&Event::<G, D>::Stopped { reason, at, void: void.to_vec() })
    }

    fn spent(&self) -> Duration {
        self.spent
    }
}

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
            let JournaledEvaluation { index, seed, genome, verdict, seconds: elapsed, .. } =
                evaluation;
            if archive.iter().all(|record: &Arc<Record<G, D>>| record.genome != genome) {
                let elapsed = seconds(elapsed);
                let record = Record { index, genome, seed, verdict, elapsed, repeats: None };
                archive.insert(Arc::new(record));
            }
        }
    }
    Ok(archive)
}

/// Converts seconds to a duration. Returns zero if they are not a valid duration.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
