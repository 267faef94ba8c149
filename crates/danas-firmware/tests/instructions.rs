//! Compares predicted instructions with those that libraries executed on emulated microcontrollers.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

use std::collections::HashMap;

use danas_firmware::instructions;
use danas_size::{Converter, Core, DeployedFormat};
use danas_space::{Architecture, Network, Shape, parse_layers};

const TABLE: &str = include_str!("fixtures/instructions.csv");

type Row<'a> = HashMap<&'a str, &'a str>;

fn rows() -> Vec<Row<'static>> {
    let mut lines = TABLE.lines().map(|line| line.split(','));
    let names: Vec<&str> = lines.next().unwrap().collect();
    lines.map(|fields| names.iter().copied().zip(fields).collect()).collect()
}

fn network(row: &Row<'_>) -> Network {
    let [height, width, channels] = ["h", "w", "c"].map(|side| row[side].parse().unwrap());
    let layers = parse_layers(row["layers"]).unwrap();
    let architecture = Architecture::new(layers, row["dense"].parse().unwrap()).unwrap();
    let input = Shape::new(height, width, channels);
    Network::new(input, &architecture, row["classes"].parse().unwrap()).unwrap()
}

/// None of these networks was used to fit the coefficients.
#[test]
fn instructions_of_other_networks_are_predicted() {
    let rows = rows();
    assert_eq!(rows.len(), 80);
    for (name, core) in
        [("m0", Core::M0Plus), ("m4", Core::M4), ("m7", Core::M7), ("m55", Core::M55)]
    {
        for format in [DeployedFormat::Float32, DeployedFormat::Int8] {
            let column = format!("generated_{name}_{format}");
            let mut pairs: Vec<(f64, f64)> = rows
                .iter()
                .map(|row| {
                    let converter = Converter::default().with_format(format.into());
                    let operators = converter.operators(&network(row)).unwrap();
                    let predicted = instructions(&operators, core, format).iter().sum();
                    (row[&*column].parse().unwrap(), predicted)
                })
                .collect();
            pairs.sort_by(|left, right| left.0.total_cmp(&right.0));
            let error = |&(counted, predicted): &(f64, f64)| (predicted / counted - 1.0).abs();
            let mut errors: Vec<f64> = pairs.iter().map(error).collect();
            errors.sort_by(f64::total_cmp);
            let [median, nine_of_ten] = [errors[40], errors[71]];
            // The rank correlation, whose ranks of counts are the positions in the table.
            let rank = |value| pairs.iter().filter(|pair| pair.1 < value).count() as f64;
            let differences =
                (0..).zip(&pairs).map(|(place, pair)| rank(pair.1) - f64::from(place));
            let squares: f64 = differences.map(|difference| difference.powi(2)).sum();
            let correlation = 1.0 - 6.0 * squares / (80.0 * (80.0 * 80.0 - 1.0));
            println!("{column}: {median:.4} {nine_of_ten:.4} {:.4} {correlation:.4}", errors[79]);
            assert!(median < 0.07 && nine_of_ten < 0.2, "{column}: {median} {nine_of_ten}");
            assert!(correlation > 0.99, "{column}: {correlation}");
        }
    }
}
