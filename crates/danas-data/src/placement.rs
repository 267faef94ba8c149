//! Spans, compared with the files that they are in.

use std::{collections::HashMap, path::PathBuf};

use danas_space::Digest;

use crate::{
    dataset::{Clip, Dataset},
    repeated::lines,
    span::{Span, located},
};

/// A span that ends after the end of its file.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outside {
    /// The file.
    pub path: PathBuf,
    /// The span.
    pub span: Span,
    /// The length of the file in seconds.
    pub seconds: f64,
}

/// Spans that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Misplaced {
    /// Spans that end after the end of their files.
    #[error(
        "spans end after the end of their files ({}); correct them{}",
        spans.len(),
        lines(spans, |Outside { path, span, seconds }| {
            format!("{} is in a file of {seconds} s", located(path, Some(*span)))
        })
    )]
    Outside {
        /// All of them.
        spans: Vec<Outside>,
    },
    /// Copies of one file in different groups, so that spans of it could get into different parts of a
    /// split.
    #[error(
        "{} and {} have the same content, but the groups `{}` and `{}`; list all spans under one of \
         the files, or give both the same group",
        paths[0].display(), paths[1].display(), groups[0], groups[1]
    )]
    CopyInTwoGroups {
        /// The files as they were given.
        paths: [PathBuf; 2],
        /// Their groups.
        groups: [String; 2],
    },
}

/// What a span must suit.
pub(crate) struct Extent {
    /// Digest of the content.
    pub(crate) content: Digest,
    /// Number of samples.
    pub(crate) samples: usize,
    /// Samples per second.
    pub(crate) rate: f64,
}

/// Refuses spans that end more than one sample after the end of their file, and copies of a file in
/// different groups. `extents` are those of the examples' files; one that cannot be used is `None`.
pub(crate) fn check(dataset: &Dataset, extents: &[Option<Extent>]) -> Result<(), Misplaced> {
    let Some(spans) = dataset.spans() else { return Ok(()) };
    let outside = |((clip, extent), span): ((&Clip, &Option<Extent>), &Option<Span>)| {
        let (span, Extent { samples, rate, .. }) = ((*span)?, extent.as_ref()?);
        let samples = *samples as f64;
        let is_outside = span.end() * rate > samples + 1.0;
        is_outside.then(|| Outside { path: clip.path.clone(), span, seconds: samples / rate })
    };
    let known = dataset.clips().iter().zip(extents).zip(spans);
    let spans: Vec<Outside> = known.filter_map(outside).collect();
    if !spans.is_empty() {
        return Err(Misplaced::Outside { spans });
    }
    // Whole files that are the same are used once. Different spans of them are all used, and would get
    // into different parts of a split.
    let mut first: HashMap<Digest, usize> = HashMap::new();
    for (index, extent) in extents.iter().enumerate() {
        let Some(extent) = extent else { continue };
        let other = *first.entry(extent.content).or_insert(index);
        let [a, b] = [other, index].map(|index| &dataset.clips()[index]);
        if a.group != b.group {
            let paths = [a, b].map(|clip| clip.path.clone());
            let groups = [a, b].map(|clip| clip.group.clone().unwrap_or_default());
            return Err(Misplaced::CopyInTwoGroups { paths, groups });
        }
    }
    Ok(())
}
