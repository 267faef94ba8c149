//! The rows of `evaluations.csv` and `front.csv`.

use std::{collections::BTreeMap, path::Path};

use danas::{Quantity, Spread};

use crate::{error::ReportError, table::Table};

/// Name of the column with the strength of augmentation.
const AUGMENTATION: &str = "augmentation";

/// An evaluation, as recorded in the table of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Ask number, counted from 0.
    pub index: usize,
    /// Names and values of the granularity's fields, as text. If the table has the strength of
    /// augmentation, in percent, it is the last one.
    pub granularity: Vec<(String, String)>,
    /// Layers of the architecture.
    pub layers: String,
    /// Outcome: `feasible`, `stopped`, `infeasible`, `failed` or `skipped`.
    pub status: String,
    /// Reason why it has no results.
    pub reason: Option<String>,
    /// Penalty for exceeding soft limits; 0 within them.
    pub penalty: f64,
    /// Ask number of the evaluation that this one repeats.
    pub repeats: Option<usize>,
    /// Engine that trained the candidate.
    pub engine: Option<String>,
    /// Seed of the training.
    pub seed: u64,
    /// Duration, in seconds.
    pub seconds: f64,
    values: Vec<Option<f64>>,
}

impl Evaluation {
    /// Reads the evaluations in a table. There are none if the file does not exist yet.
    pub(crate) fn read(path: &Path) -> Result<Vec<Self>, ReportError> {
        let Some(table) = Table::read_if_there(path)?.filter(|table| !table.is_blank()) else {
            return Ok(Vec::new());
        };
        // A granularity may have fields with the same names as later columns.
        let (index, layers) = (table.position("evaluation")?, layers(&table)?);
        let column = |name: &str| table.position_after(layers, name);
        let fields: Vec<&str> = table.names().take(layers).skip(index + 1).collect();
        let (status, reason, penalty) = (column("status")?, column("reason")?, column("penalty")?);
        let (repeats, engine) = (column("repeats")?, column("engine")?);
        let seed = column("seed")?;
        // Tables of an earlier version have another name.
        let seconds = column("evaluation_seconds").or_else(|_| column("seconds"))?;
        // A table of an earlier version has fewer quantities, and no strengths of augmentation.
        let augmentation = column(AUGMENTATION).ok();
        let quantities = Quantity::ALL.iter().map(|quantity| column(quantity.name()).ok());
        let quantities: Vec<_> = quantities.collect();
        let rows = table.rows().map(|row| {
            let fields = fields.iter().copied().zip(index + 1..);
            let fields = fields.chain(augmentation.map(|position| (AUGMENTATION, position)));
            let values = quantities.iter().map(|&position| match position {
                Some(position) => row.number(position),
                None => Ok(None),
            });
            Ok(Self {
                index: row.needed(index)?,
                granularity: fields
                    .map(|(name, position)| (name.to_owned(), row.text(position).to_owned()))
                    .collect(),
                layers: row.text(layers).to_owned(),
                status: row.text(status).to_owned(),
                reason: row.some_text(reason),
                penalty: row.number(penalty)?.unwrap_or(0.0),
                repeats: row.value(repeats)?,
                engine: row.some_text(engine),
                seed: row.needed(seed)?,
                seconds: row.number(seconds)?.unwrap_or(0.0),
                values: values.collect::<Result<_, _>>()?,
            })
        });
        rows.collect()
    }

    /// Returns whether the evaluation was completed, with the status `feasible`.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        self.status == "feasible"
    }

    /// Returns whether the evaluation has results, even if it ended early. A stopped baseline may
    /// come to the front when it is judged again.
    pub(crate) fn is_judged(&self) -> bool {
        self.is_feasible() || self.status == "stopped"
    }

    /// Returns a field of the granularity; blank if the granularity has no such field.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        let mut fields = self.granularity.iter();
        fields.find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Returns a quantity on the validation part or the folds; `None` if it is unknown.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        let position = Quantity::ALL.iter().position(|known| *known == quantity)?;
        self.values.get(position).copied().flatten()
    }
}

/// Returns the position of the layers: the second column of that name if a field of the granularity
/// has the same name.
fn layers(table: &Table) -> Result<usize, ReportError> {
    let first = table.position("layers")?;
    Ok(table.position_after(first + 1, "layers").unwrap_or(first))
}

/// Results of a front on the test part, over fresh trainings, by evaluation and quantity.
pub(crate) type Tested = BTreeMap<usize, BTreeMap<&'static str, Spread>>;

/// Reads the results on the test part from the table of a front. There are none if the file does
/// not exist yet.
///
/// Rows whose figures differ from those of `evaluations` are left out: they belong to an earlier
/// search in the same folder.
pub(crate) fn tested(path: &Path, evaluations: &[Evaluation]) -> Result<Tested, ReportError> {
    let Some(table) = Table::read_if_there(path)?.filter(|table| !table.is_blank()) else {
        return Ok(Tested::new());
    };
    let (index, layers) = (table.position("evaluation")?, layers(&table)?);
    let column = |name: &str| table.position_after(layers, name).ok();
    let known = Quantity::ALL.iter().filter_map(|&it| Some((it, column(it.name())?)));
    let known: Vec<_> = known.collect();
    let trained = Quantity::ALL.iter().filter(|quantity| !quantity.is_cost());
    let spreads = trained.filter_map(|quantity| {
        let column = |part: &str| column(&format!("test_{quantity}_{part}"));
        Some((quantity.name(), column("mean")?, column("deviation")?))
    });
    let spreads: Vec<_> = spreads.collect();

    let mut tested = Tested::new();
    for row in table.rows() {
        let index: usize = row.needed(index)?;
        let Some(evaluation) = evaluations.get(index).filter(|it| it.layers == row.text(layers))
        else {
            continue;
        };
        let mut is_same = true;
        for &(quantity, position) in &known {
            is_same &= row.number(position)? == evaluation.value(quantity);
        }
        if is_same {
            let mut of_row = BTreeMap::new();
            for &(name, mean, deviation) in &spreads {
                if let (Some(mean), Some(deviation)) = (row.number(mean)?, row.number(deviation)?) {
                    of_row.insert(name, Spread { mean, deviation });
                }
            }
            tested.insert(index, of_row);
        }
    }
    Ok(tested)
}
