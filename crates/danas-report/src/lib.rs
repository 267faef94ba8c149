//! Writes and reads the records of data aware searches, and makes reports from them.
//!
//! [`Records`] is the folder that a search writes to: its configuration, its journal, tables, and
//! the models of its front. [`Run`] reads that folder, during the search or later.
//!
//! [`write_report`] writes one HTML page about a run. The page needs no network. It shows the front
//! by any two quantities, the growth of the hypervolume, the granularities that were explored and
//! kept, learning curves, the members with links to their exports, and seeds and versions.
//! [`LiveReport`] writes the page during a search; the page then reloads itself until the search is
//! over.
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
//! | feature | adds |
//! |---|---|
//! | `tensorboard` | `TensorBoard`, an observer that writes event files for [TensorBoard](https://www.tensorflow.org/tensorboard) |
//!
//! The page draws with [d3](https://d3js.org) and [Observable Plot](https://observablehq.com/plot).
//! It contains both, with their licences (`assets/LICENSES.txt`). The crate does not need libtorch,
//! and prints nothing.

mod config;
mod data;
mod error;
mod evaluation;
mod files;
mod granularities;
mod growth;
mod live;
mod members;
mod page;
mod records;
mod run;
mod scale;
mod table;
#[cfg(feature = "tensorboard")]
mod tensorboard;
mod unit;

pub use config::{RunConfig, RunData};
pub use error::ReportError;
pub use evaluation::Evaluation;
pub use growth::Growth;
pub use live::{LiveReport, write_report};
pub use records::Records;
pub use run::Run;
#[cfg(feature = "tensorboard")]
pub use tensorboard::TensorBoard;
