//! Pacing: when a cycle begins, and how much of it is done at which safepoint.
//!
//! A cycle begins when as many bytes were allocated as the last one found alive, and no earlier than at a heap of
//! [`FIRST_CYCLE_BYTES`]. From then on each byte allocated buys [`WORK_PER_BYTE`] units of work, done in slices of at most
//! [`SLICE_WORK`] units. Marking costs about 2.3 units a byte of small objects, and the heap that it begins with is at most
//! twice the live one; so it ends before another live heap was allocated, and sweeping, which is cheaper, not
//! long after. There is no clock here: a unit is about a third of a nanosecond (`examples/pause.rs` measures it).

use super::{Heap, Phase, Roots};

/// The heap that the first cycle begins at, in bytes.
pub(super) const FIRST_CYCLE_BYTES: usize = 16 << 20;
/// The most units in one slice.
pub(super) const SLICE_WORK: usize = 400_000;
/// The least: a slice has its price, so it should be worth it.
const LEAST_WORK: usize = 40_000;
/// Bytes allocated between slices.
const SLICE_BYTES: usize = 32 << 10;
/// Units that a byte allocated buys.
const WORK_PER_BYTE: usize = 5;
/// Slices that may be owed; more would be a pause in all but name.
const MOST_SLICES_OWED: usize = 8;
/// Bytes that may be allocated past the limit before the limit is looked at again: at least this.
const LEAST_SLACK: usize = 256 << 10;

/// The state of pacing.
#[derive(Debug)]
pub(super) struct Pace {
    /// Bytes to allocate until the heap wants a slice.
    countdown: isize,
    /// What `countdown` began with.
    granted: isize,
    /// Bytes that the last marking found alive.
    live_bytes: usize,
    /// Bytes allocated since.
    since_bytes: usize,
    /// Units of work that allocation has bought, and that are not done yet.
    owed: usize,
    /// The heap may not be larger.
    bytes_max: Option<usize>,
    /// At this size the limit is looked at; `usize::MAX` without one.
    look_at: usize,
}

impl Pace {
    pub(super) fn new() -> Pace {
        let first = FIRST_CYCLE_BYTES as isize;
        Pace {
            countdown: first,
            granted: first,
            live_bytes: 0,
            since_bytes: 0,
            owed: 0,
            bytes_max: None,
            look_at: usize::MAX,
        }
    }

    /// Bytes that may be allocated between the end of a marking and the next beginning.
    fn allowance(&self) -> usize {
        self.live_bytes.max(FIRST_CYCLE_BYTES.saturating_sub(self.live_bytes))
    }

    pub(super) fn bytes_max(&self) -> Option<usize> {
        self.bytes_max
    }

    pub(super) fn live_bytes(&self) -> usize {
        self.live_bytes
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.live_bytes.saturating_add(self.since_bytes)
    }

    fn slack(&self) -> usize {
        self.bytes_max.map_or(0, |max| (max / 16).max(LEAST_SLACK))
    }

    fn grant(&mut self, bytes: usize) {
        self.granted = bytes as isize;
        self.countdown = self.granted;
    }
}

impl Heap {
    /// Counts bytes allocated; may make the heap want a slice.
    pub(super) fn charge(&mut self, bytes: usize) {
        self.counters.allocated_total += bytes as u64;
        let pace = &mut self.pace;
        pace.since_bytes = pace.since_bytes.saturating_add(bytes);
        pace.countdown = pace.countdown.saturating_sub_unsigned(bytes);
        self.wants |= pace.countdown <= 0 || pace.heap_bytes() >= pace.look_at;
    }

    /// Forgets bytes that an object gave back.
    pub(super) fn discharge(&mut self, bytes: usize) {
        self.pace.since_bytes = self.pace.since_bytes.saturating_sub(bytes);
    }

    /// One slice.
    pub(super) fn step(&mut self, roots: &dyn Roots) {
        self.over_limit = false;
        if self.stress {
            return self.complete(roots);
        }
        if self.pace.heap_bytes() >= self.pace.look_at {
            return self.look_at_limit(roots);
        }
        let pace = &mut self.pace;
        let bytes = pace.granted.saturating_sub(pace.countdown).max(0) as usize;
        if self.phase == Phase::Idle {
            pace.owed = 0;
        } else {
            // Allocation that runs ahead all the same is held back harder.
            let late = pace.since_bytes > 2 * (pace.live_bytes + pace.allowance());
            let bought = bytes.saturating_mul(WORK_PER_BYTE << (u32::from(late) * 2));
            pace.owed = pace.owed.saturating_add(bought).min(MOST_SLICES_OWED * SLICE_WORK);
        }
        let budget = pace.owed.clamp(LEAST_WORK, SLICE_WORK);
        let work = match self.phase {
            Phase::Idle => {
                if self.pace.countdown <= 0 {
                    self.start_marking(roots)
                } else {
                    0
                }
            }
            Phase::Mark => self.mark_slice(roots, budget),
            Phase::Sweep => self.sweep_slice(budget),
        };
        self.counters.slices += 1;
        self.counters.max_slice_work = self.counters.max_slice_work.max(work);
        self.pace.owed = self.pace.owed.saturating_sub(work);
        self.grant_next();
    }

    fn grant_next(&mut self) {
        let pace = &mut self.pace;
        match self.phase {
            Phase::Idle => {
                let left = pace.allowance().saturating_sub(pace.since_bytes);
                pace.grant(left);
            }
            _ if pace.owed >= LEAST_WORK => pace.grant(0),
            _ => pace.grant(SLICE_BYTES),
        }
        self.wants = self.stress || self.pace.countdown <= 0;
    }

    /// Ends the cycle at hand, if there is one, then does a whole one.
    pub(super) fn complete(&mut self, roots: &dyn Roots) {
        self.end_cycle(roots);
        self.start_marking(roots);
        self.end_cycle(roots);
        self.keep_little();
        self.grant_next();
        #[cfg(debug_assertions)]
        self.verify_sometimes(roots);
    }

    fn end_cycle(&mut self, roots: &dyn Roots) {
        if self.phase == Phase::Mark {
            self.mark_all(roots);
        }
        while self.phase == Phase::Sweep {
            self.sweep_slice(usize::MAX);
        }
    }

    fn look_at_limit(&mut self, roots: &dyn Roots) {
        self.complete(roots);
        let pace = &mut self.pace;
        let max = pace.bytes_max.unwrap_or(usize::MAX);
        self.over_limit = pace.live_bytes > max;
        pace.look_at = max.max(pace.live_bytes.saturating_add(pace.slack()));
    }

    /// Marking has found so many bytes alive.
    pub(super) fn pace_after_marking(&mut self, live_bytes: usize) {
        self.pace.live_bytes = live_bytes;
        self.pace.since_bytes = 0;
        self.pace.owed = 0;
    }

    pub(super) fn limit(&mut self, bytes_max: Option<usize>) {
        self.pace.bytes_max = bytes_max;
        self.pace.look_at = bytes_max.unwrap_or(usize::MAX);
    }

    pub(super) fn has_room(&self, bytes: usize) -> bool {
        let hard = self.pace.bytes_max.map_or(isize::MAX as usize, |max| max.saturating_add(self.pace.slack()));
        self.pace.heap_bytes().saturating_add(bytes) <= hard
    }
}
