//! The records of data aware searches, and reports that are made from them.
//!
//! [`Records`] is the folder in which a search writes what it does: configuration, journal, tables, the models
//! of its front. [`Run`] reads it, while the search goes on or later.
//!
//! [`write_report`] makes one HTML page of a run, which needs no network: the front by any two quantities, how
//! the hypervolume grew, which granularities were explored and kept, learning curves, the members with
//! links to their exports, seeds and versions. [`LiveReport`] does so while a search goes on; the page then
//! loads itself anew until nothing more will come.
//!
//! ```
//! use danas::{Config, Preset};
//! use danas_report::{Run, write_report};
//!
//! let folder = tempfile::tempdir()?;
//! std::fs::write(folder.path().join("config.toml"), Config::preset(Preset::Words).to_toml()?)?;
//! let page = write_report(&folder)?; // a search that has not evaluated anything yet
//! assert!(page.ends_with("report.html"));
//! assert_eq!(Run::read(&folder)?.hypervolume(), 0.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | term | here |
//! |---|---|
//! | records of a run: journal, tables, configuration | [`Records`] writes them, [`Run`] reads them |
//! | evaluation | [`Evaluation`] |
//! | Pareto front, hypervolume over evaluations | [`Growth`] |
//! | learning curve | [`Run::trainings`] |
//!
//! | feature | gives |
//! |---|---|
//! | `tensorboard` | `TensorBoard`, an observer that writes event files for [TensorBoard](https://www.tensorflow.org/tensorboard) |
//!
//! The page draws with [d3](https://d3js.org) and [Observable Plot](https://observablehq.com/plot), which
//! it holds with their licences (`assets/LICENSES.txt`). The crate needs no libtorch, and prints nothing.

mod data;
mod error;
mod evaluation;
mod granularities;
mod growth;
mod live;
mod members;
mod page;
mod records;
mod run;
mod table;
#[cfg(feature = "tensorboard")]
mod tensorboard;
mod unit;
mod worth;

pub use error::ReportError;
pub use evaluation::Evaluation;
pub use growth::Growth;
pub use live::{LiveReport, write_report};
pub use records::Records;
pub use run::Run;
#[cfg(feature = "tensorboard")]
pub use tensorboard::TensorBoard;
