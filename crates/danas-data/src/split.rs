//! The division of examples into train, validation and test parts.

mod cover;
mod error;
mod fixed;
mod named;
mod table;

use std::collections::BTreeMap;

use rand::seq::SliceRandom;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde::{Deserialize, Serialize};

use crate::{part::Part, source::DataSource};
use cover::cover;
pub use error::SplitError;
use fixed::Fixed;
pub(crate) use table::relative;
pub use table::write_split;

/// How examples are divided: as whoever published them has done it, by shares, and, if they have
/// groups, by the names of groups.
///
/// A split that comes with the data is honoured exactly. If it has no validation or no test part,
/// that part is drawn from the train part, in proportion to the shares.
///
/// A part whose groups are named consists of exactly these groups. The remaining groups are divided
/// among the remaining parts in proportion to their shares: with `test_groups` alone, among train
/// and validation; with both lists, all of them train.
///
/// ```
/// use danas_data::{Part, Split, SplitConfig};
///
/// let speakers = ["ann", "ben", "cleo", "dan", "ann", "ben", "cleo", "dan"].map(str::to_owned);
/// let labels = [0, 0, 0, 0, 1, 1, 1, 1];
/// let config = SplitConfig { test_groups: vec!["ben".to_owned()], ..SplitConfig::default() };
/// let split = Split::new(&config, &labels, Some(&speakers), &["yes".into(), "no".into()])?;
/// assert_eq!(split.part(Part::Test), [1, 5]);
/// # Ok::<(), danas_data::SplitError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SplitConfig {
    /// The share of the examples on which the search judges candidates. Default: 0.2.
    pub validation: f64,
    /// The share of the examples on which the front is judged. The search never sees it.
    /// Default: 0.2.
    pub test: f64,
    /// Seed of the split. It is separate from the seed of the search, so that searches with
    /// different seeds remain comparable. Default: 0.
    pub seed: u64,
    /// The groups on which the search judges candidates. Default: none, they are drawn according to
    /// the share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub validation_groups: Vec<String>,
    /// The groups on which the front is judged. Default: none, they are drawn according to the
    /// share.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub test_groups: Vec<String>,
    /// Whether the split that comes with the data is used, if there is one. Default: `true`.
    #[serde(skip_serializing_if = "is_true")]
    pub given: bool,
}

const fn is_true(value: &bool) -> bool {
    *value
}

impl Default for SplitConfig {
    fn default() -> Self {
        Self {
            validation: 0.2,
            test: 0.2,
            seed: 0,
            validation_groups: Vec::new(),
            test_groups: Vec::new(),
            given: true,
        }
    }
}

/// A division of examples into parts. Every example belongs to exactly one part, and every class
/// occurs in every part.
///
/// The division is stratified: each part gets about its share of every class. If examples have
/// groups, each group belongs to one part as a whole, and the shares are met about as closely as the
/// groups allow. Where the shares would leave a part without a class, they give way. Groups that
/// [`SplitConfig`] names belong to the part that it names them for.
///
/// ```
/// use danas_data::{Part, Split, SplitConfig};
///
/// let labels = [0, 1].repeat(50);
/// let split = Split::new(&SplitConfig::default(), &labels, None, &["yes".into(), "no".into()])?;
/// assert_eq!(split.part(Part::Train).len(), 60);
/// assert_eq!(split.part(Part::Test).len(), 20);
/// # Ok::<(), danas_data::SplitError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    parts: [Vec<usize>; 3],
    /// Whether the validation part was not drawn.
    fixed_validation: bool,
}

impl Split {
    /// Splits the examples of a source: as [given](DataSource::parts), or else by
    /// [`new`](Self::new).
    ///
    /// # Errors
    /// The errors of [`new`](Self::new), and [`SplitError`] for a given split that divides a group,
    /// that has a part without some class, or that is not the only one to say which groups belong to
    /// a part.
    pub fn of<S: DataSource>(config: &SplitConfig, source: &S) -> Result<Self, SplitError> {
        let (labels, groups, classes) = (source.labels(), source.groups(), source.classes());
        let Some(given) = source.parts().filter(|_| config.given) else {
            return Self::new(config, labels, groups, classes);
        };
        if let Some(part) = [Part::Validation, Part::Test]
            .into_iter()
            .find(|&part| !named::names(config, part).is_empty())
        {
            return Err(SplitError::GivenAndNamed { part });
        }
        Self::divided(config, &Fixed::given(given, groups)?, labels, groups, classes)
    }

    /// Splits examples with these `labels` (indices into `classes`) and, if there are any, these
    /// `groups`.
    ///
    /// # Errors
    /// [`SplitError`] for shares that leave a part empty, for a label without a class, for named
    /// groups that do not exist or that are named for two parts, for fewer groups than parts, and
    /// if a part would lack a class.
    pub fn new(
        config: &SplitConfig,
        labels: &[usize],
        groups: Option<&[String]>,
        classes: &[String],
    ) -> Result<Self, SplitError> {
        Self::divided(config, &Fixed::named(config, groups)?, labels, groups, classes)
    }

    /// Divides the examples whose part is not fixed among the other parts.
    fn divided(
        config: &SplitConfig,
        fixed: &Fixed,
        labels: &[usize],
        groups: Option<&[String]>,
        classes: &[String],
    ) -> Result<Self, SplitError> {
        let SplitConfig { validation, test, seed, .. } = *config;
        if !(validation > 0.0 && test > 0.0 && validation + test < 1.0) {
            return Err(SplitError::Shares { validation, test });
        }
        if let Some(example) = labels.iter().position(|&label| label >= classes.len()) {
            return Err(SplitError::Label { example, label: labels[example] });
        }
        let mut parts: [Vec<usize>; 3] = Default::default();
        let mut drawn = Vec::new();
        for example in 0..labels.len() {
            match fixed.part_of(example, groups) {
                Some(part) => parts[part as usize].push(example),
                None => drawn.push(example),
            }
        }
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut units = units(&drawn, labels, groups, classes.len());
        let open = Part::ALL.map(|part| !fixed.has(part));
        if groups.is_some() && units.len() < open.iter().filter(|&&open| open).count() {
            let parts = Part::ALL.into_iter().filter(|&part| open[part as usize]).collect();
            return Err(SplitError::TooFewGroups { groups: units.len(), parts });
        }
        units.shuffle(&mut rng);
        if groups.is_some() {
            // Lopsided groups come first, while there is still room to balance them.
            units.sort_by_key(|unit| std::cmp::Reverse(unit.lopsidedness()));
        }
        let mut shares = [1.0 - validation - test, validation, test];
        if open.contains(&false) {
            let left: f64 = shares.iter().zip(open).map(|(it, open)| f64::from(open) * it).sum();
            shares = shares.map(|share| share / left);
        }
        let has_all = |examples: &[usize]| {
            (0..classes.len()).all(|class| examples.iter().any(|&it| labels[it] == class))
        };
        for part in Part::ALL.into_iter().filter(|&part| fixed.has(part)) {
            let examples = &parts[part as usize];
            let lacks = |class: &usize| !examples.iter().any(|&it| labels[it] == *class);
            if let Some(class) = (0..classes.len()).find(lacks) {
                let class = classes[class].clone();
                return Err(fixed.lacks(class, part, config));
            }
        }
        let free = vec![None; units.len()];
        let mut assigned = assign(&units, &shares, &open, &free, classes.len());
        let is_legal = |assigned: &[Vec<usize>]| {
            assigned.iter().zip(open).all(|(examples, open)| !open || has_all(examples))
        };
        if !is_legal(&assigned) {
            let chosen = cover(&units, &open, classes.len(), |unit, part| {
                (unit.len() as f64 / drawn.len() as f64 - shares[part]).abs()
            });
            let chosen = chosen.ok_or_else(|| {
                let parts: Vec<Part> =
                    Part::ALL.into_iter().filter(|&it| open[it as usize]).collect();
                let count = |class: usize| units.iter().filter(|unit| unit.has(class)).count();
                let rarest = (0..classes.len()).min_by_key(|&class| count(class)).unwrap_or(0);
                let class = classes.get(rarest).cloned().unwrap_or_default();
                let (has, grouped) = (count(rarest), groups.is_some());
                SplitError::MissingClass { class, has, parts, grouped }
            })?;
            assigned = assign(&units, &shares, &open, &chosen, classes.len());
        }
        for (part, examples) in parts.iter_mut().zip(assigned) {
            part.extend(examples);
            part.sort_unstable();
        }
        Ok(Self { parts, fixed_validation: fixed.has(Part::Validation) })
    }

    /// Returns whether the validation part was not drawn, because the configuration names its groups
    /// or because it comes with the data.
    pub(crate) const fn has_fixed_validation(&self) -> bool {
        self.fixed_validation
    }

    /// Returns the examples of a part, ascending.
    #[must_use]
    pub fn part(&self, part: Part) -> &[usize] {
        &self.parts[part as usize]
    }
}

/// Examples that stay together: a group, or a single example.
pub(crate) struct Unit {
    examples: Vec<usize>,
    /// Number of examples of each class.
    classes: Vec<usize>,
}

impl Unit {
    pub(crate) fn len(&self) -> usize {
        self.examples.len()
    }

    /// Returns whether it has an example of a class.
    fn has(&self, class: usize) -> bool {
        self.classes[class] > 0
    }

    /// Returns the classes of its examples.
    fn present(&self) -> impl Iterator<Item = usize> {
        (0..self.classes.len()).filter(|&class| self.has(class))
    }

    fn lopsidedness(&self) -> usize {
        let most = self.classes.iter().max().copied().unwrap_or(0);
        let least = self.classes.iter().min().copied().unwrap_or(0);
        most - least
    }
}

/// Returns the units of some of the examples, which are the groups if there are any.
pub(crate) fn units(
    examples: &[usize],
    labels: &[usize],
    groups: Option<&[String]>,
    classes: usize,
) -> Vec<Unit> {
    let mut members: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for &example in examples {
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

/// Assigns each unit to the open part where it brings the classes' shares closest to the wanted
/// ones. The last units go to parts that are still empty. Units whose part is `chosen` go there.
pub(crate) fn assign(
    units: &[Unit],
    shares: &[f64],
    open: &[bool],
    chosen: &[Option<usize>],
    classes: usize,
) -> Vec<Vec<usize>> {
    let mut totals = vec![0.0; classes];
    for unit in units {
        for (total, &count) in totals.iter_mut().zip(&unit.classes) {
            *total += count as f64;
        }
    }
    // What each part still lacks of each class, as a share of that class.
    let mut lacking: Vec<Vec<f64>> = shares.iter().map(|&share| vec![share; classes]).collect();
    let mut parts = vec![Vec::new(); shares.len()];
    for (index, unit) in units.iter().enumerate() {
        let portions: Vec<f64> = unit
            .classes
            .iter()
            .zip(&totals)
            .map(|(&count, &total)| if count == 0 { 0.0 } else { count as f64 / total })
            .collect();
        // The increase of the squared distance from the wanted shares.
        let growth = |lacking: &Vec<f64>| -> f64 {
            portions.iter().zip(lacking).map(|(p, lack)| p * (p - 2.0 * lack)).sum()
        };
        let costs: Vec<f64> = lacking.iter().map(growth).collect();
        let empty: Vec<bool> =
            parts.iter().zip(open).map(|(part, &open)| open && part.is_empty()).collect();
        let is_last = units.len() - index <= empty.iter().filter(|&&empty| empty).count();
        let allowed = if is_last { &empty } else { open };
        let chosen = chosen.get(index).copied().flatten();
        let is_allowed = |part: &usize| chosen.map_or(allowed[*part], |chosen| chosen == *part);
        let allowed = (0..shares.len()).filter(is_allowed);
        // Of equal costs, the first one wins.
        let Some(best) = allowed.min_by(|&a, &b| costs[a].total_cmp(&costs[b])) else { continue };
        for (lack, portion) in lacking[best].iter_mut().zip(&portions) {
            *lack -= portion;
        }
        parts[best].extend(&unit.examples);
    }
    parts
}
