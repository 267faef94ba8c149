//! The input of generated C, compared with that of the features.

use std::{fmt::Write, fs, process::Command};

use danas_size::Affine;

use super::*;
use crate::{
    front_end::{FrontEnd, RawExample},
    table::table,
};

/// Returns a frame of noise that begins with the smallest and the largest value.
fn frame(raw: Raw) -> RawExample {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let count = raw.moments * raw.channels;
    match raw.sample {
        SampleType::Uint16 => RawExample::Uint16((0..count).map(|_| next() as u16).collect()),
        _ => RawExample::Uint8(
            [0, 255].into_iter().chain((2..count).map(|_| next() as u8)).collect(),
        ),
    }
}

/// Compiles front ends of int8 networks, and compares the integers of each.
fn compare(cases: &[(ImageFrontEnd, NetworkInput<'_>)]) {
    let folder = tempfile::tempdir().unwrap();
    let mut main = String::from("#include <stdint.h>\n#include <stdio.h>\n\nint main(void)\n{\n");
    let mut sources = Vec::new();
    let mut expected = Vec::new();
    for (index, (image, input)) in cases.iter().enumerate() {
        let frame = frame(image.raw());
        let front_end = FrontEnd::Image(Box::new(image.clone()));
        let features = front_end.features(&frame).unwrap().unwrap();
        let Shape { width, channels, .. } = image.shape;
        for (index, feature) in features.iter().enumerate() {
            let row = index / (width * channels) * channels + index % channels;
            expected.push(input.integer(*feature, row).unwrap());
        }
        let values = match &frame {
            RawExample::Uint8(values) => table("SAMPLE", "frame", values),
            RawExample::Uint16(values) => table("SAMPLE", "frame", values),
            _ => unreachable!(),
        };
        let count = features.len();
        let mut text =
            format!("#include <stdint.h>\n#include <stdio.h>\n\nvoid run_{index}(void);\n");
        text += &image.code(input).text;
        text += &values;
        let _ = write!(
            text,
            "void run_{index}(void)\n{{\n    static float memory[{count}];\n    front_end(frame, memory);\n    \
             for (int index = 0; index < {count}; index++) {{\n        printf(\"%d\\n\", ((int8_t *)memory)[index]);\n    }}\n}}\n"
        );
        let _ = writeln!(main, "    extern void run_{index}(void);\n    run_{index}();");
        let name = format!("image_{index}.c");
        fs::write(folder.path().join(&name), text).unwrap();
        sources.push(name);
    }
    main += "    return 0;\n}\n";
    fs::write(folder.path().join("main.c"), main).unwrap();
    let warnings =
        ["-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-pedantic"];
    let compiled = Command::new("cc")
        .current_dir(folder.path())
        .args(["-std=c99", "-O1", "-Werror"])
        .args(warnings)
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", "all", "main.c"])
        .args(&sources)
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(folder.path().join("all")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let ours: Vec<i8> = text.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(ours, expected);
}

#[test]
fn every_colour_and_depth_has_the_same_integers() {
    let quantisation = Some(Affine { scale: 0.0173, zero_point: -5 });
    let mean: Vec<f32> = (0..7 * 3).map(|it| it as f32 * 0.04).collect();
    let deviation: Vec<f32> = (0..7 * 3).map(|it| 0.2 + it as f32 * 0.01).collect();
    let mut cases = Vec::new();
    for colour in ["rgb", "grey", "red"] {
        for depth in ["8-bit", "565", "4-bit", "2-bit", "1-bit"] {
            let granularity: ImageGranularity = format!("7x9 {colour} {depth}").parse().unwrap();
            let Ok(image) = ImageFrontEnd::new(&granularity) else { continue };
            let rows = 7 * image.shape.channels;
            let tables = Some([&mean[..rows], &deviation[..rows]]);
            for standardisation in [tables, None] {
                cases.push((image.clone(), NetworkInput { standardisation, quantisation }));
            }
        }
    }
    compare(&cases);
}

#[test]
fn bytes_become_integers_directly_where_all_values_allow_it() {
    // The scaling of pixels: from -1 to 127/128.
    let (half, unit) = (128.0 / 255.0, 128.0 / 255.0);
    let image = ImageFrontEnd::new(&"32x32 rgb".parse().unwrap()).unwrap();
    let (mean, deviation) = (vec![half; 96], vec![unit; 96]);
    let quantisation = Some(Affine { scale: 1.0 / 128.0, zero_point: 0 });
    let scaled = NetworkInput { standardisation: Some([&mean, &deviation]), quantisation };
    assert!(image.is_direct(&scaled));
    let plain = NetworkInput {
        standardisation: None,
        quantisation: Some(Affine { scale: 1.0 / 255.0, zero_point: -128 }),
    };
    assert!(image.is_direct(&plain));
    compare(&[(image.clone(), scaled), (image.clone(), plain)]);
    let mut other = mean.clone();
    other[50] += 0.001;
    let rows = NetworkInput { standardisation: Some([&other, &deviation]), quantisation };
    assert!(!image.is_direct(&rows));
    assert!(!image.is_direct(&NetworkInput { quantisation: None, ..scaled }));
    let packed = ImageFrontEnd::new(&"32x32 rgb 4-bit".parse().unwrap()).unwrap();
    assert!(!packed.is_direct(&scaled));
}
