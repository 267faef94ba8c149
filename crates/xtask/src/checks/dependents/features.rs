//! Checks each library with few features: it compiles without warnings, and without the dependencies
//! that only other features need. Then checks the facade with its default features.

use crate::checks::tree::Tree;
use crate::error::Error;
use crate::{step, workspace};

/// A library with few features, and the crates that it must not depend on then.
struct Library {
    name: &'static str,
    /// Its only feature, if there is one.
    feature: &'static str,
    absent: &'static [&'static str],
}

const LIBRARIES: [Library; 10] = [
    Library { name: "danas-space", feature: "", absent: &["toml", "serde_json"] },
    Library {
        name: "danas-dsp",
        feature: "",
        absent: &["symphonia", "quick_cache", "tempfile", "serde_json"],
    },
    Library { name: "danas-size", feature: "", absent: &["toml", "serde_json"] },
    Library { name: "danas-evo", feature: "", absent: &["toml", "serde_json"] },
    Library {
        name: "danas-data",
        feature: "",
        absent: &["symphonia", "realfft", "rustfft", "quick_cache", "image", "toml", "serde_json"],
    },
    Library { name: "danas-nas", feature: "", absent: &["symphonia", "realfft", "image", "toml"] },
    Library { name: "danas-report", feature: "", absent: &["symphonia", "realfft", "image"] },
    // The profiles of boards are TOML.
    Library {
        name: "danas",
        feature: "",
        absent: &["symphonia", "realfft", "rustfft", "quick_cache", "image"],
    },
    // Who searches over one kind of data compiles nothing of the others.
    Library {
        name: "danas",
        feature: "image",
        absent: &["symphonia", "realfft", "rustfft", "quick_cache"],
    },
    Library { name: "danas", feature: "motion", absent: &["symphonia", "quick_cache", "image"] },
];

/// Checks all libraries and stops at the first one that breaks a rule.
pub(super) fn run() -> Result<(), Error> {
    for library in &LIBRARIES {
        let tree = Tree::of_few_features(library.name, library.feature)?;
        if let Some(&dependency) = library.absent.iter().find(|name| depends_on(&tree, name)) {
            return Err(Error::Dependency { library: library.name, dependency });
        }
        check(library.name, &["--no-default-features", "--features", library.feature])?;
    }
    check("danas", &[])?;
    eprintln!("features: {} libraries compile with few features", LIBRARIES.len());
    Ok(())
}

fn depends_on(tree: &Tree, name: &str) -> bool {
    tree.edges.iter().any(|(_, to)| to == name)
}

/// Type-checks a library. The flag reaches this library alone, so nothing else is compiled again.
fn check(library: &str, features: &[&str]) -> Result<(), Error> {
    let mut command = workspace::cargo(["rustc", "--profile", "check", "--lib"]);
    command.args(features).args(["--package", library, "--", "--deny", "warnings"]);
    step::succeed(&format!("{library} without its neighbours' features"), &mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_is_found_at_any_depth() {
        let tree = Tree::parse("0 danas v0.1.0\n1 danas-size v0.1.0\n2 toml v1.2.0\n").unwrap();
        assert!(depends_on(&tree, "toml"));
        assert!(!depends_on(&tree, "danas") && !depends_on(&tree, "symphonia"));
    }
}
