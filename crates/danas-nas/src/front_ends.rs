//! The costs of front ends, computed once for each granularity.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use danas_firmware::{FirmwareError, FrontEndOutline};

/// The outline of the front end of each granularity so far.
#[derive(Debug)]
pub(crate) struct FrontEnds<G>(Mutex<HashMap<G, Arc<FrontEndOutline>>>);

impl<G> Default for FrontEnds<G> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<G: Clone + Eq + Hash> FrontEnds<G> {
    /// Returns the outline of a granularity's front end, which `compute` makes if it is new.
    pub(crate) fn get(
        &self,
        granularity: &G,
        compute: impl FnOnce() -> Result<FrontEndOutline, FirmwareError>,
    ) -> Result<Arc<FrontEndOutline>, FirmwareError> {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outline) = known().get(granularity) {
            return Ok(Arc::clone(outline));
        }
        // Others need not wait for it. If two compute the same, either result is right.
        let outline = Arc::new(compute()?);
        known().insert(granularity.clone(), Arc::clone(&outline));
        Ok(outline)
    }
}
