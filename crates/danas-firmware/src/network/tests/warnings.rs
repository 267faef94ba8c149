//! Compiles networks with all warnings, for the host and for microcontrollers.

use std::fs;

use danas_size::{
    FloatModel,
    program::{Float32, Int8},
};
use danas_space::{Architecture, Network, Shape, parse_layers};

use super::{
    super::NetworkCode,
    compiler::{compile, file, has},
    random::Random,
};

const WARNINGS: [&str; 9] = [
    "-std=c99",
    "-pedantic",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Wvla",
    "-c",
];

const COMPILERS: [(&str, &[&str]); 7] = [
    ("gcc", &["-O1", "-fanalyzer"]),
    ("clang", &["-O2"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m0plus"]),
    ("arm-none-eabi-gcc", &["-O2", "-mthumb", "-mcpu=cortex-m4", "-mfloat-abi=hard"]),
    ("arm-none-eabi-gcc", &["-Os", "-mthumb", "-mcpu=cortex-m33"]),
    ("arm-none-eabi-gcc", &["-O2", "-mthumb", "-mcpu=cortex-m55", "-mfloat-abi=hard"]),
    ("riscv64-unknown-elf-gcc", &["-Os", "-march=rv32imac", "-mabi=ilp32", "-ffreestanding"]),
];

/// Returns the files of two networks that together have every kind of layer, in integers and
/// floats.
fn files() -> [String; 2] {
    let mut random = Random::new(4);
    let layers = ["8x3pS d5x3/2pR max2 1x1R avg2/1 gap", "d3x2S 4x2nR"];
    let networks: Vec<Network> = layers
        .into_iter()
        .map(|layers| {
            let architecture = Architecture::new(parse_layers(layers).unwrap(), 7).unwrap();
            Network::new(Shape::new(13, 11, 3), &architecture, 4).unwrap()
        })
        .collect();
    let weights: Vec<Vec<Vec<f32>>> = networks.iter().map(|it| random.weights(it)).collect();
    let (mut integers, mut floats) = (Vec::new(), Vec::new());
    for (index, (network, weights)) in networks.iter().zip(&weights).enumerate() {
        let model = FloatModel::new(network, weights.iter().map(Vec::as_slice)).unwrap();
        let name = format!("network{index}");
        integers.push(NetworkCode::int8(&name, &random.quantised(&model)).unwrap());
        floats.push(NetworkCode::float32(&name, &model).unwrap());
    }
    [file::<Int8<'_>>(&integers), file::<Float32<'_>>(&floats)].map(|text| {
        // The functions are static, so that only their file sees them.
        let calls = "extern void run(VALUE *memory);\nvoid run(VALUE *memory)\n{\n    \
                     network0_infer(memory);\n    network1_infer(memory);\n}\n";
        let value = if text.contains("int8_t *memory") { "int8_t" } else { "float" };
        text + &calls.replace("VALUE", value)
    })
}

#[test]
fn no_compiler_warns() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<_> = ["int8.c", "float32.c"].map(|name| folder.path().join(name)).into();
    for (path, text) in files.iter().zip(self::files()) {
        fs::write(path, text).unwrap();
    }
    for (compiler, flags) in COMPILERS.into_iter().filter(|(compiler, _)| has(compiler)) {
        // A compiler without a standard library lacks `math.h`.
        let is_bare = flags.contains(&"-ffreestanding");
        for path in files.iter().take(if is_bare { 1 } else { 2 }) {
            let flags = [&WARNINGS, flags].concat();
            compile(compiler, &flags, &[path], &folder.path().join("object.o"));
        }
    }
}
