//! Simulation of the recordings of a toy conveyor.

mod belt;
mod environment;
mod sound;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use rand::Rng;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use rayon::prelude::*;

use belt::Fault;
use sound::Sound;

/// Sample rate, in Hz.
const RATE: u32 = 48_000;

/// Length of a recording, in samples: 10 s.
const LENGTH: usize = 10 * RATE as usize;

/// Name of the file that marks a folder of simulated recordings.
const MARK: &str = "SIMULATED.txt";

/// Simulation of a toy belt conveyor in ToyADMOS' layout. Each recording has 10 s at 48 kHz, in
/// 16 bits and mono.
///
/// The recordings are **not** ToyADMOS, and results on them say nothing about ToyADMOS. They
/// replace it where a task needs data of the same size and layout on which the granularity matters.
///
/// The simulation consists of:
///
/// - A conveyor. Its motor hums at its speed and harmonics, its gears mesh, the joint of its belt
///   makes the frame ring, and the belt rubs on its bed. Speed, levels and resonances vary slightly
///   between recordings, as they do between recordings of one specimen.
/// - Faults that are audible in different bands. A worn bearing rumbles below 190 Hz. A low voltage
///   slows the motor, which lowers its tones and those of the gears by 10 to 18 %. A belt under too
///   much tension loads the gears (tones from 650 Hz on) and squeals between 5 and 7 kHz. A metal
///   clip on the belt thuds at 310 Hz and clicks above 8 kHz. A sample rate of 375 Hz covers
///   frequencies up to 187 Hz: the first fault and a part of the second. A rate of 24 kHz covers
///   all of them.
/// - The noise of a workshop: rumble, hiss, mains hum, fans and a few blows.
///
/// ```no_run
/// use danas_datasets::{Machine, ToyAdmos, ToyConveyor};
///
/// ToyConveyor::new(7).normal(900).anomalous(200).noises(1100).write("toys", &|_, _| {})?;
/// let dataset = ToyAdmos::new("toys", Machine::Conveyor).dataset()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ToyConveyor {
    seed: u64,
    normal: usize,
    anomalous: usize,
    noises: usize,
}

/// One recording to simulate.
#[derive(Debug, Clone, Copy)]
struct Take {
    kind: Kind,
    /// Number of the recording among those of its kind, counted from 1.
    number: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Normal,
    Anomalous(Fault),
    Noise,
}

impl ToyConveyor {
    /// Creates a simulation with as many recordings as the experiments of the paper use: 900 normal
    /// ones, 200 anomalous ones and 1100 of noise. A recording depends only on the seed, its kind
    /// and its number.
    pub const fn new(seed: u64) -> Self {
        Self { seed, normal: 900, anomalous: 200, noises: 1100 }
    }

    /// Sets the number of normal recordings. Default: 900.
    pub const fn normal(self, normal: usize) -> Self {
        Self { normal, ..self }
    }

    /// Sets the number of anomalous recordings, which take turns through all faults. Default: 200.
    pub const fn anomalous(self, anomalous: usize) -> Self {
        Self { anomalous, ..self }
    }

    /// Sets the number of noise recordings. Default: 1100.
    pub const fn noises(self, noises: usize) -> Self {
        Self { noises, ..self }
    }

    /// Writes the recordings below `folder/ToyConveyor`. Recordings that exist already are kept: a
    /// file gets its final name only when it is complete. After each recording, `progress` is
    /// called with the number of recordings that are finished and the number of all recordings. The
    /// calls come in any order and from any thread.
    ///
    /// # Errors
    /// [`SimulationError`] if a file cannot be written, or if the folder contains other recordings.
    pub fn write(
        &self,
        folder: impl AsRef<Path>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<(), SimulationError> {
        let folder = folder.as_ref().join("ToyConveyor");
        self.mark(&folder)?;
        let takes = self.takes();
        let done = AtomicUsize::new(0);
        takes.par_iter().try_for_each(|take| {
            let path = folder.join(take.path());
            if !path.is_file() {
                write_wav(&path, take.sound(self.seed).samples())?;
            }
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, takes.len());
            Ok(())
        })
    }

    fn takes(&self) -> Vec<Take> {
        let of = |kind, number| Take { kind, number };
        let anomalous = |number: usize| {
            let fault = Fault::ALL[(number - 1) % Fault::ALL.len()];
            of(Kind::Anomalous(fault), number)
        };
        let normal = (1..=self.normal).map(|number| of(Kind::Normal, number));
        let noises = (1..=self.noises).map(|number| of(Kind::Noise, number));
        normal.chain((1..=self.anomalous).map(anomalous)).chain(noises).collect()
    }

    /// Creates a folder and marks it as one of this simulation, or checks the mark of a folder that
    /// exists.
    fn mark(&self, folder: &Path) -> Result<(), SimulationError> {
        let text = format!(
            "Simulated by danas-datasets, not recorded: a toy conveyor in ToyADMOS' layout.\n\
             Simulation 1, seed {}.\n",
            self.seed
        );
        let path = folder.join(MARK);
        let known = match fs::read_to_string(&path) {
            Ok(known) => Some(known),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(SimulationError::Write { path, source }),
        };
        match known {
            Some(known) if known == text => Ok(()),
            None if !folder.exists() => {
                let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
                written.map_err(|source| SimulationError::Write { path, source })
            }
            _ => Err(SimulationError::OtherRecordings { folder: folder.to_owned() }),
        }
    }
}

impl Take {
    /// Returns the path of the recording below the folder of the machine, named as in ToyADMOS.
    fn path(self) -> PathBuf {
        let number = self.number;
        match self.kind {
            Kind::Normal => format!(
                "case1/NormalSound_IND/110001{number:04}_ToyConveyor_case1_normal_IND_ch1_{number:04}.wav"
            ),
            Kind::Anomalous(fault) => format!(
                "case1/AnomalousSound_IND/\
                 1101{code:02}{number:04}_ToyConveyor_case1_ab{code:02}_IND_ch1_{number:04}.wav",
                code = fault.code(),
            ),
            Kind::Noise => format!(
                "EnvironmentalNoise_CNT/12{number:04}_ToyConveyor_case1_N1_CNT_ch1_{number:04}.wav"
            ),
        }
        .into()
    }

    /// Simulates the recording. The same seed gives the same sound.
    fn sound(self, seed: u64) -> Sound {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let kind = match self.kind {
            Kind::Normal => 0,
            Kind::Anomalous(_) => 1,
            Kind::Noise => 2,
        };
        rng.set_stream(3 * self.number as u64 + kind);
        match self.kind {
            Kind::Normal => belt::run(None, &mut rng),
            Kind::Anomalous(fault) => belt::run(Some(fault), &mut rng),
            Kind::Noise => environment::record(&mut rng),
        }
    }
}

/// Draws a number from the uniform distribution between two others, of which `most` is excluded.
fn between(rng: &mut impl Rng, least: f64, most: f64) -> f64 {
    // 53 random bits give a multiple of 2⁻⁵³ below 1, which an f64 holds exactly.
    let share = (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    least + (most - least) * share
}

/// Writes 16-bit samples to a WAV file. The file gets its final name only when it is complete.
fn write_wav(path: &Path, samples: impl Iterator<Item = i16>) -> Result<(), SimulationError> {
    let partial = path.with_extension("part");
    let write = || -> Result<(), hound::Error> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(&partial, spec)?;
        let mut fast = writer.get_i16_writer(LENGTH as u32);
        samples.for_each(|sample| fast.write_sample(sample));
        fast.flush()?;
        writer.finalize()?;
        Ok(fs::rename(&partial, path)?)
    };
    write().map_err(|error| SimulationError::Write {
        path: path.to_owned(),
        source: match error {
            hound::Error::IoError(source) => source,
            other => io::Error::other(other),
        },
    })
}

/// Error of writing simulated recordings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// A file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Reason.
        #[source]
        source: io::Error,
    },
    /// The folder contains something else, such as a simulation with another seed.
    #[error("{} contains other recordings; choose another folder", folder.display())]
    OtherRecordings {
        /// The folder.
        folder: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use danas::{AudioSource, Broken, Noise};

    use super::*;
    use crate::{Machine, ToyAdmos};

    #[test]
    fn what_is_written_is_found_by_the_loader_and_the_same_again() {
        let root = tempfile::tempdir().unwrap();
        let toys = ToyConveyor::new(3).normal(3).anomalous(5).noises(2);
        let calls = AtomicUsize::new(0);
        let count = |_: usize, all: usize| {
            assert_eq!(all, 10);
            calls.fetch_add(1, Ordering::Relaxed);
        };
        toys.write(root.path(), &count).unwrap();
        assert_eq!(calls.load(Ordering::Relaxed), 10);
        let loader = ToyAdmos::new(root.path(), Machine::Conveyor);
        let (dataset, noises) = (loader.dataset().unwrap(), loader.noises().unwrap());
        assert_eq!(dataset.labels(), [0, 0, 0, 1, 1, 1, 1, 1]);
        let noise = Noise { paths: noises, sound_gain: 1.0, noise_gain: 1.0 };
        let opened = AtomicUsize::new(0);
        let progress = |_, all| {
            assert_eq!(all, 10);
            opened.fetch_add(1, Ordering::Relaxed);
        };
        let source = AudioSource::open_with_progress(
            dataset.clone(),
            Some(noise),
            Broken::Refuse,
            &progress,
        );
        assert_eq!(source.unwrap().native_rate().get(), RATE);
        assert_eq!(opened.into_inner(), 10);

        let lost = &dataset.clips()[4].path;
        let bytes = fs::read(lost).unwrap();
        fs::remove_file(lost).unwrap();
        toys.write(root.path(), &|_, _| {}).unwrap();
        assert_eq!(fs::read(lost).unwrap(), bytes);
        let other = ToyConveyor::new(4).write(root.path(), &|_, _| {}).unwrap_err();
        assert!(other.to_string().contains("other recordings"), "{other}");
    }

    #[test]
    fn nothing_is_clipped_or_silent_and_takes_differ() {
        for kind in [Kind::Normal, Kind::Noise].into_iter().chain(Fault::ALL.map(Kind::Anomalous)) {
            let samples =
                |number| -> Vec<i16> { Take { kind, number }.sound(1).samples().collect() };
            let first = samples(1);
            assert_eq!(first.len(), LENGTH);
            let largest = first.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((2000..32_000).contains(&largest), "{kind:?}: {largest}");
            assert_eq!(first, samples(1));
            assert_ne!(first, samples(2));
        }
    }
}
