//! Tests of `rubato_fft`: its samples are rubato's, whole or in chunks, and its memory is bounded.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may fail as tests do")]

use allocation_counter::measure;
use danas_dsp::{DspError, Extractor, Recording, StreamResampler, resample, resampled_len};
use danas_space::{
    AudioGranularity, FrontEnd, Hertz, Representation,
    ResamplingFilter::{self, RubatoFft},
};
use proptest::prelude::*;
use rubato::{
    Fft, FixedSync, Resampler, WindowFunction, audioadapter_buffers::direct::InterleavedSlice,
};

fn hertz(hertz: u32) -> Hertz {
    Hertz::new(hertz).unwrap()
}

fn signal(samples: usize) -> Vec<f32> {
    (0..samples).map(|n| ((n * n) as f32 * 0.11).sin()).collect()
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}

/// Pushes `signal` in chunks of the lengths in `chunks`, again and again.
fn in_chunks(
    resampler: &mut StreamResampler,
    mut signal: &[f32],
    chunks: &[usize],
) -> Result<Vec<f32>, DspError> {
    let mut output = Vec::new();
    for &chunk in chunks.iter().cycle() {
        let (head, tail) = signal.split_at(chunk.min(signal.len()));
        resampler.push(head, &mut output)?;
        signal = tail;
        if signal.is_empty() {
            break;
        }
    }
    resampler.finish(&mut output)?;
    Ok(output)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() })]

    #[test]
    fn chunks_of_any_length_give_the_samples_of_the_whole(
        samples in prop::collection::vec(-1.0_f32..=1.0, 1..9000),
        (from, to) in prop_oneof![
            prop::sample::select(vec![
                (16_000, 8000), (16_000, 6000), (44_100, 16_000), (48_000, 375), (8000, 8000),
            ]),
            (1_u32..=20_000).prop_flat_map(|to| (to..=48_000, Just(to))),
        ],
        chunks in prop::collection::vec(0_usize..3000, 1..6),
        longest in 1_usize..3000,
    ) {
        let (from, to) = (hertz(from), hertz(to));
        // An empty chunk is legal, but chunks that are all empty would never end.
        let chunks = [chunks, vec![longest]].concat();
        match (resample(&samples, from, to, RubatoFft), StreamResampler::new(from, to)) {
            (Ok(whole), Ok(mut resampler)) => {
                prop_assert_eq!(whole.len(), resampled_len(samples.len(), from, to));
                // The second signal must not hear the first.
                for _ in 0..2 {
                    let streamed = in_chunks(&mut resampler, &samples, &chunks).unwrap();
                    prop_assert_eq!(bits(&streamed), bits(&whole));
                }
            }
            (Err(whole), Err(streamed)) => {
                prop_assert_eq!(whole.to_string(), streamed.to_string());
                prop_assert!(
                    matches!(
                        whole,
                        DspError::Downsampling { .. } | DspError::ResamplingBlock { .. }
                    ),
                    "{}", whole
                );
            }
            (whole, streamed) => prop_assert!(false, "{:?} but {:?}", whole, streamed),
        }
    }
}

#[test]
fn the_samples_are_rubatos_own_without_its_delay() {
    for (from, to, input) in
        [(16_000, 8000, 1024), (16_000, 6000, 1408), (44_100, 16_000, 1764), (48_000, 375, 65_536)]
    {
        for samples in [1, 700, 70_001] {
            let signal = signal(samples);
            let exact: Vec<f64> = signal.iter().map(|&sample| f64::from(sample)).collect();
            let (window, fixed) = (WindowFunction::BlackmanHarris2, FixedSync::Both);
            let mut theirs =
                Fft::<f64>::new_custom(from as usize, to as usize, input, 1, 1, window, fixed)
                    .unwrap();
            let mut output = vec![0.0; theirs.process_all_needed_output_len(samples)];
            let frames = output.len();
            let whole = InterleavedSlice::new(&exact, 1, samples).unwrap();
            let mut adapter = InterleavedSlice::new_mut(&mut output, 1, frames).unwrap();
            let (_, len) =
                theirs.process_all_into_buffer(&whole, &mut adapter, samples, None).unwrap();
            let ours = resample(&signal, hertz(from), hertz(to), RubatoFft).unwrap();
            let shared = len.min(ours.len());
            assert!(ours.len() - shared <= 1, "{} and {len}", ours.len());
            let theirs: Vec<f32> = output[..shared].iter().map(|&sample| sample as f32).collect();
            assert_eq!(bits(&ours[..shared]), bits(&theirs), "{from} to {to}");
        }
    }
}

#[test]
fn an_impulse_stays_where_it_is_up_to_the_last_sample() {
    // 44.1 to 16 kHz: input sample 441 k has the time of output sample 160 k.
    let (from, to) = (hertz(44_100), hertz(16_000));
    for samples in [4411, 4410 + 2 * 1764] {
        for (at, expected) in [(0, 0), (441, 160), (4410, 1600)] {
            let mut impulse = vec![0.0; samples];
            impulse[at] = 1.0;
            let output = resample(&impulse, from, to, RubatoFft).unwrap();
            let peak = (0..output.len()).max_by(|&a, &b| output[a].total_cmp(&output[b])).unwrap();
            assert_eq!(peak, expected, "{at} of {samples}");
        }
    }
}

#[test]
fn channels_are_resampled_apart() {
    let channels = vec![signal(5000), signal(5000).into_iter().rev().collect(), vec![0.25; 5000]];
    let recording = Recording::from_channels(channels.clone(), hertz(16_000)).unwrap();
    let lowered = recording.resampled(hertz(6000), RubatoFft).unwrap();
    for (channel, lowered) in channels.iter().zip(lowered.channels()) {
        assert_eq!(*lowered, resample(channel, hertz(16_000), hertz(6000), RubatoFft).unwrap());
    }
}

#[test]
fn an_illegal_chunk_or_signal_is_refused_and_leaves_no_trace() {
    let mut resampler = StreamResampler::new(hertz(16_000), hertz(8000)).unwrap();
    let mut output = Vec::new();
    assert!(matches!(resampler.finish(&mut output), Err(DspError::Empty)));
    let signal = signal(4000);
    resampler.push(&signal[..1000], &mut output).unwrap();
    let illegal = resampler.push(&[0.5, f32::NAN], &mut output).unwrap_err();
    assert!(matches!(illegal, DspError::Sample { index: 1, .. }), "{illegal}");
    resampler.push(&signal[1000..], &mut output).unwrap();
    resampler.finish(&mut output).unwrap();
    assert_eq!(output, resample(&signal, hertz(16_000), hertz(8000), RubatoFft).unwrap());
}

#[test]
fn rates_it_cannot_serve_are_named_before_memory_is_taken() {
    let (from, to) = (hertz(44_101), hertz(200));
    let refusals = [
        StreamResampler::new(from, to).unwrap_err(),
        resample(&[0.0], from, to, RubatoFft).unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!(
            refusal.to_string(),
            "`rubato_fft` cannot lower the sample rate from 44101 Hz to 200 Hz: its blocks would \
             have 176404 samples, more than the limit of 131072; choose another filter, or a rate \
             with a larger divisor in common with 44101 Hz"
        );
    }
    // The others serve them.
    assert!(resample(&[0.0], from, to, ResamplingFilter::SoxrHq).is_ok());
    let ultrasonic = StreamResampler::new(hertz(1_000_001), hertz(1_000_000)).unwrap_err();
    assert!(matches!(ultrasonic, DspError::Rate { hertz: 1_000_001 }), "{ultrasonic}");
}

#[test]
fn an_output_sample_is_returned_within_the_latency() {
    for (from, to) in [(16_000, 8000), (16_000, 6000), (44_100, 16_000)] {
        let mut resampler = StreamResampler::new(hertz(from), hertz(to)).unwrap();
        let (mut output, mut latest) = (Vec::new(), 0.0_f64);
        for (received, sample) in (1..).zip(signal(12_000)) {
            let ratio = f64::from(from) / f64::from(to);
            // The next output sample has not been returned, although so much input is beyond it.
            latest = latest.max(f64::from(received) - output.len() as f64 * ratio);
            resampler.push(&[sample], &mut output).unwrap();
        }
        assert_eq!(latest, resampler.latency() as f64, "{from} to {to}");
    }
    assert_eq!(StreamResampler::new(hertz(8000), hertz(8000)).unwrap().latency(), 0);
}

#[test]
fn a_stream_takes_bounded_memory_however_long_it_is() {
    // The longest block that is served.
    let (from, to) = (hertz(256_000), hertz(1000));
    let mut resampler = None;
    let planned = measure(|| resampler = Some(StreamResampler::new(from, to).unwrap()));
    assert!(planned.bytes_max < 24_000_000, "{}", planned.bytes_max);
    let mut resampler = resampler.unwrap();
    let (chunk, mut output) = (signal(100_000), Vec::with_capacity(12_000));
    let streamed = measure(|| {
        for _ in 0..30 {
            resampler.push(&chunk, &mut output).unwrap();
        }
    });
    assert_eq!(streamed.count_total, 0);
    assert!(output.len() > 5000);
}

#[test]
fn features_of_each_filter_differ() {
    let recording = Recording::new(signal(16_000), hertz(16_000)).unwrap();
    let extractors = ResamplingFilter::ALL.map(|filter| {
        let front_end = FrontEnd::builder().resampling(filter).build().unwrap();
        let rate = hertz(6000);
        let granularity = AudioGranularity::new(rate, Representation::Waveform, front_end);
        Extractor::new(&granularity).unwrap()
    });
    for (index, one) in extractors.iter().enumerate() {
        for other in &extractors[..index] {
            assert_ne!(one.extract(&recording).unwrap(), other.extract(&recording).unwrap());
        }
    }
}
