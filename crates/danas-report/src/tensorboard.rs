//! Event files for TensorBoard.

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
    error::ReportError,
    members::{folder_name, member},
    scale::{hypervolume, normalised_cost},
};

/// Observer that writes a search into event files for TensorBoard while it runs.
///
/// | run | scalars over | |
/// |---|---|---|
/// | the folder itself | evaluations | `objective/…` and `evaluation/seconds` of every evaluation with results; `best/…`, `front/members` and `front/hypervolume` of the front, whenever it changes ([`Growth::of`](crate::Growth::of)) |
/// | `evaluation_12`, …: one for each evaluation that enters the front | epochs | `loss/training`; `loss/validation` and `accuracy/validation` if they are recorded |
///
/// Nothing is written before the first evaluation. A resumed search writes all events again, from
/// its journal, so the events of the earlier run are removed first. If events cannot be written,
/// one warning is logged through [`tracing`], no more events are written, and the search continues.
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
    /// Event file of the search; `None` until its first evaluation.
    search: Option<Events>,
    is_broken: bool,
}

impl TensorBoard {
    /// Creates an observer that writes into `folder`, which is created if it does not exist.
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
            tracing::warn!(error, "cannot write events for TensorBoard; no more will be written");
        }
        ControlFlow::Continue(())
    }
}

/// Returns the hypervolume of a front.
fn volume<G>(front: &ParetoArchive<Candidate<G>, Assessment>) -> Result<f64, IndicatorError> {
    let objectives = front.objectives().iter();
    let quantities: Vec<Quantity> = objectives.filter_map(|it| it.name.parse().ok()).collect();
    let within = front.iter().filter(|it| it.scores().is_some_and(|it| it.penalty() == 0.0));
    let points: Vec<Vec<f64>> = within
        .filter_map(|it| it.verdict.detail())
        .filter_map(|it| {
            quantities
                .iter()
                .map(|&quantity| Some(normalised_cost(quantity, it.value(quantity)?)))
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

/// Writes the learning curves of a training into a run of its own.
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

/// Event file, which is complete after every scalar.
struct Events {
    writer: SummaryWriter<BufWriter<File>>,
    path: PathBuf,
}

impl Events {
    /// Name of an event file. TensorBoard recognises its files by `tfevents` in their names.
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
