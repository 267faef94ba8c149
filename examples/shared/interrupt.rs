//! Handling of interrupts during a search.

use std::error::Error;

use danas::evo::StopHandle;

/// Makes the first interrupt end the search as soon as the trainings in progress have ended. A
/// second interrupt ends the process at once.
pub(crate) fn stop_at_interrupt(handle: StopHandle) -> Result<(), Box<dyn Error>> {
    Ok(ctrlc::set_handler(move || {
        if handle.is_stopped() {
            // The exit code that shells report for a process that was interrupted.
            std::process::exit(130);
        }
        handle.stop();
    })?)
}
