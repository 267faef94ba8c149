//! A search as TensorBoard sees it.

use std::{
    fmt,
    fs::{self, File},
    io::BufWriter,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use danas::{
    Assessment, Quantity,
    evo::{IndicatorError, Observer, ParetoArchive, Progress},
    model::TrainingRecord,
    space::Candidate,
};
use syntaxdot_summary::SummaryWriter;

use crate::{
    ReportError,
    members::{folder_name, member},
    worth::{badness, hypervolume},
};

/// Writes a search into event files for TensorBoard while it goes on.
///
/// | run | scalars over | |
/// |---|---|---|
/// | the folder itself | evaluations | `objective/…` of what was judged; `best/…`, `front/members` and `front/hypervolume` of the front so far ([`Growth::of`](crate::Growth::of)); `evaluation/seconds` |
/// | `evaluation_12`, … of those that enter the front | epochs | `loss/training`; `loss/validation` and `accuracy/validation` where they are on record |
///
/// Nothing is written before the first evaluation. A search that goes on from its journal tells everything anew, so
/// that what an earlier one has left is removed then. Events that cannot be written are told to [`tracing`] once; the
/// search does not end for it.
///
/// ```no_run
/// use danas::{Config, Preset, default_engine};
/// use danas_report::TensorBoard;
///
/// let mut config = Config::preset(Preset::Words);
/// config.data.folder = Some("recordings".into());
/// let search = config.prepare(default_engine())?;
/// let report = search.observer(TensorBoard::new("out/tensorboard")).run()?;
/// # Ok::<(), danas::Error>(())
/// ```
#[derive(Debug)]
pub struct TensorBoard {
    folder: PathBuf,
    /// From the first evaluation on.
    search: Option<Events>,
    is_broken: bool,
}

impl TensorBoard {
    /// Into a folder, which is made where it is missing.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), search: None, is_broken: false }
    }

    fn write<G>(
        &mut self,
        progress: &Progress<'_, Candidate<G>, Assessment>,
    ) -> Result<(), ReportError> {
        let (record, front) = (progress.record, progress.front);
        let step = record.index;
        let events = match &mut self.search {
            Some(events) => events,
            none => {
                remove_curves(&self.folder)?;
                none.insert(Events::create(&self.folder)?)
            }
        };
        let objectives = front.objectives();
        if let Some(scores) = record.scores() {
            for (objective, &value) in objectives.iter().zip(scores.values()) {
                events.scalar(&format!("objective/{}", objective.name), step, value)?;
            }
            events.scalar("evaluation/seconds", step, record.elapsed.as_secs_f64())?;
        }
        if progress.on_front {
            for (position, objective) in objectives.iter().enumerate() {
                let values = front.iter().filter_map(|it| it.scores()?.values().get(position));
                let cost = |value: &&f64| objective.direction.cost(**value);
                let best = values.min_by(|a, b| cost(a).total_cmp(&cost(b)));
                if let Some(&best) = best {
                    events.scalar(&format!("best/{}", objective.name), step, best)?;
                }
            }
            events.scalar("front/members", step, front.len() as f64)?;
            let volume = volume(front)?;
            events.scalar("front/hypervolume", step, volume)?;
            let assessment = record.verdict.detail();
            if let Some(training) = assessment.and_then(|it| it.trainings.first()) {
                curves(&self.folder.join(folder_name(step)), &training.record)?;
            }
        }
        Ok(())
    }
}

impl<G> Observer<Candidate<G>, Assessment> for TensorBoard {
    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        if !self.is_broken
            && let Err(error) = self.write(progress)
        {
            self.is_broken = true;
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, "no more events for TensorBoard");
        }
        ControlFlow::Continue(())
    }
}

/// The hypervolume of a front.
fn volume<G>(front: &ParetoArchive<Candidate<G>, Assessment>) -> Result<f64, IndicatorError> {
    let objectives = front.objectives().iter();
    let quantities: Vec<Quantity> = objectives.filter_map(|it| it.name.parse().ok()).collect();
    let within = front.iter().filter(|it| it.scores().is_some_and(|it| it.penalty() == 0.0));
    let points: Vec<Vec<f64>> = within
        .filter_map(|it| it.verdict.detail())
        .filter_map(|it| {
            quantities
                .iter()
                .map(|&quantity| Some(badness(quantity, it.value(quantity)?)))
                .collect()
        })
        .collect();
    hypervolume(quantities.len(), &points)
}

/// Removes the learning curves of an earlier search, and nothing else.
fn remove_curves(folder: &Path) -> Result<(), ReportError> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let path = entry.path().join(Events::FILE);
        if member(&entry.path()).is_some() && path.exists() {
            fs::remove_file(&path).map_err(|source| ReportError::Write { path, source })?;
        }
    }
    Ok(())
}

/// Writes the course of a training into a run of its own.
fn curves(folder: &Path, record: &TrainingRecord) -> Result<(), ReportError> {
    let mut events = Events::create(folder)?;
    for (epoch, &loss) in (1..).zip(&record.loss) {
        events.scalar("loss/training", epoch, f64::from(loss))?;
    }
    for (epoch, validation) in (1..).zip(&record.validation) {
        events.scalar("loss/validation", epoch, f64::from(validation.loss))?;
        events.scalar("accuracy/validation", epoch, f64::from(validation.accuracy))?;
    }
    Ok(())
}

/// An event file; whole after every scalar.
struct Events {
    writer: SummaryWriter<BufWriter<File>>,
    path: PathBuf,
}

impl Events {
    /// TensorBoard knows its files by the middle of their names.
    const FILE: &str = "events.out.tfevents.0.danas";

    fn create(folder: &Path) -> Result<Self, ReportError> {
        let path = folder.join(Self::FILE);
        let created = fs::create_dir_all(folder).and_then(|()| File::create(&path));
        match created.and_then(|file| SummaryWriter::new(BufWriter::new(file))) {
            Ok(writer) => Ok(Self { writer, path }),
            Err(source) => Err(ReportError::Write { path, source }),
        }
    }

    fn scalar(&mut self, tag: &str, step: usize, value: f64) -> Result<(), ReportError> {
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let written = self.writer.write_scalar(tag, step, value as f32);
        written.map_err(|source| ReportError::Write { path: self.path.clone(), source })
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("path", &self.path).finish_non_exhaustive()
    }
}
