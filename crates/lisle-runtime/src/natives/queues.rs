//! Bounded queues of values, for `std/sync`.

pub use queues::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod queues {
    use lisle_vm::object::ExternalObject;
    use lisle_vm::{Cx, Escape, Gc, Request, Value, signal};

    use crate::request;
    use crate::scheduler::Scheduler;
    use crate::scheduler::items::{Items, Put, Take, as_items, items, put_answer};

    fn expect(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<ExternalObject>, Escape> {
        match as_items(cx.heap, value) {
            Some(queue) => Ok(queue),
            None => Err(cx.type_error(name, "queue", value)),
        }
    }

    #[inline(always)]
    fn put_item(cx: &mut Cx<'_>, name: &str, queue: Value, value: Value) -> Result<Put, Escape> {
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { return Err(outside(cx, name)) };
        match scheduler.put_item(cx.heap, queue, value) {
            Some(put) => Ok(put),
            None => Err(cx.type_error(name, "queue", queue)),
        }
    }

    #[inline(always)]
    fn take_item(cx: &mut Cx<'_>, name: &str, queue: Value) -> Result<Take, Escape> {
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { return Err(outside(cx, name)) };
        match scheduler.take_item(cx.heap, queue) {
            Some(take) => Ok(take),
            None => Err(cx.type_error(name, "queue", queue)),
        }
    }

    #[cold]
    fn outside(cx: &mut Cx<'_>, name: &str) -> Escape {
        cx.error("state-error", format!("{name}: not available while a macro runs"))
    }

    /// A queue for at most so many values; with 0, a value is put when it is taken.
    ///
    /// (%queue-size (%queue 1))  # => 0
    #[primitive(name = "%queue", signals(error))]
    fn make(cx: &mut Cx<'_>, most: Value) -> Result<Value, Escape> {
        let Some(most) = most.as_int() else { return Err(cx.type_error("make-queue", "integer", most)) };
        let Ok(most) = usize::try_from(most) else {
            return Err(cx.argument_error("make-queue", "capacity must be non-negative"));
        };
        Ok(cx.heap.new_external(Box::new(Items::new(most))).into())
    }

    /// Puts a value in a queue, and waits for room if there is none. Gives nil, or if `answers?`, whether the value was
    /// accepted: a closed queue takes none.
    ///
    /// (let [q (%queue 1)] (%queue-put q 5) (%queue-take q))  # => 5
    #[primitive(name = "%queue-put", signals(error, wait))]
    fn put(cx: &mut Cx<'_>, queue: Value, value: Value, answers: Option<Value>) -> Result<Value, Escape> {
        let wanted = answers.is_some_and(Value::is_truthy);
        match put_item(cx, "%queue-put", queue, value)? {
            Put::Done => return Ok(put_answer(true, wanted)),
            Put::Closed => return Ok(put_answer(false, wanted)),
            Put::Full => {}
        }
        let request = Request { operation: request::PUT, args: [queue, value, wanted.into()] };
        Err(cx.wait(signal::WAIT, request))
    }

    /// Puts a value in a queue if there is room. True if so.
    ///
    /// (%queue-try-put (%queue 0) 5)  # => false
    #[primitive(name = "%queue-try-put", signals(error))]
    fn try_put(cx: &mut Cx<'_>, queue: Value, value: Value) -> Result<bool, Escape> {
        Ok(put_item(cx, "%queue-try-put", queue, value)? == Put::Done)
    }

    /// Takes a value from a queue, and waits for one if there is none. `closed` if there will be none.
    ///
    /// (let [q (%queue 1)] (%queue-close q) (%queue-take q :nothing))  # => :nothing
    #[primitive(name = "%queue-take", signals(error, wait))]
    fn take(cx: &mut Cx<'_>, queue: Value, closed: Option<Value>) -> Result<Value, Escape> {
        let closed = closed.unwrap_or_default();
        match take_item(cx, "%queue-take", queue)? {
            Take::Value(value) => return Ok(value),
            Take::Closed => return Ok(closed),
            Take::Empty => {}
        }
        Err(cx.wait(signal::WAIT, Request { operation: request::TAKE, args: [queue, closed, Value::NIL] }))
    }

    /// Takes a value from a queue if there is one; otherwise gives `none`.
    ///
    /// (%queue-try-take (%queue 1) :nothing)  # => :nothing
    #[primitive(name = "%queue-try-take", signals(error))]
    fn try_take(cx: &mut Cx<'_>, queue: Value, none: Value) -> Result<Value, Escape> {
        Ok(match take_item(cx, "%queue-try-take", queue)? {
            Take::Value(value) => value,
            Take::Empty | Take::Closed => none,
        })
    }

    /// Closes a queue: nothing can be put any more; what is in it can be taken.
    ///
    /// (let [q (%queue 1)] (%queue-close q) (%queue-closed? q))  # => true
    #[primitive(name = "%queue-close", signals(error))]
    fn close(cx: &mut Cx<'_>, queue: Value) -> Result<Value, Escape> {
        let items = expect(cx, "%queue-close", queue)?;
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.close_items(cx.heap, items);
        }
        Ok(Value::NIL)
    }

    /// True when nothing can be put in a queue any more.
    ///
    /// (%queue-closed? (%queue 1))  # => false
    #[primitive(name = "%queue-closed?", signals(error))]
    fn closed(cx: &mut Cx<'_>, queue: Value) -> Result<bool, Escape> {
        let queue = expect(cx, "%queue-closed?", queue)?;
        Ok(items(cx.heap, queue).is_closed())
    }

    /// How many values are in a queue.
    ///
    /// (let [q (%queue 2)] (%queue-put q 1) (%queue-size q))  # => 1
    #[primitive(name = "%queue-size", signals(error))]
    fn size(cx: &mut Cx<'_>, queue: Value) -> Result<Value, Escape> {
        let queue = expect(cx, "%queue-size", queue)?;
        Ok(Value::int(items(cx.heap, queue).len() as i64))
    }
}
