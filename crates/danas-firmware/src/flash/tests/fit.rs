//! The bytes of parts that explain measured libraries best.

use std::collections::BTreeSet;

use super::Measured;

/// Weight of the square of a part's bytes, in libraries: enough to share what two parts that always
/// come together explain.
const RIDGE: f64 = 1e-9;

/// Returns the bytes of each part. They minimise the squares of the errors relative to the flash.
pub(super) fn fit(measured: &[Measured]) -> Vec<(String, f64)> {
    let names: BTreeSet<&String> = measured.iter().flat_map(|it| it.parts.0.keys()).collect();
    let names: Vec<&String> = names.into_iter().collect();
    let size = names.len();
    let mut equations = vec![vec![0.0; size + 1]; size];
    for (index, equation) in equations.iter_mut().enumerate() {
        equation[index] = RIDGE * measured.len() as f64 / 1000.0;
    }
    for it in measured {
        let weight = 1.0 / (it.actual as f64).powi(2);
        let code = it.actual as f64 - it.known as f64;
        let counts: Vec<(usize, f64)> = it
            .parts
            .0
            .iter()
            .filter_map(|(name, &count)| Some((names.binary_search(&name).ok()?, count.into())))
            .collect();
        for &(row, count) in &counts {
            for &(column, other) in &counts {
                equations[row][column] += weight * count * other;
            }
            equations[row][size] += weight * count * code;
        }
    }
    let solution = solve(equations);
    names.into_iter().cloned().zip(solution).collect()
}

/// Solves linear equations whose matrix is positive definite.
fn solve(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let size = rows.len();
    for pivot in 0..size {
        let row = rows[pivot].clone();
        for other in (0..size).filter(|&other| other != pivot) {
            let factor = rows[other][pivot] / row[pivot];
            for (value, above) in rows[other].iter_mut().zip(&row) {
                *value -= factor * above;
            }
        }
    }
    rows.iter().enumerate().map(|(index, row)| row[size] / row[index]).collect()
}
