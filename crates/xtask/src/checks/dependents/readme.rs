//! Compiles and runs the README's code in a crate outside the workspace, as a user of danas would.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;
use crate::libtorch::{Environment, Libtorch};
use crate::step::{self, Steps};
use crate::workspace;

/// Builds and runs the README's code, without and with libtorch.
pub(super) fn run(steps: &mut Steps) -> Result<(), Error> {
    let manifest = write_crate()?;
    steps.command("the README's code without libtorch", &mut cargo_run(&manifest, &[]))?;
    steps.run("the README's code with libtorch", || {
        let mut command = cargo_run(&manifest, &["--features", "torch"]);
        Environment::of(&Libtorch::provide()?)?.apply(&mut command);
        step::succeed("the README's code", &mut command)
    })
}

/// Returns a `cargo run` command for the crate. It shares the target folder of the workspace, and
/// runs in the folder that contains the bundled recordings, so that the README's path `recordings`
/// exists.
fn cargo_run(manifest: &Path, features: &[&str]) -> Command {
    let mut command = workspace::cargo(["run", "--manifest-path"]);
    command.arg(manifest).args(features).current_dir(workspace::root().join("datasets/fsdd"));
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", workspace::root().join("target"));
    }
    command
}

/// Writes a crate with the README's code and returns the path of its manifest.
fn write_crate() -> Result<PathBuf, Error> {
    let root = workspace::root();
    let readme = read(&root.join("README.md"))?;
    let code = first_rust_block(&readme).ok_or(Error::Readme { problem: "is missing" })?;
    let folder = root.join("target/dependent");
    let source = folder.join("src");
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { action: "write", path, source }
    };
    fs::create_dir_all(&source).map_err(failed(&source))?;
    let manifest = folder.join("Cargo.toml");
    for (path, text) in [
        (manifest.clone(), manifest_text(&root)),
        (source.join("main.rs"), code.to_owned()),
        (folder.join("Cargo.lock"), read(&root.join("Cargo.lock"))?),
    ] {
        fs::write(&path, text).map_err(failed(&path))?;
    }
    Ok(manifest)
}

/// Returns the text of the manifest. Its profile is that of the workspace's tests, so that cargo
/// reuses what they compiled.
fn manifest_text(root: &Path) -> String {
    let danas = root.join("crates/danas");
    format!(
        "[package]\nname = \"dependent\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\ndanas = {{ path = {:?} }}\n\n\
         [features]\ntorch = [\"danas/torch\"]\n\n\
         [profile.dev]\nopt-level = 1\n\
         [profile.dev.package.danas-model]\nopt-level = 3\n\n\
         [workspace]\n",
        danas.display().to_string()
    )
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Io {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

fn first_rust_block(markdown: &str) -> Option<&str> {
    let (_, rest) = markdown.split_once("```rust\n")?;
    rest.split_once("```").map(|(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rust_block_is_found_among_others() {
        let markdown = "```console\n$ ls\n```\n```rust\nfn main() {}\n```\n```rust\nx\n```\n";
        assert_eq!(first_rust_block(markdown), Some("fn main() {}\n"));
        assert_eq!(first_rust_block("```toml\n```\n"), None);
    }
}
