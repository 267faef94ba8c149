//! Writing and resuming a journal.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::contents::JournalContents;
use super::error::JournalError;
use super::event::{Event, Header, JournaledEvaluation, duration};
use super::file::EventFile;
use crate::journal::log::{Log, Recalled};
use crate::{
    evaluator::Evaluator,
    fault::Fault,
    job::Job,
    outcome::StopReason,
    search::Search,
    variation::{Genome, Variation},
    verdict::Verdict,
};

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Search<G, V, E> {
    /// Writes every result to a journal as soon as it is known, and resumes the search that the
    /// journal already holds.
    ///
    /// If a process dies, start the search again with the same journal. It takes all results from
    /// the journal whose lines were written completely, evaluates the others, and finds what an
    /// uninterrupted search would have found. Observers see all records again.
    ///
    /// A search whose time is over takes from the journal what is there, and evaluates nothing. The
    /// budget may change between runs. Everything else must stay the same. The search itself
    /// does not know some of this, such as the space and the data. Describe it in `settings`, as
    /// names and values. A resumed search is refused if they differ from those in the journal.
    ///
    /// # Errors
    /// [`JournalError`] if the file cannot be used, is in use by another process, or is the journal
    /// of another search. An existing journal is unchanged then.
    pub fn journal(
        mut self,
        path: impl AsRef<Path>,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, JournalError>
    where
        G: Serialize + DeserializeOwned + 'static,
        E::Detail: Serialize + DeserializeOwned + 'static,
    {
        let header = self.header(settings)?;
        self.journal = Some(Box::new(Journal::<G, E::Detail>::open(path.as_ref(), header)?));
        Ok(self)
    }

    /// Writes every result to a journal, as [`journal`](Self::journal) does, but discards what the
    /// file contains.
    ///
    /// # Errors
    /// [`JournalError`] if the file cannot be written, or is in use by another process, in which case
    /// it is unchanged.
    pub fn new_journal(
        mut self,
        path: impl AsRef<Path>,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, JournalError>
    where
        G: Serialize + DeserializeOwned + 'static,
        E::Detail: Serialize + DeserializeOwned + 'static,
    {
        let header = self.header(settings)?;
        let file = EventFile::lock(path.as_ref())?;
        self.journal = Some(Box::new(Journal::<G, E::Detail>::begin(file, header)?));
        Ok(self)
    }

    /// Describes the search.
    fn header(
        &self,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Header, JournalError>
    where
        G: Serialize,
    {
        let mut all = self.core.settings();
        all.push(("look_ahead".to_owned(), self.look_ahead.to_string()));
        let given: Result<Vec<_>, _> = self.core.given().map(serde_json::to_string).collect();
        let given = given.map_err(|error| JournalError::Genome { source: error.into() })?;
        all.push(("start_with".to_owned(), given.join(" ")));
        all.extend(settings);
        Ok(Header::new(all))
    }
}

/// A journal that is being written. Its file stays locked until the journal is dropped.
#[derive(Debug)]
struct Journal<G, D> {
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
    fn open(path: &Path, header: Header) -> Result<Self, JournalError> {
        let (mut file, events) = EventFile::open(path)?;
        if events.is_empty() {
            return Self::begin(file, header);
        }
        let known = JournalContents::of(path, events)?;
        known.header.check(path, &header)?;
        file.cut_rest()?;
        file.append(&Event::<G, D>::Resumed)?;
        let recalled = known.evaluations.into_iter().map(|it| (it.index, it)).collect();
        Ok(Self { file, recalled, spent: duration(known.seconds), begun: Instant::now() })
    }

    /// Begins a journal in a locked file.
    fn begin(mut file: EventFile, header: Header) -> Result<Self, JournalError> {
        file.cut_rest()?;
        file.append(&Event::<G, D>::Begun(header))?;
        let (recalled, spent) = (HashMap::new(), Duration::ZERO);
        Ok(Self { file, recalled, spent, begun: Instant::now() })
    }

    /// Returns the seconds since the search began, over all runs.
    fn now(&self) -> f64 {
        (self.spent + self.begun.elapsed()).as_secs_f64()
    }
}

impl<G, E> Log<G, E> for Journal<G, E::Detail>
where
    G: Serialize + DeserializeOwned + PartialEq + Clone,
    E: Evaluator<G>,
    E::Detail: Serialize + DeserializeOwned + Clone,
{
    fn recall(&mut self, job: &Job<G>) -> Result<Option<Recalled<G, E>>, Fault<E::Error>> {
        let Some(known) = self.recalled.remove(&job.index) else { return Ok(None) };
        if known.genome != job.genome || known.seed != job.seed {
            let path = self.file.path().to_owned();
            return Err(Fault::Journal(JournalError::Diverged { path, index: job.index }));
        }
        Ok(Some((known.verdict, duration(known.seconds))))
    }

    fn has_results(&self) -> bool {
        !self.recalled.is_empty()
    }

    fn finished(
        &mut self,
        index: usize,
        seed: u64,
        genome: &G,
        verdict: &Verdict<E::Detail>,
        elapsed: Duration,
    ) -> Result<(), Fault<E::Error>> {
        let event = Event::Evaluated(JournaledEvaluation {
            index,
            seed,
            genome: genome.clone(),
            verdict: verdict.clone(),
            seconds: elapsed.as_secs_f64(),
            at: self.now(),
        });
        self.file.append(&event).map_err(Fault::Journal)
    }

    fn stopped(&mut self, reason: StopReason, void: &[usize]) -> Result<(), Fault<E::Error>> {
        let (at, reason) = (self.now(), reason.to_string());
        let event = Event::<G, E::Detail>::Stopped { reason, at, void: void.to_vec() };
        self.file.append(&event).map_err(Fault::Journal)
    }

    fn spent(&self) -> Duration {
        self.spent
    }
}
