//! Threads for work that would stop the loop.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

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
    idle: usize,
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
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.queue.push_back(work);
        if state.idle >= state.queue.len() {
            self.shared.more.notify_one();
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
    let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(work) = state.queue.pop_front() {
            drop(state);
            work();
            state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
            continue;
        }
        state.idle += 1;
        let (back, waited) = shared.more.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
        state = back;
        state.idle -= 1;
        if waited.timed_out() && state.queue.is_empty() {
            state.threads -= 1;
            return;
        }
    }
}
