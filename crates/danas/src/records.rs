//! The tables of a search, as CSV.

use std::io::Write;

use danas_evo::{Record, Verdict};
use danas_space::{Candidate, Granularity};

use crate::{Assessment, FrontMember, Quantity};

/// Writes `evaluations.csv` row by row, each flushed, so that a search that is killed leaves what
/// it had finished.
///
/// Columns: the number of the evaluation, the granularity's fields, the layers, the status
/// (`feasible`, `infeasible`, `failed`) and its reason, every [`Quantity`] on the validation part,
/// parameters, multiply-accumulates, penalty, the evaluation it repeats, engine, seed, seconds. All
/// but the seconds follow from the seed.
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
        if !self.begun {
            let mut names = vec!["evaluation"];
            names.extend(record.genome.granularity.fields().into_iter().map(|(name, _)| name));
            names.extend(["layers", "status", "reason"]);
            names.extend(Quantity::ALL.map(Quantity::name));
            names.extend(["parameters", "macs", "penalty", "repeats", "engine", "seed", "seconds"]);
            self.writer.write_record(names)?;
            self.begun = true;
        }
        let assessment = record.verdict.detail();
        let status = match &record.verdict {
            Verdict::Feasible { .. } => "feasible",
            Verdict::Infeasible { .. } => "infeasible",
            Verdict::Failed { .. } => "failed",
        };
        let mut row = vec![record.index.to_string()];
        row.extend(candidate_cells(&record.genome));
        row.push(status.to_owned());
        row.push(record.verdict.reason().unwrap_or_default().to_owned());
        row.extend(
            Quantity::ALL.map(|quantity| cell(assessment.and_then(|it| it.value(quantity)))),
        );
        row.push(cell(assessment.map(|it| it.costs.parameters)));
        row.push(cell(assessment.map(|it| it.costs.macs)));
        row.push(cell(record.scores().map(danas_evo::Scores::penalty)));
        row.push(cell(record.repeats));
        row.push(cell(assessment.map(|it| &it.engine)));
        row.push(record.seed.to_string());
        row.push(format!("{:.3}", record.elapsed.as_secs_f64()));
        self.writer.write_record(row)?;
        self.writer.flush()
    }
}

/// Writes `front.csv`: for each member its evaluation, granularity and layers, every [`Quantity`]
/// on the validation part, then mean and standard deviation of what training decides on the test
/// part over fresh trainings, and how many of these failed.
///
/// # Errors
/// Whatever keeps the writer from writing, such as a full disk.
pub fn write_front<G: Granularity>(
    writer: impl Write,
    front: &[FrontMember<G>],
) -> std::io::Result<()> {
    let mut writer = csv::Writer::from_writer(writer);
    let judged = || Quantity::ALL.into_iter().filter(|quantity| !quantity.is_cost());
    let mut names = vec!["evaluation".to_owned()];
    if let Some(member) = front.first() {
        let fields = member.candidate().granularity.fields().into_iter();
        names.extend(fields.map(|(name, _)| name.to_owned()));
    }
    names.push("layers".to_owned());
    names.extend(Quantity::ALL.map(|quantity| quantity.to_string()));
    names.extend(
        judged().flat_map(|it| [format!("test_{it}_mean"), format!("test_{it}_deviation")]),
    );
    names.extend(["test_trainings", "test_failures"].map(str::to_owned));
    writer.write_record(names)?;
    for member in front {
        let mut row = vec![member.record.index.to_string()];
        row.extend(candidate_cells(member.candidate()));
        let assessment = member.assessment();
        row.extend(
            Quantity::ALL.map(|quantity| cell(assessment.and_then(|it| it.value(quantity)))),
        );
        for spread in judged().map(|quantity| member.test(quantity)) {
            row.extend([cell(spread.map(|it| it.mean)), cell(spread.map(|it| it.deviation))]);
        }
        row.extend([member.test.len(), member.failures.len()].map(|count| count.to_string()));
        writer.write_record(row)?;
    }
    writer.flush()
}

fn candidate_cells<G: Granularity>(candidate: &Candidate<G>) -> impl Iterator<Item = String> {
    let fields = candidate.granularity.fields().into_iter().map(|(_, value)| value);
    fields.chain([candidate.architecture.to_string()])
}

fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
