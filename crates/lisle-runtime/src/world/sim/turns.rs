//! Threads of a simulated program: they are threads of the operating system, but run one at a time.
//!
//! A thread runs until it waits, or has computed for long; then it passes the turn on. Who is next is decided by the seed,
//! or goes round. Time, which all share, moves on when all wait. So a program with threads does the same thing in every
//! run with the same seed, too. Files, and what is open, each thread has for itself.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A thread.
#[derive(Debug)]
struct Party {
    /// It waits until then at most; `None` for ever.
    deadline_ns: Option<u64>,
    /// It can go on, whatever it waits for.
    woken: bool,
}

#[derive(Debug)]
struct State {
    now_ns: u64,
    parties: BTreeMap<u32, Party>,
    /// Whose turn it is; nobody's if all wait for ever.
    turn: Option<u32>,
    last: u32,
    added: u32,
    /// State of the generator that chooses, if it does.
    random: Option<u64>,
    /// The main thread is gone.
    closed: bool,
}

/// What the threads of one program share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// One thread's part in taking turns.
#[derive(Clone, Debug)]
pub(super) struct Turn {
    shared: Arc<Shared>,
    id: u32,
}

impl Turn {
    /// The main thread's, whose turn it is.
    pub(super) fn first(now_ns: u64, random: Option<u64>) -> Turn {
        let parties = BTreeMap::from([(0, Party { deadline_ns: None, woken: false })]);
        let state = State { now_ns, parties, turn: Some(0), last: 0, added: 0, random, closed: false };
        Turn { shared: Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() }), id: 0 }
    }

    /// A new thread's.
    pub(super) fn add(&self) -> Pending {
        let mut state = self.state();
        state.added += 1;
        let id = state.added;
        state.parties.insert(id, Party { deadline_ns: None, woken: true });
        drop(state);
        Pending(Some(Turn { shared: self.shared.clone(), id }))
    }

    /// Passes the turn on until that time, or until it is woken. Gives the time.
    pub(super) fn wait(&self, now_ns: u64, deadline_ns: Option<u64>) -> u64 {
        let mut state = self.state();
        state.now_ns = state.now_ns.max(now_ns);
        if let Some(party) = state.parties.get_mut(&self.id) {
            party.deadline_ns = deadline_ns;
        }
        state.elect();
        self.shared.changed.notify_all();
        self.await_turn(state)
    }

    fn await_turn(&self, mut state: MutexGuard<'_, State>) -> u64 {
        while state.turn != Some(self.id) && !state.closed {
            state = self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            drop(state);
            // The program is over, and nobody waits for this thread: it ends here.
            resume_unwind(Box::new("the simulated program is over"));
        }
        if let Some(party) = state.parties.get_mut(&self.id) {
            party.woken = false;
        }
        state.now_ns
    }

    /// Lets it go on.
    pub(super) fn wake(&self) {
        let mut state = self.state();
        if let Some(party) = state.parties.get_mut(&self.id) {
            party.woken = true;
        }
        if state.turn.is_none() {
            state.elect();
            self.shared.changed.notify_all();
        }
    }

    /// The thread has ended. With the main thread all others end.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.closed |= self.id == 0;
        state.parties.remove(&self.id);
        if state.turn == Some(self.id) {
            state.elect();
        }
        self.shared.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A turn of a thread that is to be started. If that does not come about, nobody waits for it.
#[derive(Debug)]
pub(super) struct Pending(Option<Turn>);

impl Pending {
    /// Waits for the first turn. Gives the time.
    pub(super) fn begin(mut self) -> (Turn, u64) {
        let turn = self.0.take().expect("only `begin` takes it");
        let now_ns = turn.await_turn(turn.state());
        (turn, now_ns)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.iter().for_each(Turn::end);
    }
}

impl State {
    /// Chooses whose turn it is.
    fn elect(&mut self) {
        let mut able = self.able();
        if able.is_empty()
            && let Some(next_ns) = self.parties.values().filter_map(|party| party.deadline_ns).min()
        {
            self.now_ns = self.now_ns.max(next_ns);
            able = self.able();
        }
        self.turn = match &mut self.random {
            _ if able.is_empty() => None,
            Some(random) => {
                *random = random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
                Some(able[(*random >> 33) as usize % able.len()])
            }
            None => able.iter().copied().find(|id| *id > self.last).or(able.first().copied()),
        };
        self.last = self.turn.unwrap_or(self.last);
    }

    /// Those who can go on, in order.
    fn able(&self) -> Vec<u32> {
        let due =
            |party: &Party| party.woken || party.deadline_ns.is_some_and(|deadline_ns| deadline_ns <= self.now_ns);
        self.parties.iter().filter(|(_, party)| due(party)).map(|(id, _)| *id).collect()
    }
}
