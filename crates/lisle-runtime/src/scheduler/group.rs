//! Groups: the tasks that somebody started together, and waits for.
//!
//! `ev/scope`, `ev/race`, `ev/timeout`, `ev/map-limited`, `ev/select` and `ev/as-completed` are groups with different
//! policies; which library function uses which is written in `lib/prelude/ev.lisp`.
//!
//! A group is an object of the heap. Its *members* are the tasks in it that have not ended; each stands in the group's
//! list through a [`Link`], and a task may have links to several groups. When a task ends, its links are followed and
//! removed, so that every spawn and every end costs the same, however many members there are.
//!
//! # Policies
//!
//! | policy | when a member ends | owns its members |
//! |---|---|---|
//! | `All` (scope) | a failure, if it is the first, is *decisive* and closes the group | yes |
//! | `First` (race, timeout) | the first end is decisive and closes the group | yes |
//! | `Each` (as-completed, select) | it goes to `done`, or to the first who waits for it | no |
//! | `Owned` (map, map-limited) | as `Each` | yes |
//!
//! *Closing* a group aborts its members. From then on nothing is decisive any more, and a task that is spawned in it is
//! cancelled at once.
//!
//! Who waits for a group that owns its members and is aborted closes the group and goes on waiting until it is
//! *settled*; only then is the abort raised. So everything that a wait has started ends before the wait does, innermost
//! first. A group is settled when it has no members. A member that catches the abort and goes on waiting outside of
//! its cleanup has *survived*: except in `All`, it leaves the group, for nobody could say when it will end.

use std::collections::VecDeque;

use lisle_vm::fiber::Fiber;
use lisle_vm::heap::Tracer;
use lisle_vm::object::{External, ExternalObject, Struct};
use lisle_vm::{Gc, Heap, Value};

use super::join::Outcome;
use super::links::{Link, LinkId, LinkList, NO_LINK};
use super::tasks::{State, TaskId, TaskList};
use super::{Answer, How, Scheduler, Wait};

/// What the end of a member means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// All are waited for; the first failure ends the others.
    All,
    /// The first end ends the others.
    First,
    /// Each end is reported.
    Each,
    /// Each end is reported; whoever waits for them owns them.
    Owned,
}

/// What a task waits for in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// For the next member that ends.
    Next,
    /// For the first; then the group is of no use any more.
    Select,
    /// That it is settled; the answer is the decisive member, or nil.
    Settled,
    /// That it is settled; then the abort is raised.
    Abort,
}

/// A group, as a program holds it.
#[derive(Debug)]
pub(crate) struct Group {
    policy: Policy,
    members: LinkList,
    count: u32,
    /// The first member of a scope: its body.
    body: Option<Gc<Fiber>>,
    decisive: Option<Gc<Fiber>>,
    /// Ended members that nobody has asked for.
    done: VecDeque<Gc<Fiber>>,
    waiters: TaskList,
    /// With what its members were told to end.
    closed: Option<Gc<Struct>>,
    /// Its time is over, but a member has not waited yet.
    late: bool,
    /// Whoever waited for it has been answered.
    over: bool,
}

impl External for Group {
    fn type_name(&self) -> &'static str {
        "group"
    }

    fn display(&self) -> String {
        format!("#<group:{}>", self.count)
    }

    fn trace(&self, tracer: &mut Tracer<'_>) {
        for fiber in self.body.iter().chain(&self.decisive).chain(&self.done) {
            tracer.object(*fiber);
        }
        if let Some(error) = self.closed {
            tracer.object(error);
        }
    }
}

impl Group {
    /// True when an abort of whoever waits for its members aborts them.
    pub(super) fn owns_members(&self) -> bool {
        self.policy != Policy::Each
    }

    /// How many members have not ended.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }
}

/// The group in a value.
pub(crate) fn as_group(heap: &Heap, value: Value) -> Option<Gc<ExternalObject>> {
    value.as_external().filter(|external| external.get(heap).downcast_ref::<Group>().is_some())
}

/// A group's content.
pub(crate) fn group(heap: &Heap, group: Gc<ExternalObject>) -> &Group {
    group.get(heap).downcast_ref().expect("only groups have members")
}

fn group_mut(heap: &mut Heap, group: Gc<ExternalObject>) -> &mut Group {
    group.get_mut(heap).downcast_mut().expect("only groups have members")
}

/// An empty group.
pub(crate) fn new_group(heap: &mut Heap, policy: Policy) -> Gc<ExternalObject> {
    heap.new_external(Box::new(Group {
        policy,
        members: LinkList::EMPTY,
        count: 0,
        body: None,
        decisive: None,
        done: VecDeque::new(),
        waiters: TaskList::EMPTY,
        closed: None,
        late: false,
        over: false,
    }))
}

/// Members.
impl Scheduler {
    /// Makes a task of a new fiber, and a member of it. In a closed group it never starts.
    pub(crate) fn spawn_in(&mut self, heap: &mut Heap, group: Gc<ExternalObject>, fiber: Gc<Fiber>) {
        let id = self.spawn_task(heap, fiber);
        self.add_pending(heap, group, id);
    }

    /// True when nobody will wait for the members of a group any more.
    pub(crate) fn is_over(heap: &Heap, of: Gc<ExternalObject>) -> bool {
        group(heap, of).over
    }

    /// Adds a fiber to a group; one that has ended counts as ending now. The error is a message on a fiber that can
    /// be no member.
    pub(crate) fn add_to(&mut self, heap: &mut Heap, to: Gc<ExternalObject>, fiber: Gc<Fiber>) -> Result<(), Unfit> {
        match self.outcome(heap, fiber) {
            Outcome::Pending(id) if Some(id) == self.running && group(heap, to).owns_members() => Err(Unfit::Oneself),
            Outcome::Pending(id) => {
                self.add_pending(heap, to, id);
                Ok(())
            }
            Outcome::Unscheduled => Err(Unfit::Unscheduled),
            outcome @ (Outcome::Value(_) | Outcome::Error(_)) => {
                if group(heap, to).policy != Policy::Each {
                    self.observe(heap, fiber);
                }
                let mut aborts = Vec::new();
                self.member_ended(heap, to, fiber, matches!(outcome, Outcome::Error(_)), false, &mut aborts);
                self.abort_each(heap, aborts);
                Ok(())
            }
        }
    }

    /// Aborts the fibers of an array that have not ended, on behalf of a group. Nobody waits for them here.
    pub(crate) fn abort_all(&mut self, heap: &mut Heap, fibers: Value, of: Option<Gc<ExternalObject>>) {
        let error = super::abort::aborted(heap);
        let fibers = fibers.as_array();
        let items = fibers.as_ref().map_or(&[][..], |fibers| fibers.items());
        let mut aborts = Vec::new();
        for fiber in items.iter().filter_map(|item| item.as_fiber()) {
            match self.outcome(heap, fiber) {
                Outcome::Pending(id) => {
                    self.tasks.get_mut(id).observed = true;
                    if self.dismiss(id, of) {
                        aborts.push((id, error));
                    }
                }
                Outcome::Value(_) | Outcome::Error(_) => self.observe(heap, fiber),
                Outcome::Unscheduled => {}
            }
        }
        self.abort_each(heap, aborts);
    }

    /// Notes that a group tells a member to end. False if it has done so before, whether the member is ending or has
    /// survived and left.
    fn dismiss(&mut self, id: TaskId, from: Option<Gc<ExternalObject>>) -> bool {
        let mut link = self.tasks.get(id).links;
        while link != NO_LINK {
            let Link { group, next_of_task, dismissed, .. } = self.links.get_mut(link);
            if Some(*group) == from {
                return !std::mem::replace(dismissed, true);
            }
            link = *next_of_task;
        }
        from.is_none()
    }

    fn add_pending(&mut self, heap: &mut Heap, to: Gc<ExternalObject>, id: TaskId) {
        let task = self.tasks.get_mut(id);
        let (fiber, next_of_task) = (task.fiber, task.links);
        let group = group_mut(heap, to);
        task.observed |= group.policy != Policy::Each;
        let previous = group.members.last;
        let link = Link {
            task: id,
            group: to,
            previous,
            next: NO_LINK,
            previous_of_task: NO_LINK,
            next_of_task,
            dismissed: group.closed.is_some(),
        };
        let link = self.links.insert(link);
        task.links = link;
        if next_of_task != NO_LINK {
            self.links.get_mut(next_of_task).previous_of_task = link;
        }
        group.members.last = link;
        if previous == NO_LINK {
            group.members.first = link;
        } else {
            self.links.get_mut(previous).next = link;
        }
        group.count += 1;
        group.body.get_or_insert(fiber);
        if let Some(error) = group.closed {
            self.abort_each(heap, vec![(id, error)]);
        }
    }

    /// Takes a link out of its group and its task.
    fn unlink_member(&mut self, heap: &mut Heap, id: LinkId) {
        let Link { task, group, previous, next, previous_of_task, next_of_task, .. } = *self.links.get(id);
        let group = group_mut(heap, group);
        group.count -= 1;
        if previous == NO_LINK {
            group.members.first = next;
        } else {
            self.links.get_mut(previous).next = next;
        }
        if next == NO_LINK {
            group.members.last = previous;
        } else {
            self.links.get_mut(next).previous = previous;
        }
        if previous_of_task == NO_LINK {
            self.tasks.get_mut(task).links = next_of_task;
        } else {
            self.links.get_mut(previous_of_task).next_of_task = next_of_task;
        }
        if next_of_task != NO_LINK {
            self.links.get_mut(next_of_task).previous_of_task = previous_of_task;
        }
        self.links.remove(id);
    }

    /// A task has ended: all its groups learn of it. Whom they abort is added to `aborts`.
    pub(super) fn leave_groups(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        failed: bool,
        aborted: bool,
        aborts: &mut Vec<(TaskId, Gc<Struct>)>,
    ) {
        let fiber = self.tasks.get(id).fiber;
        // The newest link stands first; the oldest group is to learn of it first.
        let mut link = self.tasks.get(id).links;
        if link == NO_LINK {
            return;
        }
        while self.links.get(link).next_of_task != NO_LINK {
            link = self.links.get(link).next_of_task;
        }
        while link != NO_LINK {
            let Link { group, previous_of_task, .. } = *self.links.get(link);
            self.unlink_member(heap, link);
            self.member_ended(heap, group, fiber, failed, aborted, aborts);
            link = previous_of_task;
        }
    }

    fn member_ended(
        &mut self,
        heap: &mut Heap,
        of: Gc<ExternalObject>,
        fiber: Gc<Fiber>,
        failed: bool,
        aborted: bool,
        aborts: &mut Vec<(TaskId, Gc<Struct>)>,
    ) {
        let group = group_mut(heap, of);
        match group.policy {
            Policy::All => {
                // Whoever aborts a child of a scope wants the scope to go on without it.
                let counts = failed && (!aborted || group.body == Some(fiber));
                if counts && group.closed.is_none() {
                    group.decisive = Some(fiber);
                    self.close(heap, of, aborts);
                }
            }
            Policy::First => {
                if group.closed.is_none() {
                    group.decisive = Some(fiber);
                    self.close(heap, of, aborts);
                }
            }
            Policy::Each | Policy::Owned => {
                group.done.push_back(fiber);
                self.hand_out(heap, of);
            }
        }
        self.settle(heap, of);
    }

    /// Gives the ended members to those who wait for them.
    fn hand_out(&mut self, heap: &mut Heap, of: Gc<ExternalObject>) {
        while let Some(waiter) = group(heap, of).waiters.first() {
            let Wait::Group { what: For::Next | For::Select, .. } = self.tasks.get(waiter).wait else { return };
            let Some(fiber) = group_mut(heap, of).done.pop_front() else { return };
            self.wake(heap, waiter, How::Value(fiber.into()));
            if group(heap, of).policy == Policy::Owned {
                self.tasks.get_mut(waiter).wait = Wait::Told { group: of };
            }
        }
    }

    /// If a group is settled, those who wait for that go on.
    fn settle(&mut self, heap: &mut Heap, of: Gc<ExternalObject>) {
        if group(heap, of).count > 0 {
            return;
        }
        while let Some(waiter) = group(heap, of).waiters.first() {
            let Wait::Group { what, .. } = self.tasks.get(waiter).wait else {
                unreachable!("those who wait for a group wait in it")
            };
            let how = match what {
                For::Settled => {
                    let group = group_mut(heap, of);
                    group.over = true;
                    How::Value(group.decisive.map_or(Value::NIL, Value::from))
                }
                For::Next | For::Select => How::Value(Value::NIL),
                For::Abort => {
                    group_mut(heap, of).over = true;
                    let error = self.tasks.get(waiter).injected;
                    How::Error(error.map_or(Value::NIL, Value::from))
                }
            };
            self.wake(heap, waiter, how);
        }
    }

    /// Closes a group: its members are added to `aborts`.
    fn close(&mut self, heap: &mut Heap, of: Gc<ExternalObject>, aborts: &mut Vec<(TaskId, Gc<Struct>)>) {
        let error = super::abort::aborted(heap);
        self.close_with(heap, of, error, false, aborts);
    }

    /// As `close`, with another error than that of an abort. Members that are ending already are told `again`, or not.
    pub(super) fn close_with(
        &mut self,
        heap: &mut Heap,
        of: Gc<ExternalObject>,
        error: Gc<Struct>,
        again: bool,
        aborts: &mut Vec<(TaskId, Gc<Struct>)>,
    ) {
        let group = group_mut(heap, of);
        group.closed = Some(error);
        let mut link = group.members.first;
        while link != NO_LINK {
            let Link { task, next, dismissed, .. } = self.links.get_mut(link);
            *dismissed = true;
            let (task, next) = (*task, *next);
            if again || !self.tasks.get(task).aborting {
                aborts.push((task, error));
            }
            link = next;
        }
    }

    /// The time of a group is over: it is closed, but for a member that has not started, which may still end before
    /// it waits for the first time.
    pub(super) fn group_is_late(&mut self, heap: &mut Heap, of: Gc<ExternalObject>) {
        let first = group(heap, of).members.first;
        if first != NO_LINK {
            let id = self.links.get(first).task;
            let task = self.tasks.get_mut(id);
            if task.state == State::New && group(heap, of).count == 1 {
                task.attention = true;
                group_mut(heap, of).late = true;
                return;
            }
        }
        let mut aborts = Vec::new();
        self.close(heap, of, &mut aborts);
        self.abort_each(heap, aborts);
    }

    /// A task whose groups may be late waits.
    pub(super) fn close_late_groups(&mut self, heap: &mut Heap, id: TaskId) {
        let mut aborts = Vec::new();
        let mut link = self.tasks.get(id).links;
        while link != NO_LINK {
            let Link { group: of, next_of_task, .. } = *self.links.get(link);
            if group(heap, of).late && group(heap, of).closed.is_none() {
                self.close(heap, of, &mut aborts);
            }
            link = next_of_task;
        }
        self.abort_each(heap, aborts);
    }

    /// The members of a group.
    pub(super) fn members(&self, heap: &Heap, of: Gc<ExternalObject>) -> Vec<TaskId> {
        let some = |link: LinkId| Some(link).filter(|link| *link != NO_LINK);
        let first = some(group(heap, of).members.first);
        let links = std::iter::successors(first, |link| some(self.links.get(*link).next));
        links.map(|link| self.links.get(link).task).collect()
    }

    /// A task has caught an abort and goes on waiting: the groups that have aborted it do not wait for it, except scopes.
    pub(super) fn survive(&mut self, heap: &mut Heap, id: TaskId) {
        let mut link = self.tasks.get(id).links;
        while link != NO_LINK {
            let Link { group: of, next_of_task, dismissed, .. } = *self.links.get(link);
            if dismissed && group(heap, of).policy != Policy::All {
                self.unlink_member(heap, link);
                self.settle(heap, of);
            }
            link = next_of_task;
        }
    }
}

/// Why a fiber can be no member of a group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unfit {
    /// Its end would be waited for by itself.
    Oneself,
    /// Nobody runs it.
    Unscheduled,
}

/// Waits.
impl Scheduler {
    /// Waits for the next member that ends; answers with it, or with nil if there is none.
    ///
    /// Abort: the task leaves those who wait; a group that owns its members is closed first.
    pub(super) fn group_next(&mut self, heap: &mut Heap, id: TaskId, of: Gc<ExternalObject>) -> Answer {
        let group = group_mut(heap, of);
        if group.waiters.is_empty()
            && let Some(fiber) = group.done.pop_front()
        {
            return Answer::Now(How::Value(fiber.into()));
        }
        if group.count == 0 {
            group.over = group.policy == Policy::Owned;
            return Answer::Now(How::Value(Value::NIL));
        }
        self.park_in_group(heap, id, of, For::Next, None)
    }

    /// Waits until a group is settled; answers with the decisive member, or with nil. When `seconds` have passed
    /// before, the group is closed.
    ///
    /// Abort: the group is closed, and the abort is raised when it is settled.
    pub(super) fn group_wait(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        of: Gc<ExternalObject>,
        seconds: Option<f64>,
    ) -> Answer {
        let group = group_mut(heap, of);
        if group.count == 0 {
            group.over = true;
            return Answer::Now(How::Value(group.decisive.map_or(Value::NIL, Value::from)));
        }
        self.park_in_group(heap, id, of, For::Settled, seconds)
    }

    /// Waits until a group is settled, which was closed already.
    ///
    /// Abort: as for `group_wait`.
    pub(super) fn close_and_wait(&mut self, heap: &mut Heap, id: TaskId, of: Gc<ExternalObject>) -> Answer {
        if group(heap, of).closed.is_none() {
            let mut aborts = Vec::new();
            self.close(heap, of, &mut aborts);
            self.abort_each(heap, aborts);
        }
        self.group_wait(heap, id, of, None)
    }

    fn park_in_group(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        of: Gc<ExternalObject>,
        what: For,
        seconds: Option<f64>,
    ) -> Answer {
        let timer = seconds.map(|seconds| self.start_timer(id.0, seconds));
        self.tasks.push(&mut group_mut(heap, of).waiters, id);
        self.park(id, Wait::Group { group: of, what, timer });
        Answer::Parked
    }

    /// Waits for the first of some fibers that ends; answers with it, or with nil if there are none.
    ///
    /// Abort: the task is unlinked from all of them.
    pub(super) fn select(&mut self, heap: &mut Heap, id: TaskId, fibers: Value) -> Answer {
        let fibers = fibers.as_array();
        let items = fibers.as_ref().map_or(&[][..], |fibers| fibers.items());
        let mut pending = Vec::with_capacity(items.len());
        for fiber in items.iter().filter_map(|item| item.as_fiber()) {
            match self.outcome(heap, fiber) {
                Outcome::Pending(member) => pending.push(member),
                Outcome::Value(_) | Outcome::Error(_) => return Answer::Now(How::Value(fiber.into())),
                Outcome::Unscheduled => {
                    let message = "ev/select: a fiber is not one of the scheduler's, so nobody runs it";
                    return Answer::Now(How::Error(heap.new_error("state-error", message, &[])));
                }
            }
        }
        if pending.is_empty() {
            return Answer::Now(How::Value(Value::NIL));
        }
        let group = new_group(heap, Policy::Each);
        for member in pending {
            self.add_pending(heap, group, member);
        }
        self.park_in_group(heap, id, group, For::Select, None)
    }

    /// Takes a task out of those who wait for a group: a part of `leave`.
    pub(super) fn leave_group(&mut self, heap: &mut Heap, id: TaskId, of: Gc<ExternalObject>, what: For) {
        self.tasks.take(&mut group_mut(heap, of).waiters, id);
        if what == For::Select {
            while group(heap, of).members.first != NO_LINK {
                self.unlink_member(heap, group(heap, of).members.first);
            }
        }
    }

    /// Lets an aborted task that waits for a group of its own wait on until the group is settled. False if it
    /// does not wait for such a group.
    pub(super) fn abort_with_group(
        &mut self,
        heap: &mut Heap,
        id: TaskId,
        error: Gc<Struct>,
        aborts: &mut Vec<(TaskId, Gc<Struct>)>,
    ) -> bool {
        self.own_joined(heap, id);
        let task = self.tasks.get_mut(id);
        let Wait::Group { group: of, what, timer } = &mut task.wait else { return false };
        let of = *of;
        if !group(heap, of).owns_members() {
            return false;
        }
        // Members that were told to end already may finish their cleanup; only a further abort cuts it short.
        let again = *what == For::Abort;
        *what = For::Abort;
        if let Some(timer) = timer.take() {
            self.timers.remove(timer);
        }
        task.injected = Some(error);
        if again || group(heap, of).closed.is_none() {
            self.close_with(heap, of, error, again, aborts);
        }
        true
    }

    /// A task that joins fibers of its own joins a group of them instead.
    fn own_joined(&mut self, heap: &mut Heap, id: TaskId) {
        let Wait::Join { purpose: super::Purpose::Results { fibers, owned: true, .. }, .. } = self.tasks.get(id).wait
        else {
            return;
        };
        self.leave(heap, id);
        let of = new_group(heap, Policy::Owned);
        for fiber in fibers.items().iter().filter_map(|item| item.as_fiber()) {
            if let Outcome::Pending(member) = self.outcome(heap, fiber) {
                self.add_pending(heap, of, member);
            }
        }
        self.tasks.push(&mut group_mut(heap, of).waiters, id);
        self.tasks.get_mut(id).wait = Wait::Group { group: of, what: For::Next, timer: None };
    }
}
