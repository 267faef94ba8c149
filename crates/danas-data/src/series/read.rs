//! Series from files.

use std::path::Path;

use danas_space::Rate;
use ndarray::Array2;

use super::{
    MIN_SAMPLES, Series, array,
    columns::{Column, Columns},
    error::SeriesError,
    format::SeriesFormat,
    is_legal, table, timing,
};

/// A series that was read from a file, with the names of its channels.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedSeries {
    /// The name of each channel.
    pub channels: Vec<String>,
    /// The samples.
    pub series: Series,
}

/// Reads the content of a file: a NumPy array (`.npy`) if it starts as one does, else a CSV table.
/// `path` is only named in errors.
///
/// - A table has a row for each sample, separated by commas, semicolons or tabs. The first row
///   contains the names of the columns. If it contains numbers only, the columns have no header, and
///   are named `0`, `1` and so on.
/// - An array has the shape `[samples, channels]` or `[samples]`, and contains integers of up to 64
///   bits, or floating-point numbers of 32 or 64 bits. Its columns are named `0`, `1` and so on.
///
/// The rate is 1 divided by the mean interval between time stamps, as the number with the fewest digits,
/// but at most four, that the resolution of the stamps allows, unless the format states it.
///
/// # Errors
/// [`SeriesError`] for a file that is neither; for cells that are not finite numbers; for columns
/// that are named but missing; for fewer than two samples; for a file without time whose rate is not
/// stated; and for time stamps that do not increase, that leave a gap, whose intervals deviate from their
/// median by more than 20 % (root mean square) and what their resolution explains, or that contradict the
/// stated rate by more than 10 %.
///
/// ```
/// use danas_data::{SeriesFormat, read_series};
///
/// let table = "time_ms,x,y\n0,0.5,1\n20,0.25,2\n40,-0.5,3\n";
/// let loaded = read_series("wave.csv".as_ref(), table.as_bytes(), &SeriesFormat::default())?;
/// assert_eq!(loaded.channels, ["x", "y"]);
/// assert_eq!(loaded.series.rate.hertz(), 50.0);
/// assert_eq!(loaded.series.values.column(0).to_vec(), [0.5, 0.25, -0.5]);
/// # Ok::<(), danas_data::SeriesError>(())
/// ```
pub fn read_series(
    path: &Path,
    bytes: &[u8],
    format: &SeriesFormat,
) -> Result<LoadedSeries, SeriesError> {
    if format.gaps.is_nan() || format.gaps <= 1.0 {
        return Err(SeriesError::Gaps { gaps: format.gaps });
    }
    let columns = match bytes.starts_with(array::MAGIC) {
        true => array::read(path, bytes)?,
        false => table::read(path, bytes)?,
    };
    let samples = columns.rows.len();
    if samples < MIN_SAMPLES {
        return Err(SeriesError::TooShort { path: path.to_owned(), samples });
    }
    let channels = columns.channels(format)?;
    columns.check(&channels)?;
    let rate = rate(&columns, format)?;
    let values = values(&columns, &channels)?;
    let channels = channels.iter().map(|column| column.name.clone()).collect();
    Ok(LoadedSeries { channels, series: Series { values, rate } })
}

/// Returns the rate that the format states, else that of the time stamps.
fn rate(columns: &Columns<'_>, format: &SeriesFormat) -> Result<Rate, SeriesError> {
    let time = columns.time(format)?;
    if let Some(rate) = format.rate {
        // Dates and other texts are no times that could contradict it.
        let numeric = time.filter(|time| time.values.iter().all(|value| value.is_finite()));
        if let Some(time) = numeric {
            timing::check(columns, time, format, rate)?;
        }
        return Ok(rate);
    }
    let time = time.ok_or_else(|| SeriesError::NoRate { path: columns.path.to_owned() })?;
    columns.check(&[time])?;
    timing::rate(columns, time, format)
}

/// Returns the samples of the channels, `[samples, channels]`.
fn values(columns: &Columns<'_>, channels: &[&Column]) -> Result<Array2<f32>, SeriesError> {
    let shape = (columns.rows.len(), channels.len());
    let values = Array2::from_shape_fn(shape, |(row, n)| channels[n].values[row] as f32);
    // Also finds numbers that are too large for single precision.
    match values.indexed_iter().find(|(_, value)| !is_legal(**value)) {
        Some(((row, n), _)) => {
            let text = channels[n].values[row].to_string();
            Err(columns.not_a_number(channels[n], columns.rows[row], text))
        }
        None => Ok(values),
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array3, array};
    use ndarray_npy::{WritableElement, WriteNpyExt};

    use super::{
        super::{error::Row, format::TimeUnit},
        *,
    };

    fn read(text: &str, format: &SeriesFormat) -> Result<LoadedSeries, SeriesError> {
        read_series("folder/file.csv".as_ref(), text.as_bytes(), format)
    }

    fn read_default(text: &str) -> Result<LoadedSeries, SeriesError> {
        read(text, &SeriesFormat::default())
    }

    fn at(hertz: f64) -> SeriesFormat {
        SeriesFormat { rate: Some(Rate::from_hertz(hertz).unwrap()), ..Default::default() }
    }

    /// A table of these times and one channel.
    fn timed(name: &str, times: impl IntoIterator<Item = f64>) -> String {
        let rows: String = times.into_iter().map(|time| format!("{time},1\n")).collect();
        format!("{name},x\n{rows}")
    }

    #[test]
    fn separators_headers_quotes_and_ends_of_lines_are_found() {
        let expected = array![[1.0, -2.5], [3.0, 4e-3], [5.0, 6.0]];
        for (text, channels) in [
            ("time,a,b\n0,1,-2.5\n0.1,3,4e-3\n0.2,5,6\n", ["a", "b"]),
            ("\u{feff}a;b;Time\r\n1;-2.5;0\r\n3;4e-3;0.1\r\n5;6;0.2\r\n", ["a", "b"]),
            ("\n\"a;,1\"\tT\t\"b\"\n1\t0\t-2.5\n3\t.1\t4e-3\n5\t.2\t 6", ["a;,1", "b"]),
            ("\"time\",\"a,\nx\", b\n0,\"1\", -2.5\n0.1,3,4e-3\n0.2,5,6", ["a,\nx", "b"]),
        ] {
            let loaded = read_default(text).unwrap();
            assert_eq!(loaded.channels, channels);
            assert_eq!(loaded.series.values, expected);
            assert_eq!(loaded.series.rate.hertz(), 10.0);
        }
        let loaded = read("1,-2.5\n3,4e-3\n5,6\n", &at(12.5)).unwrap();
        assert_eq!(
            (loaded.channels, loaded.series.values),
            (vec!["0".into(), "1".into()], expected)
        );
    }

    #[test]
    fn channels_are_the_columns_named_or_all_that_contain_numbers() {
        let text = ",time,seconds_elapsed,x,label,y\n0,1e18,0,1,walk,2\n1,2e18,.5,3,run,4\n";
        let loaded = read_default(text).unwrap();
        assert_eq!(
            (loaded.channels, loaded.series.rate.hertz()),
            (vec!["x".into(), "y".into()], 2.0)
        );
        let named = |names: &[&str]| SeriesFormat {
            channels: names.iter().copied().map(str::to_owned).collect(),
            ..Default::default()
        };
        let loaded = read(text, &named(&["y", "x"])).unwrap();
        assert_eq!(loaded.series.values, array![[2.0, 1.0], [4.0, 3.0]]);
        assert!(read(text, &named(&["seconds_elapsed"])).is_ok());
        let clock = read(text, &named(&["time"])).unwrap_err().to_string();
        assert!(clock.contains("from -2^40 to 2^40"), "{clock}");

        let error = read(text, &named(&["x", "z"])).unwrap_err();
        assert!(
            matches!(&error, SeriesError::NoColumn { column, known, key: "channels", .. }
            if column == "z" && known.len() == 6),
            "{error}"
        );
        let error = read(text, &named(&["x", "label"])).unwrap_err().to_string();
        assert!(error.starts_with("folder/file.csv, line 2: column `label` is `walk`"), "{error}");
        let error = read(text, &named(&["x", "x"])).unwrap_err();
        assert!(matches!(error, SeriesError::RepeatedColumn { .. }), "{error}");
        let error = read_default("t,label\n0,a\n1,b\n").unwrap_err();
        assert!(matches!(error, SeriesError::NoChannels { .. }), "{error}");
        let error = read_default("t,x,x\n0,1,2\n1,1,2\n").unwrap_err();
        assert!(matches!(error, SeriesError::RepeatedColumn { .. }), "{error}");
    }

    #[test]
    fn a_cell_that_is_no_number_is_named_with_its_line() {
        for (text, line, column, cell) in [
            ("t,x,y\n0,1,2\n1,2,NaN\n", 3, "y", "NaN"),
            ("t,x,y\r\n0,1,2\r\n1,inf,nan\r\n", 3, "x", "inf"),
            ("t,x,y\r\n\r\n0,1,2\r\n\r\n1,,2\r\n", 5, "x", ""),
            ("t,\"x\n1\",y\n0,1,\"2\"\n1,2,three\n", 4, "y", "three"),
            ("t,x,y\n0,1,2\nnoon,1,2\n", 3, "t", "noon"),
            ("t,x,y\n0,1,2\n1,2,1e39\n", 3, "y", "1000000000000000000000000000000000000000"),
        ] {
            let error = read_default(text).unwrap_err();
            let SeriesError::NotANumber { row, column: found, text, .. } = error else {
                panic!("{error}")
            };
            assert_eq!((row, found.as_str(), text.as_str()), (Row::Line(line), column, cell));
        }
        let error = read_default("t,x\r\n0,1\r\n1,2,3\r\n").unwrap_err();
        assert!(matches!(error, SeriesError::Csv { line: Some(3), .. }), "{error}");
    }

    #[test]
    fn the_rate_comes_from_time_stamps_in_any_unit_unless_it_is_stated() {
        let times = |step: f64| (0..9).map(move |n| 1e3 + step * f64::from(n));
        let jittered = (0..200).map(|n| f64::from(n) + [0.0, 0.2, 0.2, 0.0, 0.0][n as usize % 5]);
        let format = |time_unit| SeriesFormat { time_unit: Some(time_unit), ..Default::default() };
        for (text, format, hertz) in [
            (timed("time", times(0.02)), SeriesFormat::default(), 50.0),
            (timed("Timestamp_ms", times(80.0)), SeriesFormat::default(), 12.5),
            (timed("time", times(9.615)), format(TimeUnit::Milliseconds), 104.0),
            (timed("time_ms", times(625.0)), format(TimeUnit::Microseconds), 1600.0),
            (timed("seconds", jittered), SeriesFormat::default(), 1.0),
            (timed("time", [0.0, 0.04, 0.081]), at(25.0), 25.0),
        ] {
            let loaded = read(&text, &format).unwrap();
            assert_eq!(
                (loaded.channels, loaded.series.rate.hertz()),
                (vec!["x".to_owned()], hertz)
            );
        }
        let own = |time: &str| SeriesFormat { time: Some(time.into()), ..Default::default() };
        let nanoseconds = timed("clock_ns", (0..4).map(|n| 1.7e18 + 1e7 * f64::from(n)));
        assert_eq!(read(&nanoseconds, &own("clock_ns")).unwrap().series.rate.hertz(), 100.0);
        let error = read(&nanoseconds, &own("clock")).unwrap_err();
        assert!(matches!(error, SeriesError::NoColumn { key: "time", .. }), "{error}");
    }

    #[test]
    fn stamps_in_whole_milliseconds_have_the_rate_of_their_mean() {
        for (hertz, count) in [(30.0, 120), (60.0, 240), (104.0, 416), (400.0, 2000), (62.5, 200)] {
            let times = (0..count).map(|n| (f64::from(n) * 1000.0 / hertz).round());
            let loaded = read_default(&timed("time_ms", times)).unwrap();
            assert_eq!(loaded.series.rate.hertz(), hertz);
            let times = (0..count).map(|n| (f64::from(n) * 1e4 / hertz).round() / 1e4);
            assert_eq!(read_default(&timed("t", times)).unwrap().series.rate.hertz(), hertz);
        }
        let odd = (0..500).map(|n| f64::from(n) / 49.98);
        assert_eq!(read_default(&timed("t", odd)).unwrap().series.rate.hertz(), 49.98);
    }

    #[test]
    fn time_may_not_contradict_a_stated_rate() {
        let stated = |hertz: f64| SeriesFormat {
            rate: Some(Rate::from_hertz(hertz).unwrap()),
            ..Default::default()
        };
        let fifty = timed("t", (0..100).map(|n| f64::from(n) / 50.0));
        assert_eq!(read(&fifty, &stated(48.0)).unwrap().series.rate.hertz(), 48.0);
        let error = read(&fifty, &stated(100.0)).unwrap_err();
        assert!(matches!(error, SeriesError::Contradiction { .. }), "{error}");
        let gap = timed("t", [0.0, 0.02, 0.04, 0.2, 0.22]);
        assert!(matches!(read(&gap, &stated(50.0)), Err(SeriesError::Gap { .. })));
        let jitter = timed("t", [0.0, 0.02, 0.034, 0.06, 0.074, 0.1]);
        assert!(read(&jitter, &stated(50.0)).is_ok());
    }

    #[test]
    fn doubtful_time_is_refused_with_its_row() {
        let refuse = |times: &[f64]| read_default(&timed("t", times.iter().copied())).unwrap_err();
        for times in [[0.0, 1.0, 2.0, 1.5], [0.0, 1.0, 2.0, 2.0]] {
            let error = refuse(&times);
            assert!(matches!(error, SeriesError::Time { row: Row::Line(5), .. }), "{error}");
        }
        let error = refuse(&[0.0, 1.0, 2.0, 3.6, 4.6]);
        assert!(
            matches!(error, SeriesError::Gap { row: Row::Line(5), seconds, .. }
            if (seconds - 1.6).abs() < 1e-9),
            "{error}"
        );
        let patient = SeriesFormat { gaps: 2.0, ..Default::default() };
        let times = [0.0, 1.0, 2.0, 3.6, 4.6];
        assert_eq!(read(&timed("t", times), &patient).unwrap().series.rate.hertz(), 1.0);
        let error = refuse(&[0.0, 1.0, 1.5, 2.8, 3.8, 4.3]);
        assert!(
            matches!(error, SeriesError::Jitter { deviation, .. } if deviation > 0.2),
            "{error}"
        );
        let error = refuse(&[0.0, 1e-11, 2e-11]);
        assert!(matches!(error, SeriesError::Rate { .. }), "{error}");
        let none = SeriesFormat { gaps: f64::NAN, ..Default::default() };
        assert!(matches!(read("1\n2\n", &none), Err(SeriesError::Gaps { .. })));
    }

    #[test]
    fn too_few_samples_and_an_unknown_rate_are_refused() {
        for text in ["", "t,x\n", "t,x\n0,1\n", "1,2\n"] {
            let error = read_default(text).unwrap_err();
            assert!(matches!(error, SeriesError::TooShort { .. }), "{error}");
        }
        let error = read_default("x,y\n0,1\n2,3\n").unwrap_err().to_string();
        assert!(error.contains("data.series.rate"), "{error}");
    }

    fn npy<T: WritableElement>(values: &Array2<T>) -> Vec<u8> {
        let mut bytes = Vec::new();
        values.write_npy(&mut bytes).unwrap();
        bytes
    }

    fn read_npy(bytes: &[u8]) -> Result<LoadedSeries, SeriesError> {
        read_series("file.csv".as_ref(), bytes, &at(50.0))
    }

    #[test]
    fn arrays_of_any_type_and_order_are_read() {
        let expected = array![[1.0f32, 2.0], [3.0, 4.0], [5.0, 6.0]];
        let fortran = Array2::from_shape_vec((2, 3), vec![1.0f32, 3.0, 5.0, 2.0, 4.0, 6.0]);
        let fortran = npy(&fortran.unwrap().reversed_axes());
        assert!(String::from_utf8_lossy(&fortran).contains("'fortran_order': True"));
        // Another program's array of big-endian integers.
        let mut big = b"\x93NUMPY\x01\x00\x46\x00".to_vec();
        big.extend(
            format!("{:<69}\n", "{'descr': '>i2', 'fortran_order': False, 'shape': (3, 2), }")
                .bytes(),
        );
        big.extend((1..=6i16).flat_map(i16::to_be_bytes));
        for bytes in [
            npy(&expected),
            npy(&expected.mapv(f64::from)),
            npy(&expected.mapv(|value| value as i8)),
            npy(&expected.mapv(|value| value as u8)),
            npy(&expected.mapv(|value| value as i16)),
            npy(&expected.mapv(|value| value as u16)),
            npy(&expected.mapv(|value| value as i32)),
            npy(&expected.mapv(|value| value as u32)),
            npy(&expected.mapv(|value| value as i64)),
            fortran,
            big,
        ] {
            let loaded = read_npy(&bytes).unwrap();
            assert_eq!(
                (&loaded.channels[..], &loaded.series.values),
                (&["0".into(), "1".into()][..], &expected)
            );
        }
        let mut bytes = Vec::new();
        Array1::from(vec![1.0f32, 2.0]).write_npy(&mut bytes).unwrap();
        assert_eq!(read_npy(&bytes).unwrap().series.values, array![[1.0], [2.0]]);
    }

    #[test]
    fn arrays_without_meaning_are_refused() {
        let mut bytes = Vec::new();
        Array3::<f32>::zeros((2, 3, 4)).write_npy(&mut bytes).unwrap();
        let error = read_npy(&bytes).unwrap_err();
        assert!(
            matches!(&error, SeriesError::Shape { shape, .. } if shape == &[2, 3, 4]),
            "{error}"
        );
        let error = read_npy(&npy(&array![[1.0], [f32::NAN]])).unwrap_err().to_string();
        assert!(error.starts_with("file.csv, sample 1: column `0` is `NaN`"), "{error}");
        let mut cut = npy(&array![[1.0], [2.0]]);
        cut.pop();
        for bytes in [cut, npy(&array![[true], [false]])] {
            let error = read_npy(&bytes).unwrap_err();
            assert!(matches!(error, SeriesError::Npy { .. }), "{error}");
        }
        let error = read_npy(&npy(&array![[1.0]])).unwrap_err();
        assert!(matches!(error, SeriesError::TooShort { samples: 1, .. }), "{error}");
    }
}
