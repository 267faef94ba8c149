//! Errors of computing features from images.

use std::{error::Error, io, path::PathBuf};

use danas_space::{ImageGranularity, Infeasible};

use super::undecodable::Undecodable;
use crate::{
    dataset_error::DatasetError,
    distinct::Unusable,
    repeated::{Contradiction, lines, listed},
    skipped::Skipped,
    span::Span,
};

/// The reason why features cannot be computed from images.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file as it was given.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file that cannot be decoded.
    #[error("cannot decode {}", path.display())]
    Decode {
        /// The file as it was given.
        path: PathBuf,
        /// The reason.
        #[source]
        source: Undecodable,
    },
    /// Images that cannot be read or decoded.
    #[error(
        "{} of the images cannot be decoded; repair them, or leave them out with \
         `data.broken = \"skip\"`{}",
        images.len(), lines(images, |one| one.reason.clone())
    )]
    Broken {
        /// All of them, with the reasons.
        images: Vec<Skipped>,
    },
    /// An example that is a span of a file.
    #[error("{} is to be used from {span}, but an image has no time", path.display())]
    Span {
        /// The file as it was given.
        path: PathBuf,
        /// The span.
        span: Span,
    },
    /// Images that are the same, but not of the same class.
    #[error(
        "the same images are in different classes ({}); delete those in the wrong class, or leave \
         all of them out with `data.broken = \"skip\"`{}",
        pairs.len(), listed(pairs)
    )]
    Contradictions {
        /// All of them, each with the first image that is the same.
        pairs: Vec<Contradiction>,
    },
    /// An image that cannot be resized.
    #[error("cannot resize {}", path.display())]
    Resize {
        /// The file as it was given.
        path: PathBuf,
        /// The cause.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file that has changed since the source was opened.
    #[error("{} has changed since the search began; restore it, or start again", path.display())]
    Changed {
        /// The file as it was given.
        path: PathBuf,
    },
    /// A granularity that gives no features.
    #[error("cannot compute features at {granularity}")]
    Infeasible {
        /// The granularity.
        granularity: ImageGranularity,
        /// The reason.
        #[source]
        source: Infeasible,
    },
    /// Features that do not fit into memory.
    #[error("the features at {granularity} do not fit into memory; use fewer images")]
    TooLarge {
        /// The granularity.
        granularity: ImageGranularity,
    },
    /// Too few images after some were [skipped](crate::Broken::Skip).
    #[error("too few images are left after skipping {skipped}")]
    Skipped {
        /// Number of skipped images.
        skipped: usize,
        /// What is missing.
        #[source]
        source: DatasetError,
    },
}

impl From<Unusable> for ImageError {
    fn from(reason: Unusable) -> Self {
        match reason {
            Unusable::Contradictions(pairs) => Self::Contradictions { pairs },
            Unusable::TooFew { skipped, source } => Self::Skipped { skipped, source },
        }
    }
}
