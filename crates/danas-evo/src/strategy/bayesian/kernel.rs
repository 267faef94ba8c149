//! The covariance of the outcomes of two genomes.

/// A covariance with weights for each gene, and noise.
///
/// In units of the variance of the first part, it is the sum of two parts:
/// - a Matérn kernel (ν = 5/2) of all genes together, (1 + √5 *r* + 5/3 *r²*) exp(−√5 *r*), with
///   *r²* = Σ *wᵢ δᵢ²*, where *δᵢ²* are the squared distances of the genes. A gene of small weight
///   has little influence;
/// - the effect of each gene alone, whatever the others are, Σ *sᵢ* / (1 + 4 *δᵢ²*). Each summand
///   is a rational quadratic kernel.
///
/// # References
/// - C. Rasmussen and C. Williams (2006). Gaussian processes for machine learning, Section 4.2.
///   <https://gaussianprocess.org/gpml/>
/// - D. Duvenaud, H. Nickisch and C. Rasmussen (2011). Additive Gaussian processes.
///   <https://arxiv.org/abs/1112.4394>
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kernel {
    /// Weights *wᵢ*, by gene.
    pub(super) weights: Vec<f64>,
    /// Shares *sᵢ*, by gene.
    pub(super) shares: Vec<f64>,
    /// Variance of the noise.
    pub(super) noise: f64,
}

impl Kernel {
    /// Returns the covariance of two genomes and its derivative with respect to *r²*, given the
    /// squared distances of their genes.
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

    /// Returns the covariances of a genome with others, given the squared distances of its genes to
    /// those of each of them.
    pub(super) fn covariances(&self, differences: &[f64]) -> Vec<f64> {
        let genes = differences.chunks_exact(self.weights.len().max(1));
        genes.map(|differences| self.covariance(differences).0).collect()
    }

    /// Returns the variance of a genome's outcome, without noise.
    pub(super) fn variance(&self) -> f64 {
        1.0 + self.shares.iter().sum::<f64>()
    }
}

/// Returns the similarity of two genes at this squared distance, for the part that treats each gene
/// alone.
pub(super) fn affinity(squared: f64) -> f64 {
    1.0 / (1.0 + 4.0 * squared)
}
