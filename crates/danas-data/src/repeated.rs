//! Files whose content appears more than once.

use std::{collections::HashMap, path::PathBuf};

use danas_space::Digest;

use crate::{
    dataset::Dataset,
    span::{Span, located},
};

/// A file, or a span of it, that has the same content as an earlier one of its class, and is therefore
/// not used. Of recordings and series, the content is their rate and samples; of images, their pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeated {
    /// The file as it was given.
    pub path: PathBuf,
    /// The earlier file, which is used.
    pub original: PathBuf,
    /// The span, if the example is not the whole file. It is the same in both files.
    pub span: Option<Span>,
}

/// Two files, or the same span of them, with the same content, but of different classes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The files as they were given.
    pub paths: [PathBuf; 2],
    /// Their classes.
    pub classes: [String; 2],
    /// The span, if the examples are not whole files. It is the same in both files.
    pub span: Option<Span>,
}

/// The examples of a dataset that have the same content, and the same span, as others.
#[derive(Default)]
pub(crate) struct Repeats {
    /// The files that an earlier one of their class makes superfluous, and the earlier ones.
    pub(crate) superfluous: Vec<(usize, usize)>,
    /// Pairs of files that are the same, but not of the same class.
    pub(crate) contradicting: Vec<(usize, usize)>,
}

impl Repeats {
    /// Compares the contents and spans of all examples. `contents` are the digests of their files; a
    /// file that cannot be used has none.
    pub(crate) fn of(dataset: &Dataset, contents: impl Iterator<Item = Option<Digest>>) -> Self {
        let mut first: HashMap<(Digest, Option<Span>), usize> = HashMap::new();
        let mut repeats = Self::default();
        for (index, content) in contents.enumerate() {
            let Some(content) = content else { continue };
            let original = *first.entry((content, dataset.span(index))).or_insert(index);
            let label = |index: usize| dataset.clips()[index].label;
            if original == index {
                continue;
            }
            match label(original) == label(index) {
                true => repeats.superfluous.push((index, original)),
                false => repeats.contradicting.push((index, original)),
            }
        }
        repeats
    }

    /// Lists the pairs of files that are the same, but not of the same class.
    pub(crate) fn contradictions(&self, dataset: &Dataset) -> Vec<Contradiction> {
        let clip = |index: usize| &dataset.clips()[index];
        let class = |index: usize| dataset.classes()[clip(index).label].clone();
        let pair = |&(index, original): &(usize, usize)| Contradiction {
            paths: [original, index].map(|index| clip(index).path.clone()),
            classes: [original, index].map(class),
            span: dataset.span(index),
        };
        self.contradicting.iter().map(pair).collect()
    }

    /// Lists the files that are not used, because they are the same as an earlier one of their class.
    pub(crate) fn superfluous(&self, dataset: &Dataset) -> Vec<Repeated> {
        let path = |index: usize| dataset.clips()[index].path.clone();
        let repeated = |&(index, original): &(usize, usize)| Repeated {
            path: path(index),
            original: path(original),
            span: dataset.span(index),
        };
        self.superfluous.iter().map(repeated).collect()
    }

    /// Returns all files whose class is contradicted, and the one that contradicts each.
    #[cfg(feature = "files")]
    pub(crate) fn contradicted(&self) -> impl Iterator<Item = (usize, usize)> {
        let both = self.contradicting.iter().flat_map(|&(a, b)| [(b, a), (a, b)]);
        let mut seen = std::collections::BTreeSet::new();
        both.filter(move |&(index, _)| seen.insert(index))
    }
}

/// Warns of files that are left out.
pub(crate) fn report(repeated: &[Repeated]) {
    if let Some(Repeated { path, original, .. }) = repeated.first() {
        let (repeated, first, same_as) = (repeated.len(), path.display(), original.display());
        tracing::warn!(
            repeated, %first, %same_as,
            "files are the same as earlier ones of their class, and are used once"
        );
    }
}

/// Lists contradictions, one on each line, but not more than the first twenty of them.
pub(crate) fn listed(contradictions: &[Contradiction]) -> String {
    let line = |Contradiction { paths: [a, b], classes: [of_a, of_b], span }: &Contradiction| {
        let [a, b] = [a, b].map(|path| located(path, *span));
        format!("{a} of `{of_a}` is the same as {b} of `{of_b}`")
    };
    lines(contradictions, line)
}

/// Lists the items, one on each line, but not more than the first twenty of them.
pub(crate) fn lines<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    const MOST: usize = 20;
    let line = |item: &T| format!("\n  {}", text(item));
    let mut lines: String = items.iter().take(MOST).map(line).collect();
    if let Some(more @ 1..) = items.len().checked_sub(MOST) {
        lines.push_str(&format!("\n  and {more} more"));
    }
    lines
}
