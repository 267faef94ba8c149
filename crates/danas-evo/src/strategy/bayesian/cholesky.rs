//! The Cholesky factor of a matrix that grows row by row.

/// The lower triangular factor *L* of a symmetric, positive definite matrix *A* = *L Lᵀ*.
#[derive(Debug, Clone, Default)]
pub(super) struct Cholesky {
    /// Rows of *L*. Row *i* has *i* + 1 elements, the last of them on the diagonal.
    rows: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Factors a matrix, given by its rows up to the diagonal. Returns `None` if the matrix is not
    /// positive definite.
    pub(super) fn of(rows: impl IntoIterator<Item = Vec<f64>>) -> Option<Self> {
        let mut factor = Self::default();
        for row in rows {
            factor.push(row)?;
        }
        Some(factor)
    }

    /// Adds a row to the matrix, up to the diagonal. If the matrix would no longer be positive
    /// definite, adds nothing and returns `None`.
    pub(super) fn push(&mut self, mut row: Vec<f64>) -> Option<()> {
        let diagonal = row.pop()?;
        self.solve_lower(&mut row);
        let pivot = diagonal - dot(&row, &row);
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        row.push(pivot.sqrt());
        self.rows.push(row);
        Some(())
    }

    /// Replaces *b* by *L⁻¹ b*. If *b* is shorter than the matrix, uses only the first rows of *L*.
    pub(super) fn solve_lower(&self, vector: &mut [f64]) {
        for i in 0..vector.len().min(self.rows.len()) {
            let row = &self.rows[i];
            vector[i] = (vector[i] - dot(&row[..i], &vector[..i])) / row[i];
        }
    }

    /// Replaces *b* by *L⁻ᵀ b*.
    pub(super) fn solve_upper(&self, vector: &mut [f64]) {
        for (i, row) in self.rows.iter().enumerate().rev() {
            vector[i] /= row[i];
            let solved = vector[i];
            for (value, factor) in vector.iter_mut().zip(&row[..i]) {
                *value -= factor * solved;
            }
        }
    }

    /// Returns the sum of the logarithms of *L*'s diagonal, which is half of ln |*A*|.
    pub(super) fn half_log_determinant(&self) -> f64 {
        self.rows.iter().filter_map(|row| row.last()).map(|pivot| libm::log(*pivot)).sum()
    }

    /// Returns the rows of *A⁻¹* up to the diagonal.
    pub(super) fn inverse(&self) -> Vec<Vec<f64>> {
        let n = self.rows.len();
        // Column j of L⁻¹, from the diagonal down.
        let columns: Vec<Vec<f64>> = (0..n)
            .map(|j| {
                let mut column = Vec::with_capacity(n - j);
                column.push(1.0 / self.rows[j][j]);
                for (i, row) in self.rows.iter().enumerate().skip(j + 1) {
                    column.push(-dot(&row[j..i], &column) / row[i]);
                }
                column
            })
            .collect();
        let element = |i: usize, j: usize| dot(&columns[i], &columns[j][i - j..]);
        (0..n).map(|i| (0..=i).map(|j| element(i, j)).collect()).collect()
    }
}

/// Returns the scalar product. Adds up eight partial sums in a fixed order, so that the result is
/// the same on every machine.
pub(super) fn dot(left: &[f64], right: &[f64]) -> f64 {
    let (left_blocks, left_rest) = left.as_chunks::<8>();
    let (right_blocks, right_rest) = right.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (l, r) in left_blocks.iter().zip(right_blocks) {
        for lane in 0..8 {
            sums[lane] += l[lane] * r[lane];
        }
    }
    let rest: f64 = left_rest.iter().zip(right_rest).map(|(l, r)| l * r).sum();
    sums.iter().sum::<f64>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(n: usize) -> Vec<Vec<f64>> {
        let element = |i: usize, j: usize| {
            let ridge = if i == j { 0.1 } else { 0.0 };
            (-0.1 * (i.abs_diff(j) as f64)).exp() + ridge
        };
        (0..n).map(|i| (0..=i).map(|j| element(i, j)).collect()).collect()
    }

    #[test]
    fn a_matrix_times_its_inverse_is_the_identity() {
        let n = 21;
        let matrix = matrix(n);
        let inverse = Cholesky::of(matrix.clone()).unwrap().inverse();
        let at = |rows: &[Vec<f64>], i: usize, j: usize| rows[i.max(j)][i.min(j)];
        for i in 0..n {
            for j in 0..n {
                let sum: f64 = (0..n).map(|k| at(&matrix, i, k) * at(&inverse, k, j)).sum();
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((sum - expected).abs() < 1e-11, "{i} {j} {sum}");
            }
        }
    }

    #[test]
    fn a_solution_solves() {
        let n = 13;
        let matrix = matrix(n);
        let factor = Cholesky::of(matrix.clone()).unwrap();
        let right: Vec<f64> = (0..n).map(|i| i as f64 - 3.0).collect();
        let mut solution = right.clone();
        factor.solve_lower(&mut solution);
        factor.solve_upper(&mut solution);
        for i in 0..n {
            let sum: f64 = (0..n).map(|j| matrix[i.max(j)][i.min(j)] * solution[j]).sum();
            assert!((sum - right[i]).abs() < 1e-10, "{i} {sum}");
        }
    }

    #[test]
    fn what_is_not_positive_definite_is_refused() {
        assert!(Cholesky::of([vec![1.0], vec![2.0, 1.0]]).is_none());
        assert!(Cholesky::of([vec![f64::NAN]]).is_none());
    }
}
