//! A report that is written during its search.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use danas::evo::{Observer, Outcome, Progress, StopReason};

use crate::{
    error::ReportError,
    files::{PAGE, write_whole},
    growth::Growth,
    page::State,
    run::Run,
};

/// Shortest time between two pages.
const PAUSE: Duration = Duration::from_secs(2);

/// Least ratio of the time between two pages to the time that a page takes.
const SHARE: u32 = 50;

/// Reads the records in a folder and writes `report.html` beside them; returns its path.
///
/// If the journal does not record the end of the search, the page reloads itself until it does.
///
/// # Errors
/// [`ReportError`] names the record that is damaged or missing, or the page that cannot be written.
pub fn write_report(folder: impl AsRef<Path>) -> Result<PathBuf, ReportError> {
    let folder = folder.as_ref();
    write(folder, &Run::read(folder)?.html()?)
}

/// Writes the page as [`write_report`] does, of a run that was interrupted after its evaluations.
pub(crate) fn write_interrupted_report(folder: &Path) -> Result<PathBuf, ReportError> {
    let reason = StopReason::Interrupted.to_string();
    write(folder, &Run::read(folder)?.page(&State::Over(Some(&reason)))?)
}

fn write(folder: &Path, page: &str) -> Result<PathBuf, ReportError> {
    let path = folder.join(PAGE);
    write_whole(&path, page.as_bytes())?;
    Ok(path)
}

/// Observer that writes the report of a search repeatedly during the search, and once more when it
/// has ended.
///
/// It must come after the observer that writes the records. [`Records::run`](crate::Records::run)
/// includes it, so most searches do not need to add it. The time between two pages is at least two
/// seconds, and at least fifty times as long as a page takes. If a page cannot be written, one
/// warning is logged through [`tracing`], and the search continues.
#[derive(Debug)]
pub struct LiveReport {
    folder: PathBuf,
    /// Whether the front is tested after the search, and the last page is written elsewhere.
    is_tested: bool,
    growth: Option<Growth>,
    /// Time when the next page is due; `None` for at once.
    due: Option<Instant>,
    has_warned: bool,
}

impl LiveReport {
    /// Creates an observer for the run whose records are in `folder`.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { folder, is_tested: false, growth: None, due: None, has_warned: false }
    }

    /// Creates an observer whose last page says that the front is being tested. That page reloads
    /// itself until another replaces it.
    pub(crate) fn until_tested(folder: impl Into<PathBuf>) -> Self {
        Self { is_tested: true, ..Self::new(folder) }
    }

    fn write(&mut self, state: &State<'_>) {
        let begin = Instant::now();
        if let Err(error) = self.try_write(state)
            && !self.has_warned
        {
            self.has_warned = true;
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "cannot write the report");
        }
        self.due = Some(Instant::now() + PAUSE.max(begin.elapsed() * SHARE));
    }

    fn try_write(&mut self, state: &State<'_>) -> Result<(), ReportError> {
        let run = Run::read_on(&self.folder, self.growth.take())?;
        let page = run.page(state)?;
        self.growth = Some(run.growth);
        write(&self.folder, &page)?;
        Ok(())
    }
}

impl<G, D> Observer<G, D> for LiveReport {
    fn evaluated(&mut self, _: &Progress<'_, G, D>) -> ControlFlow<()> {
        if self.due.is_none_or(|due| due <= Instant::now()) {
            self.write(&State::Running);
        }
        ControlFlow::Continue(())
    }

    fn finished(&mut self, outcome: &Outcome<G, D>) {
        let reason = outcome.stop.to_string();
        let is_untested = matches!(outcome.stop, StopReason::Interrupted | StopReason::Fault);
        let is_tested = self.is_tested && !is_untested;
        self.write(&if is_tested { State::Testing(&reason) } else { State::Over(Some(&reason)) });
    }
}
