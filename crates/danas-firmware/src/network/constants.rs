//! The constants of operations in C, which differ between integers and floats.

use danas_size::program::{
    Arithmetic, Float32, FloatLayer, Int8, Int8Layer, Int8Mean, Int8Softmax,
};
use danas_space::Shape;

use super::{error::NetworkError, error::int32, kernel::Source};
use crate::{literal::float, table::table};

/// An arithmetic whose constants can be written in C. Each method returns definitions of tables and
/// structs, whose names begin with `name`.
pub(super) trait Constants: Arithmetic {
    /// C's type of the values.
    const VALUE: &'static str;

    /// Headers of the standard library that the kernels use.
    const HEADERS: &'static [&'static str];

    /// Alignment of the memory in bytes.
    const MEMORY_ALIGNMENT: u64;

    /// Returns the code of a kernel.
    fn code(source: &Source) -> &'static str;

    /// Returns the tables of a layer, and the initialiser of its `struct net_layer`.
    fn layer(name: &str, layer: &Self::Layer) -> [String; 2];

    /// Returns the definitions of a mean, and the arguments of its kernel before the places in
    /// memory.
    fn mean(name: &str, mean: &Self::Mean, input: Shape) -> Result<[String; 2], NetworkError>;

    /// Returns the table of a sigmoid, and the argument of its kernel before the place in memory.
    fn sigmoid(name: &str, sigmoid: &Self::Sigmoid) -> [String; 2];

    /// Returns the definitions of a softmax, and its call.
    fn softmax(
        name: &str,
        softmax: &Self::Softmax,
        values: &str,
        classes: usize,
    ) -> Result<[String; 2], NetworkError>;
}

impl Constants for Int8<'_> {
    const VALUE: &'static str = "int8_t";
    const HEADERS: &'static [&'static str] = &["stdint.h"];
    const MEMORY_ALIGNMENT: u64 = 4;

    fn code(source: &Source) -> &'static str {
        source.int8
    }

    fn layer(name: &str, layer: &Int8Layer<'_>) -> [String; 2] {
        let mantissas = layer.multipliers.iter().map(|it| it.mantissa());
        let shifts = layer.multipliers.iter().map(|it| it.shift());
        let tables = [
            table("int8_t", &format!("{name}_weights"), layer.kernel),
            table("int32_t", &format!("{name}_bias"), layer.bias),
            table("int32_t", &format!("{name}_mantissas"), mantissas),
            table("int8_t", &format!("{name}_shifts"), shifts),
        ];
        let step = u8::from(layer.multipliers.len() > 1);
        let [least, most] = layer.limits;
        let fields = format!(
            "    .layer = {{
        .weights = {name}_weights,
        .bias = {name}_bias,
        .mantissas = {name}_mantissas,
        .shifts = {name}_shifts,
        .scale_step = {step},
        .input_zero = {},
        .output_zero = {},
        .least = {least},
        .most = {most},
    }},\n",
            layer.input_zero, layer.output_zero
        );
        [tables.concat(), fields]
    }

    fn mean(name: &str, mean: &Int8Mean, input: Shape) -> Result<[String; 2], NetworkError> {
        let pixels = int32(input.height.saturating_mul(input.width))?;
        let channels = int32(input.channels)?;
        let Int8Mean { start, multiplier, output_zero, .. } = *mean;
        let (mantissa, shift) = (multiplier.mantissa(), multiplier.shift());
        let definition = format!(
            "static const struct net_mean {name} = {{
    .pixels = {pixels},
    .channels = {channels},
    .start = {start},
    .mantissa = {mantissa},
    .shift = {shift},
    .output_zero = {output_zero},
}};\n"
        );
        Ok([definition, format!("&{name}")])
    }

    fn sigmoid(name: &str, sigmoid: &[i8; 256]) -> [String; 2] {
        [table("int8_t", name, sigmoid), format!("{name}, ")]
    }

    fn softmax(
        name: &str,
        softmax: &Int8Softmax,
        values: &str,
        classes: usize,
    ) -> Result<[String; 2], NetworkError> {
        let Int8Softmax { multiplier, radius, .. } = *softmax;
        let (mantissa, shift) = (multiplier.mantissa(), multiplier.shift());
        let classes = int32(classes)?;
        let definition = format!(
            "static const struct net_softmax {name} = {{
    .classes = {classes},
    .mantissa = {mantissa},
    .shift = {shift},
    .radius = {radius},
}};\n"
        );
        Ok([definition, format!("net_soften(&{name}, {values});")])
    }
}

impl Constants for Float32<'_> {
    const VALUE: &'static str = "float";
    const HEADERS: &'static [&'static str] = &["math.h", "stdint.h"];
    const MEMORY_ALIGNMENT: u64 = 4;

    fn code(source: &Source) -> &'static str {
        source.float32
    }

    fn layer(name: &str, layer: &FloatLayer<'_>) -> [String; 2] {
        let floats = |values: &[f32]| values.iter().map(float).collect::<Vec<_>>();
        let tables = [
            table("float", &format!("{name}_weights"), floats(layer.kernel)),
            table("float", &format!("{name}_bias"), floats(layer.bias)),
        ];
        let relu = u8::from(layer.relu);
        let fields = format!(
            "    .layer = {{
        .weights = {name}_weights,
        .bias = {name}_bias,
        .relu = {relu},
    }},\n"
        );
        [tables.concat(), fields]
    }

    fn mean(_: &str, (): &(), input: Shape) -> Result<[String; 2], NetworkError> {
        let pixels = int32(input.height.saturating_mul(input.width))?;
        let channels = int32(input.channels)?;
        Ok([String::new(), format!("{pixels}, {channels}")])
    }

    fn sigmoid(_: &str, (): &()) -> [String; 2] {
        [String::new(), String::new()]
    }

    fn softmax(
        _: &str,
        (): &(),
        values: &str,
        classes: usize,
    ) -> Result<[String; 2], NetworkError> {
        Ok([String::new(), format!("net_soften({values}, {});", int32(classes)?)])
    }
}
