//! Exact size of a TensorFlow Lite model, the memory and time it needs, and the file itself.
//!
//! A search wants to know what a network costs in flash before anyone trains it, and a converter
//! needs most of a second to tell. Yet the file that TensorFlow's converter writes for a trained
//! network depends on shapes and layer names only, so this crate packs the same flatbuffer and
//! counts its bytes: no weights, no TensorFlow, a few microseconds, and 0 bytes off on every model
//! that the test suite has measured with the real converter. Given weights, it writes them.
//!
//! ```
//! use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
//!
//! let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
//! let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
//! let size = danas_size::model_size(&network)?;
//! assert_eq!(size, Bytes(9060));
//! assert_eq!(size.get() - 4 * network.parameters(), 3164); // all that is not a weight
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | term | meaning |
//! |---|---|
//! | converter | TensorFlow's `TFLiteConverter`, which turns a Keras model into a `.tflite` file |
//! | flatbuffer | the file's format: tables that refer to each other by distance, read in place |
//! | vtable | where a table's fields lie; tables alike share one |
//! | graph | the operators of a model, and the tensors between them |
//! | number format | floats, or integers with scales: see [`NumberFormat`] |
//! | tensor arena | the one block of memory that TensorFlow Lite Micro works in: see [`Arena`] |
//! | layer counters | how many layers a Keras session has named: longer names, larger files |
//! | sink | what receives the bytes: a counter needs none of them |
//! | quantisation | integers of 8 bits for real numbers, by a scale and a zero point: see [`Affine`] |
//! | calibration | which values flow through a model, and so which scales suit them |
//! | device | a board with its memory, speed and energy |
//!
//! Sizes are those of models whose biases are not all zero, by default in float32 from a fresh
//! Keras session with TensorFlow 2.12; [`Converter`] takes other formats, versions and counters.
//!
//! | with | comes |
//! |---|---|
//! | a network | its [size](Converter::model_size), [operators](Converter::operators), [`Arena`], and what a [`Device`] takes for it |
//! | trained weights, as slices | a [`FloatModel`]: the file in floats, and predictions |
//! | examples besides | a [`Calibration`], and so an [`Int8Model`]: the file in integers, and predictions to the bit as TensorFlow Lite Micro computes them |
//! | any file | a [`TfliteFile`] that tells what is in it |
//!
//! Files are slices of bytes: the crate does no input or output.

mod arena;
mod builder;
mod c_array;
mod converter;
mod device;
mod error;
mod file;
mod float_model;
mod format;
mod graph;
mod inference;
mod layout;
mod metadata;
mod names;
mod operator;
mod quantisation;
pub mod reader;
mod schema;
mod sink;
mod steps;
mod weights;

pub use arena::{Arena, Platform};
pub use c_array::{CArray, CArrayError};
pub use converter::{Converter, model_size};
pub use device::{Cycles, Device, DeviceError, Figure, Run};
pub use error::{ActivationTensor, ConversionError, SizeError};
pub use float_model::FloatModel;
pub use format::{DeployedFormat, NumberFormat, Profile};
pub use inference::QuantisationNoise;
pub use names::LayerCounters;
pub use operator::{OperatorCost, OperatorKind};
pub use quantisation::{ActivationScales, Affine, Calibration, Int8Model};
pub use reader::{ReadError, TfliteFile};
