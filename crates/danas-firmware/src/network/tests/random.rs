//! Random networks, weights and examples.

use danas_size::{Affine, Calibration, Converter, FloatModel, Int8Model, Profile};
use danas_space::{Architecture, Network, Role, Shape, TensorSpec, parse_layers};
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;

/// Source of all random numbers of a test.
pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        *values.choose(&mut self.0).unwrap()
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end)
    }

    /// Returns a number with a mean of 0 and a deviation of about 1.
    fn number(&mut self) -> f32 {
        (0..4).map(|_| self.0.random_range(-0.866_f32..0.866)).sum()
    }

    pub(crate) fn floats(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }

    /// Returns integers that contain the extremes more often than others.
    pub(crate) fn integers(&mut self, count: usize) -> Vec<i8> {
        let mut integer = || match self.below(8) {
            0 => i8::MIN,
            1 => i8::MAX,
            _ => self.0.random(),
        };
        (0..count).map(|_| integer()).collect()
    }

    /// Returns a layer in danas' notation.
    pub(crate) fn layer(&mut self) -> String {
        let (rows, columns) = (1 + self.below(4), 1 + self.below(4));
        let (down, across) = (1 + self.below(2), 1 + self.below(3));
        let filters = self.one_of(&[1, 2, 3, 4, 5, 8, 9]);
        let padding = self.one_of(&["", "p"]);
        let normalisation = self.one_of(&["", "", "n"]);
        let activation = self.one_of(&["R", "R", "S"]);
        let rest = format!("{padding}{normalisation}{activation}");
        match self.below(9) {
            0 | 1 => format!("{filters}x{rows}x{columns}/{down}x{across}{rest}"),
            2 => format!("{filters}x3{rest}"),
            3 => format!("{filters}x1R"),
            4 | 5 => format!("d{filters}x{rows}x{columns}/{down}x{across}{rest}"),
            6 => format!("d{filters}x3{rest}"),
            7 => format!("max{rows}x{columns}/{down}x{across}"),
            _ => format!("avg{rows}x{columns}/{down}x{across}"),
        }
    }

    /// Returns a network of up to six layers.
    pub(crate) fn network(&mut self) -> Network {
        loop {
            let side = |it: &mut Self| it.one_of(&[1, 2, 3, 5, 8, 13]);
            let input = Shape::new(side(self), side(self), self.one_of(&[1, 1, 2, 3, 4, 7]));
            let mut layers: Vec<String> = (0..self.below(7)).map(|_| self.layer()).collect();
            if self.below(3) == 0 {
                layers.push("gap".to_owned());
            }
            let text = if layers.is_empty() { "flatten".to_owned() } else { layers.join(" ") };
            let dense = self.one_of(&[0, 1, 6, 9]);
            let classes = self.one_of(&[1, 2, 3, 10]);
            let architecture = Architecture::new(parse_layers(&text).unwrap(), dense).unwrap();
            if let Ok(network) = Network::new(input, &architecture, classes) {
                return network;
            }
        }
    }

    /// Returns trained-looking weights of a network.
    pub(crate) fn weights(&mut self, network: &Network) -> Vec<Vec<f32>> {
        let tensor = |spec: TensorSpec| {
            let values = spec.values();
            let outputs = if spec.role == Role::Depthwise { spec.shape[3] } else { spec.shape[0] };
            let size = match spec.role {
                Role::Kernel | Role::Pointwise | Role::Depthwise => {
                    1.5 / ((values / outputs) as f32).sqrt()
                }
                _ => 0.3,
            };
            let value = |number: f32| match spec.role {
                Role::Variance | Role::Scale => 1.0 + (size * number).abs(),
                _ => size * number,
            };
            self.floats(values).into_iter().map(value).collect()
        };
        network.weights().into_iter().map(tensor).collect()
    }

    /// Quantises a model. Every third time, its scales do not suit it, so that values are far
    /// from the calibrated ranges, and factors beyond 1.
    pub(crate) fn quantised(&mut self, model: &FloatModel<'_>) -> Int8Model {
        let profile = self.one_of(&Profile::ALL);
        self.quantised_for(model, None, profile)
    }

    /// Quantises a model in the same way, for the default profile, and with the mapping of its input
    /// if that is given.
    pub(crate) fn quantised_by_default(
        &mut self,
        model: &FloatModel<'_>,
        input: Option<Affine>,
    ) -> Int8Model {
        self.quantised_for(model, input, Profile::default())
    }

    fn quantised_for(
        &mut self,
        model: &FloatModel<'_>,
        input: Option<Affine>,
        profile: Profile,
    ) -> Int8Model {
        let mut calibration = Calibration::new(model);
        let values = model.network().input().elements().unwrap();
        for _ in 0..3 {
            calibration.observe(&self.floats(values)).unwrap();
        }
        let mut scales = calibration.scales().unwrap().as_slice().to_vec();
        if self.below(3) == 0 {
            for affine in &mut scales {
                affine.scale *= self.one_of(&[1e-3, 0.1, 0.3, 1.0, 1.0, 3.0, 100.0]);
                affine.zero_point = self.integers(1)[0];
            }
        }
        if let (Some(first), Some(input)) = (scales.first_mut(), input) {
            *first = input;
        }
        let scales = danas_size::ActivationScales::new(model.network(), scales).unwrap();
        let mut converter = Converter::default();
        converter.profile = profile;
        converter.quantise(model, &scales).unwrap()
    }
}
