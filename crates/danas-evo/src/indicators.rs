//! Quality indicators, which express as one number how good a set of cost vectors is.
//!
//! All of them take costs, which are minimised ([`Scores::costs`](crate::Scores::costs)), and use
//! them unscaled. Scale the costs first if costs of different units should count alike.

mod approximation;
mod contributions;
mod error;
mod hypervolume;
mod reference_point;
mod staircase;

pub use approximation::{additive_epsilon, igd_plus};
pub use contributions::hypervolume_contributions;
pub use error::IndicatorError;
pub use hypervolume::hypervolume;
pub use reference_point::ReferencePoint;

/// Checks that all `costs` are finite and that each vector has the given length.
fn check<C: AsRef<[f64]>>(costs: &[C], length: usize) -> Result<(), IndicatorError> {
    for (position, costs) in costs.iter().map(AsRef::as_ref).enumerate() {
        if costs.len() != length {
            return Err(IndicatorError::Length { position, found: costs.len(), expected: length });
        }
        if let Some(&value) = costs.iter().find(|cost| !cost.is_finite()) {
            return Err(IndicatorError::NotFinite { position, value });
        }
    }
    Ok(())
}
