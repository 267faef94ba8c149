//! The part of a running search that stays on the caller's thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::budget::Budget;
use crate::journal::Log;
use crate::stop::StopSignal;
use crate::workers::{JobQueue, Report, ReportOf, WorkerError};
use crate::{
    ask_tell::AskTell,
    evaluator::Evaluator,
    fault::Fault,
    job::{Ask, Job},
    observer::{Observer, Progress},
    outcome::StopReason,
    prospect::Prospect,
    record::Record,
    variation::{Genome, Variation},
    verdict::Verdict,
};

/// The main loop of a search: asks for candidates, hands out jobs, accepts results and commits
/// them.
pub(crate) struct Driver<'q, G, V, E: Evaluator<G>> {
    pub(crate) core: AskTell<G, E::Detail, V>,
    pub(crate) evaluator: &'q E,
    pub(crate) budget: Budget,
    pub(crate) look_ahead: usize,
    pub(crate) errors_in_a_row: usize,
    pub(crate) stop_signal: StopSignal,
    pub(crate) journal: Option<Box<dyn Log<G, E>>>,
    pub(crate) observers: Vec<Box<dyn Observer<G, E::Detail>>>,
    pub(crate) queue: &'q JobQueue<G>,
    pub(crate) reports: Receiver<ReportOf<G, E>>,
    /// Whether earlier runs left results, and all candidates so far were among them.
    pub(crate) is_recalling: bool,
    /// Number of candidates that need the evaluator, including those whose results the journal has.
    pub(crate) trained: usize,
    /// Number of records when the hypervolume last grew.
    pub(crate) grown: usize,
    /// Errors and panics of candidates that are not yet committed, with their ask numbers.
    pub(crate) worker_errors: Vec<(usize, WorkerError<E::Error>)>,
    /// Candidates that ended in an error or a panic since the last one with scores.
    pub(crate) streak: Vec<Failed>,
    /// Fault outside the evaluator, with its ask number. If there are several, the first in ask
    /// order.
    pub(crate) fault: Option<(usize, Fault<E::Error>)>,
}

/// A committed candidate that ended in an error or a panic.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed {
    index: usize,
    /// Number of candidates that had been asked for when it was committed.
    asked: usize,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Driver<'_, G, V, E> {
    /// Runs until something ends the search, then records the end in the journal.
    pub(crate) fn run(&mut self) -> Result<StopReason, Fault<E::Error>> {
        let end = self.search();
        // Results that are finished by now are kept.
        self.drain();
        let (reason, void) = match &end {
            Ok(reason) => (*reason, Vec::new()),
            Err(_) => (StopReason::Fault, self.void()),
        };
        let noted = self.journal.as_mut().map_or(Ok(()), |journal| journal.stopped(reason, &void));
        let reason = end?;
        noted?;
        self.fault.take().map_or(Ok(reason), |(_, fault)| Err(fault))
    }

    /// Returns the ask numbers of the results that do not count after a fault, so that a resumed
    /// search evaluates these candidates again: what a broken evaluator failed on, and what was asked
    /// for after the strategy had seen the first of these failures.
    fn void(&self) -> Vec<usize> {
        let failed = self.streak.iter().map(|failed| failed.index);
        let uncommitted = self.worker_errors.iter().map(|(index, _)| *index);
        let misled = self.streak.first().map_or(0..0, |first| first.asked..self.core.asked());
        failed
            .chain(uncommitted.filter(|index| !misled.contains(index)))
            .chain(misled.clone())
            .collect()
    }

    fn search(&mut self) -> Result<StopReason, Fault<E::Error>> {
        // Candidates are asked for only here and after each commit. These moments do not depend on
        // which evaluation finishes first.
        let mut over = self.refill()?;
        while self.core.outstanding() > 0 {
            if let Some(record) = self.core.commit() {
                if let Some(reason) = self.committed(&record)? {
                    return Ok(reason);
                }
                over = match over {
                    None => self.refill()?,
                    Some(_) => over,
                };
                continue;
            }
            match self.reports.recv() {
                Ok(report) => self.accept(report),
                // Workers leave when the time is up or the stop handle was used.
                Err(_) => return self.stop_signal.reason().ok_or(Fault::WorkersGone),
            }
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

    /// Asks for candidates up to the look-ahead. Returns the reason if no more can be asked for.
    fn refill(&mut self) -> Result<Option<StopReason>, Fault<E::Error>> {
        loop {
            if let Some(reason) = self.spent() {
                return Ok(Some(reason));
            }
            if self.core.outstanding() >= self.look_ahead {
                return Ok(None);
            }
            let evaluator = self.evaluator;
            let span = tracing::debug_span!("ask").entered();
            let answer = self.core.ask_with(|genome| prospect(evaluator, genome));
            drop(span);
            match answer {
                Ask::Evaluate(job) => self.begin(job)?,
                Ask::Repeat { .. } | Ask::Settled { .. } => {}
                Ask::Wait => return Ok(None),
                Ask::Over(reason) => return Ok(Some(reason)),
            }
        }
    }

    /// Returns the reason why no more candidates may be asked for, if there is one.
    fn spent(&self) -> Option<StopReason> {
        if let Some(reason) = self.stop_signal.reason() {
            // Time ends evaluations. It does not end the recall of results that are known already.
            let has_results = self.journal.as_ref().is_some_and(|journal| journal.has_results());
            if reason != StopReason::TimeLimit || !(self.is_recalling || has_results) {
                // Wakes the workers that wait for a job, so that they can leave.
                self.queue.close();
                return Some(reason);
            }
        }
        if self.core.asked() >= self.budget.evaluations {
            return Some(StopReason::Budget);
        }
        self.budget.max_trained.filter(|&most| self.trained >= most).map(|_| StopReason::MaxTrained)
    }

    /// Takes the result of a job from the journal, or else hands the job out.
    fn begin(&mut self, job: Job<G>) -> Result<(), Fault<E::Error>> {
        self.trained += 1;
        let recalled = self.journal.as_mut().map_or(Ok(None), |journal| journal.recall(&job));
        match recalled? {
            Some((verdict, elapsed)) => {
                self.core.tell(job.index, verdict, elapsed).map_err(Fault::Verdict)
            }
            None => {
                self.is_recalling = false;
                match self.stop_signal.reason() {
                    // Nothing is evaluated any more, so the workers can leave.
                    Some(_) => self.queue.close(),
                    None => self.queue.push(job),
                }
                Ok(())
            }
        }
    }

    /// Shows a committed record to the observers. Returns the reason if the search has to end now.
    fn committed(
        &mut self,
        record: &Arc<Record<G, E::Detail>>,
    ) -> Result<Option<StopReason>, Fault<E::Error>> {
        let stopped = self.observe(record);
        let worker_error = self.worker_errors.iter().position(|(index, _)| *index == record.index);
        let worker_error = worker_error.map(|position| self.worker_errors.swap_remove(position).1);
        match worker_error {
            Some(worker_error) => {
                self.streak.push(Failed { index: record.index, asked: self.core.asked() });
                if self.streak.len() >= self.errors_in_a_row {
                    let index = record.index;
                    return Err(match worker_error {
                        WorkerError::Error(source) => Fault::Evaluator { index, source },
                        WorkerError::Panic(text) => Fault::Panic { index, text },
                    });
                }
            }
            None if record.scores().is_some() => self.streak.clear(),
            None => {}
        }
        if stopped {
            return Ok(Some(StopReason::Observer));
        }
        let quiet = self.core.records().len() - self.grown;
        let stalled = self.budget.stalled.is_some_and(|allowed| quiet >= allowed);
        Ok(stalled.then_some(StopReason::Stalled))
    }

    /// Shows a record to every observer. Returns whether one of them wants the search to end.
    fn observe(&mut self, record: &Arc<Record<G, E::Detail>>) -> bool {
        let front = self.core.front();
        let on_front = front.iter().next_back().is_some_and(|newest| newest.index == record.index);
        let evaluations = self.core.records().len();
        let is_within = record.scores().is_some_and(|scores| scores.penalty() == 0.0);
        if on_front && is_within && !front.newest_is_a_twin() {
            self.grown = evaluations;
        }
        let budget = self.budget.evaluations;
        let progress = Progress { record, on_front, front, evaluations, budget };
        let mut stop = false;
        for observer in &mut self.observers {
            stop |= observer.evaluated(&progress).is_break();
        }
        stop
    }

    /// Accepts a report. If it causes a fault, keeps the fault that is first in ask order.
    fn accept(&mut self, report: ReportOf<G, E>) {
        let Report { index, result, elapsed } = report;
        let verdict = result.unwrap_or_else(|worker_error| {
            let reason = worker_error.reason();
            self.worker_errors.push((index, worker_error));
            Verdict::Failed { reason }
        });
        let accepted = self.core.check(index, &verdict).map_err(Fault::Verdict);
        let accepted = accepted.and_then(|()| self.note(index, &verdict, elapsed));
        // A result that cannot be written to the journal is still told, so that it is not lost.
        let told = self.core.tell(index, verdict, elapsed).map_err(Fault::Verdict);
        if let Err(fault) = accepted.and(told)
            && self.fault.as_ref().is_none_or(|(first, _)| index < *first)
        {
            tracing::debug!(index, %fault, "fault");
            self.fault = Some((index, fault));
        }
    }

    /// Writes a result to the journal, if the search has one.
    fn note(
        &mut self,
        index: usize,
        verdict: &Verdict<E::Detail>,
        elapsed: Duration,
    ) -> Result<(), Fault<E::Error>> {
        let (Some(journal), Some((genome, seed))) = (&mut self.journal, self.core.candidate(index))
        else {
            return Ok(());
        };
        let _span = tracing::debug_span!("journal", index).entered();
        journal.finished(index, seed, genome, verdict, elapsed)
    }

    /// Starts no more evaluations, and waits for those in progress.
    fn drain(&mut self) {
        self.queue.close();
        while let Ok(report) = self.reports.recv() {
            self.accept(report);
        }
    }
}

/// Returns what is known about a genome. A panic counts as knowing nothing, since the evaluation
/// will panic as well.
fn prospect<G, E: Evaluator<G>>(evaluator: &E, genome: &G) -> Prospect {
    catch_unwind(AssertUnwindSafe(|| evaluator.prospect(genome))).unwrap_or_default()
}
