//! Building blocks of simulated sounds: tones, ringing and filtered noise.

use std::f64::consts::TAU;

use rand::Rng;

use super::{LENGTH, RATE, between};

/// Sum of sounds, as samples of which -1 and 1 are full scale.
pub(super) struct Sound(Vec<f64>);

impl Sound {
    pub(super) fn silence() -> Self {
        Self(vec![0.0; LENGTH])
    }

    /// Adds the next value of a sound to each sample.
    pub(super) fn add(&mut self, mut value: impl FnMut() -> f64) {
        self.0.iter_mut().for_each(|sample| *sample += value());
    }

    /// Adds half a second of ringing from the sample `at` on. By then, it has faded away.
    pub(super) fn strike(&mut self, at: usize, mut ring: Ring) {
        for sample in self.0.iter_mut().skip(at).take(RATE as usize / 2) {
            *sample += ring.next();
        }
    }

    /// Returns the samples in 16 bits. Values beyond full scale are clipped.
    pub(super) fn samples(self) -> impl Iterator<Item = i16> {
        self.0.into_iter().map(|sample| (sample * f64::from(i16::MAX)).round() as i16)
    }
}

/// Sine tone, computed by rotating a pointer in the complex plane.
pub(super) struct Tone {
    real: f64,
    imaginary: f64,
    step: (f64, f64),
    level: f64,
}

impl Tone {
    /// Creates a tone with a random phase.
    pub(super) fn new(hertz: f64, level: f64, rng: &mut impl Rng) -> Self {
        let (step, phase) = (TAU * hertz / f64::from(RATE), between(rng, 0.0, TAU));
        let (sine, cosine) = libm::sincos(phase);
        let (step_sine, step_cosine) = libm::sincos(step);
        Self { real: cosine, imaginary: sine, step: (step_cosine, step_sine), level }
    }

    pub(super) fn next(&mut self) -> f64 {
        let (cosine, sine) = self.step;
        let value = self.level * self.imaginary;
        (self.real, self.imaginary) = (
            self.real * cosine - self.imaginary * sine,
            self.real * sine + self.imaginary * cosine,
        );
        value
    }
}

/// Tone that fades exponentially, computed by a filter with two poles.
#[derive(Clone)]
pub(super) struct Ring {
    last: f64,
    value: f64,
    /// Coefficients of the recursion: 2 r cos ω and r².
    poles: (f64, f64),
}

impl Ring {
    /// Creates a tone that fades to a thousandth of its level in `seconds`.
    pub(super) fn new(hertz: f64, level: f64, seconds: f64) -> Self {
        let radius = libm::pow(1e-3, 1.0 / (seconds * f64::from(RATE)));
        let angle = TAU * hertz / f64::from(RATE);
        let poles = (2.0 * radius * libm::cos(angle), radius * radius);
        // The values of rⁿ sin(n ω) at n = 0 and n = 1.
        Self { last: 0.0, value: level * radius * libm::sin(angle), poles }
    }

    fn next(&mut self) -> f64 {
        let next = self.poles.0 * self.value - self.poles.1 * self.last;
        self.last = self.value;
        self.value = next;
        self.last
    }
}

/// Band of white noise. Two low-pass filters of one pole each remove the frequencies above the
/// band. A third one extracts those below it, which are subtracted.
pub(super) struct Band {
    low: [f64; 2],
    below: f64,
    edges: (f64, f64),
    level: f64,
}

impl Band {
    pub(super) fn new(from: f64, to: f64, level: f64) -> Self {
        let pole = |hertz: f64| 1.0 - libm::exp(-TAU * hertz / f64::from(RATE));
        Self { low: [0.0; 2], below: 0.0, edges: (pole(from), pole(to)), level }
    }

    pub(super) fn next(&mut self, rng: &mut impl Rng) -> f64 {
        let mut value = between(rng, -self.level, self.level);
        for low in &mut self.low {
            *low += self.edges.1 * (value - *low);
            value = *low;
        }
        self.below += self.edges.0 * (value - self.below);
        value - self.below
    }
}
