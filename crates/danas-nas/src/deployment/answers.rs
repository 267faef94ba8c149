//! What a model answers to the examples of the test part.

use std::io;

use danas_data::{DataSource, Span};

/// An example of the test part, and the answer of the int8 model to it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TestAnswer {
    /// File of the example, or its index if it has none.
    pub path: String,
    /// Span of the example within its file, if it has one.
    pub span: Option<Span>,
    /// Class of the example, as an index.
    pub class: usize,
    /// The probability of each class is `(score + 128) / 256`.
    pub scores: Vec<i8>,
}

impl TestAnswer {
    pub(crate) fn new<S: DataSource>(source: &S, example: usize, scores: Vec<i8>) -> Self {
        let path = source.path(example);
        Self {
            path: path.map_or_else(|| example.to_string(), |path| path.display().to_string()),
            span: source.span(example),
            class: source.labels().get(example).copied().unwrap_or_default(),
            scores,
        }
    }
}

impl TestAnswer {
    /// Returns whether the class with the highest score, the first one of several, is the example's.
    #[must_use]
    pub fn is_right(&self) -> bool {
        let highest = self.scores.iter().max();
        self.scores.iter().position(|score| Some(score) == highest) == Some(self.class)
    }
}

/// Returns a table with a row for each answer: `path`, `start` and `end` in seconds (empty for whole
/// files), `class`, and the score of each class.
pub(super) fn table(answers: &[TestAnswer], classes: &[String]) -> io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    let columns = ["path", "start", "end", "class"].map(str::to_owned);
    let scores = classes.iter().map(|class| format!("score of {class}"));
    table.write_record(columns.into_iter().chain(scores))?;
    for TestAnswer { path, span, class, scores } in answers {
        let [start, end] = span
            .map(|span| [span.start(), span.end()].map(|seconds| seconds.to_string()))
            .unwrap_or_default();
        let class = classes.get(*class).cloned().unwrap_or_default();
        let scores = scores.iter().map(i8::to_string);
        table.write_record([path.clone(), start, end, class].into_iter().chain(scores))?;
    }
    table.into_inner().map_err(|error| error.into_error())
}
