//! Worker threads: jobs in ask order go out, reports in any order come back.

use std::any::Any;
use std::collections::VecDeque;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::stop::Brake;
use crate::{Evaluator, Job, Task, Verdict, with_causes};

/// What a worker sends back.
pub(crate) struct Report<D, E> {
    pub(crate) index: usize,
    pub(crate) result: Result<Verdict<D>, Trouble<E>>,
    pub(crate) elapsed: Duration,
}

/// What kept an evaluator from giving a verdict.
#[derive(Debug)]
pub(crate) enum Trouble<E> {
    Error(E),
    Panic(String),
}

impl<E: Error + 'static> Trouble<E> {
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Error(error) => with_causes(error),
            Self::Panic(text) => format!("panicked: {text}"),
        }
    }
}

/// A report of evaluator `E` on genomes `G`.
pub(crate) type ReportOf<G, E> = Report<<E as Evaluator<G>>::Detail, <E as Evaluator<G>>::Error>;

/// How much a worker bears with a candidate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Patience {
    pub(crate) retries: usize,
    /// For each attempt.
    pub(crate) time_limit: Option<Duration>,
}

/// The jobs that no worker has begun, first in, first out.
///
/// Since jobs begin in ask order, every candidate before one that was begun was begun as well.
pub(crate) struct JobQueue<G> {
    jobs: Mutex<Jobs<G>>,
    changed: Condvar,
    brake: Brake,
}

struct Jobs<G> {
    waiting: VecDeque<Job<G>>,
    closed: bool,
}

impl<G> JobQueue<G> {
    pub(crate) fn new(brake: Brake) -> Self {
        let jobs = Jobs { waiting: VecDeque::new(), closed: false };
        Self { jobs: Mutex::new(jobs), changed: Condvar::new(), brake }
    }

    pub(crate) fn push(&self, job: Job<G>) {
        self.lock().waiting.push_back(job);
        self.changed.notify_one();
    }

    /// Drops the jobs that no worker has begun and sends the workers home.
    pub(crate) fn close(&self) {
        let mut jobs = self.lock();
        jobs.waiting.clear();
        jobs.closed = true;
        self.changed.notify_all();
    }

    /// Waits for a job; `None` once the queue is closed, or no other evaluation may begin.
    fn pop(&self) -> Option<Job<G>> {
        let idle = |jobs: &mut Jobs<G>| jobs.waiting.is_empty() && !jobs.closed;
        let guard = self.changed.wait_while(self.lock(), idle);
        let mut jobs = guard.unwrap_or_else(PoisonError::into_inner);
        if self.brake.reason().is_some() { None } else { jobs.waiting.pop_front() }
    }

    /// The jobs are consistent between any two statements, so a poisoned lock is as good as
    /// another.
    fn lock(&self) -> MutexGuard<'_, Jobs<G>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the queue when dropped, so that a panic on the search's own thread does not leave its
/// workers waiting for ever.
pub(crate) struct CloseOnDrop<'q, G>(pub(crate) &'q JobQueue<G>);

impl<G> Drop for CloseOnDrop<'_, G> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Evaluates jobs until the queue is closed.
pub(crate) fn work<G, E: Evaluator<G>>(
    queue: &JobQueue<G>,
    evaluator: &E,
    patience: Patience,
    parent: &tracing::Span,
    reports: &Sender<ReportOf<G, E>>,
) {
    while let Some(Job { index, genome, seed, rungs }) = queue.pop() {
        let _span = tracing::debug_span!(parent: parent, "evaluation", index).entered();
        let start = Instant::now();
        let search_ends = queue.brake.deadline;
        let mut task = Task { rungs, search_ends, ..Task::new(index, seed) };
        let result = loop {
            match attempt(evaluator, &genome, &mut task, patience.time_limit) {
                Err(trouble) if task.attempt <= patience.retries => {
                    tracing::debug!(attempt = task.attempt, reason = trouble.reason(), "retried");
                    task.attempt += 1;
                }
                result => break result,
            }
        };
        if reports.send(Report { index, result, elapsed: start.elapsed() }).is_err() {
            return;
        }
    }
}

fn attempt<G, E: Evaluator<G>>(
    evaluator: &E,
    genome: &G,
    task: &mut Task,
    limit: Option<Duration>,
) -> Result<Verdict<E::Detail>, Trouble<E::Error>> {
    task.deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    // What a panicking evaluator leaves behind is its own: the search only sees the verdict.
    let verdict = catch_unwind(AssertUnwindSafe(|| evaluator.evaluate(genome, task)))
        .map_err(|panic| Trouble::Panic(panic_text(&*panic).to_owned()))?
        .map_err(Trouble::Error)?;
    match limit.filter(|_| task.is_late()) {
        Some(limit) => Ok(Verdict::failed(format!("took longer than the {limit:?} allowed"))),
        None => Ok(verdict),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
