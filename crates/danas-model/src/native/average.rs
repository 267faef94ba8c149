//! The moving average of the weights.

use multiversion::multiversion;

use super::parameters::zeros;
use crate::{error::ModelError, moving_average::MovingAverage};

/// Moving average of the flat weights.
#[derive(Debug)]
pub(super) struct Average {
    shares: MovingAverage,
    weights: Vec<f32>,
}

impl Average {
    /// Creates the average of a number of weights, with this decay.
    pub(super) fn new(decay: f64, weights: usize) -> Result<Self, ModelError> {
        Ok(Self { shares: MovingAverage::new(decay), weights: zeros(weights)? })
    }

    /// Updates the average with the weights after a step.
    pub(super) fn follow(&mut self, weights: &[f32]) {
        let share = self.shares.next_share();
        if share < 1.0 {
            follow(&mut self.weights, weights, share as f32);
        } else {
            self.weights.copy_from_slice(weights);
        }
    }

    /// Returns the average after the last step.
    pub(super) fn weights(&self) -> &[f32] {
        &self.weights
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn follow(average: &mut [f32], weights: &[f32], share: f32) {
    average.iter_mut().zip(weights).for_each(|(to, &weight)| *to += share * (weight - *to));
}
