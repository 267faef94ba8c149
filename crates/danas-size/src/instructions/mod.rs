//! The number of instructions that kernels execute for a network, from its shapes alone.

mod cmsis_nn;
mod coefficients;
mod core;
mod reference;
mod table;

pub use self::core::Core;
use self::{
    coefficients::{cmsis_nn_table, reference_table},
    table::sum,
};
use crate::{format::DeployedFormat, operator::OperatorCost};

/// Returns the instructions that TensorFlow Lite Micro executes for each operator in one inference, with
/// its reference kernels.
///
/// The formulas count how often the loops of each kernel run, and multiply this by coefficients. These
/// are fitted to instructions that were counted under QEMU, for TensorFlow Lite Micro of August 2026,
/// compiled by GCC 12.2 with the options of its makefile (`-O2` for kernels). The interpreter's own
/// instructions are included. Instructions that depend on values are those for random ones.
///
/// Over 80 networks that were not fitted, with every kind of layer, the sum is off by at most 6 % of the
/// instructions executed in int8 and 14 % in float32: see `docs/sizes.md`. Instructions are not cycles: a
/// core takes one cycle or more for most of them.
///
/// ```
/// use danas_size::{Converter, Core, DeployedFormat, NumberFormat, reference_instructions};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let operators = Converter::default().with_format(NumberFormat::Int8).operators(&network)?;
/// let each = reference_instructions(&operators, Core::M4, DeployedFormat::Int8);
/// let sum: f64 = each.iter().sum();
/// assert!((sum / 490_520.0 - 1.0).abs() < 0.05); // as many were counted
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn reference_instructions(
    operators: &[OperatorCost],
    core: Core,
    format: DeployedFormat,
) -> Vec<f64> {
    let table = reference_table(core, format);
    let interpreter = sum(table.interpreter, [1]);
    operators.iter().map(|it| reference::operator(it, table) + interpreter).collect()
}

/// Returns the instructions that TensorFlow Lite Micro executes for each operator in one inference, with
/// the kernels of CMSIS-NN, compiled for the instructions of the core.
///
/// Floats, and the operators that CMSIS-NN has no kernels for, are run by the reference kernels. For the
/// rest, see [`reference_instructions`]. The sum is off by at most 13 % in
/// int8 and 14 % in float32.
///
/// ```
/// use danas_size::{Converter, Core, DeployedFormat, NumberFormat, cmsis_nn_instructions};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let operators = Converter::default().with_format(NumberFormat::Int8).operators(&network)?;
/// let sum = |core| cmsis_nn_instructions(&operators, core, DeployedFormat::Int8).iter().sum::<f64>();
/// assert!(sum(Core::M55) < sum(Core::M4) && sum(Core::M4) < sum(Core::M0Plus));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn cmsis_nn_instructions(
    operators: &[OperatorCost],
    core: Core,
    format: DeployedFormat,
) -> Vec<f64> {
    let table = cmsis_nn_table(core, format);
    let interpreter = sum(table.interpreter, [1]);
    let kernel = |it| match format {
        DeployedFormat::Float32 => reference::operator(it, table),
        DeployedFormat::Int8 => cmsis_nn::operator(it, core.instructions(), table),
    };
    operators.iter().map(|it| kernel(it) + interpreter).collect()
}
