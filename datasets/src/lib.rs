//! Datasets for the demos, tests and experiments of danas: loaders, a simulation, and bundled
//! recordings, series and images.
//!
//! Datasets of recordings, as [`danas::Dataset`]:
//!
//! | dataset | licence | classes | rate | seconds | recordings |
//! |---|---|---|---|---|---|
//! | [`spoken_digits`] | CC BY-SA 4.0 | 10 digits | 8 kHz | 0.14 to 2.3 | 840 of 6 speakers, bundled |
//! | [`ToyAdmos`] | its own | normal, anomalous | 48 kHz | 10 | thousands, to download yourself |
//! | [`Esc50`], and ESC-10 within it | CC BY-NC 3.0 | 50 environmental sounds | 44.1 kHz | 5 | 2000 in 5 folds, to download yourself |
//! | [`SpeechCommands`] | CC BY 4.0 | 35 words, with an official split | 16 kHz | 1 | 105,829, to download yourself |
//! | [`Mimii`] | CC BY-SA 4.0 | normal, anomalous | 16 kHz | 10 | thousands of each of 4 machines, to download yourself |
//! | [`DcaseTask2`] of 2020 to 2024 | differs by year and machine | normal, anomalous | 16 kHz | 6 to 12 | thousands of each machine, to download yourself |
//! | [`ToyConveyor`] | none, generated locally | normal, anomalous | 48 kHz | 10 | any number, simulated |
//!
//! Bundled files of other kinds:
//!
//! | dataset | licence | classes | examples |
//! |---|---|---|---|
//! | [`basic_motions_table`] | BSD-3-Clause | 4 activities | 80 series of 6 channels, 10 s at 10 Hz |
//! | [`sign_digits_folder`] | Apache-2.0 | 10 digits | 300 photographs of 100×100 pixels |
//!
//! Formats of other series, as [`danas::data::SeriesSet`]:
//!
//! | format | files | classes | groups | split |
//! |---|---|---|---|---|
//! | [`UeaArchive`] | `NAME_TRAIN.ts` and `NAME_TEST.ts`, as those of UCR and UEA | in the header | none | published |
//! | [`Npz`] | arrays of NumPy | an array | an array | none |
//! | [`EdgeImpulse`] | an export in the data acquisition format, JSON or CBOR | labels, or names of files | metadata | `training` and `testing` |
//!
//! | term | in this crate |
//! |---|---|
//! | dataset: recordings, classes, groups | [`danas::Dataset`] |
//! | group: such as the speaker of the digits | all its recordings stay in one part of every split |
//! | series: samples of the channels of one or more sensors | [`danas::data::Series`] |
//! | case, channel, environmental noise | [`ToyAdmos::case`], [`ToyAdmos::channel`], [`ToyAdmos::noises`] |
//!
//! ```
//! let digits = danas_datasets::spoken_digits()?;
//! assert_eq!((digits.classes().len(), digits.clips().len()), (10, 840));
//! # Ok::<(), danas::DatasetError>(())
//! ```

mod basic_motions;
mod dcase;
mod digits;
mod edge_impulse;
mod esc50;
mod mimii;
mod npz;
mod sign_digits;
mod speech_commands;
mod toy_admos;
mod toy_conveyor;
mod uea;

pub use basic_motions::basic_motions_table;
pub use dcase::{DcaseError, DcaseTask2, Domain};
pub use digits::{spoken_digits, spoken_digits_folder};
pub use edge_impulse::{EdgeImpulse, EdgeImpulseError};
pub use esc50::Esc50;
pub use mimii::Mimii;
pub use npz::{Npz, NpzError};
pub use sign_digits::sign_digits_folder;
pub use speech_commands::SpeechCommands;
pub use toy_admos::{Machine, ToyAdmos};
pub use toy_conveyor::{SimulationError, ToyConveyor};
pub use uea::{UeaArchive, UeaError};
