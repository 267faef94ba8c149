//! Sinks, which count or keep the bytes of a flatbuffer.

/// A receiver of a flatbuffer, back to front: the last byte of the file comes first.
pub(crate) trait Sink {
    /// Returns the number of bytes received so far.
    fn len(&self) -> u64;

    /// Puts `bytes`, which are in file order, before everything received so far.
    fn prepend(&mut self, bytes: &[u8]);

    /// Puts the `learnt` values of tensor number `tensor`, which take `bytes` bytes, before
    /// everything received so far.
    ///
    /// A sink that keeps bytes must find these values itself. A sink that only counts does not need
    /// them.
    fn prepend_learnt(&mut self, tensor: usize, learnt: Learnt, bytes: u64);
}

/// The kind of trained values of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Learnt {
    Weights,
    /// Scales of the tensor's integers, as `f32`.
    Scales,
    /// Integers that stand for 0, as `i64`.
    ZeroPoints,
}

/// A sink that counts bytes and keeps none.
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

/// A sink that keeps the bytes, with zeros in place of trained values.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    reversed: Vec<u8>,
    learnt: Vec<(Learnt, std::ops::Range<usize>)>,
}

/// Bytes in file order, and the ranges of trained values in them.
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
