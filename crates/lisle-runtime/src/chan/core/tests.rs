//! The channel against a model that has no waiters of its own: a list of values and a list of names.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use proptest::prelude::*;

use super::*;

/// What a waiter of the tests has come to.
#[derive(Debug)]
enum State {
    Waits,
    Granted(Grant<u32>),
    Left,
}

#[derive(Clone, Debug)]
struct Person(Rc<RefCell<State>>);

impl Person {
    fn new() -> Person {
        Person(Rc::new(RefCell::new(State::Waits)))
    }

    fn leave(&self) -> Option<Grant<u32>> {
        match std::mem::replace(&mut *self.0.borrow_mut(), State::Left) {
            State::Granted(grant) => Some(grant),
            State::Waits | State::Left => None,
        }
    }
}

impl Waiter for Person {
    type Value = u32;

    fn grant(&self, grant: Grant<u32>) -> Result<(), Grant<u32>> {
        let mut state = self.0.borrow_mut();
        match *state {
            State::Waits => {
                *state = State::Granted(grant);
                Ok(())
            }
            _ => Err(grant),
        }
    }

    fn waits(&self) -> bool {
        matches!(*self.0.borrow(), State::Waits)
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Send,
    Receive,
    /// Wait for what cannot be done now.
    SendWaiting,
    ReceiveWaiting,
    /// The n-th of those who ever waited gives up, or takes what it was granted.
    Leave(usize),
    Take(usize),
    CloseSenders,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Send),
        4 => Just(Step::Receive),
        4 => Just(Step::SendWaiting),
        4 => Just(Step::ReceiveWaiting),
        3 => any::<usize>().prop_map(Step::Leave),
        3 => any::<usize>().prop_map(Step::Take),
        1 => Just(Step::CloseSenders),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// Every accepted value comes out exactly once; without aborts in the order of acceptance; the queue is never longer
    /// than its capacity but for values that were put back; nobody waits who could be served.
    #[test]
    fn nothing_is_lost_or_doubled(capacity in prop::option::of(0_usize..4), steps in prop::collection::vec(step(), 1..200)) {
        let mut core: Core<Person> = Core::new(capacity);
        let mut next = 0_u32;
        let mut out: Vec<u32> = Vec::new();
        let mut accepted: Vec<u32> = Vec::new();
        let mut people: Vec<(Person, Option<u32>)> = Vec::new();
        let (mut aborted, mut closed) = (false, false);
        for step in steps {
            match step {
                Step::Send | Step::SendWaiting => {
                    next += 1;
                    match core.send(next) {
                        Sent::Done(woken) => {
                            accepted.push(next);
                            prop_assert!(woken.is_none_or(|w| !w.waits()));
                        }
                        Sent::Full(value) => {
                            prop_assert!(capacity.is_some());
                            if matches!(step, Step::SendWaiting) {
                                let person = Person::new();
                                core.wait_to_give(person.clone(), value);
                                people.push((person, Some(value)));
                            }
                        }
                        Sent::Disconnected => prop_assert!(closed),
                    }
                }
                Step::Receive | Step::ReceiveWaiting => match core.receive() {
                    Received::Value(value, woken) => {
                        out.push(value);
                        if let Some(woken) = woken {
                            let given = people.iter().find(|(p, _)| Rc::ptr_eq(&p.0, &woken.0)).and_then(|p| p.1);
                            accepted.extend(given);
                        }
                    }
                    Received::Empty if matches!(step, Step::ReceiveWaiting) => {
                        let person = Person::new();
                        core.wait_to_take(person.clone(), 7);
                        people.push((person, None));
                    }
                    Received::Empty => prop_assert!(!closed),
                    Received::Disconnected => prop_assert!(closed),
                },
                Step::Leave(n) if !people.is_empty() => {
                    let index = n % people.len();
                    let (person, _) = &people[index];
                    let waited = person.waits();
                    match person.leave() {
                        Some(Grant::Value(number, value)) => {
                            prop_assert_eq!(number, 7);
                            aborted = true;
                            core.put_back(value);
                        }
                        Some(Grant::Taken | Grant::Closed) => {}
                        None if waited => core.note_left(),
                        None => {}
                    }
                }
                Step::Take(n) if !people.is_empty() => {
                    let index = n % people.len();
                    if !people[index].0.waits()
                        && let Some(Grant::Value(_, value)) = people[index].0.leave()
                    {
                        out.push(value);
                    }
                }
                Step::Leave(_) | Step::Take(_) => {}
                Step::CloseSenders => {
                    core.remove_sender();
                    closed = true;
                }
            }
            prop_assert!(aborted || capacity.is_none_or(|capacity| core.queue.len() <= capacity));
            let (takers, givers): (Vec<_>, Vec<_>) = core.waiters().partition(|(_, number)| number.is_some());
            prop_assert!(takers.is_empty() || core.queue.is_empty(), "a receiver waits although something is queued");
            prop_assert!(givers.is_empty() || core.is_full(), "a sender waits although there is room");
            prop_assert!(takers.is_empty() || givers.is_empty(), "both sides wait");
        }
        for (person, _) in &people {
            if let Some(Grant::Value(_, value)) = person.leave() {
                out.push(value);
            }
        }
        while let Received::Value(value, woken) = core.receive() {
            out.push(value);
            if let Some(woken) = woken {
                accepted.extend(people.iter().find(|(p, _)| Rc::ptr_eq(&p.0, &woken.0)).and_then(|p| p.1));
            }
        }
        let mut sorted = out.clone();
        sorted.sort_unstable();
        accepted.sort_unstable();
        prop_assert_eq!(&sorted, &accepted);
    }
}

#[test]
fn waiting_receivers_are_served_in_order_of_arrival() {
    let mut core: Core<Person> = Core::new(None);
    let people = [(); 3].map(|()| Person::new());
    for (person, number) in people.iter().zip(0..) {
        core.wait_to_take(person.clone(), number);
    }
    people[1].leave();
    core.note_left();
    for value in [10, 20, 30] {
        core.send(value);
    }
    assert_eq!(people[0].leave(), Some(Grant::Value(0, 10)));
    assert_eq!(people[2].leave(), Some(Grant::Value(2, 20)));
    assert_eq!(core.receive(), Received::<Person, u32>::Value(30, None));
}

#[test]
fn those_who_left_are_dropped_before_long() {
    let mut core: Core<Person> = Core::new(None);
    for _ in 0..10_000 {
        let person = Person::new();
        core.wait_to_take(person.clone(), 0);
        person.leave();
        core.note_left();
    }
    assert!(core.takers.len() < 32, "{}", core.takers.len());
}

#[test]
fn a_channel_moves_with_its_queue_and_its_waiters() {
    let mut core: Core<Person> = Core::new(Some(1));
    core.send(1);
    let person = Person::new();
    core.wait_to_give(person.clone(), 2);
    let values: Vec<u32> = core.values().copied().collect();
    let mut moved: Core<Person> = core.translated(Clone::clone, values);
    assert!(matches!(moved.receive(), Received::Value(1, Some(_))));
    assert_eq!(person.leave(), Some(Grant::Taken));
    assert_eq!(moved.receive(), Received::Value(2, None));
    let order: VecDeque<u32> = VecDeque::new();
    assert_eq!(moved.remove_receiver().1, order);
}

impl PartialEq for Person {
    fn eq(&self, other: &Person) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
