//! Series at the rates of a search.

use std::collections::BTreeMap;

use danas_dsp::{check_lowering, lower_rates};
use danas_space::{Bytes, Rate};
use ndarray::Array2;
use rayon::prelude::*;

use crate::series::Series;

/// All series at some of the rates of a search. Those at other rates are made when they are needed.
#[derive(Debug, Clone, Default)]
pub(super) struct Lowered {
    by_rate: BTreeMap<Rate, Vec<Array2<f32>>>,
}

impl Lowered {
    /// Makes all series at those of `rates` that fit into `memory`, the lowest ones first. A rate above
    /// that of a series, or one that it cannot be lowered to, is left out.
    pub(super) fn new(series: &[Series], rates: impl Iterator<Item = Rate>, memory: Bytes) -> Self {
        let native = series.iter().map(|series| series.rate).min();
        let mut rates: Vec<Rate> =
            rates.filter(|&rate| native.is_some_and(|native| rate <= native)).collect();
        rates.retain(|&rate| {
            let is_possible =
                |one: &Series| one.rate == rate || check_lowering(one.rate, rate).is_ok();
            series.iter().all(is_possible)
        });
        // Series at their native rate are held anyway.
        rates.retain(|&rate| series.iter().any(|one| one.rate != rate));
        rates.sort_unstable();
        rates.dedup();
        let mut left = memory.get();
        rates.retain(|&rate| {
            let taken = bytes(series, rate);
            let fits = taken <= left;
            left = if fits { left - taken } else { 0 };
            fits
        });
        let lower = |series: &Series| {
            // What cannot be made now is tried again, and reported, when it is needed.
            lower_rates(series.values.view(), series.rate, &rates).unwrap_or_default()
        };
        let lowered: Vec<Vec<Array2<f32>>> = series.par_iter().map(lower).collect();
        if lowered.iter().any(|of_series| of_series.len() < rates.len()) {
            return Self::default();
        }
        let mut by_rate: BTreeMap<Rate, Vec<Array2<f32>>> =
            rates.iter().map(|&rate| (rate, Vec::with_capacity(series.len()))).collect();
        for of_series in lowered {
            for (rate, values) in rates.iter().zip(of_series) {
                by_rate.entry(*rate).or_default().push(values);
            }
        }
        Self { by_rate }
    }

    /// Returns a series, by its index, at a rate, if it was made.
    pub(super) fn get(&self, rate: Rate, series: usize) -> Option<&Array2<f32>> {
        self.by_rate.get(&rate)?.get(series)
    }
}

/// Returns the size of all series at a rate.
fn bytes(series: &[Series], rate: Rate) -> u64 {
    let samples = |series: &Series| {
        let share = rate.hertz() / series.rate.hertz();
        (series.values.len() as f64 * share) as u64
    };
    series.iter().map(samples).sum::<u64>().saturating_mul(size_of::<f32>() as u64)
}
