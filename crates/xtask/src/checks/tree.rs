//! Parses the output of `cargo tree --prefix depth`.

use crate::error::Error;
use crate::workspace;

/// An edge of the dependency graph: the first crate depends on the second.
pub(super) type Edge = (String, String);

/// The crates of a workspace and all dependencies below them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) members: Vec<String>,
    pub(super) edges: Vec<Edge>,
}

impl Tree {
    /// Reads the dependencies that a user would compile, with every feature and for every platform.
    ///
    /// Development and build dependencies are left out, since they are not part of the
    /// architecture: a test may use any crate.
    pub(super) fn of_workspace() -> Result<Self, Error> {
        Self::read(&workspace::EVERYTHING)
    }

    /// Reads the dependencies of one package with this feature alone, if it is not empty, for every
    /// platform.
    pub(super) fn of_few_features(package: &str, feature: &str) -> Result<Self, Error> {
        Self::read(&["--no-default-features", "--features", feature, "--package", package])
    }

    fn read(scope: &[&str]) -> Result<Self, Error> {
        Self::parse(&workspace::tree(scope, "normal", "depth", " {p}")?)
    }

    /// Parses lines of a depth and a package. A parent precedes its children.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let mut tree = Self::default();
        let mut path: Vec<&str> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let unreadable = || Error::Tree { line: line.to_owned() };
            let mut words = line.split_whitespace();
            let depth: usize =
                words.next().and_then(|word| word.parse().ok()).ok_or_else(unreadable)?;
            let name = words.next().ok_or_else(unreadable)?;
            if depth > path.len() {
                return Err(unreadable());
            }
            path.truncate(depth);
            match path.last() {
                None => tree.members.push(name.to_owned()),
                Some(parent) => tree.edges.push(((*parent).to_owned(), name.to_owned())),
            }
            path.push(name);
        }
        tree.edges.sort();
        tree.edges.dedup();
        Ok(tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edges(tree: &Tree) -> Vec<(&str, &str)> {
        tree.edges.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect()
    }

    #[test]
    fn depths_become_edges() {
        let tree = Tree::parse(
            "0 a v0.1.0 (/home/ada/a)\n1 b v1.0.0\n2 c v1.0.0\n1 c v1.0.0 (*)\n\n0 d v0.1.0\n1 b v1.0.0 (*)\n",
        )
        .unwrap();
        assert_eq!(tree.members, ["a", "d"]);
        assert_eq!(edges(&tree), [("a", "b"), ("a", "c"), ("b", "c"), ("d", "b")]);
    }

    #[test]
    fn a_line_without_its_depth_or_parent_is_refused() {
        for text in ["a v0.1.0", "0 a v0.1.0\n2 b v1.0.0", "0"] {
            assert!(matches!(Tree::parse(text), Err(Error::Tree { .. })), "{text}");
        }
    }
}
