//! Trained networks, and the preprocessing before them, as plain C.
//!
//! What a search hands over runs on a device without an interpreter: C99 with no heap and no
//! dependencies but `memcpy` and the mathematical functions of the standard library. All state is
//! in one struct that the caller owns.

mod error;
mod flash;
mod front_end;
mod instructions;
mod library;
pub mod literal;
mod network;
mod snippets;
mod table;

pub use error::FirmwareError;
#[cfg(feature = "image")]
pub use front_end::ImageFrontEnd;
#[cfg(feature = "motion")]
pub use front_end::MotionFrontEnd;
#[cfg(feature = "audio")]
pub use front_end::{AudioFrontEnd, FixedAudioFrontEnd};
pub use front_end::{FrontEnd, FrontEndOutline, InputScaling, Raw, RawExample, SampleType};
pub use instructions::instructions;
pub use library::{
    FirmwareCosts, FirmwareModel, GoldenExample, GoldenScores, Library, LibraryFile, LibraryParts,
};
pub use network::NetworkError;
