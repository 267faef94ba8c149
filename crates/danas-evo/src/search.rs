//! A search over worker threads.

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use crate::workers::{CloseOnDrop, JobQueue, ReportOf, work};
use crate::{
    Ask, AskTell, Evaluator, Fault, Genome, Observer, Outcome, Progress, Record, SearchBuilder,
    SearchError, StopReason, Variation,
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
    pub(crate) evaluations: usize,
    pub(crate) workers: usize,
    pub(crate) look_ahead: usize,
    pub(crate) observers: Vec<Box<dyn Observer<G, E::Detail>>>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Search<G, V, E> {
    /// The settings of a search over the space of `variation`, judged by `evaluator`.
    pub fn builder(variation: V, evaluator: E) -> SearchBuilder<G, V, E> {
        SearchBuilder::new(variation, evaluator)
    }

    /// Runs the search to its end.
    ///
    /// When it is ended early, evaluations in progress are waited for, and their results are in
    /// [`Outcome::uncommitted`] unless they could be committed.
    ///
    /// # Errors
    /// [`SearchError`] if the machinery broke; it holds everything found until then. If several
    /// evaluations fail at once, the error of the first in ask order is returned, after all before
    /// it are committed.
    pub fn run(self) -> SearchResult<G, E> {
        let Self { core, evaluator, evaluations, workers, look_ahead, observers } = self;
        let n_threads = workers.min(look_ahead).min(evaluations);
        tracing::debug!(evaluations, look_ahead, threads = n_threads, "search begins");

        let queue = JobQueue::new();
        let (sender, reports) = mpsc::channel();
        let span = tracing::Span::current();
        let mut driver: Driver<'_, G, V, E> = Driver {
            core,
            evaluations,
            look_ahead,
            observers,
            queue: &queue,
            reports,
            fault: None,
        };
        let end = thread::scope(|scope| {
            let _close = CloseOnDrop(&queue);
            for n in 0..n_threads {
                let (queue, evaluator, span, sender) = (&queue, &evaluator, &span, sender.clone());
                thread::Builder::new()
                    .name(format!("danas-evo-{n}"))
                    .spawn_scoped(scope, move || work(queue, evaluator, span, &sender))
                    .map_err(Fault::Spawn)?;
            }
            drop(sender);
            driver.run()
        });

        let Driver { core, mut observers, .. } = driver;
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
            .field("evaluations", &self.evaluations)
            .field("workers", &self.workers)
            .field("look_ahead", &self.look_ahead)
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}

/// The part of a running search that stays on its own thread.
struct Driver<'q, G, V, E: Evaluator<G>> {
    core: AskTell<G, E::Detail, V>,
    evaluations: usize,
    look_ahead: usize,
    observers: Vec<Box<dyn Observer<G, E::Detail>>>,
    queue: &'q JobQueue<G>,
    reports: Receiver<ReportOf<G, E>>,
    /// The first fault in ask order, with its ask number.
    fault: Option<(usize, Fault<E::Error>)>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Driver<'_, G, V, E> {
    fn run(&mut self) -> Result<StopReason, Fault<E::Error>> {
        // Candidates are asked for here and after each commit, nowhere else: at moments that do not
        // depend on which evaluation finishes first.
        let mut over = self.refill();
        while self.core.outstanding() > 0 {
            if let Some(record) = self.core.commit() {
                if self.observe(&record) {
                    self.drain();
                    return Ok(StopReason::Observer);
                }
                over = over.or_else(|| self.refill());
                continue;
            }
            let Ok(report) = self.reports.recv() else { return Err(Fault::WorkersGone) };
            self.accept(report);
            if self.fault.is_some() {
                self.drain();
                while let Some(record) = self.core.commit() {
                    self.observe(&record);
                }
            }
            if let Some((_, fault)) = self.fault.take() {
                return Err(fault);
            }
        }
        Ok(over.unwrap_or(StopReason::StrategyDone))
    }

    /// Asks for candidates up to the look-ahead. Returns the reason if there will be no more.
    fn refill(&mut self) -> Option<StopReason> {
        loop {
            if self.core.asked() >= self.evaluations {
                return Some(StopReason::Budget);
            }
            if self.core.outstanding() >= self.look_ahead {
                return None;
            }
            match self.core.ask() {
                Ask::Evaluate(job) => self.queue.push(job),
                Ask::Repeat { .. } => {}
                Ask::Wait => return None,
                Ask::Over(reason) => return Some(reason),
            }
        }
    }

    /// Shows a record to every observer. Returns whether one wants the search to end.
    fn observe(&mut self, record: &Arc<Record<G, E::Detail>>) -> bool {
        let front = self.core.front();
        let progress = Progress {
            record,
            on_front: front.iter().next_back().is_some_and(|newest| newest.index == record.index),
            front,
            evaluations: self.core.records().len(),
            budget: self.evaluations,
        };
        let mut stop = false;
        for observer in &mut self.observers {
            stop |= observer.evaluated(&progress).is_break();
        }
        stop
    }

    /// Takes a report in; a fault is kept if it is the first in ask order.
    fn accept(&mut self, report: ReportOf<G, E>) {
        let index = report.index;
        let fault = match report.result {
            Ok(verdict) => self.core.tell(index, verdict, report.elapsed).err().map(Fault::Verdict),
            Err(source) => Some(Fault::Evaluator { index, source }),
        };
        if let Some(fault) = fault
            && self.fault.as_ref().is_none_or(|(first, _)| index < *first)
        {
            tracing::debug!(index, %fault, "fault");
            self.fault = Some((index, fault));
        }
    }

    /// Starts no more evaluations and waits for those in progress.
    fn drain(&mut self) {
        self.queue.close();
        while let Ok(report) = self.reports.recv() {
            self.accept(report);
        }
    }
}
