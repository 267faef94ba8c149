//! Granularities with their positions in a batch.

use danas_space::AudioGranularity;

/// A granularity and its position in the list of all granularities.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf {
    pub(super) index: usize,
    pub(super) granularity: AudioGranularity,
}

/// Groups leaves by a common key, in the order in which the keys first appear.
pub(super) fn grouped<K: PartialEq>(
    leaves: &[Leaf],
    key: impl Fn(&Leaf) -> K,
) -> Vec<(K, Vec<Leaf>)> {
    let mut groups: Vec<(K, Vec<Leaf>)> = Vec::new();
    for leaf in leaves {
        let key = key(leaf);
        match groups.iter_mut().find(|(other, _)| *other == key) {
            Some((_, group)) => group.push(*leaf),
            None => groups.push((key, vec![*leaf])),
        }
    }
    groups
}
