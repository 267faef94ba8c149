//! A comparison that several tests make.

use danas_dsp::ndarray::ArrayView2;

/// Asserts that two arrays of features differ by at most `tolerance` in every value.
#[track_caller]
pub(crate) fn assert_within(
    ours: ArrayView2<f32>,
    theirs: ArrayView2<f32>,
    tolerance: f32,
    name: &str,
) {
    assert_eq!(ours.dim(), theirs.dim(), "{name}");
    for ((index, ours), theirs) in ours.indexed_iter().zip(theirs) {
        let error = (ours - theirs).abs();
        assert!(error <= tolerance, "{name} {index:?}: {ours} for {theirs}, off by {error}");
    }
}
