//! Spans of time within a file.

use std::{
    fmt,
    hash::{Hash, Hasher},
    path::Path,
};

/// A span of time within a file, such as an event in a long recording. It says where an example is:
/// how much of the file around it is used depends on the granularity.
///
/// A span of zero length is a point in time.
///
/// ```
/// use danas_data::Span;
///
/// let span = Span::new(1.5, 2.0)?;
/// assert_eq!((span.centre(), span.seconds()), (1.75, 0.5));
/// assert!(Span::new(2.0, 1.5).is_err());
/// # Ok::<(), danas_data::InvalidSpan>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    start: f64,
    end: f64,
}

impl Span {
    /// Creates a span from its start and end, in seconds from the beginning of the file.
    ///
    /// # Errors
    /// [`InvalidSpan`] for a negative start, for an end before the start, and for numbers
    /// that are not finite.
    pub fn new(start: f64, end: f64) -> Result<Self, InvalidSpan> {
        if 0.0 <= start && start <= end && end.is_finite() {
            // Adding zero turns -0 into 0, so that equal spans have equal bits.
            Ok(Self { start: start + 0.0, end: end + 0.0 })
        } else {
            Err(InvalidSpan { start, end })
        }
    }

    /// Returns the start in seconds.
    #[must_use]
    pub const fn start(&self) -> f64 {
        self.start
    }

    /// Returns the end in seconds, at or after the start.
    #[must_use]
    pub const fn end(&self) -> f64 {
        self.end
    }

    /// Returns the middle between start and end, in seconds from the beginning of the file.
    #[must_use]
    pub const fn centre(&self) -> f64 {
        f64::midpoint(self.start, self.end)
    }

    /// Returns the length in seconds.
    #[must_use]
    pub const fn seconds(&self) -> f64 {
        self.end - self.start
    }

    /// Returns the bytes of start and end, which are equal for equal spans only.
    pub(crate) fn to_bytes(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.start.to_le_bytes());
        bytes[8..].copy_from_slice(&self.end.to_le_bytes());
        bytes
    }
}

/// The error of a span that starts before its file, or ends before it starts.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "a span from {start} s to {end} s is invalid: it must start at 0 s or later, and must not end \
     before it starts"
)]
#[non_exhaustive]
pub struct InvalidSpan {
    /// The start in seconds.
    pub start: f64,
    /// The end in seconds.
    pub end: f64,
}

/// Start and end are finite, so every span equals itself.
impl Eq for Span {}

impl Hash for Span {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.to_bytes().hash(state);
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s to {} s", self.start, self.end)
    }
}

/// Names an example in a message: its file, and its span if it has one.
pub(crate) fn located(path: &Path, span: Option<Span>) -> String {
    match span {
        Some(span) => format!("{} ({span})", path.display()),
        None => path.display().to_string(),
    }
}

/// Returns spans as bytes, for a fingerprint.
pub(crate) fn bytes(spans: &[Option<Span>]) -> Vec<u8> {
    let mut bytes = b"spans".to_vec();
    for span in spans {
        bytes.push(u8::from(span.is_some()));
        bytes.extend(span.iter().flat_map(|span| span.to_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_goes_forward_from_zero_or_later() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (start, end) in
            [(-0.1, 1.0), (2.0, 1.0), (0.0, high), (high, high), (low, 0.0), (f64::NAN, 1.0)]
        {
            let error = Span::new(start, end).unwrap_err();
            assert!(error.to_string().contains("must not end before"), "{error}");
        }
        assert!(Span::new(0.0, f64::NAN).is_err());
        assert_eq!(Span::new(3.0, 3.0).unwrap().seconds(), 0.0);
        assert_eq!(Span::new(0.25, 1.0).unwrap().to_string(), "0.25 s to 1 s");
    }

    #[test]
    fn equal_spans_have_equal_bytes() {
        let [zero, negative] = [0.0, -0.0].map(|zero| Span::new(zero, zero).unwrap());
        assert_eq!(zero, negative);
        assert_eq!(zero.to_bytes(), negative.to_bytes());
    }
}
