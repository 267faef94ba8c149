//! Environment variables with which cargo and its programs find libtorch.

use std::ffi::OsString;
use std::process::Command;

use super::flags::{Tool, extended, link_flags};
use super::{Libtorch, Origin, Variables};
use crate::error::Error;
use crate::workspace;

/// Variables that would make torch-sys use files outside the installed libtorch.
const OVERRIDES: [&str; 4] =
    ["LIBTORCH_LIB", "LIBTORCH_INCLUDE", "LIBTORCH_CXX11_ABI", "LIBTORCH_STATIC"];

/// Changes to the environment of a child process.
///
/// The linker writes the path of libtorch into each program. A program therefore also runs when it
/// is started directly, and no search path makes other programs load the wrong library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Environment {
    set: Vec<(String, OsString)>,
    remove: &'static [&'static str],
}

impl Environment {
    /// Returns the environment for `libtorch`.
    pub(crate) fn of(libtorch: &Libtorch) -> Result<Self, Error> {
        let triple = workspace::target_triple()?;
        Self::compose(libtorch, &triple, &|name| std::env::var_os(name))
    }

    fn compose(libtorch: &Libtorch, triple: &str, variables: Variables<'_>) -> Result<Self, Error> {
        let flags = link_flags(libtorch)?;
        let mut set = vec![
            extended(Tool::Rustc, triple, &flags, variables),
            extended(Tool::Rustdoc, triple, &flags, variables),
        ];
        if libtorch.origin != Origin::Pytorch {
            set.push(("LIBTORCH".to_owned(), libtorch.root.clone().into()));
        }
        if libtorch.has_cuda() {
            // With an explicit target, its flags do not apply to build scripts and procedural
            // macros, which must not load CUDA.
            set.push(("CARGO_BUILD_TARGET".to_owned(), triple.into()));
        }
        let remove: &[_] = if libtorch.origin == Origin::Installed { &OVERRIDES } else { &[] };
        Ok(Self { set, remove })
    }

    /// Tells whether this process was started in this environment.
    pub(crate) fn is_current(&self) -> bool {
        let is_set = |(name, value): &(String, OsString)| {
            std::env::var_os(name).is_some_and(|current| current == *value)
        };
        self.set.iter().all(is_set)
            && !self.remove.iter().any(|name| std::env::var_os(name).is_some())
    }

    /// Applies this environment to a command.
    pub(crate) fn apply(&self, command: &mut Command) {
        for name in self.remove {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(origin: Origin, variables: Variables<'_>) -> Environment {
        let libtorch = Libtorch { root: "/t".into(), lib: "/t/lib".into(), origin };
        Environment::compose(&libtorch, "aarch64-apple-darwin", variables).unwrap()
    }

    fn value<'a>(environment: &'a Environment, name: &str) -> Option<&'a str> {
        let found = environment.set.iter().find(|(key, _)| key == name)?;
        found.1.to_str()
    }

    #[test]
    fn programs_and_doc_tests_know_the_path() {
        let environment = composed(Origin::Installed, &|_| None);
        assert_eq!(value(&environment, "LIBTORCH"), Some("/t"));
        for tool in ["RUSTFLAGS", "RUSTDOCFLAGS"] {
            let name = format!("CARGO_TARGET_AARCH64_APPLE_DARWIN_{tool}");
            assert_eq!(value(&environment, &name), Some("-Clink-arg=-Wl,-rpath,/t/lib"));
        }
        assert_eq!(environment.set.len(), 3);
    }

    #[test]
    fn overrides_are_kept_for_the_libtorch_of_the_user_only() {
        assert_eq!(composed(Origin::Installed, &|_| None).remove, OVERRIDES);
        assert!(composed(Origin::Named, &|_| None).remove.is_empty());
    }

    #[test]
    fn pytorch_is_left_to_its_own_variable() {
        assert_eq!(value(&composed(Origin::Pytorch, &|_| None), "LIBTORCH"), None);
    }
}
