//! Where a flatbuffer's bytes go: counted, or kept.

/// Receives a flatbuffer back to front: the last byte of the file comes first.
pub(crate) trait Sink {
    /// How many bytes have been received.
    fn len(&self) -> u64;

    /// Puts `bytes`, themselves in file order, before everything received so far.
    fn prepend(&mut self, bytes: &[u8]);

    /// Puts the `bytes` bytes of a trained tensor before everything received so far.
    ///
    /// A sink that keeps bytes knows where to find the weights of tensor number `tensor`; one that
    /// counts has no need of them.
    fn prepend_weights(&mut self, tensor: usize, bytes: u64);
}

/// Counts bytes and keeps none.
#[derive(Debug, Default)]
pub(crate) struct Counter(u64);

impl Sink for Counter {
    fn len(&self) -> u64 {
        self.0
    }

    fn prepend(&mut self, bytes: &[u8]) {
        self.0 += bytes.len() as u64;
    }

    fn prepend_weights(&mut self, _tensor: usize, bytes: u64) {
        self.0 += bytes;
    }
}

/// Keeps the bytes, with zeros for the weights.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    reversed: Vec<u8>,
    weights: Vec<std::ops::Range<usize>>,
}

#[cfg(test)]
impl Recorder {
    /// The bytes in file order, and where in them the weights belong.
    pub(crate) fn into_file(mut self) -> (Vec<u8>, Vec<std::ops::Range<usize>>) {
        self.reversed.reverse();
        let len = self.reversed.len();
        let weights = self.weights.iter().map(|range| len - range.end..len - range.start).collect();
        (self.reversed, weights)
    }
}

#[cfg(test)]
impl Sink for Recorder {
    fn len(&self) -> u64 {
        self.reversed.len() as u64
    }

    fn prepend(&mut self, bytes: &[u8]) {
        self.reversed.extend(bytes.iter().rev());
    }

    fn prepend_weights(&mut self, _tensor: usize, bytes: u64) {
        let start = self.reversed.len();
        self.reversed.resize(start + usize::try_from(bytes).unwrap(), 0);
        self.weights.push(start..self.reversed.len());
    }
}
