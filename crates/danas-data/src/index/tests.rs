//! Opening files with an index: what is opened, and what is known of the others.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::{Duration, SystemTime},
};

use tempfile::TempDir;

use super::{FileIndex, Indexed, Reader, open_unknown};
use crate::opening::Broken;

/// The number that a file contains, under a version.
#[derive(Debug, Clone, PartialEq)]
struct Number<const VERSION: u32>(u32);

impl<const VERSION: u32> Indexed for Number<VERSION> {
    const KIND: &'static str = "number";
    const VERSION: u32 = VERSION;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.0.to_le_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.u32().map(Self)
    }
}

/// The length of a file, as another kind of file.
#[derive(Debug, Clone, PartialEq)]
struct Length(u64);

impl Indexed for Length {
    const KIND: &'static str = "length";
    const VERSION: u32 = 1;

    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.0.to_le_bytes());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.u64().map(Self)
    }
}

/// A folder of numbered files, and an index beside it.
struct Numbers {
    root: TempDir,
}

/// The numbers that were found, or the number of broken files; and the names of the files that were
/// opened.
type Found = (Result<Vec<u32>, usize>, Vec<String>);

impl Numbers {
    /// Writes files that contain their numbers.
    fn new(files: &[(&str, &str)]) -> Self {
        let numbers = Self { root: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, number)| numbers.write(name, number));
        tick();
        numbers
    }

    fn path(&self, name: &str) -> PathBuf {
        self.root.path().join("files").join(name)
    }

    fn write(&self, name: &str, number: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), number).unwrap();
    }

    fn index(&self) -> FileIndex {
        FileIndex::trusting(self.root.path().join("cache/index"))
    }

    fn open(&self, names: &[&str]) -> Found {
        self.open_as::<1>(&self.index(), names)
    }

    fn open_as<const VERSION: u32>(&self, index: &FileIndex, names: &[&str]) -> Found {
        let paths: Vec<PathBuf> = names.iter().map(|name| self.path(name)).collect();
        let opened = Mutex::new(Vec::new());
        let open = |path: &Path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            opened.lock().unwrap().push(name);
            let number = fs::read_to_string(path)?.parse().map_err(io::Error::other)?;
            Ok::<_, io::Error>(Number::<VERSION>(number))
        };
        let found = open_unknown(paths.iter(), Some(index), Broken::Refuse, open, &|| ());
        let found = found.map(|all| all.found.into_iter().flatten().map(|one| one.0).collect());
        let mut opened = opened.into_inner().unwrap();
        opened.sort();
        (found.map_err(|broken| broken.len()), opened)
    }
}

/// Waits for longer than the resolution of the times of files, on the systems that tests run on.
fn tick() {
    thread::sleep(Duration::from_millis(50));
}

fn found(numbers: &[u32], opened: &[&str]) -> Found {
    (Ok(numbers.to_vec()), opened.iter().map(|&name| name.to_owned()).collect())
}

#[test]
fn only_files_that_are_new_or_changed_are_opened() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2"), ("b/3", "3")]);
    let all = ["a/1", "a/2", "b/3"];
    assert_eq!(numbers.open(&all[..2]), found(&[1, 2], &["1", "2"]));
    assert_eq!(numbers.open(&all), found(&[1, 2, 3], &["3"]));
    let written = fs::read(numbers.index().path()).unwrap();
    assert_eq!(numbers.open(&all), found(&[1, 2, 3], &[]));
    assert_eq!(fs::read(numbers.index().path()).unwrap(), written);

    // The second is longer, and the third is as long as before.
    numbers.write("a/2", "22");
    numbers.write("b/3", "4");
    assert_eq!(numbers.open(&all), found(&[1, 22, 4], &["2", "3"]));
    assert_eq!(numbers.open(&all), found(&[1, 22, 4], &[]));
}

#[test]
fn a_file_that_was_just_written_is_not_remembered() {
    let numbers = Numbers::new(&[("a/1", "1")]);
    // Times in the future are as recent as those of a moment ago, and stay so.
    let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
    let file = File::options().append(true).open(numbers.path("a/1")).unwrap();
    file.set_modified(tomorrow).unwrap();
    let index = FileIndex::at(numbers.root.path().join("index"));
    for _ in 0..2 {
        assert_eq!(numbers.open_as::<1>(&index, &["a/1"]), found(&[1], &["1"]));
    }
    assert!(!index.path().exists());
    assert_eq!(index.settled, Duration::from_secs(2));
}

#[test]
fn a_file_with_an_older_time_is_new() {
    let numbers = Numbers::new(&[("a/1", "1")]);
    let _ = numbers.open(&["a/1"]);
    numbers.write("a/1", "7");
    let file = File::options().append(true).open(numbers.path("a/1")).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1)).unwrap();
    assert_eq!(numbers.open(&["a/1"]), found(&[7], &["1"]));
}

/// On other systems, this is noticed when features are computed.
#[cfg(unix)]
#[test]
fn a_file_that_hides_its_change_is_new() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2")]);
    let all = ["a/1", "a/2"];
    let modified = |name| fs::metadata(numbers.path(name)).unwrap().modified().unwrap();
    let set_modified = |name, time| {
        File::options().append(true).open(numbers.path(name)).unwrap().set_modified(time).unwrap();
    };
    let first = modified("a/1");
    set_modified("a/2", first);
    tick();
    let _ = numbers.open(&all);
    assert_eq!(numbers.open(&all), found(&[1, 2], &[]));
    // Another file with the same length and time takes its place.
    fs::rename(numbers.path("a/2"), numbers.path("a/1")).unwrap();
    assert_eq!(modified("a/1"), first);
    assert_eq!(numbers.open(&["a/1"]), found(&[2], &["1"]));
    // It is changed in place, and its time is restored.
    tick();
    let _ = numbers.open(&["a/1"]);
    numbers.write("a/1", "3");
    set_modified("a/1", first);
    assert_eq!(numbers.open(&["a/1"]), found(&[3], &["1"]));
}

#[test]
fn broken_files_are_told_again_and_the_others_known() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/x", "x")]);
    let opened = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(numbers.open(&["a/1", "a/x"]), (Err(1), opened(&["1", "x"])));
    assert_eq!(numbers.open(&["a/1", "a/x"]), (Err(1), opened(&["x"])));
}

#[test]
fn files_that_are_gone_are_forgotten() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2"), ("b/3", "3"), ("c/4", "4")]);
    let _ = numbers.open(&["a/1", "a/2", "b/3"]);
    let len = || fs::metadata(numbers.index().path()).unwrap().len();
    let full = len();
    fs::remove_file(numbers.path("a/1")).unwrap();
    fs::remove_dir_all(numbers.path("b")).unwrap();
    assert_eq!(numbers.open(&["a/1"]).0, Err(1));
    assert_eq!(numbers.open(&["a/2"]), found(&[2], &[]));
    assert_eq!(len(), full);
    // Folders are looked through when something is learnt of one of their files.
    let _ = numbers.open(&["c/4"]);
    let with_two_folders = len();
    assert!(with_two_folders <= full);
    numbers.write("a/5", "5");
    tick();
    let _ = numbers.open(&["a/5"]);
    assert_eq!(len(), with_two_folders);
    assert_eq!(numbers.open(&["a/2", "a/5", "c/4"]), found(&[2, 5, 4], &[]));
}

#[test]
fn a_damaged_index_is_written_anew() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2")]);
    let all = ["a/1", "a/2"];
    let path = numbers.index().path().to_owned();
    let _ = numbers.open(&all);
    let written = fs::read(&path).unwrap();
    let mut changed = written.clone();
    let last = changed.len() - 40;
    changed[last] ^= 1;
    let mut newer = written.clone();
    newer[8] += 1;
    let cut = written[..written.len() / 2].to_vec();
    for damaged in [cut, changed, newer, Vec::new(), b"danasidx".to_vec()] {
        fs::write(&path, damaged).unwrap();
        assert_eq!(numbers.open(&all), found(&[1, 2], &["1", "2"]));
        assert_eq!(fs::read(&path).unwrap(), written);
    }
}

#[test]
fn what_is_not_an_index_is_never_overwritten() {
    let numbers = Numbers::new(&[("a/1", "1")]);
    let notes = numbers.root.path().join("notes.txt");
    fs::write(&notes, "the rates of all recordings").unwrap();
    for foreign in [notes.clone(), numbers.path("a")] {
        let index = FileIndex::trusting(foreign);
        for _ in 0..2 {
            assert_eq!(numbers.open_as::<1>(&index, &["a/1"]), found(&[1], &["1"]));
        }
    }
    assert_eq!(fs::read(&notes).unwrap(), b"the rates of all recordings");
}

#[test]
fn another_version_is_ignored_and_replaced() {
    let numbers = Numbers::new(&[("a/1", "1")]);
    let index = numbers.index();
    assert_eq!(numbers.open_as::<1>(&index, &["a/1"]), found(&[1], &["1"]));
    assert_eq!(numbers.open_as::<2>(&index, &["a/1"]), found(&[1], &["1"]));
    assert_eq!(numbers.open_as::<2>(&index, &["a/1"]), found(&[1], &[]));
    assert_eq!(numbers.open_as::<1>(&index, &["a/1"]), found(&[1], &["1"]));
}

#[test]
fn kinds_of_files_share_an_index() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2")]);
    let _ = numbers.open(&["a/1"]);
    let (index, path) = (numbers.index(), numbers.path("a/1"));
    let open = |path: &Path| Ok::<_, io::Error>(Length(fs::metadata(path)?.len()));
    let lengths = || open_unknown([&path].into_iter(), Some(&index), Broken::Refuse, open, &|| ());
    assert_eq!(lengths().unwrap().found, [Some(Length(1))]);
    assert_eq!(numbers.open(&["a/1", "a/2"]), found(&[1, 2], &["2"]));
    let fail = |_: &Path| Err(io::Error::other("it is known"));
    let known = open_unknown([&path].into_iter(), Some(&index), Broken::Refuse, fail, &|| ());
    assert_eq!(known.unwrap().found, [Some(Length(1))]);
}

#[test]
fn several_write_an_index_at_a_time() {
    let names: Vec<String> = (0..40).map(|number| format!("{}/{number}", number % 4)).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), name.split_once('/').unwrap().1)).collect();
    let numbers = Numbers::new(&files);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all: Vec<u32> = (0..40).collect();
    thread::scope(|scope| {
        for (turn, part) in names.chunks(5).enumerate() {
            let (numbers, all) = (&numbers, &all);
            scope.spawn(move || {
                let expected = &all[5 * turn..5 * turn + 5];
                for _ in 0..10 {
                    assert_eq!(numbers.open(part).0.unwrap(), expected);
                }
            });
        }
    });
    // Whoever wrote last may have missed what another one wrote at the same moment.
    assert_eq!(numbers.open(&names).0.unwrap(), all);
    assert_eq!(numbers.open(&names), found(&all, &[]));
}

#[test]
fn an_index_that_cannot_be_written_is_no_error() {
    let numbers = Numbers::new(&[("a/1", "1")]);
    // A file is where the folder should be, which even the administrator cannot write into.
    let index = FileIndex::trusting(numbers.path("a/1").join("index"));
    for _ in 0..2 {
        assert_eq!(numbers.open_as::<1>(&index, &["a/1"]), found(&[1], &["1"]));
    }
}

/// The administrator may write into any folder.
#[cfg(unix)]
#[test]
fn an_index_in_a_read_only_folder_is_used_as_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2")]);
    let _ = numbers.open(&["a/1"]);
    let folder = numbers.index().path().parent().unwrap().to_owned();
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    let is_protected = File::create(folder.join("probe")).is_err();
    let first = numbers.open(&["a/1", "a/2"]);
    let second = numbers.open(&["a/1", "a/2"]);
    set(0o755);
    assert_eq!(first, found(&[1, 2], &["2"]));
    assert_eq!(second, found(&[1, 2], if is_protected { &["2"] } else { &[] }));
}

#[test]
fn a_forgotten_file_is_opened_again() {
    let numbers = Numbers::new(&[("a/1", "1"), ("a/2", "2")]);
    let _ = numbers.open(&["a/1", "a/2"]);
    numbers.index().forget::<Number<1>>(&numbers.path("a/1"));
    numbers.index().forget::<Number<1>>(&numbers.path("a/0"));
    assert_eq!(numbers.open(&["a/1", "a/2"]), found(&[1, 2], &["1"]));
}
