//! How alike the outcomes of two genomes are expected to be.

/// A covariance with weights for each gene, and noise.
///
/// In units of the variance of the first part, it is the sum of
/// - a Matérn kernel (ν = 5/2) of all genes together, (1 + √5 *r* + 5/3 *r²*) exp(−√5 *r*), with
///   *r²* = Σ *wᵢ δᵢ²*, the *δᵢ²* being the squared distances of the genes. A gene of small weight
///   matters little, as if it were not there;
/// - what each gene does whatever the others are, Σ *sᵢ* / (1 + 4 *δᵢ²*), a rational quadratic kernel
///   each.
///
/// # References
/// - C. Rasmussen and C. Williams (2006). Gaussian processes for machine learning, Section 4.2.
///   <https://gaussianprocess.org/gpml/>
/// - D. Duvenaud, H. Nickisch and C. Rasmussen (2011). Additive Gaussian processes.
///   <https://arxiv.org/abs/1112.4394>
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kernel {
    /// *wᵢ*, by gene.
    pub(super) weights: Vec<f64>,
    /// *sᵢ*, by gene.
    pub(super) shares: Vec<f64>,
    /// The noise's variance.
    pub(super) noise: f64,
}

impl Kernel {
    /// The covariance of two genomes, and its slope by *r²*, given the squared distances of their
    /// genes.
    pub(super) fn covariance(&self, differences: &[f64]) -> (f64, f64) {
        let mut squared = 0.0;
        let mut alone = 0.0;
        for ((difference, weight), share) in differences.iter().zip(&self.weights).zip(&self.shares)
        {
            squared += difference * weight;
            alone += share * affinity(*difference);
        }
        let scaled = (5.0 * squared).sqrt();
        let decay = libm::exp(-scaled);
        let together = (1.0 + scaled + 5.0 / 3.0 * squared) * decay;
        (together + alone, -5.0 / 6.0 * (1.0 + scaled) * decay)
    }

    /// The covariances of a genome with others, given the squared distances of the genes to each of
    /// them.
    pub(super) fn covariances(&self, differences: &[f64]) -> Vec<f64> {
        let genes = differences.chunks_exact(self.weights.len().max(1));
        genes.map(|differences| self.covariance(differences).0).collect()
    }

    /// The variance of a genome's outcome, without noise.
    pub(super) fn variance(&self) -> f64 {
        1.0 + self.shares.iter().sum::<f64>()
    }
}

/// How alike two genes are, each for itself.
pub(super) fn affinity(squared: f64) -> f64 {
    1.0 / (1.0 + 4.0 * squared)
}
