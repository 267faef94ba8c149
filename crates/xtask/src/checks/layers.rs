//! The layer check: tests which crate of the workspace depends on which.

use std::fmt;

use super::tree::Tree;
use crate::error::Error;

/// A crate, and the crates of this workspace that it may depend on.
struct Layer {
    name: &'static str,
    below: Below,
}

#[derive(Debug, Clone, Copy)]
enum Below {
    /// The crate may depend on these and on no others.
    AtMost(&'static [&'static str]),
    /// The crate must depend on all of these and on no others.
    Exactly(&'static [&'static str]),
}

impl Below {
    fn crates(self) -> &'static [&'static str] {
        match self {
            Self::AtMost(crates) | Self::Exactly(crates) => crates,
        }
    }
}

/// The permitted dependencies. A new one is a change of architecture: see `docs/architecture.md`.
const LAYERS: [Layer; 14] = [
    Layer { name: "danas-space", below: Below::AtMost(&[]) },
    Layer { name: "danas-evo", below: Below::AtMost(&[]) },
    Layer { name: "danas-dsp", below: Below::AtMost(&["danas-space"]) },
    Layer { name: "danas-size", below: Below::AtMost(&["danas-space"]) },
    Layer { name: "danas-model", below: Below::AtMost(&["danas-space"]) },
    Layer {
        name: "danas-firmware",
        below: Below::AtMost(&["danas-space", "danas-dsp", "danas-size"]),
    },
    Layer {
        name: "danas-data",
        below: Below::AtMost(&["danas-space", "danas-dsp", "danas-firmware"]),
    },
    Layer {
        name: "danas-nas",
        below: Below::AtMost(&[
            "danas-space",
            "danas-evo",
            "danas-size",
            "danas-model",
            "danas-data",
            "danas-firmware",
        ]),
    },
    Layer {
        name: "danas",
        below: Below::Exactly(&[
            "danas-space",
            "danas-evo",
            "danas-dsp",
            "danas-size",
            "danas-model",
            "danas-data",
            "danas-nas",
            "danas-firmware",
        ]),
    },
    Layer { name: "danas-report", below: Below::AtMost(&["danas"]) },
    Layer { name: "danas-datasets", below: Below::AtMost(LIBRARIES) },
    Layer { name: "danas-examples", below: Below::AtMost(LIBRARIES) },
    Layer { name: "danas-benches", below: Below::AtMost(LIBRARIES) },
    Layer { name: "xtask", below: Below::AtMost(&[]) },
];

const LIBRARIES: &[&str] = &[
    "danas",
    "danas-data",
    "danas-nas",
    "danas-space",
    "danas-evo",
    "danas-dsp",
    "danas-size",
    "danas-firmware",
    "danas-model",
    "danas-report",
    "danas-datasets",
];

/// Tensor libraries, which only [`ABOVE_TENSORS`] may use.
const TENSOR_LIBRARIES: [&str; 5] = ["tch", "torch-sys", "candle-core", "burn-core", "ort"];
const ABOVE_TENSORS: &str = "danas-model";

/// Checks the workspace and prints each violation.
pub(crate) fn run() -> Result<(), Error> {
    let tree = Tree::of_workspace()?;
    let violations = violations(&tree);
    for violation in &violations {
        eprintln!("{violation}");
    }
    if violations.is_empty() {
        eprintln!("layers: {} crates follow the rules", tree.members.len());
        Ok(())
    } else {
        Err(Error::Layers { count: violations.len() })
    }
}

/// A rule that the workspace breaks.
#[derive(Debug, PartialEq, Eq)]
enum Violation<'a> {
    /// A crate depends on one that its layer does not allow.
    Upwards { from: &'a str, to: &'a str, below: &'static [&'static str] },
    /// A crate other than danas-model depends on a tensor library.
    Tensors { from: &'a str, library: &'a str },
    /// A crate that must depend on all crates in its list lacks one of them.
    Missing { from: &'a str, to: &'static str },
    /// A member of the workspace has no layer.
    NoLayer { member: &'a str },
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Upwards { from, to, below: [] } => {
                write!(f, "{from} -> {to}: {from} may depend on no crate of this workspace")
            }
            Self::Upwards { from, to, below } => {
                write!(f, "{from} -> {to}: {from} may depend on {} only", below.join(", "))
            }
            Self::Tensors { from, library } => {
                write!(f, "{from} -> {library}: only {ABOVE_TENSORS} may use a tensor library")
            }
            Self::Missing { from, to } => {
                write!(f, "{from} -> {to} is missing: {from} joins all crates below it")
            }
            Self::NoLayer { member } => {
                write!(f, "{member} has no layer; add it to the table in {}", file!())
            }
        }
    }
}

fn violations(tree: &Tree) -> Vec<Violation<'_>> {
    let layer_of = |name: &str| LAYERS.iter().find(|layer| layer.name == name);
    let mut violations = Vec::new();
    for member in &tree.members {
        match layer_of(member) {
            None => violations.push(Violation::NoLayer { member }),
            Some(Layer { name, below: Below::Exactly(crates) }) => {
                let has = |to: &str| tree.edges.iter().any(|(a, b)| a == member && b == to);
                violations.extend(
                    crates
                        .iter()
                        .filter(|to| !has(to))
                        .map(|to| Violation::Missing { from: name, to }),
                );
            }
            Some(Layer { below: Below::AtMost(_), .. }) => {}
        }
    }
    for (from, to) in &tree.edges {
        let is_tensor_library = |name: &str| TENSOR_LIBRARIES.contains(&name);
        if is_tensor_library(to) && from != ABOVE_TENSORS && !is_tensor_library(from) {
            violations.push(Violation::Tensors { from, library: to });
        }
        if let (Some(layer), Some(_)) = (layer_of(from), layer_of(to)) {
            let below = layer.below.crates();
            if !below.contains(&to.as_str()) {
                violations.push(Violation::Upwards { from, to, below });
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<String> {
        let tree = Tree::parse(text).unwrap();
        violations(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_intended_arrows_pass() {
        let text = "\
0 danas v0.1.0\n1 danas-dsp v0.1.0\n2 danas-space v0.1.0\n1 danas-evo v0.1.0\n\
1 danas-model v0.1.0\n2 danas-space v0.1.0\n2 tch v0.26.0\n3 torch-sys v0.26.0\n\
1 danas-size v0.1.0\n2 danas-space v0.1.0\n1 danas-space v0.1.0\n\
1 danas-data v0.1.0\n2 danas-dsp v0.1.0 (*)\n\
1 danas-firmware v0.1.0\n2 danas-dsp v0.1.0 (*)\n2 danas-size v0.1.0 (*)\n\
1 danas-nas v0.1.0\n2 danas-data v0.1.0 (*)\n2 danas-evo v0.1.0\n\
0 danas-examples v0.1.0\n1 danas v0.1.0 (*)\n1 danas-datasets v0.1.0\n2 danas v0.1.0 (*)\n";
        assert_eq!(check(text), [""; 0]);
    }

    #[test]
    fn an_arrow_sideways_or_upwards_is_named() {
        assert_eq!(
            check("0 danas-dsp v0.1.0\n1 danas-evo v0.1.0\n"),
            ["danas-dsp -> danas-evo: danas-dsp may depend on danas-space only"]
        );
        assert_eq!(
            check("0 danas-evo v0.1.0\n1 danas-space v0.1.0\n"),
            ["danas-evo -> danas-space: danas-evo may depend on no crate of this workspace"]
        );
        assert_eq!(check("0 danas-datasets v0.1.0\n1 danas-benches v0.1.0\n").len(), 1);
    }

    #[test]
    fn a_tensor_library_is_found_behind_a_third_crate() {
        assert_eq!(
            check("0 danas-space v0.1.0\n1 tensors-made-easy v1.0.0\n2 tch v0.26.0\n"),
            ["tensors-made-easy -> tch: only danas-model may use a tensor library"]
        );
    }

    #[test]
    fn the_facade_joins_all() {
        let missing = check("0 danas v0.1.0\n1 danas-dsp v0.1.0\n1 danas-size v0.1.0\n");
        assert_eq!(missing.len(), 6);
        assert!(missing[0].starts_with("danas -> danas-space is missing"), "{missing:?}");
    }

    #[test]
    fn a_new_crate_needs_a_layer() {
        assert!(check("0 danas-cloud v0.1.0\n")[0].starts_with("danas-cloud has no layer"));
    }
}
