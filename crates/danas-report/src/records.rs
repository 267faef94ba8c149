//! The folder in which a search keeps its records.

use std::{
    cell::RefCell,
    fs::{self, File},
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    rc::Rc,
};

use danas::{
    Assessment, ConfigFor, DataAwareSearch, DataSettings, DataSource, EvaluationTable, FrontMember,
    GranularityOf, Modality, Report, RunError,
    evo::{Observer, Outcome, Progress, Record, StopHandle},
    space::{Candidate, Granularity},
    write_front, write_recommended, write_split,
};

use crate::{
    error::ReportError,
    files::{BASELINES, EVALUATIONS, FRONT, JOURNAL, PAGE, RECOMMENDED, write_whole},
    live::{LiveReport, write_interrupted_report, write_report},
    members::member,
};

/// Folder with the records of one search. A search writes them, and [`Run`](crate::Run) reads them.
///
/// ```no_run
/// use danas::{Config, Preset, default_engine};
/// use danas_report::Records;
///
/// let mut config = Config::preset(Preset::Words);
/// config.data.folder = Some("recordings".into());
/// let search = config.prepare(default_engine())?;
/// let report = Records::create("out")?.run(&config, search)?; // or resumes it
/// println!("{} members; look at out/report.html", report.front.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// Creates the folder if it does not exist.
    ///
    /// # Errors
    /// [`ReportError::Write`] if the folder cannot be created.
    pub fn create(folder: impl Into<PathBuf>) -> Result<Self, ReportError> {
        let folder = folder.into();
        match fs::create_dir_all(&folder) {
            Ok(()) => Ok(Self { folder }),
            Err(source) => Err(ReportError::Write { path: folder, source }),
        }
    }

    /// Runs a search that `config` has prepared, or resumes the search whose journal is in this
    /// folder.
    ///
    /// During the search, this writes the journal, the resolved `config`, the split (by
    /// [`write_split`], with paths relative to `config.data.folder`), the table of evaluations,
    /// each row as soon as it is known, and the page. At the end, it writes the models of the
    /// front, the tables of the front and the baselines, the recommendation, and the page again. An
    /// interrupted search leaves existing models as they are. If the search fails, the table of the
    /// front shows what it had found.
    ///
    /// Nothing is changed if the journal belongs to another search or is in use. If something cannot
    /// be written, the search is stopped by its [handle](DataAwareSearch::handle). If the page cannot
    /// be written, a warning is logged through [`tracing`], and the run does not fail.
    ///
    /// # Errors
    /// [`ReportError::Search`] if the search fails, and other errors if something cannot be
    /// written. A full disk stops the search, and nothing more is trained. Everything that was
    /// evaluated before is in the journal.
    pub fn run<M: Modality, S: DataSource<Granularity = GranularityOf<M>>>(
        &self,
        config: &ConfigFor<M>,
        search: DataAwareSearch<M::Space, S>,
    ) -> Result<Report<GranularityOf<M>>, ReportError> {
        self.run_with(config, search.journal(self.path(JOURNAL)), false)
    }

    /// Runs a search as [`run`](Self::run) does, but discards the records of an earlier search: its
    /// journal, tables, page and models. They are discarded only once everything else has been
    /// checked, and not if the earlier search is still running.
    ///
    /// # Errors
    /// The errors of [`run`](Self::run).
    pub fn run_anew<M: Modality, S: DataSource<Granularity = GranularityOf<M>>>(
        &self,
        config: &ConfigFor<M>,
        search: DataAwareSearch<M::Space, S>,
    ) -> Result<Report<GranularityOf<M>>, ReportError> {
        self.run_with(config, search.new_journal(self.path(JOURNAL)), true)
    }

    fn run_with<M: Modality, S: DataSource<Granularity = GranularityOf<M>>>(
        &self,
        config: &ConfigFor<M>,
        search: DataAwareSearch<M::Space, S>,
        is_new: bool,
    ) -> Result<Report<GranularityOf<M>>, ReportError> {
        self.check_place(config.data.folder().filter(|_| !config.data.is_listed()))?;
        let text = config.to_toml().map_err(io::Error::other);
        let text = text.map_err(unwritable(&self.path("config.toml")))?;
        let split = self.split(config, &search)?;
        let state: Rc<RefCell<WriterState>> = Rc::default();
        let settings = [("config.toml", text.into_bytes()), ("split.csv", split)];
        let (records, handle) = (self.clone(), search.handle());
        let writer = Writer { records, is_new, settings, handle, state: Rc::clone(&state) };
        let live = LiveReport::until_tested(&self.folder);
        let report = search.observer(writer).observer(live).run();
        let WriterState { table, failure } = state.take();
        let is_interrupted = report.as_ref().is_ok_and(|report| report.is_interrupted);
        let report = match (failure, report) {
            (Some(error), _) => Err(error),
            (None, Ok(report)) => self.keep_front(&report).map(|()| report),
            (None, Err(RunError { error, outcome })) => {
                if table.is_some()
                    && let Some(outcome) = outcome
                {
                    warn(self.keep_untested(&outcome));
                }
                Err(error.into())
            }
        };
        if table.is_some() {
            warn(match is_interrupted {
                true => write_interrupted_report(&self.folder),
                false => write_report(&self.folder),
            });
        }
        report
    }

    /// Refuses a folder inside that of the dataset, where it would be taken for a class, and removes it
    /// if it is empty.
    fn check_place(&self, dataset: Option<&Path>) -> Result<(), ReportError> {
        let Some(dataset) = dataset else { return Ok(()) };
        let places = (fs::canonicalize(&self.folder), fs::canonicalize(dataset));
        if let (Ok(folder), Ok(whole)) = places
            && folder.starts_with(whole)
        {
            let _ = fs::remove_dir(&self.folder);
            let (folder, dataset) = (self.folder.clone(), dataset.to_owned());
            return Err(ReportError::InsideDataset { folder, dataset });
        }
        Ok(())
    }

    /// Removes the records of an earlier search, except for the journal and the settings, which the
    /// next search replaces.
    fn discard(&self) -> Result<(), ReportError> {
        for name in [EVALUATIONS, FRONT, BASELINES, RECOMMENDED, PAGE] {
            let path = self.path(name);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ReportError::Write { path, source });
                }
                _ => {}
            }
        }
        remove_members(&self.path("front"))
    }

    /// Writes the split of a search without running it, and returns the path of the file.
    ///
    /// # Errors
    /// [`ReportError::Search`] if the data cannot be split, [`ReportError::Write`] if the file
    /// cannot be written.
    pub fn write_split<M: Modality, S: DataSource<Granularity = GranularityOf<M>>>(
        &self,
        config: &ConfigFor<M>,
        search: &DataAwareSearch<M::Space, S>,
    ) -> Result<PathBuf, ReportError> {
        let path = self.path("split.csv");
        write_whole(&path, &self.split(config, search)?)?;
        Ok(path)
    }

    fn split<M: Modality, S: DataSource<Granularity = GranularityOf<M>>>(
        &self,
        config: &ConfigFor<M>,
        search: &DataAwareSearch<M::Space, S>,
    ) -> Result<Vec<u8>, ReportError> {
        let (parts, mut table) = (search.parts()?, Vec::new());
        write_split(&mut table, search.source(), &parts, config.data.folder())
            .map_err(unwritable(&self.path("split.csv")))?;
        Ok(table)
    }

    fn keep_front<G: Granularity>(&self, report: &Report<G>) -> Result<(), ReportError> {
        // Exporting would create a folder that vanished, without the records that belong to it.
        let journal = self.path(JOURNAL);
        fs::metadata(&journal).map_err(unwritable(&journal))?;
        if report.is_interrupted {
            return self.keep_untested(&report.outcome);
        }
        let folder = self.path("front");
        remove_members(&folder)?;
        report.export(&folder)?;
        let baselines: Vec<FrontMember<G>> =
            report.baselines.iter().map(|(_, member)| member.clone()).collect();
        self.keep(BASELINES, |table| write_front(table, &baselines))?;
        self.keep(RECOMMENDED, |text| write_recommended(text, report))?;
        self.keep(FRONT, |table| write_front(table, &report.front))
    }

    /// Writes the table of a front that was not tested, unless an earlier run of the same search has
    /// left the tables of one that was.
    fn keep_untested<G: Granularity>(
        &self,
        outcome: &Outcome<Candidate<G>, Assessment>,
    ) -> Result<(), ReportError> {
        if self.path(RECOMMENDED).exists() {
            return Ok(());
        }
        let front: Vec<_> = outcome.front.iter().map(FrontMember::untested).collect();
        self.keep(FRONT, |table| write_front(table, &front))
    }

    /// Writes the output of `write` to a file of this name, completely or not at all.
    fn keep(
        &self,
        name: &str,
        write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<(), ReportError> {
        let (path, mut bytes) = (self.path(name), Vec::new());
        let written = write(&mut bytes);
        written.map_err(unwritable(&path))?;
        write_whole(&path, &bytes)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Observer that writes the settings and the table. If it discards the records of an earlier search,
/// it begins at once. Otherwise, it begins with the first evaluation: only then is it certain that
/// the journal belongs to this search.
struct Writer {
    records: Records,
    /// Whether the records of an earlier search are discarded.
    is_new: bool,
    settings: [(&'static str, Vec<u8>); 2],
    /// Handle that stops the search if something cannot be written.
    handle: StopHandle,
    state: Rc<RefCell<WriterState>>,
}

#[derive(Default)]
struct WriterState {
    /// The table of evaluations, once the search has begun.
    table: Option<EvaluationTable<File>>,
    /// First error of writing.
    failure: Option<ReportError>,
}

impl Writer {
    /// Writes the settings and an empty table, unless that was done before.
    fn begin(&self) -> Result<(), ReportError> {
        if self.state.borrow().table.is_some() {
            return Ok(());
        }
        if self.is_new {
            self.records.discard()?;
        }
        for (name, bytes) in &self.settings {
            write_whole(&self.records.path(name), bytes)?;
        }
        let path = self.records.path(EVALUATIONS);
        let file = File::create(&path).map_err(unwritable(&path))?;
        self.state.borrow_mut().table = Some(EvaluationTable::new(file));
        Ok(())
    }

    fn write<G: Granularity>(
        &self,
        record: &Record<Candidate<G>, Assessment>,
    ) -> Result<(), ReportError> {
        self.begin()?;
        let written = match &mut self.state.borrow_mut().table {
            Some(table) => table.write(record),
            None => Ok(()),
        };
        written.map_err(unwritable(&self.records.path(EVALUATIONS)))
    }

    /// Keeps an error, and stops the search without further trainings.
    fn fail(&self, error: ReportError) {
        self.state.borrow_mut().failure.get_or_insert(error);
        self.handle.stop();
    }
}

impl<G: Granularity> Observer<Candidate<G>, Assessment> for Writer {
    fn begun(&mut self) {
        if self.is_new
            && let Err(error) = self.begin()
        {
            self.fail(error);
        }
    }

    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        match self.write(progress.record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.fail(error);
                ControlFlow::Break(())
            }
        }
    }
}

/// Logs an error that does not make a run fail.
fn warn<T>(written: Result<T, ReportError>) {
    if let Err(error) = written {
        let error: &dyn std::error::Error = &error;
        tracing::warn!(error, "cannot write a record");
    }
}

/// Removes the members of an earlier front, and nothing else.
fn remove_members(folder: &Path) -> Result<(), ReportError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(unwritable(folder)(source)),
    };
    for entry in entries {
        let path = entry.map_err(unwritable(folder))?.path();
        if member(&path).is_some() && path.is_dir() {
            fs::remove_dir_all(&path).map_err(unwritable(&path))?;
        }
    }
    Ok(())
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> ReportError {
    move |source| ReportError::Write { path: path.to_owned(), source }
}
