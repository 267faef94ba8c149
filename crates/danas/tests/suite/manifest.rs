//! Datasets that a table describes, and splits that come with the data.

use std::{fs, path::Path};

use danas::{
    Config, ConfigError, DataError, Dataset, DatasetError, Error, Manifest, ManifestError, Part,
    Preset, SearchError, Split, SplitConfig, SplitError, default_engine, write_split,
};
use tempfile::TempDir;

use crate::support::ramps::write_wav;

/// Writes twelve recordings, all in one folder, and a table with these columns after path and class.
/// The rows are of the classes `hum` and `buzz` in turn.
fn folder(header: &str, row: impl Fn(usize) -> String) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut table = format!("path,class{header}\n");
    for n in 0..12 {
        write_wav(&folder.path().join(format!("audio/{n}.wav")), 8000, 800 + n);
        let class = ["hum", "buzz"][n % 2];
        table.push_str(&format!("audio/{n}.wav,{class}{}\n", row(n)));
    }
    fs::write(folder.path().join("table.csv"), table).unwrap();
    folder
}

fn manifest(folder: &TempDir) -> Manifest {
    Manifest::new(folder.path().join("table.csv"))
}

fn read(folder: &TempDir) -> Result<Dataset, DatasetError> {
    Dataset::from_manifest(folder.path(), &manifest(folder))
}

fn config(folder: &TempDir) -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data.manifest = Some(manifest(folder));
    config
}

/// Returns the parts of the rows, as a search over them divides them.
fn parts(config: &Config) -> Result<Vec<Part>, Error> {
    let split = config.prepare(default_engine())?.parts()?;
    let of = |example| {
        let parts = [Part::Train, Part::Validation, Part::Test];
        parts.into_iter().find(|&part| split.part(part).contains(&example)).unwrap()
    };
    Ok((0..12).map(of).collect())
}

/// Returns train for the first rows, then validation, then test.
fn in_thirds(n: usize) -> Part {
    [Part::Train, Part::Validation, Part::Test][n / 4]
}

#[test]
fn a_table_states_classes_groups_and_parts() {
    let table =
        folder(",note,group,part", |n| format!(",\"a, b\",ada{},{}", n / 2, in_thirds(n).name()));
    let dataset = read(&table).unwrap();
    assert_eq!(dataset.classes(), ["buzz", "hum"]);
    assert_eq!(dataset.labels(), [1, 0].repeat(6));
    assert_eq!(dataset.groups().unwrap()[..3], ["ada0", "ada0", "ada1"]);
    assert_eq!(dataset.parts().unwrap(), (0..12).map(in_thirds).collect::<Vec<_>>());
    assert_eq!(dataset.clips()[11].path, table.path().join("audio/11.wav"));

    let swapped = dataset.with_classes(&["hum".to_owned(), "buzz".to_owned()]).unwrap();
    assert_eq!((swapped.labels(), swapped.parts()), ([0, 1].repeat(6), dataset.parts()));
    let few = dataset.limited(&[("hum".to_owned(), 1)].into()).unwrap();
    assert_eq!(few.parts().unwrap()[..2], [Part::Train; 2]);
    assert_eq!(few.parts().unwrap().len(), few.clips().len());
}

#[test]
fn columns_have_any_names_and_paths_any_folder() {
    let table = folder("", |_| String::new());
    let text = fs::read_to_string(table.path().join("table.csv")).unwrap();
    let text = text.replace("path,class", "\u{feff}fold,category").replace("audio/", "");
    fs::write(table.path().join("table.csv"), text).unwrap();
    let manifest = Manifest {
        path: "fold".to_owned(),
        class: "category".to_owned(),
        group: Some("fold".to_owned()),
        ..manifest(&table)
    };
    let dataset = Dataset::from_manifest(table.path().join("audio"), &manifest).unwrap();
    assert_eq!(dataset.groups().unwrap()[2], "2.wav");
    assert_eq!(dataset.parts(), None);
}

#[test]
fn what_is_wrong_with_a_table_is_named_with_its_line() {
    let refused = |change: &dyn Fn(&str) -> String| {
        let table = folder(",part", |n| format!(",{}", in_thirds(n).name()));
        let path = table.path().join("table.csv");
        fs::write(&path, change(&fs::read_to_string(&path).unwrap())).unwrap();
        let Err(DatasetError::Manifest(error)) = read(&table) else { panic!("it is accepted") };
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
        error
    };
    let change = |from: &'static str, to: &'static str| {
        refused(&move |text: &str| {
            assert!(text.contains(from));
            text.replacen(from, to, 1)
        })
    };
    let error = change("path,", "file,");
    assert!(matches!(&error, ManifestError::NoColumn { column, .. } if column == "path"));
    assert!(error.to_string().contains("[file, class, part]"), "{error}");
    let error = change("audio/3.wav,buzz", "audio/3.wav, ");
    assert!(matches!(&error, ManifestError::Empty { line: 5, column, .. } if column == "class"));
    let error = change("audio/3.wav,buzz,train", "audio/3.wav,buzz,");
    assert!(matches!(&error, ManifestError::Empty { line: 5, column, .. } if column == "part"));
    let error = change("audio/3.wav,buzz,train", "audio/3.wav,buzz,trian");
    assert!(matches!(&error, ManifestError::UnknownPart { line: 5, text, .. } if text == "trian"));
    let error = change("audio/3.wav", "audio/30.wav");
    assert!(matches!(&error, ManifestError::Missing { line: 5, .. }));
    let error = change("audio/3.wav", "audio/1.wav");
    assert!(matches!(&error, ManifestError::Repeated { line: 5, other: 3, .. }), "{error}");
    let error = change("audio/3.wav,buzz", "audio/3.wav");
    assert!(matches!(&error, ManifestError::Csv { line: Some(5), .. }), "{error}");

    // Spreadsheets and Python end lines with CR LF.
    let windows = |text: &str| text.replace("audio/3.wav", "audio/30.wav").replace('\n', "\r\n");
    let error = refused(&windows);
    assert!(matches!(&error, ManifestError::Missing { line: 5, .. }), "{error}");
    let error = refused(&|text: &str| windows(text).replace("audio/1.wav,buzz", "audio/1.wav"));
    assert!(matches!(&error, ManifestError::Csv { line: Some(3), .. }), "{error}");

    let missing = Manifest::new("no/such.csv");
    let error = Dataset::from_manifest("no", &missing).unwrap_err();
    assert!(matches!(error, DatasetError::Manifest(ManifestError::Read { .. })), "{error}");
}

#[test]
fn a_given_split_is_honoured_exactly() {
    let table = folder(",part", |n| format!(",{}", in_thirds(n).name()));
    let given: Vec<Part> = (0..12).map(in_thirds).collect();
    for seed in 0..5 {
        let mut config = config(&table);
        config.split.seed = seed;
        assert_eq!(parts(&config).unwrap(), given);
    }
    let mut drawn = config(&table);
    drawn.split.given = false;
    assert_ne!(parts(&drawn).unwrap(), given);
    let text = drawn.to_toml().unwrap();
    assert_eq!(Config::from_toml(&text).unwrap(), drawn);
}

#[test]
fn a_part_that_is_not_given_is_drawn_from_the_train_part() {
    let names = |n: usize| if n < 8 { ",Training" } else { ",eval" };
    let table = folder(",part", |n| names(n).to_owned());
    let parts = parts(&config(&table)).unwrap();
    assert!(parts[8..].iter().all(|&part| part == Part::Test));
    let count = |wanted| parts[..8].iter().filter(|&&part| part == wanted).count();
    assert_eq!((count(Part::Train), count(Part::Validation)), (6, 2));
}

#[test]
fn groups_are_not_divided_by_a_part_that_is_drawn() {
    let table =
        folder(",group,part", |n| format!(",{},{}", n / 2, if n < 8 { "train" } else { "test" }));
    for seed in 0..10 {
        let mut config = config(&table);
        config.split.seed = seed;
        let parts = parts(&config).unwrap();
        assert!(parts.chunks(2).all(|pair| pair[0] == pair[1]), "{parts:?}");
        assert!(parts.contains(&Part::Validation));
    }
}

#[test]
fn a_given_split_that_cannot_be_used_is_refused() {
    let refused = |config: &Config| match parts(config) {
        Err(Error::Search(SearchError::Split(error))) => error,
        other => panic!("{other:?}"),
    };
    let divided = folder(",group,part", |n| format!(",{},{}", n / 6, in_thirds(n).name()));
    let error = refused(&config(&divided));
    assert!(
        matches!(&error, SplitError::GivenDividesGroup { group, .. } if group == "0"),
        "{error}"
    );
    let lacking = folder(",part", |n| match n {
        0..4 => ",train".to_owned(),
        _ => format!(",{}", ["test", "validation"][n % 2]),
    });
    let error = refused(&config(&lacking));
    let SplitError::NotInGivenPart { class, part } = &error else { panic!("{error}") };
    assert_eq!((class.as_str(), *part), ("hum", Part::Validation));
    let mut named = config(&divided);
    named.split.test_groups = vec!["1".to_owned()];
    assert_eq!(refused(&named), SplitError::GivenAndNamed { part: Part::Test });
    named.split.given = false;
    named.split.validation_groups = vec!["0".to_owned()];
    assert!(matches!(
        refused(&named),
        SplitError::MissingClass { .. } | SplitError::TooFewGroups { .. }
    ));
}

#[test]
fn a_split_that_a_search_wrote_is_a_manifest_that_repeats_it() {
    for header in ["", ",group"] {
        let table = folder(header, |n| match header {
            "" => String::new(),
            _ => format!(",{}", n / 2),
        });
        let mut first = config(&table);
        first.split.seed = 7;
        let search = first.prepare(default_engine()).unwrap();
        let mut written = Vec::new();
        let split = search.parts().unwrap();
        write_split(&mut written, search.source(), &split, Some(table.path())).unwrap();
        let file = table.path().join("split.csv");
        fs::write(&file, &written).unwrap();
        let mut again = config(&table);
        again.data.manifest = Some(Manifest::new(&file));
        let search = again.prepare(default_engine()).unwrap();
        assert_eq!(
            search.parts().unwrap(),
            Split::of(&SplitConfig::default(), search.source()).unwrap()
        );
        let mut repeated = Vec::new();
        write_split(&mut repeated, search.source(), &search.parts().unwrap(), Some(table.path()))
            .unwrap();
        assert_eq!(repeated, written);
    }
}

#[test]
fn a_manifest_is_a_setting_and_its_folder_the_default() {
    let text = r#"
        [data.manifest]
        file = "meta/esc50.csv"
        path = "filename"
        class = "category"
        group = "fold"
    "#;
    let config = Config::from_toml(text).unwrap();
    let manifest = config.data.manifest.clone().unwrap();
    assert_eq!((manifest.class.as_str(), manifest.part), ("category", None));
    assert_eq!(Config::from_toml(&config.to_toml().unwrap()).unwrap(), config);
    assert_eq!(Manifest::new("meta/a.csv").folder(), Path::new("meta"));
    assert_eq!(Manifest::new("a.csv").folder(), Path::new("."));
    let Err(Error::Data(DataError::Dataset(DatasetError::Manifest(error)))) =
        config.prepare(default_engine())
    else {
        panic!("there is no such table")
    };
    assert!(matches!(error, ManifestError::Read { .. }));
    let none = Config::default().prepare(default_engine()).map(drop);
    assert!(matches!(none, Err(Error::Config(ConfigError::NoFolder))));
}
