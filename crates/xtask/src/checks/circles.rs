//! The check for circular imports: no two files of a crate may import each other, directly or
//! through others.
//!
//! The imports of a file are the names in its `use` declarations outside of tests. A name that a
//! module only re-exports (`pub use`) counts as an import from the file that defines it. A child
//! module may import what its ancestors define.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::workspace;

/// Modules of a crate by path, such as `layer::pool`. The path of the root is empty.
type Modules = BTreeMap<String, Module>;

/// The names in the `use` declarations of a file, as full paths from the root of its crate.
#[derive(Debug, Default)]
struct Module {
    imports: Vec<String>,
    /// Paths that are re-exported, by the name of the re-export.
    exports: BTreeMap<String, String>,
}

/// Checks all crates of the workspace, and reports every circle and its imports.
pub(crate) fn run() -> Result<(), Error> {
    let crates = workspace::root().join("crates");
    let folders = fs::read_dir(&crates).map_err(Error::io("list", &crates))?;
    let mut folders: Vec<_> = folders.filter_map(|entry| Some(entry.ok()?.path())).collect();
    folders.sort();
    let (mut files, mut count) = (0, 0);
    for folder in folders {
        let modules = read(&folder.join("src"))?;
        files += modules.len();
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let arrows = arrows(&modules);
        for circle in circles(&arrows) {
            count += 1;
            eprintln!("{name}: files import each other: {}", circle.join(", "));
            for (from, to) in within(&circle, &arrows) {
                eprintln!("  {from} -> {to}");
            }
        }
    }
    if count > 0 {
        return Err(Error::Circles { count });
    }
    eprintln!("circles: no circular imports among {files} files");
    Ok(())
}

/// Reads all modules below a source folder.
fn read(source: &Path) -> Result<Modules, Error> {
    let mut texts = BTreeMap::new();
    collect(source, "", &mut texts)?;
    Ok(parse(&texts))
}

fn collect(folder: &Path, path: &str, texts: &mut BTreeMap<String, String>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::io("list", folder))? {
        let file = entry.map_err(Error::io("list", folder))?.path();
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if file.is_dir() {
            collect(&file, &child(path, &stem), texts)?;
        } else if file.extension().is_some_and(|ending| ending == "rs") && stem != "tests" {
            let is_root = ["mod", "lib", "main"].contains(&stem.as_str());
            let module = if is_root { path.to_owned() } else { child(path, &stem) };
            texts.insert(module, fs::read_to_string(&file).map_err(Error::io("read", &file))?);
        }
    }
    Ok(())
}

fn child(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") }
}

fn parse(texts: &BTreeMap<String, String>) -> Modules {
    let of_file = |(module, text): (&String, &String)| {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let mut parsed = Module::default();
        for (is_public, tree) in declarations(code) {
            for (path, name) in flatten(&tree) {
                let Some(full) = resolve(&path, module, texts) else { continue };
                if is_public {
                    parsed.exports.insert(name, full);
                } else {
                    parsed.imports.push(full);
                }
            }
        }
        (module.clone(), parsed)
    };
    texts.iter().map(of_file).collect()
}

/// Returns the trees of all `use` declarations that start a line, without white space, and whether
/// each of them is public.
fn declarations(code: &str) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(line) = rest.lines().next() {
        let (visibility, body) = match line.split_once("use ") {
            Some((before, _)) if ["", "pub ", "pub(crate) ", "pub(super) "].contains(&before) => {
                (before, &rest[before.len() + 4..])
            }
            _ => {
                rest = rest.get(line.len() + 1..).unwrap_or_default();
                continue;
            }
        };
        let end = body.find(';').unwrap_or(body.len());
        found.push((!visibility.is_empty(), body[..end].split_whitespace().collect()));
        rest = body.get(end + 1..).unwrap_or_default();
    }
    found
}

/// Returns the paths in a `use` tree, each with the name that it imports. The tree must not contain
/// white space.
fn flatten(tree: &str) -> Vec<(String, String)> {
    let Some((prefix, inner)) = tree.split_once('{') else {
        let path = tree.trim_end_matches("::self").to_owned();
        let name = path.rsplit("::").next().unwrap_or_default().to_owned();
        return vec![(path, name)];
    };
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in inner.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.flat_map(|part| flatten(&format!("{prefix}{part}"))).collect()
}

/// Resolves an imported path to one from the root of the crate. Returns `None` for a path into
/// another crate.
fn resolve(path: &str, module: &str, texts: &BTreeMap<String, String>) -> Option<String> {
    if let Some(path) = path.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let (mut base, mut path) = (module.to_owned(), path.strip_prefix("self::").unwrap_or(path));
    let mut is_relative = false;
    while let Some(above) = path.strip_prefix("super::") {
        base = base.rsplit_once("::").map_or(String::new(), |(above, _)| above.to_owned());
        path = above;
        is_relative = true;
    }
    let first = child(&base, path.split("::").next().unwrap_or_default());
    (is_relative || texts.contains_key(&first)).then(|| child(&base, path))
}

/// Returns, for each module but the root, the modules from which it imports. Its ancestors are left
/// out.
fn arrows(modules: &Modules) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut arrows = BTreeMap::new();
    for (from, module) in modules.iter().filter(|(path, _)| !path.is_empty()) {
        let owners = module.imports.iter().filter_map(|path| owner(path, modules, 0));
        let others: BTreeSet<&str> = owners.filter(|owner| !is_part(from, owner)).collect();
        arrows.insert(from.as_str(), others);
    }
    arrows
}

/// Returns whether `module` is `whole` or one of its descendants.
fn is_part(module: &str, whole: &str) -> bool {
    module.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Returns the module that defines what a path names. Follows at most eight re-exports.
fn owner<'a>(path: &str, modules: &'a Modules, hops: usize) -> Option<&'a str> {
    let (mut module, mut rest) = (path, "");
    while !modules.contains_key(module) {
        let (above, _) = module.rsplit_once("::").unwrap_or(("", module));
        rest = path.get(above.len()..).unwrap_or_default().trim_start_matches("::");
        module = above;
    }
    let (module, parsed) = modules.get_key_value(module)?;
    let name = rest.split("::").next().unwrap_or_default();
    match parsed.exports.get(name) {
        Some(handed_on) if hops < 8 => owner(handed_on, modules, hops + 1),
        _ => Some(module),
    }
}

/// Returns the circles: groups of modules that all reach each other by their imports.
fn circles<'a>(arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<Vec<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|&module| (module, reached_from(module, arrows))).collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|all| all.contains(to));
    let on_circle = arrows.keys().filter(|module| reaches(module, module));
    on_circle
        .map(|module| {
            let others = arrows.keys().copied();
            others.filter(|other| reaches(module, other) && reaches(other, module)).collect()
        })
        .collect()
}

/// Returns the imports between modules of a circle, each as importer and imported module.
fn within<'a>(
    circle: &[&'a str],
    arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> Vec<(&'a str, &'a str)> {
    let of_module = |&from: &&'a str| {
        let others = arrows.get(from).into_iter().flatten();
        others.filter(|other| circle.contains(other)).map(move |&other| (from, other))
    };
    circle.iter().flat_map(of_module).collect()
}

/// Returns the modules that a module imports from, directly or through others.
fn reached_from<'a>(
    module: &str,
    arrows: &BTreeMap<&'a str, BTreeSet<&'a str>>,
) -> BTreeSet<&'a str> {
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![module.to_owned()]);
    while let Some(module) = waiting.pop() {
        for &other in arrows.get(module.as_str()).into_iter().flatten() {
            if reached.insert(other) {
                waiting.push(other.to_owned());
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)]) -> Vec<String> {
        let texts = files.iter().map(|&(path, text)| (path.to_owned(), text.to_owned()));
        let modules = parse(&texts.collect());
        circles(&arrows(&modules)).iter().map(|circle| circle.join(" ")).collect()
    }

    #[test]
    fn files_that_import_each_other_are_named() {
        let found = check(&[
            ("", "mod one;\nmod two;\nmod three;\n"),
            ("one", "use crate::two::Two;\n"),
            ("two", "use std::fmt;\nuse crate::{\n    three::{self, Three},\n};\n"),
            ("three", "use super::one::One;\n"),
        ]);
        assert_eq!(found, ["one three two"]);
    }

    #[test]
    fn a_name_that_is_handed_on_belongs_to_its_file() {
        let files = [
            ("", "pub use folder::{Inner, outer};\n"),
            ("folder", "mod inner;\npub use self::inner::Inner;\nuse inner::helper;\n"),
            ("folder::inner", "use crate::other::Other;\n"),
            ("other", "use std::io;\n"),
        ];
        assert_eq!(check(&files), [""; 0]);
        let mut tied = files;
        tied[3].1 = "use crate::Inner;\n";
        assert_eq!(check(&tied), ["folder::inner other"]);
        tied[3].1 = "#[cfg(test)]\nmod tests {\nuse crate::Inner;\n}\n";
        assert_eq!(check(&tied), [""; 0], "tests may import from anywhere");
    }

    #[test]
    fn other_crates_are_not_followed() {
        let files = [("", ""), ("one", "use two::Two;\n"), ("two", "use crate::one;\n")];
        assert_eq!(check(&files), [""; 0]);
    }

    #[test]
    fn parts_may_use_their_whole() {
        let files = [("whole", "use part::Part;\n"), ("whole::part", "use super::Whole;\n")];
        assert_eq!(check(&files), [""; 0]);
    }
}
