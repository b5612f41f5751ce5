//! Timers: a hierarchical wheel with exact removal (Varghese and Lauck, 1987).
//!
//! Six levels of 64 slots, one slot of the lowest level being a millisecond: insertion and removal are
//! O(1) for 2 years ahead (later deadlines sit in the last slot and move on from there). Each level has a bitmap of the
//! slots in use. A heap with lazy removal was rejected: timeouts that are nearly always cancelled let it grow without
//! bound.
//!
//! A slot is a list of small chunks of timers, of which only the first may have room. So when a slot is opened, its timers
//! are read in a row, while a list through the timers themselves would be as many misses of the cache. To remove one,
//! the last of the first chunk takes its place.
//!
//! Deadlines are kept in nanoseconds. When the wheel reaches a millisecond, its timers are sorted by deadline and order
//! of insertion, and wait in a row for their time. Those that are inserted later for that millisecond or before it
//! stand in an ordered set. So sleeps shorter than a slot end in their right order, and equal deadlines in that of
//! their creation.

use std::collections::BTreeSet;

use crate::pages::Pages;

const LEVELS: usize = 6;
const SLOT_BITS: u32 = 6;
const SLOTS: usize = 1 << SLOT_BITS;
const TICK_NS: u64 = 1_000_000;
const NONE: u32 = u32::MAX;
/// Timers in a chunk.
const CHUNK: usize = 15;

/// Names a timer of a [`Wheel`]; good until it fired or was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerId(u32);

/// A timer.
#[derive(Clone, Copy, Debug)]
struct Timer {
    deadline_ns: u64,
    /// Counts insertions.
    sequence: u64,
    payload: u32,
    /// Where is written where it stands; `NONE` if it was removed.
    id: u32,
}

impl Timer {
    const NONE: Timer = Timer { deadline_ns: 0, sequence: 0, payload: 0, id: NONE };

    fn key(&self) -> (u64, u64) {
        (self.deadline_ns, self.sequence)
    }
}

/// Some timers of a slot.
#[derive(Debug)]
struct Chunk {
    timers: [Timer; CHUNK],
    len: u32,
    /// The next chunk of the slot, or the next free one.
    next: u32,
}

/// Where a timer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nowhere: the number is free, and so is that one.
    Free { next: u32 },
    /// In a chunk.
    Slot { level: u8, slot: u8, at: u8, chunk: u32 },
    /// In the row of the opened ones.
    Opened { at: u32 },
    /// In the set of the late ones, with that key.
    Late { key: u32 },
}

const _: () = assert!(size_of::<Place>() == 8 && size_of::<Timer>() == 24, "timers are many");

/// A set of timers, each with a number of the owner's as payload.
#[derive(Debug)]
pub struct Wheel {
    places: Pages<Place>,
    free: u32,
    chunks: Pages<Chunk>,
    free_chunk: u32,
    /// The first chunk of each slot.
    heads: [[u32; SLOTS]; LEVELS],
    used: [u64; LEVELS],
    /// The millisecond up to which the wheel has turned.
    tick: u64,
    /// The timers up to that millisecond, in order. Those before `opened_at` have fired.
    opened: Vec<Timer>,
    opened_at: usize,
    /// Those among them that were inserted later: deadline, sequence, and their place in `late_timers`.
    late: BTreeSet<(u64, u64, u32)>,
    late_timers: Vec<Timer>,
    free_late: Vec<u32>,
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
            places: Pages::default(),
            free: NONE,
            chunks: Pages::default(),
            free_chunk: NONE,
            heads: [[NONE; SLOTS]; LEVELS],
            used: [0; LEVELS],
            tick: 0,
            opened: Vec::new(),
            opened_at: 0,
            late: BTreeSet::new(),
            late_timers: Vec::new(),
            free_late: Vec::new(),
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
        let id = match self.free {
            NONE => self.places.push(Place::Free { next: NONE }),
            free => {
                let Place::Free { next } = self.places[free] else { unreachable!("the free list holds free places") };
                self.free = next;
                free
            }
        };
        self.count += 1;
        let timer = Timer { deadline_ns, sequence: self.sequence, payload, id };
        if deadline_ns / TICK_NS > self.tick {
            self.put(timer);
        } else {
            self.put_late(timer);
        }
        TimerId(id)
    }

    /// Takes a timer out before it fired, and gives its payload.
    pub fn remove(&mut self, id: TimerId) -> u32 {
        let timer = match self.places[id.0] {
            Place::Free { .. } => panic!("a timer is removed once, and not after it fired"),
            Place::Slot { level, slot, at, chunk } => self.take(level, slot, chunk, at),
            Place::Opened { at } => std::mem::replace(&mut self.opened[at as usize], Timer::NONE),
            Place::Late { key } => {
                let timer = self.late_timers[key as usize];
                let removed = self.late.remove(&(timer.deadline_ns, timer.sequence, key));
                assert!(removed, "a late timer stands in its set");
                self.free_late.push(key);
                timer
            }
        };
        self.release(id.0);
        timer.payload
    }

    /// Takes out the earliest timer whose deadline is not after `now_ns`, and gives its payload. Time never goes back.
    pub fn pop_due(&mut self, now_ns: u64) -> Option<u32> {
        if self.count == 0 {
            self.tick = self.tick.max(now_ns / TICK_NS);
            return None;
        }
        self.advance(now_ns / TICK_NS);
        self.skip_removed();
        let opened = self.opened.get(self.opened_at);
        let late = self.late.first();
        let timer = match (opened, late) {
            (Some(opened), late) if late.is_none_or(|late| opened.key() < (late.0, late.1)) => {
                if opened.deadline_ns > now_ns {
                    return None;
                }
                self.opened_at += 1;
                *opened
            }
            (_, Some((deadline_ns, _, key))) => {
                if *deadline_ns > now_ns {
                    return None;
                }
                let timer = self.late_timers[*key as usize];
                self.free_late.push(*key);
                self.late.pop_first();
                timer
            }
            (_, None) => return None,
        };
        self.release(timer.id);
        Some(timer.payload)
    }

    /// The payload of a timer that will fire soon: of the one that many behind the next.
    pub fn peek(&self, behind: usize) -> Option<u32> {
        self.opened.get(self.opened_at + behind).filter(|timer| timer.id != NONE).map(|timer| timer.payload)
    }

    /// When to call [`Wheel::pop_due`] next: never after the earliest deadline; before it when a slot must be spread
    /// over a lower level first. `None` without timers.
    pub fn next_wake(&self) -> Option<u64> {
        let opened = self.opened[self.opened_at..].iter().find(|timer| timer.id != NONE).map(|timer| timer.deadline_ns);
        let late = self.late.first().map(|late| late.0);
        if let Some(due) = opened.into_iter().chain(late).min() {
            return Some(due);
        }
        let (level, slot, tick) = self.next_slot()?;
        if level > 0 {
            return Some(tick.saturating_mul(TICK_NS));
        }
        // All timers of a slot of the lowest level lie in one millisecond: the earliest is wanted.
        let mut earliest = u64::MAX;
        let mut chunk = self.heads[0][slot];
        while chunk != NONE {
            let Chunk { timers, len, next } = &self.chunks[chunk];
            earliest = timers[..*len as usize].iter().map(|timer| timer.deadline_ns).fold(earliest, u64::min);
            chunk = *next;
        }
        Some(earliest)
    }

    /// Puts a timer into the slot of its deadline, which lies after the current tick.
    fn put(&mut self, timer: Timer) {
        // Never a whole turn of the highest level ahead: its slots must be unambiguous.
        let top_shift = SLOT_BITS * (LEVELS as u32 - 1);
        let tick = (timer.deadline_ns / TICK_NS).min(self.tick + ((SLOTS as u64 - 1) << top_shift));
        let highest_bit = 63 - (tick ^ self.tick).leading_zeros();
        let level = ((highest_bit / SLOT_BITS) as usize).min(LEVELS - 1);
        let slot = (tick >> (SLOT_BITS * level as u32)) as usize % SLOTS;
        let head = &mut self.heads[level][slot];
        if *head == NONE || self.chunks[*head].len as usize == CHUNK {
            let next = *head;
            *head = match self.free_chunk {
                NONE => self.chunks.push(Chunk { timers: [Timer::NONE; CHUNK], len: 0, next }),
                free => {
                    let chunk = &mut self.chunks[free];
                    self.free_chunk = std::mem::replace(&mut chunk.next, next);
                    chunk.len = 0;
                    free
                }
            };
        }
        let chunk = &mut self.chunks[*head];
        let at = chunk.len as usize;
        chunk.timers[at] = timer;
        chunk.len += 1;
        self.places[timer.id] = Place::Slot { level: level as u8, slot: slot as u8, at: at as u8, chunk: *head };
        self.used[level] |= 1 << slot;
    }

    /// Adds a timer for the current tick or before.
    fn put_late(&mut self, timer: Timer) {
        let key = match self.free_late.pop() {
            Some(key) => {
                self.late_timers[key as usize] = timer;
                key
            }
            None => {
                self.late_timers.push(timer);
                self.late_timers.len() as u32 - 1
            }
        };
        self.late.insert((timer.deadline_ns, timer.sequence, key));
        self.places[timer.id] = Place::Late { key };
    }

    /// Takes a timer out of its slot.
    fn take(&mut self, level: u8, slot: u8, chunk: u32, at: u8) -> Timer {
        let (level, slot, at) = (usize::from(level), usize::from(slot), usize::from(at));
        let timer = self.chunks[chunk].timers[at];
        // The last of the first chunk takes its place.
        let head = self.heads[level][slot];
        let first = &mut self.chunks[head];
        first.len -= 1;
        let last = first.timers[first.len as usize];
        let is_empty = first.len == 0;
        if last.id != timer.id {
            self.chunks[chunk].timers[at] = last;
            self.places[last.id] = Place::Slot { level: level as u8, slot: slot as u8, at: at as u8, chunk };
        }
        if is_empty {
            let next = self.free_chunk_of(head);
            self.heads[level][slot] = next;
            if next == NONE {
                self.used[level] &= !(1 << slot);
            }
        }
        timer
    }

    /// Gives a chunk back; tells which one came after it.
    fn free_chunk_of(&mut self, chunk: u32) -> u32 {
        let free = std::mem::replace(&mut self.free_chunk, chunk);
        std::mem::replace(&mut self.chunks[chunk].next, free)
    }

    fn release(&mut self, id: u32) {
        self.places[id] = Place::Free { next: self.free };
        self.free = id;
        self.count -= 1;
    }

    /// The next slot to open: level, slot, and the tick at which it begins. Lower levels come first: what
    /// stands higher lies beyond the whole range of the level below.
    fn next_slot(&self) -> Option<(usize, usize, u64)> {
        (0..LEVELS).find(|level| self.used[*level] != 0).map(|level| {
            let shift = SLOT_BITS * level as u32;
            let now_slot = (self.tick >> shift) as u32 % SLOTS as u32;
            // No timer stands in the slot of the current tick itself, so the search starts behind it.
            let start = (now_slot + 1) % SLOTS as u32;
            let ahead = self.used[level].rotate_right(start).trailing_zeros();
            let slot = (start + ahead) % SLOTS as u32;
            let begin = ((self.tick >> shift) + u64::from(ahead) + 1) << shift;
            (level, slot as usize, begin)
        })
    }

    /// Turns the wheel: everything up to that tick is opened.
    fn advance(&mut self, tick: u64) {
        while let Some((level, slot, begin)) = self.next_slot() {
            if begin > tick {
                break;
            }
            self.open(level, slot, begin);
        }
        self.tick = self.tick.max(tick);
    }

    /// Turns the wheel to the beginning of a slot, and spreads its timers. Each tick's are opened at once: they come from
    /// one slot of the lowest level, or from one of a higher level that begins with that tick, never from both.
    fn open(&mut self, level: usize, slot: usize, begin: u64) {
        self.tick = begin;
        if self.opened_at * 2 >= self.opened.len() {
            self.forget_fired();
        }
        let sorted = self.opened.len();
        let mut chunk = std::mem::replace(&mut self.heads[level][slot], NONE);
        self.used[level] &= !(1 << slot);
        while chunk != NONE {
            let Chunk { timers, len, .. } = self.chunks[chunk];
            for timer in &timers[..len as usize] {
                if timer.deadline_ns / TICK_NS > begin {
                    self.put(*timer);
                } else {
                    self.opened.push(*timer);
                }
            }
            chunk = self.free_chunk_of(chunk);
        }
        self.opened[sorted..].sort_unstable_by_key(Timer::key);
        self.note_opened(sorted);
    }

    /// Lets go those of the opened timers that have fired.
    fn forget_fired(&mut self) {
        self.opened.drain(..self.opened_at);
        self.opened_at = 0;
        self.note_opened(0);
    }

    /// Writes down where the opened timers stand, from there on.
    fn note_opened(&mut self, from: usize) {
        for (at, timer) in self.opened.iter().enumerate().skip(from).filter(|(_, timer)| timer.id != NONE) {
            self.places[timer.id] = Place::Opened { at: at as u32 };
        }
    }

    /// The next opened timer is one that was not removed.
    fn skip_removed(&mut self) {
        while self.opened.get(self.opened_at).is_some_and(|timer| timer.id == NONE) {
            self.opened_at += 1;
        }
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

    #[test]
    fn what_has_fired_is_let_go_although_there_is_always_something_left() {
        let mut wheel = Wheel::new();
        // Two timers a millisecond; the second one of each fires after the next millisecond was opened.
        for ms in 1..=10_000u64 {
            wheel.insert(ms * TICK_NS, 1);
            wheel.insert(ms * TICK_NS + 900_000, 2);
        }
        let mut fired = 0;
        for ms in 1..=10_000u64 {
            while wheel.pop_due(ms * TICK_NS + 100_000).is_some() {
                fired += 1;
            }
            assert!(wheel.opened.len() < 10);
        }
        assert_eq!((fired, wheel.len()), (19_999, 1));
    }

    #[test]
    fn those_that_fire_soon_can_be_seen() {
        let mut wheel = Wheel::new();
        let ids: Vec<TimerId> = (0..4).map(|n| wheel.insert(5_000_000 + u64::from(n), n)).collect();
        assert_eq!(wheel.peek(0), None, "their millisecond has not come");
        assert_eq!(wheel.pop_due(5_000_000), Some(0));
        wheel.remove(ids[2]);
        assert_eq!([0, 1, 2, 3].map(|behind| wheel.peek(behind)), [Some(1), None, Some(3), None]);
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
