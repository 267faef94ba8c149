//! The files of C code that front ends consist of.

/// Includes files, with their names.
macro_rules! snippets {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../c/", $name, ".c")))),*]
    };
}

/// The name and the text of each file.
pub(crate) const SNIPPETS: &[(&str, &str)] = snippets! {
    "band_rows"
    "cepstrum"
    "decibels"
    "decibels_exact"
    "decimate_ratio"
    "decimate_whole"
    "deltas"
    "fft"
    "fft_power_even"
    "fft_power_odd"
    "fft_radix_2"
    "fft_radix_4"
    "fft_radix_any"
    "frame_even"
    "frame_odd"
    "frames_decimated"
    "frames_native"
    "limit_clip"
    "limit_relative"
    "limit_so_far"
    "magnitudes"
    "mel_rows"
    "motion_frames_native"
    "motion_lowered"
    "motion_lowered_at"
    "motion_native"
    "motion_raw"
    "motion_statistics"
    "normalise_deviation"
    "normalise_mean"
    "normalise_rows"
    "normalise_running_mean"
    "pcen"
    "pixels"
    "pixels_565"
    "pixels_8"
    "pixels_direct"
    "pixels_packed"
    "quantise"
    "round_samples"
    "sound"
    "spectrum_rows"
    "window"
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_known() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/c");
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_known = path.is_dir() || SNIPPETS.iter().any(|(known, _)| *known == name);
            assert!(is_known, "add `{name}` to the list, and measure its code");
        }
    }
}
