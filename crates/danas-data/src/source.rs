//! The interface of a source of data, which supplies the features and labels of examples.

use std::path::Path;

use danas_firmware::{FrontEnd, RawExample};
use danas_space::{Granularity, Infeasible};
use ndarray::Array4;

use crate::{part::Part, span::Span};

/// Error of computing features. Its cause is the error of the source.
#[derive(Debug, thiserror::Error)]
#[error("cannot compute the features")]
pub struct FeatureError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl FeatureError {
    /// Wraps the error of a source.
    pub fn new(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(cause))
    }
}

/// Labelled examples, whose features can be computed at any granularity.
///
/// [`AudioSource`](crate::AudioSource) is the implementation for recordings,
/// `ImageSource` the one for images. To search over another kind of data,
/// implement this trait and a [`DataSpace`](danas_space::DataSpace).
pub trait DataSource: Send + Sync {
    /// The granularity at which features are computed.
    type Granularity: Granularity;

    /// The error of computing features.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Returns the names of the classes.
    fn classes(&self) -> &[String];

    /// Returns the class of each example, as an index into [`classes`](Self::classes).
    fn labels(&self) -> &[usize];

    /// Returns the group of each example, such as its speaker or machine, if the data has groups.
    /// All examples of a group belong to the same part of a split. Default: none.
    fn groups(&self) -> Option<&[String]> {
        None
    }

    /// Returns the part of each example in a split that comes with the data, such as a published one;
    /// see [`SplitConfig`](crate::SplitConfig). Default: none.
    fn parts(&self) -> Option<&[Part]> {
        None
    }

    /// Returns the file of an example, which identifies it in tables. Default: none.
    fn path(&self, example: usize) -> Option<&Path> {
        let _ = example;
        None
    }

    /// Returns the span of an example within its file. With the file it identifies an example, if a
    /// file contains several. Default: none, the example is the whole file.
    fn span(&self, example: usize) -> Option<Span> {
        let _ = example;
        None
    }

    /// Checks that features can be computed at this granularity. Default: they always can.
    ///
    /// # Errors
    /// [`Infeasible`] with the reason why they cannot. The candidate is then recorded as
    /// infeasible.
    fn check(&self, granularity: &Self::Granularity) -> Result<(), Infeasible> {
        let _ = granularity;
        Ok(())
    }

    /// Receives the division of the examples, before any features are computed: the section of each
    /// example, counted from 0. The test part is section 0. The other sections are the folds, or
    /// without folds the train part and the validation part. If the examples are divided into folds
    /// several times, a section is a set of examples that are in the same fold in every division. A
    /// source that mixes something into its examples, such as background noise, must mix different
    /// things into different sections. Default: does nothing.
    fn divide(&mut self, sections: &[usize]) {
        let _ = sections;
    }

    /// Returns the number of different things that [`divide`](Self::divide) has to choose from when
    /// it mixes something into the examples, such as the number of recordings of noise. Several
    /// divisions into folds are refused if this number is enough for one division, but not for all.
    /// Default: 0, nothing is mixed in.
    fn mixed_in(&self) -> usize {
        0
    }

    /// Returns a digest of everything that the features are computed from, so that a search is not
    /// resumed on different data: the contents of the files, the classes, labels, groups and spans, and
    /// the settings of the source. [`Digest`](danas_space::Digest) makes one.
    fn fingerprint(&self) -> String;

    /// Returns the features of some examples, `[examples, height, width, channels]`, in the given
    /// order. Height, width and channels are those of the granularity's input shape. The result is
    /// the same every time.
    ///
    /// # Errors
    /// An error of the source if it cannot compute the features. It ends the search.
    fn features(
        &self,
        granularity: &Self::Granularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, Self::Error>;

    /// Returns how a device turns raw data into the features of a granularity. Default: `None`, for
    /// features that the program on the device computes itself.
    fn front_end(&self, granularity: &Self::Granularity) -> Option<FrontEnd> {
        let _ = granularity;
        None
    }

    /// Returns an example as the [front end](Self::front_end) of a granularity reads it. Such
    /// examples show whether a device computes what it should. Default: `None`, for raw data that is not kept like this.
    ///
    /// # Errors
    /// An error of the source if it cannot read the example.
    fn raw(
        &self,
        granularity: &Self::Granularity,
        example: usize,
    ) -> Result<Option<RawExample>, Self::Error> {
        let _ = (granularity, example);
        Ok(None)
    }

    /// Returns the number of altered versions of each example. Trainings learn from these in
    /// addition to the example itself, but nothing is judged by them. Default: 0.
    fn versions(&self) -> usize {
        0
    }

    /// Returns the features of an altered version of some examples, in the same layout as
    /// [`features`](Self::features). Versions are counted from 0. The result is the same every
    /// time. Default: the features of the examples themselves.
    ///
    /// # Errors
    /// An error of the source if it cannot compute the features. It ends the search.
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
