//! Train, validation and test: who learns, who chooses, who reports.

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde::{Deserialize, Serialize};

/// The shares of the examples that do not train.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitConfig {
    /// The share on which the search judges candidates. Default: 0.2.
    pub validation: f64,
    /// The share on which the front is reported, never seen by the search. Default: 0.2.
    pub test: f64,
    /// The seed of the split, apart from the search's own: searches with other seeds remain
    /// comparable. Default: 0.
    pub seed: u64,
}

impl Default for SplitConfig {
    fn default() -> Self {
        Self { validation: 0.2, test: 0.2, seed: 0 }
    }
}

/// One of the three parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Trains the networks.
    Train,
    /// Guides the search.
    Validation,
    /// Reports the front.
    Test,
}

impl Part {
    const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];
}

/// Which examples belong to which part: every example to exactly one, every class in every part.
///
/// Stratified: each part holds each class in about the share of the part. Where examples have
/// groups, a group goes to one part as a whole, and the shares are met as well as the groups allow.
///
/// ```
/// use danas::{Part, Split, SplitConfig};
///
/// let labels = [0, 1].repeat(50);
/// let split = Split::new(&SplitConfig::default(), &labels, None, &["yes".into(), "no".into()])?;
/// assert_eq!(split.part(Part::Train).len(), 60);
/// assert_eq!(split.part(Part::Test).len(), 20);
/// # Ok::<(), danas::SplitError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    parts: [Vec<usize>; 3],
}

impl Split {
    /// Splits examples with these `labels` (indices into `classes`) and perhaps `groups`.
    ///
    /// # Errors
    /// [`SplitError`] for shares that leave a part empty, for a label without a class, and where a
    /// part would lack a class.
    pub fn new(
        config: &SplitConfig,
        labels: &[usize],
        groups: Option<&[String]>,
        classes: &[String],
    ) -> Result<Self, SplitError> {
        let SplitConfig { validation, test, seed } = *config;
        if !(validation > 0.0 && test > 0.0 && validation + test < 1.0) {
            return Err(SplitError::Shares { validation, test });
        }
        if let Some(example) = labels.iter().position(|&label| label >= classes.len()) {
            return Err(SplitError::Label { example, label: labels[example] });
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut units = units(labels, groups, classes.len());
        units.shuffle(&mut rng);
        if groups.is_some() {
            // Lopsided groups first, as long as there is room to balance them.
            units.sort_by_key(|unit| std::cmp::Reverse(unit.lopsidedness()));
        }
        let shares = [1.0 - validation - test, validation, test];
        let mut assigned = assign(&units, &shares, classes.len()).into_iter();
        let parts = std::array::from_fn(|_| {
            let mut part = assigned.next().unwrap_or_default();
            part.sort_unstable();
            part
        });
        let split = Self { parts };
        for (label, class) in classes.iter().enumerate() {
            for part in Part::ALL {
                if !split.part(part).iter().any(|&example| labels[example] == label) {
                    let grouped = groups.is_some();
                    return Err(SplitError::MissingClass { class: class.clone(), part, grouped });
                }
            }
        }
        Ok(split)
    }

    /// The examples of a part, ascending.
    #[must_use]
    pub fn part(&self, part: Part) -> &[usize] {
        &self.parts[part as usize]
    }
}

/// Examples that stay together: a group, or a single example.
pub(crate) struct Unit {
    examples: Vec<usize>,
    /// The number of examples of each class.
    classes: Vec<usize>,
}

impl Unit {
    pub(crate) fn len(&self) -> usize {
        self.examples.len()
    }

    fn lopsidedness(&self) -> usize {
        let most = self.classes.iter().max().copied().unwrap_or(0);
        let least = self.classes.iter().min().copied().unwrap_or(0);
        most - least
    }
}

/// The units of examples with these `labels`, by group where there are any.
pub(crate) fn units(labels: &[usize], groups: Option<&[String]>, classes: usize) -> Vec<Unit> {
    let mut members: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for example in 0..labels.len() {
        let key = match groups.and_then(|groups| groups.get(example)) {
            Some(group) => (group.as_str(), 0),
            None => ("", example),
        };
        members.entry(key).or_default().push(example);
    }
    let unit = |examples: Vec<usize>| {
        let mut counts = vec![0; classes];
        for &example in &examples {
            counts[labels[example]] += 1;
        }
        Unit { examples, classes: counts }
    };
    members.into_values().map(unit).collect()
}

/// Gives each unit to the part where it brings the classes' shares closest to the wanted ones, the
/// first of equals; a part for each of `shares`.
pub(crate) fn assign(units: &[Unit], shares: &[f64], classes: usize) -> Vec<Vec<usize>> {
    let mut totals = vec![0.0; classes];
    for unit in units {
        for (total, &count) in totals.iter_mut().zip(&unit.classes) {
            *total += count as f64;
        }
    }
    // What each part still lacks of each class, as a share of that class.
    let mut lacking: Vec<Vec<f64>> = shares.iter().map(|&share| vec![share; classes]).collect();
    let mut parts = vec![Vec::new(); shares.len()];
    for unit in units {
        let portions: Vec<f64> = unit
            .classes
            .iter()
            .zip(&totals)
            .map(|(&count, &total)| if count == 0 { 0.0 } else { count as f64 / total })
            .collect();
        // By how much the squared distance from the wanted shares would grow.
        let growth = |lacking: &Vec<f64>| -> f64 {
            portions.iter().zip(lacking).map(|(p, lack)| p * (p - 2.0 * lack)).sum()
        };
        let costs: Vec<f64> = lacking.iter().map(growth).collect();
        let best =
            (1..costs.len()).fold(0, |best, i| if costs[i] < costs[best] { i } else { best });
        for (lack, portion) in lacking[best].iter_mut().zip(&portions) {
            *lack -= portion;
        }
        parts[best].extend(&unit.examples);
    }
    parts
}

/// A split that cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// Shares that are not shares, or that leave nothing to train on.
    #[error("shares of {validation} for validation and {test} for test leave no three parts")]
    Shares {
        /// The share of the validation part.
        validation: f64,
        /// The share of the test part.
        test: f64,
    },
    /// A label beyond the classes.
    #[error("example {example} has label {label}, which no class has")]
    Label {
        /// The example.
        example: usize,
        /// Its label.
        label: usize,
    },
    /// Fewer groups, or examples, than folds.
    #[error(
        "{folds} folds need as many {kind}, but {groups} are left to train and validate: lower \
         `search.judging.folds`",
        kind = if *grouped { "groups" } else { "examples" }
    )]
    TooFewFolds {
        /// The folds asked for.
        folds: usize,
        /// The groups, or examples, outside the test part.
        groups: usize,
        /// Whether groups keep examples together.
        grouped: bool,
    },
    /// Too few examples, or groups, for a class to be in every part.
    #[error(
        "the class {class} is missing from the {} part: it has too few {}",
        format!("{part:?}").to_lowercase(),
        if *grouped { "groups" } else { "examples" }
    )]
    MissingClass {
        /// The class.
        class: String,
        /// The part without it.
        part: Part,
        /// Whether groups kept its examples together.
        grouped: bool,
    },
}
