//! Sound of the conveyor itself, with or without a fault.

use rand::Rng;

use super::{
    LENGTH, RATE, between,
    sound::{Band, Ring, Sound, Tone},
};

/// Fault of the conveyor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The bearing of the tail pulley is worn and rumbles as its balls pass the flaw.
    Bearing,
    /// The voltage is low and the motor runs slowly. Its tones and those of the gears are lower by
    /// 10 to 18 %.
    Voltage,
    /// The belt is too tight. The gears carry a higher load, and the belt squeals once per turn of
    /// a roller.
    Tension,
    /// A metal clip on the belt hits both rollers, with a thud and a click above 8 kHz.
    Clip,
}

impl Fault {
    pub(super) const ALL: [Self; 4] = [Self::Bearing, Self::Voltage, Self::Tension, Self::Clip];

    /// Returns the number of the fault in file names.
    pub(super) const fn code(self) -> usize {
        self as usize + 1
    }
}

/// Speed of the motor, in turns per second.
const MOTOR: f64 = 38.0;

/// Number of teeth of the pinion.
const TEETH: f64 = 17.0;

/// Turns of a roller for each turn of the motor.
const REDUCTION: f64 = 1.0 / 9.0;

/// Turns of the belt for each turn of a roller.
const BELT: f64 = 1.0 / 5.5;

/// Simulates 10 s of the conveyor, with or without a fault.
pub(super) fn run(fault: Option<Fault>, rng: &mut impl Rng) -> Sound {
    let slow = match fault {
        Some(Fault::Voltage) => between(rng, 0.82, 0.9),
        _ => 1.0,
    };
    let motor = MOTOR * slow * between(rng, 0.99, 1.01);
    let roller = motor * REDUCTION;
    let mut sound = Sound::silence();
    hum(&mut sound, motor, rng);
    let load = if fault == Some(Fault::Tension) { between(rng, 1.6, 2.2) } else { 1.0 };
    gears(&mut sound, motor, roller, load, rng);
    friction(&mut sound, roller, rng);
    joints(&mut sound, roller * BELT, rng);
    match fault {
        Some(Fault::Bearing) => bearing(&mut sound, roller, rng),
        Some(Fault::Tension) => squeal(&mut sound, roller, rng),
        Some(Fault::Clip) => clip(&mut sound, roller, rng),
        Some(Fault::Voltage) | None => {}
    }
    sound
}

/// Adds the hum of the motor: its frequency of rotation and harmonics.
fn hum(sound: &mut Sound, motor: f64, rng: &mut impl Rng) {
    for (harmonic, level) in [(1.0, 0.03), (2.0, 0.02), (3.0, 0.01), (6.0, 0.025), (12.0, 0.012)] {
        let mut tone = Tone::new(motor * harmonic, level * between(rng, 0.9, 1.1), rng);
        sound.add(|| tone.next());
    }
}

/// Adds the meshing of the gears, whose level is proportional to their load.
fn gears(sound: &mut Sound, motor: f64, roller: f64, load: f64, rng: &mut impl Rng) {
    for (harmonic, level) in [(1.0, 0.03), (2.0, 0.018), (3.0, 0.01), (5.0, 0.005)] {
        let level = level * load * between(rng, 0.9, 1.1);
        let mut tone = Tone::new(motor * TEETH * harmonic, level, rng);
        let mut turns = Tone::new(roller, 0.4, rng);
        sound.add(|| tone.next() * (1.0 + turns.next()));
    }
}

/// Adds the friction of the belt on its bed, whose level varies with each turn of the rollers.
fn friction(sound: &mut Sound, roller: f64, rng: &mut impl Rng) {
    let mut band = Band::new(150.0, between(rng, 2000.0, 2400.0), between(rng, 0.11, 0.13));
    let mut turns = Tone::new(roller, 0.3, rng);
    sound.add(|| band.next(rng) * (1.0 + turns.next()));
}

/// Adds the ringing of the frame, which the joint of the belt excites once per turn of the belt.
fn joints(sound: &mut Sound, belt: f64, rng: &mut impl Rng) {
    let level = between(rng, 0.04, 0.05);
    let modes = [430.0, 960.0, 2350.0, 5200.0].map(|hertz| hertz * between(rng, 0.99, 1.01));
    each(belt, rng, |at, rng| {
        for (mode, hertz) in modes.into_iter().enumerate() {
            let level = level * between(rng, 0.6, 1.4) / (1 + mode) as f64;
            sound.strike(at, Ring::new(hertz, level, 0.12));
        }
    });
}

/// Adds the rumble of a worn bearing, below 190 Hz: a stroke for each ball that passes the flaw.
fn bearing(sound: &mut Sound, roller: f64, rng: &mut impl Rng) {
    let level = between(rng, 0.08, 0.15);
    let balls = roller * between(rng, 3.4, 3.7);
    each(balls, rng, |at, rng| {
        let level = level * between(rng, 0.5, 1.5);
        sound.strike(at, Ring::new(between(rng, 105.0, 165.0), level, 0.08));
    });
}

/// Adds the squeal of rubber that sticks and slips, once per turn of a roller, where the belt is
/// tightest.
fn squeal(sound: &mut Sound, roller: f64, rng: &mut impl Rng) {
    let level = between(rng, 0.03, 0.06);
    let hertz = between(rng, 5200.0, 6600.0);
    let mut partials = [(1.0, 1.0), (1.003, 0.6), (2.0, 0.3)]
        .map(|(harmonic, share)| Tone::new(hertz * harmonic, level * share, rng));
    let mut turns = Tone::new(roller, 1.0, rng);
    sound.add(|| {
        let tight = (turns.next() - 0.5).max(0.0) * 2.0;
        tight * partials.iter_mut().map(Tone::next).sum::<f64>()
    });
}

/// Adds the strokes of the clip on the rollers, twice per turn of the belt. The metal rings above
/// 8 kHz, and the frame at 310 Hz.
fn clip(sound: &mut Sound, roller: f64, rng: &mut impl Rng) {
    let level = between(rng, 0.06, 0.12);
    let modes = [(8900.0, 1.0), (10_300.0, 1.0), (310.0, 2.0)];
    let modes = modes.map(|(hertz, share)| (hertz * between(rng, 0.96, 1.04), level * share));
    each(roller * BELT * 2.0, rng, |at, rng| {
        for (hertz, level) in modes {
            sound.strike(at, Ring::new(hertz, level * between(rng, 0.6, 1.4), 0.06));
        }
    });
}

/// Calls `happens` with the sample of each event. There are about `often` events per second, at
/// intervals that vary by up to 3 %.
fn each<R: Rng>(often: f64, rng: &mut R, mut happens: impl FnMut(usize, &mut R)) {
    let period = f64::from(RATE) / often;
    let mut at = between(rng, 0.0, period);
    while at < LENGTH as f64 {
        happens(at as usize, rng);
        at += period * between(rng, 0.97, 1.03);
    }
}
