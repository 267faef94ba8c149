//! Writes a cargo configuration for users who run cargo without the xtask.

use super::flags::link_flags;
use super::{Libtorch, Origin};
use crate::error::Error;
use crate::workspace;

/// Returns the text to put into `.cargo/config.toml`, with the paths of this machine.
pub(crate) fn cargo_config(libtorch: &Libtorch) -> Result<String, Error> {
    render(libtorch, &workspace::target_triple()?)
}

fn render(libtorch: &Libtorch, triple: &str) -> Result<String, Error> {
    let root = &libtorch.root;
    let root = root.to_str().ok_or_else(|| Error::NotUtf8 { path: root.clone() })?;
    let variable = match libtorch.origin {
        Origin::Pytorch => "LIBTORCH_USE_PYTORCH = \"1\"".to_owned(),
        Origin::Installed | Origin::Named => format!("LIBTORCH = {}", quoted(root)),
    };
    let flags: Vec<String> = link_flags(libtorch)?.iter().map(|flag| quoted(flag)).collect();
    let flags = flags.join(", ");
    // With an explicit target, its flags do not apply to build scripts and procedural macros.
    let build = if libtorch.has_cuda() {
        format!("\n[build]\ntarget = {}\n", quoted(triple))
    } else {
        String::new()
    };
    Ok(format!(
        "# libtorch on this machine, for the .cargo/config.toml of your crate or of your home.\n\
         # Printed by `cargo xtask libtorch --print-config` of danas.\n\
         [env]\n\
         {variable}\n\
         {build}\n\
         [target.{triple}]\n\
         rustflags = [{flags}]\n\
         rustdocflags = [{flags}]\n"
    ))
}

/// Returns a basic TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn libtorch(root: &str, origin: Origin) -> Libtorch {
        Libtorch { root: root.into(), lib: format!("{root}/lib").into(), origin }
    }

    #[test]
    fn programs_tests_and_doc_tests_are_served() {
        let config = render(&libtorch("/a b/t", Origin::Installed), "some-triple").unwrap();
        let (_, settings) = config.split_once("[env]").unwrap();
        assert_eq!(
            settings,
            "\nLIBTORCH = \"/a b/t\"\n\n[target.some-triple]\n\
             rustflags = [\"-Clink-arg=-Wl,-rpath,/a b/t/lib\"]\n\
             rustdocflags = [\"-Clink-arg=-Wl,-rpath,/a b/t/lib\"]\n"
        );
    }

    #[test]
    fn pytorch_is_asked_again_by_every_build() {
        let config = render(&libtorch("/p", Origin::Pytorch), "some-triple").unwrap();
        assert!(config.contains("LIBTORCH_USE_PYTORCH = \"1\""), "{config}");
    }

    #[test]
    fn quotes_and_backslashes_are_escaped() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
