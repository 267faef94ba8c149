//! Fits: how an image of any shape fills a resolution.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// How an image of another aspect ratio fills a resolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Fit {
    /// The largest centred rectangle of the resolution's aspect ratio is cut out, in whole pixels,
    /// and then resized.
    #[default]
    Crop,
    /// The whole image is resized, which changes its aspect ratio.
    Squeeze,
}

named!(Fit, "fit", Crop => "crop", Squeeze => "squeeze");
