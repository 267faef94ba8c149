//! What an interrupt does to a search.

use std::error::Error;

use danas::evo::StopHandle;

/// Lets the first interrupt end the search, once trainings in progress have ended; the second one ends
/// the process.
pub(crate) fn stop_at_interrupt(handle: StopHandle) -> Result<(), Box<dyn Error>> {
    Ok(ctrlc::set_handler(move || {
        if handle.is_stopped() {
            // As a shell reports a process that an interrupt ended.
            std::process::exit(130);
        }
        handle.stop();
    })?)
}
