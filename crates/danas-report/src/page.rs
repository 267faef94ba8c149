//! The page of a run.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use danas::{Quantity, Spread};

use crate::{
    Evaluation, ReportError, Run, data,
    granularities::{self, Grid},
    unit::{Unit, label},
};

const STYLE: &str = include_str!("../assets/report.css");
const LICENCES: &str = include_str!("../assets/LICENSES.txt");
const SCRIPTS: [&str; 3] = [
    include_str!("../assets/d3.min.js"),
    include_str!("../assets/plot.umd.min.js"),
    include_str!("../assets/report.js"),
];

/// What the page has links to, if it is there.
const RECORDS: [&str; 5] =
    ["evaluations.csv", "front.csv", "journal.jsonl", "config.toml", "split.csv"];

/// Where a search is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State<'a> {
    /// It goes on, as far as the records tell.
    Running,
    /// It has ended for this reason, and its front is trained anew and tested.
    Testing(&'a str),
    /// Nothing more will come. Why it ended, if that is on record.
    Over(Option<&'a str>),
}

impl State<'_> {
    fn text(self) -> String {
        match self {
            Self::Running => "The search goes on, or was killed.".to_owned(),
            Self::Testing(reason) => {
                format!("The search has ended: {reason}. Its front is being tested.")
            }
            Self::Over(Some(reason)) => format!("The search has ended: {reason}."),
            Self::Over(None) => "How the search ended is not on record.".to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: String,
    /// Whether another page will take the place of this one.
    is_running: bool,
    state: String,
    has_evaluations: bool,
    summary: Vec<(&'static str, String)>,
    fields: Vec<String>,
    objectives: Vec<String>,
    members: Vec<MemberRow<'a>>,
    grids: Vec<Grid>,
    has_curves: bool,
    settings: Vec<(&'static str, String)>,
    records: Vec<&'static str>,
    config: &'a str,
    data: String,
    style: &'static str,
    scripts: [&'static str; 3],
    licences: &'static str,
}

/// A member of the front in the table.
struct MemberRow<'a> {
    index: usize,
    granularity: Vec<&'a str>,
    layers: &'a str,
    figures: Vec<Figure>,
    is_exported: bool,
}

/// An objective of a member.
struct Figure {
    /// What rows are sorted by.
    value: f64,
    validation: String,
    test: Option<String>,
}

impl Run {
    /// The page: one HTML document that needs nothing beside it.
    ///
    /// # Errors
    /// [`ReportError::Page`] for figures that it cannot hold.
    pub fn html(&self) -> Result<String, ReportError> {
        self.page(&match &self.ended {
            None if self.has_journal => State::Running,
            ended => State::Over(ended.as_deref()),
        })
    }

    pub(crate) fn page(&self, state: &State<'_>) -> Result<String, ReportError> {
        let objectives = self.config.search.objectives.iter();
        let fields = granularities::varying(&self.evaluations);
        let page = Page {
            title: self.title(),
            is_running: !matches!(state, State::Over(_)),
            state: state.text(),
            has_evaluations: !self.evaluations.is_empty(),
            summary: self.summary(),
            objectives: objectives.map(|&quantity| label(quantity)).collect(),
            members: self.front().map(|member| self.row(member, &fields)).collect(),
            grids: granularities::grids(self),
            has_curves: self.front().any(|member| !self.trainings(member.index).is_empty()),
            settings: self.settings(),
            records: RECORDS.into_iter().filter(|it| self.folder.join(it).exists()).collect(),
            fields,
            config: &self.config_text,
            data: data::json(self)?,
            style: STYLE,
            scripts: SCRIPTS,
            licences: LICENCES,
        };
        page.render().map_err(|error| ReportError::Page(error.into()))
    }

    fn title(&self) -> String {
        let folder = self.config.data.folder.as_ref();
        folder.map_or_else(|| "Search".to_owned(), |it| format!("Search over {}", it.display()))
    }

    fn summary(&self) -> Vec<(&'static str, String)> {
        let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
        for evaluation in &self.evaluations {
            *statuses.entry(&evaluation.status).or_default() += 1;
        }
        let statuses: Vec<_> =
            statuses.iter().map(|(status, count)| format!("{count} {status}")).collect();
        let (done, budget) = (self.evaluations.len(), self.config.search.evaluations);
        let seconds = self.times().last().map_or(0.0, |seconds| seconds.round());
        let time = if self.has_journal { format!("{seconds} s") } else { "–".to_owned() };
        vec![
            ("Evaluations", format!("{done} of {budget}")),
            ("Of these", if done == 0 { "–".to_owned() } else { statuses.join(", ") }),
            ("On the front", self.growth.front().len().to_string()),
            ("Hypervolume", format!("{:.4}", self.hypervolume())),
            ("Search time", time),
        ]
    }

    fn row<'a>(&'a self, member: &'a Evaluation, fields: &[String]) -> MemberRow<'a> {
        let figures = self.config.search.objectives.iter().map(|&quantity| {
            let value = member.value(quantity).unwrap_or(f64::NAN);
            let tested = self.tested.get(&member.index).and_then(|it| it.get(quantity.name()));
            let unit = Unit::of(quantity);
            let test = tested.map(|&Spread { mean, deviation }| {
                format!("{} ± {}", unit.show(mean), unit.show(deviation))
            });
            Figure { value, validation: unit.show(value), test }
        });
        MemberRow {
            index: member.index,
            granularity: fields.iter().map(|field| member.field(field)).collect(),
            layers: &member.layers,
            figures: figures.collect(),
            is_exported: self.exported.contains(&member.index),
        }
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let config = &self.config;
        let engines: BTreeSet<_> =
            self.evaluations.iter().filter_map(|it| it.engine.as_deref()).collect();
        let known = |text: Option<&str>| text.unwrap_or("not on record").to_owned();
        let objectives = config.search.objectives.iter();
        let objectives: Vec<_> =
            objectives.map(|it| Quantity::objective(*it).to_string()).collect();
        vec![
            ("Begun by", format!("danas {}", known(self.version.as_deref()))),
            ("Page by", format!("danas-report {}", env!("CARGO_PKG_VERSION"))),
            ("Engine", engines.into_iter().collect::<Vec<_>>().join(", ")),
            ("Seed of the search", config.search.seed.to_string()),
            ("Seed of the split", config.split.seed.to_string()),
            ("Objectives", objectives.join("; ")),
            ("Epochs", config.training.epochs.to_string()),
            ("Look-ahead", config.search.look_ahead.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use danas::{Config, Preset};

    use super::*;

    #[test]
    fn a_page_is_followed_until_nothing_more_will_come() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::preset(Preset::Words).to_toml().unwrap();
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        let run = Run::read(&folder).unwrap();
        for (state, follows) in [
            (State::Running, true),
            (State::Testing("it was so"), true),
            (State::Over(Some("it was so")), false),
            (State::Over(None), false),
        ] {
            let page = run.page(&state).unwrap();
            assert_eq!(page.contains("id=\"follow\""), follows, "{state:?}");
            assert!(page.contains(&state.text()));
        }
    }
}
