//! The tables of a search, as CSV.
//!
//! Tables grow at their end, so that every column keeps its place.

use std::io::Write;

use danas_evo::{Record, Scores, Verdict};
use danas_model::TrainingRecord;
use danas_space::{Candidate, Granularity};

use crate::{Assessment, FrontMember, Quantity};

/// The quantities of the first tables; those behind them are at the end.
const FIRST: [Quantity; 15] = [
    Quantity::Accuracy,
    Quantity::Precision,
    Quantity::Recall,
    Quantity::F1,
    Quantity::Int8Accuracy,
    Quantity::ModelSize,
    Quantity::Int8Size,
    Quantity::Arena,
    Quantity::Int8Arena,
    Quantity::Ram,
    Quantity::Int8Ram,
    Quantity::InputBuffer,
    Quantity::TotalSize,
    Quantity::Latency,
    Quantity::Energy,
];

/// The next quantities; multiply-accumulates have a place of their own.
const LATER: [Quantity; 2] = [Quantity::BalancedAccuracy, Quantity::RocAuc];

/// Those at the end of both tables.
const LAST: [Quantity; 5] = [
    Quantity::StreamingBuffer,
    Quantity::StreamingRam,
    Quantity::Int8StreamingRam,
    Quantity::Int8Footprint,
    Quantity::AccuracyLowerBound,
];

/// Writes `evaluations.csv` row by row, each flushed, so that a search that is killed leaves what
/// it had finished.
///
/// Columns: the number of the evaluation, the granularity's fields, the layers, the status
/// (`feasible`, `stopped`, `infeasible`, `failed`, `skipped`) and its reason, quantities on the validation part, parameters,
/// multiply-accumulates, penalty, the evaluation it repeats, engine, seed, seconds, then the other
/// [quantities](Quantity), the number of trainings, how each [`Ended`](danas_model::Ended) and after how
/// many epochs, the standard deviation over the trainings of what they decide, and the costs of a
/// streaming device, and the strength of augmentation in percent. All but the seconds follow from the seed.
#[derive(Debug)]
pub struct EvaluationTable<W: Write> {
    writer: csv::Writer<W>,
    begun: bool,
}

impl<W: Write> EvaluationTable<W> {
    /// A table that goes to `writer`.
    pub fn new(writer: W) -> Self {
        Self { writer: csv::Writer::from_writer(writer), begun: false }
    }

    /// Adds one evaluation.
    ///
    /// # Errors
    /// Whatever keeps the writer from writing, such as a full disk.
    pub fn write<G: Granularity>(
        &mut self,
        record: &Record<Candidate<G>, Assessment>,
    ) -> std::io::Result<()> {
        write_row(&mut self.writer, evaluation(record), !self.begun)?;
        self.begun = true;
        self.writer.flush()
    }
}

/// Writes `front.csv`: for each member its evaluation, granularity and layers, quantities on the
/// validation part, then mean and standard deviation of what training decides on the test part over
/// fresh trainings, and how many of these failed; then the same of the other [quantities](Quantity), and
/// the standard deviation over the trainings on the validation part; the costs of a streaming device; then
/// what named the front (`confirmed_`), and what the exported files come to on the test part
/// (`exported_test_`), and the strength of augmentation in percent. A front without members is an empty table.
///
/// # Errors
/// Whatever keeps the writer from writing, such as a full disk.
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

/// The name of a column, and what stands in it.
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
    row.extend(FIRST.map(|quantity| judged(assessment, quantity)));
    row.push(cell("parameters", assessment.map(|it| it.costs.parameters)));
    row.push(judged(assessment, Quantity::Macs));
    row.push(cell("penalty", record.scores().map(Scores::penalty)));
    row.push(cell("repeats", record.repeats));
    row.push(cell("engine", assessment.map(|it| &it.engine)));
    row.push(cell("seed", Some(record.seed)));
    row.push(cell("seconds", Some(format!("{:.3}", record.elapsed.as_secs_f64()))));
    row.extend(LATER.map(|quantity| judged(assessment, quantity)));
    row.push(cell("trainings", assessment.map(|it| it.trainings.len())));
    row.push(cell("ended", assessment.map(|it| each(it, |record| record.ended))));
    row.push(cell("epochs", assessment.map(|it| each(it, |record| record.loss.len()))));
    row.extend(deviations(assessment));
    row.extend(LAST.map(|quantity| judged(assessment, quantity)));
    row.push(augmentation(&record.genome));
    row
}

fn of_front<G: Granularity>(member: &FrontMember<G>) -> Vec<Cell> {
    let assessment = member.assessment();
    let mut row = vec![cell("evaluation", Some(member.record.index))];
    row.extend(candidate(member.candidate()));
    row.extend(FIRST.map(|quantity| judged(assessment, quantity)));
    row.extend(FIRST.into_iter().flat_map(|quantity| tested(member, quantity)));
    row.push(cell("test_trainings", Some(member.test.len())));
    row.push(cell("test_failures", Some(member.failures.len())));
    row.extend(LATER.map(|quantity| judged(assessment, quantity)));
    row.extend(LATER.into_iter().flat_map(|quantity| tested(member, quantity)));
    row.extend(deviations(assessment));
    row.push(judged(assessment, Quantity::Macs));
    row.extend(LAST.map(|quantity| judged(assessment, quantity)));
    let confirmed = member.confirmed.as_ref();
    let trained = FIRST.into_iter().chain(LATER).filter(|quantity| !quantity.is_cost());
    for quantity in trained {
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

/// Something of each training, apart by spaces.
fn each<T: ToString>(assessment: &Assessment, of: impl Fn(&TrainingRecord) -> T) -> String {
    let trainings = assessment.trainings.iter();
    trainings.map(|it| of(&it.record).to_string()).collect::<Vec<_>>().join(" ")
}

fn deviations(assessment: Option<&Assessment>) -> impl Iterator<Item = Cell> {
    let trained = FIRST.into_iter().chain(LATER).filter(|quantity| !quantity.is_cost());
    trained.map(move |quantity| {
        let spread = assessment.and_then(|it| it.spread(quantity));
        cell(format!("{quantity}_deviation"), spread.map(|it| it.deviation))
    })
}

/// Mean and standard deviation on the test part; nothing of a cost.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quantity_has_one_column() {
        for quantity in Quantity::ALL {
            let all = FIRST.into_iter().chain(LATER).chain([Quantity::Macs]).chain(LAST);
            let columns = all.filter(|&column| column == quantity);
            assert_eq!(columns.count(), 1, "{quantity}");
        }
    }
}
