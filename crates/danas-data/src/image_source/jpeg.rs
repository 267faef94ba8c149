//! The segments of JPEG files, which tell what the decoder does not.

use super::undecodable::Undecodable;

/// Marker of the end of an image.
const END: u8 = 0xd9;
/// Offset of the number of channels in a segment that starts a frame, from its length on.
const CHANNELS: usize = 7;

/// Refuses a JPEG file in CMYK, and one without an end. The decoder would convert the first in a way
/// of its own, and fill the missing part of the second with grey.
pub(super) fn check(file: &[u8]) -> Result<(), Undecodable> {
    let mut rest = file;
    // Besides the segments, this passes over the compressed data that follow some of them.
    while let Some(at) = rest.windows(2).position(|pair| starts_segment([pair[0], pair[1]])) {
        let (marker, segment) = (rest[at + 1], &rest[at + 2..]);
        if marker == END {
            return Ok(());
        }
        if starts_frame(marker) && segment.get(CHANNELS) == Some(&4) {
            return Err(Undecodable::Cmyk);
        }
        let length = match segment {
            [high, low, ..] => usize::from(u16::from_be_bytes([*high, *low])),
            _ => break,
        };
        rest = segment.get(length..).unwrap_or_default();
    }
    Err(Undecodable::Truncated)
}

/// Returns whether two bytes are a marker that is followed by a length, or that of the end. In
/// compressed data, 0xff is followed by zero or by the marker of a restart.
fn starts_segment([first, second]: [u8; 2]) -> bool {
    first == 0xff && !matches!(second, 0x00 | 0x01 | 0xd0..=0xd8 | 0xff)
}

/// Returns whether a marker starts a frame of any kind: baseline, progressive and so on.
fn starts_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG file of some channels, with a thumbnail in the comment and a stuffed byte in the data.
    fn file(channels: u8) -> Vec<u8> {
        let comment = b"\xff\xe1\0\x06\xff\xd8\xff\xd9";
        let frame = [b"\xff\xc2\0\x08\x08\0\x08\0\x08", &[channels][..]].concat();
        [&b"\xff\xd8"[..], comment, &frame, b"\xff\xda\0\x02\x11\xff\0\xff\xd3\xff\xff\xd9"]
            .concat()
    }

    #[test]
    fn the_end_of_a_thumbnail_is_not_that_of_the_image() {
        let whole = file(3);
        assert!(check(&whole).is_ok());
        assert!(check(&[&whole, &b"more"[..]].concat()).is_ok());
        for length in 0..whole.len() {
            assert!(matches!(check(&whole[..length]), Err(Undecodable::Truncated)), "{length}");
        }
    }

    #[test]
    fn four_channels_are_refused_and_fewer_are_not() {
        assert!(check(&file(1)).is_ok());
        assert!(matches!(check(&file(4)), Err(Undecodable::Cmyk)));
    }
}
