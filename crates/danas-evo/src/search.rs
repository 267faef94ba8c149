//! A search over worker threads.

use std::fmt;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::budget::Budget;
use crate::driver::Driver;
use crate::journal::{Journal, Log};
use crate::stop::Brake;
use crate::workers::{CloseOnDrop, JobQueue, Patience, work};
use crate::{
    AskTell, Evaluator, Fault, Genome, JournalError, Observer, Outcome, SearchBuilder, SearchError,
    StopHandle, StopReason, Variation,
};

/// What [`Search::run`] returns for genomes `G` and evaluator `E`.
pub type SearchResult<G, E> = Result<
    Outcome<G, <E as Evaluator<G>>::Detail>,
    SearchError<G, <E as Evaluator<G>>::Detail, <E as Evaluator<G>>::Error>,
>;

/// A search that is ready to run: operators, strategy, evaluator, budget and observers.
///
/// As many candidates are asked for as the look-ahead allows; workers evaluate them in any order;
/// results are committed in ask order, and after each commit the next candidates are asked for. So
/// the same seed and look-ahead give the same records for any number of workers, times apart.
pub struct Search<G, V, E: Evaluator<G>> {
    pub(crate) core: AskTell<G, E::Detail, V>,
    pub(crate) evaluator: E,
    pub(crate) budget: Budget,
    pub(crate) workers: usize,
    pub(crate) look_ahead: usize,
    pub(crate) patience: Patience,
    pub(crate) errors_in_a_row: usize,
    pub(crate) handle: StopHandle,
    pub(crate) journal: Option<Box<dyn Log<G, E::Detail>>>,
    pub(crate) observers: Vec<Box<dyn Observer<G, E::Detail>>>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Search<G, V, E> {
    /// The settings of a search over the space of `variation`, judged by `evaluator`.
    pub fn builder(variation: V, evaluator: E) -> SearchBuilder<G, V, E> {
        SearchBuilder::new(variation, evaluator)
    }

    /// Writes every result to a journal the moment it is known, and goes on with the search that is
    /// in it already.
    ///
    /// A process may die at any moment: the next one with the same journal takes all results from it
    /// whose line was written, evaluates the others, and finds what an undisturbed search would
    /// have found. Observers see all records again. The budget may differ from run to run; all
    /// else must be the same. What of it this search does not know, such as the space and the data,
    /// is told by `settings`, names and values, which are compared to those in the journal.
    ///
    /// # Errors
    /// [`JournalError`] if the file cannot be used, is in use by another process, or is the journal
    /// of another search; the file is as it was before.
    pub fn journal(
        mut self,
        path: impl AsRef<Path>,
        settings: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, JournalError>
    where
        G: Serialize + DeserializeOwned + 'static,
        E::Detail: Serialize + DeserializeOwned + 'static,
    {
        let mut all = self.core.settings();
        all.push(("look_ahead".to_owned(), self.look_ahead.to_string()));
        let given: Result<Vec<_>, _> = self.core.given().map(serde_json::to_string).collect();
        let given = given.map_err(|source| JournalError::Genome { source })?;
        all.push(("start_with".to_owned(), given.join(" ")));
        all.extend(settings);
        self.journal = Some(Box::new(Journal::<G, E::Detail>::open(path.as_ref(), all)?));
        Ok(self)
    }

    /// Runs the search to its end.
    ///
    /// When it is ended early, evaluations in progress are waited for, and their results are in
    /// [`Outcome::uncommitted`] unless they could be committed.
    ///
    /// # Errors
    /// [`SearchError`] if the machinery broke; it holds everything found until then.
    pub fn run(self) -> SearchResult<G, E> {
        let Self { core, evaluator, budget, workers, look_ahead, patience, .. } = self;
        let Self { errors_in_a_row, handle, journal, observers, .. } = self;
        let n_threads = workers.min(look_ahead).min(budget.evaluations);
        tracing::debug!(?budget, look_ahead, threads = n_threads, "search begins");

        let spent = journal.as_ref().map(|journal| journal.spent()).unwrap_or_default();
        let left = budget.wall_time.map(|time| time.saturating_sub(spent));
        let deadline = left.and_then(|left| Instant::now().checked_add(left));
        let brake = Brake { handle, deadline };
        let queue = JobQueue::new(brake.clone());
        let (sender, reports) = mpsc::channel();
        let span = tracing::Span::current();
        let mut driver = Driver {
            core,
            evaluator: &evaluator,
            budget,
            look_ahead,
            errors_in_a_row,
            brake,
            journal,
            observers,
            queue: &queue,
            reports,
            runs: 0,
            grown: 0,
            troubles: Vec::new(),
            streak: Vec::new(),
            fault: None,
        };
        let end = thread::scope(|scope| {
            let _close = CloseOnDrop(&queue);
            for n in 0..n_threads {
                let (queue, evaluator, span, sender) = (&queue, &evaluator, &span, sender.clone());
                thread::Builder::new()
                    .name(format!("danas-evo-{n}"))
                    .spawn_scoped(scope, move || work(queue, evaluator, patience, span, &sender))
                    .map_err(Fault::Spawn)?;
            }
            drop(sender);
            driver.run()
        });

        let (core, mut observers) = (driver.core, driver.observers);
        let outcome = core.finish(*end.as_ref().unwrap_or(&StopReason::Fault));
        tracing::debug!(evaluations = outcome.records.len(), stop = %outcome.stop, "search ends");
        for observer in &mut observers {
            observer.finished(&outcome);
        }
        match end {
            Ok(_) => Ok(outcome),
            Err(fault) => Err(SearchError { fault, outcome: Box::new(outcome) }),
        }
    }
}

impl<G, V, E: Evaluator<G>> fmt::Debug for Search<G, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search")
            .field("core", &self.core)
            .field("budget", &self.budget)
            .field("workers", &self.workers)
            .field("look_ahead", &self.look_ahead)
            .field("journal", &self.journal.is_some())
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
