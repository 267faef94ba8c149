//! The table of all quantities by which a candidate can be judged.

use std::{fmt, str::FromStr};

use danas_evo::{Direction, Objective};
use danas_size::{DeployedFormat, Run};
use serde::{Deserialize, Serialize};

use crate::{
    costs::{Costs, Firmware},
    quality::Quality,
    statistics::wilson,
};

/// Declares [`Quantity`] and its table. An entry consists of the variant, its name in
/// configurations and tables, its unit, its group of columns, and the function that computes its
/// value.
macro_rules! quantities {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $unit:ident, $columns:ident, $known:expr;)*) => {
        /// A named property of an evaluated candidate. It can be an objective of a search, or have
        /// a limit.
        ///
        /// ```
        /// use danas_nas::Quantity;
        ///
        /// assert_eq!("model_size".parse(), Ok(Quantity::ModelSize));
        /// assert!("size".parse::<Quantity>().is_err());
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Quantity {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Quantity {
            /// All quantities.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            const fn entry(self) -> Entry {
                match self {
                    $(Self::$variant => Entry {
                        name: $name,
                        unit: Unit::$unit,
                        columns: Columns::$columns,
                        known: $known,
                    },)*
                }
            }
        }
    };
}

struct Entry {
    name: &'static str,
    unit: Unit,
    columns: Columns,
    known: Known,
}

#[derive(Clone, Copy)]
enum Unit {
    Share,
    Count,
    Byte,
    Second,
    Joule,
}

/// Group of columns in the CSV tables. Declare a new quantity as `Last`, at the end of the table,
/// so that every existing column keeps its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    /// The first columns with quantities.
    First,
    /// A column with a place of its own.
    Own,
    /// Further columns with quantities, behind those of the first group.
    Later,
    /// Columns behind those of all other groups.
    Last,
}

/// Source of a quantity's value, and the function that reads it.
enum Known {
    /// A trained model.
    Quality(fn(&Quality) -> Option<f64>),
    /// The shapes of the network, known before any training.
    Cost(fn(&Costs) -> f64),
    /// The shapes of the network and the device, known before any training.
    DeviceCost(fn(&Run) -> f64),
    /// The shapes of the network and the data's front end, known before any training.
    FirmwareCost(fn(&Firmware) -> f64),
}

use Known::{Cost, DeviceCost, FirmwareCost, Quality as Trained};

quantities! {
    /// Share of examples that are classified correctly.
    Accuracy = "accuracy", Share, First, Trained(|it| Some(it.accuracy));
    /// Precision of the positive class, or the mean over classes.
    Precision = "precision", Share, First, Trained(|it| Some(it.precision));
    /// Recall of the positive class, or the mean over classes.
    Recall = "recall", Share, First, Trained(|it| Some(it.recall));
    /// F1 score of the positive class, or the mean over classes.
    F1 = "f1", Share, First, Trained(|it| Some(it.f1));
    /// Mean recall over classes, which equals accuracy if all classes are equally frequent.
    BalancedAccuracy = "balanced_accuracy", Share, Later, Trained(|it| Some(it.balanced_accuracy));
    /// Area under the ROC curve of the positive class, or the mean over classes, each of them
    /// against all others.
    RocAuc = "roc_auc", Share, Later, Trained(|it| it.roc_auc);
    /// Accuracy of the trained network after quantisation to 8-bit integers, as on a device.
    Int8Accuracy = "int8_accuracy", Share, First, Trained(|it| it.int8_accuracy);
    /// Bytes of the TensorFlow Lite model with float32 weights.
    ModelSize = "model_size", Byte, First, Cost(|it| it.model_size.get() as f64);
    /// Bytes of the TensorFlow Lite model quantised to 8-bit integers.
    Int8Size = "int8_size", Byte, First, Cost(|it| it.int8_size.get() as f64);
    /// Bytes of the tensor arena to allocate for the float32 model, for TensorFlow Lite Micro on a
    /// microcontroller with its reference kernels.
    Arena = "arena", Byte, First, Cost(|it| it.arena.total().get() as f64);
    /// Bytes of the tensor arena to allocate for the 8-bit integer model, for the same kernels.
    Int8Arena = "int8_arena", Byte, First, Cost(|it| it.int8_arena.total().get() as f64);
    /// Bytes of RAM that a microcontroller needs for the float32 model: arena, input buffer and
    /// buffers of the preprocessing.
    Ram = "ram", Byte, First, Cost(|it| it.ram(DeployedFormat::Float32).get() as f64);
    /// Bytes of RAM for the 8-bit integer model.
    Int8Ram = "int8_ram", Byte, First, Cost(|it| it.ram(DeployedFormat::Int8).get() as f64);
    /// Bytes of one raw example (Section 2.2 of the paper), which a device keeps whole.
    InputBuffer = "input_buffer", Byte, First, Cost(|it| it.input_buffer.get() as f64);
    /// Bytes of the float32 model and the input buffer together. In the paper, this is the cost of
    /// data and network.
    TotalSize = "total_size", Byte, First, Cost(|it| (it.model_size + it.input_buffer).get() as f64);
    /// Number of multiply-accumulates of one inference.
    Macs = "macs", Count, Own, Cost(|it| it.macs as f64);
    /// Seconds of one inference on the search's device, without preprocessing.
    Latency = "latency", Second, First, DeviceCost(|it| it.seconds);
    /// Joules of one inference on the search's device, without preprocessing.
    Energy = "energy", Joule, First, DeviceCost(|it| it.joules);
    /// Bytes of raw data that a device keeps while it turns a stream into features.
    StreamingBuffer = "streaming_buffer", Byte, Last, Cost(|it| it.streaming_buffer.get() as f64);
    /// Bytes of RAM that a microcontroller needs for the float32 model on a stream: arena,
    /// streaming buffer and buffers of the preprocessing.
    StreamingRam = "streaming_ram", Byte, Last,
        Cost(|it| it.streaming_ram(DeployedFormat::Float32).get() as f64);
    /// Bytes of RAM for the 8-bit integer model on a stream.
    Int8StreamingRam = "int8_streaming_ram", Byte, Last,
        Cost(|it| it.streaming_ram(DeployedFormat::Int8).get() as f64);
    /// Bytes of flash and streaming RAM of the 8-bit integer model together. This is the cost of
    /// data and network on a device that listens all the time, as [`TotalSize`](Self::TotalSize) is
    /// in the paper.
    Int8Footprint = "int8_footprint", Byte, Last,
        Cost(|it| (it.int8_size + it.streaming_ram(DeployedFormat::Int8)).get() as f64);
    /// Lower bound of accuracy. With folds, this is the mean accuracy over the folds minus its
    /// standard error, which allows for folds that overlap if there are several
    /// [repeats](crate::JudgingConfig::repeats). With a single validation part, it is the lower end
    /// of Wilson's interval of one standard error. As an objective, it prefers candidates that are
    /// good on every fold.
    AccuracyLowerBound = "accuracy_lower_bound", Share, Last,
        Trained(|it| Some(wilson(it.accuracy, it.examples(), 1.0).0));
    /// Bytes of RAM of the C library of the 8-bit integer model: features, activations and, for a
    /// stream, the ring of its latest samples.
    FirmwareRam = "firmware_ram", Byte, Last, FirmwareCost(|it| it.ram.get() as f64);
    /// Bytes of flash of the C library of the 8-bit integer model: tables and code, which is
    /// estimated for a Cortex-M4.
    FirmwareFlash = "firmware_flash", Byte, Last, FirmwareCost(|it| it.flash.get() as f64);
}

impl Quantity {
    /// Returns the name used in configurations and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// Returns whether a larger or a smaller value is better.
    #[must_use]
    pub const fn direction(self) -> Direction {
        if self.is_cost() { Direction::Minimise } else { Direction::Maximise }
    }

    /// Returns whether the quantity is known before any training.
    #[must_use]
    pub const fn is_cost(self) -> bool {
        !matches!(self.entry().known, Trained(_))
    }

    /// Returns the unit of the values, or `None` for shares and counts.
    #[must_use]
    pub const fn unit(self) -> Option<&'static str> {
        match self.entry().unit {
            Unit::Share | Unit::Count => None,
            Unit::Byte => Some("B"),
            Unit::Second => Some("s"),
            Unit::Joule => Some("J"),
        }
    }

    /// Returns whether the quantity is known only if the search has a device.
    #[must_use]
    pub const fn needs_device(self) -> bool {
        matches!(self.entry().known, DeviceCost(_))
    }

    /// Returns the quantity as an objective of the search engine.
    #[must_use]
    pub fn objective(self) -> Objective {
        let objective = Objective::new(self.name(), self.direction());
        match self.unit() {
            Some(unit) => objective.with_unit(unit),
            None => objective,
        }
    }

    /// Returns the quantities of a group of columns, in the order of the table.
    pub(crate) fn of_columns(columns: Columns) -> impl Iterator<Item = Self> {
        let all = Self::ALL.iter().copied();
        all.filter(move |quantity| quantity.entry().columns == columns)
    }
}

impl Quality {
    /// Returns the value of a quantity. Returns `None` for a cost, and for a quantity that is
    /// undefined or that the search did not ask for.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        match quantity.entry().known {
            Trained(value) => value(self),
            Cost(_) | DeviceCost(_) | FirmwareCost(_) => None,
        }
    }
}

impl Costs {
    /// Returns the value of a quantity. Returns `None` if it needs a training, if it needs a device
    /// and there is none, or if an earlier version recorded the costs without it.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> Option<f64> {
        match quantity.entry().known {
            Trained(_) => None,
            Cost(value) => Some(value(self)),
            DeviceCost(value) => self.run.as_ref().map(value),
            FirmwareCost(value) => self.firmware.as_ref().map(value),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Quantity {
    type Err = UnknownQuantity;

    fn from_str(text: &str) -> Result<Self, UnknownQuantity> {
        let unknown = || UnknownQuantity { text: text.to_owned() };
        Self::ALL.iter().copied().find(|quantity| quantity.name() == text).ok_or_else(unknown)
    }
}

/// Error for a word that is not the name of a [`Quantity`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown quantity `{text}`: expected one of {}", names())]
pub struct UnknownQuantity {
    /// The word.
    pub text: String,
}

fn names() -> String {
    Quantity::ALL.iter().map(|quantity| quantity.name()).collect::<Vec<_>>().join(", ")
}
