//! One thread per operation, so that the order of additions never changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The calls that run in this process, and libtorch's number of threads before the first of them.
struct Running {
    calls: usize,
    threads: i32,
}

static RUNNING: Mutex<Running> = Mutex::new(Running { calls: 0, threads: 1 });

/// While it lives, libtorch's operations on this thread use this thread only.
///
/// libtorch keeps the number of threads twice: for the calling thread (OpenMP's and MKL's own
/// thread-local numbers, which operations go by) and for the process, from which a thread takes
/// its number when it first computes. Setting it writes both. So one call's end cannot disturb
/// another call on another thread, provided that this other thread has taken its number before:
/// reading the number first sees to that.
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
