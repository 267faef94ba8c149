//! What a library consists of.

use std::path::PathBuf;

use danas_size::{FloatModel, Int8Model};

use super::{costs::FirmwareCosts, memory::Memory};
use crate::{
    front_end::{FrontEnd, FrontEndCode},
    network::NetworkCode,
};

/// A trained network.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum FirmwareModel<'a> {
    /// In 8-bit integers.
    Int8(&'a Int8Model),
    /// In floats.
    Float32(&'a FloatModel<'a>),
}

/// What a library is made from.
#[derive(Debug, Clone)]
pub struct LibraryParts<'a> {
    /// Name of the library, which begins the names of all its functions: a C identifier.
    pub name: &'a str,
    /// Description of the candidate in one line.
    pub description: &'a str,
    /// Names of the classes, in the order of the network's outputs.
    pub classes: &'a [String],
    /// How raw data becomes features.
    pub front_end: &'a FrontEnd,
    /// The mean and the standard deviation of each row and channel of the features, in the order
    /// row, channel; `None` for features that are not standardised.
    pub standardisation: Option<[&'a [f32]; 2]>,
    /// The network.
    pub model: FirmwareModel<'a>,
}

/// The C code of a front end and a network.
///
/// ```
/// use danas_firmware::{FirmwareModel, FrontEnd, Library, LibraryParts};
/// use danas_size::FloatModel;
/// use danas_space::{Architecture, Network, Shape};
///
/// let shape = Shape::new(1, 3, 1);
/// let network = Network::new(shape, &Architecture::new(vec![], 0)?, 2)?;
/// let (kernel, bias) = ([0.1; 6], [0.2, 0.3]);
/// let model = FloatModel::new(&network, [&kernel[..], &bias])?;
/// let (classes, front_end) = (["no".to_owned(), "yes".to_owned()], FrontEnd::Features(shape));
/// let library = Library::new(&LibraryParts {
///     name: "three",
///     description: "three numbers, logistic regression",
///     classes: &classes,
///     front_end: &front_end,
///     standardisation: None,
///     model: FirmwareModel::Float32(&model),
/// })?;
/// let paths: Vec<_> = library.files().into_iter().map(|file| file.path).collect();
/// assert!(paths.contains(&"src/three.h".into()) && paths.contains(&"README.md".into()));
/// assert_eq!(library.costs().work.get(), 4 * (3 + 2)); // the input and the output
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Library<'a> {
    pub(super) parts: LibraryParts<'a>,
    pub(super) network: NetworkCode,
    pub(super) front_end: FrontEndCode,
    pub(super) memory: Memory,
    pub(super) costs: FirmwareCosts,
}

/// A file of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LibraryFile {
    /// Path below the folder of the library.
    pub path: PathBuf,
    /// Content of the file.
    pub text: String,
}
