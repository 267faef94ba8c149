//! Loader of the time series classification archives of UCR and UEA.

mod error;
mod parser;

use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

use danas::{
    Clip, Dataset, Part,
    data::{Series, SeriesSet},
    space::Rate,
};

pub use error::UeaError;
use parser::{Case, Parser};

/// A dataset of the archives of UCR and UEA, in their `.ts` format: `NAME_TRAIN.ts` and
/// `NAME_TEST.ts`, or a single file.
///
/// The two files are the parts of the published split, which a search keeps as it is. There are no
/// groups. Series may differ in length. Files do not contain the rate of their samples, which the
/// description of each dataset states.
///
/// Time stamps in the file (`@timeStamps true`) and values to be predicted in place of classes
/// (`@targetLabel true`) are refused. Of the other tags, only those of classes are used.
///
/// ```no_run
/// use danas::space::Rate;
/// use danas_datasets::UeaArchive;
///
/// let rate = Rate::from_hertz(10.0)?;
/// let motions = UeaArchive::new("Multivariate_ts", "BasicMotions", rate)
///     .channels(["ax", "ay", "az", "gx", "gy", "gz"])
///     .load()?;
/// assert_eq!((motions.series.len(), motions.dataset.classes().len()), (80, 4));
/// assert!(motions.dataset.clips()[12].path.ends_with("BasicMotions_TRAIN.ts/12"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # References
/// A. Bagnall et al. (2018). The UEA multivariate time series classification archive, 2018.
/// <https://arxiv.org/abs/1811.00075>
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct UeaArchive {
    files: Vec<(PathBuf, Option<Part>)>,
    rate: Rate,
    channels: Vec<String>,
}

impl UeaArchive {
    /// Selects both files of a dataset. `folder` is the one that contains them, or one that
    /// contains a folder `name` with them.
    pub fn new(folder: impl AsRef<Path>, name: &str, rate: Rate) -> Self {
        let inside = folder.as_ref().join(name);
        let folder = if inside.is_dir() { inside } else { folder.as_ref().to_owned() };
        let file = |end, part| (folder.join(format!("{name}_{end}.ts")), Some(part));
        let files = vec![file("TRAIN", Part::Train), file("TEST", Part::Test)];
        Self { files, rate, channels: Vec::new() }
    }

    /// Selects a single file, without a split.
    pub fn of_file(file: impl Into<PathBuf>, rate: Rate) -> Self {
        Self { files: vec![(file.into(), None)], rate, channels: Vec::new() }
    }

    /// Names the channels. Default: their numbers, `0`, `1` and so on.
    pub fn channels(self, channels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { channels: channels.into_iter().map(Into::into).collect(), ..self }
    }

    /// Reads the series. Classes are in the order of the first file's `@classLabel`.
    ///
    /// # Errors
    /// [`UeaError`] with the file and the line of what cannot be used: a value that is missing or is
    /// not a number, a class that is not in the list of the first file, channels of different
    /// lengths, or another number of channels than before.
    pub fn load(&self) -> Result<SeriesSet, UeaError> {
        let mut classes: Option<Vec<String>> = None;
        let (mut clips, mut series, mut parts) = (Vec::new(), Vec::new(), Vec::new());
        for (path, part) in &self.files {
            let read = |source| UeaError::Read { path: path.clone(), source };
            let text = BufReader::new(File::open(path).map_err(read)?);
            let mut parser = Parser::new(path, text, classes.take())?;
            let mut number = 0;
            while let Some(Case { label, values }) = parser.next_case()? {
                clips.push(Clip { path: path.join(number.to_string()), label, group: None });
                series.push(Series { values, rate: self.rate });
                parts.extend(part);
                number += 1;
            }
            classes = Some(parser.into_classes());
        }
        let dataset = Dataset::new(classes.unwrap_or_default(), clips)?;
        let dataset = match parts.is_empty() {
            true => dataset,
            false => dataset.with_parts(parts)?,
        };
        let channels = match self.channels.is_empty() {
            true => (0..series.first().map_or(0, |it| it.values.ncols()))
                .map(|n| n.to_string())
                .collect(),
            false => self.channels.clone(),
        };
        Ok(SeriesSet::new(dataset, channels, series)?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use danas::DatasetError;
    use ndarray::array;

    use super::*;

    const HEADER: &str = "# Four students\r\n#performed activities.\r\n@problemName Moves\r\n\
        @timeStamps false\r\n@missing false\r\n@univariate false\r\n@dimensions 2\r\n\
        @equalLength false\r\n@classLabel true Standing Running\r\n@data\r\n";

    fn rate() -> Rate {
        Rate::from_hertz(10.0).unwrap()
    }

    /// Reads one file.
    fn load(text: &str) -> Result<SeriesSet, UeaError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("Moves.ts");
        fs::write(&file, text).unwrap();
        UeaArchive::of_file(file, rate()).load()
    }

    #[test]
    fn the_two_files_are_the_parts_of_a_split() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Moves");
        fs::create_dir(&folder).unwrap();
        let train = format!("{HEADER}0.5,-1e-1:2,3:Running\r\n1,2,3:4,5,6: Standing \r\n\r\n");
        fs::write(folder.join("Moves_TRAIN.ts"), train).unwrap();
        fs::write(folder.join("Moves_TEST.ts"), format!("{HEADER}7,8:9,10:Running")).unwrap();
        for folder in [root.path(), &folder] {
            let set = UeaArchive::new(folder, "Moves", rate()).channels(["x", "y"]).load().unwrap();
            assert_eq!(set.channels, ["x", "y"]);
            assert_eq!(set.dataset.classes(), ["Standing", "Running"]);
            assert_eq!(set.dataset.labels(), [1, 0, 1]);
            assert_eq!(set.dataset.parts().unwrap(), [Part::Train, Part::Train, Part::Test]);
            assert!(set.dataset.clips()[1].path.ends_with("Moves/Moves_TRAIN.ts/1"));
            assert!(set.dataset.clips()[2].path.ends_with("Moves_TEST.ts/0"));
            assert_eq!(set.series[0].values, array![[0.5, 2.0], [-0.1, 3.0]]);
            assert_eq!(set.series[1].values, array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]);
            assert_eq!(set.series[1].rate, rate());
        }
        fs::remove_file(folder.join("Moves_TEST.ts")).unwrap();
        let error = UeaArchive::new(&folder, "Moves", rate()).load().unwrap_err();
        assert!(matches!(&error, UeaError::Read { path, .. } if path.ends_with("Moves_TEST.ts")));
    }

    #[test]
    fn univariate_files_have_one_channel() {
        let set = load("@PROBLEMNAME A\n@classlabel TRUE 1 2\n@Data\n1,2,3:1\n4,5:2\n").unwrap();
        assert_eq!((&set.channels[..], set.dataset.parts()), (&["0".to_owned()][..], None));
        assert_eq!(set.series[1].values, array![[4.0], [5.0]]);
    }

    #[test]
    fn what_cannot_be_used_is_named_with_its_line() {
        let with =
            |line: &str| load(&format!("{HEADER}1,2:3,4:Running\r\n{line}\r\n")).unwrap_err();
        for (cells, channel, sample, text) in
            [("1,2:?,4", 1, 0, "?"), ("1,NaN:3,4", 0, 1, "NaN"), ("1,:3,4", 0, 1, "")]
        {
            let error = with(&format!("{cells}:Running"));
            assert!(
                matches!(&error, UeaError::Value { line: 12, channel: c, sample: s, text: t, .. }
                    if (*c, *s, t.as_str()) == (channel, sample, text)),
                "{error}"
            );
        }
        let error = with("1,2:3,4:Jumping");
        assert!(
            matches!(&error, UeaError::UnknownClass { line: 12, class, .. } if class == "Jumping")
        );
        let error = with("1,2:3:Running");
        assert!(matches!(
            error,
            UeaError::Lengths { line: 12, channel: 1, samples: 1, expected: 2, .. }
        ));
        let error = with("1,2:Running");
        assert!(matches!(error, UeaError::Channels { line: 12, channels: 1, expected: 2, .. }));
        let error = with("1,2");
        assert!(matches!(error, UeaError::Channels { line: 12, channels: 0, .. }), "{error}");
        let error = with("1:3:Standing");
        assert!(matches!(error, UeaError::Series(_)), "{error}");
        let error = load(HEADER).unwrap_err();
        assert!(matches!(error, UeaError::Dataset(DatasetError::EmptyClass { .. })), "{error}");
    }

    #[test]
    fn files_of_another_purpose_are_refused() {
        for (text, line) in [
            ("@timeStamps true\n@classLabel true a b\n@data\n(0,1),(1,2):a\n", 1),
            ("@problemName A\n@classLabel true a b\n@data\n1,2:b\n(0,1),(1,2):a\n", 5),
        ] {
            let error = load(text).unwrap_err();
            assert!(
                matches!(error, UeaError::TimeStamps { line: at, .. } if at == line),
                "{error}"
            );
        }
        for text in
            ["@data\n1,2:a\n", "@classLabel false\n@data\n1,2\n", "@targetLabel true\n@data\n"]
        {
            let error = load(text).unwrap_err();
            assert!(matches!(error, UeaError::NoClasses { .. }), "{error}");
        }
        for text in ["", "@classLabel true a b\n"] {
            let error = load(text).unwrap_err();
            assert!(matches!(error, UeaError::NoData { .. }), "{error}");
        }
        let error = load("@problemName A\n1,2:a\n").unwrap_err();
        assert!(matches!(error, UeaError::Tag { line: 2, .. }), "{error}");
    }
}
