//! Noise of the workshop around the conveyor.

use rand::Rng;

use super::{
    LENGTH, between,
    sound::{Band, Ring, Sound, Tone},
};

/// Simulates 10 s of noise.
pub(super) fn record(rng: &mut impl Rng) -> Sound {
    let mut sound = Sound::silence();
    for (from, to, least, most) in [
        // From low to high: traffic and machines behind walls, voices and tools, air. Each band has
        // its edges in Hz, and its lowest and highest level.
        (20.0, 150.0, 0.05, 0.15),
        (200.0, 1200.0, 0.03, 0.1),
        (1500.0, 9000.0, 0.015, 0.04),
        (9000.0, 20_000.0, 0.005, 0.015),
    ] {
        let mut band = Band::new(from, to, between(rng, least, most));
        // The noise swells and fades with a period of 2.5 to 20 s.
        let mut swell = Tone::new(between(rng, 0.05, 0.4), 0.4, rng);
        sound.add(|| band.next(rng) * (1.0 + swell.next()));
    }
    for harmonic in [1.0, 2.0, 3.0] {
        let mut mains = Tone::new(50.0 * harmonic, between(rng, 0.0, 0.008), rng);
        sound.add(|| mains.next());
    }
    // Fans. Their frequencies may coincide with tones of the conveyor.
    for _ in 0..3 {
        let mut fan = Tone::new(between(rng, 60.0, 900.0), between(rng, 0.0, 0.012), rng);
        sound.add(|| fan.next());
    }
    let blows = between(rng, 0.0, 6.0) as usize;
    for _ in 0..blows {
        let at = between(rng, 0.0, LENGTH as f64) as usize;
        for _ in 0..4 {
            let hertz = between(rng, 300.0, 11_000.0);
            sound.strike(at, Ring::new(hertz, between(rng, 0.005, 0.06), between(rng, 0.02, 0.3)));
        }
    }
    sound
}
