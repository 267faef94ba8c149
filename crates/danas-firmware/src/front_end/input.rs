//! How features become the input of a network.

use danas_size::Affine;

use crate::{literal::float, table::table};

/// How features become the input of a network: they are standardised, and then rounded to integers
/// if the network computes in integers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NetworkInput<'a> {
    /// The mean and the standard deviation of each row and channel, in the order row, channel;
    /// `None` for features that are not standardised.
    pub(crate) standardisation: Option<[&'a [f32]; 2]>,
    /// The mapping to 8-bit integers, or `None` for a float network.
    pub(crate) quantisation: Option<Affine>,
}

impl NetworkInput<'_> {
    /// Returns the type of the network's input.
    pub(crate) const fn element(&self) -> &'static str {
        match self.quantisation {
            Some(_) => "int8_t",
            None => "float",
        }
    }

    /// Returns the bytes of the tables of [`text`](Self::text).
    pub(crate) fn constant_bytes(&self) -> u64 {
        self.standardisation
            .map_or(0, |tables| tables.map(|table| 4 * table.len() as u64).iter().sum())
    }

    /// Returns the integer that the network reads for a feature of a row and channel; `None` for a
    /// float network, and where there is no such row.
    #[cfg(feature = "image")]
    pub(crate) fn integer(&self, feature: f32, row: usize) -> Option<i8> {
        let value = match self.standardisation {
            Some([mean, deviation]) => (feature - mean.get(row)?) / deviation.get(row)?,
            None => feature,
        };
        Some(self.quantisation?.quantise(value))
    }

    /// Returns the function `input_of`, which makes the input of a feature and the index of its row
    /// and channel.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        if let Some(Affine { scale, zero_point }) = self.quantisation {
            text += &format!("#define INPUT_SCALE {}\n", float(scale));
            text += &format!("#define INPUT_ZERO_POINT ({zero_point})\n\n");
            text += include_str!("../../c/quantise.c");
            text += "\n";
        }
        let mut value = "feature";
        if let Some([mean, deviation]) = self.standardisation {
            text += &table("float", "input_mean", mean.iter().map(float));
            text += &table("float", "input_deviation", deviation.iter().map(float));
            text += "\n";
            value = "(feature - input_mean[row]) / input_deviation[row]";
        }
        let element = self.element();
        let integer = if self.quantisation.is_some() { "quantised" } else { "" };
        let unused = if self.standardisation.is_some() { "" } else { "    (void)row;\n" };
        text += &format!(
            "/* The input of the network for a feature of a row and channel. */\n\
             static {element} input_of(float feature, uint32_t row)\n{{\n\
             {unused}    return {integer}({value});\n}}\n"
        );
        text
    }
}
