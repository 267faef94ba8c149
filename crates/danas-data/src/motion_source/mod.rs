//! Series of sensors as a source of data: their features at any granularity of motion.

mod anchors;
mod error;
mod lowered;
mod reading;
mod window;

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use danas_dsp::{MOTION_VERSION, MotionExtractor, MotionTables, check_lowering};
use danas_firmware::{FrontEnd, MotionFrontEnd, RawExample};
use danas_space::{Bytes, Digest, Granularity, Infeasible, MotionGranularity, MotionSpace, Rate};
use ndarray::Array4;

use crate::{
    dataset::Dataset,
    distinct::Distinct,
    opening::{self, Broken, Opened},
    part::Part,
    placement::{self, Extent},
    repeated::Repeated,
    series::{Series, SeriesFormat, SeriesSet},
    skipped::Skipped,
    source::DataSource,
    span::Span,
    stacked::{StackError, stacked_by_file},
};
pub use anchors::Anchors;
pub use error::MotionError;
use lowered::Lowered;
use reading::Read;

/// Series of one or more sensors as a [`DataSource`].
///
/// An example is a span of a series: the whole of it, one that a table states, or one of several at
/// regular [`Anchors`]. The network sees a window whose centre is that of the span. Where a window
/// reaches beyond the series, its first or last sample is repeated. Samples that are rounded to fewer
/// bits have the range of the largest magnitude of their channel in all series, raised to a power of two.
///
/// All series are held in memory.
///
/// ```
/// use danas_data::{Broken, Clip, DataSource, Dataset, MotionSource, Series, SeriesSet};
/// use danas_space::{DataSpace, MotionSpace, Rate};
/// use ndarray::Array2;
///
/// let clip = |n: usize| Clip { path: n.to_string().into(), label: n % 2, group: None };
/// let dataset = Dataset::new(["rest", "walk"].map(String::from), [clip(0), clip(1)])?;
/// let rate = Rate::from_hertz(50.0)?;
/// let series = |n| Series { values: Array2::from_elem((200, 3), n as f32), rate };
/// let names = ["ax", "ay", "az"].map(String::from);
/// let set = SeriesSet::new(dataset, names.to_vec(), vec![series(0), series(1)])?;
/// let source = MotionSource::new(set, None, Broken::Refuse)?;
/// assert_eq!(source.typical_window().as_secs(), 4);
/// let space = source.suited(MotionSpace::default());
/// let granularity = space.at(&[1, 2, 0, 0, 0]).ok_or("the space has it")?;
/// assert_eq!(granularity.to_string(), "12.5 Hz raw 2 s ax+ay+az");
/// assert_eq!(source.features(&granularity, &[1, 0])?.dim(), (2, 3, 25, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct MotionSource {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    channels: Vec<String>,
    /// The largest magnitude of each channel, raised to a power of two.
    full_scales: Vec<f32>,
    series: Vec<Series>,
    /// The series of each example, and a digest of it.
    examples: Vec<(usize, Digest)>,
    anchors: Option<Anchors>,
    /// The lowest native rate.
    native: Rate,
    /// All native rates.
    rates: BTreeSet<Rate>,
    lowered: Lowered,
    skipped: Vec<Skipped>,
    repeated: Vec<Repeated>,
}

impl MotionSource {
    /// Reads the files of a dataset, each of them once.
    ///
    /// The channels are those of the format or else those that most files have. The other files must have
    /// them, too, in any order. Channels that only some files have are reported with a warning.
    ///
    /// Of series of a class with the same rate and samples, only the first is used: its copies could
    /// otherwise judge networks that were trained on it. They are [listed](Self::repeated), and
    /// reported with a warning.
    ///
    /// # Errors
    /// [`MotionError`] for files that cannot be used, for the same series in several classes, and for
    /// series without room for an anchor, unless such files are to be skipped; for a span beyond its
    /// series; and for too few series after skipping.
    pub fn open(
        dataset: Dataset,
        format: &SeriesFormat,
        anchors: Option<Anchors>,
        broken: Broken,
    ) -> Result<Self, MotionError> {
        Self::open_with_progress(dataset, format, anchors, broken, &|_, _| {})
    }

    /// Reads a dataset as [`open`](Self::open) does, and reports the progress. `progress` is called
    /// after each file, in any order and on any thread, with the number of files that are read and
    /// the total.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open).
    pub fn open_with_progress(
        dataset: Dataset,
        format: &SeriesFormat,
        anchors: Option<Anchors>,
        broken: Broken,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Self, MotionError> {
        let read = Read::files(&dataset, format, broken, progress)?;
        Self::of(dataset, read, anchors, broken)
    }

    /// Takes series that were read elsewhere.
    ///
    /// # Errors
    /// The errors of [`open`](Self::open) that are not about reading files.
    pub fn new(
        set: SeriesSet,
        anchors: Option<Anchors>,
        broken: Broken,
    ) -> Result<Self, MotionError> {
        let (dataset, read) = Read::set(set);
        Self::of(dataset, read, anchors, broken)
    }

    fn of(
        dataset: Dataset,
        read: Read,
        anchors: Option<Anchors>,
        broken: Broken,
    ) -> Result<Self, MotionError> {
        let Read { channels, series, of_clips, skipped } = read;
        let digests: Vec<Digest> = series.iter().map(reading::digest).collect();
        let found = of_clips.iter().map(|index| index.map(|index| (index, digests[index])));
        let opened = Opened { found: found.collect(), skipped };
        let extent = |&(index, content): &(usize, Digest)| Extent {
            content,
            samples: series[index].values.nrows(),
            rate: series[index].rate.hertz(),
        };
        let extents: Vec<_> = opened.found.iter().map(|one| one.as_ref().map(extent)).collect();
        placement::check(&dataset, &extents)?;
        let Distinct { dataset, found: examples, mut skipped, repeated } =
            Distinct::of(&dataset, opened, broken, |&(_, digest)| digest)?;
        let (dataset, examples) = match anchors {
            Some(anchors) => {
                let before = skipped.len();
                let divided = anchors.divide(&dataset, &examples, &series, broken, &mut skipped)?;
                opening::report(&skipped[before..]);
                divided
            }
            None => (dataset, examples),
        };
        let (series, examples) = used(series, examples);
        let rates: BTreeSet<Rate> = series.iter().map(|series| series.rate).collect();
        let native = rates.first().copied().ok_or(MotionError::NoSeries)?;
        let (labels, groups) = (dataset.labels(), dataset.groups());
        let (full_scales, lowered) = (full_scales(&series, channels.len()), Lowered::default());
        Ok(Self {
            dataset,
            labels,
            groups,
            channels,
            full_scales,
            series,
            examples,
            anchors,
            native,
            rates,
            lowered,
            skipped,
            repeated,
        })
    }

    /// Lowers the rate of all series to some rates. The results are kept if they fit into `memory`, the
    /// lowest rates first. Features at other rates can be computed as well, but their series are
    /// lowered again each time.
    #[must_use]
    pub fn prepared(self, rates: impl Iterator<Item = Rate>, memory: Bytes) -> Self {
        let lowered = Lowered::new(&self.series, rates, memory);
        Self { lowered, ..self }
    }

    /// Returns a space with rates, windows and channels that suit these data wherever it lists none;
    /// see [`MotionSpace::suited`](danas_space::MotionSpace::suited).
    #[must_use]
    pub fn suited(&self, space: MotionSpace) -> MotionSpace {
        space.suited(self.native, &self.channels, self.typical_window())
    }

    /// Returns the length of a window that suits these data: the room of the anchors, or else the
    /// median length of the examples, rounded down to three digits.
    #[must_use]
    pub fn typical_window(&self) -> Duration {
        let mut seconds: Vec<f64> =
            (0..self.examples.len()).map(|example| self.room(example)).collect();
        seconds.sort_by(f64::total_cmp);
        let median = seconds.get(seconds.len() / 2).copied().unwrap_or(0.0).clamp(1e-3, 3600.0);
        let unit = 10_f64.powi(median.log10().floor() as i32 - 2);
        // The division of a multiple of the unit may fall just short of a whole number.
        let units = (median / unit + 1e-6).floor();
        Duration::from_micros((units * unit * 1e6).round() as u64)
    }

    /// Returns the names of the channels.
    #[must_use]
    pub fn channels(&self) -> &[String] {
        &self.channels
    }

    /// Returns the lowest native rate among the series. Granularities with a higher rate are
    /// infeasible.
    #[must_use]
    pub const fn native_rate(&self) -> Rate {
        self.native
    }

    /// Returns the examples, each with its span of a file.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Returns the files that were [skipped](Broken::Skip).
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns the files that are not used, because they are the same as an earlier one of their
    /// class.
    #[must_use]
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    /// Returns the full scales of some columns.
    fn full_scales_of(&self, columns: &[usize]) -> Vec<f32> {
        columns.iter().map(|&column| self.full_scales[column]).collect()
    }

    /// Returns the seconds of an example's span that a window may take.
    fn room(&self, example: usize) -> f64 {
        let whole = || self.series[self.examples[example].0].seconds();
        self.span(example).map(|span| span.seconds()).filter(|&it| it > 0.0).unwrap_or_else(whole)
    }
}

impl DataSource for MotionSource {
    type Granularity = MotionGranularity;
    type Error = MotionError;

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

    fn span(&self, example: usize) -> Option<Span> {
        self.dataset.span(example)
    }

    fn check(&self, granularity: &MotionGranularity) -> Result<(), Infeasible> {
        let (wanted, native) = (granularity.rate, self.native);
        if wanted > native {
            return Err(Infeasible::AboveNativeRate { wanted, native });
        }
        for &rate in self.rates.iter().filter(|&&rate| rate != wanted) {
            let checked = check_lowering(rate, wanted);
            checked.map_err(|error| Infeasible::Data(error.to_string()))?;
        }
        if let Err(missing) = self.columns(granularity) {
            let known = self.channels.join(", ");
            return Err(Infeasible::Data(format!(
                "the data have no channel `{missing}`; their channels are [{known}]"
            )));
        }
        let room = (0..self.examples.len()).map(|example| self.room(example));
        let longest = room.fold(0.0, f64::max);
        let window = granularity.window.as_secs_f64();
        if window > longest + 1e-6 {
            return Err(Infeasible::Data(match self.anchors {
                Some(Anchors { room, .. }) => {
                    format!("a window of {window} s exceeds the room of {room} s around an example")
                }
                None => format!("a window of {window} s exceeds the longest example, {longest} s"),
            }));
        }
        Ok(())
    }

    fn fingerprint(&self) -> String {
        let digests: Vec<Digest> = self.examples.iter().map(|&(_, digest)| digest).collect();
        let mut parts = self.dataset.fingerprint_parts(&digests);
        parts.extend(self.channels.iter().map(|name| name.as_bytes().to_vec()));
        let series = Digest::of_parts(parts.iter().map(Vec::as_slice));
        // JSON, so that the error of a journal says which of the two differs.
        format!(r#"{{"motion":{MOTION_VERSION},"series":"{series}"}}"#)
    }

    fn features(
        &self,
        granularity: &MotionGranularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, MotionError> {
        let infeasible =
            |source| MotionError::Infeasible { granularity: Box::new(granularity.clone()), source };
        self.check(granularity).map_err(infeasible)?;
        granularity.input_shape().map_err(infeasible)?;
        let columns = self.columns(granularity).unwrap_or_default();
        let full_scales = self.full_scales_of(&columns);
        let extractor = MotionExtractor::new(granularity)
            .map_err(|error| infeasible(Infeasible::Data(error.to_string())))?;
        // A series that is not kept at this rate is lowered once for its examples.
        let file_of = |example: usize| self.examples[example].0;
        let open = |_| OnceCell::new();
        let stacked = stacked_by_file(granularity, examples, file_of, open, |kept, example, to| {
            let values = match kept.get() {
                Some(values) => values,
                None => {
                    let values = self.at_rate(granularity.rate, example)?;
                    kept.get_or_init(|| values)
                }
            };
            let window = self.window(granularity, &columns, values, example);
            let features = extractor.extract(window.view(), &full_scales);
            let features = features.map_err(|source| self.unusable(example, source))?;
            to.iter_mut().zip(&features).for_each(|(to, &value)| *to = value);
            Ok(())
        });
        stacked.map_err(|error| match error {
            StackError::Example(error) => error,
            StackError::TooLarge => {
                MotionError::TooLarge { granularity: Box::new(granularity.clone()) }
            }
        })
    }

    /// Returns a front end for series at the lowest native rate.
    fn front_end(&self, granularity: &MotionGranularity) -> Option<FrontEnd> {
        let full_scales = self.full_scales_of(&self.columns(granularity).ok()?);
        let front_end = MotionFrontEnd::new(granularity, self.native, &full_scales).ok()?;
        Some(FrontEnd::Motion(Box::new(front_end)))
    }

    /// Returns the window of an example at the native rate; `None` for series of higher rates than the
    /// lowest one.
    fn raw(
        &self,
        granularity: &MotionGranularity,
        example: usize,
    ) -> Result<Option<RawExample>, MotionError> {
        let series = &self.series[self.examples[example].0];
        let Ok(columns) = self.columns(granularity) else { return Ok(None) };
        if series.rate != self.native {
            return Ok(None);
        }
        let native = MotionTables::at_native_rate(granularity, self.native);
        let window = self.window(&native, &columns, &series.values, example);
        Ok(Some(RawExample::Float(window.into_iter().collect())))
    }
}

/// Returns the series that examples are of, each once, and the examples with their new indices.
fn used(
    series: Vec<Series>,
    examples: Vec<(usize, Digest)>,
) -> (Vec<Series>, Vec<(usize, Digest)>) {
    let used: BTreeSet<usize> = examples.iter().map(|&(index, _)| index).collect();
    let new: BTreeMap<usize, usize> = used.iter().copied().zip(0..).collect();
    let kept = series.into_iter().enumerate().filter(|(index, _)| used.contains(index));
    let examples = examples.into_iter().map(|(index, digest)| (new[&index], digest)).collect();
    (kept.map(|(_, series)| series).collect(), examples)
}

/// Returns the largest magnitude of each channel, raised to a power of two, as the range of its sensor.
fn full_scales(series: &[Series], channels: usize) -> Vec<f32> {
    let largest = |channel: usize| {
        let values = series.iter().flat_map(|series| series.values.column(channel));
        values.fold(0.0_f32, |largest, value| largest.max(value.abs()))
    };
    let raised = |largest: f32| if largest > 0.0 { largest.log2().ceil().exp2() } else { 1.0 };
    (0..channels).map(largest).map(raised).collect()
}

#[cfg(test)]
mod tests;
