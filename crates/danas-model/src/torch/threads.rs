//! One thread per operation, so that the order of additions never changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Number of calls that run in this process, and libtorch's number of threads before the first of
/// them.
struct Running {
    calls: usize,
    threads: i32,
}

static RUNNING: Mutex<Running> = Mutex::new(Running { calls: 0, threads: 1 });

/// Guard that keeps libtorch's operations on this thread to this thread alone.
///
/// libtorch stores the number of threads twice: for the calling thread (the thread-local numbers of
/// OpenMP and MKL, which operations use) and for the process. A thread takes the number of the
/// process when it first computes. Setting the number writes both. The end of one call therefore
/// does not disturb a call on another thread, provided that the other thread has its own number
/// already. `enter` ensures this by reading the number first.
pub(super) struct SingleThreaded(());

impl SingleThreaded {
    pub(super) fn enter() -> Self {
        let mut running = running();
        let threads = tch::get_num_threads();
        if running.calls == 0 {
            running.threads = threads;
        }
        running.calls += 1;
        tch::set_num_threads(1);
        Self(())
    }
}

impl Drop for SingleThreaded {
    fn drop(&mut self) {
        let mut running = running();
        running.calls -= 1;
        tch::set_num_threads(running.threads);
    }
}

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
