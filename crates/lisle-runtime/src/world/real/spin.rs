//! Whether to ask again for a moment before waiting in the system.
//!
//! To put a thread to sleep and wake it up costs tens of microseconds where its core goes to sleep with it, which is more than
//! a peer on the same machine takes to answer. Asking for as long as a sleep costs is never worse than twice the best that
//! could be done by somebody who knew the future (Karlin, Li, Manasse, Owicki: *Empirical studies of competitive spinning for
//! a shared-memory multiprocessor*, 1991). Here it is done only while it pays: after several short waits in a row, and after
//! each time that it was in vain, after twice as many.

use std::sync::OnceLock;
use std::time::Duration;

/// How long is asked: about what a sleep costs.
pub(super) const SPIN: Duration = Duration::from_micros(50);

/// A wait that was not longer, its sleep included, may have been shorter than [`SPIN`] without it.
const SHORT: Duration = Duration::from_micros(100);

/// Short waits in a row after which to ask again.
const NEEDED_MIN: u32 = 2;
/// The same, after many vain attempts.
const NEEDED_MAX: u32 = 256;

/// The cores that the program may use, once somebody has asked: that takes a look at several files.
static CORES: OnceLock<usize> = OnceLock::new();

/// What a thread has learnt from its waits.
#[derive(Debug)]
pub(super) struct Spin {
    /// Short waits in a row.
    short: u32,
    /// How many are needed.
    needed: u32,
}

impl Default for Spin {
    fn default() -> Spin {
        Spin { short: 0, needed: NEEDED_MIN }
    }
}

impl Spin {
    /// True if the next wait is likely to be short, and there is another core for whoever is waited for.
    pub(super) fn is_likely(&self) -> bool {
        let cores = || *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, Into::into));
        self.is_likely_among(cores)
    }

    fn is_likely_among(&self, cores: impl FnOnce() -> usize) -> bool {
        self.short >= self.needed && cores() > 1
    }

    /// Asking again was worth it, or in vain.
    pub(super) fn spun(&mut self, found: bool) {
        if found {
            self.needed = NEEDED_MIN;
        } else {
            self.short = 0;
            self.needed = (self.needed * 2).min(NEEDED_MAX);
        }
    }

    /// A wait in the system has taken so long.
    pub(super) fn slept(&mut self, duration: Duration) {
        self.short = if duration <= SHORT { self.short.saturating_add(1) } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spin_after(short_waits: u32) -> Spin {
        let mut spin = Spin::default();
        (0..short_waits).for_each(|_| spin.slept(SHORT));
        spin
    }

    #[test]
    fn short_waits_in_a_row_make_it_likely() {
        assert!(!spin_after(NEEDED_MIN - 1).is_likely_among(|| 2));
        let mut spin = spin_after(NEEDED_MIN);
        assert!(spin.is_likely_among(|| 2));
        spin.slept(SHORT + Duration::from_nanos(1));
        assert!(!spin.is_likely_among(|| 2));
    }

    #[test]
    fn what_was_in_vain_is_done_more_and_more_rarely() {
        let (mut spin, mut attempts) = (Spin::default(), 0);
        for _ in 0..100 * NEEDED_MAX {
            spin.slept(Duration::ZERO);
            if spin.is_likely_among(|| 2) {
                attempts += 1;
                spin.spun(false);
            }
        }
        assert!((90..=110).contains(&attempts), "{attempts}");
        spin = spin_after(NEEDED_MAX);
        spin.spun(true);
        assert!(spin.is_likely_among(|| 2));
    }

    #[test]
    fn a_single_core_is_left_to_whoever_is_waited_for() {
        assert!(!spin_after(NEEDED_MAX).is_likely_among(|| 1));
        assert!(!Spin::default().is_likely_among(|| unreachable!("nobody asks before it matters")));
    }
}
