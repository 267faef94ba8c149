//! Link flags for libtorch, and how they are added to the user's own flags.

use std::ffi::OsString;

use super::{Libtorch, Variables};
use crate::error::Error;

/// The separator of flags in `CARGO_ENCODED_RUSTFLAGS`.
const ENCODED_SEPARATOR: &str = "\x1f";

/// Returns the flags that let a program find libtorch when it starts.
pub(super) fn link_flags(libtorch: &Libtorch) -> Result<Vec<String>, Error> {
    let lib = libtorch.lib.to_str().ok_or_else(|| Error::NotUtf8 { path: libtorch.lib.clone() })?;
    let mut flags = vec![format!("-Clink-arg=-Wl,-rpath,{lib}")];
    if libtorch.has_cuda() {
        // The CUDA part registers itself when it is loaded, and no symbol refers to it. Without
        // these flags the linker would drop it, and torch would see no GPU.
        flags.extend([
            format!("-Clink-arg=-L{lib}"),
            "-Clink-arg=-Wl,--no-as-needed".to_owned(),
            "-Clink-arg=-ltorch_cuda".to_owned(),
        ]);
    }
    Ok(flags)
}

/// A tool that takes flags from cargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Rustc,
    Rustdoc,
}

/// Returns the environment variable that adds `extra` to the flags of a tool, and its new value.
///
/// Cargo reads the flags from one source only. It takes the first that is set of
/// `CARGO_ENCODED_RUSTFLAGS`, `RUSTFLAGS`, the keys under `[target]` and those under `[build]`. The
/// keys under `[target]` are merged with `CARGO_TARGET_<TRIPLE>_RUSTFLAGS`. This function extends
/// the source in use, so the user's flags are kept. Only flags under `[build]` are lost.
pub(super) fn extended(
    tool: Tool,
    triple: &str,
    extra: &[String],
    variables: Variables<'_>,
) -> (String, OsString) {
    let kind = match tool {
        Tool::Rustc => "RUSTFLAGS",
        Tool::Rustdoc => "RUSTDOCFLAGS",
    };
    let (encoded, target) = (format!("CARGO_ENCODED_{kind}"), target_variable(triple, kind));
    let plain = variables(kind);
    let (name, flags, separator) = if let Some(flags) = variables(&encoded) {
        (encoded, flags, ENCODED_SEPARATOR)
    } else if extra.iter().any(|flag| flag.contains(char::is_whitespace)) {
        // Only the encoded variable supports a path with a space.
        let flags = plain.unwrap_or_default();
        let words: Vec<_> = flags.to_str().unwrap_or_default().split_whitespace().collect();
        (encoded, words.join(ENCODED_SEPARATOR).into(), ENCODED_SEPARATOR)
    } else if let Some(flags) = plain {
        (kind.to_owned(), flags, " ")
    } else {
        let flags = variables(&target).unwrap_or_default();
        (target, flags, " ")
    };
    (name, joined(flags, extra, separator))
}

/// Returns the environment variable for the configuration key `target.<triple>.<kind>`.
fn target_variable(triple: &str, kind: &str) -> String {
    format!("CARGO_TARGET_{}_{kind}", triple.to_uppercase().replace(['-', '.'], "_"))
}

/// Adds the flags that are not there yet, so that a task can start another with its environment.
fn joined(mut flags: OsString, extra: &[String], separator: &str) -> OsString {
    let present = flags.to_string_lossy().into_owned();
    let present: Vec<_> = present.split(separator).collect();
    for flag in extra.iter().filter(|flag| !present.contains(&flag.as_str())) {
        if !flags.is_empty() {
            flags.push(separator);
        }
        flags.push(flag);
    }
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libtorch::Origin;
    use std::path::Path;

    const TRIPLE: &str = "x86_64-unknown-linux-gnu";

    fn extended_with(extra: &str, pairs: &[(&str, &str)]) -> (String, String) {
        let variables = |name: &str| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        let (name, value) = extended(Tool::Rustc, TRIPLE, &[extra.to_owned()], &variables);
        (name, value.into_string().unwrap())
    }

    fn expect(found: (String, String), name: &str, value: &str) {
        assert_eq!(found, (name.to_owned(), value.to_owned()));
    }

    #[test]
    fn the_variable_that_adds_up_with_configuration_files_comes_first() {
        let name = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS";
        expect(extended_with("-Ca", &[]), name, "-Ca");
        expect(extended_with("-Ca", &[(name, "-Cb")]), name, "-Cb -Ca");
    }

    #[test]
    fn flags_that_are_there_are_not_added_again() {
        let name = "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS";
        expect(extended_with("-Ca", &[(name, "-Cb -Ca")]), name, "-Cb -Ca");
        expect(extended_with("-Ca", &[(name, "-Cab")]), name, "-Cab -Ca");
        let encoded = [("CARGO_ENCODED_RUSTFLAGS", "-Cb\x1f-C a")];
        expect(extended_with("-C a", &encoded), "CARGO_ENCODED_RUSTFLAGS", "-Cb\x1f-C a");
    }

    #[test]
    fn the_flags_of_the_user_are_kept_where_they_stand() {
        expect(extended_with("-Ca", &[("RUSTFLAGS", "-Cb")]), "RUSTFLAGS", "-Cb -Ca");
        expect(
            extended_with("-Ca", &[("RUSTFLAGS", "-Cb"), ("CARGO_ENCODED_RUSTFLAGS", "-Cc")]),
            "CARGO_ENCODED_RUSTFLAGS",
            "-Cc\x1f-Ca",
        );
    }

    #[test]
    fn a_path_with_a_space_is_encoded() {
        expect(
            extended_with("-C a", &[("RUSTFLAGS", "-Cb  -Cc")]),
            "CARGO_ENCODED_RUSTFLAGS",
            "-Cb\x1f-Cc\x1f-C a",
        );
        expect(extended_with("-C a", &[]), "CARGO_ENCODED_RUSTFLAGS", "-C a");
    }

    #[test]
    fn a_cuda_build_is_linked_though_no_symbol_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let libtorch =
            |lib: &Path| Libtorch { root: lib.into(), lib: lib.into(), origin: Origin::Named };
        assert_eq!(link_flags(&libtorch(folder.path())).unwrap().len(), 1);
        std::fs::write(folder.path().join("libtorch_cuda.so"), "").unwrap();
        let flags = link_flags(&libtorch(folder.path())).unwrap();
        assert_eq!(flags.last().unwrap(), "-Clink-arg=-ltorch_cuda");
    }
}
