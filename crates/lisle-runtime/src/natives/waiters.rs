//! Wait queues for the library: what locks, semaphores, queues and mailboxes are made of.

pub use waiters::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod waiters {
    use lisle_vm::object::ExternalObject;
    use lisle_vm::{Cx, Escape, Gc, Request, Value, ops, signal};

    use crate::natives::scheduler;
    use crate::request;
    use crate::scheduler::queue::{as_waiters, new_waiters};
    use crate::scheduler::{How, Scheduler, queue};

    fn expect(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<ExternalObject>, Escape> {
        as_waiters(cx.heap, value).ok_or_else(|| cx.type_error(name, "waiters", value))
    }

    /// A wait queue. Nobody waits in it.
    ///
    /// (%waiting (%waiters))  # => 0
    #[primitive(name = "%waiters")]
    fn make(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(new_waiters(cx.heap).into())
    }

    /// Waits at the end of a queue, and gives what is handed over. `note` says for what, in reports: a string, or
    /// `[string undo]`; then, if the waiter is aborted after it was handed a value and before it runs, undo is called with
    /// the value, in the waiter, and the abort's error is raised after it. If `seconds` are given and pass before,
    /// the wait ends with `:late`.
    ///
    /// (let [q (%waiters) f (ev/spawn (fn [] (%park q "news")))] (ev/sleep 0) (%unpark q 5) (ev/join f))  # => 5
    #[primitive(name = "%park", signals(error, wait))]
    fn park(cx: &mut Cx<'_>, queue: Value, note: Option<Value>, seconds: Option<Value>) -> Result<Value, Escape> {
        expect(cx, "%park", queue)?;
        if let Some(seconds) = seconds.filter(|seconds| !seconds.is_nil()) {
            match seconds.as_number() {
                None => return Err(cx.type_error("%park", "number", seconds)),
                Some(number) if number.is_nan() || number < 0.0 => {
                    return Err(cx.argument_error("%park", "seconds must be non-negative"));
                }
                Some(_) => {}
            }
        }
        let args = [queue, note.unwrap_or_default(), seconds.unwrap_or_default()];
        Err(cx.wait(signal::WAIT, Request { operation: request::PARK, args }))
    }

    /// Hands a value to the first in a queue, whose wait ends. False if nobody waits.
    ///
    /// (%unpark (%waiters) 1)  # => false
    #[primitive(name = "%unpark", signals(error))]
    fn unpark(cx: &mut Cx<'_>, queue: Value, value: Option<Value>) -> Result<Value, Escape> {
        end_first(cx, "%unpark", queue, How::Value(value.unwrap_or_default()))
    }

    /// Ends the wait of the first in a queue with an error, which is raised where it waits. False if nobody waits.
    ///
    /// (%unpark-error (%waiters) :closed)  # => false
    #[primitive(name = "%unpark-error", signals(error))]
    fn unpark_error(cx: &mut Cx<'_>, queue: Value, error: Value) -> Result<Value, Escape> {
        end_first(cx, "%unpark-error", queue, How::Error(error))
    }

    fn end_first(cx: &mut Cx<'_>, name: &str, queue: Value, how: How) -> Result<Value, Escape> {
        let queue = expect(cx, name, queue)?;
        let woken = match cx.host.downcast::<Scheduler>() {
            Some(scheduler) => scheduler.unpark(cx.heap, queue, how),
            None => false,
        };
        Ok(woken.into())
    }

    /// How many wait in a queue.
    ///
    /// (%waiting (%waiters))  # => 0
    #[primitive(name = "%waiting", signals(error))]
    fn waiting(cx: &mut Cx<'_>, queue: Value) -> Result<Value, Escape> {
        let queue = expect(cx, "%waiting", queue)?;
        Ok(Value::int(i64::from(queue::waiters(cx.heap, queue).count())))
    }

    /// Says which fiber holds what is waited for in a queue, for reports: a fiber of the scheduler, or nil for nobody.
    /// Without a fiber: the one that runs.
    ///
    /// (let [q (%waiters)] (%own q) (= (%owner q) (fiber/self)))  # => true
    #[primitive(name = "%own", signals(error))]
    fn own(cx: &mut Cx<'_>, queue: Value, fiber: Option<Value>) -> Result<Value, Escape> {
        let queue = expect(cx, "%own", queue)?;
        let owner = match fiber {
            Some(fiber) => fiber,
            None => scheduler(cx, "%own")?.running_fiber().map_or(Value::NIL, Value::from),
        };
        queue::waiters_mut(cx.heap, queue).owner = owner;
        Ok(Value::NIL)
    }

    /// The fiber that holds what is waited for in a queue, or nil.
    ///
    /// (%owner (%waiters))  # => nil
    #[primitive(name = "%owner", signals(error))]
    fn owner(cx: &mut Cx<'_>, queue: Value) -> Result<Value, Escape> {
        let queue = expect(cx, "%owner", queue)?;
        Ok(queue::waiters(cx.heap, queue).owner)
    }

    /// Waits until somebody wakes the key, if the first element of the cell equals `expected`; otherwise goes on at once.
    ///
    /// (ev/futex-wait :key @[1] 2)  # => :ok
    #[primitive(name = "ev/futex-wait", signals(error, wait))]
    fn futex_wait(cx: &mut Cx<'_>, key: Value, cell: Value, expected: Value) -> Result<Value, Escape> {
        if cell.as_marray().is_none() {
            return Err(cx.type_error("ev/futex-wait", "mutable array", cell));
        }
        ops::access::key_or_raise(cx, key)?;
        let request = Request { operation: request::FUTEX_WAIT, args: [key, cell, expected] };
        Err(cx.wait(signal::WAIT, request))
    }

    /// Ends the waits of up to `count` fibers for a key, first come, first served. Gives their number.
    ///
    /// (ev/futex-wake :key 1)  # => 0
    #[primitive(name = "ev/futex-wake", signals(error))]
    fn futex_wake(cx: &mut Cx<'_>, key: Value, count: Value) -> Result<Value, Escape> {
        let Some(count) = count.as_int().and_then(|count| u64::try_from(count).ok()) else {
            return Err(cx.type_error("ev/futex-wake", "non-negative integer", count));
        };
        ops::access::key_or_raise(cx, key)?;
        let woken = match cx.host.downcast::<Scheduler>() {
            Some(scheduler) => scheduler.futex_wake(cx.heap, key, count),
            None => 0,
        };
        Ok(Value::int(woken as i64))
    }
}
