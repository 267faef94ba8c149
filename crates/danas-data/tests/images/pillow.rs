//! Comparison of resized images with Pillow's. `fixtures/README.md` describes where they come from.

use std::{collections::HashMap, fs};

use crate::support::{features, fixture};
use ndarray::Array1;

#[test]
fn resized_pixels_are_pillows_or_within_one_level() {
    let cases = fs::read_to_string(fixture("cases.txt")).unwrap();
    let pillow: Array1<u8> = ndarray_npy::read_npy(fixture("pillow.npy")).unwrap();
    let mut rest = pillow.as_slice().unwrap();
    let mut worst: HashMap<(&str, &str), f32> = HashMap::new();
    for case in cases.lines() {
        let [name, granularity] = case.split_once(' ').unwrap().into();
        let ours = features(&fs::read(fixture(name)).unwrap(), granularity);
        let (expected, after) = rest.split_at(ours.len());
        rest = after;
        let differences = ours.iter().zip(expected).map(|(ours, &it)| (ours - f32::from(it)).abs());
        let filter = granularity.rsplit(' ').next().unwrap();
        let most = worst.entry((name, filter)).or_default();
        *most = differences.fold(*most, f32::max);
    }
    assert!(rest.is_empty());
    for ((name, filter), most) in worst {
        let tolerance = match (name, filter) {
            // Decoders of JPEG differ themselves.
            ("sign.jpg", _) => 2.0,
            (_, "area") => 0.0,
            _ => 1.0,
        };
        // Features in 255ths are not whole numbers to the last bit.
        assert!(most < tolerance + 1e-3, "{name} {filter}: {most}");
    }
}
