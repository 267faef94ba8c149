//! What a search has to beat: the candidates that anybody would try first.

use danas_space::{Architecture, Candidate, DataSpace, Layer, Scale, SearchSpace, parse_layers};

/// The most granularities that each baseline is tried at.
const GRANULARITIES: usize = 16;

/// A network that needs no search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Baseline {
    /// The softmax of one weight for each feature and class: multinomial logistic regression.
    LogisticRegression,
    /// One convolution over the whole height, its mean over time, and a hidden layer.
    Cnn,
}

impl Baseline {
    /// All baselines, the simplest first.
    pub const ALL: [Self; 2] = [Self::LogisticRegression, Self::Cnn];

    /// The name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogisticRegression => "logistic regression",
            Self::Cnn => "standard CNN",
        }
    }

    /// The architecture.
    fn architecture(self) -> Option<Architecture> {
        let (layers, dense_width): (Vec<Layer>, u32) = match self {
            Self::LogisticRegression => (Vec::new(), 0),
            Self::Cnn => (parse_layers("24xHx3R gap").ok()?, 40),
        };
        Architecture::new(layers, dense_width).ok()
    }

    /// The baseline that an architecture is, if any.
    #[must_use]
    pub fn of(architecture: &Architecture) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.architecture().as_ref() == Some(architecture))
    }

    /// The baselines that a space holds, each where its data is given most finely: at the last value of
    /// each ordered axis, and at every one of the others.
    pub(crate) fn candidates<D: DataSpace>(
        space: &SearchSpace<D>,
    ) -> Vec<Candidate<D::Granularity>> {
        let axes = space.data.axes();
        let finest = space.data.granularities().filter(|granularity| {
            let position = space.data.position(granularity).unwrap_or_default();
            let mut places = axes.iter().zip(position);
            places.all(|(axis, at)| axis.scale == Scale::Categorical || at + 1 == axis.len)
        });
        let finest: Vec<D::Granularity> = finest.take(GRANULARITIES).collect();
        let architectures = Self::ALL.into_iter().filter_map(Self::architecture);
        let candidates = architectures.flat_map(|architecture| {
            finest.iter().map(move |granularity| Candidate {
                granularity: granularity.clone(),
                architecture: architecture.clone(),
            })
        });
        candidates.filter(|candidate| space.contains(candidate)).collect()
    }
}
