//! The scheduler without an interpreter: fibers are told here what they do.

use lisle_vm::fiber::{Fiber, Stacks, Status};
use lisle_vm::vm::Resume;
use lisle_vm::{Gc, Request, Value, Vm, signal};
use proptest::prelude::*;

use super::tasks::TaskId;
use super::{Answer, How, Scheduler};
use crate::request;
use crate::world::SimWorld;

struct Rig {
    vm: Vm,
    scheduler: Scheduler,
}

impl Rig {
    fn new() -> Rig {
        Rig {
            vm: Vm::new(),
            scheduler: Scheduler::new(Box::new(SimWorld::in_order()), crate::runtime::Options::default()),
        }
    }

    fn spawn(&mut self) -> Gc<Fiber> {
        let fiber = self.vm.new_fiber(Value::NIL, signal::SPAWN_MASK);
        self.scheduler.spawn(&mut self.vm.heap, fiber);
        fiber
    }

    /// The next task, which must be this fiber's; how it goes on.
    #[track_caller]
    fn runs(&mut self, fiber: Gc<Fiber>) -> (TaskId, Resume) {
        let id = self.scheduler.next(&mut self.vm.heap).expect("something is runnable");
        let (next, how) = self.scheduler.begin(&mut self.vm, id);
        assert_eq!(next, fiber);
        (id, how)
    }

    fn ask(&mut self, id: TaskId, operation: u32, argument: Value) -> Answer {
        let request = Request { operation, args: [argument, Value::NIL, Value::NIL] };
        self.scheduler.request(&mut self.vm.heap, id, &request)
    }

    #[track_caller]
    fn parks(&mut self, id: TaskId, operation: u32, argument: Value) {
        assert!(matches!(self.ask(id, operation, argument), Answer::Parked));
    }

    fn returns(&mut self, id: TaskId, fiber: Gc<Fiber>, value: i64) {
        fiber.get_mut(&mut self.vm.heap).end(Status::Dead, Value::int(value));
        self.scheduler.finish(&mut self.vm.heap, id, Ok(Value::int(value)));
    }

    fn fails(&mut self, id: TaskId, fiber: Gc<Fiber>, error: Value) -> bool {
        let body = fiber.get_mut(&mut self.vm.heap);
        // One that has failed could be resumed, so it has its stacks.
        body.stacks = Some(Box::new(Stacks::EMPTY));
        body.end(Status::Error, error);
        body.status = Status::Paused;
        self.scheduler.finish(&mut self.vm.heap, id, Err(error))
    }
}

#[track_caller]
fn assert_value(how: &Resume, expected: i64) {
    assert!(matches!(how, Resume::Value(v) if v.as_int() == Some(expected)), "{how:?}");
}

#[test]
fn joiners_go_on_in_order_of_arrival() {
    let mut rig = Rig::new();
    let [a, b, c] = [(); 3].map(|()| rig.spawn());
    let (target, _) = rig.runs(a);
    rig.scheduler.requeue(target, How::Value(Value::NIL));
    for joiner in [b, c] {
        let (id, _) = rig.runs(joiner);
        rig.parks(id, request::JOIN, a.into());
    }
    let (target, _) = rig.runs(a);
    rig.returns(target, a, 5);
    for joiner in [b, c] {
        let (_, how) = rig.runs(joiner);
        assert_value(&how, 5);
    }
    assert!(!rig.scheduler.has_waiting());
}

#[test]
fn an_aborted_joiner_leaves_the_list() {
    let mut rig = Rig::new();
    let [a, b, c, d] = [(); 4].map(|()| rig.spawn());
    let (target, _) = rig.runs(a);
    rig.parks(target, request::SLEEP, Value::int(1));
    for joiner in [b, c] {
        let (id, _) = rig.runs(joiner);
        rig.parks(id, request::JOIN, a.into());
    }
    let (aborter, _) = rig.runs(d);
    rig.parks(aborter, request::ABORT, b.into());
    let (aborted, how) = rig.runs(b);
    let Resume::Error(error) = how else { panic!("{how:?}") };
    assert!(rig.fails(aborted, b, error));
    assert_eq!(b.get(&rig.vm.heap).status, Status::Error);
    rig.runs(d);
    rig.scheduler.world.wait_until(1_000_000_000);
    let (target, _) = rig.runs(a);
    rig.returns(target, a, 1);
    let (_, how) = rig.runs(c);
    assert_value(&how, 1);
    assert!(rig.scheduler.next(&mut rig.vm.heap).is_none());
}

#[test]
fn an_aborted_sleeper_leaves_the_wheel() {
    let mut rig = Rig::new();
    let [a, b] = [(); 2].map(|()| rig.spawn());
    let (sleeper, _) = rig.runs(a);
    rig.parks(sleeper, request::SLEEP, Value::int(1));
    assert!(rig.scheduler.next_deadline().is_some());
    let (aborter, _) = rig.runs(b);
    rig.parks(aborter, request::ABORT, a.into());
    assert_eq!(rig.scheduler.next_deadline(), None);
}

#[test]
fn slots_of_ended_tasks_are_used_again() {
    let mut rig = Rig::new();
    for round in 0..100 {
        let fiber = rig.spawn();
        let (id, _) = rig.runs(fiber);
        assert_eq!(id, TaskId(0));
        rig.returns(id, fiber, round);
    }
}

#[test]
fn an_unseen_failure_is_kept_until_somebody_sees_it() {
    let mut rig = Rig::new();
    let [a, b] = [(); 2].map(|()| rig.spawn());
    let (id, _) = rig.runs(a);
    assert!(!rig.fails(id, a, Value::int(7)));
    let (joiner, _) = rig.runs(b);
    assert!(matches!(rig.ask(joiner, request::JOIN, a.into()), Answer::Now(How::Passed(e)) if e.as_int() == Some(7)));
    assert!(rig.scheduler.take_failed().is_empty());
}

/// What the running task does next; numbers choose another task.
#[derive(Clone, Copy, Debug)]
enum Step {
    Spawn,
    Join(usize),
    JoinAll(usize, usize),
    Sleep(u8),
    Abort(usize),
    Yield,
    Return,
    Fail,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Spawn),
        2 => any::<usize>().prop_map(Step::Join),
        1 => any::<(usize, usize)>().prop_map(|(a, b)| Step::JoinAll(a, b)),
        2 => any::<u8>().prop_map(Step::Sleep),
        2 => any::<usize>().prop_map(Step::Abort),
        1 => Just(Step::Yield),
        2 => Just(Step::Return),
        1 => Just(Step::Fail),
    ]
}

proptest! {
    /// Whatever tasks do to one another, each runs to an end, none runs after its end, and nothing is left behind.
    #[test]
    fn every_task_ends_exactly_once(steps in prop::collection::vec(step(), 1..300)) {
        let mut rig = Rig::new();
        let mut fibers = vec![rig.spawn()];
        let mut ended: Vec<Gc<Fiber>> = Vec::new();
        let mut steps = steps.into_iter();
        loop {
            let Some(id) = rig.scheduler.next(&mut rig.vm.heap) else {
                if let Some(deadline) = rig.scheduler.next_deadline() {
                    rig.scheduler.world.wait_until(deadline);
                } else if rig.scheduler.has_waiting() {
                    rig.scheduler.break_deadlock(&mut rig.vm.heap, Vec::new());
                } else {
                    break;
                }
                continue;
            };
            let (fiber, how) = rig.scheduler.begin(&mut rig.vm, id);
            prop_assert!(!ended.contains(&fiber), "an ended task runs again");
            let started = fiber.get(&rig.vm.heap).status == Status::Paused;
            fiber.get_mut(&mut rig.vm.heap).status = Status::Paused;
            prop_assert!(started || !matches!(how, Resume::Error(_)), "a task that never ran is resumed with an error");
            // An error from outside ends a task, as if nobody caught it.
            let mut next = if matches!(how, Resume::Error(_)) { Step::Fail } else { steps.next().unwrap_or(Step::Return) };
            loop {
                let choose = |n: usize| Value::from(fibers[n % fibers.len()]);
                let answer = match next {
                    Step::Spawn => {
                        fibers.push(rig.spawn());
                        None
                    }
                    Step::Join(n) => Some(rig.ask(id, request::JOIN_PROTECTED, choose(n))),
                    Step::JoinAll(a, b) => {
                        let array = rig.vm.heap.new_array(&[choose(a), choose(b)]);
                        Some(rig.ask(id, request::JOIN_ALL, array.into()))
                    }
                    Step::Sleep(ms) => Some(rig.ask(id, request::SLEEP, Value::float(f64::from(ms) / 1000.0))),
                    Step::Abort(n) => Some(rig.ask(id, request::ABORT, choose(n))),
                    Step::Yield => {
                        rig.scheduler.requeue(id, How::Value(Value::NIL));
                        Some(Answer::Parked)
                    }
                    Step::Return => {
                        rig.returns(id, fiber, 1);
                        ended.push(fiber);
                        Some(Answer::Parked)
                    }
                    Step::Fail => {
                        let error = if let Resume::Error(error) = how { error } else { Value::int(9) };
                        rig.fails(id, fiber, error);
                        ended.push(fiber);
                        Some(Answer::Parked)
                    }
                };
                match answer {
                    Some(Answer::Parked) => break,
                    Some(Answer::Now(How::Error(_) | How::Passed(_))) => next = Step::Fail,
                    _ => next = steps.next().unwrap_or(Step::Return),
                }
            }
        }
        rig.scheduler.take_failed();
        prop_assert_eq!(rig.scheduler.tasks.iter().count(), 0);
        prop_assert!(rig.scheduler.timers.is_empty());
        prop_assert_eq!(rig.scheduler.waiting, 0);
        for fiber in &fibers {
            let body = fiber.get(&rig.vm.heap);
            prop_assert!(body.status != Status::New, "a task neither ran nor was aborted");
        }
    }
}
