//! Temperature curves as a kind of data: how often a temperature is taken, and with which sensors,
//! is searched over together with the network.

use std::{error::Error, fmt, path::Path};

use danas::{
    DataError, DefaultPreset, FileSource, FolderConfig, Modality,
    space::{Axis, Bytes, DataSpace, Granularity, Infeasible, Scale, Shape},
};
use ndarray::{Array2, Array3};
use serde::{Deserialize, Serialize};

/// Rows of a file, one for each minute, and its columns, one for each sensor.
pub(crate) const MINUTES: usize = 120;
pub(crate) const SENSORS: usize = 3;

/// A temperature from each of the first sensors, every so many minutes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Sampling {
    interval: usize,
    sensors: usize,
}

impl fmt::Display for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "every {} min, {} sensors", self.interval, self.sensors)
    }
}

impl Granularity for Sampling {
    fn input_shape(&self) -> Result<Shape, Infeasible> {
        match MINUTES.checked_div(self.interval) {
            Some(samples) if self.sensors <= SENSORS => Ok(Shape::new(self.sensors, samples, 1)),
            _ => Err(Infeasible::Data(format!("there are no data {self}"))),
        }
    }

    fn input_buffer(&self) -> Bytes {
        let samples = self.input_shape().ok().and_then(Shape::elements).unwrap_or(0);
        Bytes((samples * size_of::<i16>()) as u64)
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("interval", self.interval.to_string()), ("sensors", self.sensors.to_string())]
    }
}

/// The intervals to choose from, in minutes, and the numbers of sensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Samplings {
    intervals: Vec<usize>,
    sensors: Vec<usize>,
}

impl Default for Samplings {
    fn default() -> Self {
        Self { intervals: vec![2, 5, 10], sensors: vec![1, 2, 3] }
    }
}

impl DataSpace for Samplings {
    type Granularity = Sampling;

    fn axes(&self) -> Vec<Axis> {
        let axis = |name, values: &[usize]| Axis { name, len: values.len(), scale: Scale::Ordered };
        vec![axis("interval", &self.intervals), axis("sensors", &self.sensors)]
    }

    fn at(&self, position: &[usize]) -> Option<Sampling> {
        let &[interval, sensors] = position else { return None };
        let (interval, sensors) = (*self.intervals.get(interval)?, *self.sensors.get(sensors)?);
        Some(Sampling { interval, sensors })
    }

    fn position(&self, granularity: &Sampling) -> Option<Vec<usize>> {
        let place = |values: &[usize], value| values.iter().position(|&it| it == value);
        let Sampling { interval, sensors } = *granularity;
        Some(vec![place(&self.intervals, interval)?, place(&self.sensors, sensors)?])
    }
}

/// This kind of data. Everything else, from the configuration to the report, follows from it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Temperature {}

impl Modality for Temperature {
    const KIND: &'static str = "temperature";

    type Space = Samplings;
    type Data = FolderConfig;
    type Source = FileSource<Sampling, Array2<f32>>;
    type Preset = DefaultPreset;

    fn read(data: &FolderConfig, folder: &Path) -> Result<Self::Source, DataError> {
        Ok(FileSource::open(data.dataset(folder, &["csv"])?, curve, features)?)
    }
}

/// Reads a file with a row for each minute and a column for each sensor.
fn curve(bytes: &[u8]) -> Result<Array2<f32>, Box<dyn Error + Send + Sync>> {
    let numbers = str::from_utf8(bytes)?.split([',', '\n']).map(str::trim);
    let numbers = numbers.filter(|it| !it.is_empty()).map(str::parse);
    let values = numbers.collect::<Result<Vec<f32>, _>>()?;
    if values.len() != MINUTES * SENSORS || !values.iter().all(|it| it.is_finite()) {
        return Err(format!("expected {MINUTES} rows of {SENSORS} finite numbers").into());
    }
    Ok(Array2::from_shape_vec((MINUTES, SENSORS), values)?)
}

/// Returns a row for each sensor and a column for each sample.
fn features(sampling: &Sampling, curve: &Array2<f32>) -> Array3<f32> {
    let Sampling { interval, sensors } = *sampling;
    let shape = (sensors, MINUTES / interval, 1);
    Array3::from_shape_fn(shape, |(sensor, n, _)| curve[[n * interval, sensor]])
}
