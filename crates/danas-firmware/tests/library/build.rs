//! Libraries as programs.

use std::{fs, path::Path, process::Command};

use danas_firmware::{GoldenExample, Library, LibraryFile};

const WARNINGS: [&str; 8] = [
    "-std=c99",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-pedantic",
    "-Werror",
];

/// Compilers, with their arguments for a target.
const TARGETS: [(&str, &[&str]); 9] = [
    ("gcc", &["-O2"]),
    ("gcc", &["-O1", "-fanalyzer"]),
    ("clang", &["-O2"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m0plus"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m4"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m7"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m33"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m55"]),
    (
        "riscv64-unknown-elf-gcc",
        &["-Os", "-march=rv32imac", "-mabi=ilp32", "--specs=picolibc.specs"],
    ),
];

/// Returns the names of four classes.
pub(crate) fn classes() -> Vec<String> {
    ["yes", "no", "\"other\"", "größer"].map(str::to_owned).to_vec()
}

/// Writes files below a folder.
pub(crate) fn write(folder: &Path, files: &[LibraryFile]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.text).unwrap();
    }
}

fn has(compiler: &str, arguments: &[&str]) -> bool {
    let version = Command::new(compiler).args(arguments).arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// Runs a command in a folder, which must succeed, and returns what it prints.
pub(crate) fn run(folder: &Path, program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the functions that the library `word` needs from elsewhere on a Cortex-M0+, one in a line;
/// `None` without the compiler.
pub(crate) fn needed_on_m0plus(library: &Library<'_>) -> Option<String> {
    if !has("arm-none-eabi-gcc", &[]) {
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, &library.files());
    let target =
        ["-mcpu=cortex-m0plus", "-mthumb", "-Os", "-Isrc", "-c", "src/word.c", "-o", "word.o"];
    run(folder, "arm-none-eabi-gcc", &[&WARNINGS[..], &target].concat());
    Some(run(folder, "arm-none-eabi-nm", &["--undefined-only", "word.o"]))
}

/// Compiles the library `word` for several targets, and runs it with a program, its self-test and the
/// bytes of its windows. Returns the lines that the program prints.
pub(crate) fn answers(
    library: &Library<'_>,
    golden: &[GoldenExample],
    program: &str,
    windows: &[u8],
) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, &library.files());
    write(folder, &library.self_test(golden).unwrap());
    fs::write(folder.join("main.c"), program).unwrap();
    fs::write(folder.join("windows.bin"), windows).unwrap();
    let files = ["src/word.c", "self_test/word_self_test.c"];
    for (compiler, target) in TARGETS {
        if has(compiler, target) {
            let object = ["-Isrc", "-c", files[0], "-o", "word.o"];
            run(folder, compiler, &[&WARNINGS[..], target, &object].concat());
        }
    }
    let sanitized = [
        "-O1",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
        "-Isrc",
        "-Iself_test",
        "main.c",
        files[0],
        files[1],
        "-lm",
        "-o",
        "word",
    ];
    run(folder, "cc", &[&WARNINGS[..], &sanitized].concat());
    run(folder, "./word", &[]).lines().map(str::to_owned).collect()
}
