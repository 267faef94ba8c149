//! A run, by its records.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use danas::{
    Assessment, Config, ConfigError, RecommendationRecord,
    evo::{JournalContents, read_journal},
    model::TrainingRecord,
};
use serde::de::IgnoredAny;

use crate::{
    Evaluation, Growth, ReportError,
    evaluation::{self, Tested},
    members::folder_name,
    records::{FRONT, RECOMMENDED},
};

/// The records of one search, while it goes on or later.
///
/// | file of its folder | what it gives |
/// |---|---|
/// | `config.toml` | objectives, budget, seeds |
/// | `evaluations.csv` | the evaluations; none yet where it is missing |
/// | `journal.jsonl` | times, learning curves, how the search ended; nothing of these where it is missing |
/// | `front.csv` | the members of the front and their figures on the test part, once it is there |
/// | `recommended.json` | the recommended member and the baselines |
/// | `front/evaluation_12/` | that evaluation 12, if `front.csv` has it, was exported |
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// The folder as it was given.
    pub folder: PathBuf,
    /// Everything that the search depended on.
    pub config: Config,
    /// The same as it stands in the file.
    pub config_text: String,
    /// The evaluations in ask order.
    pub evaluations: Vec<Evaluation>,
    /// How the front grew by the search's own objectives.
    pub growth: Growth,
    /// Why the search ended; `None` while it goes on, and where it was killed.
    pub ended: Option<String>,
    /// The version of danas that began the search.
    pub version: Option<String>,
    /// The recommended member, the baselines, and how candidates were judged; `None` until the front was
    /// tested.
    pub recommendation: Option<RecommendationRecord>,
    pub(crate) tested: Tested,
    pub(crate) exported: Vec<usize>,
    /// Whether there is a journal, which tells when the search has ended.
    pub(crate) has_journal: bool,
    journaled: BTreeMap<usize, Journaled>,
}

type Journal = JournalContents<IgnoredAny, Assessment>;

/// What the journal knows of an evaluation beyond the table.
#[derive(Debug, Clone, PartialEq)]
struct Journaled {
    at: f64,
    trainings: Vec<TrainingRecord>,
}

impl Run {
    /// Reads the records in a folder.
    ///
    /// # Errors
    /// [`ReportError`] names the record that is damaged, or missing without being optional.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, ReportError> {
        Self::read_on(folder.as_ref(), None)
    }

    /// The same, knowing how the front has grown until an earlier reading.
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

    /// When each evaluation was there, in seconds since the search began, and all before it; pauses do not
    /// count.
    #[must_use]
    pub fn times(&self) -> Vec<f64> {
        let times = self.evaluations.iter().scan(0.0_f64, |latest, evaluation| {
            let at = self.journaled.get(&evaluation.index).map_or(0.0, |it| it.at);
            *latest = latest.max(at);
            Some(*latest)
        });
        times.collect()
    }

    /// The trainings of an evaluation; none where the journal has none, such as those of a repeat.
    #[must_use]
    pub fn trainings(&self, index: usize) -> &[TrainingRecord] {
        self.journaled.get(&index).map_or(&[], |it| &it.trainings)
    }

    /// The hypervolume of the front; see [`Growth::of`].
    #[must_use]
    pub fn hypervolume(&self) -> f64 {
        self.growth.hypervolume.last().copied().unwrap_or(0.0)
    }

    /// The members of the front, in ask order: those that were tested, or until then those that the search
    /// has found.
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

    /// What `recommended.json` says, where its member is one that was tested: another search in the same
    /// folder may have left it.
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

/// The journal, if there is one with a whole line.
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

fn config(path: &Path) -> Result<(Config, String), ReportError> {
    let text = fs::read_to_string(path)
        .map_err(|source| ReportError::Read { path: path.to_owned(), source })?;
    let config: Result<Config, ConfigError> = Config::from_toml(&text);
    let config = config.map_err(|source| ReportError::Config { path: path.to_owned(), source })?;
    Ok((config, text))
}
