//! A file in the acquisition format.

use std::{fmt, fs, path::Path};

use danas::{data::Series, space::Rate};
use ndarray::Array2;
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::error::EdgeImpulseError;

#[derive(Deserialize)]
struct Sample {
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    interval_ms: Number,
    sensors: Vec<Sensor>,
    values: Vec<Values>,
}

#[derive(Deserialize)]
struct Sensor {
    name: String,
}

/// Reads a file: the names of its sensors, and their samples.
pub(super) fn read(path: &Path) -> Result<(Vec<String>, Series), EdgeImpulseError> {
    let bytes = fs::read(path)
        .map_err(|source| EdgeImpulseError::Read { path: path.to_owned(), source })?;
    let is_json = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
    let sample: Result<Sample, Box<dyn std::error::Error + Send + Sync>> = match is_json {
        true => serde_json::from_slice(&bytes).map_err(Into::into),
        false => ciborium::from_reader(bytes.as_slice()).map_err(Into::into),
    };
    let payload =
        sample.map_err(|source| EdgeImpulseError::Parse { path: path.to_owned(), source })?.payload;
    let interval_ms = payload.interval_ms.0;
    let rate = Rate::from_hertz(1000.0 / interval_ms).map_err(|source| {
        EdgeImpulseError::Interval { path: path.to_owned(), interval_ms, source }
    })?;
    let channels = payload.sensors.len();
    for (sample, Values(values)) in payload.values.iter().enumerate() {
        if values.len() != channels {
            let (path, values, sensors) = (path.to_owned(), values.len(), channels);
            return Err(EdgeImpulseError::Width { path, sample, values, sensors });
        }
    }
    let shape = (payload.values.len(), channels);
    let values = Array2::from_shape_fn(shape, |(sample, n)| payload.values[sample].0[n].0 as f32);
    let names = payload.sensors.into_iter().map(|sensor| sensor.name).collect();
    Ok((names, Series { values, rate }))
}

/// A number. CBOR tells whole numbers from others, and a device may write either.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        Ok(Number(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }
}

/// The values of all sensors at one moment. That of a single sensor need not be in a list.
struct Values(Vec<Number>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValuesVisitor)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or a list of numbers")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Values, E> {
        Ok(Values(vec![Number(value)]))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Values, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Values, E> {
        self.visit_f64(value as f64)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Values(values))
    }
}
