//! Normalisation of feature rows by their mean and deviation over time.

use danas_space::ClipNormalisation;

/// Subtracts from each row of `frames` frames its mean over the clip.
pub(crate) fn subtract_mean(rows: &mut [f32], frames: usize) {
    for row in rows.chunks_exact_mut(frames.max(1)) {
        let mean = mean(row);
        row.iter_mut().for_each(|value| *value = (f64::from(*value) - mean) as f32);
    }
}

/// Subtracts from each row of `frames` frames its mean over the clip, then divides the row by its
/// population standard deviation or by [`ClipNormalisation::LEAST_DEVIATION`], whichever is larger.
/// A constant row becomes exactly 0, since the mean of equal floats is exact in `f64`.
pub(crate) fn standardise(rows: &mut [f32], frames: usize) {
    for row in rows.chunks_exact_mut(frames.max(1)) {
        let mean = mean(row);
        let squares: f64 = row.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum();
        let deviation = (squares / row.len() as f64).sqrt();
        let divisor = deviation.max(f64::from(ClipNormalisation::LEAST_DEVIATION));
        row.iter_mut().for_each(|value| *value = ((f64::from(*value) - mean) / divisor) as f32);
    }
}

/// Subtracts a running mean from each row `x` of `frames` frames. The mean is
/// `m[t] = m[t - 1] + a (x[t] - m[t - 1])` with `m[-1] = x[0]`, where `a` is `smoothing`.
pub(crate) fn subtract_running_mean(rows: &mut [f32], frames: usize, smoothing: f64) {
    for row in rows.chunks_exact_mut(frames.max(1)) {
        let mut mean = row.first().map_or(0.0, |&first| f64::from(first));
        for value in row {
            let exact = f64::from(*value);
            mean += smoothing * (exact - mean);
            *value = (exact - mean) as f32;
        }
    }
}

/// Returns the mean of a row, summed in `f64`.
fn mean(row: &[f32]) -> f64 {
    row.iter().map(|&value| f64::from(value)).sum::<f64>() / row.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_own_mean_and_deviation() {
        let rows = [1.0, 2.0, 3.0, 10.0, 10.0, 40.0];
        let mut centred = rows;
        subtract_mean(&mut centred, 3);
        assert_eq!(centred, [-1.0, 0.0, 1.0, -10.0, -10.0, 20.0]);
        let mut standard = rows;
        standardise(&mut standard, 3);
        // The values of scipy.stats.zscore for both rows.
        let root = 1.5_f32.sqrt();
        let expected = [-root, 0.0, root, -0.5_f32.sqrt(), -0.5_f32.sqrt(), 2.0_f32.sqrt()];
        let close =
            standard.iter().zip(expected).all(|(ours, theirs)| (ours - theirs).abs() < 1e-6);
        assert!(close, "{standard:?}");
    }

    #[test]
    fn a_constant_row_is_zero_whatever_its_value() {
        for value in [0.0, -100.0, 0.1, -894.427_2, 1e-14, 3e38] {
            for frames in [1, 3, 1000] {
                let constant = vec![value; frames];
                let [mut mean, mut standard, mut running] = [0; 3].map(|_| constant.clone());
                subtract_mean(&mut mean, frames);
                standardise(&mut standard, frames);
                subtract_running_mean(&mut running, frames, 0.07);
                for rows in [mean, standard, running] {
                    assert!(rows.iter().all(|value| *value == 0.0), "{value}");
                }
            }
        }
    }

    #[test]
    fn rounding_is_not_blown_up() {
        let mut row = [100.0, 100.0_f32.next_up()];
        standardise(&mut row, 2);
        assert!(row.iter().all(|value| value.abs() < 0.01), "{row:?}");
    }

    #[test]
    fn a_step_is_forgotten_at_the_pace_of_the_smoothing() {
        let mut row = [0.0, 1.0, 1.0, 1.0];
        subtract_running_mean(&mut row, 4, 0.5);
        assert_eq!(row, [0.0, 0.5, 0.25, 0.125]);
    }

    #[test]
    fn nothing_stays_nothing() {
        subtract_mean(&mut [], 0);
        standardise(&mut [], 0);
        subtract_running_mean(&mut [], 0, 0.5);
    }
}
