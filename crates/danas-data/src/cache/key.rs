//! Keys of cache entries: hashes of everything that determines the features.

use std::fmt;

use danas_space::Digest;

use super::version::VERSION;

/// The key of features in a [`FeatureCache`](super::FeatureCache): a hash of everything that
/// determines them.
///
/// It is displayed as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FeatureKey(Digest);

impl FeatureKey {
    /// Creates the key of features from everything that they depend on: the content that they are
    /// made of, or its digest, and the settings with which they are made, including a version of
    /// the algorithm. The version must be raised whenever the same settings begin to give different
    /// features.
    ///
    /// Each part is hashed with its length. Whoever makes the same kind of features must give the
    /// same parts in the same order; a part that does not apply is empty.
    ///
    /// The version of the entry files is hashed, too, so that files of different formats never have
    /// the same name.
    #[must_use]
    pub fn new<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let format = [b"danas feature key".as_slice(), const { &VERSION.to_le_bytes() }];
        Self(Digest::of_parts(format.into_iter().chain(parts)))
    }

    /// Returns the hash that the key consists of.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.0
    }
}

impl fmt::Display for FeatureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_do_not_move_from_one_part_to_another() {
        let keys = [[b"ab".as_slice(), b"", b"c"], [b"a", b"b", b"c"], [b"ab", b"c", b""]];
        let keys = keys.map(FeatureKey::new);
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
        assert_ne!(FeatureKey::new([b"ab".as_slice()]), FeatureKey::new([b"ab".as_slice(), b""]));
    }

    #[test]
    fn keys_stay_the_same_from_release_to_release() {
        let [sound, hum] = [b"sound".as_slice(), b"hum"].map(Digest::of);
        let gains = [1.0, 0.25].map(f32::to_le_bytes).concat();
        let noise = [hum.as_bytes().as_slice(), &gains].concat();
        let key = FeatureKey::new([sound.as_bytes().as_slice(), &noise, b"mfcc 13"]);
        assert_eq!(
            key.to_string(),
            "bf14b4a174f1b648633eccad398f316d273ee1b81156f59ebfe8fe91007d375c"
        );
    }
}
