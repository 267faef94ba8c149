//! Classifying recordings with an exported candidate.

use danas::{
    Classifier, ClassifierError, Config, DataSource, Preset, default_engine,
    dsp::{DspError, Recording, decode},
    space::{Candidate, Hertz, SearchSpace},
};

fn config() -> Config {
    let mut config = Config::preset(Preset::Words);
    config.data.folder = Some(danas_datasets::spoken_digits_folder());
    config.data.classes = ["0", "1"].map(String::from).into();
    config.training.steps = Some(60);
    config
}

#[test]
fn an_exported_candidate_classifies_recordings_as_the_search_did() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config();
    let engine = default_engine();
    // A front end that the text of a candidate does not state.
    let text = "sample_rates = [4000]\nfront_end = { seconds = 0.5, frame_length = 256, hop_length = 128, mel_bands = 20, resampling = 'kaiser_fast' }";
    config.space = toml::from_str::<SearchSpace>(&format!("[data]\n{text}")).unwrap();
    let candidate: Candidate = config.space.parse("4000 Hz mel-spectrogram, 8xHx3R gap").unwrap();
    let trained = config.prepare(default_engine()).unwrap().trainer().unwrap();
    let trained = trained.train(&candidate, 7).unwrap();
    trained.export(folder.path(), "digit").unwrap();

    let path = folder.path().join("digit.safetensors");
    let classifier = Classifier::load(&path, default_engine()).unwrap();
    assert_eq!(classifier.candidate().candidate, candidate);
    assert_eq!(classifier.classes(), ["0", "1"]);
    let source = config.data.open([]).unwrap();
    let clips = source.dataset().clips();
    let examples: Vec<usize> = (0..clips.len()).step_by(7).collect();
    let features = source.features(&candidate.granularity, &examples).unwrap();
    let expected = engine.predict(&trained.model, features.view()).unwrap();
    let mut right = 0;
    for (&example, expected) in examples.iter().zip(expected.rows()) {
        let answer = classifier.classify_file(&clips[example].path).unwrap();
        assert_eq!(answer.probabilities, expected.to_vec());
        assert_eq!(answer.class, classifier.classes()[answer.label]);
        assert!(answer.probabilities.iter().all(|&other| other <= answer.probability()));
        right += usize::from(answer.label == clips[example].label);
    }
    assert!(right * 3 > examples.len() * 2, "{right} of {}", examples.len());

    let recording = decode(&clips[0].path).unwrap();
    let slow = Recording::new(recording.channels()[0].clone(), Hertz::new(2000).unwrap()).unwrap();
    let refused = classifier.classify(&slow).unwrap_err();
    assert!(matches!(refused, ClassifierError::Recording(DspError::Upsampling { .. })));
    let missing = classifier.classify_file(folder.path().join("none.wav")).unwrap_err();
    assert!(matches!(missing, ClassifierError::File { path, .. } if path.ends_with("none.wav")));
}
