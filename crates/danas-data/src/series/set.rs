//! Labelled series that are held in memory.

use std::path::Path;

use super::{MIN_SAMPLES, Series, SeriesError, is_legal};
use crate::dataset::Dataset;

/// The series of a dataset, such as those of an archive that holds many in one file.
///
/// The path of a clip in such a file is that of the file with the number of the series as a last
/// component, counted from 0: `BasicMotions_TRAIN.ts/12`.
///
/// ```
/// use danas_data::{Clip, Dataset, Series, SeriesSet};
/// use danas_space::Rate;
/// use ndarray::array;
///
/// let clip = |path: &str, label| Clip { path: path.into(), label, group: None };
/// let classes = ["rest", "walk"].map(str::to_owned);
/// let dataset = Dataset::new(classes, [clip("all.ts/0", 0), clip("all.ts/1", 1)])?;
/// let rate = Rate::from_hertz(50.0)?;
/// let series = [array![[0.0], [0.1]], array![[2.0], [-3.0], [2.5]]];
/// let series = series.map(|values| Series { values, rate }).to_vec();
/// let set = SeriesSet::new(dataset, vec!["x".to_owned()], series)?;
/// assert_eq!(set.series[1].seconds(), 0.06);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesSet {
    /// The classes, and the path, class and group of each series.
    pub dataset: Dataset,
    /// The name of each channel.
    pub channels: Vec<String>,
    /// The series of each clip of the dataset.
    pub series: Vec<Series>,
}

impl SeriesSet {
    /// Combines a dataset with the series of its clips.
    ///
    /// # Errors
    /// [`SeriesError`] unless there is one series for each clip, with at least two samples, one
    /// column for each channel, and finite values; and for channels that have the same name.
    pub fn new(
        dataset: Dataset,
        channels: Vec<String>,
        series: Vec<Series>,
    ) -> Result<Self, SeriesError> {
        if series.len() != dataset.clips().len() {
            let (series, clips) = (series.len(), dataset.clips().len());
            return Err(SeriesError::Count { series, clips });
        }
        for (clip, series) in dataset.clips().iter().zip(&series) {
            check(&clip.path, &channels, series)?;
        }
        for (n, channel) in channels.iter().enumerate() {
            let repeated = channels[..n].contains(channel);
            if let Some(clip) = dataset.clips().first().filter(|_| repeated) {
                let (path, column) = (clip.path.clone(), channel.clone());
                return Err(SeriesError::RepeatedColumn { path, column });
            }
        }
        Ok(Self { dataset, channels, series })
    }
}

/// Refuses a series that is too short, not finite, or of other channels.
fn check(path: &Path, channels: &[String], series: &Series) -> Result<(), SeriesError> {
    let (samples, columns) = series.values.dim();
    let path = || path.to_owned();
    if columns != channels.len() {
        return Err(SeriesError::Width { path: path(), columns, channels: channels.len() });
    }
    if samples < MIN_SAMPLES {
        return Err(SeriesError::TooShort { path: path(), samples });
    }
    match series.values.indexed_iter().find(|(_, value)| !is_legal(**value)) {
        Some(((sample, column), &value)) => {
            let channel = channels[column].clone();
            Err(SeriesError::NotFinite { path: path(), sample, channel, value })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use danas_space::Rate;
    use ndarray::{Array2, array};

    use super::*;
    use crate::dataset::Clip;

    fn set(channels: &[&str], values: [Array2<f32>; 2]) -> Result<SeriesSet, SeriesError> {
        let clip = |label: usize| Clip { path: format!("a.ts/{label}").into(), label, group: None };
        let dataset = Dataset::new(["a", "b"].map(str::to_owned), [clip(0), clip(1)]).unwrap();
        let rate = Rate::from_hertz(10.0).unwrap();
        let series = values.map(|values| Series { values, rate }).to_vec();
        SeriesSet::new(dataset, channels.iter().copied().map(str::to_owned).collect(), series)
    }

    #[test]
    fn only_finite_series_of_the_channels_make_a_set() {
        let good = array![[1.0f32, 2.0], [3.0, 4.0]];
        let with = |channels, other: Array2<f32>| set(channels, [good.clone(), other]);
        assert!(with(&["x", "y"], array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]).is_ok());
        let error = with(&["x", "y"], array![[1.0], [2.0]]).unwrap_err();
        assert!(matches!(error, SeriesError::Width { columns: 1, channels: 2, .. }), "{error}");
        let error = with(&["x", "y"], array![[1.0, 2.0]]).unwrap_err();
        assert!(matches!(error, SeriesError::TooShort { samples: 1, .. }), "{error}");
        let error = with(&["x", "x"], good.clone()).unwrap_err();
        assert!(matches!(error, SeriesError::RepeatedColumn { .. }), "{error}");
        let error = with(&["x", "y"], array![[1.0, 2.0], [3.0, f32::INFINITY]]).unwrap_err();
        assert!(error.to_string().starts_with("a.ts/1, sample 1: channel `y` is inf"), "{error}");

        let whole = with(&["x", "y"], good.clone()).unwrap();
        let error = SeriesSet::new(whole.dataset, whole.channels, whole.series[..1].to_vec());
        assert!(matches!(error, Err(SeriesError::Count { series: 1, clips: 2 })));
    }
}
