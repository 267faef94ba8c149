//! Ending a search from outside, or when its time is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::outcome::StopReason;

/// A handle that ends a search from another thread, such as one that handles the user's interrupt.
///
/// Evaluations in progress are completed. No further evaluation is started.
///
/// ```
/// use danas_evo::StopHandle;
///
/// let handle = StopHandle::new();
/// let elsewhere = handle.clone();
/// elsewhere.stop();
/// assert!(handle.is_stopped());
/// ```
#[derive(Debug, Clone, Default)]
pub struct StopHandle(Arc<AtomicBool>);

impl StopHandle {
    /// Creates an unused handle.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends all searches that have this handle or a clone of it.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns whether the search has to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Conditions that may end a search at any moment. Once one of them holds, it holds for ever.
#[derive(Debug, Clone, Default)]
pub(crate) struct StopSignal {
    pub(crate) handle: StopHandle,
    pub(crate) deadline: Option<Instant>,
}

impl StopSignal {
    pub(crate) fn reason(&self) -> Option<StopReason> {
        if self.handle.is_stopped() {
            return Some(StopReason::Interrupted);
        }
        let is_over = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        is_over.then_some(StopReason::TimeLimit)
    }
}
