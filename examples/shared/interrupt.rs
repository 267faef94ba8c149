//! Handling of interrupts during a search.

use std::{error::Error, process};

use danas::evo::StopHandle;

/// Exit code of a run that was interrupted. Shells report it for a process that SIGINT ended.
pub(crate) const INTERRUPTED: u8 = 130;

/// Makes the first interrupt end the search as soon as the evaluations in progress have ended. A
/// second interrupt ends the process at once.
pub(crate) fn stop_at_interrupt(handle: StopHandle) -> Result<(), Box<dyn Error>> {
    Ok(ctrlc::set_handler(move || {
        if handle.is_stopped() {
            process::exit(INTERRUPTED.into());
        }
        handle.stop();
    })?)
}
