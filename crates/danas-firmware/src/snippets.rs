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
    "fft_order"
    "fft_power_even"
    "fft_power_odd"
    "fft_radix_2"
    "fft_radix_4"
    "fft_radix_any"
    "fixed/bits"
    "fixed/cepstrum"
    "fixed/decimate_ratio"
    "fixed/decimate_whole"
    "fixed/deltas"
    "fixed/divided"
    "fixed/exp2"
    "fixed/fft_power_even"
    "fixed/fft_power_odd"
    "fixed/fft_product"
    "fixed/fft_radix_4"
    "fixed/fft_radix_any"
    "fixed/fft_square"
    "fixed/frame_even"
    "fixed/frame_odd"
    "fixed/frame_power"
    "fixed/frames_native"
    "fixed/input"
    "fixed/level"
    "fixed/log2"
    "fixed/magnitudes"
    "fixed/mel_rows"
    "fixed/normalise_deviation"
    "fixed/normalise_mean"
    "fixed/normalise_running_mean"
    "fixed/pcen"
    "fixed/root"
    "fixed/round_samples"
    "fixed/scaled"
    "fixed/shifted"
    "fixed/sound"
    "fixed/spectrum_rows"
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
        for (folder, prefix) in [("/c", ""), ("/c/fixed", "fixed/")] {
            let folder = format!("{}{folder}", env!("CARGO_MANIFEST_DIR"));
            for file in std::fs::read_dir(folder).unwrap() {
                let path = file.unwrap().path();
                let name = format!("{prefix}{}", path.file_stem().unwrap().to_str().unwrap());
                let is_known = path.is_dir() || SNIPPETS.iter().any(|(known, _)| *known == name);
                assert!(is_known, "add `{name}` to the list, and measure its code");
            }
        }
    }
}
