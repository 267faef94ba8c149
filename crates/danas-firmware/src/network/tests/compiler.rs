//! C programs that run many networks.

use std::{
    collections::HashMap,
    env, fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
    sync::{LazyLock, Mutex},
};

use super::super::{NetworkCode, constants::Constants, kernel::Kernel};

/// All kernels, in their order.
const KERNELS: [Kernel; 13] = [
    Kernel::Window,
    Kernel::FixedPoint,
    Kernel::Layer,
    Kernel::Products,
    Kernel::Convolution,
    Kernel::DepthwiseProducts,
    Kernel::Depthwise,
    Kernel::Dense,
    Kernel::MaxPool,
    Kernel::AveragePool,
    Kernel::Mean,
    Kernel::Sigmoid,
    Kernel::Softmax,
];

/// Returns whether a compiler can be started. If not, says so once.
pub(super) fn has(compiler: &str) -> bool {
    static KNOWN: LazyLock<Mutex<HashMap<String, bool>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap();
    *known.entry(compiler.to_owned()).or_insert_with(|| {
        let version = Command::new(compiler).arg("--version").output();
        let is_there = version.is_ok_and(|version| version.status.success());
        if !is_there {
            let skipped = format!("skipped: there is no C compiler `{compiler}`\n");
            std::io::stderr().write_all(skipped.as_bytes()).unwrap();
        }
        is_there
    })
}

/// Returns the C compiler of this system.
pub(super) fn native() -> String {
    env::var("CC").unwrap_or_else(|_| "cc".to_owned())
}

/// Returns a C file with several networks.
pub(super) fn file<A: Constants>(codes: &[NetworkCode]) -> String {
    let headers = A::HEADERS.iter().map(|header| format!("#include <{header}>\n"));
    let mut text: String = headers.collect();
    for kernel in KERNELS {
        let code = A::code(&kernel.source());
        if codes.iter().any(|network| network.kernels.contains(code)) {
            text.push_str(code);
        }
    }
    codes.iter().for_each(|code| text.extend([&*code.tables, &*code.function]));
    text
}

/// Returns a program that runs each network on `examples` examples from its standard input.
pub(super) fn program<A: Constants>(codes: &[NetworkCode], examples: usize) -> String {
    let mut text = format!("#include <stdio.h>\n{}", file::<A>(codes));
    let mut main = String::new();
    for (index, code) in codes.iter().enumerate() {
        let NetworkCode { value, outline, input, output, .. } = code;
        let values = outline.memory.get() / A::VALUE_BYTES;
        text.push_str(&format!("static {value} memory{index}[{values}];\n"));
        main.push_str(&format!(
            "
    for (int example = 0; example < {examples}; example++) {{
        if (fread(memory{index} + {}, sizeof({value}), {inputs}, stdin) != {inputs}) return 1;
        network{index}_infer(memory{index});
        fwrite(memory{index} + {}, sizeof({value}), {}, stdout);
    }}\n",
            input.offset,
            output.offset,
            output.values,
            inputs = input.values
        ));
    }
    text + &format!("int main(void)\n{{{main}    return 0;\n}}\n")
}

/// Compiles a program with checks of memory accesses and undefined behaviour, and returns its
/// answer to an input.
pub(super) fn run(program: &str, input: Vec<u8>) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (source, binary) = (folder.path().join("networks.c"), folder.path().join("networks"));
    fs::write(&source, program).unwrap();
    let flags = [
        "-std=c99",
        "-O1",
        "-g",
        "-ffp-contract=off",
        "-fsanitize=address,undefined",
        "-fno-sanitize-recover=all",
    ];
    compile(&native(), &flags, &[&source, Path::new("-lm")], &binary);
    let mut child =
        Command::new(&binary).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || pipe.write_all(&input));
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the program failed: {}", output.status);
    writer.join().unwrap().unwrap();
    output.stdout
}

/// Compiles files, and fails at the first warning or error.
pub(super) fn compile(compiler: &str, flags: &[&str], files: &[&Path], output: &Path) {
    let mut command = Command::new(compiler);
    command.args(flags).arg("-Werror").args(files).arg("-o").arg(output);
    let result = command.output().unwrap();
    let errors = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "{command:?}\n{errors}");
}
