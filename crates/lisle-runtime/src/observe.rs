//! What happens to tasks, as events: for logs that can be compared, and for timelines.
//!
//! The scheduler and the run loop report every step in a task's life to an [`Observer`]. Nobody listens as a
//! rule, and then a report costs one comparison. In a simulated world the events of a program are determined by
//! its text and the seed (I7); [`EventLog`] keeps them, and a digest of all of them, so that two runs can be
//! compared event for event.
//!
//! Tasks are named by their place in the order of spawning; the main program is 1.

use crate::timeline::Timeline;

/// What happened to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was made, by that task; 0 stands for the runtime.
    Spawned {
        /// The place of the spawning task in the order of spawning.
        by: u64,
    },
    /// It goes on, or starts.
    Runs,
    /// It waits for what that operation gives.
    Waits(&'static str),
    /// It lets others run.
    Yields,
    /// Its wait is over; it stands in the run queue.
    Wakes,
    /// It asks for the end of another task.
    Aborts {
        /// The place of that task in the order of spawning; 0 if it had ended.
        target: u64,
    },
    /// It has returned.
    Returns,
    /// An error has ended it.
    Fails,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, by the world's clock.
    pub at_ns: u64,
    /// To whom: the task's place in the order of spawning.
    pub task: u64,
    /// What.
    pub what: What,
}

impl std::fmt::Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ", self.at_ns, self.task)?;
        match self.what {
            What::Spawned { by } => write!(f, "spawned by {by}"),
            What::Runs => f.write_str("runs"),
            What::Waits(operation) => write!(f, "waits: {operation}"),
            What::Yields => f.write_str("yields"),
            What::Wakes => f.write_str("wakes"),
            What::Aborts { target } => write!(f, "aborts {target}"),
            What::Returns => f.write_str("returns"),
            What::Fails => f.write_str("fails"),
        }
    }
}

/// The events of a run: the first of them, and a digest of all.
#[derive(Clone, Debug)]
pub struct EventLog {
    events: Vec<Event>,
    kept_max: usize,
    count: u64,
    digest: u64,
}

impl EventLog {
    /// A log that keeps so many events. The digest covers those, too, that are not kept.
    pub fn new(kept_max: usize) -> EventLog {
        EventLog { events: Vec::new(), kept_max, count: 0, digest: 0xcbf2_9ce4_8422_2325 }
    }

    /// The events, oldest first, as far as they are kept.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// How many events there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// A number that two runs share if, as good as certainly, all their events are the same. It does not depend on
    /// the machine or the process.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    fn add(&mut self, event: Event) {
        self.count += 1;
        let (kind, number, text) = match event.what {
            What::Spawned { by } => (1, by, ""),
            What::Runs => (2, 0, ""),
            What::Waits(operation) => (3, 0, operation),
            What::Yields => (4, 0, ""),
            What::Wakes => (5, 0, ""),
            What::Aborts { target } => (6, target, ""),
            What::Returns => (7, 0, ""),
            What::Fails => (8, 0, ""),
        };
        for word in [event.at_ns, event.task, kind, number] {
            self.mix(&word.to_le_bytes());
        }
        self.mix(text.as_bytes());
        if self.events.len() < self.kept_max {
            self.events.push(event);
        }
    }

    /// FNV-1a.
    fn mix(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.digest = (self.digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Who listens.
#[derive(Debug, Default)]
pub(crate) struct Observer {
    pub(crate) log: Option<EventLog>,
    pub(crate) timeline: Option<Timeline>,
}

impl Observer {
    /// False when events need not be reported.
    #[inline]
    pub(crate) fn listens(&self) -> bool {
        self.log.is_some() || self.timeline.is_some()
    }

    /// Names a task for people.
    pub(crate) fn name(&mut self, task: u64, name: &str) {
        if let Some(timeline) = &mut self.timeline {
            timeline.name(task, name);
        }
    }

    /// The program waits until then.
    pub(crate) fn idle(&mut self, now_ns: u64, until_ns: u64) {
        if let Some(timeline) = &mut self.timeline {
            timeline.idle(now_ns, until_ns);
        }
    }

    /// The program has ended.
    pub(crate) fn finish(&mut self) {
        if let Some(timeline) = &mut self.timeline {
            timeline.finish();
        }
    }

    /// Takes an event.
    pub(crate) fn event(&mut self, event: Event) {
        if let Some(log) = &mut self.log {
            log.add(event);
        }
        if let Some(timeline) = &mut self.timeline {
            timeline.event(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(events: &[(u64, u64, What)]) -> EventLog {
        let mut log = EventLog::new(2);
        for (at_ns, task, what) in events {
            log.add(Event { at_ns: *at_ns, task: *task, what: *what });
        }
        log
    }

    #[test]
    fn the_digest_covers_events_that_are_not_kept() {
        let start = [(0, 1, What::Runs), (0, 1, What::Yields)];
        let one = log(&[start.as_slice(), &[(5, 1, What::Waits("sleep"))]].concat());
        let other = log(&[start.as_slice(), &[(5, 1, What::Waits("join"))]].concat());
        assert_eq!(one.events(), other.events());
        assert_eq!((one.count(), other.count()), (3, 3));
        assert_ne!(one.digest(), other.digest());
    }

    #[test]
    fn equal_logs_have_equal_digests() {
        let events = [(0, 1, What::Spawned { by: 0 }), (3, 2, What::Aborts { target: 1 })];
        assert_eq!(log(&events).digest(), log(&events).digest());
        assert_eq!(log(&events).events()[1].to_string(), "3 2 aborts 1");
    }
}
