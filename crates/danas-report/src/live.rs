//! A report that follows its search.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use danas::{
    evo::{Observer, Outcome, Progress, StopReason},
    write_whole,
};

use crate::{Growth, ReportError, Run, page::State};

/// The name of the page in the folder of its run.
const FILE: &str = "report.html";

/// The least time between two pages.
const PAUSE: Duration = Duration::from_secs(2);

/// How much longer the search has for itself than its report takes.
const SHARE: u32 = 50;

/// Reads the records in a folder and writes `report.html` beside them; returns its path.
///
/// Where the journal does not tell of an end, the page loads itself anew until one does.
///
/// # Errors
/// [`ReportError`] names the record that is damaged or missing, or the page that cannot be written.
pub fn write_report(folder: impl AsRef<Path>) -> Result<PathBuf, ReportError> {
    let folder = folder.as_ref();
    write(folder, &Run::read(folder)?.html()?)
}

fn write(folder: &Path, page: &str) -> Result<PathBuf, ReportError> {
    let path = folder.join(FILE);
    match write_whole(&path, page.as_bytes()) {
        Ok(()) => Ok(path),
        Err(source) => Err(ReportError::Write { path, source }),
    }
}

/// Writes the report of a search again and again while it goes on, and once more when it has ended.
///
/// An observer that comes after whatever writes the records, so for most [`Records::run`](crate::Records::run),
/// which has one. Between two pages of a search that goes on there are at least two seconds, and fifty times
/// what a page takes. A page that cannot be written is told to [`tracing`], once; the search does not
/// end for it.
#[derive(Debug)]
pub struct LiveReport {
    folder: PathBuf,
    /// Whether the front is tested after the search, and its page written by another.
    is_tested: bool,
    growth: Option<Growth>,
    /// When the next page is due; at once in the beginning.
    due: Option<Instant>,
    has_warned: bool,
}

impl LiveReport {
    /// Of the run with its records in a folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { folder, is_tested: false, growth: None, due: None, has_warned: false }
    }

    /// The same, whose last page waits for another that knows the test of the front.
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
            tracing::warn!(error, "the report was not written");
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
        let is_tested = self.is_tested && outcome.stop != StopReason::Interrupted;
        self.write(&if is_tested { State::Testing(&reason) } else { State::Over(Some(&reason)) });
    }
}
