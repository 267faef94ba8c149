//! A search that the tests share, and what they need to run others.

use std::{
    cell::RefCell, error::Error, f32::consts::TAU, fs, ops::ControlFlow, path::Path, rc::Rc,
    sync::OnceLock,
};

use danas::{Config, Preset, default_engine, evo::Progress};
use danas_report::Records;
use tempfile::TempDir;

/// Number of evaluations of the search.
pub(crate) const EVALUATIONS: usize = 12;

/// A search that was run once, and its results.
pub(crate) struct Searched {
    folder: TempDir,
    /// The ask numbers of the final front.
    pub(crate) front: Vec<usize>,
    /// Whether each evaluation entered the front.
    pub(crate) entered: Vec<bool>,
    /// The page as it was after the first evaluation.
    pub(crate) first_page: String,
}

impl Searched {
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Copies the records into a new folder, where a test may damage them.
    pub(crate) fn copy(&self) -> TempDir {
        let copy = tempfile::tempdir().unwrap();
        for record in ["config.toml", "evaluations.csv", "front.csv", "journal.jsonl"] {
            fs::copy(self.path().join(record), copy.path().join(record)).unwrap();
        }
        copy
    }
}

/// Returns the search that the tests share, which the first of them runs.
pub(crate) fn searched() -> &'static Searched {
    static SEARCHED: OnceLock<Searched> = OnceLock::new();
    SEARCHED.get_or_init(|| search().unwrap())
}

/// Writes recordings of two classes of tones into a new folder.
pub(crate) fn recordings() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let format = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    for (class, pitch) in [("low", 300.0), ("high", 900.0)] {
        let class = folder.path().join(class);
        fs::create_dir(&class).unwrap();
        for clip in 0..10_u8 {
            let path = class.join(format!("{clip}.wav"));
            let mut writer = hound::WavWriter::create(path, format).unwrap();
            let pitch = pitch + 10.0 * f32::from(clip);
            for sample in 0..4000_u16 {
                let wave = (TAU * pitch * f32::from(sample) / 8000.0).sin();
                writer.write_sample((8000.0 * wave) as i16).unwrap();
            }
            writer.finalize().unwrap();
        }
    }
    folder
}

/// Returns the settings of the search.
pub(crate) fn config(recordings: &Path) -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data.folder = Some(recordings.to_owned());
    config.search.evaluations = EVALUATIONS;
    (config.training.epochs, config.training.steps) = (3, None);
    config
}

fn search() -> Result<Searched, Box<dyn Error>> {
    let (recordings, folder) = (recordings(), tempfile::tempdir()?);
    let config = config(recordings.path());
    let entered: Rc<RefCell<Vec<bool>>> = Rc::default();
    let first: Rc<RefCell<Option<String>>> = Rc::default();
    let (noted, shown) = (Rc::clone(&entered), Rc::clone(&first));
    let page = folder.path().join("report.html");
    let search = config.prepare(default_engine())?;
    // This observer is called before the page of the same evaluation is written.
    let search = search.observer(move |progress: &Progress<'_, _, _>| {
        noted.borrow_mut().push(progress.on_front);
        if page.exists() {
            shown.borrow_mut().get_or_insert_with(|| fs::read_to_string(&page).unwrap());
        }
        ControlFlow::Continue(())
    });
    let report = Records::create(folder.path())?.run(&config, search)?;
    let front = report.outcome.front.iter().map(|member| member.index).collect();
    let (entered, first_page) = (entered.take(), first.take().unwrap_or_default());
    Ok(Searched { folder, front, entered, first_page })
}

/// Changes a record.
pub(crate) fn edit(folder: &TempDir, record: &str, change: impl Fn(String) -> String) {
    let path = folder.path().join(record);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
}
