//! Ties between processes: links, monitors, and the monitors of calls.
//!
//! A tie is one record. It stands in a list of each process that it ties, in order of making, and leaves both at once; so
//! making and removing one costs the same however many a process has. Links are found by their pair, monitors by their
//! reference.

use foldhash::fast::FixedState;
use hashbrown::HashMap;

use super::Slot;
use super::record::Process;
use super::slab::Slab;
use crate::scheduler::TaskId;

/// One end of a tie: the number of the tie, and in the lowest bit which of its two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End(u32);

const NO_END: End = End(u32::MAX);

impl End {
    fn new(tie: u32, side: usize) -> End {
        End(tie << 1 | side as u32)
    }
    fn tie(self) -> u32 {
        self.0 >> 1
    }
    fn side(self) -> usize {
        (self.0 & 1) as usize
    }
}

/// A list of ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TieList {
    first: End,
    last: End,
}

impl TieList {
    /// Nothing.
    pub(crate) const EMPTY: TieList = TieList { first: NO_END, last: NO_END };

    /// True when nothing stands in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.first == NO_END
    }
}

impl Default for TieList {
    fn default() -> TieList {
        TieList::EMPTY
    }
}

/// What a tie is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Both are linked.
    Link,
    /// The first watches the second.
    Monitor { reference: u64 },
    /// A task of the first waits for an answer of the second.
    Call { task: TaskId },
}

#[derive(Clone, Copy, Debug)]
struct Side {
    process: Slot,
    previous: End,
    next: End,
}

/// A tie.
#[derive(Debug)]
pub(crate) struct Tie {
    pub(crate) kind: Kind,
    sides: [Side; 2],
}

impl Tie {
    /// The process at the other end than that one's.
    pub(crate) fn partner(&self, process: Slot) -> Slot {
        self.sides[usize::from(self.sides[0].process == process)].process
    }

    /// The watching process, or the one that calls.
    pub(crate) fn watcher(&self) -> Slot {
        self.sides[0].process
    }

    /// The watched process.
    pub(crate) fn watched(&self) -> Slot {
        self.sides[1].process
    }
}

/// All ties.
#[derive(Debug, Default)]
pub(crate) struct Ties {
    all: Slab<Tie>,
    links: HashMap<(u32, u32), u32, FixedState>,
    monitors: HashMap<(u32, u64), u32, FixedState>,
}

fn pair(a: Slot, b: Slot) -> (u32, u32) {
    (a.0.min(b.0), a.0.max(b.0))
}

/// The list of a process in which an end of a tie stands.
fn list(kind: Kind, side: usize, process: &mut Process) -> &mut TieList {
    match (kind, side) {
        (Kind::Link, _) => &mut process.links,
        (_, 0) => &mut process.watched,
        _ => &mut process.watchers,
    }
}

impl Ties {
    /// A tie.
    pub(crate) fn get(&self, tie: u32) -> &Tie {
        self.all.get(tie)
    }

    /// How many there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The ties of a list, in order.
    pub(crate) fn iter(&self, list: TieList) -> impl Iterator<Item = u32> {
        let mut end = list.first;
        std::iter::from_fn(move || {
            if end == NO_END {
                return None;
            }
            let tie = end.tie();
            end = self.all.get(tie).sides[end.side()].next;
            Some(tie)
        })
    }

    /// The first of a list.
    pub(crate) fn first(&self, list: TieList) -> Option<u32> {
        (!list.is_empty()).then(|| list.first.tie())
    }

    /// Links two processes, unless they are linked.
    pub(crate) fn link(&mut self, records: &mut Slab<Process>, a: Slot, b: Slot) {
        if a == b || self.links.contains_key(&pair(a, b)) {
            return;
        }
        let tie = self.add(records, Kind::Link, a, b);
        self.links.insert(pair(a, b), tie);
    }

    /// The link between two processes.
    pub(crate) fn link_between(&self, a: Slot, b: Slot) -> Option<u32> {
        self.links.get(&pair(a, b)).copied()
    }

    /// Lets one process watch another, of the same world.
    pub(crate) fn monitor(&mut self, records: &mut Slab<Process>, watcher: Slot, target: Slot, reference: u64) {
        let tie = self.add(records, Kind::Monitor { reference }, watcher, target);
        self.monitors.insert((records.get(watcher.0).world, reference), tie);
    }

    /// The monitor with that reference.
    pub(crate) fn monitor_of(&self, world: u32, reference: u64) -> Option<u32> {
        self.monitors.get(&(world, reference)).copied()
    }

    /// A task of a process waits for an answer of another.
    pub(crate) fn call(&mut self, records: &mut Slab<Process>, caller: Slot, target: Slot, task: TaskId) -> u32 {
        self.add(records, Kind::Call { task }, caller, target)
    }

    fn add(&mut self, records: &mut Slab<Process>, kind: Kind, a: Slot, b: Slot) -> u32 {
        let side = |process| Side { process, previous: NO_END, next: NO_END };
        let tie = self.all.insert(Tie { kind, sides: [side(a), side(b)] });
        self.append(records, kind, tie, 0, a);
        self.append(records, kind, tie, 1, b);
        tie
    }

    fn append(&mut self, records: &mut Slab<Process>, kind: Kind, tie: u32, side: usize, process: Slot) {
        let end = End::new(tie, side);
        let list = list(kind, side, records.get_mut(process.0));
        let last = std::mem::replace(&mut list.last, end);
        if last == NO_END {
            list.first = end;
        } else {
            self.all.get_mut(last.tie()).sides[last.side()].next = end;
        }
        self.all.get_mut(tie).sides[side].previous = last;
    }

    /// Removes a tie from everything.
    pub(crate) fn remove(&mut self, records: &mut Slab<Process>, tie: u32) -> Tie {
        let kind = self.all.get(tie).kind;
        for side in [0, 1] {
            let Side { process, previous, next } = self.all.get(tie).sides[side];
            let list = list(kind, side, records.get_mut(process.0));
            if previous == NO_END {
                list.first = next;
            } else {
                self.all.get_mut(previous.tie()).sides[previous.side()].next = next;
            }
            if next == NO_END {
                list.last = previous;
            } else {
                self.all.get_mut(next.tie()).sides[next.side()].previous = previous;
            }
        }
        let removed = self.all.remove(tie);
        match kind {
            Kind::Link => {
                self.links.remove(&pair(removed.sides[0].process, removed.sides[1].process));
            }
            Kind::Monitor { reference } => {
                let world = records.get(removed.sides[0].process.0).world;
                self.monitors.remove(&(world, reference));
            }
            Kind::Call { .. } => {}
        }
        removed
    }
}
