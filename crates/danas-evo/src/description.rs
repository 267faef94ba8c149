//! Descriptions of settings, by which a journal knows its search.

use serde::Serialize;

/// Describes a strategy by its kind and its settings.
///
/// The description is JSON, so that it does not depend on how a type is named or printed. A setting
/// that is added later must be left out while it has the value that older versions had: a journal of
/// an older version is then still that of the same search.
pub(crate) fn of_strategy(kind: &str, settings: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct Strategy<'a, S> {
        kind: &'a str,
        #[serde(flatten)]
        settings: &'a S,
    }
    of(&Strategy { kind, settings })
}

/// Describes a setting as JSON.
#[cfg(feature = "journal")]
pub(crate) fn of(setting: &impl Serialize) -> String {
    // Settings have no keys or numbers that JSON lacks. A text that says so differs from all others.
    serde_json::to_string(setting).unwrap_or_else(|error| error.to_string())
}

/// Describes nothing: without journals, descriptions are not compared.
#[cfg(not(feature = "journal"))]
pub(crate) fn of(_setting: &impl Serialize) -> String {
    String::new()
}
