//! A program's threads: what they share besides messages.

use std::sync::atomic::AtomicU64;

use super::inbox::Inbox;
use super::post::Parcel;
use super::sync::{Arc, AtomicBool, Mutex, Ordering, lock};

/// Threads that may run at once: each takes some megabytes and a thread of the operating system.
pub(crate) const THREADS_MAX: usize = 1024;

/// How a thread failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The error, as it prints.
    pub(crate) message: String,
    /// The error, if it can be sent.
    pub(crate) cause: Option<Parcel>,
}

/// Where a thread stands.
#[derive(Debug)]
enum Progress {
    /// It runs; those are told of its end, each by a notice with its number.
    Runs(Vec<(Arc<Inbox>, u64)>),
    Ended(Arc<Result<Parcel, Failure>>),
}

/// A thread, as those know it who wait for it.
#[derive(Debug)]
pub(crate) struct Thread {
    /// Its number: what `sys/thread-id` gives in it.
    pub(crate) id: u64,
    progress: Mutex<Progress>,
    /// Somebody has asked for its outcome.
    pub(crate) observed: AtomicBool,
}

impl Thread {
    /// The outcome, if it has ended.
    pub(crate) fn outcome(&self) -> Option<Arc<Result<Parcel, Failure>>> {
        match &*lock(&self.progress) {
            Progress::Runs(_) => None,
            Progress::Ended(outcome) => Some(outcome.clone()),
        }
    }

    /// Has a notice sent when it ends. False if it has ended.
    pub(crate) fn tell(&self, inbox: &Arc<Inbox>, ticket: u64) -> bool {
        match &mut *lock(&self.progress) {
            Progress::Runs(waiting) => {
                waiting.push((inbox.clone(), ticket));
                true
            }
            Progress::Ended(_) => false,
        }
    }

    /// The notice is not wanted any more.
    pub(crate) fn forget(&self, inbox: &Arc<Inbox>, ticket: u64) {
        if let Progress::Runs(waiting) = &mut *lock(&self.progress) {
            waiting.retain(|(known, number)| !(Arc::ptr_eq(known, inbox) && *number == ticket));
        }
    }

    /// It was never started, and nobody knows of it.
    pub(crate) fn abandon(&self) {
        self.observed.store(true, Ordering::SeqCst);
        self.end(Err(Failure { message: String::new(), cause: None }));
    }

    /// It has ended; only the first outcome counts.
    pub(crate) fn end(&self, outcome: Result<Parcel, Failure>) {
        let waiting = {
            let mut progress = lock(&self.progress);
            match &mut *progress {
                Progress::Ended(_) => return,
                Progress::Runs(waiting) => {
                    let waiting = std::mem::take(waiting);
                    *progress = Progress::Ended(Arc::new(outcome));
                    waiting
                }
            }
        };
        for (inbox, ticket) in waiting {
            inbox.notify(ticket);
        }
    }
}

/// What all threads of a program share.
#[derive(Debug, Default)]
pub(crate) struct Program {
    last_id: AtomicU64,
    /// Those that run, and those that failed and whose outcome nobody has asked for.
    threads: Mutex<Vec<Arc<Thread>>>,
    /// A thread has asked for the program's end, with that code. The main thread is told by a notice.
    exit: Mutex<Option<u8>>,
    main: Mutex<Option<Arc<Inbox>>>,
    /// A thread has reported an error that nobody handled.
    failed: AtomicBool,
    rest: Mutex<Rest>,
}

/// Which threads wait for nothing but one another.
#[derive(Debug)]
struct Rest {
    /// Threads that have not ended, the main one included.
    alive: usize,
    /// Those that have nothing to do until another one sends a notice, and wait for nothing else.
    resting: Vec<(u64, Arc<Inbox>)>,
}

impl Default for Rest {
    fn default() -> Rest {
        Rest { alive: 1, resting: Vec::new() }
    }
}

impl Rest {
    /// Once all rest, and no notice is on its way, there will never be another: all are told.
    fn look_for_deadlock(&mut self) {
        if self.resting.len() == self.alive && self.resting.iter().all(|(_, inbox)| !inbox.is_pending()) {
            for (_, inbox) in self.resting.drain(..) {
                inbox.notify(DEADLOCK_NOTICE);
            }
        }
    }
}

/// The number of a notice that is about the program, and not for a task.
pub(crate) const PROGRAM_NOTICE: u64 = 0;
/// The number of the notice that no other will ever come.
pub(crate) const DEADLOCK_NOTICE: u64 = u64::MAX;

impl Program {
    /// A new thread. `None` if there are too many.
    pub(crate) fn add(&self) -> Option<Arc<Thread>> {
        let mut threads = lock(&self.threads);
        threads.retain(|thread| match thread.outcome() {
            None => true,
            Some(outcome) => outcome.is_err() && !thread.observed.load(Ordering::SeqCst),
        });
        if threads.iter().filter(|thread| thread.outcome().is_none()).count() >= THREADS_MAX {
            return None;
        }
        // The main thread is the first.
        let id = self.last_id.fetch_add(1, Ordering::SeqCst) + 2;
        let progress = Mutex::new(Progress::Runs(Vec::new()));
        let thread = Arc::new(Thread { id, progress, observed: AtomicBool::new(false) });
        threads.push(thread.clone());
        Some(thread)
    }

    /// The messages of those that failed unseen.
    pub(crate) fn unseen_failures(&self) -> Vec<(u64, String)> {
        let mut unseen = Vec::new();
        for thread in lock(&self.threads).iter().filter(|thread| !thread.observed.load(Ordering::SeqCst)) {
            if let Some(outcome) = thread.outcome()
                && let Err(failure) = &*outcome
            {
                unseen.push((thread.id, failure.message.clone()));
            }
        }
        unseen
    }

    /// Where notices for the main thread go.
    pub(crate) fn set_main(&self, inbox: Arc<Inbox>) {
        *lock(&self.main) = Some(inbox);
    }

    /// One thread more is about to run.
    pub(crate) fn note_started(&self) {
        lock(&self.rest).alive += 1;
    }

    /// A thread has ended: the others cannot wait for it any more.
    pub(crate) fn note_ended(&self) {
        let mut rest = lock(&self.rest);
        rest.alive -= 1;
        rest.look_for_deadlock();
    }

    /// A thread waits for notices from others, and for nothing else.
    pub(crate) fn rest(&self, id: u64, inbox: &Arc<Inbox>) {
        let mut rest = lock(&self.rest);
        rest.resting.push((id, inbox.clone()));
        rest.look_for_deadlock();
    }

    /// It does not any more.
    pub(crate) fn stop_resting(&self, id: u64) {
        lock(&self.rest).resting.retain(|(resting, _)| *resting != id);
    }

    /// Asks the main thread to end the program.
    pub(crate) fn exit(&self, code: u8) {
        lock(&self.exit).get_or_insert(code);
        if let Some(main) = &*lock(&self.main) {
            main.notify(PROGRAM_NOTICE);
        }
    }

    /// The code with which a thread has asked for the program's end.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        *lock(&self.exit)
    }

    /// A thread has reported an error.
    pub(crate) fn note_failed(&self) {
        self.failed.store(true, Ordering::SeqCst);
    }

    /// True when some thread has reported an error.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }
}
