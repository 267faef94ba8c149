//! Exact sizes of TensorFlow Lite models, the memory and time they need, and the files themselves.
//!
//! A search needs to know how much flash a network takes before the network is trained.
//! TensorFlow's converter needs most of a second to answer that. But the length of the file that it
//! writes for a trained network depends only on shapes and layer names, so this crate packs the
//! same flatbuffer and counts its bytes. This takes a few microseconds, and needs neither weights
//! nor TensorFlow. The result is exact for every model in the test suite that was measured with the
//! real converter. Given trained weights, the crate also writes the file.
//!
//! ```
//! use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
//!
//! let architecture = Architecture::new(parse_layers("2x3R 2x5S")?, 10)?;
//! let network = Network::new(Shape::new(39, 8, 1), &architecture, 2)?;
//! let size = danas_size::model_size(&network)?;
//! assert_eq!(size, Bytes(9060));
//! assert_eq!(size.get() - 4 * network.parameters(), 3164); // everything except the weights
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | term | meaning |
//! |---|---|
//! | converter | TensorFlow's `TFLiteConverter`, which turns a Keras model into a `.tflite` file |
//! | flatbuffer | the file format: tables that refer to each other by distance and are read in place |
//! | vtable | the list of where a table's fields lie; tables with the same layout share one |
//! | graph | the operators of a model and the tensors between them |
//! | number format | how a model stores its numbers, as floats or as integers with scales: see [`NumberFormat`] |
//! | tensor arena | the single block of memory that TensorFlow Lite Micro works in: see [`Arena`] |
//! | layer counters | the numbers of layers that a Keras session has already named, which make names longer and files larger: see [`LayerCounters`] |
//! | sink | the receiver of a flatbuffer's bytes, which keeps or only counts them |
//! | quantisation | replacing real numbers by 8-bit integers with a scale and a zero point: see [`Affine`] |
//! | calibration | finding the ranges of the values that flow through a model, to choose scales: see [`Calibration`] |
//! | device | a board with its memory, speed and energy: see [`Device`] |
//!
//! Sizes are for models in which no bias is all zero, as is usual after training. By default, they
//! are for float32 files from a fresh Keras session with TensorFlow 2.12. [`Converter`] has
//! settings for other formats, versions and counters.
//!
//! | from | you get |
//! |---|---|
//! | a network | its [size](Converter::model_size), its [operators](Converter::operators), its [`Arena`], and its latency and energy on a [`Device`] |
//! | operators | the instructions that a [`Core`] executes for them, with [reference kernels](reference_instructions) or [CMSIS-NN](cmsis_nn_instructions) |
//! | trained weights, as slices | a [`FloatModel`]: files with float activations, and predictions |
//! | examples in addition | a [`Calibration`] and from it an [`Int8Model`]: the integer file, and predictions that equal TensorFlow Lite Micro's to the bit |
//! | either model | a [`Program`]: its operations, constants and memory, for code that runs without an interpreter |
//! | any file | a [`TfliteFile`], which gives access to its contents |
//!
//! | feature | what it adds |
//! |---|---|
//! | `toml` (default) | profiles of devices in TOML ([`Device::from_toml`], [`Device::to_toml`]), those of [known boards](Device::boards) among them |
//!
//! Files are byte slices: the crate does no input or output.

mod arena;
mod builder;
mod converter;
mod device;
mod error;
mod file;
mod firmware;
mod float_model;
mod format;
mod graph;
mod inference;
mod instructions;
mod layout;
mod metadata;
mod names;
mod operator;
mod operator_kind;
pub mod program;
mod quantisation;
pub mod reader;
mod schema;
mod sink;
mod steps;
mod sweep;
mod weights;

pub use arena::{Arena, Instructions, Kernels, Machine, Platform};
pub use converter::{Converter, model_size};
pub use device::{Cycles, Device, DeviceError, Figure, Run};
pub use error::{ActivationTensor, ConversionError, SizeError};
pub use firmware::{CArray, CArrayError, arena_macros, resolver_header};
pub use float_model::FloatModel;
pub use format::{DeployedFormat, NumberFormat, Profile};
pub use inference::QuantisationNoise;
pub use instructions::{Core, cmsis_nn_instructions, reference_instructions};
pub use names::LayerCounters;
pub use operator::OperatorCost;
pub use operator_kind::OperatorKind;
pub use program::Program;
pub use quantisation::{ActivationScales, Affine, Calibration, Int8Model};
pub use reader::{ReadError, TfliteFile};
pub use sweep::Sweep;
