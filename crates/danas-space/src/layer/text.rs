//! Conversion of layers to and from text.

use std::{fmt, str::FromStr};

use super::{Conv2d, Dropout, Layer, Normalisation, Padding, Pool, PoolKind};
use crate::{error::SpaceError, extent::Extent, layer::Activation};

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conv2d(conv) => conv.fmt(f),
            Self::Separable(conv) => write!(f, "d{conv}"),
            Self::Pool(pool) => pool.fmt(f),
            Self::GlobalAverage => f.write_str("gap"),
            Self::Dropout(Dropout { percent }) => write!(f, "drop{percent}"),
        }
    }
}

impl fmt::Display for Conv2d {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { filters, kernel, stride, padding, normalisation, activation } = self;
        write!(f, "{filters}x{kernel}")?;
        if *stride != Extent::square(1) {
            write!(f, "/{stride}")?;
        }
        match padding {
            Padding::Valid => {}
            Padding::Same => f.write_str("p")?,
        }
        match normalisation {
            Normalisation::None => {}
            Normalisation::Batch => f.write_str("n")?,
        }
        activation.fmt(f)
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, size, stride } = self;
        let kind = match kind {
            PoolKind::Max => "max",
            PoolKind::Average => "avg",
        };
        write!(f, "{kind}{size}")?;
        if stride == size { Ok(()) } else { write!(f, "/{stride}") }
    }
}

impl FromStr for Layer {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let legal = |layer: &Self| layer.check().is_ok();
        read(text).filter(legal).ok_or_else(|| SpaceError::Layer { text: text.to_owned() })
    }
}

fn read(text: &str) -> Option<Layer> {
    if text == "gap" {
        return Some(Layer::GlobalAverage);
    }
    if let Some(percent) = text.strip_prefix("drop") {
        return Some(Layer::Dropout(Dropout { percent: percent.parse().ok()? }));
    }
    for (prefix, kind) in [("max", PoolKind::Max), ("avg", PoolKind::Average)] {
        if let Some(window) = text.strip_prefix(prefix) {
            let (size, stride) = window.split_once('/').unwrap_or((window, window));
            let (size, stride) = (size.parse().ok()?, stride.parse().ok()?);
            return Some(Layer::Pool(Pool { kind, size, stride }));
        }
    }
    match text.strip_prefix('d') {
        Some(text) => read_conv2d(text).map(Layer::Separable),
        None => read_conv2d(text).map(Layer::Conv2d),
    }
}

/// Reads a convolution from its end, since each part there is marked by a letter.
fn read_conv2d(text: &str) -> Option<Conv2d> {
    let mut rest = text;
    let is_relu = take_end(&mut rest, ['R', 'r']);
    if !is_relu && !take_end(&mut rest, ['S', 's']) {
        return None;
    }
    let is_normalised = take_end(&mut rest, ['n']);
    let is_padded = take_end(&mut rest, ['p']);
    let (sizes, stride) = rest.split_once('/').unwrap_or((rest, "1"));
    let (filters, kernel) = sizes.split_once('x')?;
    Some(Conv2d {
        filters: filters.parse().ok()?,
        kernel: kernel.parse().ok()?,
        stride: stride.parse().ok()?,
        padding: if is_padded { Padding::Same } else { Padding::Valid },
        normalisation: if is_normalised { Normalisation::Batch } else { Normalisation::None },
        activation: if is_relu { Activation::Relu } else { Activation::Sigmoid },
    })
}

/// Removes the last letter of a text if it is one of `letters`, and returns whether it was.
fn take_end<const N: usize>(text: &mut &str, letters: [char; N]) -> bool {
    let Some(rest) = text.strip_suffix(letters) else { return false };
    *text = rest;
    true
}

impl TryFrom<String> for Layer {
    type Error = SpaceError;

    fn try_from(text: String) -> Result<Self, SpaceError> {
        text.parse()
    }
}

impl From<Layer> for String {
    fn from(layer: Layer) -> Self {
        layer.to_string()
    }
}

impl TryFrom<String> for Pool {
    type Error = SpaceError;

    fn try_from(text: String) -> Result<Self, SpaceError> {
        match text.parse() {
            Ok(Layer::Pool(pool)) => Ok(pool),
            _ => Err(SpaceError::Pool { text }),
        }
    }
}

impl From<Pool> for String {
    fn from(pool: Pool) -> Self {
        pool.to_string()
    }
}

/// Text of an empty list of layers.
const NONE: &str = "flatten";

/// Writes layers as [`parse_layers`] reads them: separated by spaces, or `flatten` if there are
/// none.
///
/// ```
/// use danas_space::{layers_text, parse_layers};
///
/// assert_eq!(layers_text(parse_layers("8x3R, max2")?), "8x3R max2");
/// assert_eq!(layers_text([]), "flatten");
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[must_use]
pub fn layers_text(layers: impl IntoIterator<Item = Layer>) -> String {
    let layers: Vec<String> = layers.into_iter().map(String::from).collect();
    if layers.is_empty() { NONE.to_owned() } else { layers.join(" ") }
}

/// Reads layers such as `8x3R 2x5S`. Spaces, commas and semicolons all separate layers. `flatten`
/// stands for no layers.
///
/// # Errors
/// [`SpaceError::Layer`] names the first part that is not a layer. [`SpaceError::Empty`] is
/// returned if the text is empty.
///
/// ```
/// use danas_space::parse_layers;
///
/// assert_eq!(parse_layers("8x3R;2x5S")?, parse_layers("8x3R, 2x5S")?);
/// assert!(parse_layers("8x3Q").is_err());
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
pub fn parse_layers(text: &str) -> Result<Vec<Layer>, SpaceError> {
    if text.trim() == NONE {
        return Ok(Vec::new());
    }
    let layers: Vec<Layer> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    if layers.is_empty() { Err(SpaceError::Empty { axis: "layers" }) } else { Ok(layers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_layer_are_inverse() {
        for text in [
            "1x1R",
            "8x3R",
            "128x5S",
            "8x1x9R",
            "8x3/2R",
            "8x3/1x2pS",
            "8x3pR",
            "8x3nR",
            "8x1x9/1x2pnS",
            "d8x3R",
            "d8x5x1/2pnS",
            "8xHx3R",
            "8xHx1/Hx2pS",
            "d8x3/Hx1R",
            "maxHx4",
            "avgHx1/1",
            "max2",
            "avg2",
            "max3/2",
            "max1x4",
            "avg2x3/1x2",
            "gap",
            "drop1",
            "drop99",
        ] {
            assert_eq!(text.parse::<Layer>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn no_layers_have_a_text_of_their_own() {
        assert_eq!(parse_layers(" flatten "), Ok(vec![]));
        assert_eq!(parse_layers(""), Err(SpaceError::Empty { axis: "layers" }));
        for text in ["flatten 8x3R", "8x3R flatten", "flatten,flatten"] {
            assert!(parse_layers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_text_says_everything_of_its_layer() {
        let conv = Conv2d {
            filters: 8,
            kernel: Extent::new(1, 9),
            stride: Extent::new(1, 2),
            padding: Padding::Same,
            normalisation: Normalisation::Batch,
            activation: Activation::Sigmoid,
        };
        assert_eq!("8x1x9/1x2pnS".parse(), Ok(Layer::Conv2d(conv)));
        assert_eq!("d8x1x9/1x2pnS".parse(), Ok(Layer::Separable(conv)));
        assert_eq!("8x3R".parse(), Ok(Layer::conv2d(8, 3, Activation::Relu)));
        let (kind, size) = (PoolKind::Max, Extent::square(3));
        let pool = |stride| Ok(Layer::Pool(Pool { kind, size, stride: Extent::square(stride) }));
        assert_eq!("max3".parse(), pool(3));
        assert_eq!("max3/2".parse(), pool(2));
    }

    #[test]
    fn a_broken_layer_is_refused_by_its_text() {
        for text in [
            "", "8x3", "x3R", "8xR", "0x3R", "8x0S", "-8x3R", "8x3RR", "8*3R", "é", "8x3npR",
            "8x3p/2R", "8x3/R", "8x3/0R", "8x1x0R", "8x1x2x3R", "dd8x3R", "d8x3", "max", "max0",
            "max2R", "max2/", "max2/0", "avg2p", "8xHR", "8x3xHR", "8xHx0R", "Hx3x3R", "maxH",
            "max2xH", "flatten", "gap2", "drop", "drop0", "drop100", "drop2.5",
        ] {
            let refused = SpaceError::Layer { text: text.to_owned() };
            assert_eq!(text.parse::<Layer>(), Err(refused), "{text}");
        }
    }
}
