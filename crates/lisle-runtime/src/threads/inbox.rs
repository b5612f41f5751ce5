//! How other threads tell a scheduler that something has happened.
//!
//! A *notice* is a number that the scheduler has given out; what it is about is known here alone. Notices are put in a
//! list, and the scheduler is woken if it sleeps: it says so *before* it looks at the list for the last time, and whoever
//! adds a notice looks at that *after* adding, so that one of the two sees the other.

use super::sync::{AtomicBool, Mutex, Ordering, lock};

/// What wakes a scheduler that waits for the outside world.
pub(crate) type Wake = crate::world::Wake;

/// Notices for one scheduler.
pub(crate) struct Inbox {
    notices: Mutex<Vec<u64>>,
    /// There may be notices.
    pending: AtomicBool,
    /// The scheduler waits for the outside world, or is about to.
    asleep: AtomicBool,
    wake: Wake,
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}

impl Inbox {
    pub(crate) fn new(wake: Wake) -> Inbox {
        Inbox { notices: Mutex::new(Vec::new()), pending: AtomicBool::new(false), asleep: AtomicBool::new(false), wake }
    }

    /// Adds a notice.
    pub(crate) fn notify(&self, number: u64) {
        lock(&self.notices).push(number);
        self.pending.store(true, Ordering::SeqCst);
        if self.asleep.swap(false, Ordering::SeqCst) {
            (self.wake)();
        }
    }

    /// True when there may be notices: cheap enough to be asked at every turn.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Relaxed)
    }

    /// Takes the notices, in order.
    pub(crate) fn take(&self) -> Vec<u64> {
        self.pending.store(false, Ordering::SeqCst);
        std::mem::take(&mut *lock(&self.notices))
    }

    /// The scheduler is about to wait. False if it must not, because there are notices.
    pub(crate) fn fall_asleep(&self) -> bool {
        // A swap, so that it sees what was done before the last `notify` that has found nobody asleep.
        self.asleep.swap(true, Ordering::SeqCst);
        if self.pending.load(Ordering::SeqCst) {
            self.asleep.store(false, Ordering::SeqCst);
            return false;
        }
        true
    }

    /// The scheduler has waited.
    pub(crate) fn wake_up(&self) {
        self.asleep.store(false, Ordering::SeqCst);
    }
}
