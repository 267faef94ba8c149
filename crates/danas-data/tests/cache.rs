//! Tests of the feature cache with threads, processes and broken folders.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, SystemTime},
};

use danas_data::{CacheError, CacheProblem, FeatureCache, FeatureCacheBuilder, FeatureKey};
use danas_space::Bytes;
use ndarray::Array3;
use tempfile::tempdir;

fn key(number: usize) -> FeatureKey {
    FeatureKey::new([number.to_le_bytes().as_slice()])
}

/// Returns a thousand values that are unique to `number`.
fn features(number: usize) -> Array3<f32> {
    Array3::from_shape_fn((10, 100, 1), |(row, frame, _)| {
        (number * 1000 + row * 100 + frame) as f32
    })
}

fn on_disk(folder: &Path, cap: u64) -> FeatureCacheBuilder {
    FeatureCache::builder().memory(Bytes(0)).disk(folder, Bytes(cap))
}

/// Returns the files of all entries in a folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    below(folder)
        .filter(|path| path.is_dir())
        .flat_map(|shard| below(&shard).collect::<Vec<_>>())
        .collect()
}

#[test]
fn another_process_finds_what_was_kept() {
    let folder = tempdir().unwrap();
    let cache = on_disk(folder.path(), 1 << 20).build().unwrap();
    cache.insert(key(1), Arc::new(features(1)));
    let later = on_disk(folder.path(), 1 << 20).build().unwrap();
    assert_eq!(*later.get(key(1)).unwrap(), features(1));
    assert!(later.get(key(2)).is_none());
    let stats = later.stats();
    assert_eq!((stats.disk_hits, stats.misses, stats.memory_hits), (1, 1, 0));
    assert_eq!(stats.disk_bytes, fs::metadata(&entries(folder.path())[0]).unwrap().len());
}

#[test]
fn damage_is_reported_and_made_good() {
    let folder = tempdir().unwrap();
    let problems = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&problems);
    let cache = on_disk(folder.path(), 1 << 20)
        .on_problem(move |problem| heard.lock().unwrap().push(problem.to_string()))
        .build()
        .unwrap();
    cache.insert(key(1), Arc::new(features(1)));
    let file = entries(folder.path()).remove(0);
    let mut bytes = fs::read(&file).unwrap();
    bytes[500] ^= 1;
    fs::write(&file, bytes).unwrap();
    let again = cache.get_or_try_insert_with(key(1), || Ok::<_, ()>(features(1))).unwrap();
    assert_eq!(*again, features(1));
    assert_eq!((cache.stats().damaged, cache.stats().misses), (1, 1));
    let said = format!("the cache file {} is damaged", file.display());
    assert_eq!(*problems.lock().unwrap(), [said]);
    // The file has been written again.
    assert!(cache.get(key(1)).is_some());
}

#[test]
fn threads_that_ask_together_make_once() {
    let cache = FeatureCache::in_memory(Bytes(1 << 20));
    let made = AtomicUsize::new(0);
    let make = || {
        made.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(20));
        Ok::<_, ()>(features(1))
    };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| cache.get_or_try_insert_with(key(1), make));
        }
    });
    assert_eq!(made.into_inner(), 1);
    let stats = cache.stats();
    assert_eq!((stats.misses, stats.memory_hits), (1, 7));
}

#[test]
fn neither_an_error_nor_a_panic_is_kept() {
    let cache = FeatureCache::in_memory(Bytes(1 << 20));
    assert_eq!(cache.get_or_try_insert_with(key(1), || Err("broken")), Err("broken"));
    thread::scope(|scope| {
        let panics =
            || cache.get_or_try_insert_with(key(1), || -> Result<_, ()> { panic!("boom") });
        assert!(scope.spawn(panics).join().is_err());
    });
    let made = cache.get_or_try_insert_with(key(1), || Ok::<_, ()>(features(1))).unwrap();
    assert_eq!(*made, features(1));
}

#[test]
fn the_cap_holds_and_what_was_used_longest_ago_goes_first() {
    let folder = tempdir().unwrap();
    let cap = 20 * 4100;
    let cache = on_disk(folder.path(), cap).build().unwrap();
    cache.insert(key(0), Arc::new(features(0)));
    cache.insert(key(1), Arc::new(features(1)));
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    for file in entries(folder.path()) {
        fs::File::options().write(true).open(file).unwrap().set_modified(hour_ago).unwrap();
    }
    for number in 2..21 {
        // A hit renews an old entry.
        assert!(cache.get(key(1)).is_some());
        cache.insert(key(number), Arc::new(features(number)));
        let size: u64 =
            entries(folder.path()).iter().map(|file| fs::metadata(file).unwrap().len()).sum();
        assert!(size <= cap, "{size} of {cap}");
    }
    assert!(cache.get(key(0)).is_none() && cache.get(key(1)).is_some());
}

#[test]
fn a_folder_that_cannot_be_one_is_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let below = file.join("cache");
    let CacheError::Folder { path, .. } = on_disk(&below, 1 << 20).build().unwrap_err() else {
        panic!("another error")
    };
    assert_eq!(path, below);
}

#[test]
fn a_folder_that_breaks_later_fails_nobody() {
    let folder = tempdir().unwrap();
    let cache = on_disk(folder.path(), 1 << 20)
        .on_problem(|problem| assert!(matches!(problem, CacheProblem::Write { .. })))
        .build()
        .unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    let made = cache.get_or_try_insert_with(key(1), || Ok::<_, ()>(features(1))).unwrap();
    assert_eq!(*made, features(1));
    assert_eq!(cache.stats().failed_writes, 1);
}

/// Requests 40 keys that do not all fit, over and over. Each process of the next test does this.
fn hammer(folder: &Path) {
    let cache = on_disk(folder, 20 * 4100).build().unwrap();
    thread::scope(|scope| {
        for thread in 0..3 {
            let cache = &cache;
            scope.spawn(move || {
                for step in 0..200 {
                    let number = (step * 7 + thread * 13) % 40;
                    let make = || Ok::<_, ()>(features(number));
                    let found = cache.get_or_try_insert_with(key(number), make).unwrap();
                    assert_eq!(*found, features(number));
                }
            });
        }
    });
    let stats = cache.stats();
    assert_eq!((stats.damaged, stats.failed_writes), (0, 0), "{stats:?}");
}

#[test]
fn processes_share_a_folder() {
    const FOLDER: &str = "DANAS_TEST_CACHE_FOLDER";
    if let Some(folder) = env::var_os(FOLDER) {
        return hammer(Path::new(&folder));
    }
    let folder = tempdir().unwrap();
    let spawn = || {
        Command::new(env::current_exe().unwrap())
            .args(["processes_share_a_folder", "--exact"])
            .env(FOLDER, folder.path())
            .spawn()
            .unwrap()
    };
    let mut children = [spawn(), spawn()];
    hammer(folder.path());
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    let whole = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "features");
    assert!(entries(folder.path()).iter().all(whole));
}
