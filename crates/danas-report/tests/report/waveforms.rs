//! A search over waveforms beside features of frames, from the configuration to the exported files.

use std::fs;

use danas::{
    Config, DataAwareSearch, SavedCandidate, data::AudioSource, default_engine, size::TfliteFile,
    space::AudioSpace,
};
use danas_report::{Records, Run};

use crate::searched::recordings;

/// Both representations can have any kernel of the space. The normalisations and the lengths of
/// frames are for MFCC alone.
const CONFIG: &str = r#"
    preset = "words"

    [space.data]
    sample_rates = [1000, 2000]
    representations = ["waveform", "mfcc"]
    normalisations = ["mean", "pcen"]
    frame_lengths = [128, 256]
    front_end = { hop_length = 64, mel_bands = 20, resampling = "rubato_fft" }

    [space.architecture]
    filters = [4, 8]
    kernels = ["Hx9", "Hx17"]
    strides = ["1x4", "1x8"]
    pools = []
    reductions = ["global_average"]
    min_depth = 1
    max_depth = 1

    [search]
    evaluations = 16
    strategy = { kind = "nsga2" }
"#;

fn config(recordings: &std::path::Path) -> Config {
    let mut config = Config::from_toml(CONFIG).unwrap();
    config.data.folder = Some(recordings.to_owned());
    (config.training.epochs, config.training.steps) = (3, None);
    config
}

fn search(config: &Config) -> DataAwareSearch<AudioSpace, AudioSource> {
    config.prepare(default_engine()).unwrap()
}

#[test]
fn waveforms_are_searched_beside_features_and_read_back() {
    let (recordings, folder) = (recordings(), tempfile::tempdir().unwrap());
    let config = config(recordings.path());
    let report = Records::create(folder.path()).unwrap().run(&config, search(&config)).unwrap();
    let run = Run::read(folder.path()).unwrap();
    assert_eq!(run.evaluations.len(), 16);
    let of = |kind: &'static str| {
        run.evaluations.iter().filter(move |it| it.field("representation") == kind)
    };
    assert!(of("waveform").any(|it| it.is_feasible()));
    for waveform in of("waveform") {
        let fields = ["frame_length", "hop_length", "normalisation"];
        assert_eq!(fields.map(|field| waveform.field(field)), ["", "", "none"]);
        assert_ne!(waveform.status, "infeasible", "{waveform:?}");
    }
    assert!(of("mfcc").any(|it| it.is_feasible()));
    for mfcc in of("mfcc") {
        assert!(["128", "256"].contains(&mfcc.field("frame_length")));
        assert_ne!(mfcc.field("normalisation"), "none");
    }
    for member in &report.front {
        let exported = folder.path().join(format!("front/evaluation_{}", member.record.index));
        let int8 = fs::read(exported.join("model_int8.tflite")).unwrap();
        assert!(TfliteFile::read(&int8).is_ok());
    }
    let page = fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.contains("waveform"));
}

#[test]
fn an_exported_waveform_says_what_a_device_has_to_feed() {
    let (recordings, folder) = (recordings(), tempfile::tempdir().unwrap());
    let config = config(recordings.path());
    let text = "2000 Hz waveform 0.5 s, 8xHx17/1x8R gap > softmax";
    let candidate = config.space.parse(text).unwrap();
    assert!(config.space.contains(&candidate));
    let trained = search(&config).trainer().unwrap().train(&candidate, 7).unwrap();
    trained.export(folder.path(), "model").unwrap();
    for format in ["float32", "dynamic_range", "int8"] {
        let file = fs::read(folder.path().join(format!("model_{format}.tflite"))).unwrap();
        assert!(TfliteFile::read(&file).is_ok(), "{format}");
    }
    let settings = fs::read_to_string(folder.path().join("model_settings.h")).unwrap();
    for line in [
        "#define MODEL_INPUT_HEIGHT 1",
        "#define MODEL_INPUT_WIDTH 1000",
        "#define MODEL_DATA_REPRESENTATION \"waveform\"",
        "#define MODEL_DATA_RESAMPLING \"rubato_fft\"",
    ] {
        assert!(settings.contains(line), "{line} is missing in {settings}");
    }
    assert!(!settings.contains("FRAME_LENGTH"), "{settings}");
    let saved = SavedCandidate::load(folder.path().join("model.safetensors")).unwrap();
    assert_eq!(saved.candidate, candidate);
    assert_eq!(saved.model, trained.model);
    // The whole clip of 16-bit samples; nothing is computed from it.
    let costs = &trained.costs;
    assert_eq!(costs.input_buffer.get(), 2 * 1000);
    assert_eq!(costs.streaming_buffer, costs.input_buffer);
    assert!(costs.scratch.is_empty());
}
