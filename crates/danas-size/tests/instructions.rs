//! Compares predicted instructions with those that emulated microcontrollers executed.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

mod table;

use danas_size::{
    Converter, Core, DeployedFormat, OperatorCost, cmsis_nn_instructions, reference_instructions,
};
use table::{Row, fixture, network, number};

/// Functions that predict, with the names of their kernels in columns and builds.
const KERNELS: [(&str, Predict); 2] =
    [("reference", reference_instructions), ("cmsis_nn", cmsis_nn_instructions)];
const CORES: [(&str, Core); 4] =
    [("m0", Core::M0Plus), ("m4", Core::M4), ("m7", Core::M7), ("m55", Core::M55)];
const FORMATS: [(&str, DeployedFormat); 2] =
    [("float32", DeployedFormat::Float32), ("int8", DeployedFormat::Int8)];

type Predict = fn(&[OperatorCost], Core, DeployedFormat) -> Vec<f64>;

fn operators(row: &Row, format: DeployedFormat) -> Vec<OperatorCost> {
    Converter::default().with_format(format.into()).operators(&network(row)).unwrap()
}

/// Returns the relative errors in ascending order, and the rank correlation.
fn compared(pairs: &[(f64, f64)]) -> (Vec<f64>, f64) {
    let mut errors: Vec<f64> =
        pairs.iter().map(|(predicted, counted)| (predicted / counted - 1.0).abs()).collect();
    errors.sort_by(f64::total_cmp);
    let ranks = |values: Vec<f64>| -> Vec<f64> {
        let rank = |value| values.iter().filter(|&&other| other < value).count() as f64;
        values.iter().map(|&value| rank(value)).collect()
    };
    let (predicted, counted) = pairs.iter().copied().unzip();
    let differences = ranks(predicted).into_iter().zip(ranks(counted));
    let squares: f64 = differences.map(|(left, right)| (left - right).powi(2)).sum();
    let size = pairs.len() as f64;
    (errors, 1.0 - 6.0 * squares / (size * (size * size - 1.0)))
}

/// None of these networks was used to fit the coefficients.
#[test]
fn instructions_of_other_networks_are_predicted() {
    let fixture = fixture("instructions.csv");
    assert_eq!(fixture.len(), 80);
    for (kernels, predict) in KERNELS {
        for (name, core) in CORES {
            for (format_name, format) in FORMATS {
                let column = format!("{kernels}_{name}_{format_name}");
                let pairs = fixture.iter().map(|row| {
                    let predicted = predict(&operators(row, format), core, format);
                    (predicted.iter().sum::<f64>(), number(row, &column, 0).into())
                });
                let (errors, correlation) = compared(&pairs.collect::<Vec<_>>());
                let [median, nine_of_ten, largest] = [40, 71, 79].map(|index| errors[index]);
                println!("{column}: {median:.4} {nine_of_ten:.4} {largest:.4} {correlation:.4}");
                assert!(median < 0.05 && nine_of_ten < 0.12, "{column}: {median} {nine_of_ten}");
                assert!(largest < 0.15, "{column}: {largest}");
                assert!(correlation > 0.99, "{column}: {correlation}");
            }
        }
    }
}

/// These networks were written by hand and counted by another program, in ticks of 40 instructions.
///
/// Its interpreter takes more instructions for each operator, so the smallest network, with 12,000 instructions,
/// is off by a quarter. In its build without CMSIS-NN, convolutions of floats take up to
/// 13 % fewer than in the one that the coefficients are fitted to; the options of its compiler are not known.
#[test]
fn instructions_that_another_program_counted_are_predicted() {
    let fixture = fixture("device_instructions.csv");
    assert_eq!(fixture.len(), 96);
    for row in &fixture {
        let format =
            if row["kind"] == "int8" { DeployedFormat::Int8 } else { DeployedFormat::Float32 };
        let predict: Predict =
            if row["build"] == "m4" { reference_instructions } else { cmsis_nn_instructions };
        let operators = operators(row, format);
        let predicted: f64 = predict(&operators, Core::M4, format).iter().sum();
        let counted = f64::from(number(row, "instructions", 0));
        println!(
            "{} {} {} {:.4}",
            row["build"],
            row["kind"],
            row["layers"],
            predicted / counted - 1.0
        );
        let is_other_build = (&*row["build"], format) == ("m4", DeployedFormat::Float32);
        let tolerance = match (counted < 15_000.0, is_other_build) {
            (true, _) => 0.25,
            (false, true) => 0.17,
            (false, false) => 0.06,
        };
        let is_close = (predicted / counted - 1.0).abs() < tolerance;
        assert!(is_close, "{} {}: {predicted} for {counted}", row["build"], row["layers"]);
    }
}
