//! Small files of any kind as a source of data.

use std::{
    collections::HashSet,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use danas_space::{Digest, Granularity, Shape};
use ndarray::{Array3, Array4, Axis};

use crate::{
    dataset::Dataset,
    dataset_error::DatasetError,
    part::Part,
    repeated::{self, Contradiction, Repeated, Repeats, listed},
    source::DataSource,
    span::Span,
};

/// The files of a [`Dataset`], parsed and held in memory, as a [`DataSource`]. It is a short way to
/// search over a kind of data of your own.
///
/// ```
/// use danas_data::{Clip, DataSource, Dataset, FileSource};
/// # use danas_space::{Bytes, Granularity, Infeasible, Shape};
/// # use ndarray::Array3;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
/// # struct Every(usize);
/// # impl std::fmt::Display for Every {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{}", self.0) }
/// # }
/// # impl Granularity for Every {
/// #     fn input_shape(&self) -> Result<Shape, Infeasible> { Ok(Shape::new(1, 4 / self.0, 1)) }
/// #     fn input_buffer(&self) -> Bytes { Bytes(4 / self.0 as u64) }
/// #     fn fields(&self) -> Vec<(&'static str, String)> { vec![("every", self.0.to_string())] }
/// # }
/// # let folder = tempfile::tempdir()?;
/// # std::fs::write(folder.path().join("a"), [1, 2, 3, 4])?;
/// # std::fs::write(folder.path().join("b"), [5, 6, 7, 8])?;
/// # let file = |name, label| Clip { path: folder.path().join(name), label, group: None };
/// # let dataset = Dataset::new(["low", "high"].map(String::from), [file("a", 0), file("b", 1)])?;
/// // Takes every second or third byte of a file, for example.
/// let features = |every: &Every, bytes: &Vec<u8>| {
///     Array3::from_shape_fn((1, 4 / every.0, 1), |(_, n, _)| f32::from(bytes[n * every.0]))
/// };
/// let source = FileSource::open(dataset, |bytes| Ok(bytes.to_vec()), features)?;
/// assert_eq!(source.features(&Every(2), &[1])?.as_slice(), Some(&[5.0, 7.0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FileSource<G, T> {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    contents: Vec<T>,
    digests: Vec<Digest>,
    features: fn(&G, &T) -> Array3<f32>,
    version: u32,
    repeated: Vec<Repeated>,
}

impl<G: Granularity, T: Send + Sync> FileSource<G, T> {
    /// Reads and parses every file. `features` computes the features of a file's content at a
    /// granularity, `[height, width, channels]` as in the granularity's input shape.
    ///
    /// Of files of a class with the same bytes, only the first is used: its copies could otherwise
    /// judge networks that were trained on it. They are [listed](Self::repeated), and reported with
    /// a warning.
    ///
    /// # Errors
    /// [`FileError`] for the first file that cannot be read or parsed, for the same bytes in several
    /// classes, and for a [span](Dataset::with_spans), since `features` computes those of whole
    /// files.
    pub fn open(
        dataset: Dataset,
        parse: impl Fn(&[u8]) -> Result<T, Box<dyn Error + Send + Sync>>,
        features: fn(&G, &T) -> Array3<f32>,
    ) -> Result<Self, FileError> {
        let mut spans = dataset.spans().into_iter().flatten().zip(dataset.clips());
        if let Some((span, clip)) = spans.find_map(|(span, clip)| Some(((*span)?, clip))) {
            return Err(FileError::Span { path: clip.path.clone(), span });
        }
        let (mut contents, mut digests) = (Vec::new(), Vec::new());
        for clip in dataset.clips() {
            let path = || clip.path.clone();
            let bytes =
                fs::read(&clip.path).map_err(|source| FileError::Read { path: path(), source })?;
            let content =
                parse(&bytes).map_err(|source| FileError::Parse { path: path(), source })?;
            contents.push(content);
            digests.push(Digest::of(&bytes));
        }
        let repeats = Repeats::of(&dataset, digests.iter().map(|&digest| Some(digest)));
        let pairs = repeats.contradictions(&dataset);
        if !pairs.is_empty() {
            return Err(FileError::Contradictions { pairs });
        }
        let repeated = repeats.superfluous(&dataset);
        repeated::report(&repeated);
        let superfluous: HashSet<usize> = repeats.superfluous.iter().map(|&(it, _)| it).collect();
        let dataset = dataset.keeping(|index| !superfluous.contains(&index))?;
        let read = contents.into_iter().zip(digests).enumerate();
        let read = read.filter(|(index, _)| !superfluous.contains(index)).map(|(_, one)| one);
        let (contents, digests) = read.unzip();
        let (labels, groups) = (dataset.labels(), dataset.groups());
        Ok(Self { dataset, labels, groups, contents, digests, features, version: 0, repeated })
    }

    /// Returns the files that are not used, because they are the same as an earlier one of their
    /// class.
    #[must_use]
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    /// Sets the version of the features. Raise it whenever the same file gives other features than
    /// before, so that no search is resumed with a mixture of both. Default: 0.
    #[must_use]
    pub fn version(self, version: u32) -> Self {
        Self { version, ..self }
    }
}

impl<G: Granularity, T: Send + Sync> DataSource for FileSource<G, T> {
    type Granularity = G;
    type Error = FileError;

    fn classes(&self) -> &[String] {
        self.dataset.classes()
    }

    fn labels(&self) -> &[usize] {
        &self.labels
    }

    fn groups(&self) -> Option<&[String]> {
        self.groups.as_deref()
    }

    fn parts(&self) -> Option<&[Part]> {
        self.dataset.parts()
    }

    fn path(&self, example: usize) -> Option<&Path> {
        Some(self.dataset.clips().get(example)?.path.as_path())
    }

    fn fingerprint(&self) -> String {
        let parts = self.dataset.fingerprint_parts(&self.digests);
        let files = Digest::of_parts(parts.iter().map(Vec::as_slice));
        // JSON, so that the error of a journal says which of the two differs.
        format!(r#"{{"version":{},"files":"{files}"}}"#, self.version)
    }

    fn features(&self, granularity: &G, examples: &[usize]) -> Result<Array4<f32>, FileError> {
        let shape = granularity.input_shape().map_err(|error| FileError::Infeasible {
            granularity: granularity.to_string(),
            source: Box::new(error),
        })?;
        let Shape { height, width, channels } = shape;
        let mut all = Array4::zeros((examples.len(), height, width, channels));
        for (&example, mut row) in examples.iter().zip(all.axis_iter_mut(Axis(0))) {
            let features = (self.features)(granularity, &self.contents[example]);
            if features.dim() != row.dim() {
                let (height, width, channels) = features.dim();
                return Err(FileError::Shape {
                    path: self.dataset.clips()[example].path.clone(),
                    found: Shape::new(height, width, channels),
                    expected: shape,
                });
            }
            row.assign(&features);
        }
        Ok(all)
    }
}

/// The reason why features cannot be computed from files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file as it was given.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file with an unexpected content.
    #[error("cannot use {}", path.display())]
    Parse {
        /// The file as it was given.
        path: PathBuf,
        /// The reason.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An example that is a span of a file.
    #[error(
        "{} is to be used from {span}, but only whole files can be used; cut it into files",
        path.display()
    )]
    Span {
        /// The file as it was given.
        path: PathBuf,
        /// The span.
        span: Span,
    },
    /// Files that are the same, but not of the same class.
    #[error(
        "the same files are in different classes ({}); delete those in the wrong class{}",
        pairs.len(), listed(pairs)
    )]
    Contradictions {
        /// All of them, each with the first file that is the same.
        pairs: Vec<Contradiction>,
    },
    /// Files that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A granularity that cannot give an example.
    #[error("cannot compute features at {granularity}")]
    Infeasible {
        /// The granularity.
        granularity: String,
        /// The reason.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Features that do not have the shape that their granularity states.
    #[error("the features of {} have the shape {found}, but must have {expected}", path.display())]
    Shape {
        /// The file as it was given.
        path: PathBuf,
        /// Their shape.
        found: Shape,
        /// The shape of the granularity.
        expected: Shape,
    },
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use danas_space::{Bytes, Infeasible};
    use ndarray::Array1;
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::dataset::Clip;

    /// The first bytes of a file.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
    struct First(usize);

    impl fmt::Display for First {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "first {}", self.0)
        }
    }

    impl Granularity for First {
        fn input_shape(&self) -> Result<Shape, Infeasible> {
            Ok(Shape::new(1, self.0, 1))
        }

        fn input_buffer(&self) -> Bytes {
            Bytes(self.0 as u64)
        }

        fn fields(&self) -> Vec<(&'static str, String)> {
            vec![("first", self.0.to_string())]
        }
    }

    fn features(first: &First, bytes: &Array1<f32>) -> Array3<f32> {
        Array3::from_shape_fn((1, first.0.min(bytes.len()), 1), |(_, n, _)| bytes[n])
    }

    /// Opens files of these classes and contents.
    fn open(files: &[(usize, &str)]) -> Result<FileSource<First, Array1<f32>>, FileError> {
        let folder = tempfile::tempdir().unwrap();
        let clips = files.iter().enumerate().map(|(n, (label, content))| {
            let path = folder.path().join(n.to_string());
            fs::write(&path, content).unwrap();
            Clip { path, label: *label, group: None }
        });
        let classes = ["a", "b"].map(str::to_owned);
        let dataset = Dataset::new(classes, clips.collect::<Vec<_>>()).unwrap();
        let parse = |bytes: &[u8]| Ok(bytes.iter().copied().map(f32::from).collect());
        FileSource::open(dataset, parse, features)
    }

    #[test]
    fn copies_are_used_once_and_refused_in_two_classes() {
        let source = open(&[(0, "no"), (1, "yes"), (0, "no"), (0, "nay")]).unwrap();
        assert_eq!(source.labels(), [0, 1, 0]);
        let features = source.features(&First(2), &[2, 1]).unwrap();
        assert_eq!(features.into_raw_vec_and_offset().0, b"naye".map(f32::from));
        let [repeated] = source.repeated() else { panic!("one is a copy") };
        assert!(repeated.path.ends_with("2") && repeated.original.ends_with("0"));
        let Err(FileError::Contradictions { pairs }) = open(&[(0, "no"), (1, "no")]) else {
            panic!("it is in two classes")
        };
        assert_eq!(pairs[0].classes, ["a", "b"]);
    }

    #[test]
    fn contents_labels_and_the_version_make_the_fingerprint() {
        let fingerprint = |files: &[(usize, &str)]| open(files).unwrap().fingerprint();
        let plain = fingerprint(&[(0, "no"), (1, "yes")]);
        assert_eq!(fingerprint(&[(0, "no"), (1, "yes"), (0, "no")]), plain);
        assert_ne!(fingerprint(&[(0, "no"), (1, "yet")]), plain);
        assert_ne!(fingerprint(&[(1, "no"), (0, "yes")]), plain);
        let newer = open(&[(0, "no"), (1, "yes")]).unwrap().version(1).fingerprint();
        assert_eq!(newer, plain.replace("\"version\":0", "\"version\":1"));
        assert_ne!(newer, plain);
    }

    #[test]
    fn spans_are_refused() {
        let clips = [0, 1].map(|label| Clip { path: "1".into(), label, group: None });
        let dataset = Dataset::new(["a", "b"].map(str::to_owned), clips).unwrap();
        let dataset = dataset.with_spans([None, Some(Span::new(1.0, 2.0).unwrap())]).unwrap();
        let parse = |_: &[u8]| Ok(Array1::zeros(1));
        let Err(error) = FileSource::open(dataset, parse, features) else {
            panic!("it is accepted")
        };
        assert_eq!(
            error.to_string(),
            "1 is to be used from 1 s to 2 s, but only whole files can be used; cut it into files"
        );
    }

    #[test]
    fn features_of_another_shape_are_refused() {
        let source = open(&[(0, "no"), (1, "yes")]).unwrap();
        assert!(source.features(&First(3), &[1]).is_ok());
        let error = source.features(&First(3), &[1, 0]).unwrap_err();
        let FileError::Shape { path, found, expected } = &error else { panic!("{error}") };
        assert!(path.ends_with("0"));
        assert_eq!([*found, *expected], [2, 3].map(|width| Shape::new(1, width, 1)));
    }
}
