//! Threads for work that would stop the loop.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::spin::{SPIN, Spin};

/// How long a thread waits for more work before it ends.
const IDLE: Duration = Duration::from_secs(10);

type Work = Box<dyn FnOnce() + Send>;

/// A pool: makes threads as work comes, up to a number, and lets them end when there is none.
pub(super) struct Pool {
    name: &'static str,
    threads_max: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    more: Condvar,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Work>,
    threads: usize,
    /// Threads without work.
    idle: usize,
    /// One of these asks for work, and need not be woken up.
    spins: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Pool {
    /// A pool without threads.
    pub(super) fn new(name: &'static str, threads_max: usize) -> Pool {
        Pool { name, threads_max, shared: Arc::default() }
    }

    /// Has something done. If the system gives no thread at all, it is done here and now.
    pub(super) fn start(&self, work: Work) {
        let mut state = self.shared.state();
        state.queue.push_back(work);
        if state.idle >= state.queue.len() {
            if !state.spins || state.queue.len() > 1 {
                self.shared.more.notify_one();
            }
            return;
        }
        if state.threads >= self.threads_max {
            return;
        }
        let shared = self.shared.clone();
        let made = std::thread::Builder::new().name(self.name.to_owned()).spawn(move || run(&shared));
        match made {
            Ok(_) => state.threads += 1,
            Err(_) if state.threads > 0 => {}
            Err(_) => {
                let work = state.queue.pop_back();
                drop(state);
                work.into_iter().for_each(|work| work());
            }
        }
    }
}

/// What a thread does.
fn run(shared: &Shared) {
    let mut spin = Spin::default();
    let mut state = shared.state();
    loop {
        if let Some(work) = state.queue.pop_front() {
            drop(state);
            work();
            state = shared.state();
            continue;
        }
        state.idle += 1;
        if !state.spins && spin.is_likely() {
            state.spins = true;
            drop(state);
            spin.spun(ask(shared));
            state = shared.state();
            state.spins = false;
        }
        let start = Instant::now();
        let mut timed_out = false;
        if state.queue.is_empty() {
            let (back, waited) = shared.more.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = back;
            timed_out = waited.timed_out();
            spin.slept(start.elapsed());
        }
        state.idle -= 1;
        if timed_out && state.queue.is_empty() {
            state.threads -= 1;
            return;
        }
    }
}

/// Asks for work for a moment. True if there is some.
fn ask(shared: &Shared) -> bool {
    let start = Instant::now();
    while start.elapsed() < SPIN {
        std::thread::yield_now();
        if !shared.state().queue.is_empty() {
            return true;
        }
    }
    false
}
