//! Prints the hypervolumes that NSGA-II reaches on test functions, beside those of pymoo's NSGA-II.
//! Each figure is the median of 11 seeds, with the least and the largest.
//!
//! ```text
//! cargo run --release -p danas-evo --example nsga2
//! ```

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a check talks to its user")]

#[path = "../tests/nsga2/functions.rs"]
mod functions;
#[path = "../tests/nsga2/published.rs"]
mod published;

use functions::Function;
use published::volumes;

fn main() {
    println!("function        danas                          pymoo");
    for function in Function::ALL {
        let volumes = volumes(function, 1..=11);
        let [least, median, largest] = [0, 5, 10].map(|place| volumes[place]);
        let danas = format!("{median:.5} ({least:.5} to {largest:.5})");
        let [median, least, largest] = function.pymoo();
        println!("{function:<7?} {danas} {median:.5} ({least:.5} to {largest:.5})");
    }
}
