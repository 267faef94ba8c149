//! The parser of a `.ts` file.

use std::{io::BufRead, path::Path};

use ndarray::Array2;

use super::error::UeaError;

/// A labelled series.
pub(super) struct Case {
    /// The index of its class.
    pub(super) label: usize,
    /// The samples, `[samples, channels]`.
    pub(super) values: Array2<f32>,
}

/// Reads a file line by line, whose header was read already.
pub(super) struct Parser<'a, R> {
    path: &'a Path,
    text: R,
    line: u64,
    classes: Vec<String>,
    /// The number of channels of the first case.
    channels: Option<usize>,
}

impl<'a, R: BufRead> Parser<'a, R> {
    /// Reads the header. `classes` replaces the classes that it lists.
    pub(super) fn new(
        path: &'a Path,
        text: R,
        classes: Option<Vec<String>>,
    ) -> Result<Self, UeaError> {
        let mut parser = Self { path, text, line: 0, classes: Vec::new(), channels: None };
        loop {
            let Some(line) = parser.next_line()? else {
                return Err(UeaError::NoData { path: path.to_owned() });
            };
            let mut words = line.split_whitespace();
            let tag = words.next().unwrap_or_default().to_ascii_lowercase();
            let is_true = words.next().is_some_and(|word| word.eq_ignore_ascii_case("true"));
            match tag.as_str() {
                "@data" => break,
                "@timestamps" if is_true => return Err(parser.time_stamps()),
                "@classlabel" if is_true => parser.classes = words.map(str::to_owned).collect(),
                tag if tag.starts_with('@') => {}
                _ => {
                    let text = line.chars().take(40).collect();
                    return Err(UeaError::Tag { path: path.to_owned(), line: parser.line, text });
                }
            }
        }
        if parser.classes.is_empty() {
            return Err(UeaError::NoClasses { path: path.to_owned() });
        }
        parser.classes = classes.unwrap_or(parser.classes);
        Ok(parser)
    }

    pub(super) fn into_classes(self) -> Vec<String> {
        self.classes
    }

    /// Reads the next case, if there is one.
    pub(super) fn next_case(&mut self) -> Result<Option<Case>, UeaError> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        if line.starts_with('(') {
            return Err(self.time_stamps());
        }
        let (path, number) = (|| self.path.to_owned(), self.line);
        // Without a colon, there are values but no class.
        let (channels, class) = match line.rsplit_once(':') {
            Some((values, class)) => (values.split(':').collect(), class.trim()),
            None => (Vec::new(), ""),
        };
        let expected = self.channels.unwrap_or(channels.len().max(1));
        if channels.len() != expected {
            let channels = channels.len();
            return Err(UeaError::Channels { path: path(), line: number, channels, expected });
        }
        let Some(label) = self.classes.iter().position(|known| known == class) else {
            let (class, known) = (class.to_owned(), self.classes.clone());
            return Err(UeaError::UnknownClass { path: path(), line: number, class, known });
        };
        let values = self.values(&channels)?;
        self.channels = Some(expected);
        Ok(Some(Case { label, values }))
    }

    /// Reads the values of each channel.
    fn values(&self, channels: &[&str]) -> Result<Array2<f32>, UeaError> {
        let (path, line) = (|| self.path.to_owned(), self.line);
        let expected = channels.first().map_or(0, |values| values.split(',').count());
        let mut values = Array2::zeros((expected, channels.len()));
        for ((channel, cells), mut column) in channels.iter().enumerate().zip(values.columns_mut())
        {
            let samples = cells.split(',').count();
            if samples != expected {
                return Err(UeaError::Lengths { path: path(), line, channel, samples, expected });
            }
            for ((sample, cell), value) in
                cells.split(',').map(str::trim).enumerate().zip(&mut column)
            {
                let number = cell.parse().ok().filter(|number: &f32| number.is_finite());
                *value = number.ok_or_else(|| UeaError::Value {
                    path: path(),
                    line,
                    channel,
                    sample,
                    text: cell.to_owned(),
                })?;
            }
        }
        Ok(values)
    }

    /// Returns the next line that is neither blank nor a comment, without the space around it.
    fn next_line(&mut self) -> Result<Option<String>, UeaError> {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.text.read_line(&mut line);
            let read =
                read.map_err(|source| UeaError::Read { path: self.path.to_owned(), source })?;
            self.line += 1;
            let content = line.trim();
            if read == 0 {
                return Ok(None);
            }
            if !content.is_empty() && !content.starts_with('#') {
                return Ok(Some(content.to_owned()));
            }
        }
    }

    fn time_stamps(&self) -> UeaError {
        UeaError::TimeStamps { path: self.path.to_owned(), line: self.line }
    }
}
