//! Series in NumPy arrays.

use std::path::Path;

use ndarray::{ArrayD, Axis, Ix2};
use ndarray_npy::{ReadNpyError, ReadNpyExt, ReadableElement};

use super::{
    columns::{Column, Columns},
    error::{Row, SeriesError},
};

/// The first bytes of every NumPy array.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// Reads an array of the shape `[samples, channels]` or `[samples]`. Its columns are named by
/// number.
pub(super) fn read<'a>(path: &'a Path, bytes: &[u8]) -> Result<Columns<'a>, SeriesError> {
    let array = numbers(bytes)
        .map_err(|source| SeriesError::Npy { path: path.to_owned(), source: source.into() })?;
    let shape = array.shape().to_vec();
    let columned = match shape.len() {
        1 => array.insert_axis(Axis(1)),
        _ => array,
    };
    let values = columned
        .into_dimensionality::<Ix2>()
        .map_err(|_| SeriesError::Shape { path: path.to_owned(), shape })?;
    let mut columns: Vec<Column> =
        (0..values.ncols()).map(|n| Column::new(n.to_string())).collect();
    for (values, column) in values.columns().into_iter().zip(&mut columns) {
        for (sample, &value) in values.iter().enumerate() {
            column.push_value(Row::Sample(sample), Some(value), || value.to_string());
        }
    }
    Ok(Columns { path, columns, rows: (0..values.nrows()).map(Row::Sample).collect() })
}

/// Reads numbers of any type that an `f64` represents.
fn numbers(bytes: &[u8]) -> Result<ArrayD<f64>, ReadNpyError> {
    let readers =
        [of::<f32>, of::<f64>, of::<i16>, of::<u16>, of::<i8>, of::<u8>, of::<i32>, of::<u32>];
    for read in readers {
        match read(bytes) {
            Err(ReadNpyError::WrongDescriptor(_)) => {}
            result => return result,
        }
    }
    // NumPy's default type of integers. Samples of sensors are below the 2^53 that are exact.
    let integers = ArrayD::<i64>::read_npy(bytes)?;
    Ok(integers.mapv(|value| value as f64))
}

fn of<T: ReadableElement + Copy + Into<f64>>(bytes: &[u8]) -> Result<ArrayD<f64>, ReadNpyError> {
    Ok(ArrayD::<T>::read_npy(bytes)?.mapv(Into::into))
}
