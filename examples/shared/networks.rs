//! Command-line arguments that describe a network and a converter.

use std::error::Error;

use clap::{Args, ValueEnum};
use danas::{
    size::{Converter, Profile},
    space::{Architecture, Network, Shape, parse_layers},
};

/// Arguments for the dense layers and the converter.
#[derive(Debug, Args)]
pub(crate) struct NetworkArguments {
    /// Width of the hidden dense layer; 0 leaves it out.
    #[arg(long, default_value_t = Architecture::PAPER_DENSE_WIDTH)]
    pub(crate) dense: u32,
    /// Number of classes.
    #[arg(long, default_value_t = 2)]
    pub(crate) classes: usize,
    /// TensorFlow version whose converter is imitated.
    #[arg(long, value_enum, default_value_t = Tensorflow::Tf2_12)]
    profile: Tensorflow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Tensorflow {
    #[value(name = "tf2.12")]
    Tf2_12,
    #[value(name = "tf2.21")]
    Tf2_21,
}

impl NetworkArguments {
    pub(crate) fn converter(&self) -> Converter {
        let mut converter = Converter::default();
        converter.profile = match self.profile {
            Tensorflow::Tf2_12 => Profile::Tf2_12,
            Tensorflow::Tf2_21 => Profile::Tf2_21,
        };
        converter
    }

    /// Returns the network for an input such as `39x8x1` and layers such as `2x3R,2x5S`.
    pub(crate) fn network(&self, input: &str, layers: &str) -> Result<Network, Box<dyn Error>> {
        network(shape(input)?, &layers.replace(',', " "), self.dense, self.classes)
    }
}

pub(crate) fn network(
    input: Shape,
    layers: &str,
    dense: u32,
    classes: usize,
) -> Result<Network, Box<dyn Error>> {
    let architecture = Architecture::new(parse_layers(layers)?, dense)?;
    Ok(Network::new(input, &architecture, classes)?)
}

fn shape(text: &str) -> Result<Shape, Box<dyn Error>> {
    let sizes: Result<Vec<usize>, _> = text.split('x').map(str::parse).collect();
    match sizes.as_deref() {
        Ok(&[height, width, channels]) => Ok(Shape::new(height, width, channels)),
        _ => Err(format!("expected height x width x channels such as 39x8x1, not {text:?}").into()),
    }
}
