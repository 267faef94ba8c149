//! The part of a running search that stays on its own thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::budget::Budget;
use crate::journal::{Finished, Log};
use crate::stop::Brake;
use crate::workers::{JobQueue, Report, ReportOf, Trouble};
use crate::{
    Ask, AskTell, Evaluator, Fault, Genome, Job, JournalError, Observer, Progress, Prospect,
    Record, StopReason, Variation, Verdict,
};

/// Asks, hands out, takes in and commits.
pub(crate) struct Driver<'q, G, V, E: Evaluator<G>> {
    pub(crate) core: AskTell<G, E::Detail, V>,
    pub(crate) evaluator: &'q E,
    pub(crate) budget: Budget,
    pub(crate) look_ahead: usize,
    pub(crate) errors_in_a_row: usize,
    pub(crate) brake: Brake,
    pub(crate) journal: Option<Box<dyn Log<G, E::Detail>>>,
    pub(crate) observers: Vec<Box<dyn Observer<G, E::Detail>>>,
    pub(crate) queue: &'q JobQueue<G>,
    pub(crate) reports: Receiver<ReportOf<G, E>>,
    /// Candidates that the evaluator was to be run for.
    pub(crate) runs: usize,
    /// How many records there were when the hypervolume last grew.
    pub(crate) grown: usize,
    /// What went wrong with candidates that are not committed, with their ask numbers.
    pub(crate) troubles: Vec<(usize, Trouble<E::Error>)>,
    /// The ask numbers of the last candidates, all of them in trouble.
    pub(crate) streak: Vec<usize>,
    /// The fault of the machinery around the evaluator that is the first in ask order.
    pub(crate) fault: Option<(usize, Fault<E::Error>)>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Driver<'_, G, V, E> {
    /// Runs until something ends the search, and notes that in the journal.
    pub(crate) fn run(&mut self) -> Result<StopReason, Fault<E::Error>> {
        let end = self.search();
        // What is finished by now is not lost.
        self.drain();
        let (reason, void) = match &end {
            Ok(reason) => (*reason, Vec::new()),
            // What a broken evaluator said is asked again, once it was mended.
            Err(_) => {
                let uncommitted = self.troubles.iter().map(|(index, _)| *index);
                (StopReason::Fault, uncommitted.chain(self.streak.iter().copied()).collect())
            }
        };
        let noted = self.journal.as_mut().map_or(Ok(()), |journal| journal.stopped(reason, &void));
        let reason = end?;
        noted.map_err(Fault::Journal)?;
        self.fault.take().map_or(Ok(reason), |(_, fault)| Err(fault))
    }

    fn search(&mut self) -> Result<StopReason, Fault<E::Error>> {
        // Candidates are asked for here and after each commit, nowhere else: at moments that do not
        // depend on which evaluation finishes first.
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
                // Workers leave when the time is over, or somebody has had enough.
                Err(_) => return self.brake.reason().ok_or(Fault::WorkersGone),
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

    /// Asks for candidates up to the look-ahead. Returns the reason if there will be no more.
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

    /// Why nothing more may be asked for.
    fn spent(&self) -> Option<StopReason> {
        if let Some(reason) = self.brake.reason() {
            // Workers that wait for a job learn of it.
            self.queue.close();
            return Some(reason);
        }
        if self.core.asked() >= self.budget.evaluations {
            return Some(StopReason::Budget);
        }
        self.budget.runs.filter(|&runs| self.runs >= runs).map(|_| StopReason::Runs)
    }

    /// Takes the result of a job from the journal, or hands the job out.
    fn begin(&mut self, job: Job<G>) -> Result<(), Fault<E::Error>> {
        self.runs += 1;
        let recalled = self.journal.as_mut().map_or(Ok(None), |journal| journal.recall(&job));
        match recalled.map_err(Fault::Journal)? {
            Some((verdict, elapsed)) => {
                self.core.tell(job.index, verdict, elapsed).map_err(Fault::Verdict)
            }
            None => {
                self.queue.push(job);
                Ok(())
            }
        }
    }

    /// Shows a record to every observer. Returns why the search is to end, if it is.
    fn committed(
        &mut self,
        record: &Arc<Record<G, E::Detail>>,
    ) -> Result<Option<StopReason>, Fault<E::Error>> {
        let stopped = self.observe(record);
        let trouble = self.troubles.iter().position(|(index, _)| *index == record.index);
        let trouble = trouble.map(|position| self.troubles.swap_remove(position).1);
        match trouble {
            Some(trouble) => {
                self.streak.push(record.index);
                if self.streak.len() >= self.errors_in_a_row {
                    let index = record.index;
                    return Err(match trouble {
                        Trouble::Error(source) => Fault::Evaluator { index, source },
                        Trouble::Panic(text) => Fault::Panic { index, text },
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

    /// Returns whether an observer wants the search to end.
    fn observe(&mut self, record: &Arc<Record<G, E::Detail>>) -> bool {
        let front = self.core.front();
        let on_front = front.iter().next_back().is_some_and(|newest| newest.index == record.index);
        let evaluations = self.core.records().len();
        if on_front && !front.newest_is_a_twin() {
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

    /// Takes a report in; a fault is kept if it is the first in ask order.
    fn accept(&mut self, report: ReportOf<G, E>) {
        let Report { index, result, elapsed } = report;
        let verdict = result.unwrap_or_else(|trouble| {
            let reason = trouble.reason();
            self.troubles.push((index, trouble));
            Verdict::Failed { reason }
        });
        let noted = self.note(index, &verdict, elapsed).map_err(Fault::Journal);
        let told = self.core.tell(index, verdict, elapsed).map_err(Fault::Verdict);
        if let Err(fault) = told.and(noted)
            && self.fault.as_ref().is_none_or(|(first, _)| index < *first)
        {
            tracing::debug!(index, %fault, "fault");
            self.fault = Some((index, fault));
        }
    }

    /// Writes a result to the journal.
    fn note(
        &mut self,
        index: usize,
        verdict: &Verdict<E::Detail>,
        elapsed: Duration,
    ) -> Result<(), JournalError> {
        let (Some(journal), Some((genome, seed))) = (&mut self.journal, self.core.candidate(index))
        else {
            return Ok(());
        };
        let _span = tracing::debug_span!("journal", index).entered();
        journal.finished(Finished { index, seed, genome, verdict, elapsed })
    }

    /// Starts no more evaluations and waits for those in progress.
    fn drain(&mut self) {
        self.queue.close();
        while let Ok(report) = self.reports.recv() {
            self.accept(report);
        }
    }
}

/// What is known of a genome; nothing if finding out panics, as its evaluation will, too.
fn prospect<G, E: Evaluator<G>>(evaluator: &E, genome: &G) -> Prospect {
    catch_unwind(AssertUnwindSafe(|| evaluator.prospect(genome))).unwrap_or_default()
}
