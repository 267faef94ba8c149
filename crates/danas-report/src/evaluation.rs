//! The rows of `evaluations.csv` and `front.csv`.

use std::{collections::BTreeMap, path::Path};

use danas::{Quantity, Spread};

use crate::{ReportError, table::Table};

/// The column of the strength of augmentation.
const AUGMENTATION: &str = "augmentation";

/// An evaluation, as the table of a run has it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Evaluation {
    /// Ask number.
    pub index: usize,
    /// The fields of the granularity, and last the strength of augmentation in percent, where the table has it; with
    /// their values as text.
    pub granularity: Vec<(String, String)>,
    /// The layers of the architecture.
    pub layers: String,
    /// What became of it: `feasible`, `stopped`, `infeasible`, `failed` or `skipped`.
    pub status: String,
    /// Why it has no figures.
    pub reason: Option<String>,
    /// What it exceeds soft limits by; 0 within them.
    pub penalty: f64,
    /// The evaluation that it repeats.
    pub repeats: Option<usize>,
    /// The engine that trained it.
    pub engine: Option<String>,
    /// The seed of its training.
    pub seed: u64,
    /// How long it took.
    pub seconds: f64,
    values: Vec<Option<f64>>,
}

impl Evaluation {
    /// Of a table; none where there is no file yet.
    pub(crate) fn read(path: &Path) -> Result<Vec<Self>, ReportError> {
        let Some(table) = Table::read_if_there(path)?.filter(|table| !table.is_blank()) else {
            return Ok(Vec::new());
        };
        // A granularity may have fields with the names of later columns.
        let (index, layers) = (table.position("evaluation")?, layers(&table)?);
        let column = |name: &str| table.position_after(layers, name);
        let fields: Vec<&str> = table.names().take(layers).skip(index + 1).collect();
        let (status, reason, penalty) = (column("status")?, column("reason")?, column("penalty")?);
        let (repeats, engine) = (column("repeats")?, column("engine")?);
        let (seed, seconds) = (column("seed")?, column("seconds")?);
        // Tables grow: one of an earlier version has fewer quantities, and no strengths of augmentation.
        let augmentation = column(AUGMENTATION).ok();
        let quantities = Quantity::ALL.map(|quantity| column(quantity.name()).ok());
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

    /// Whether it was judged to the end.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        self.status == "feasible"
    }

    /// Whether it has figures, be it that its evaluation ended early: a baseline may come to the front so, once
    /// it was judged again.
    pub(crate) fn is_judged(&self) -> bool {
        self.is_feasible() || self.status == "stopped"
    }

    /// A field of the granularity; blank where it has no such field.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        let mut fields = self.granularity.iter();
        fields.find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A quantity on the validation part; `None` where it is not known.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        let position = Quantity::ALL.iter().position(|known| *known == quantity)?;
        self.values.get(position).copied().flatten()
    }
}

/// Where the layers stand: the last column of that name, since a field of the granularity may have it, too.
fn layers(table: &Table) -> Result<usize, ReportError> {
    let first = table.position("layers")?;
    Ok(table.position_after(first + 1, "layers").unwrap_or(first))
}

/// What a front achieves on the test part: by evaluation and quantity, over fresh trainings.
pub(crate) type Tested = BTreeMap<usize, BTreeMap<&'static str, Spread>>;

/// Of the table of a front; nothing where there is none yet. Rows with other figures than these evaluations are left
/// out: an earlier search in the same folder has left them.
pub(crate) fn tested(path: &Path, evaluations: &[Evaluation]) -> Result<Tested, ReportError> {
    let Some(table) = Table::read_if_there(path)?.filter(|table| !table.is_blank()) else {
        return Ok(Tested::new());
    };
    let (index, layers) = (table.position("evaluation")?, layers(&table)?);
    let column = |name: &str| table.position_after(layers, name).ok();
    let known = Quantity::ALL.iter().filter_map(|&it| Some((it, column(it.name())?)));
    let known: Vec<_> = known.collect();
    let trained = Quantity::ALL.into_iter().filter(|quantity| !quantity.is_cost());
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
