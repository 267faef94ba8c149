//! Where a flatbuffer's bytes go: counted, or kept.

/// Receives a flatbuffer back to front: the last byte of the file comes first.
pub(crate) trait Sink {
    /// How many bytes have been received.
    fn len(&self) -> u64;

    /// Puts `bytes`, themselves in file order, before everything received so far.
    fn prepend(&mut self, bytes: &[u8]);

    /// Puts `bytes` bytes that training tells of tensor number `tensor` before everything received
    /// so far.
    ///
    /// A sink that keeps bytes knows where to find them; one that counts has no need of them.
    fn prepend_learnt(&mut self, tensor: usize, learnt: Learnt, bytes: u64);
}

/// What training tells of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Learnt {
    Weights,
    /// The scales of its integers, as `f32`.
    Scales,
    /// Which integers stand for 0, as `i64`.
    ZeroPoints,
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

    fn prepend_learnt(&mut self, _tensor: usize, _learnt: Learnt, bytes: u64) {
        self.0 += bytes;
    }
}

/// Keeps the bytes, with zeros for what training tells.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    reversed: Vec<u8>,
    learnt: Vec<(Learnt, std::ops::Range<usize>)>,
}

/// Bytes in file order, and where in them stands what training tells.
#[cfg(test)]
pub(crate) type Recorded = (Vec<u8>, Vec<(Learnt, std::ops::Range<usize>)>);

#[cfg(test)]
impl Recorder {
    pub(crate) fn into_file(mut self) -> Recorded {
        self.reversed.reverse();
        let len = self.reversed.len();
        let learnt = self.learnt.into_iter();
        let learnt = learnt.map(|(what, range)| (what, len - range.end..len - range.start));
        (self.reversed, learnt.collect())
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

    fn prepend_learnt(&mut self, _tensor: usize, learnt: Learnt, bytes: u64) {
        let start = self.reversed.len();
        self.reversed.resize(start + usize::try_from(bytes).unwrap(), 0);
        self.learnt.push((learnt, start..self.reversed.len()));
    }
}
