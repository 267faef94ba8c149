//! Tables with spans, and tables of splits.

use std::fs;

use danas_data::{
    AudioSource, Broken, Dataset, DatasetError, Manifest, ManifestError, Part, Split, SplitConfig,
    SplitError, write_split,
};
use tempfile::TempDir;

use crate::support::{noise, span, write_wav};

/// Writes a table for two recordings of a second.
fn folder(table: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, seed) in [("x/1.wav", 1), ("2.wav", 2)] {
        write_wav(&folder.path().join(name), &noise(seed, 8000));
    }
    fs::write(folder.path().join("table.csv"), table).unwrap();
    folder
}

fn read(folder: &TempDir) -> Result<Dataset, DatasetError> {
    Dataset::from_manifest(folder.path(), &Manifest::new(folder.path().join("table.csv")))
}

#[test]
fn rows_are_spans_of_files() {
    let table = "path,class,start,end\n\
        x/1.wav,a,0.25,0.5\n\
        x/./1.wav,b,0.5,0.5\n\
        2.wav,a,,\n\
        2.wav,b,0.1,0.4\n\
        2.wav,a,0.3,0.6\n";
    let dataset = read(&folder(table)).unwrap();
    let spans = [span(0.25, 0.5), span(0.5, 0.5), None, span(0.1, 0.4), span(0.3, 0.6)];
    assert_eq!(dataset.spans(), Some(&spans[..]));
    assert_eq!(dataset.labels(), [0, 1, 0, 1, 0]);
    let groups = ["x/1.wav", "x/1.wav", "2.wav", "2.wav", "2.wav"];
    assert_eq!(dataset.groups().unwrap(), groups);
}

#[test]
fn columns_without_a_number_mean_whole_files() {
    for table in
        ["path,class\nx/1.wav,a\n2.wav,b\n", "path,class,start,end\nx/1.wav,a,,\n2.wav,b,,\n"]
    {
        let dataset = read(&folder(table)).unwrap();
        assert_eq!((dataset.spans(), dataset.groups()), (None, None));
    }
}

#[test]
fn columns_of_spans_have_any_names() {
    let table = folder("path,class,from,to\nx/1.wav,a,0,0.5\n2.wav,b,0.5,1\n");
    assert_eq!(read(&table).unwrap().spans(), None);
    let mut manifest = Manifest::new(table.path().join("table.csv"));
    manifest.start = Some("from".to_owned());
    let error = Dataset::from_manifest(table.path(), &manifest).unwrap_err();
    let DatasetError::Manifest(ManifestError::NoColumn { column, .. }) = &error else {
        panic!("{error}")
    };
    assert_eq!(column, "end");
    manifest.end = Some("to".to_owned());
    let dataset = Dataset::from_manifest(table.path(), &manifest).unwrap();
    assert_eq!(dataset.spans(), Some(&[span(0.0, 0.5), span(0.5, 1.0)][..]));
}

#[test]
fn what_is_wrong_with_a_span_is_named_with_its_line() {
    for (row, expected) in [
        (
            "2.wav,b,soon,1",
            "column `start` must be a number of seconds, such as 1.5, but is `soon`",
        ),
        ("2.wav,b,0,1 s", "column `end` must be a number of seconds, such as 1.5, but is `1 s`"),
        ("2.wav,b,,1", "column `start` is empty"),
        ("2.wav,b,1,", "column `end` is empty"),
        (
            "2.wav,b,-1,1",
            "a span from -1 s to 1 s is invalid: it must start at 0 s or later, and must not end \
             before it starts",
        ),
        (
            "2.wav,b,1,nan",
            "a span from 1 s to NaN s is invalid: it must start at 0 s or later, and must not end \
             before it starts",
        ),
    ] {
        for end in ["\n", "\r\n"] {
            let table = folder(&["path,class,start,end", "x/1.wav,a,0,1", "", row].join(end));
            let error = read(&table).unwrap_err().to_string();
            let path = table.path().join("table.csv");
            assert_eq!(error, format!("{}, line 4: {expected}", path.display()));
        }
    }
}

#[test]
fn a_span_in_two_rows_is_refused() {
    let table = folder("path,class,start,end\n2.wav,a,0,1\nx/1.wav,b,0,1\n2.wav,b,0.0,1.0\n");
    let error = read(&table).unwrap_err().to_string();
    assert!(error.contains("table.csv, line 4: "), "{error}");
    assert!(error.ends_with("2.wav (0 s to 1 s) is in line 2 already"), "{error}");
}

#[test]
fn a_given_split_that_divides_a_recording_is_refused() {
    let table = folder(
        "path,class,start,end,part\n\
         x/1.wav,a,0,0.5,train\nx/1.wav,b,0.5,1,test\n2.wav,a,0,0.5,test\n2.wav,b,0.5,1,train\n",
    );
    let source = AudioSource::open(read(&table).unwrap(), None, Broken::Refuse).unwrap();
    let error = Split::of(&SplitConfig::default(), &source).unwrap_err();
    let parts = [Part::Train, Part::Test];
    assert_eq!(error, SplitError::GivenDividesGroup { group: "x/1.wav".to_owned(), parts });
    assert!(error.to_string().starts_with(
        "the split that comes with the data puts group `x/1.wav` into both the train and the test part"
    ));
}

#[test]
fn the_table_of_a_split_repeats_spans_and_split() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "path,class,start,end\n".to_owned();
    for n in 0..8 {
        write_wav(&folder.path().join(format!("x/{n}.wav")), &noise(n, 9000));
        let start = 0.1 + f64::from(n) / 30.0;
        table.push_str(&format!("x/{n}.wav,a,{start},{}\nx/{n}.wav,b,1,1\n", start + 0.1));
    }
    table.push_str("x/7.wav,b,,\n");
    fs::write(folder.path().join("table.csv"), table).unwrap();
    let source = AudioSource::open(read(&folder).unwrap(), None, Broken::Refuse).unwrap();
    let split = Split::of(&SplitConfig::default(), &source).unwrap();
    let mut written = Vec::new();
    write_split(&mut written, &source, &split, Some(folder.path())).unwrap();
    fs::write(folder.path().join("split.csv"), &written).unwrap();
    let manifest = Manifest::new(folder.path().join("split.csv"));
    let again = Dataset::from_manifest(folder.path(), &manifest).unwrap();
    assert_eq!(again.clips(), source.dataset().clips());
    assert_eq!(again.spans(), source.dataset().spans());
    let again = AudioSource::open(again, None, Broken::Refuse).unwrap();
    let repeated = Split::of(&SplitConfig::default(), &again).unwrap();
    for part in [Part::Train, Part::Validation, Part::Test] {
        assert_eq!(repeated.part(part), split.part(part));
    }

    let text = String::from_utf8(written).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("path,class,group,part,start,end"));
    assert!(lines.next_back().unwrap().ends_with(",,"));
}

#[test]
fn the_table_of_whole_files_has_no_columns_for_spans() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "path,class\n".to_owned();
    for n in 0..6 {
        write_wav(&folder.path().join(format!("{n}.wav")), &noise(n, 100));
        table.push_str(&format!("{n}.wav,{}\n", ["a", "b"][n as usize % 2]));
    }
    fs::write(folder.path().join("table.csv"), table).unwrap();
    let source = AudioSource::open(read(&folder).unwrap(), None, Broken::Refuse).unwrap();
    let split = Split::of(&SplitConfig::default(), &source).unwrap();
    let mut written = Vec::new();
    write_split(&mut written, &source, &split, Some(folder.path())).unwrap();
    assert!(written.starts_with(b"path,class,group,part\n0.wav,a,,"));
}
