//! Label tracks: text files that say where in a recording the events of each class are.

use std::{fs, path::Path};

use crate::{label_track_error::LabelTrackError, manifest::line_of, span::Span};

/// Extensions of the files that are label tracks.
pub(crate) const EXTENSIONS: [&str; 2] = ["txt", "csv"];

/// A span of a recording with a label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Label {
    pub(crate) span: Span,
    pub(crate) text: String,
}

/// Reads the label track in a file: a CSV table with the columns `start`, `end` and `label` if it
/// has the extension `csv`, or else the text that Audacity exports.
pub(crate) fn read(file: &Path) -> Result<Vec<Label>, LabelTrackError> {
    let bytes =
        fs::read(file).map_err(|source| LabelTrackError::Read { file: file.to_owned(), source })?;
    let text = str::from_utf8(&bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to());
        let line = before.filter(|&&byte| byte == b'\n').count() as u64 + 1;
        LabelTrackError::Encoding { file: file.to_owned(), line }
    })?;
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match file.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("csv") => of_table(file, text),
        _ => of_text(file, text),
    }
}

/// Reads lines with a start, an end and a label, separated by tabs. Lines that begin with a
/// backslash are skipped: they hold the frequencies of the label before them.
fn of_text(file: &Path, text: &str) -> Result<Vec<Label>, LabelTrackError> {
    let used = |line: &str| !line.trim().is_empty() && !line.starts_with('\\');
    let lines = (1..).zip(text.lines()).filter(|(_, text)| used(text));
    let label = |(line, text): (u64, &str)| match text.split('\t').collect::<Vec<_>>()[..] {
        [start, end, text] => label(file, line, [start, end], text),
        [_, _] => Err(LabelTrackError::NoLabel { file: file.to_owned(), line }),
        _ => Err(LabelTrackError::Fields { file: file.to_owned(), line }),
    };
    lines.map(label).collect()
}

/// Reads a CSV table. Columns besides `start`, `end` and `label` are ignored.
fn of_table(file: &Path, text: &str) -> Result<Vec<Label>, LabelTrackError> {
    let line = |at: &csv::Position| line_of(text.as_bytes(), at);
    let invalid = |error: csv::Error| LabelTrackError::Csv {
        file: file.to_owned(),
        line: error.position().map(line),
        source: error.into(),
    };
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let names = table.headers().map_err(invalid)?;
    let index = |column: &'static str| {
        names.iter().position(|name| name == column).ok_or_else(|| LabelTrackError::NoColumn {
            file: file.to_owned(),
            column,
            known: names.iter().map(str::to_owned).collect(),
        })
    };
    let columns = [index("start")?, index("end")?, index("label")?];
    let mut labels = Vec::new();
    for record in table.records() {
        let record = record.map_err(invalid)?;
        let [start, end, text] = columns.map(|column| record.get(column).unwrap_or_default());
        labels.push(label(file, record.position().map_or(0, line), [start, end], text)?);
    }
    Ok(labels)
}

fn label(
    file: &Path,
    line: u64,
    [start, end]: [&str; 2],
    text: &str,
) -> Result<Label, LabelTrackError> {
    let file = || file.to_owned();
    let seconds = |text: &str| {
        let text = text.trim();
        text.parse::<f64>().map_err(|_| LabelTrackError::Number {
            file: file(),
            line,
            text: text.to_owned(),
        })
    };
    let (start, end, text) = (seconds(start)?, seconds(end)?, text.trim().to_owned());
    let Ok(span) = Span::new(start, end) else {
        return Err(LabelTrackError::Span { file: file(), line, start, end });
    };
    if text.is_empty() {
        return Err(LabelTrackError::NoLabel { file: file(), line });
    }
    Ok(Label { span, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a label track with this name and content.
    fn track(name: &str, content: impl AsRef<[u8]>) -> Result<Vec<Label>, LabelTrackError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        fs::write(&file, content).unwrap();
        read(&file)
    }

    /// Returns the message of the error, without the folder of the file.
    fn message(name: &str, content: impl AsRef<[u8]>) -> String {
        let message = track(name, content).unwrap_err().to_string();
        message[message.find(name).unwrap()..].to_owned()
    }

    fn label(start: f64, end: f64, text: &str) -> Label {
        Label { span: Span::new(start, end).unwrap(), text: text.to_owned() }
    }

    #[test]
    fn the_text_of_audacity_is_read() {
        let expected = [label(0.5, 1.25, "long call"), label(2.0, 2.0, "Töne")];
        let text = "0.500000\t1.250000\tlong call\n\\\t100.0\t2000.0\n2\t2\t Töne \n";
        let windows = format!("\u{feff}{}\r\n", text.replace('\n', "\r\n"));
        for text in [text, text.trim_end(), &windows] {
            assert_eq!(track("a.txt", text).unwrap(), expected);
        }
        assert_eq!(track("a.txt", "").unwrap(), []);
    }

    #[test]
    fn a_table_is_read() {
        let expected = [label(0.5, 1.25, "a, b"), label(2.0, 2.0, "c")];
        let text = "end,who,start,label\n1.25,ann,0.5,\"a, b\"\n\n 2 ,, 2 ,c\n";
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        for text in [text, &windows] {
            assert_eq!(track("a.CSV", text).unwrap(), expected);
        }
    }

    #[test]
    fn errors_name_file_and_line() {
        let good = "0\t1\ta\r\n";
        for (text, expected) in [
            ("1 2 b", "a line must have a start, an end and a label, separated by tabs"),
            ("1\t2\tb\t3", "a line must have a start, an end and a label, separated by tabs"),
            ("1\t2", "the label is empty; name the class of the span"),
            ("1\t2\t ", "the label is empty; name the class of the span"),
            ("1,5\t2\tb", "`1,5` is not a number of seconds, such as 1.5"),
            (
                "2\t1.5\tb",
                "a span from 2 s to 1.5 s is invalid: it must start at 0 s or later, and must not \
                 end before it starts",
            ),
        ] {
            let line = format!("a.txt, line 3: {expected}");
            assert_eq!(message("a.txt", format!("{good}\\\t1\t2\r\n{text}")), line);
        }
        let latin = b"0\t1\ta\n1\t2\tT\xf6ne\n";
        assert_eq!(
            message("a.txt", latin),
            "a.txt, line 2: the text is not UTF-8; save it in this encoding"
        );
        let wide: Vec<u8> = "\u{feff}0\t1\ta".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(message("a.txt", wide).starts_with("a.txt, line 1: the text is not UTF-8"));
    }

    #[test]
    fn errors_of_tables_name_file_and_line() {
        assert_eq!(
            message("a.csv", "start;end;label\n"),
            "a.csv has no column `start`; its columns are [start;end;label], but must be `start`, \
             `end` and `label`"
        );
        for (row, expected) in [
            ("1,x,b", ": `x` is not a number of seconds, such as 1.5"),
            ("1,2,", ": the label is empty; name the class of the span"),
            ("1,2", ", is not a row of a CSV table"),
        ] {
            for end in ["\n", "\r\n"] {
                let table = ["start,end,label", "0,1,a", row].join(end);
                assert_eq!(message("a.csv", table), format!("a.csv, line 3{expected}"));
                let spaced = ["", "start,end,label", "0,1,a", "", "", row].join(end);
                assert_eq!(message("a.csv", spaced), format!("a.csv, line 6{expected}"));
            }
        }
    }
}
