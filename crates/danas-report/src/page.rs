//! The HTML page of a run.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use danas::{Quantity, Spread};

use crate::{
    data,
    error::ReportError,
    evaluation::Evaluation,
    granularities::{self, Grid},
    run::Run,
    unit::{Unit, label},
};

const STYLE: &str = include_str!("../assets/report.css");
const LICENCES: &str = include_str!("../assets/LICENSES.txt");
const SCRIPTS: [&str; 3] = [
    include_str!("../assets/d3.min.js"),
    include_str!("../assets/plot.umd.min.js"),
    include_str!("../assets/report.js"),
];

/// Files that the page links to, if they exist.
const RECORDS: [&str; 7] = [
    "evaluations.csv",
    "front.csv",
    "baselines.csv",
    "recommended.json",
    "split.csv",
    "journal.jsonl",
    "config.toml",
];

/// State of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State<'a> {
    /// The search is running, as far as the records say.
    Running,
    /// The search has ended for this reason. Its front is being trained again and tested.
    Testing(&'a str),
    /// The records are final. Holds the reason why the search ended, if it is recorded.
    Over(Option<&'a str>),
}

impl State<'_> {
    fn text(self) -> String {
        match self {
            Self::Running => "The search is running, or was killed.".to_owned(),
            Self::Testing(reason) => {
                format!("The search has ended: {reason}. Its front is being tested.")
            }
            Self::Over(Some(reason)) => format!("The search has ended: {reason}."),
            Self::Over(None) => "The records do not say how the search ended.".to_owned(),
        }
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: String,
    /// Whether a later page will replace this one.
    is_running: bool,
    state: String,
    has_evaluations: bool,
    summary: Vec<(&'static str, String)>,
    recommended: Option<RecommendedRow>,
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

/// Recommended member, in words.
struct RecommendedRow {
    index: usize,
    candidate: String,
    figures: Vec<(&'static str, String)>,
    baselines: Vec<(String, String)>,
    beaten_by: Option<String>,
    has_few_groups: bool,
}

/// Row of the table: a member of the front.
struct MemberRow<'a> {
    index: usize,
    granularity: Vec<&'a str>,
    layers: &'a str,
    figures: Vec<Figure>,
    is_exported: bool,
}

/// Value of one objective for a member.
struct Figure {
    /// Value that the rows are sorted by.
    value: f64,
    validation: String,
    test: Option<String>,
}

impl Run {
    /// Returns the page: one HTML document that loads no other file.
    ///
    /// # Errors
    /// [`ReportError::Page`] if the page cannot be made from the figures.
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
            recommended: self.recommended_row(),
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
        let kind = || format!("Search over {}", self.config.kind);
        folder.map_or_else(kind, |it| format!("Search over {}", it.display()))
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
            ("Kind of data", self.config.kind.clone()),
            ("Evaluations", format!("{done} of {budget}")),
            ("By status", if done == 0 { "–".to_owned() } else { statuses.join(", ") }),
            ("Members of the front", self.front().count().to_string()),
            ("Hypervolume", format!("{:.4}", self.hypervolume())),
            ("Search time", time),
        ]
    }

    fn recommended_row(&self) -> Option<RecommendedRow> {
        let record = self.recommendation.as_ref()?;
        let member = record.member.as_ref()?;
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let known = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), percent);
        let bytes = |bytes: u64| Unit::of(Quantity::ModelSize).show(bytes as f64);
        let (low, high) = (percent(member.expected_low), percent(member.expected_high));
        let baselines = record.baselines.iter();
        let baselines = baselines.map(|it| (it.name.clone(), known(it.test_accuracy_float32)));
        let majority = percent(record.judging.majority_accuracy);
        Some(RecommendedRow {
            index: member.evaluation,
            candidate: member.candidate.clone(),
            figures: vec![
                ("Test accuracy, float32", known(member.test_accuracy_float32)),
                ("Test accuracy, int8", known(member.test_accuracy_int8)),
                ("Expected accuracy on new data", percent(member.expected_accuracy)),
                ("90 % prediction interval", format!("{low} to {high}")),
                ("Judged on", record.judging.to_string()),
                ("Size of float32 file", bytes(member.float32_bytes)),
                ("Size of int8 file", bytes(member.int8_bytes)),
                ("int8 RAM when streaming", bytes(member.int8_ram)),
            ],
            baselines: baselines
                .chain([("always the most frequent class".to_owned(), majority)])
                .collect(),
            beaten_by: record.beaten_by.clone(),
            has_few_groups: record.judging.has_few_groups(),
        })
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
            granularity: fields.iter().map(|it| granularities::shown(member.field(it))).collect(),
            layers: &member.layers,
            figures: figures.collect(),
            is_exported: self.exported.contains(&member.index),
        }
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let config = &self.config;
        let engines: BTreeSet<_> =
            self.evaluations.iter().filter_map(|it| it.engine.as_deref()).collect();
        let known = |text: Option<&str>| text.unwrap_or("(unknown version)").to_owned();
        let objectives = config.search.objectives.iter();
        let objectives: Vec<_> =
            objectives.map(|it| Quantity::objective(*it).to_string()).collect();
        vec![
            ("Search started by", format!("danas {}", known(self.version.as_deref()))),
            ("Page made by", format!("danas-report {}", env!("CARGO_PKG_VERSION"))),
            ("Engine", engines.into_iter().collect::<Vec<_>>().join(", ")),
            ("Search seed", config.search.seed.to_string()),
            ("Split seed", config.split.seed.to_string()),
            ("Objectives", objectives.join("; ")),
            match config.training.steps {
                Some(steps) => ("Steps", steps.to_string()),
                None => ("Epochs", config.training.epochs.to_string()),
            },
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
