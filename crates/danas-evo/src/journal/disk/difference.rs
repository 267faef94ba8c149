//! The first difference between the settings of two searches.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

use serde_json::Value;

/// Maximum number of characters of a value that are shown.
const LONGEST: usize = 120;

/// Number of characters shown before the place where two long values differ.
const BEFORE: usize = 40;

/// A setting that differs, with its value on either side if it is set there.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) setting: String,
    pub(super) values: [Option<String>; 2],
}

/// Returns the first setting that differs. In values that are JSON, this is a path such as
/// `training.steps` or `limits[0].bound`.
pub(super) fn first_difference(maps: [&BTreeMap<String, String>; 2]) -> Option<Difference> {
    let names: BTreeSet<&String> = maps.iter().flat_map(|map| map.keys()).collect();
    names.into_iter().find_map(|name| {
        let values = maps.map(|map| map.get(name));
        if values[0] == values[1] {
            return None;
        }
        let json = values.map(|value| serde_json::from_str(value?).ok());
        match json {
            [Some(a), Some(b)] => within(name.clone(), [Some(&a), Some(&b)]),
            _ => {
                Some(Difference { setting: name.clone(), values: values.map(Option::<&_>::cloned) })
            }
        }
    })
}

fn within(setting: String, values: [Option<&Value>; 2]) -> Option<Difference> {
    match values {
        [a, b] if a == b => None,
        [Some(Value::Object(a)), Some(Value::Object(b))] => {
            let names: BTreeSet<&str> = a.keys().chain(b.keys()).map(String::as_str).collect();
            let inner = |name| within(format!("{setting}.{name}"), [a.get(name), b.get(name)]);
            // The settings of another kind are others.
            iter::once("kind").chain(names).find_map(inner)
        }
        [Some(Value::Array(a)), Some(Value::Array(b))] if a.len() == b.len() => {
            let mut pairs = a.iter().zip(b).enumerate();
            pairs.find_map(|(at, (a, b))| within(format!("{setting}[{at}]"), [Some(a), Some(b)]))
        }
        _ => Some(Difference { setting, values: values.map(|value| value.map(Value::to_string)) }),
    }
}

/// Returns the texts by which an error shows two values. Of long values, it is the surroundings of
/// the place where they differ.
pub(super) fn shown([a, b]: [&Option<String>; 2]) -> [String; 2] {
    let common = match (a, b) {
        (Some(a), Some(b)) => a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count(),
        _ => 0,
    };
    [a, b].map(|value| match value {
        None => "not set".to_owned(),
        Some(value) if value.chars().count() <= LONGEST => format!("`{value}`"),
        Some(value) => {
            let start = common.saturating_sub(BEFORE);
            let part: String = value.chars().skip(start).take(LONGEST).collect();
            let begins = if start > 0 { "…" } else { "" };
            let ends = if value.chars().count() > start + LONGEST { "…" } else { "" };
            format!("`{begins}{part}{ends}`")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_difference_is_named_by_its_path() {
        let a = settings(&[
            ("seed", "7"),
            ("space", r#"{"rates":[8000,16000],"kernels":["3x3"]}"#),
            ("training", r#"{"steps":100,"optimizer":{"kind":"adam","rate":0.1}}"#),
        ]);
        assert_eq!(first_difference([&a, &a]), None);
        for (name, value, setting, here) in [
            ("seed", "8", "seed", Some("8")),
            ("seed", "none", "seed", Some("none")),
            ("space", r#"{"kernels":["3x3"],"rates":[8000,16000]}"#, "", None),
            ("space", r#"{"rates":[8000,4000],"kernels":["3x3"]}"#, "space.rates[1]", Some("4000")),
            ("space", r#"{"rates":[8000],"kernels":["3x3"]}"#, "space.rates", Some("[8000]")),
            ("space", r#"{"kernels":["3x3"]}"#, "space.rates", None),
            (
                "training",
                r#"{"steps":100,"optimizer":{"kind":"adam","rate":0.2}}"#,
                "training.optimizer.rate",
                Some("0.2"),
            ),
            (
                "training",
                r#"{"steps":100,"optimizer":{"beta":1,"kind":"sgd"}}"#,
                "training.optimizer.kind",
                Some(r#""sgd""#),
            ),
            ("other", "1", "other", Some("1")),
        ] {
            let mut b = a.clone();
            b.insert(name.to_owned(), value.to_owned());
            let found = first_difference([&a, &b]);
            if setting.is_empty() {
                assert_eq!(found, None, "{value}");
                continue;
            }
            let found = found.unwrap();
            assert_eq!((found.setting.as_str(), found.values[1].as_deref()), (setting, here));
        }
    }

    #[test]
    fn long_values_are_shown_where_they_differ() {
        let common = "a".repeat(300);
        let [a, b] = ["x", "y"].map(|end| Some(format!("{common}{end}{common}")));
        let [a, b] = shown([&a, &b]);
        assert!(a.contains("aaax") && b.contains("aaay") && a != b, "{a} {b}");
        assert!(a.chars().count() <= LONGEST + 4, "{a}");
        assert_eq!(shown([&Some("1".to_owned()), &None]), ["`1`", "not set"]);
    }
}
