//! Networks in C.
//!
//! The code consists of kernels, which are files in `c/network`, of constant tables and structs, one
//! for each operation, and of a function that calls the kernels in order. It works in one block of
//! memory that its caller owns, and has no other state.

mod constants;
mod error;
mod kernel;
mod outline;
#[cfg(test)]
pub(crate) mod tests;

use std::{collections::BTreeSet, fmt::Write as _};

use danas_size::{
    FloatModel, Int8Model,
    program::{Operation, Program, Span, Task, Tensor, Window},
};
use danas_space::{Margins, Place};

use constants::Constants;
pub use error::NetworkError;
use error::int32;
pub(crate) use kernel::Kernel;
use kernel::is_single;
pub(crate) use outline::NetworkOutline;

/// The code of a network.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NetworkCode {
    /// Headers of the standard library that the code needs, such as `stdint.h`.
    pub(crate) headers: &'static [&'static str],
    /// Functions and types that the network uses. Their names begin with `net_`, and do not depend
    /// on the network.
    pub(crate) kernels: String,
    /// Constants. Their names begin with the name of the network and `_net_`.
    pub(crate) tables: String,
    /// The function `static void NAME_infer(VALUE *memory)`.
    pub(crate) function: String,
    /// C's type of the values in memory: `int8_t` or `float`.
    pub(crate) value: &'static str,
    /// Alignment of the memory in bytes.
    pub(crate) alignment: u64,
    /// Place of the example in the memory before the call, in values.
    pub(crate) input: Span,
    /// Place of the probabilities in the memory after the call, in values.
    pub(crate) output: Span,
    /// Memory, constants and kernels.
    pub(crate) outline: NetworkOutline,
}

impl NetworkCode {
    /// Writes an integer model in C, which computes the integers of [`Int8Model::run`].
    ///
    /// `name` begins the names of constants and of the function. It must be an identifier.
    pub(crate) fn int8(name: &str, model: &Int8Model) -> Result<Self, NetworkError> {
        Self::new(name, &model.program())
    }

    /// Writes a float model in C, which computes the probabilities of [`FloatModel::predict`] apart
    /// from rounding: sums are in the order of TensorFlow Lite Micro's reference kernels.
    pub(crate) fn float32(name: &str, model: &FloatModel<'_>) -> Result<Self, NetworkError> {
        Self::new(name, &model.program())
    }

    fn new<A: Constants>(name: &str, program: &Program<A>) -> Result<Self, NetworkError> {
        int32(program.values)?;
        let mut writer = Writer::default();
        for (number, operation) in (1..).zip(&program.operations) {
            writer.operation(&format!("{name}_net_{number}"), operation)?;
        }
        let Span { offset: input, values: inputs } = program.input;
        let Span { offset: output, values: outputs } = program.output;
        let function = format!(
            "/* Computes the probabilities of the {outputs} classes, from position {output} of the \
             memory on,\n * for the example of {inputs} values from position {input} on. */\n\
             static void {name}_infer({} *memory)\n{{\n{}}}\n",
            A::VALUE,
            writer.calls
        );
        let codes = writer.kernels.into_iter().map(|kernel| A::code(&kernel.source()));
        let codes: Vec<&str> = codes.filter(|code| !code.is_empty()).collect();
        Ok(Self {
            headers: A::HEADERS,
            kernels: codes.join("\n"),
            tables: writer.tables,
            function,
            value: A::VALUE,
            alignment: A::MEMORY_ALIGNMENT,
            input: program.input,
            output: program.output,
            outline: NetworkOutline::new(program),
        })
    }
}

/// The code so far.
#[derive(Default)]
struct Writer {
    kernels: BTreeSet<Kernel>,
    tables: String,
    calls: String,
}

impl Writer {
    /// Adds a kernel, and those that it uses.
    fn uses(&mut self, kernel: Kernel) {
        kernel.source().uses.iter().for_each(|&used| self.uses(used));
        self.kernels.insert(kernel);
    }

    /// Adds the constants of an operation, whose names begin with `name`, and its call.
    fn operation<A: Constants>(
        &mut self,
        name: &str,
        operation: &Operation<A>,
    ) -> Result<(), NetworkError> {
        let Operation { task, input, output, .. } = operation;
        let (from, to) = (position(input), position(output));
        let (tables, call) = match task {
            Task::Convolution(window, layer) if is_single(window) => {
                let pixels = input.shape.height.saturating_mul(input.shape.width);
                let [tables, layer] = A::layer(name, layer);
                let tables = tables + &dense(name, pixels, [input, output], &layer)?;
                (tables, format!("net_connect(&{name}, {from}, {to});"))
            }
            Task::Convolution(window, layer) => {
                let [tables, layer] = A::layer(name, layer);
                let tables =
                    tables + &windowed("convolution", name, window, [input, output], &layer)?;
                (tables, format!("net_convolve(&{name}, {from}, {to});"))
            }
            Task::Depthwise(window, layer) => {
                let [tables, layer] = A::layer(name, layer);
                let tables =
                    tables + &windowed("depthwise", name, window, [input, output], &layer)?;
                let call = format!("net_convolve_depthwise(&{name}, {from}, {to});");
                (tables, call)
            }
            Task::Dense(layer) => {
                let [tables, layer] = A::layer(name, layer);
                let tables = tables + &dense(name, 1, [input, output], &layer)?;
                (tables, format!("net_connect(&{name}, {from}, {to});"))
            }
            Task::MaxPool(window) => {
                let tables = pool(name, window, [input, output])?;
                (tables, format!("net_max_pool(&{name}, {from}, {to});"))
            }
            Task::AveragePool(window) => {
                let tables = pool(name, window, [input, output])?;
                (tables, format!("net_average_pool(&{name}, {from}, {to});"))
            }
            Task::Mean(mean) => {
                let [tables, arguments] = A::mean(name, mean, input.shape)?;
                (tables, format!("net_average({arguments}, {from}, {to});"))
            }
            Task::Sigmoid(sigmoid) => {
                let [tables, argument] = A::sigmoid(name, sigmoid);
                let count = int32(output.span.values)?;
                (tables, format!("net_sigmoid({argument}{to}, {count});"))
            }
            Task::Softmax(softmax) => {
                let [tables, call] = A::softmax(name, softmax, &to, output.span.values)?;
                (tables, call)
            }
        };
        self.uses(Kernel::of(task));
        let place = match operation.place {
            Place::Layer(index) => format!("layer {}", index + 1),
            Place::Dense => "hidden dense layer".to_owned(),
            Place::Output => "output layer".to_owned(),
        };
        if !tables.is_empty() {
            // Writing into a string cannot fail.
            _ = write!(
                self.tables,
                "/* {place}: {} to {} */\n{tables}\n",
                input.shape, output.shape
            );
        }
        _ = writeln!(self.calls, "    {call}");
        Ok(())
    }
}

/// Returns the position of an activation in memory.
fn position(tensor: &Tensor) -> String {
    match tensor.span.offset {
        0 => "memory".to_owned(),
        offset => format!("memory + {offset}"),
    }
}

fn dense(
    name: &str,
    pixels: usize,
    [input, output]: [&Tensor; 2],
    layer: &str,
) -> Result<String, NetworkError> {
    let pixels = int32(pixels)?;
    let [inputs, outputs] = [input, output].map(|it| int32(it.shape.channels));
    Ok(format!(
        "static const struct net_dense {name} = {{
    .pixels = {pixels},
    .inputs = {},
    .outputs = {},
{layer}}};\n",
        inputs?, outputs?
    ))
}

fn windowed(
    kind: &str,
    name: &str,
    window: &Window,
    tensors: [&Tensor; 2],
    layer: &str,
) -> Result<String, NetworkError> {
    let window = geometry(window, tensors, "        ")?;
    Ok(format!(
        "static const struct net_{kind} {name} = {{\n    .window = {{\n{window}    }},\n{layer}}};\n"
    ))
}

fn pool(name: &str, window: &Window, tensors: [&Tensor; 2]) -> Result<String, NetworkError> {
    let window = geometry(window, tensors, "    ")?;
    Ok(format!("static const struct net_window {name} = {{\n{window}}};\n"))
}

/// Returns the fields of a `struct net_window`.
fn geometry(
    window: &Window,
    [input, output]: [&Tensor; 2],
    indentation: &str,
) -> Result<String, NetworkError> {
    let shape = |tensor: &Tensor| {
        let [height, width, channels] =
            [tensor.shape.height, tensor.shape.width, tensor.shape.channels].map(int32::<usize>);
        Ok(format!("{{{}, {}, {}}}", height?, width?, channels?))
    };
    let Margins { top, left, .. } = window.margins;
    let fields = [
        ("input", shape(input)?),
        ("output", shape(output)?),
        ("rows", int32(window.size.height)?.to_string()),
        ("columns", int32(window.size.width)?.to_string()),
        ("down", int32(window.stride.height)?.to_string()),
        ("across", int32(window.stride.width)?.to_string()),
        ("margin_top", int32(top)?.to_string()),
        ("margin_left", int32(left)?.to_string()),
    ];
    let lines = fields.map(|(field, value)| format!("{indentation}.{field} = {value},\n"));
    Ok(lines.concat())
}
