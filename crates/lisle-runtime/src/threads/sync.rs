//! The locks and atomic variables that threads share. The modules that use them are compiled a second time for tests,
//! with those of a checker in their place.

pub(crate) use std::sync::atomic::{AtomicBool, Ordering};
pub(crate) use std::sync::{Arc, Mutex};

use std::sync::{MutexGuard, PoisonError};

/// Locks a mutex. What a thread that panicked has left behind is sound: nothing here stops halfway.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
