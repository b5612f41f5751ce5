//! OS threads.

pub use threads::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod threads {
    use lisle_syntax::Symbol;
    use lisle_vm::{Cx, Escape, Tag, Value};

    use crate::natives::scheduler;
    use crate::scheduler::Scheduler;
    use crate::scheduler::queue::new_waiters;
    use crate::threads::sync::Ordering;
    use crate::threads::{Failure, Handle, Parcel};

    /// Runs a function without parameters in an OS thread of its own, and gives a handle for `sys/join`. The thread has its
    /// own heap and its own scheduler; it gets a copy of everything that the function refers to. What cannot be copied
    /// raises `:thread-error` here: mutable structs, fibers, ports, parameters.
    ///
    /// (sys/join (sys/spawn (fn [] (+ 1 2))))  # => 3
    #[primitive(name = "sys/spawn", aliases("spawn", "os/spawn"), signals(error))]
    fn spawn(cx: &mut Cx<'_>, body: Value) -> Result<Value, Escape> {
        let Some(closure) = body.as_closure() else {
            if body.tag() == Tag::Native {
                return Err(cx.argument_error("sys/spawn", "expected closure, got native function"));
            }
            return Err(cx.type_error("sys/spawn", "closure", body));
        };
        if !closure.proto.code().params.accepts(0) {
            let message = "sys/spawn: the function must take no arguments";
            return Err(cx.error("arity-error", message));
        }
        scheduler(cx, "sys/spawn")?;
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { return Ok(Value::NIL) };
        match scheduler.start_thread(cx.heap, cx.state, body) {
            Ok(handle) => Ok(cx.heap.new_external(Box::new(handle)).into()),
            Err(error) => Err(cx.raise(error)),
        }
    }

    fn handle(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Handle, Escape> {
        let handle = value.as_external().and_then(|external| external.get(cx.heap).downcast_ref::<Handle>().cloned());
        handle.ok_or_else(|| cx.type_error(name, "thread-handle", value))
    }

    /// Waits for the end of a thread's function, and gives a copy of its value. Only the calling fiber waits. If the
    /// function raised an error, or its value cannot be sent, raises `:thread-error`, with the error as `:cause`.
    ///
    /// (let [t (sys/spawn (fn [] @[1]))] [(sys/join t) (sys/join t)])  # => [@[1] @[1]]
    #[primitive(name = "sys/join", aliases("join", "os/join"), signals(error, wait))]
    fn join(cx: &mut Cx<'_>, thread: Value) -> Result<Value, Escape> {
        let thread_handle = handle(cx, "sys/join", thread)?;
        thread_handle.0.observed.store(true, Ordering::SeqCst);
        let Some(outcome) = thread_handle.0.outcome() else {
            let wait = Symbol::intern("%join-thread");
            return match cx.state.link_predefined(cx.heap, wait) {
                Some(function) => Err(cx.tail_call(function, vec![thread])),
                None => Err(cx.error("internal-error", "the library has no %join-thread")),
            };
        };
        match &*outcome {
            Ok(parcel) => unpack(cx, parcel),
            Err(Failure { message, cause }) => {
                let cause = cause.as_ref().map(|cause| unpack(cx, cause)).transpose()?;
                let message = format!("sys/join: the thread failed: {message}");
                Err(cx.error_with("thread-error", message, &[("cause", cause.unwrap_or_default())]))
            }
        }
    }

    fn unpack(cx: &mut Cx<'_>, parcel: &Parcel) -> Result<Value, Escape> {
        scheduler(cx, "sys/join")?;
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { return Ok(Value::NIL) };
        Ok(scheduler.post.unpack(cx.heap, cx.state, parcel))
    }

    /// The queue in which to wait for the end of a thread, and the number of the notice that will come; nil if it has
    /// ended.
    #[primitive(name = "%thread-wait", signals(error))]
    fn wait(cx: &mut Cx<'_>, thread: Value) -> Result<Value, Escape> {
        let thread = handle(cx, "%thread-wait", thread)?;
        let queue = new_waiters(cx.heap);
        let scheduler = scheduler(cx, "%thread-wait")?;
        let inbox = scheduler.inbox();
        let ticket = scheduler.post.expect(queue);
        if !thread.0.tell(&inbox, ticket) {
            scheduler.post.take_expected(ticket);
            return Ok(Value::NIL);
        }
        Ok(cx.heap.new_array(&[queue.into(), Value::int(ticket as i64)]).into())
    }

    /// The notice of a thread's end is not wanted any more.
    #[primitive(name = "%thread-forget", signals(error))]
    fn forget(cx: &mut Cx<'_>, thread: Value, ticket: i64) -> Result<Value, Escape> {
        let thread = handle(cx, "%thread-forget", thread)?;
        let scheduler = scheduler(cx, "%thread-forget")?;
        let inbox = scheduler.inbox();
        if scheduler.post.take_expected(ticket as u64).is_some() {
            thread.0.forget(&inbox, ticket as u64);
        }
        Ok(Value::NIL)
    }

    /// The number of the thread that runs; 1 is the main one.
    ///
    /// (sys/thread-id)  # => 1
    #[primitive(name = "sys/thread-id", aliases("current-thread-id", "os/thread-id"), signals(error))]
    fn id(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(Value::int(scheduler(cx, "sys/thread-id")?.post.thread_id() as i64))
    }

    /// True where threads can be started.
    #[primitive(name = "%threads?", signals(error))]
    fn possible(cx: &mut Cx<'_>) -> Result<bool, Escape> {
        Ok(scheduler(cx, "%threads?")?.world.has_threads())
    }

    /// How many threads the machine runs at once.
    ///
    /// (< 0 (sys/cores))  # => true
    #[primitive(name = "sys/cores", aliases("os/cores"), signals(error))]
    fn cores(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(Value::int(scheduler(cx, "sys/cores")?.world.cores() as i64))
    }
}
