//! A run, read from its records.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use danas::{
    Assessment, RecommendationRecord,
    evo::{JournalContents, read_journal},
    model::TrainingRecord,
};
use serde::de::IgnoredAny;

use crate::{
    config::RunConfig,
    error::ReportError,
    evaluation::{self, Evaluation, Tested},
    files::{FRONT, RECOMMENDED},
    growth::Growth,
    members::folder_name,
};

/// Records of one search, read during the search or later.
///
/// | file in the folder | content |
/// |---|---|
/// | `config.toml` | objectives, budget, seeds |
/// | `evaluations.csv` | the evaluations; there are none yet if the file is missing |
/// | `journal.jsonl` | times, learning curves, and how the search ended; all unknown if the file is missing |
/// | `front.csv` | the members of the front and their results on the test part, once the file exists |
/// | `recommended.json` | the recommended member and the baselines |
/// | `front/evaluation_12/` | the export of evaluation 12, if `front.csv` contains it |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// Folder as it was given.
    pub folder: PathBuf,
    /// Configuration, as far as it is the same for all kinds of data.
    pub config: RunConfig,
    /// Configuration as the text of its file.
    pub config_text: String,
    /// Evaluations in ask order.
    pub evaluations: Vec<Evaluation>,
    /// Growth of the front, by the search's own objectives.
    pub growth: Growth,
    /// Reason why the search ended; `None` while it runs, and if it was killed.
    pub ended: Option<String>,
    /// Version of danas that started the search.
    pub version: Option<String>,
    /// Recommended member, the baselines, and how candidates were judged; `None` until the front is
    /// tested.
    pub recommendation: Option<RecommendationRecord>,
    pub(crate) tested: Tested,
    pub(crate) exported: Vec<usize>,
    /// Whether there is a journal, which says whether the search has ended.
    pub(crate) has_journal: bool,
    journaled: BTreeMap<usize, Journaled>,
}

type Journal = JournalContents<IgnoredAny, Assessment>;

/// Data of an evaluation that the journal has, but the table does not.
#[derive(Debug, Clone, PartialEq)]
struct Journaled {
    at: f64,
    trainings: Vec<TrainingRecord>,
}

impl Run {
    /// Reads the records in a folder.
    ///
    /// # Errors
    /// [`ReportError`] names the record that is damaged, or that is required but missing.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, ReportError> {
        Self::read_on(folder.as_ref(), None)
    }

    /// Reads the records in a folder, and continues the growth of the front from an earlier
    /// reading.
    pub(crate) fn read_on(folder: &Path, growth: Option<Growth>) -> Result<Self, ReportError> {
        let (config, config_text) = config(&folder.join("config.toml"))?;
        let evaluations = Evaluation::read(&folder.join("evaluations.csv"))?;
        let objectives = &config.search.objectives;
        let known = growth.filter(|it| it.objectives() == objectives);
        let mut growth = known.unwrap_or_else(|| Growth::new(objectives));
        for evaluation in evaluations.iter().skip(growth.entered.len()) {
            growth.push(evaluation)?;
        }
        let mut run = Self {
            folder: folder.to_owned(),
            config,
            config_text,
            growth,
            ended: None,
            version: None,
            recommendation: None,
            tested: evaluation::tested(&folder.join(FRONT), &evaluations)?,
            exported: Vec::new(),
            has_journal: false,
            journaled: BTreeMap::new(),
            evaluations,
        };
        if let Some(journal) = journal(&folder.join("journal.jsonl"))? {
            run.add(journal);
        }
        run.recommendation = run.recommended()?;
        let known = run.tested.keys().copied();
        run.exported = known.filter(|&index| run.card(index).exists()).collect();
        Ok(run)
    }

    fn add(&mut self, journal: Journal) {
        self.has_journal = true;
        self.version = journal.version().map(str::to_owned);
        self.ended = journal.ended;
        for evaluation in journal.evaluations {
            let trainings = evaluation.verdict.detail().map_or(Vec::new(), |it| {
                it.trainings.iter().map(|training| training.record.clone()).collect()
            });
            self.journaled.insert(evaluation.index, Journaled { at: evaluation.at, trainings });
        }
    }

    fn card(&self, index: usize) -> PathBuf {
        self.folder.join("front").join(folder_name(index)).join("model.json")
    }

    /// Returns the time at which each evaluation and all before it had finished, in seconds since
    /// the search began. Pauses do not count.
    #[must_use]
    pub fn times(&self) -> Vec<f64> {
        let times = self.evaluations.iter().scan(0.0_f64, |latest, evaluation| {
            let at = self.journaled.get(&evaluation.index).map_or(0.0, |it| it.at);
            *latest = latest.max(at);
            Some(*latest)
        });
        times.collect()
    }

    /// Returns the trainings of an evaluation. There are none if the journal has none, as for a
    /// repeat.
    #[must_use]
    pub fn trainings(&self, index: usize) -> &[TrainingRecord] {
        self.journaled.get(&index).map_or(&[], |it| &it.trainings)
    }

    /// Returns the hypervolume of the front; see [`Growth::of`].
    #[must_use]
    pub fn hypervolume(&self) -> f64 {
        self.growth.hypervolume.last().copied().unwrap_or(0.0)
    }

    /// Returns the members of the front, in ask order: those that were tested or, until then, those
    /// that the search has found.
    pub fn front(&self) -> impl Iterator<Item = &Evaluation> {
        self.evaluations.iter().filter(|it| self.is_on_front(it.index))
    }

    pub(crate) fn is_on_front(&self, index: usize) -> bool {
        if self.tested.is_empty() {
            return self.growth.is_on_front(index);
        }
        let is_judged = self.evaluations.get(index).is_some_and(Evaluation::is_judged);
        is_judged && self.tested.contains_key(&index)
    }

    /// Reads `recommended.json`. Returns `None` if its member was not tested: then another search
    /// in the same folder may have written the file.
    fn recommended(&self) -> Result<Option<RecommendationRecord>, ReportError> {
        let path = self.folder.join(RECOMMENDED);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(ReportError::Read { path, source }),
        };
        let record: Result<RecommendationRecord, _> = serde_json::from_slice(&text);
        let record =
            record.map_err(|error| ReportError::Read { path, source: io::Error::from(error) })?;
        let of_member = record.member.as_ref().map(|member| member.evaluation);
        Ok(of_member.is_some_and(|index| self.tested.contains_key(&index)).then_some(record))
    }
}

/// Reads the journal, if it exists and has a complete line.
fn journal(path: &Path) -> Result<Option<Journal>, ReportError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(ReportError::Read { path: path.to_owned(), source }),
    };
    if !bytes.contains(&b'\n') {
        return Ok(None);
    }
    Ok(Some(read_journal(path)?))
}

fn config(path: &Path) -> Result<(RunConfig, String), ReportError> {
    let text = fs::read_to_string(path)
        .map_err(|source| ReportError::Read { path: path.to_owned(), source })?;
    let config = RunConfig::from_toml(&text).map_err(|source| ReportError::Config {
        path: path.to_owned(),
        source: Box::new(source),
    })?;
    Ok((config, text))
}
