//! Checks each library with its fewest features: it compiles without warnings, and without the
//! dependencies that only other features need. Then checks the facade with its default features.

use crate::checks::tree::Tree;
use crate::error::Error;
use crate::{step, workspace};

/// A library, and the crates that it must not depend on without its default features.
struct Library {
    name: &'static str,
    absent: &'static [&'static str],
}

const LIBRARIES: [Library; 7] = [
    Library { name: "danas-space", absent: &["toml", "serde_json"] },
    Library { name: "danas-size", absent: &["toml", "serde_json"] },
    Library { name: "danas-evo", absent: &["toml", "serde_json"] },
    Library {
        name: "danas-data",
        absent: &["symphonia", "realfft", "rustfft", "toml", "serde_json"],
    },
    Library { name: "danas-nas", absent: &["symphonia", "realfft", "rustfft", "toml"] },
    Library { name: "danas-report", absent: &["symphonia", "realfft", "rustfft"] },
    // The profiles of boards are TOML.
    Library { name: "danas", absent: &["symphonia", "realfft", "rustfft"] },
];

/// Checks all libraries and stops at the first one that breaks a rule.
pub(super) fn run() -> Result<(), Error> {
    for library in &LIBRARIES {
        let tree = Tree::of_fewest_features(library.name)?;
        if let Some(&dependency) = library.absent.iter().find(|name| depends_on(&tree, name)) {
            return Err(Error::Dependency { library: library.name, dependency });
        }
        check(library.name, &["--no-default-features"])?;
    }
    check("danas", &[])?;
    eprintln!("features: {} libraries compile with their fewest features", LIBRARIES.len());
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
