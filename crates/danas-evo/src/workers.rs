//! Worker threads, which take jobs in ask order and report results in any order.

use std::any::Any;
use std::collections::VecDeque;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::stop::StopSignal;
use crate::{evaluator::Evaluator, job::Job, reason::Reason, task::Task, verdict::Verdict};

/// The report of a worker on one evaluation.
pub(crate) struct Report<D, E> {
    pub(crate) index: usize,
    pub(crate) result: Result<Verdict<D>, WorkerError<E>>,
    pub(crate) elapsed: Duration,
}

/// An error or panic that prevented a verdict.
#[derive(Debug)]
pub(crate) enum WorkerError<E> {
    Error(E),
    Panic(String),
}

impl<E: Error + 'static> WorkerError<E> {
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Error(error) => Reason::of_error("error", error),
            Self::Panic(text) => Reason::new("panic", format!("panicked: {text}")),
        }
    }
}

/// The report of evaluator `E` on genomes `G`.
pub(crate) type ReportOf<G, E> = Report<<E as Evaluator<G>>::Detail, <E as Evaluator<G>>::Error>;

/// Limits on the attempts at one candidate.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RetryPolicy {
    pub(crate) retries: usize,
    /// Limit for each attempt.
    pub(crate) time_limit: Option<Duration>,
}

/// The queue of the jobs that no worker has begun, first in, first out.
///
/// Jobs begin in ask order. If a candidate has begun, so have all candidates before it.
pub(crate) struct JobQueue<G> {
    jobs: Mutex<Jobs<G>>,
    changed: Condvar,
    stop_signal: StopSignal,
}

struct Jobs<G> {
    waiting: VecDeque<Job<G>>,
    closed: bool,
}

impl<G> JobQueue<G> {
    pub(crate) fn new(stop_signal: StopSignal) -> Self {
        let jobs = Jobs { waiting: VecDeque::new(), closed: false };
        Self { jobs: Mutex::new(jobs), changed: Condvar::new(), stop_signal }
    }

    pub(crate) fn push(&self, job: Job<G>) {
        self.lock().waiting.push_back(job);
        self.changed.notify_one();
    }

    /// Drops the jobs that no worker has begun, and lets the workers leave.
    pub(crate) fn close(&self) {
        let mut jobs = self.lock();
        jobs.waiting.clear();
        jobs.closed = true;
        self.changed.notify_all();
    }

    /// Waits for a job. Returns `None` once the queue is closed or no further evaluation may begin.
    fn pop(&self) -> Option<Job<G>> {
        let idle = |jobs: &mut Jobs<G>| jobs.waiting.is_empty() && !jobs.closed;
        let guard = self.changed.wait_while(self.lock(), idle);
        let mut jobs = guard.unwrap_or_else(PoisonError::into_inner);
        if self.stop_signal.reason().is_some() {
            // The others need not wait for the job that this worker leaves.
            jobs.closed = true;
            self.changed.notify_all();
            return None;
        }
        jobs.waiting.pop_front()
    }

    /// Locks the jobs. They are valid between any two statements, so a poisoned lock can still be
    /// used.
    fn lock(&self) -> MutexGuard<'_, Jobs<G>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes the queue when dropped. Otherwise, a panic on the search's own thread would leave its
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
    retry_policy: RetryPolicy,
    parent: &tracing::Span,
    reports: &Sender<ReportOf<G, E>>,
) {
    while let Some(Job { index, genome, seed, rungs }) = queue.pop() {
        let _span = tracing::debug_span!(parent: parent, "evaluation", index).entered();
        let start = Instant::now();
        let search_ends = queue.stop_signal.deadline;
        let mut task = Task { rungs, search_ends, ..Task::new(index, seed) };
        let result = loop {
            match attempt(evaluator, &genome, &mut task, retry_policy.time_limit) {
                Err(worker_error) if task.attempt <= retry_policy.retries => {
                    tracing::debug!(
                        attempt = task.attempt,
                        reason = %worker_error.reason(),
                        "retried"
                    );
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
) -> Result<Verdict<E::Detail>, WorkerError<E::Error>> {
    task.deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    // A panic may leave the evaluator's own state inconsistent, but the search uses only the
    // verdict.
    let verdict = catch_unwind(AssertUnwindSafe(|| evaluator.evaluate(genome, task)))
        .map_err(|panic| WorkerError::Panic(panic_text(&*panic).to_owned()))?
        .map_err(WorkerError::Error)?;
    match limit.filter(|_| task.is_late()) {
        Some(limit) => {
            let text = format!("took longer than the {limit:?} allowed");
            Ok(Verdict::failed(Reason::new("time_limit", text)))
        }
        None => Ok(verdict),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}
