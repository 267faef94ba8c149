//! Tests that NSGA-II performs as published, on test functions.

#![allow(clippy::unwrap_used, reason = "the helpers of tests fail like tests")]

mod functions;
mod published;

use functions::Function;
use published::volumes;

#[test]
fn the_median_of_three_seeds_is_within_the_range_of_pymoos() {
    for function in Function::ALL {
        let [_, least, _] = function.pymoo();
        let median = volumes(function, 1..=3)[1];
        assert!(median >= least, "{function:?}: {median} below {least}");
    }
}
