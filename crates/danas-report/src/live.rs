//! A report that follows its search.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use danas::{
    evo::{Observer, Outcome, Progress},
    write_whole,
};

use crate::{ReportError, Run};

/// The name of the page in the folder of its run.
const FILE: &str = "report.html";

/// The least time between two pages.
const PAUSE: Duration = Duration::from_secs(2);

/// How much longer the search has for itself than its report takes.
const SHARE: u32 = 50;

/// Reads the records in a folder and writes `report.html` beside them; returns its path.
///
/// # Errors
/// [`ReportError`] names the record that is damaged or missing, or the page that cannot be written.
pub fn write_report(folder: impl AsRef<Path>) -> Result<PathBuf, ReportError> {
    let folder = folder.as_ref();
    let page = Run::read(folder)?.html()?;
    let path = folder.join(FILE);
    match write_whole(&path, page.as_bytes()) {
        Ok(()) => Ok(path),
        Err(source) => Err(ReportError::Write { path, source }),
    }
}

/// Writes the report of a search again and again while it goes on.
///
/// An observer that comes after whatever writes `evaluations.csv`. Between two pages there are at least
/// two seconds, and fifty times what a page takes. A page that cannot be written is told to [`tracing`]; the
/// search does not end for it.
///
/// [`Records::run`](crate::Records::run) has one. By itself:
///
/// ```no_run
/// # use danas::{Config, Preset, default_engine};
/// # use danas_report::LiveReport;
/// # let search = Config::preset(Preset::Words).prepare(default_engine())?;
/// let report = search.observer(LiveReport::new("out")).run()?;
/// # Ok::<(), danas::Error>(())
/// ```
#[derive(Debug)]
pub struct LiveReport {
    folder: PathBuf,
    /// When the next page is due; at once in the beginning.
    due: Option<Instant>,
}

impl LiveReport {
    /// Of the run with its records in a folder.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), due: None }
    }

    fn write(&mut self) {
        let begin = Instant::now();
        if let Err(error) = write_report(&self.folder) {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "the report was not written");
        }
        self.due = Some(Instant::now() + PAUSE.max(begin.elapsed() * SHARE));
    }
}

impl<G, D> Observer<G, D> for LiveReport {
    fn evaluated(&mut self, _: &Progress<'_, G, D>) -> ControlFlow<()> {
        if self.due.is_none_or(|due| due <= Instant::now()) {
            self.write();
        }
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _: &Outcome<G, D>) {
        self.write();
    }
}
