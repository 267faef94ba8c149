//! Genomes as points between which there are distances.

use crate::Gene;

/// Genomes, and how different each is from those before it.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    genes: Vec<Vec<Gene>>,
    /// For each point, the squared distances of all genes to the first point, then to the second,
    /// and so on.
    differences: Vec<Vec<f64>>,
}

impl Points {
    /// The number of genes; 0 where there are no points.
    pub(super) fn n_genes(&self) -> usize {
        self.genes.first().map_or(0, Vec::len)
    }

    pub(super) fn push(&mut self, genes: Vec<Gene>) {
        self.differences.push(self.differences_to(&genes));
        self.genes.push(genes);
    }

    /// Some of the points.
    pub(super) fn subset(&self, indices: impl IntoIterator<Item = usize>) -> Self {
        let mut subset = Self::default();
        for index in indices {
            subset.push(self.genes[index].clone());
        }
        subset
    }

    /// The squared distances of all genes to each point.
    pub(super) fn differences_to(&self, genes: &[Gene]) -> Vec<f64> {
        differences(&self.genes, genes, self.n_genes()).collect()
    }

    /// For each point, [`differences_to`](Self::differences_to) those before it.
    pub(super) fn differences(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.differences.iter().map(Vec::as_slice)
    }
}

/// The squared distances of `n_genes` genes to those of each of `others`; who has fewer is without the
/// rest.
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
