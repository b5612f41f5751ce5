//! Timers: a hierarchical wheel with exact removal.
//!
//! Six levels of 64 slots, one slot of the lowest level being a millisecond: insertion and removal are
//! O(1) for 2 years ahead (later deadlines sit in the last slot and move on from there). Each slot is an
//! intrusive list through the slab of entries, each level has a bitmap of the slots in use. A heap with
//! lazy removal was rejected: timeouts that are nearly always cancelled let it grow without bound.
//!
//! Deadlines are kept in nanoseconds. Entries of the current millisecond and before stand in an ordered
//! set by (deadline, order of insertion), so that sleeps shorter than a slot end in their right order,
//! and equal deadlines in that of their creation.

use std::collections::BTreeSet;

const LEVELS: usize = 6;
const SLOT_BITS: u32 = 6;
const SLOTS: usize = 1 << SLOT_BITS;
const TICK_NS: u64 = 1_000_000;
const NONE: u32 = u32::MAX;

/// Names a timer of a [`Wheel`]; good until it fired or was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerId(u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Free,
    Slot { level: u8, slot: u8 },
    Due,
}

#[derive(Debug)]
struct Entry {
    deadline_ns: u64,
    sequence: u64,
    payload: u32,
    place: Place,
    previous: u32,
    next: u32,
}

/// A set of timers, each with a number of the owner's as payload.
#[derive(Debug)]
pub struct Wheel {
    entries: Vec<Entry>,
    /// First free entry; they are linked through `next`.
    free: u32,
    heads: [[u32; SLOTS]; LEVELS],
    used: [u64; LEVELS],
    /// The millisecond up to which the wheel has turned: entries of it and before are in `due`.
    tick: u64,
    due: BTreeSet<(u64, u64, u32)>,
    sequence: u64,
    count: usize,
}

impl Default for Wheel {
    fn default() -> Wheel {
        Wheel::new()
    }
}

impl Wheel {
    /// No timers, at time 0.
    pub fn new() -> Wheel {
        Wheel {
            entries: Vec::new(),
            free: NONE,
            heads: [[NONE; SLOTS]; LEVELS],
            used: [0; LEVELS],
            tick: 0,
            due: BTreeSet::new(),
            sequence: 0,
            count: 0,
        }
    }

    /// Number of timers.
    pub fn len(&self) -> usize {
        self.count
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a timer. A deadline in the past is due at once.
    pub fn insert(&mut self, deadline_ns: u64, payload: u32) -> TimerId {
        self.sequence += 1;
        let entry =
            Entry { deadline_ns, sequence: self.sequence, payload, place: Place::Free, previous: NONE, next: NONE };
        let index = if self.free == NONE {
            self.entries.push(entry);
            self.entries.len() as u32 - 1
        } else {
            let index = self.free;
            self.free = self.entries[index as usize].next;
            self.entries[index as usize] = entry;
            index
        };
        self.count += 1;
        self.place(index);
        TimerId(index)
    }

    /// Takes a timer out before it fired, and gives its payload.
    pub fn remove(&mut self, id: TimerId) -> u32 {
        let index = id.0;
        let entry = &self.entries[index as usize];
        match entry.place {
            Place::Free => panic!("a timer is removed once, and not after it fired"),
            Place::Due => {
                let removed = self.due.remove(&(entry.deadline_ns, entry.sequence, index));
                assert!(removed, "a due entry stands in the due set");
            }
            Place::Slot { level, slot } => self.unlink(index, level, slot),
        }
        self.release(index)
    }

    /// Takes out the earliest timer whose deadline is not after `now_ns`, and gives its payload. Time never goes back.
    pub fn pop_due(&mut self, now_ns: u64) -> Option<u32> {
        if self.count == 0 {
            self.tick = self.tick.max(now_ns / TICK_NS);
            return None;
        }
        self.advance(now_ns / TICK_NS);
        let (deadline_ns, _, index) = *self.due.first()?;
        if deadline_ns > now_ns {
            return None;
        }
        self.due.pop_first();
        Some(self.release(index))
    }

    /// When to call [`Wheel::pop_due`] next: never after the earliest deadline; before it when a slot must be spread
    /// over a lower level first. `None` without timers.
    pub fn next_wake(&self) -> Option<u64> {
        if let Some((deadline_ns, _, _)) = self.due.first() {
            return Some(*deadline_ns);
        }
        let (level, slot, tick) = self.next_slot()?;
        if level > 0 {
            return Some(tick.saturating_mul(TICK_NS));
        }
        // All entries of a slot of the lowest level lie in one millisecond: the earliest is wanted.
        let mut earliest = u64::MAX;
        let mut index = self.heads[0][slot];
        while index != NONE {
            let entry = &self.entries[index as usize];
            earliest = earliest.min(entry.deadline_ns);
            index = entry.next;
        }
        Some(earliest)
    }

    /// Puts an entry where its deadline belongs, seen from the current tick.
    fn place(&mut self, index: u32) {
        let entry = &mut self.entries[index as usize];
        let tick = entry.deadline_ns / TICK_NS;
        if tick <= self.tick {
            entry.place = Place::Due;
            self.due.insert((entry.deadline_ns, entry.sequence, index));
            return;
        }
        // Never a whole turn of the highest level ahead: its slots must be unambiguous.
        let top_shift = SLOT_BITS * (LEVELS as u32 - 1);
        let tick = tick.min(self.tick + ((SLOTS as u64 - 1) << top_shift));
        let highest_bit = 63 - (tick ^ self.tick).leading_zeros();
        let level = ((highest_bit / SLOT_BITS) as usize).min(LEVELS - 1);
        let slot = (tick >> (SLOT_BITS * level as u32)) as usize % SLOTS;
        entry.place = Place::Slot { level: level as u8, slot: slot as u8 };
        entry.previous = NONE;
        entry.next = self.heads[level][slot];
        if entry.next != NONE {
            let next = entry.next;
            self.entries[next as usize].previous = index;
        }
        self.heads[level][slot] = index;
        self.used[level] |= 1 << slot;
    }

    fn unlink(&mut self, index: u32, level: u8, slot: u8) {
        let Entry { previous, next, .. } = self.entries[index as usize];
        if next != NONE {
            self.entries[next as usize].previous = previous;
        }
        if previous != NONE {
            self.entries[previous as usize].next = next;
            return;
        }
        let (level, slot) = (usize::from(level), usize::from(slot));
        debug_assert_eq!(self.heads[level][slot], index);
        self.heads[level][slot] = next;
        if next == NONE {
            self.used[level] &= !(1 << slot);
        }
    }

    fn release(&mut self, index: u32) -> u32 {
        let free = self.free;
        let entry = &mut self.entries[index as usize];
        entry.place = Place::Free;
        entry.next = free;
        let payload = entry.payload;
        self.free = index;
        self.count -= 1;
        payload
    }

    /// The next slot to open: level, slot, and the tick at which it begins. Lower levels come first: what
    /// stands higher lies beyond the whole range of the level below.
    fn next_slot(&self) -> Option<(usize, usize, u64)> {
        (0..LEVELS).find(|level| self.used[*level] != 0).map(|level| {
            let shift = SLOT_BITS * level as u32;
            let now_slot = (self.tick >> shift) as u32 % SLOTS as u32;
            // No entry stands in the slot of the current tick itself, so the search starts behind it.
            let start = (now_slot + 1) % SLOTS as u32;
            let ahead = self.used[level].rotate_right(start).trailing_zeros();
            let slot = (start + ahead) % SLOTS as u32;
            let begin = ((self.tick >> shift) + u64::from(ahead) + 1) << shift;
            (level, slot as usize, begin)
        })
    }

    /// Turns the wheel: everything up to that tick ends in `due`.
    fn advance(&mut self, tick: u64) {
        while let Some((level, slot, begin)) = self.next_slot() {
            if begin > tick {
                break;
            }
            self.tick = begin;
            let mut index = std::mem::replace(&mut self.heads[level][slot], NONE);
            self.used[level] &= !(1 << slot);
            while index != NONE {
                let next = self.entries[index as usize].next;
                self.place(index);
                index = next;
            }
        }
        self.tick = self.tick.max(tick);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use proptest::prelude::*;

    #[test]
    fn equal_deadlines_fire_in_order_of_creation() {
        let mut wheel = Wheel::new();
        for payload in 0..100 {
            wheel.insert(5_000_000, payload);
        }
        assert_eq!(wheel.pop_due(4_999_999), None);
        let fired: Vec<u32> = std::iter::from_fn(|| wheel.pop_due(5_000_000)).collect();
        assert_eq!(fired, (0..100).collect::<Vec<u32>>());
    }

    #[test]
    fn deadlines_within_a_millisecond_keep_their_order() {
        let mut wheel = Wheel::new();
        wheel.insert(1_900_000, 2);
        wheel.insert(1_100_000, 1);
        assert_eq!(wheel.next_wake(), Some(1_100_000));
        assert_eq!(wheel.pop_due(1_500_000), Some(1));
        assert_eq!(wheel.pop_due(1_500_000), None);
        assert_eq!(wheel.next_wake(), Some(1_900_000));
        assert_eq!(wheel.pop_due(2_000_000), Some(2));
        assert!(wheel.is_empty());
    }

    #[test]
    fn the_farthest_deadline_is_kept() {
        let mut wheel = Wheel::new();
        let far = wheel.insert(u64::MAX, 1);
        wheel.insert(1, 2);
        assert_eq!(wheel.pop_due(10), Some(2));
        assert_eq!(wheel.pop_due(400 * 86_400 * 1_000_000_000), None);
        assert_eq!(wheel.remove(far), 1);
        assert!(wheel.is_empty());
    }

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Remove(usize),
        Advance(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        // Distances of every size, so that every level is used.
        let distance = (0u32..58, any::<u64>()).prop_map(|(bits, n)| n & ((1 << bits) - 1));
        prop_oneof![
            4 => distance.clone().prop_map(Step::Insert),
            1 => any::<usize>().prop_map(Step::Remove),
            2 => distance.prop_map(Step::Advance),
        ]
    }

    proptest! {
        #[test]
        fn behaves_as_an_ordered_map(steps in prop::collection::vec(step(), 1..200)) {
            let mut wheel = Wheel::new();
            let mut model: BTreeMap<(u64, u64), (TimerId, u32)> = BTreeMap::new();
            let mut now = 0u64;
            for (sequence, step) in steps.into_iter().enumerate() {
                let sequence = sequence as u64;
                match step {
                    Step::Insert(distance) => {
                        let deadline = now.saturating_add(distance);
                        let id = wheel.insert(deadline, sequence as u32);
                        model.insert((deadline, sequence), (id, sequence as u32));
                    }
                    Step::Remove(which) => {
                        if let Some(key) = model.keys().nth(which % model.len().max(1)).copied() {
                            let (id, payload) = model.remove(&key).expect("just seen");
                            prop_assert_eq!(wheel.remove(id), payload);
                        }
                    }
                    Step::Advance(distance) => {
                        now = now.saturating_add(distance);
                        while let Some(entry) = model.first_entry().filter(|e| e.key().0 <= now) {
                            let (_, payload) = entry.remove();
                            prop_assert_eq!(wheel.pop_due(now), Some(payload));
                        }
                        prop_assert_eq!(wheel.pop_due(now), None);
                    }
                }
                prop_assert_eq!(wheel.len(), model.len());
                let earliest = model.keys().next().map(|(deadline, _)| *deadline);
                prop_assert_eq!(wheel.next_wake().is_some(), earliest.is_some());
                if let (Some(wake), Some(earliest)) = (wheel.next_wake(), earliest) {
                    prop_assert!(wake <= earliest);
                    prop_assert!(wake > now || earliest <= now);
                }
            }
        }
    }
}
