//! A search over worker threads.

use std::fmt;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use crate::budget::Budget;
use crate::driver::Driver;
use crate::journal::Log;
use crate::stop::StopSignal;
use crate::workers::{CloseOnDrop, JobQueue, RetryPolicy, work};
use crate::{
    ask_tell::AskTell,
    evaluator::Evaluator,
    fault::{Fault, SearchError},
    observer::Observer,
    outcome::{Outcome, StopReason},
    stop::StopHandle,
    variation::{Genome, Variation},
};

/// The result of [`Search::run`] for genomes `G` and evaluator `E`.
pub type SearchResult<G, E> = Result<
    Outcome<G, <E as Evaluator<G>>::Detail>,
    SearchError<G, <E as Evaluator<G>>::Detail, <E as Evaluator<G>>::Error>,
>;

/// A search that is ready to run, with its operators, strategy, evaluator, budget and observers.
///
/// The search asks for as many candidates as the look-ahead allows, and workers evaluate them in
/// any order. Results are committed in ask order, and after each commit the next candidates are
/// asked for. The same seed and look-ahead therefore give the same records for any number of
/// workers, except for the times.
pub struct Search<G, V, E: Evaluator<G>> {
    pub(crate) core: AskTell<G, E::Detail, V>,
    pub(crate) evaluator: E,
    pub(crate) budget: Budget,
    pub(crate) workers: usize,
    pub(crate) look_ahead: usize,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) errors_in_a_row: usize,
    pub(crate) handle: StopHandle,
    pub(crate) journal: Option<Box<dyn Log<G, E>>>,
    pub(crate) observers: Vec<Box<dyn Observer<G, E::Detail>>>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Search<G, V, E> {
    /// Runs the search to its end.
    ///
    /// If the search ends early, it waits for the evaluations in progress. Results that could no
    /// longer be committed are in [`Outcome::uncommitted`].
    ///
    /// # Errors
    /// [`SearchError`] if the machinery broke. It holds everything that was found before.
    pub fn run(self) -> SearchResult<G, E> {
        let Self { core, evaluator, budget, workers, look_ahead, retry_policy, .. } = self;
        let Self { errors_in_a_row, handle, journal, mut observers, .. } = self;
        let n_threads = workers.min(look_ahead).min(budget.evaluations);
        tracing::debug!(
            settings = ?core.settings(),
            given = core.given().count(),
            ?budget,
            look_ahead,
            threads = n_threads,
            "search begins"
        );

        let spent = journal.as_ref().map(|journal| journal.spent()).unwrap_or_default();
        let left = budget.max_time.map(|time| time.saturating_sub(spent));
        let deadline = left.and_then(|left| Instant::now().checked_add(left));
        let stop_signal = StopSignal { handle, deadline };
        for observer in &mut observers {
            observer.begun();
        }
        let queue = JobQueue::new(stop_signal.clone());
        let (sender, reports) = mpsc::channel();
        let span = tracing::Span::current();
        let mut driver = Driver {
            core,
            evaluator: &evaluator,
            is_recalling: journal.as_ref().is_some_and(|journal| journal.has_results()),
            budget,
            look_ahead,
            errors_in_a_row,
            stop_signal,
            journal,
            observers,
            queue: &queue,
            reports,
            trained: 0,
            grown: 0,
            worker_errors: Vec::new(),
            streak: Vec::new(),
            fault: None,
        };
        let end = thread::scope(|scope| {
            let _close = CloseOnDrop(&queue);
            for n in 0..n_threads {
                let (queue, evaluator, span, sender) = (&queue, &evaluator, &span, sender.clone());
                thread::Builder::new()
                    .name(format!("danas-evo-{n}"))
                    .spawn_scoped(scope, move || {
                        work(queue, evaluator, retry_policy, span, &sender);
                    })
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
