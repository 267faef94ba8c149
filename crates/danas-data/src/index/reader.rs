//! Reading values from bytes, without trust in what they say.

use danas_space::Digest;

/// Bytes that are read from the front. Every method returns `None` if too few are left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn slice(&mut self, len: usize) -> Option<&'a [u8]> {
        let (slice, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(slice)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn digest(&mut self) -> Option<Digest> {
        self.array().map(Digest::from_bytes)
    }

    /// Reads a number of bytes and then as many.
    pub(super) fn block(&mut self) -> Option<&'a [u8]> {
        let len = self.u64()?;
        self.slice(usize::try_from(len).ok()?)
    }

    /// Reads a text that [`put_text`] wrote.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let len = self.u32()?;
        std::str::from_utf8(self.slice(usize::try_from(len).ok()?)?).ok()
    }
}

/// Writes a text after its length.
pub(super) fn put_text(to: &mut Vec<u8>, text: &str) {
    // Paths and names of kinds are far shorter than 4 GiB.
    to.extend((text.len() as u32).to_le_bytes());
    to.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_are_cut_are_none() {
        let mut written = Vec::new();
        put_text(&mut written, "hum/é.wav");
        written.extend(7_u64.to_le_bytes());
        let read = |bytes: &[u8]| {
            let mut bytes = Reader::new(bytes);
            Some((bytes.text()?.to_owned(), bytes.u64()?, bytes.is_empty()))
        };
        assert_eq!(read(&written), Some(("hum/é.wav".to_owned(), 7, true)));
        for len in 0..written.len() {
            assert_eq!(read(&written[..len]), None, "{len}");
        }
        let endless = u64::MAX.to_le_bytes();
        assert_eq!(Reader::new(&endless).block(), None);
        assert_eq!(Reader::new(&endless).text(), None);
    }
}
