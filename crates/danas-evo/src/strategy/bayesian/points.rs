//! Genomes as points, with the distances between them.

use crate::gene::Gene;

/// Genomes, with the differences of each from those before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    genes: Vec<Vec<Gene>>,
    /// Squared distances of all genes of each point: to the first point, then to the second, and so
    /// on.
    differences: Vec<Vec<f64>>,
}

impl Points {
    /// Returns the number of genes; 0 if there are no points.
    pub(super) fn n_genes(&self) -> usize {
        self.genes.first().map_or(0, Vec::len)
    }

    pub(super) fn push(&mut self, genes: Vec<Gene>) {
        self.differences.push(self.differences_to(&genes));
        self.genes.push(genes);
    }

    /// Returns the points at these indices.
    pub(super) fn subset(&self, indices: impl IntoIterator<Item = usize>) -> Self {
        let mut subset = Self::default();
        for index in indices {
            subset.push(self.genes[index].clone());
        }
        subset
    }

    /// Returns the squared distances of all genes to those of each point.
    pub(super) fn differences_to(&self, genes: &[Gene]) -> Vec<f64> {
        differences(&self.genes, genes, self.n_genes()).collect()
    }

    /// Returns for each point its [`differences_to`](Self::differences_to) the points before it.
    pub(super) fn differences(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.differences.iter().map(Vec::as_slice)
    }
}

/// Returns the squared distances of `n_genes` genes to those of each of `others`. Genes that are
/// missing count as absent.
pub(super) fn differences(
    others: &[Vec<Gene>],
    genes: &[Gene],
    n_genes: usize,
) -> impl Iterator<Item = f64> {
    let gene = |genes: &[Gene], place| genes.get(place).copied().unwrap_or(Gene::Absent);
    others.iter().flat_map(move |other| {
        (0..n_genes).map(move |place| gene(other, place).squared_distance(gene(genes, place)))
    })
}
