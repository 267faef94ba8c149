//! Where features come from: the border between the search and a kind of data.

use std::path::Path;

use danas_dsp::Digest;
use danas_space::{Granularity, Infeasible};
use ndarray::Array4;

/// Labelled examples that can be had at any granularity.
///
/// [`AudioSource`](crate::AudioSource) is the one for recordings. Another kind of data implements
/// this beside a [`DataSpace`](danas_space::DataSpace), and the whole search works on it.
pub trait DataSource: Send + Sync {
    /// How finely the examples can be given.
    type Granularity: Granularity;

    /// What can go wrong while features are made.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The names of the classes.
    fn classes(&self) -> &[String];

    /// The class of each example, as an index into [`classes`](Self::classes).
    fn labels(&self) -> &[usize];

    /// What each example shares with others, such as its speaker or machine, where there are such
    /// groups: a group never stands on both sides of a split.
    fn groups(&self) -> Option<&[String]> {
        None
    }

    /// The file of an example, by which people know it. Default: none.
    fn path(&self, example: usize) -> Option<&Path> {
        let _ = example;
        None
    }

    /// Whether the examples can be given at this granularity.
    ///
    /// # Errors
    /// [`Infeasible`] with the reason why not; the candidate is then recorded as infeasible.
    fn check(&self, granularity: &Self::Granularity) -> Result<(), Infeasible> {
        let _ = granularity;
        Ok(())
    }

    /// Tells the examples from any others, so that a search is not gone on with on other data: a
    /// digest of whatever the features are made of. By default one of classes, labels and groups.
    fn fingerprint(&self) -> String {
        let parts = format!("{:?} {:?} {:?}", self.classes(), self.labels(), self.groups());
        Digest::of(parts.as_bytes()).to_string()
    }

    /// The features of some examples: `[examples, height, width, channels]`, in the order asked
    /// for, of the granularity's input shape. The same every time.
    ///
    /// # Errors
    /// Whatever makes it impossible; it ends the search.
    fn features(
        &self,
        granularity: &Self::Granularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, Self::Error>;

    /// How many altered versions of each example there are, to learn from beside it; 0 without this
    /// method. Nothing is judged by them.
    fn versions(&self) -> usize {
        0
    }

    /// The features of a version of some examples, counted from 0, as
    /// [`features`](Self::features) gives those of the examples themselves, which it returns without this
    /// method. The same every time.
    ///
    /// # Errors
    /// Whatever makes it impossible; it ends the search.
    fn version_features(
        &self,
        granularity: &Self::Granularity,
        version: usize,
        examples: &[usize],
    ) -> Result<Array4<f32>, Self::Error> {
        let _ = version;
        self.features(granularity, examples)
    }
}
