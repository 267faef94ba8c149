//! A kind of data and an engine that need neither files nor libtorch.

pub(crate) mod ramps;
pub(crate) mod tables;
pub(crate) mod wav;

use std::{convert::Infallible, fmt, sync::Mutex};

use danas::{
    DataSource,
    model::{Engine, ModelError, TrainedModel, Training, TrainingRecord, Weights},
    space::{
        ArchitectureSpace, Axis, Bytes, DataSpace, Granularity, Infeasible, Scale, SearchSpace,
        Shape,
    },
};
use ndarray::{Array2, Array4, ArrayView4, Axis as Dimension};
use serde::{Deserialize, Serialize};

/// A square with this number of rows and columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Resolution(pub(crate) usize);

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{0}x{0}", self.0)
    }
}

impl Granularity for Resolution {
    fn input_shape(&self) -> Result<Shape, Infeasible> {
        Ok(Shape::new(self.0, self.0, 1))
    }

    fn input_buffer(&self) -> Bytes {
        Bytes((self.0 * self.0) as u64)
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![("resolution", self.0.to_string())]
    }
}

#[derive(Debug, serde::Serialize)]
pub(crate) struct Resolutions(pub(crate) Vec<usize>);

impl DataSpace for Resolutions {
    type Granularity = Resolution;

    fn axes(&self) -> Vec<Axis> {
        vec![Axis { name: "resolution", len: self.0.len(), scale: Scale::Ordered }]
    }

    fn at(&self, position: &[usize]) -> Option<Resolution> {
        self.0.get(*position.first()?).copied().map(Resolution)
    }

    fn position(&self, granularity: &Resolution) -> Option<Vec<usize>> {
        Some(vec![self.0.iter().position(|&size| size == granularity.0)?])
    }
}

/// Returns a space of these resolutions and small networks.
pub(crate) fn space(sizes: &[usize]) -> SearchSpace<Resolutions> {
    let architecture = ArchitectureSpace::builder().filters([2, 4, 8]).max_depth(3).build();
    SearchSpace::new(Resolutions(sizes.to_vec()), architecture.unwrap())
}

/// Sixty squares of two classes, which differ in their mean. Records which of them were asked for.
pub(crate) struct Squares {
    classes: [String; 2],
    labels: Vec<usize>,
    pub(crate) asked_for: Mutex<Vec<usize>>,
}

impl Squares {
    pub(crate) fn new() -> Self {
        let labels = (0..60).map(|example| example % 2).collect();
        let classes = ["dark", "bright"].map(str::to_owned);
        Self { classes, labels, asked_for: Mutex::default() }
    }
}

impl DataSource for &'static Squares {
    type Granularity = Resolution;
    type Error = Infallible;

    fn classes(&self) -> &[String] {
        &self.classes
    }

    fn labels(&self) -> &[usize] {
        &self.labels
    }

    fn fingerprint(&self) -> String {
        "sixty squares".to_owned()
    }

    fn features(&self, size: &Resolution, examples: &[usize]) -> Result<Array4<f32>, Infallible> {
        self.asked_for.lock().unwrap().extend(examples);
        let value = |(example, row, column, _): (usize, usize, usize, usize)| {
            let texture = ((row * 31 + column * 17 + examples[example] * 7) % 13) as f32 / 13.0;
            self.labels[examples[example]] as f32 + texture
        };
        Ok(Array4::from_shape_fn((examples.len(), size.0, size.0, 1), value))
    }
}

/// An engine that leaves the initial weights as they are. It predicts from each example's mean and
/// the sum of the weights, so that results depend on candidate, seed and data, as with a real
/// engine.
#[derive(Debug)]
pub(crate) struct Untrained;

impl Engine for Untrained {
    fn name(&self) -> &str {
        "untrained"
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        let weights = Weights::glorot_uniform(training.network(), training.seed())?;
        let record = TrainingRecord::new(self.name(), training.seed(), vec![1.0]);
        TrainedModel::new(training.network().clone(), weights, None, record)
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        let threshold: f32 = model.weights().tensors().map(|(_, tensor)| tensor.sum()).sum();
        let mut probabilities = Array2::zeros((features.len_of(Dimension(0)), 2));
        for (example, mut row) in features.outer_iter().zip(probabilities.outer_iter_mut()) {
            let bright = (example.mean().unwrap_or(0.0) - 1.0 - threshold * 0.1).clamp(-0.5, 0.5);
            row[0] = 0.5 - bright;
            row[1] = 0.5 + bright;
        }
        Ok(probabilities)
    }
}
