//! A stand-in for TensorFlow's converter, which computes the sizes of the converter's files.

use danas_space::{Bytes, Layer, Network, Normalisation};

use crate::{
    error::SizeError,
    format::{NumberFormat, Profile},
    graph::Graph,
    layout,
    names::{Keras2, Keras3, LayerCounters, Names},
    sink::{Counter, Sink},
    steps::steps,
};

/// Size of a float32, in bytes.
const FLOAT32_BYTES: u64 = 4;

/// A stand-in for TensorFlow's converter, with a version and settings.
///
/// The default is closest to the paper: TensorFlow 2.12, called from a fresh Keras session for a
/// trained float32 model. In a trained model, no bias is all zero. TensorFlow drops biases that are
/// all zero, and then writes a file that is a few hundred bytes smaller.
///
/// ```
/// use danas_size::Converter;
/// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
///
/// // A row of the paper's Table 3. The authors' session had already built 176 models.
/// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
/// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
/// let mut converter = Converter::default();
/// assert_eq!(converter.model_size(&network)?, Bytes(9060));
///
/// converter.counters.sequential = 176;
/// converter.counters.conv2d = 280;
/// converter.counters.flatten = 169;
/// converter.counters.dense = 338;
/// assert_eq!(converter.model_size(&network)?, Bytes(9240));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Converter {
    /// Version of TensorFlow. Default: 2.12.
    pub profile: Profile,
    /// Number format of the model. Default: 32-bit floats.
    pub format: NumberFormat,
    /// Numbers of layers that the Keras session has already named. Default: 0 of each kind.
    pub counters: LayerCounters,
}

impl Converter {
    /// Returns this converter with another number format.
    ///
    /// ```
    /// use danas_size::{Converter, NumberFormat};
    /// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
    ///
    /// let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
    /// let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
    /// let int8 = Converter::default().with_format(NumberFormat::Int8);
    /// assert_eq!(int8.model_size(&network)?, Bytes(5304));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn with_format(mut self, format: NumberFormat) -> Self {
        self.format = format;
        self
    }

    /// Returns the length of the file that TensorFlow's converter would write for `network`.
    ///
    /// Bytes are counted, not written, so no weights are allocated.
    ///
    /// # Errors
    /// [`SizeError::TooLarge`] if the file would exceed [`SizeError::LIMIT`].
    pub fn model_size(&self, network: &Network) -> Result<Bytes, SizeError> {
        let file = layout::pack(&self.graph(network)?, Counter::default());
        within_limit(network, Bytes(file.len()))
    }

    /// Returns the graph of a network, if its weights fit into a file.
    pub(crate) fn graph(&self, network: &Network) -> Result<Graph, SizeError> {
        let bytes = match self.format {
            NumberFormat::Float32 => FLOAT32_BYTES,
            NumberFormat::DynamicRange | NumberFormat::Int8 => 1,
        };
        let weights = Bytes(written_parameters(network).saturating_mul(bytes));
        within_limit(network, weights)?;
        let steps = steps(network);
        let names: Box<dyn Names> = match self.profile {
            Profile::Tf2_12 => Box::new(Keras2::new(self.counters, network, &steps)),
            Profile::Tf2_21 => Box::new(Keras3::new(self.counters, network, &steps)),
        };
        let graph = Graph::new(network, &steps, self.profile, self.format, &*names);
        graph.map_err(|_| too_large(network, weights))
    }
}

/// Returns the number of parameters in the file. Those of normalisations are left out, since they
/// are folded into others.
fn written_parameters(network: &Network) -> u64 {
    let folded = network.layers().iter().map(|shaped| match shaped.layer {
        Layer::Conv2d(conv) | Layer::Separable(conv) => match conv.normalisation {
            Normalisation::None => 0,
            Normalisation::Batch => 2 * u64::from(conv.filters), // scale and offset
        },
        Layer::Pool(_) | Layer::GlobalAverage | Layer::Dropout(_) => 0,
    });
    network.parameters() - folded.sum::<u64>()
}

pub(crate) fn within_limit(network: &Network, bytes: Bytes) -> Result<Bytes, SizeError> {
    if bytes <= SizeError::LIMIT { Ok(bytes) } else { Err(too_large(network, bytes)) }
}

fn too_large(network: &Network, at_least: Bytes) -> SizeError {
    SizeError::TooLarge { network: Box::new(network.clone()), at_least }
}

/// Returns the size of `network` as a float32 file of the default [`Converter`].
///
/// # Errors
/// [`SizeError::TooLarge`] if the file would exceed [`SizeError::LIMIT`].
///
/// ```
/// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("8x3R")?, 10)?;
/// let network = Network::new(Shape::new(39, 15, 1), &architecture, 10)?;
/// assert_eq!(danas_size::model_size(&network)?, Bytes(157_220));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn model_size(network: &Network) -> Result<Bytes, SizeError> {
    Converter::default().model_size(network)
}

#[cfg(test)]
mod tests {
    use danas_space::{Architecture, Shape, parse_layers};

    use super::*;

    fn network(input: Shape, layers: &str, dense_width: u32) -> Network {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), dense_width).unwrap();
        Network::new(input, &architecture, 10).unwrap()
    }

    #[test]
    fn a_model_beyond_the_limit_is_refused_by_name() {
        let input = Shape::new(1 << 12, 1 << 12, 1);
        let SizeError::TooLarge { network, at_least } =
            model_size(&network(input, "1x1R", 32)).unwrap_err();
        assert_eq!(network.input(), input);
        assert_eq!(at_least.get(), 4 * network.parameters());
        assert!(at_least > SizeError::LIMIT);
    }

    #[test]
    fn weights_just_below_the_limit_leave_no_room_for_the_rest() {
        // 4 bytes for each of (2^29 - 300) weights: below the limit, but not with names and tables
        let weights = (1 << 29) - 300;
        let width = (weights - 10 - 2) / (1 + 1 + 10);
        let network = network(Shape::new(1, 1, 1), "1x1R", width);
        assert!(4 * network.parameters() < SizeError::LIMIT.get());
        let SizeError::TooLarge { at_least, .. } = model_size(&network).unwrap_err();
        assert!(at_least.get() - 4 * network.parameters() < 3000);
    }

    #[test]
    fn a_count_that_overflows_is_refused() {
        let network = network(Shape::new(1 << 30, 1 << 29, 1), "1x1R", 1 << 4);
        let SizeError::TooLarge { at_least, .. } = model_size(&network).unwrap_err();
        assert_eq!(at_least, Bytes(u64::MAX));
    }
}
