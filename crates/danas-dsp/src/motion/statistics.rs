//! Statistics of a window.

/// Returns the [statistics](danas_space::MotionRepresentation::STATISTICS) of at least one sample.
pub(super) fn of(samples: &[f32]) -> [f32; 6] {
    let count = samples.len() as f64;
    let mean = samples.iter().map(|&it| f64::from(it)).sum::<f64>() / count;
    let square = |&it: &f32| (f64::from(it) - mean).powi(2);
    let deviation = (samples.iter().map(square).sum::<f64>() / count).sqrt();
    let minimum = samples.iter().copied().fold(f32::INFINITY, f32::min);
    let maximum = samples.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let changes = || samples.windows(2).map(|pair| f64::from(pair[1]) - f64::from(pair[0]));
    let pairs = count - 1.0;
    let mean_change = changes().map(f64::abs).sum::<f64>() / pairs.max(1.0);
    let turns = changes().zip(changes().skip(1)).filter(|(before, after)| before * after < 0.0);
    let turns = turns.count() as f64 / (pairs - 1.0).max(1.0);
    [mean as f32, deviation as f32, minimum, maximum, mean_change as f32, turns as f32]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_those_of_the_window() {
        let zigzag = [1.0, -1.0, 1.0, -1.0, 1.0];
        let [mean, deviation, minimum, maximum, change, turns] = of(&zigzag);
        assert!((mean - 0.2).abs() < 1e-6 && (deviation - 0.96_f32.sqrt()).abs() < 1e-6);
        assert_eq!((minimum, maximum, change, turns), (-1.0, 1.0, 2.0, 1.0));
        assert_eq!(of(&[3.0]), [3.0, 0.0, 3.0, 3.0, 0.0, 0.0]);
        assert_eq!(of(&[0.0, 1.0, 2.0, 3.0])[4..], [1.0, 0.0]);
    }
}
