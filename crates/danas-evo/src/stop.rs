//! Ending a search from outside, or when its time is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::StopReason;

/// Ends a search from another thread, such as the one that hears of the user's interrupt.
///
/// Evaluations in progress are waited for, no other is started.
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
    /// A handle that was not used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the searches that have this handle, or a clone of it.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the search is to end.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What may end a search at any moment. Once it says so, it says so for ever.
#[derive(Debug, Clone, Default)]
pub(crate) struct Brake {
    pub(crate) handle: StopHandle,
    pub(crate) deadline: Option<Instant>,
}

impl Brake {
    pub(crate) fn reason(&self) -> Option<StopReason> {
        if self.handle.is_stopped() {
            return Some(StopReason::Interrupted);
        }
        let is_over = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        is_over.then_some(StopReason::WallTime)
    }
}
