//! The genomes that were asked for, with their ask numbers.

use std::collections::HashMap;

use crate::variation::Genome;

/// The record of every genome that was asked for.
#[derive(Debug)]
pub(crate) struct KnownGenomes<G> {
    entries: HashMap<G, Entry>,
}

/// Ask numbers of one genome.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Ask number of its first appearance.
    pub(crate) first: usize,
    /// Ask number of the appearance whose verdict repeats take over. Later than `first` if the
    /// first appearance was skipped.
    pub(crate) judged: usize,
}

impl<G: Genome> KnownGenomes<G> {
    pub(crate) fn new() -> Self {
        Self { entries: HashMap::new() }
    }

    /// Records that `genome` is judged or skipped under ask number `index`.
    pub(crate) fn note(&mut self, genome: &G, index: usize) {
        match self.entries.get_mut(genome) {
            Some(entry) => entry.judged = index,
            None => {
                self.entries.insert(genome.clone(), Entry { first: index, judged: index });
            }
        }
    }

    pub(crate) fn entry(&self, genome: &G) -> Option<Entry> {
        self.entries.get(genome).copied()
    }

    /// Returns the number of distinct genomes.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
