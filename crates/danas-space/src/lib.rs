//! The search space of data aware neural architecture search: candidates, operators and shapes.
//!
//! A [`Candidate`] combines a data granularity (how the input is represented: for audio an
//! [`AudioGranularity`], for images an [`ImageGranularity`]) with an [`Architecture`] (which
//! convolutional network reads the input). A [`SearchSpace`] defines which candidates exist, and
//! provides sampling, mutation, crossover and neighbours. A [`Network`] is a candidate's network with
//! all its shapes computed. The crates that train networks and measure their sizes both read the
//! shapes from there, so they cannot disagree.
//!
//! ```
//! use danas_space::{AudioSpace, SearchSpace};
//! use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
//!
//! let space = SearchSpace::<AudioSpace>::paper();
//! let mut rng = ChaCha8Rng::seed_from_u64(7);
//! let candidate = space.sample(&mut rng);
//! let neighbour = space.mutate(&candidate, &mut rng).ok_or("the space has one point only")?;
//! assert_ne!(candidate, neighbour);
//! match candidate.network(2) {
//!     Ok(network) => assert!(network.parameters() > 0),
//!     Err(infeasible) => println!("{candidate}: {infeasible}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | term | meaning |
//! |---|---|
//! | granularity | the form in which a network receives its data: sample rate, representation, resolution, … |
//! | axis | one dimension of a space, with ordered or categorical values |
//! | coordinate | the place of a candidate on one axis |
//! | architecture | the layers of a network that is not yet bound to an input |
//! | network | an architecture bound to an input shape and a number of classes |
//! | infeasible | of a candidate that cannot exist, for a stated reason: a result, not a failure |
//!
//! This crate does no input or output, holds no tensors and has no random number generator of its
//! own: functions that need randomness take a generator. To search over another kind of data,
//! implement [`Granularity`] and [`DataSpace`].

mod architecture;
mod architecture_space;
mod audio;
mod augmentation;
mod candidate;
mod checks;
mod coordinates;
mod data_space;
mod digest;
mod error;
mod extent;
mod image;
mod infeasible;
mod layer;
mod motion;
mod named;
mod network;
mod place;
mod rate;
mod search_space;
mod seconds;
mod shape;
mod units;
mod variation;
mod weights;

pub use architecture::Architecture;
pub use architecture_space::{ArchitectureSpace, ArchitectureSpaceBuilder, Reduction};
pub use audio::{
    AudioGranularity, AudioSpace, AudioSpaceBuilder, Channels, ClipNormalisation, Framing,
    FrontEnd, FrontEndBuilder, MelNorm, MelScale, Representation, ResamplingFilter, SampleDepth,
    Window,
};
pub use augmentation::{AugmentationStrength, AugmentationStrengths};
pub use candidate::Candidate;
pub use coordinates::Coordinate;
pub use data_space::{Axis, DataSpace, Granularity, Scale, ScratchBuffer};
pub use digest::Digest;
pub use error::SpaceError;
pub use extent::Extent;
pub use image::{
    Colour, Fit, ImageGranularity, ImageSpace, ImageSpaceBuilder, PixelDepth, ResizeFilter,
    Resolution,
};
pub use infeasible::Infeasible;
pub use layer::{
    Activation, Conv2d, ConvolutionKind, Dropout, Layer, Margins, Normalisation, Padding, Pool,
    PoolKind, layers_text, parse_layers,
};
pub use motion::{
    ChannelSet, MotionGranularity, MotionRepresentation, MotionSpace, MotionSpaceBuilder,
};
pub use network::{Network, ShapedLayer};
pub use place::Place;
pub use rand;
pub use rate::Rate;
pub use search_space::SearchSpace;
pub use shape::Shape;
pub use units::{Bytes, Hertz};
pub use weights::{Role, TensorSpec};
