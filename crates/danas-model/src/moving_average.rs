//! The moving average of a training's weights.

/// Moving average of the weights, without a bias towards those of the first step.
///
/// It tells how far the average follows the weights in each step; see
/// [`TrainConfig::weight_average`](crate::TrainConfig::weight_average).
#[derive(Debug, Clone, Copy)]
pub(crate) struct MovingAverage {
    decay: f64,
    /// Decay, to the power of the number of steps so far.
    power: f64,
}

impl MovingAverage {
    pub(crate) const fn new(decay: f64) -> Self {
        Self { decay, power: 1.0 }
    }

    /// Returns the share `r` of the next step, in which the average `a` becomes `a + r · (w − a)`.
    /// It is 1 in the first step.
    pub(crate) fn next_share(&mut self) -> f64 {
        self.power *= self.decay;
        (1.0 - self.decay) / (1.0 - self.power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected values are Keras', without its bias towards the first step. They come from
    /// `tests/keras_recipe.py`.
    #[test]
    fn averages_are_keras_without_their_bias() {
        let mut average = MovingAverage::new(0.9);
        let mut value = f64::NAN;
        let mut actual = [1.0, -2.0, 0.5, 4.0].map(|weight: f64| {
            let share = average.next_share();
            value = if share == 1.0 { weight } else { value + share * (weight - value) };
            value
        });
        let expected: [f64; 4] = [1.0, -0.578_947, -0.180_812, 1.034_894];
        for (actual, expected) in actual.iter_mut().zip(expected) {
            assert!((*actual - expected).abs() < 2e-6, "{actual} is not {expected}");
        }
    }
}
