//! The reason why a candidate has no scores, as data and in words.

use std::{error::Error, fmt};

use serde::{Deserialize, Serialize};

/// Reason why a candidate has no scores.
///
/// Its `kind` is for programs, which count and compare reasons by it. Its text is for readers.
///
/// ```
/// use danas_evo::{Excess, Reason};
///
/// let reason = Reason::new("model_size", "the model has 2000 B, more than the 1000 B allowed")
///     .with_excess(Excess { value: 2000.0, bound: 1000.0 });
/// assert_eq!(reason.kind, "model_size");
/// assert_eq!(reason.to_string(), "the model has 2000 B, more than the 1000 B allowed");
/// assert_eq!(Reason::from("too large").kind, Reason::OTHER);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reason {
    /// Name of the kind of reason, such as that of a limit. It contains no numbers, so that equal
    /// reasons of different candidates have the same kind.
    pub kind: String,
    /// Value and bound, if the candidate breaks a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Excess>,
    /// Description for readers.
    pub text: String,
}

/// A value that exceeds a limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Excess {
    /// Value of the candidate.
    pub value: f64,
    /// Last value within the limit.
    pub bound: f64,
}

impl Reason {
    /// Kind of a reason that was given as text alone.
    pub const OTHER: &'static str = "other";

    /// Creates a reason of a kind.
    #[must_use]
    pub fn new(kind: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind: kind.into(), excess: None, text: text.into() }
    }

    /// Creates a reason of a kind from an error. The text joins the messages of the error and of all
    /// its causes.
    ///
    /// ```
    /// use danas_evo::{Fault, Reason, TellError};
    ///
    /// let fault = Fault::<TellError>::Verdict(TellError::Unexpected { index: 3 });
    /// let text = "the evaluator's result cannot be used: no result is expected for candidate 3";
    /// assert_eq!(Reason::of_error("fault", &fault), Reason::new("fault", text));
    /// ```
    #[must_use]
    pub fn of_error(kind: impl Into<String>, error: &dyn Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Self::new(kind, text)
    }

    /// Adds the value and the bound that it exceeds.
    #[must_use]
    pub fn with_excess(self, excess: Excess) -> Self {
        Self { excess: Some(excess), ..self }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Self {
        Self::new(Self::OTHER, text)
    }
}

impl From<&str> for Reason {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}
