//! Digests of content, by which two contents are compared.

use std::fmt;

/// A 256-bit BLAKE3 hash of some content, displayed as 64 hexadecimal digits.
///
/// ```
/// use danas_space::Digest;
///
/// let digest = Digest::of(b"the bytes of door.wav");
/// assert_eq!(Digest::from_hex(&digest.to_string()), Some(digest));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the hash of `content`.
    #[must_use]
    pub fn of(content: &[u8]) -> Self {
        Self(blake3::hash(content).into())
    }

    /// Returns the hash of several parts. Each part is hashed with its length, so that bytes cannot
    /// move from one part to the next without changing the hash.
    #[must_use]
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Returns the hash with these bytes, which [`as_bytes`](Self::as_bytes) returned.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Parses a hash from its 64 hexadecimal digits, as [`Display`](fmt::Display) writes them.
    /// Returns `None` for any other text, such as one with capitals.
    #[must_use]
    pub fn from_hex(hex: &str) -> Option<Self> {
        let digest = Self(blake3::Hash::from_hex(hex).ok()?.into());
        // The parser also accepts capitals.
        (digest.to_string() == hex).then_some(digest)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_blake3_and_reads_its_own_hexadecimals() {
        // https://github.com/BLAKE3-team/BLAKE3/blob/master/test_vectors/test_vectors.json
        let hex = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(Digest::of(b"").to_string(), hex);
        assert_eq!(Digest::from_hex(hex), Some(Digest::of(b"")));
        assert_eq!(Digest::from_bytes(*Digest::of(b"").as_bytes()), Digest::of(b""));
        for wrong in [&hex[1..], &hex.to_uppercase(), &hex.replace('a', "g"), ""] {
            assert_eq!(Digest::from_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn bytes_do_not_move_between_parts() {
        let of = |parts: [&str; 2]| Digest::of_parts(parts.map(str::as_bytes));
        assert_eq!(of(["ab", "c"]), of(["ab", "c"]));
        assert_ne!(of(["ab", "c"]), of(["a", "bc"]));
    }
}
