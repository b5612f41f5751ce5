//! What `std/sync` is made of, besides wait queues: locks, and bounded queues.

pub use sync::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod sync {
    use lisle_vm::object::ExternalObject;
    use lisle_vm::{Cx, Escape, Gc, Request, Value, signal};

    use crate::natives::scheduler;
    use crate::request;
    use crate::scheduler::Scheduler;
    use crate::scheduler::locks::{Lock, Taken, as_lock, lock_of};
    use crate::scheduler::queue::{as_waiters, new_waiters};

    fn expect(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<ExternalObject>, Escape> {
        as_lock(cx.heap, value).ok_or_else(|| cx.type_error(name, "lock", value))
    }

    /// A free lock.
    ///
    /// (%lock-held? (%lock))  # => false
    #[primitive(name = "%lock")]
    fn make(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let queue = new_waiters(cx.heap);
        Ok(cx.heap.new_external(Box::new(Lock::new(queue))).into())
    }

    fn take(cx: &mut Cx<'_>, lock: Gc<ExternalObject>) -> Taken {
        let inner = cx.fiber;
        match cx.host.downcast::<Scheduler>() {
            Some(scheduler) => scheduler.try_lock(cx.heap, lock, inner),
            None => Taken::No,
        }
    }

    /// Takes a lock, or waits for it. `note` is as for `%park`; what is handed over is nil.
    ///
    /// (%lock-acquire (%lock) "a lock")  # => nil
    #[primitive(name = "%lock-acquire", signals(error, wait))]
    fn acquire(cx: &mut Cx<'_>, lock: Value, note: Value) -> Result<Value, Escape> {
        let lock = expect(cx, "%lock-acquire", lock)?;
        match take(cx, lock) {
            Taken::Yes => Ok(Value::NIL),
            Taken::Abandoned(error) => Err(cx.raise(error)),
            Taken::Mine => Err(cx.error("deadlock", "lock: the fiber that holds the lock cannot wait for it")),
            Taken::No => {
                scheduler(cx, "%lock-acquire")?;
                if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
                    scheduler.list_lock(cx.heap, lock);
                }
                let queue = lock_of(cx.heap, lock).queue.into();
                let args = [queue, note, Value::NIL];
                Err(cx.wait(signal::WAIT, Request { operation: request::PARK, args }))
            }
        }
    }

    /// Takes a lock if it is free. True if so.
    ///
    /// (%lock-try (%lock))  # => true
    #[primitive(name = "%lock-try", signals(error))]
    fn try_acquire(cx: &mut Cx<'_>, lock: Value) -> Result<Value, Escape> {
        let lock = expect(cx, "%lock-try", lock)?;
        match take(cx, lock) {
            Taken::Yes => Ok(Value::TRUE),
            Taken::No | Taken::Mine => Ok(Value::FALSE),
            Taken::Abandoned(error) => Err(cx.raise(error)),
        }
    }

    /// Releases a lock: it goes to the first who waits. Nothing happens to a free one.
    ///
    /// (%lock-release (%lock))  # => nil
    #[primitive(name = "%lock-release", signals(error))]
    fn release(cx: &mut Cx<'_>, lock: Value) -> Result<Value, Escape> {
        let lock = expect(cx, "%lock-release", lock)?;
        if lock_of(cx.heap, lock).is_held()
            && let Some(scheduler) = cx.host.downcast::<Scheduler>()
        {
            scheduler.hand_over(cx.heap, lock);
        }
        Ok(Value::NIL)
    }

    /// True when somebody holds the lock.
    ///
    /// (%lock-held? (%lock))  # => false
    #[primitive(name = "%lock-held?", signals(error))]
    fn held(cx: &mut Cx<'_>, lock: Value) -> Result<bool, Escape> {
        let lock = expect(cx, "%lock-held?", lock)?;
        Ok(lock_of(cx.heap, lock).is_held())
    }

    /// What the first in a wait queue has noted, or nil if nobody waits.
    ///
    /// (%first-waiting (%waiters))  # => nil
    #[primitive(name = "%first-waiting", signals(error))]
    fn first_waiting(cx: &mut Cx<'_>, queue: Value) -> Result<Value, Escape> {
        let Some(queue) = as_waiters(cx.heap, queue) else {
            return Err(cx.type_error("%first-waiting", "waiters", queue));
        };
        let scheduler = cx.host.downcast::<Scheduler>();
        Ok(scheduler.and_then(|scheduler| scheduler.first_note(cx.heap, queue)).unwrap_or_default())
    }
}
