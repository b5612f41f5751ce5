//! Channels between threads, in every order in which their steps can follow each other.
//!
//! The sources of the channel and of the inbox are compiled once more, with the locks and atomic variables of `loom` in place
//! of the standard library's. It runs each scenario again and again, with another schedule each time, until it has been
//! through all of them that have up to a few preemptions. A wake-up that is lost shows as a deadlock.

#[path = "../src/chan"]
#[allow(dead_code, reason = "the scenarios do not need all of it")]
mod chan {
    pub(crate) mod core;
    pub(crate) mod shared;
    use crate::threads::sync;
}

#[path = "../src/threads"]
#[allow(dead_code, reason = "the scenarios do not need all of it")]
mod threads {
    pub(crate) mod inbox;
    pub(crate) mod sync {
        pub(crate) use loom::sync::atomic::{AtomicBool, Ordering};
        pub(crate) use loom::sync::{Arc, Mutex};

        pub(crate) fn lock<T>(mutex: &Mutex<T>) -> loom::sync::MutexGuard<'_, T> {
            mutex.lock().expect("nothing panics while it holds a lock")
        }
    }
}

mod world {
    pub(crate) type Wake = Box<dyn Fn() + Send + Sync>;
}

use std::collections::VecDeque;
use std::sync::Mutex as Plain;
use std::sync::atomic::{AtomicUsize, Ordering as PlainOrdering};

use chan::core::{Core, Grant};
use chan::shared::{Attempt, Mailbox, Offered, SharedChannel, SharedWaiter};
use loom::sync::{Arc, Notify};
use loom::thread;
use threads::inbox::Inbox;

impl Mailbox for Inbox {
    fn notify(&self, ticket: u64) {
        Inbox::notify(self, ticket);
    }
}

type Channel = Arc<SharedChannel<u32, Inbox>>;

fn channel(capacity: usize) -> Channel {
    Arc::new(SharedChannel::new(Core::new(Some(capacity))))
}

/// A thread with one task, as far as channels are concerned.
struct Task {
    inbox: Arc<Inbox>,
    woken: Arc<Notify>,
    tickets: u64,
}

impl Task {
    fn new() -> Task {
        let woken = Arc::new(Notify::new());
        let wakes = woken.clone();
        Task { inbox: Arc::new(Inbox::new(Box::new(move || wakes.notify()))), woken, tickets: 0 }
    }

    fn waiter(&mut self) -> SharedWaiter<u32, Inbox> {
        self.tickets += 1;
        SharedWaiter::new(self.inbox.clone(), self.tickets)
    }

    /// Sleeps until the notice comes that the waiter was granted something.
    fn sleep(&self, waiter: &SharedWaiter<u32, Inbox>) -> Grant<u32> {
        loop {
            if self.inbox.fall_asleep() {
                self.woken.wait();
                self.inbox.wake_up();
            }
            if self.inbox.take().contains(&waiter.ticket()) {
                return waiter.leave().expect("a notice comes after the grant");
            }
        }
    }

    /// As `chan/recv-wait`.
    fn receive(&mut self, channel: &Channel) -> Option<u32> {
        let waiter = self.waiter();
        match channel.receive(Some((&waiter, 0))) {
            Attempt::Value(value) => Some(value),
            Attempt::Disconnected => None,
            Attempt::Waits => match self.sleep(&waiter) {
                Grant::Value(0, value) => Some(value),
                Grant::Closed => None,
                grant => panic!("a receiver was granted {grant:?}"),
            },
        }
    }

    /// As `chan/send-wait`. True if the value was accepted.
    fn send(&mut self, channel: &Channel, value: u32) -> bool {
        let waiter = self.waiter();
        match channel.send(value, Some(&waiter)) {
            Offered::Done => true,
            Offered::Disconnected => false,
            Offered::Waits => match self.sleep(&waiter) {
                Grant::Taken => true,
                Grant::Closed => false,
                grant => panic!("a sender was granted {grant:?}"),
            },
        }
    }

    /// As `receive`, for a task that is aborted when it has waited for a while: what it was granted goes back.
    fn receive_and_give_up(&mut self, channel: &Channel) -> Option<u32> {
        let waiter = self.waiter();
        match channel.receive(Some((&waiter, 0))) {
            Attempt::Value(value) => return Some(value),
            Attempt::Disconnected => return None,
            Attempt::Waits => thread::yield_now(),
        }
        match waiter.leave() {
            Ok(Grant::Value(_, value)) => channel.with(|core| drop(core.put_back(value))),
            Ok(_) => {}
            Err(_) => channel.with(Core::note_left),
        }
        None
    }

    /// As `chan/select` of two receivers.
    fn select(&mut self, channels: [&Channel; 2]) -> Option<(u32, u32)> {
        let waiter = self.waiter();
        let mut outcome = None;
        for (number, channel) in (0..).zip(channels) {
            match channel.receive(Some((&waiter, number))) {
                Attempt::Value(value) => outcome = Some((number, value)),
                Attempt::Disconnected => {}
                Attempt::Waits => continue,
            }
            break;
        }
        let Some(found) = outcome else {
            let grant = self.sleep(&waiter);
            channels.iter().for_each(|channel| channel.with(Core::note_left));
            return match grant {
                Grant::Value(number, value) => Some((number, value)),
                _ => None,
            };
        };
        if let Ok(Grant::Value(number, value)) = waiter.leave() {
            channels[number as usize].with(|core| drop(core.put_back(value)));
        }
        Some(found)
    }
}

/// Goes through the schedules with up to so many preemptions.
fn explore(preemptions: usize, scenario: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 10_000;
    builder.check(scenario);
}

/// What a thread did with a channel, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Sent(u32),
    Full(u32),
    Received(u32),
    Empty,
}

/// Everything that was done, each with the moments between which it was done.
#[derive(Default)]
struct History {
    clock: AtomicUsize,
    events: Plain<Vec<(usize, usize, Event)>>,
}

impl History {
    fn note(&self, action: impl FnOnce() -> Event) {
        let begin = self.clock.fetch_add(1, PlainOrdering::SeqCst);
        let event = action();
        let end = self.clock.fetch_add(1, PlainOrdering::SeqCst);
        self.events.lock().expect("nothing panics here").push((begin, end, event));
    }

    /// True if all could have been done one after another, each at some moment between its begin and its end.
    fn is_linear(&self, capacity: usize) -> bool {
        let events = self.events.lock().expect("nothing panics here").clone();
        fn go_on(left: &[(usize, usize, Event)], queue: &VecDeque<u32>, capacity: usize) -> bool {
            let first_end = left.iter().map(|(_, end, _)| *end).min().unwrap_or(0);
            left.is_empty()
                || left.iter().enumerate().filter(|(_, (begin, ..))| *begin < first_end).any(
                    |(index, (_, _, event))| {
                        let mut queue = queue.clone();
                        let fits = match *event {
                            Event::Sent(value) => {
                                queue.push_back(value);
                                queue.len() <= capacity
                            }
                            Event::Full(_) => queue.len() == capacity,
                            Event::Received(value) => queue.pop_front() == Some(value),
                            Event::Empty => queue.is_empty(),
                        };
                        let mut rest = left.to_vec();
                        rest.remove(index);
                        fits && go_on(&rest, &queue, capacity)
                    },
                )
        }
        go_on(&events, &VecDeque::new(), capacity)
    }
}

fn try_send(channel: &Channel, value: u32) -> Event {
    match channel.send(value, None) {
        Offered::Done => Event::Sent(value),
        Offered::Waits => Event::Full(value),
        Offered::Disconnected => panic!("nobody closes the channel"),
    }
}

fn try_receive(channel: &Channel) -> Event {
    match channel.receive(None) {
        Attempt::Value(value) => Event::Received(value),
        Attempt::Waits => Event::Empty,
        Attempt::Disconnected => panic!("nobody closes the channel"),
    }
}

#[test]
fn a_history_out_of_order_is_seen() {
    let history = History::default();
    history.note(|| Event::Sent(1));
    history.note(|| Event::Sent(2));
    history.note(|| Event::Received(1));
    assert!(history.is_linear(2) && !history.is_linear(1));
    history.note(|| Event::Empty);
    assert!(!history.is_linear(2));
}

#[test]
fn attempts_seem_to_follow_one_another() {
    explore(3, || {
        let (channel, history) = (channel(1), std::sync::Arc::new(History::default()));
        let other = {
            let (channel, history) = (channel.clone(), history.clone());
            thread::spawn(move || {
                history.note(|| try_send(&channel, 1));
                history.note(|| try_send(&channel, 2));
                history.note(|| try_receive(&channel));
            })
        };
        history.note(|| try_receive(&channel));
        history.note(|| try_send(&channel, 3));
        history.note(|| try_receive(&channel));
        other.join().expect("it does not panic");
        assert!(history.is_linear(1), "{:?}", history.events);
    });
}

#[test]
fn waits_and_attempts_seem_to_follow_one_another() {
    explore(2, || {
        let (channel, history) = (channel(1), std::sync::Arc::new(History::default()));
        let sender = {
            let (channel, history) = (channel.clone(), history.clone());
            thread::spawn(move || {
                let mut task = Task::new();
                for value in [1, 2] {
                    history.note(|| {
                        assert!(task.send(&channel, value));
                        Event::Sent(value)
                    });
                }
            })
        };
        let receiver = {
            let (channel, history) = (channel.clone(), history.clone());
            thread::spawn(move || {
                let mut task = Task::new();
                history.note(|| Event::Received(task.receive(&channel).expect("nobody closes the channel")));
            })
        };
        history.note(|| try_receive(&channel));
        receiver.join().expect("it does not panic");
        sender.join().expect("it does not panic");
        assert!(history.is_linear(1), "{:?}", history.events);
    });
}

#[test]
fn who_waits_is_woken_and_everything_comes_in_order() {
    for capacity in 0..2 {
        explore(3, move || {
            let channel = channel(capacity);
            let sender = {
                let channel = channel.clone();
                thread::spawn(move || {
                    let mut task = Task::new();
                    assert!(task.send(&channel, 1) && task.send(&channel, 2));
                    channel.with(|core| drop(core.remove_sender()));
                })
            };
            let mut task = Task::new();
            assert_eq!([(); 3].map(|()| task.receive(&channel)), [Some(1), Some(2), None]);
            sender.join().expect("it does not panic");
        });
    }
}

#[test]
fn two_receivers_share_what_is_sent() {
    explore(2, || {
        let channel = channel(1);
        let receive = || {
            let channel = channel.clone();
            thread::spawn(move || Task::new().receive(&channel))
        };
        let receivers = [receive(), receive()];
        let mut task = Task::new();
        assert!(task.send(&channel, 1) && task.send(&channel, 2));
        let mut received = receivers.map(|receiver| receiver.join().expect("it does not panic"));
        received.sort_unstable();
        assert_eq!(received, [Some(1), Some(2)]);
    });
}

#[test]
fn what_an_aborted_receiver_was_granted_goes_to_the_next() {
    explore(3, || {
        let channel = channel(0);
        let aborted = {
            let channel = channel.clone();
            thread::spawn(move || Task::new().receive_and_give_up(&channel))
        };
        let sender = {
            let channel = channel.clone();
            thread::spawn(move || assert!(Task::new().send(&channel, 1)))
        };
        let early = aborted.join().expect("it does not panic");
        // The sender may wait, or its value has come back to the queue.
        let late = if early.is_none() { Task::new().receive(&channel) } else { None };
        assert_eq!(early.or(late), Some(1));
        sender.join().expect("it does not panic");
    });
}

#[test]
fn a_select_takes_one_value_and_leaves_the_others() {
    explore(2, || {
        let (left, right) = (channel(1), channel(1));
        let send = |channel: &Channel, value| {
            let channel = channel.clone();
            thread::spawn(move || assert!(Task::new().send(&channel, value)))
        };
        let senders = [send(&left, 10), send(&right, 20)];
        let mut task = Task::new();
        let (number, value) = task.select([&left, &right]).expect("nobody closes the channels");
        assert_eq!(value, [10, 20][number as usize]);
        senders.into_iter().for_each(|sender| sender.join().expect("it does not panic"));
        let other = [&right, &left][number as usize];
        assert_eq!(other.receive(None), Attempt::Value(30 - value));
        assert_eq!([&left, &right][number as usize].receive(None), Attempt::Waits);
    });
}

#[test]
fn closing_wakes_those_who_wait() {
    explore(3, || {
        let channel = channel(0);
        let receiver = {
            let channel = channel.clone();
            thread::spawn(move || Task::new().receive(&channel))
        };
        channel.with(|core| drop(core.remove_sender()));
        assert_eq!(receiver.join().expect("it does not panic"), None);
    });
}
