//! Fuzz target: any file is either rejected with an error or gives finite features.
//!
//! ```text
//! cargo install cargo-fuzz
//! cd crates/danas-dsp
//! cargo fuzz run decode_to_features fuzz/corpus/decode_to_features tests/fixtures/formats
//! ```
//!
//! `cargo fuzz` needs a nightly compiler, or `RUSTC_BOOTSTRAP=1`.

#![no_main]

use std::time::Duration;

use danas_dsp::{BatchExtractor, DspError, SoundFile};
use danas_space::{
    AudioGranularity, Channels, ClipNormalisation, Framing, FrontEnd, Hertz, Representation,
    ResamplingFilter, SampleDepth,
};
use libfuzzer_sys::fuzz_target;

/// Returns granularities of every representation at several rates. `choice`, which depends on the
/// file, selects the other parameters.
fn granularities(native: Hertz, channels: usize, choice: usize) -> Vec<AudioGranularity> {
    let rates = [native.get(), native.get().div_ceil(2), 750, 375];
    let rates = rates.into_iter().filter(|rate| *rate <= native.get()).filter_map(Hertz::new);
    let front_end = FrontEnd::builder()
        .clip(Duration::from_millis([1, 5, 20, 50][choice % 4]))
        .frame_length([2, 15, 256, 300][choice / 4 % 4])
        .hop_length([16, 50, 100, 4000][choice / 16 % 4])
        .framing(Framing::ALL[choice / 64 % 2])
        .mel_bands(20)
        .resampling(ResamplingFilter::ALL[choice / 128 % 4])
        .build()
        .expect("all are legal");
    let channels = match channels {
        1 => Channels::Mix,
        _ => Channels::Stereo,
    };
    let sample_depth = SampleDepth::ALL[choice % 3];
    rates
        .flat_map(|sample_rate| {
            Representation::ALL.map(|representation| AudioGranularity {
                sample_rate,
                channels,
                sample_depth,
                representation,
                normalisation: match representation {
                    Representation::Waveform => ClipNormalisation::None,
                    _ => ClipNormalisation::ALL[choice % 6],
                },
                front_end,
            })
        })
        .collect()
}

fuzz_target!(|bytes: &[u8]| {
    // `decode` turns panics inside symphonia into errors, so their messages are suppressed.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let decoded = SoundFile::from_bytes("fuzz", bytes).decode();
    std::panic::set_hook(hook);
    let Ok(recording) = decoded else { return };

    let channels = recording.channels();
    assert!(channels.iter().all(|channel| channel.len() == channels[0].len()));
    assert!(channels.iter().flatten().all(|sample| sample.is_finite()));
    let choice = bytes.iter().map(|byte| usize::from(*byte)).sum();
    let granularities = granularities(recording.rate(), channels.len(), choice);
    let features = BatchExtractor::new(&granularities).and_then(|batch| batch.extract(&recording));
    match features {
        Ok(features) => {
            for (features, granularity) in features.iter().zip(&granularities) {
                let shape =
                    (granularity.rows(), granularity.frames(), granularity.channels.count());
                assert_eq!(features.values().dim(), shape);
                assert!(features.values().iter().all(|value| value.is_finite()));
            }
        }
        // Native rates that no sound card has can be too far above the lowest granularity.
        Err(DspError::Downsampling { .. } | DspError::ResamplingBlock { .. }) => {}
        Err(error) => panic!("{error}"),
    }
});
