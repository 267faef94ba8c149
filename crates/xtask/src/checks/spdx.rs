//! Evaluates SPDX licence expressions, as far as `Cargo.toml` uses them.

/// Returns whether the allowed licences are enough to satisfy an expression.
///
/// `OR` needs one side. `AND` needs both and binds more tightly. `A WITH B` is a licence of its
/// own, and `/` is the old spelling of `OR`. Returns `false` for an expression that cannot be
/// parsed.
pub(super) fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut parser = Parser { words: spaced.split_whitespace().peekable(), allowed };
    let fulfilled = parser.alternatives();
    fulfilled == Some(true) && parser.words.next().is_none()
}

struct Parser<'a, I: Iterator<Item = &'a str>> {
    words: std::iter::Peekable<I>,
    allowed: &'a [&'a str],
}

impl<'a, I: Iterator<Item = &'a str>> Parser<'a, I> {
    fn alternatives(&mut self) -> Option<bool> {
        let mut fulfilled = self.conjunction()?;
        while self.words.next_if_eq(&"OR").is_some() {
            fulfilled |= self.conjunction()?;
        }
        Some(fulfilled)
    }

    fn conjunction(&mut self) -> Option<bool> {
        let mut fulfilled = self.licence()?;
        while self.words.next_if_eq(&"AND").is_some() {
            fulfilled &= self.licence()?;
        }
        Some(fulfilled)
    }

    fn licence(&mut self) -> Option<bool> {
        match self.words.next()? {
            "(" => {
                let fulfilled = self.alternatives()?;
                self.words.next_if_eq(&")")?;
                Some(fulfilled)
            }
            ")" | "OR" | "AND" | "WITH" => None,
            name if self.words.next_if_eq(&"WITH").is_some() => {
                let name = format!("{name} WITH {}", self.words.next()?);
                Some(self.allowed.contains(&name.as_str()))
            }
            name => Some(self.allowed.contains(&name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWED: [&str; 3] = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"];

    #[test]
    fn one_alternative_is_enough_and_every_conjunct_is_needed() {
        for expression in [
            "MIT",
            "GPL-3.0 OR MIT",
            "GPL-3.0/MIT",
            "MIT AND Zlib",
            "(GPL-3.0 OR MIT) AND Zlib",
            "GPL-3.0 AND Zlib OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_allowed(expression, &ALLOWED), "{expression}");
        }
        for expression in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "MIT AND (GPL-3.0 OR LGPL-3.0)",
            "Apache-2.0",
            "MIT WITH LLVM-exception",
        ] {
            assert!(!is_allowed(expression, &ALLOWED), "{expression}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_allowed() {
        for expression in ["", "MIT OR", "(MIT", "MIT)", "MIT MIT", "OR MIT", "MIT WITH"] {
            assert!(!is_allowed(expression, &ALLOWED), "{expression}");
        }
    }
}
