//! The folder that a search keeps its records in.

use std::{
    cell::RefCell,
    fs::{self, File},
    io,
    ops::ControlFlow,
    path::{Path, PathBuf},
    rc::Rc,
};

use danas::{
    Assessment, Config, DataAwareSearch, DataSource, EvaluationTable, Report,
    evo::{Observer, Progress, Record},
    space::{Candidate, DataSpace, Granularity},
    write_front, write_whole,
};

use crate::{LiveReport, ReportError, write_report};

/// What the folder of an exported member begins with.
const MEMBER: &str = "evaluation_";

/// A folder with the records of one search: what a [`Run`](crate::Run) reads, a search writes here.
///
/// ```no_run
/// use danas::{Config, Preset, default_engine};
/// use danas_report::Records;
///
/// let mut config = Config::preset(Preset::Words);
/// config.data.folder = Some("recordings".into());
/// let search = config.prepare(default_engine())?;
/// let report = Records::create("out")?.run(&config, search)?; // or goes on with it
/// println!("{} members; look at out/report.html", report.front.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// Makes the folder where it is missing.
    ///
    /// # Errors
    /// [`ReportError::Write`] where it cannot be made.
    pub fn create(folder: impl Into<PathBuf>) -> Result<Self, ReportError> {
        let folder = folder.into();
        match fs::create_dir_all(&folder) {
            Ok(()) => Ok(Self { folder }),
            Err(source) => Err(ReportError::Write { path: folder, source }),
        }
    }

    /// Forgets the journal, so that the next search begins anew.
    ///
    /// # Errors
    /// [`ReportError::Write`] where the file cannot be removed.
    pub fn discard(&self) -> Result<(), ReportError> {
        let path = self.path("journal.jsonl");
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(ReportError::Write { path, source })
            }
            _ => Ok(()),
        }
    }

    /// Runs a search, or goes on with the one whose journal is here.
    ///
    /// While it goes on, the journal is written, the resolved `config`, the table of evaluations, each row as
    /// soon as it is known, and the page; at its end the models of the front, its table, and the page again.
    /// Nothing is touched where the journal is another search's, or in use.
    ///
    /// # Errors
    /// [`ReportError::Search`] where the search fails, others for what cannot be written. What was evaluated
    /// until then is in the journal, and a disk that is full ends the search.
    pub fn run<D, S>(
        &self,
        config: &Config,
        search: DataAwareSearch<D, S>,
    ) -> Result<Report<D::Granularity>, ReportError>
    where
        D: DataSpace,
        S: DataSource<Granularity = D::Granularity>,
    {
        let config = config.to_toml().map_err(|error| ReportError::Page(error.into()))?;
        let failure: Rc<RefCell<Option<ReportError>>> = Rc::default();
        let table = None;
        let writer = Writer { records: self.clone(), config, table, failure: Rc::clone(&failure) };
        let report = search
            .journal(self.path("journal.jsonl"))
            .observer(writer)
            .observer(LiveReport::new(&self.folder))
            .run();
        if let Some(error) = failure.take() {
            return Err(error);
        }
        let report = report?;
        self.keep_front(&report)?;
        write_report(&self.folder)?;
        Ok(report)
    }

    fn keep_front<G: Granularity>(&self, report: &Report<G>) -> Result<(), ReportError> {
        let folder = self.path("front");
        remove_members(&folder).map_err(unwritable(&folder))?;
        report.export(&folder)?;
        let path = self.path("front.csv");
        let created = File::create(&path);
        created.and_then(|file| write_front(file, &report.front)).map_err(unwritable(&path))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Writes configuration and table, from the first evaluation on: only then is the journal this search's own.
struct Writer {
    records: Records,
    config: String,
    table: Option<EvaluationTable<File>>,
    failure: Rc<RefCell<Option<ReportError>>>,
}

impl Writer {
    fn write<G: Granularity>(
        &mut self,
        record: &Record<Candidate<G>, Assessment>,
    ) -> Result<(), ReportError> {
        let path = self.records.path("evaluations.csv");
        let table = match &mut self.table {
            Some(table) => table,
            none => {
                let config = self.records.path("config.toml");
                write_whole(&config, self.config.as_bytes()).map_err(unwritable(&config))?;
                let created = File::create(&path).map_err(unwritable(&path))?;
                none.insert(EvaluationTable::new(created))
            }
        };
        table.write(record).map_err(unwritable(&path))
    }
}

impl<G: Granularity> Observer<Candidate<G>, Assessment> for Writer {
    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        match self.write(progress.record) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                *self.failure.borrow_mut() = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

/// Removes the members of an earlier front.
fn remove_members(folder: &Path) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(MEMBER) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> ReportError {
    move |source| ReportError::Write { path: path.to_owned(), source }
}
