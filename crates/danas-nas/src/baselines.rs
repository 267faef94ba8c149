//! Baselines: simple networks that a search has to beat.

use std::collections::BTreeMap;

use danas_space::{Architecture, Candidate, DataSpace, Layer, Scale, SearchSpace, parse_layers};

/// Maximum number of granularities at which each baseline is evaluated.
const GRANULARITIES: usize = 16;

/// A simple network that anybody would try before searching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Baseline {
    /// Multinomial logistic regression: a softmax layer that reads the features directly.
    LogisticRegression,
    /// A convolution over the whole height, its mean over time, and a hidden layer.
    Cnn,
    /// A convolution over the whole height, max pooling and a separable convolution along time,
    /// their mean over time, and a hidden layer.
    ///
    /// # References
    /// Y. Zhang, N. Suda, L. Lai and V. Chandra (2017). Hello edge: keyword spotting on
    /// microcontrollers. <https://arxiv.org/abs/1711.07128> Its small networks are of this kind.
    SeparableCnn,
}

impl Baseline {
    /// All baselines, the simplest first.
    pub const ALL: [Self; 3] = [Self::LogisticRegression, Self::Cnn, Self::SeparableCnn];

    /// Returns the name used in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LogisticRegression => "logistic regression",
            Self::Cnn => "standard CNN",
            Self::SeparableCnn => "separable CNN",
        }
    }

    /// Returns the architecture.
    fn architecture(self) -> Option<Architecture> {
        let (layers, dense_width): (Vec<Layer>, u32) = match self {
            Self::LogisticRegression => (Vec::new(), 0),
            Self::Cnn => (parse_layers("24xHx3R gap").ok()?, 40),
            Self::SeparableCnn => (parse_layers("48xHx3R max1x2 d48x1x5R gap").ok()?, 40),
        };
        Architecture::new(layers, dense_width).ok()
    }

    /// Returns the baseline that has this architecture, if there is one.
    #[must_use]
    pub fn of(architecture: &Architecture) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.architecture().as_ref() == Some(architecture))
    }

    /// Returns the baselines that a space contains. Each one is combined with the finest
    /// granularity for which `is_possible` holds: the last values on the ordered axes, for every
    /// combination of values on the categorical axes. Their strength of augmentation is the one in
    /// the space that is closest to 100 %, the strength that the training settings state.
    pub(crate) fn candidates<D: DataSpace>(
        space: &SearchSpace<D>,
        is_possible: impl Fn(&D::Granularity) -> bool,
    ) -> Vec<Candidate<D::Granularity>> {
        let axes = space.data.axes();
        let mut finest: BTreeMap<Vec<usize>, (Vec<usize>, D::Granularity)> = BTreeMap::new();
        for granularity in space.data.granularities().filter(|it| is_possible(it)) {
            let Some(position) = space.data.position(&granularity) else { continue };
            let of = |scale| -> Vec<usize> {
                let places = axes.iter().zip(&position);
                places.filter(|(axis, _)| axis.scale == scale).map(|(_, &at)| at).collect()
            };
            let (kind, fineness) = (of(Scale::Categorical), of(Scale::Ordered));
            if finest.get(&kind).is_none_or(|(known, _)| *known < fineness) {
                finest.insert(kind, (fineness, granularity));
            }
        }
        let finest: Vec<D::Granularity> =
            finest.into_values().take(GRANULARITIES).map(|(_, it)| it).collect();
        let augmentation = space.augmentation.closest_to_full();
        let architectures = Self::ALL.into_iter().filter_map(Self::architecture);
        let candidates = architectures.flat_map(|architecture| {
            finest.iter().map(move |granularity| Candidate {
                augmentation,
                ..Candidate::new(granularity.clone(), architecture.clone())
            })
        });
        candidates.filter(|candidate| space.contains(candidate)).collect()
    }
}
