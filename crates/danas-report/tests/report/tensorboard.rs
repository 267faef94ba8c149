//! Test of the events for TensorBoard.

use std::fs;

use danas::default_engine;
use danas_report::TensorBoard;

use crate::searched::{config, recordings, searched};

#[test]
fn whoever_enters_the_front_has_a_run_in_tensorboard() {
    let searched = searched();
    let folder = tempfile::tempdir().unwrap();
    let events = folder.path().join("events");
    // The same search is run again, because the recordings of the first are gone.
    let recordings = recordings();
    let mut config = config(recordings.path());
    config.search.test_seeds = 0;
    let search = config.prepare(default_engine()).unwrap();
    search.observer(TensorBoard::new(&events)).run().unwrap();
    let file = "events.out.tfevents.0.danas";
    assert!(events.join(file).metadata().unwrap().len() > 1000);
    for (index, &entered) in searched.entered.iter().enumerate() {
        let curves = events.join(format!("evaluation_{index}")).join(file);
        assert_eq!(curves.exists(), entered, "{index}");
    }

    // Another search in the same folder removes all curves of the first, and nothing else.
    fs::create_dir(events.join("evaluation_77")).unwrap();
    fs::write(events.join("evaluation_77").join(file), "old").unwrap();
    fs::write(events.join("evaluation_notes"), "mine").unwrap();
    config.search.evaluations = 1;
    let search = config.prepare(default_engine()).unwrap();
    search.observer(TensorBoard::new(&events)).run().unwrap();
    assert!(!events.join("evaluation_77").join(file).exists());
    assert!(events.join("evaluation_notes").exists());

    // Events that cannot be written do not end a search.
    let search = config.prepare(default_engine()).unwrap();
    search.observer(TensorBoard::new(events.join(file))).run().unwrap();
}
