//! The CSV tables of a search: `evaluations.csv` and `front.csv`.
//!
//! New columns are added at the end of a table, so that every existing column keeps its place.

use std::io::Write;

use danas_evo::{Record, Scores, Verdict};
use danas_model::TrainingRecord;
use danas_space::{Candidate, Granularity};

use crate::{
    assessment::Assessment,
    member::FrontMember,
    quantity::{Columns, Quantity},
};

/// Writer of `evaluations.csv`. It flushes every row, so that the table contains all finished
/// evaluations even if the search is killed.
///
/// The columns are, in this order:
///
/// - the number of the evaluation, the fields of the granularity, and the layers
/// - the status (`feasible`, `stopped`, `infeasible`, `failed` or `skipped`) and its reason
/// - [quantities](Quantity) on the part or folds that judged the candidate, the number of
///   parameters, the multiply-accumulates, the penalty, the evaluation that this one repeats, the
///   engine, the seed, and `evaluation_seconds`
/// - further quantities, the number of trainings, how each of them
///   [`Ended`](danas_model::Ended) and after how many epochs
/// - the standard deviation over the trainings, for each quantity so far that training decides
/// - the costs of a device that listens to a stream, and the lower bound of accuracy
/// - the strength of augmentation, in percent
///
/// The seed determines all columns but `evaluation_seconds`.
#[derive(Debug)]
pub struct EvaluationTable<W: Write> {
    writer: csv::Writer<W>,
    begun: bool,
}

impl<W: Write> EvaluationTable<W> {
    /// Creates a table that is written to `writer`.
    pub fn new(writer: W) -> Self {
        Self { writer: csv::Writer::from_writer(writer), begun: false }
    }

    /// Writes one evaluation, after the names of the columns if it is the first one.
    ///
    /// # Errors
    /// An error of the writer, such as a full disk.
    pub fn write<G: Granularity>(
        &mut self,
        record: &Record<Candidate<G>, Assessment>,
    ) -> std::io::Result<()> {
        write_row(&mut self.writer, evaluation(record), !self.begun)?;
        self.begun = true;
        self.writer.flush()
    }
}

/// Writes `front.csv`, with one row for each member. A front without members gives an empty file.
///
/// The columns are, in this order:
///
/// - the number of the evaluation, the fields of the granularity, and the layers
/// - [quantities](Quantity) on the part or folds that judged the member in the search
/// - mean and standard deviation on the test part over fresh trainings, for each of these
///   quantities that training decides
/// - the numbers of fresh trainings that succeeded and that failed
/// - further quantities, again with mean and standard deviation on the test part
/// - the standard deviation over the trainings of the search, for each quantity so far that
///   training decides
/// - the multiply-accumulates, the costs of a device that listens to a stream, and the lower bound
///   of accuracy
/// - for each quantity with a mean on the test part, its value in the confirmation of the front
///   (`confirmed_`), and its value for the exported model on the test part (`exported_test_`)
/// - the strength of augmentation, in percent
///
/// # Errors
/// An error of the writer, such as a full disk.
pub fn write_front<G: Granularity>(
    writer: impl Write,
    front: &[FrontMember<G>],
) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(writer);
    for (index, member) in front.iter().enumerate() {
        write_row(&mut writer, of_front(member), index == 0)?;
    }
    writer.flush()
}

/// Returns the quantities that training decides and whose spread over trainings is in the tables.
fn trained() -> impl Iterator<Item = Quantity> {
    let shown = Quantity::of_columns(Columns::First).chain(Quantity::of_columns(Columns::Later));
    shown.filter(|quantity| !quantity.is_cost())
}

/// Name of a column, and the text of one row in it.
type Cell = (String, String);

fn write_row<W: Write>(
    writer: &mut csv::Writer<W>,
    row: Vec<Cell>,
    is_first: bool,
) -> std::io::Result<()> {
    let (names, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
    if is_first {
        writer.write_record(names)?;
    }
    Ok(writer.write_record(values)?)
}

fn evaluation<G: Granularity>(record: &Record<Candidate<G>, Assessment>) -> Vec<Cell> {
    let assessment = record.verdict.detail();
    let status = match &record.verdict {
        Verdict::Feasible { .. } => "feasible",
        Verdict::Stopped { .. } => "stopped",
        Verdict::Infeasible { .. } => "infeasible",
        Verdict::Failed { .. } => "failed",
        Verdict::Skipped { .. } => "skipped",
    };
    let mut row = vec![cell("evaluation", Some(record.index))];
    row.extend(candidate(&record.genome));
    row.push(cell("status", Some(status)));
    row.push(cell("reason", record.verdict.reason()));
    row.extend(Quantity::of_columns(Columns::First).map(|quantity| judged(assessment, quantity)));
    row.push(cell("parameters", assessment.map(|it| it.costs.parameters)));
    row.push(judged(assessment, Quantity::Macs));
    row.push(cell("penalty", record.scores().map(Scores::penalty)));
    row.push(cell("repeats", record.repeats));
    row.push(cell("engine", assessment.map(|it| &it.engine)));
    row.push(cell("seed", Some(record.seed)));
    row.push(cell("evaluation_seconds", Some(format!("{:.3}", record.elapsed.as_secs_f64()))));
    row.extend(Quantity::of_columns(Columns::Later).map(|quantity| judged(assessment, quantity)));
    row.push(cell("trainings", assessment.map(|it| it.trainings.len())));
    row.push(cell("ended", assessment.map(|it| each(it, |record| record.ended))));
    row.push(cell("epochs", assessment.map(|it| each(it, |record| record.loss.len()))));
    row.extend(deviations(assessment));
    row.extend(Quantity::of_columns(Columns::Last).map(|quantity| judged(assessment, quantity)));
    row.push(augmentation(&record.genome));
    row
}

fn of_front<G: Granularity>(member: &FrontMember<G>) -> Vec<Cell> {
    let assessment = member.assessment();
    let mut row = vec![cell("evaluation", Some(member.record.index))];
    row.extend(candidate(member.candidate()));
    row.extend(Quantity::of_columns(Columns::First).map(|quantity| judged(assessment, quantity)));
    row.extend(Quantity::of_columns(Columns::First).flat_map(|quantity| tested(member, quantity)));
    row.push(cell("test_trainings", Some(member.test.len())));
    row.push(cell("test_failures", Some(member.failures.len())));
    row.extend(Quantity::of_columns(Columns::Later).map(|quantity| judged(assessment, quantity)));
    row.extend(Quantity::of_columns(Columns::Later).flat_map(|quantity| tested(member, quantity)));
    row.extend(deviations(assessment));
    row.push(judged(assessment, Quantity::Macs));
    row.extend(Quantity::of_columns(Columns::Last).map(|quantity| judged(assessment, quantity)));
    let confirmed = member.confirmed.as_ref();
    for quantity in trained() {
        let name = |kind: &str| format!("{kind}_{quantity}");
        row.push(cell(name("confirmed"), confirmed.and_then(|it| it.value(quantity))));
        let exported = member.trained.as_ref().and_then(|it| it.test.value(quantity));
        row.push(cell(name("exported_test"), exported));
    }
    row.push(augmentation(member.candidate()));
    row
}

fn candidate<G: Granularity>(candidate: &Candidate<G>) -> impl Iterator<Item = Cell> {
    let fields = candidate.granularity.fields().into_iter();
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    fields.chain([cell("layers", Some(&candidate.architecture))])
}

fn augmentation<G>(candidate: &Candidate<G>) -> Cell {
    cell("augmentation", Some(candidate.augmentation.percent()))
}

fn judged(assessment: Option<&Assessment>, quantity: Quantity) -> Cell {
    cell(quantity.name(), assessment.and_then(|it| it.value(quantity)))
}

/// Returns a property of each training, separated by spaces.
fn each<T: ToString>(assessment: &Assessment, of: impl Fn(&TrainingRecord) -> T) -> String {
    let trainings = assessment.trainings.iter();
    trainings.map(|it| of(&it.record).to_string()).collect::<Vec<_>>().join(" ")
}

fn deviations(assessment: Option<&Assessment>) -> impl Iterator<Item = Cell> {
    trained().map(move |quantity| {
        let spread = assessment.and_then(|it| it.spread(quantity));
        cell(format!("{quantity}_deviation"), spread.map(|it| it.deviation))
    })
}

/// Returns mean and standard deviation on the test part. Returns no cells for a cost.
fn tested<G>(member: &FrontMember<G>, quantity: Quantity) -> Vec<Cell> {
    if quantity.is_cost() {
        return Vec::new();
    }
    let spread = member.test(quantity);
    vec![
        cell(format!("test_{quantity}_mean"), spread.map(|it| it.mean)),
        cell(format!("test_{quantity}_deviation"), spread.map(|it| it.deviation)),
    ]
}

fn cell(name: impl Into<String>, value: Option<impl ToString>) -> Cell {
    (name.into(), value.map_or_else(String::new, |value| value.to_string()))
}
