//! Detection of MP3 data.

use super::fault::Fault;

/// Number of bytes that may precede the first frame.
const MAX_JUNK: usize = 1 << 16;

/// Number of frames in a row that tell MP3 data from other data.
const FRAMES: usize = 4;

/// Kilobits per second of MPEG 1, and of MPEG 2 and 2.5.
const RATES: [[usize; 14]; 2] = [
    [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// Rejects a first frame whose size only the distance to the next would tell.
pub(super) fn check(bytes: &[u8]) -> Result<(), Fault> {
    match bytes {
        [_, _, third, ..] if third >> 4 == 0 => {
            Err(Fault::unsupported("MP3 with a free bit rate is not supported"))
        }
        _ => Ok(()),
    }
}

/// Returns the data from its first frame on, if it is MP3 behind some other bytes.
///
/// Recordings of streams begin within a frame, and taggers leave remains of tags.
pub(super) fn after_junk(bytes: &[u8]) -> Option<&[u8]> {
    (0..bytes.len().min(MAX_JUNK)).map(|start| &bytes[start..]).find(|bytes| are_frames(bytes))
}

/// Returns whether bytes begin with frames of the same kind.
fn are_frames(mut bytes: &[u8]) -> bool {
    let mut kind = None;
    for _ in 0..FRAMES {
        let Some(frame) = Frame::first(bytes) else { return false };
        if *kind.get_or_insert(frame.kind) != frame.kind {
            return false;
        }
        bytes = bytes.get(frame.len..).unwrap_or(&[]);
    }
    true
}

/// The header of a frame.
struct Frame {
    /// Version of MPEG and sample rate, which are the same in all frames of a file.
    kind: [u8; 2],
    /// Size in bytes.
    len: usize,
}

impl Frame {
    /// Reads the header of a frame of layer III. A free bit rate is not supported.
    fn first(bytes: &[u8]) -> Option<Self> {
        let &[0xff, second, third, _] = bytes.first_chunk()? else { return None };
        let (version, rate) = (second >> 3 & 3, third >> 2 & 3);
        let (factor, divisor, rates) = match version {
            0 => (72, 4, RATES[1]),
            2 => (72, 2, RATES[1]),
            3 => (144, 1, RATES[0]),
            _ => return None,
        };
        let hertz = [44_100, 48_000, 32_000].get(usize::from(rate))? / divisor;
        let kilobits = rates.get(usize::from(third >> 4).checked_sub(1)?)?;
        let layer_3 = second & 0xe6 == 0xe2;
        let padding = usize::from(third >> 1 & 1);
        layer_3.then_some(Self {
            kind: [version, rate],
            len: factor * kilobits * 1000 / hertz + padding,
        })
    }
}
