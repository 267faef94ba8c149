//! The licence check: tests the licence and the origin of every dependency.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use super::spdx;
use crate::error::Error;
use crate::workspace;

/// Allowed licences: those that require only a notice, and MPL-2.0, which covers only its own
/// files.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The mark at the end of a line for a package whose dependencies cargo has already listed.
const REPEATED: &str = " (*)";

/// Checks every package in the dependency graph, including development and build dependencies.
pub(crate) fn run() -> Result<(), Error> {
    let text = workspace::tree(&workspace::EVERYTHING, "all", "none", "{p}\t{l}")?;
    let root = workspace::root();
    let packages: BTreeSet<&str> =
        text.lines().map(|line| line.trim_end_matches(REPEATED)).collect();
    let violations: Vec<_> = packages.iter().filter_map(|line| violation(line, &root)).collect();
    for violation in &violations {
        eprintln!("{violation}");
    }
    if violations.is_empty() {
        eprintln!("licences: {} packages pass", packages.len());
        Ok(())
    } else {
        Err(Error::Licences { count: violations.len() })
    }
}

/// The reason why a package may not be used.
#[derive(Debug, PartialEq, Eq)]
enum Violation<'a> {
    Licence { package: &'a str, licence: &'a str },
    Origin { package: &'a str },
}

impl fmt::Display for Violation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Licence { package, licence: "" } => write!(f, "{package}: states no licence"),
            Self::Licence { package, licence } => {
                write!(f, "{package}: {licence:?} is not among the licences in {}", file!())
            }
            Self::Origin { package } => {
                write!(f, "{package}: comes neither from crates.io nor from this workspace")
            }
        }
    }
}

/// Checks a line of the form package, tab, licence. Cargo adds the origin to the package unless it
/// is crates.io.
fn violation<'a>(line: &'a str, root: &Path) -> Option<Violation<'a>> {
    let (package, licence) = line.split_once('\t')?;
    let foreign = package
        .split_once(" (")
        .map(|(_, origin)| origin.trim_start_matches("proc-macro) ("))
        .filter(|origin| *origin != "proc-macro)")
        .is_some_and(|origin| !Path::new(origin.trim_end_matches(')')).starts_with(root));
    if foreign {
        Some(Violation::Origin { package })
    } else if spdx::is_allowed(licence, &ALLOWED) {
        None
    } else {
        Some(Violation::Licence { package, licence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(line: &str) -> Option<Violation<'_>> {
        violation(line, Path::new("/home/ada/danas"))
    }

    #[test]
    fn crates_io_and_the_workspace_are_known_origins() {
        for line in [
            "serde v1.0.0\tMIT OR Apache-2.0",
            "serde_derive v1.0.0 (proc-macro)\tMIT OR Apache-2.0",
            "danas v0.1.0 (/home/ada/danas/crates/danas)\tMIT OR Apache-2.0",
        ] {
            assert_eq!(judge(line), None, "{line}");
        }
    }

    #[test]
    fn a_fork_or_a_folder_elsewhere_is_refused() {
        for package in [
            "serde v1.0.0 (https://example.org/serde?rev=abc#abcdef01)",
            "derive v1.0.0 (proc-macro) (https://example.org/derive#abcdef01)",
            "serde v1.0.0 (/home/ada/serde)",
        ] {
            let line = format!("{package}\tMIT");
            assert_eq!(judge(&line), Some(Violation::Origin { package }));
        }
    }

    #[test]
    fn a_licence_must_be_stated_and_allowed() {
        let found = judge("secret v1.0.0\t").unwrap();
        assert_eq!(found.to_string(), "secret v1.0.0: states no licence");
        let found = judge("viral v1.0.0\tGPL-3.0-only").unwrap();
        assert_eq!(found, Violation::Licence { package: "viral v1.0.0", licence: "GPL-3.0-only" });
    }
}
