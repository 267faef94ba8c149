//! The journal of a search: what is needed to go on after its process died.
//!
//! One line of JSON per event, on the disk before the search goes on. The course of a search follows
//! from its settings and the results of its evaluations, so only these are written: to go on, the
//! search is run again from its beginning, and results that the journal has are taken from there.

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
use crate::{Genome, Job, Objective, ParetoArchive, Record, StopReason, Verdict};

/// What a search tells its journal, and asks it.
pub(crate) trait Log<G, D> {
    /// The result of a job that was finished by an earlier run.
    fn recall(&mut self, job: &Job<G>) -> Result<Option<(Verdict<D>, Duration)>, JournalError>;

    /// A result, the moment it is known.
    fn finished(&mut self, finished: Finished<'_, G, D>) -> Result<(), JournalError>;

    /// The end of a run; the results with the ask numbers `void` count for nothing.
    fn stopped(&mut self, reason: StopReason, void: &[usize]) -> Result<(), JournalError>;

    /// How long the search took in earlier runs.
    fn spent(&self) -> Duration;
}

/// A result that was just told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finished<'a, G, D> {
    pub(crate) index: usize,
    pub(crate) seed: u64,
    pub(crate) genome: &'a G,
    pub(crate) verdict: &'a Verdict<D>,
    pub(crate) elapsed: Duration,
}

/// A journal that is being written. The file is locked until it is dropped.
#[derive(Debug)]
pub(crate) struct Journal<G, D> {
    file: EventFile,
    recalled: HashMap<usize, JournaledEvaluation<G, D>>,
    /// How long earlier runs took.
    spent: Duration,
    begun: Instant,
}

impl<G, D> Journal<G, D>
where
    G: Serialize + DeserializeOwned,
    D: Serialize + DeserializeOwned,
{
    /// Begins a journal, or goes on with that of the same search.
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

    /// Seconds since the search began, in all runs.
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

/// What the journal at `path` tells, while its search goes on or later. (On Windows, where a lock keeps others from
/// reading, later.)
///
/// A line that was torn by the end of its process is left out; the file is not changed.
///
/// # Errors
/// [`JournalError`] where there is no journal, or it was damaged.
pub fn read_journal<G: DeserializeOwned, D: DeserializeOwned>(
    path: impl AsRef<Path>,
) -> Result<JournalContents<G, D>, JournalError> {
    let path = path.as_ref();
    JournalContents::of(path, file::read(path)?)
}

/// The best compromises of earlier searches by the same `objectives`: a lifelong archive, as long as
/// their journals are kept.
///
/// A candidate that is a member already is left out. Members are in the order of the journals and of
/// their ask numbers.
///
/// # Errors
/// [`JournalError`] where one of the files is no journal, was damaged, or is that of a search by
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

/// So many seconds; none at all where that is no duration.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
