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
    Assessment, Config, DataAwareSearch, DataSource, EvaluationTable, FrontMember, Report,
    evo::{Observer, Progress, Record, StopReason},
    space::{AudioGranularity, AudioSpace, Candidate, Granularity},
    write_front, write_recommended, write_split, write_whole,
};

use crate::{
    error::ReportError,
    files::{BASELINES, FRONT, RECOMMENDED},
    live::{LiveReport, write_report},
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

    /// Removes the journal, the tables and the recommendation, so that the next search starts from
    /// the beginning. The models of the front stay until others replace them.
    ///
    /// # Errors
    /// [`ReportError::Write`] if a file cannot be removed.
    pub fn discard(&self) -> Result<(), ReportError> {
        for name in ["journal.jsonl", "evaluations.csv", FRONT, BASELINES, RECOMMENDED] {
            let path = self.path(name);
            match fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ReportError::Write { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Runs a search that `config` has prepared, or resumes the search whose journal is in this
    /// folder.
    ///
    /// During the search, this writes the journal, the resolved `config`, the split (by
    /// [`write_split`], with paths relative to `config.data.folder`), the table of evaluations,
    /// each row as soon as it is known, and the page. At the end, it writes the models of the
    /// front, the tables of the front and the baselines, the recommendation, and the page again. An
    /// interrupted search leaves existing models as they are.
    ///
    /// Nothing is changed if the journal belongs to another search or is in use. If the page cannot
    /// be written, a warning is logged through [`tracing`], and the run does not fail.
    ///
    /// # Errors
    /// [`ReportError::Search`] if the search fails, and other errors if something cannot be
    /// written. A full disk ends the search. Everything that was evaluated before is in the
    /// journal.
    pub fn run<S: DataSource<Granularity = AudioGranularity>>(
        &self,
        config: &Config,
        search: DataAwareSearch<AudioSpace, S>,
    ) -> Result<Report<AudioGranularity>, ReportError> {
        let text = config.to_toml().map_err(io::Error::other);
        let text = text.map_err(unwritable(&self.path("config.toml")))?;
        let split = self.split(config, &search)?;
        let failure: Rc<RefCell<Option<ReportError>>> = Rc::default();
        let table = None;
        let settings = [("config.toml", text.into_bytes()), ("split.csv", split)];
        let writer =
            Writer { records: self.clone(), settings, table, failure: Rc::clone(&failure) };
        let report = search
            .journal(self.path("journal.jsonl"))
            .observer(writer)
            .observer(LiveReport::until_tested(&self.folder))
            .run();
        let report = match failure.take() {
            Some(error) => Err(error),
            None => report.map_err(ReportError::from),
        };
        let is_ours = !matches!(&report, Err(ReportError::Search(danas::SearchError::Journal(_))));
        let has_begun = is_ours && self.path("evaluations.csv").exists();
        let report = report.and_then(|report| self.keep_front(&report).map(|()| report));
        if has_begun && let Err(error) = write_report(&self.folder) {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "cannot write the report");
        }
        report
    }

    /// Writes the split of a search without running it, and returns the path of the file.
    ///
    /// # Errors
    /// [`ReportError::Search`] if the data cannot be split, [`ReportError::Write`] if the file
    /// cannot be written.
    pub fn write_split<S: DataSource<Granularity = AudioGranularity>>(
        &self,
        config: &Config,
        search: &DataAwareSearch<AudioSpace, S>,
    ) -> Result<PathBuf, ReportError> {
        let path = self.path("split.csv");
        write_whole(&path, &self.split(config, search)?).map_err(unwritable(&path))?;
        Ok(path)
    }

    fn split<S: DataSource<Granularity = AudioGranularity>>(
        &self,
        config: &Config,
        search: &DataAwareSearch<AudioSpace, S>,
    ) -> Result<Vec<u8>, ReportError> {
        let (parts, mut table) = (search.parts()?, Vec::new());
        write_split(&mut table, search.source(), &parts, config.data.folder.as_deref())
            .map_err(unwritable(&self.path("split.csv")))?;
        Ok(table)
    }

    fn keep_front<G: Granularity>(&self, report: &Report<G>) -> Result<(), ReportError> {
        if report.outcome.stop != StopReason::Interrupted {
            let folder = self.path("front");
            remove_members(&folder)?;
            report.export(&folder)?;
        }
        let baselines: Vec<FrontMember<G>> =
            report.baselines.iter().map(|(_, member)| member.clone()).collect();
        self.keep(BASELINES, |table| write_front(table, &baselines))?;
        self.keep(RECOMMENDED, |text| write_recommended(text, report))?;
        self.keep(FRONT, |table| write_front(table, &report.front))
    }

    /// Writes the output of `write` to a file of this name, completely or not at all.
    fn keep(
        &self,
        name: &str,
        write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
    ) -> Result<(), ReportError> {
        let (path, mut bytes) = (self.path(name), Vec::new());
        let written = write(&mut bytes);
        written.and_then(|()| write_whole(&path, &bytes)).map_err(unwritable(&path))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Observer that writes the settings and the table, from the first evaluation on. Only then is it
/// certain that the journal belongs to this search.
struct Writer {
    records: Records,
    settings: [(&'static str, Vec<u8>); 2],
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
                for (name, bytes) in &self.settings {
                    let path = self.records.path(name);
                    write_whole(&path, bytes).map_err(unwritable(&path))?;
                }
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
