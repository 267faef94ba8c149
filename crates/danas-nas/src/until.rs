//! Conditions that end trainings early.

use std::time::Instant;

use danas_evo::StopHandle;

/// Conditions under which trainings that are under way end at their next step.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Until<'a> {
    /// Time at which they end.
    pub(crate) deadline: Option<Instant>,
    /// Handle that ends them.
    pub(crate) handle: Option<&'a StopHandle>,
}

impl Until<'_> {
    /// Returns whether no more trainings may begin.
    pub(crate) fn is_over(self) -> bool {
        self.is_stopped() || self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Returns whether the handle was used.
    pub(crate) fn is_stopped(self) -> bool {
        self.handle.is_some_and(StopHandle::is_stopped)
    }
}
