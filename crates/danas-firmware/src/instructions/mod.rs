//! The number of instructions that a library executes for its network, from shapes alone.

mod coefficients;
mod table;

use danas_size::{Core, DeployedFormat, OperatorCost, OperatorKind, Sweep};
use danas_space::Extent;

use coefficients::table;
use table::Table;

/// A function of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kernel {
    Convolution,
    Depthwise,
    Dense,
    MaxPool,
    AveragePool,
    Mean,
    Sigmoid,
    Softmax,
}

/// Returns the instructions that a library executes for each operator in one inference.
///
/// The library is compiled by GCC 12.2 with `-Os`. The formulas count how often the
/// loops of each kernel run, and multiply this by coefficients that are fitted to instructions that
/// were counted under QEMU. Instructions that depend on values are those for random ones. A reshape is
/// nothing in a library, so it has 0.
///
/// Over 80 networks that were not fitted, with every kind of layer, the sum is within 9 % of the
/// instructions executed for 9 of 10 networks in int8, and within 19 % in float32: see `docs/sizes.md`.
/// Instructions are not cycles: a core takes one cycle or more for most of them. The front end is not
/// included.
///
/// ```
/// use danas_firmware::instructions;
/// use danas_size::{Converter, Core, DeployedFormat, reference_instructions};
/// use danas_space::{Architecture, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("8x3R d8x3R")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let operators = Converter::default().operators(&network)?;
/// let (core, format) = (Core::M4, DeployedFormat::Int8);
/// let own: f64 = instructions(&operators, core, format).iter().sum();
/// let reference: f64 = reference_instructions(&operators, core, format).iter().sum();
/// assert!(own < reference / 2.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn instructions(operators: &[OperatorCost], core: Core, format: DeployedFormat) -> Vec<f64> {
    let table = table(core, format);
    let kernels: Vec<Option<Kernel>> = operators.iter().map(Kernel::of).collect();
    let calls = |kernel| kernels.iter().filter(|&&it| it == Some(kernel)).count();
    let instructions = |(operator, &kernel): (&OperatorCost, &Option<Kernel>)| {
        kernel.map_or(0.0, |kernel| {
            let coefficients = kernel.coefficients(table, calls(kernel) == 1);
            let counts = kernel.counts(&operator.sweep(), core, format);
            debug_assert_eq!(coefficients.len(), counts.len(), "a coefficient for each part");
            coefficients.iter().zip(counts).map(|(each, count)| each * count as f64).sum()
        })
    };
    operators.iter().zip(&kernels).map(instructions).collect()
}

impl Kernel {
    /// Returns the kernel that runs an operator, if the library needs one.
    fn of(operator: &OperatorCost) -> Option<Self> {
        Some(match operator.kind {
            OperatorKind::Conv2d if is_single(&operator.sweep()) => Self::Dense,
            OperatorKind::Conv2d => Self::Convolution,
            OperatorKind::DepthwiseConv2d => Self::Depthwise,
            OperatorKind::FullyConnected => Self::Dense,
            OperatorKind::MaxPool2d => Self::MaxPool,
            OperatorKind::AveragePool2d => Self::AveragePool,
            OperatorKind::Mean => Self::Mean,
            OperatorKind::Logistic => Self::Sigmoid,
            OperatorKind::Softmax => Self::Softmax,
            _ => return None,
        })
    }

    const fn coefficients(self, table: &Table, is_called_once: bool) -> &'static [f64] {
        match (self, is_called_once) {
            (Self::Convolution, false) => table.convolution,
            (Self::Convolution, true) => table.convolution_once,
            (Self::Depthwise, false) => table.depthwise,
            (Self::Depthwise, true) => table.depthwise_once,
            (Self::Dense, false) => table.dense,
            (Self::Dense, true) => table.dense_once,
            (Self::MaxPool, false) => table.max_pool,
            (Self::MaxPool, true) => table.max_pool_once,
            (Self::AveragePool, false) => table.average_pool,
            (Self::AveragePool, true) => table.average_pool_once,
            (Self::Mean, _) => table.mean,
            (Self::Sigmoid, _) => table.sigmoid,
            (Self::Softmax, _) => table.softmax,
        }
    }

    /// Returns how often each part of the kernel's loops runs.
    fn counts(self, sweep: &Sweep, core: Core, format: DeployedFormat) -> Vec<usize> {
        let (pixels, values) = (sweep.pixels(), sweep.values());
        let (inputs, outputs) = (sweep.input.channels, sweep.outputs);
        let pairs = outputs.div_ceil(2); // two outputs at a time
        let is_int8 = format == DeployedFormat::Int8;
        let step = if is_int8 && core != Core::M0Plus { 4 } else { 1 }; // DSP instructions
        let [inside, rows_inside] = [sweep.inside(), sweep.rows_inside()];
        match self {
            Self::Convolution => {
                let rows: usize = sweep.rows.iter().sum();
                let products = |of: fn(usize, usize) -> usize| {
                    let each = sweep.columns.iter().map(|columns| of(columns * inputs, step));
                    rows * each.sum::<usize>() * pairs
                };
                let [whole, rest] = [|count, step| count / step, |count, step| count % step];
                let [whole, rest] = [products(whole), products(rest)];
                vec![whole, rest, rows_inside * pairs, pixels * pairs, values, pixels, 1]
            }
            Self::Depthwise => {
                let (groups, rest) =
                    if is_int8 { (outputs / 4, outputs % 4) } else { (0, outputs) };
                let products = [inside * groups, inside * rest];
                let rows = [rows_inside * groups, rows_inside * rest];
                [&products[..], &rows, &[pixels * groups, values, pixels, 1]].concat()
            }
            Self::Dense => {
                let pairs = pixels * pairs;
                vec![pairs * (inputs / step), pairs * (inputs % step), pairs, values, pixels, 1]
            }
            Self::MaxPool | Self::AveragePool => {
                let rows = values * sweep.window.size.height as usize;
                vec![inside * outputs, rows, values, pixels, 1]
            }
            Self::Mean => {
                let read = sweep.input.height * sweep.input.width * inputs;
                vec![read, values, 1]
            }
            Self::Sigmoid | Self::Softmax => vec![values, 1],
        }
    }
}

/// Returns whether a window has a single place and is over each pixel of the input once.
fn is_single(sweep: &Sweep) -> bool {
    sweep.is_pointwise() && sweep.window.stride == Extent::square(1)
}
