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
    pub(super) fn subset(&self, indices: &[usize]) -> Self {
        let mut subset = Self::default();
        for &index in indices {
            subset.push(self.genes[index].clone());
        }
        subset
    }

    /// The squared distances of all genes to each point.
    pub(super) fn differences_to(&self, genes: &[Gene]) -> Vec<f64> {
        let pairs = self.genes.iter().flat_map(|point| point.iter().zip(genes));
        pairs.map(|(l, r)| l.squared_distance(*r)).collect()
    }

    /// For each point, [`differences_to`](Self::differences_to) those before it.
    pub(super) fn differences(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.differences.iter().map(Vec::as_slice)
    }
}
