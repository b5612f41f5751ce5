//! Groups of fibers and shields, for the library: what `ev/scope`, `ev/race`, `ev/timeout` and others are made of.

pub use groups::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod groups {
    use lisle_vm::fiber::Fiber;
    use lisle_vm::object::ExternalObject;
    use lisle_vm::{Cx, Escape, Gc, Request, Tag, Value, signal};

    use crate::natives::scheduler;
    use crate::request;
    use crate::scheduler::Scheduler;
    use crate::scheduler::group::{Policy, Unfit, as_group, new_group};

    fn expect(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<ExternalObject>, Escape> {
        as_group(cx.heap, value).ok_or_else(|| cx.type_error(name, "group", value))
    }

    /// A group without members. The policy is `:all`, `:first`, `:each` or `:owned`.
    ///
    /// (%next (%group :each))  # => nil
    #[primitive(name = "%group", signals(error))]
    fn group(cx: &mut Cx<'_>, policy: Value) -> Result<Value, Escape> {
        let policy = match policy.as_keyword().map_or("", |name| name.name()) {
            "all" => Policy::All,
            "first" => Policy::First,
            "each" => Policy::Each,
            "owned" => Policy::Owned,
            _ => return Err(cx.argument_error("%group", "expected :all, :first, :each or :owned")),
        };
        Ok(new_group(cx.heap, policy).into())
    }

    /// Runs a function in a fiber of its own, as `ev/spawn` does; the place of its birth is where the library was called.
    ///
    /// (ev/join (%spawn (fn [] 5)))  # => 5
    #[primitive(name = "%spawn", signals(error))]
    fn spawn(cx: &mut Cx<'_>, body: Value) -> Result<Value, Escape> {
        let fiber = new_fiber(cx, body)?;
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.spawn(cx.heap, fiber);
        }
        Ok(fiber.into())
    }

    fn new_fiber(cx: &mut Cx<'_>, body: Value) -> Result<Gc<Fiber>, Escape> {
        if body.tag() != Tag::Closure {
            return Err(cx.type_error("fiber/new", "closure", body));
        }
        scheduler(cx, "ev/spawn")?;
        let mut fiber = Fiber::new(body, signal::SPAWN_MASK);
        fiber.set_spawn_site(cx.outer_call_site());
        cx.pass_denials(&mut fiber);
        Ok(cx.heap.allocate(fiber))
    }

    /// Runs a function in a fiber of its own, as a member of a group.
    ///
    /// (let [g (%group :all) f (%spawn-in g (fn [] 5))] [(%scope g) (ev/join f)])  # => [nil 5]
    #[primitive(name = "%spawn-in", signals(error))]
    fn spawn_in(cx: &mut Cx<'_>, group: Value, body: Value) -> Result<Value, Escape> {
        let group = expect(cx, "%spawn-in", group)?;
        if Scheduler::is_over(cx.heap, group) {
            return Err(cx.error("state-error", "ev/scope: the scope has returned, so it takes no more fibers"));
        }
        let fiber = new_fiber(cx, body)?;
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.spawn_in(cx.heap, group, fiber);
        }
        Ok(fiber.into())
    }

    /// Makes a fiber of the scheduler a member of a group. If it has ended, it counts as ending now. `name` is that
    /// of the function that errors tell.
    ///
    /// (let [g (%group :each) f (%spawn (fn [] 5))] (%add-member g f "ev/race") (= f (%next g)))  # => true
    #[primitive(name = "%add-member", signals(error))]
    fn add(cx: &mut Cx<'_>, group: Value, fiber: Value, name: Value) -> Result<Value, Escape> {
        let group = expect(cx, "%add-member", group)?;
        let name = name.as_object::<lisle_vm::object::Str>().map_or_else(String::new, |name| name.as_str().to_owned());
        let Some(fiber) = fiber.as_fiber() else { return Err(cx.type_error(&name, "fiber", fiber)) };
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { return Ok(Value::NIL) };
        match scheduler.add_to(cx.heap, group, fiber) {
            Ok(()) => Ok(Value::NIL),
            Err(Unfit::Oneself) => Err(cx.error("deadlock", format!("{name}: a fiber cannot wait for its own end"))),
            Err(Unfit::Unscheduled) => {
                let problem = "a fiber is not one of the scheduler's, so nobody runs it";
                Err(cx.error("state-error", format!("{name}: {problem}")))
            }
        }
    }

    fn wait(cx: &mut Cx<'_>, operation: u32, group: Value, seconds: Value) -> Escape {
        cx.wait(signal::WAIT, Request { operation, args: [group, seconds, Value::NIL] })
    }

    /// Waits until a group has no members left. Gives its first failed member, or nil.
    ///
    /// (%scope (%group :all))  # => nil
    #[primitive(name = "%scope", signals(error, wait))]
    fn scope(cx: &mut Cx<'_>, group: Value) -> Result<Value, Escape> {
        Err(wait(cx, request::SCOPE, group, Value::NIL))
    }

    /// Waits until the first member of a group has ended, and the others have been aborted. Gives the first.
    ///
    /// (%race (%group :first))  # => nil
    #[primitive(name = "%race", signals(error, wait))]
    fn race(cx: &mut Cx<'_>, group: Value) -> Result<Value, Escape> {
        Err(wait(cx, request::RACE, group, Value::NIL))
    }

    /// As `%race`; when so many seconds have passed before, all members are aborted, and the answer is nil.
    ///
    /// (let [g (%group :first)] (%spawn-in g (fn [] (ev/sleep 9))) (%timeout g 0.001))  # => nil
    #[primitive(name = "%timeout", signals(error, wait))]
    fn timeout(cx: &mut Cx<'_>, group: Value, seconds: Value) -> Result<Value, Escape> {
        Err(wait(cx, request::TIMEOUT, group, seconds))
    }

    /// Aborts all members of a group, and waits for them.
    ///
    /// (%close (%group :owned))  # => nil
    #[primitive(name = "%close", signals(error, wait))]
    fn close(cx: &mut Cx<'_>, group: Value) -> Result<Value, Escape> {
        Err(wait(cx, request::CLOSE, group, Value::NIL))
    }

    /// Waits for the next member of a group that ends; nil if there is none.
    ///
    /// (%next (%group :owned))  # => nil
    #[primitive(name = "%next", signals(error, wait))]
    fn next(cx: &mut Cx<'_>, group: Value) -> Result<Value, Escape> {
        Err(wait(cx, request::NEXT, group, Value::NIL))
    }

    /// Waits for the first fiber of an array that ends; nil if there is none.
    ///
    /// (%select [])  # => nil
    #[primitive(name = "%select", signals(error, wait))]
    fn select(cx: &mut Cx<'_>, fibers: Value) -> Result<Value, Escape> {
        check_fibers(cx, "ev/select", fibers)?;
        Err(wait(cx, request::SELECT, fibers, Value::NIL))
    }

    /// As `ev/join` for an array of fibers that are aborted if the waiter is.
    ///
    /// (%join-own [(%spawn (fn [] 1))])  # => [1]
    #[primitive(name = "%join-own", signals(error, wait))]
    fn join_own(cx: &mut Cx<'_>, fibers: Value) -> Result<Value, Escape> {
        check_fibers(cx, "%join-own", fibers)?;
        Err(wait(cx, request::MAP, fibers, Value::NIL))
    }

    /// As `ev/join-protected` for an array of fibers that are aborted if the waiter is.
    ///
    /// (%join-own-protected [(%spawn (fn [] 1))])  # => [[true 1]]
    #[primitive(name = "%join-own-protected", signals(error, wait))]
    fn join_own_protected(cx: &mut Cx<'_>, fibers: Value) -> Result<Value, Escape> {
        check_fibers(cx, "%join-own-protected", fibers)?;
        Err(wait(cx, request::RUN, fibers, Value::NIL))
    }

    fn check_fibers(cx: &mut Cx<'_>, name: &str, fibers: Value) -> Result<(), Escape> {
        let Some(array) = fibers.as_array() else { return Err(cx.type_error(name, "array of fibers", fibers)) };
        match array.items().iter().find(|item| item.tag() != Tag::Fiber) {
            Some(wrong) => Err(cx.type_error(name, "fiber", *wrong)),
            None => Ok(()),
        }
    }

    /// Aborts the fibers of an array, without waiting for them; on behalf of a group, if one is given, that does not wait
    /// for those who survive that.
    ///
    /// (let [f (%spawn (fn [] 1))] (%abort-all [f]) (fiber/status f))  # => :error
    #[primitive(name = "%abort-all", signals(error))]
    fn abort_all(cx: &mut Cx<'_>, fibers: Value, group: Option<Value>) -> Result<Value, Escape> {
        check_fibers(cx, "%abort-all", fibers)?;
        let group = match group {
            Some(group) => Some(expect(cx, "%abort-all", group)?),
            None => None,
        };
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.abort_all(cx.heap, fibers, group);
        }
        Ok(Value::NIL)
    }

    /// Shields the running fiber from aborts for so many seconds, or until `%unshield`. Gives the shield's number.
    ///
    /// (%unshield (%shield 1))  # => nil
    #[primitive(name = "%shield", signals(error))]
    fn shield(cx: &mut Cx<'_>, seconds: Value) -> Result<Value, Escape> {
        check(cx, "ev/shield", seconds)?;
        let number = scheduler(cx, "ev/shield")?.shield(seconds.as_number().unwrap_or(0.0));
        Ok(number.map_or(Value::NIL, |number| Value::int(i64::from(number))))
    }

    /// Takes a shield away. Raises the error of an abort that came meanwhile.
    ///
    /// (%unshield (%shield 0))  # => nil
    #[primitive(name = "%unshield", signals(error))]
    fn unshield(cx: &mut Cx<'_>, number: Value) -> Result<Value, Escape> {
        let Some(number) = number.as_int() else { return Ok(Value::NIL) };
        match scheduler(cx, "ev/shield")?.unshield(number as u32) {
            Some(error) => Err(cx.raise(error.into())),
            None => Ok(Value::NIL),
        }
    }

    /// True in a fiber that is to end: an abort waits for the end of a shield, or the cleanup runs that an abort
    /// has caused.
    ///
    /// (ev/aborting?)  # => false
    #[primitive(name = "ev/aborting?")]
    fn is_aborting(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { return Ok(Value::FALSE) };
        Ok(scheduler.is_aborting(cx.heap, cx.fiber).into())
    }

    /// Asks all fibers to end, the caller included: `{:error :shutdown}` is raised where they wait, and in those that run
    /// or are about to when they wait next; those that have not started never do. After `ms` milliseconds (default 0),
    /// whatever is left ends without its cleanup.
    ///
    /// (let [f (ev/spawn (fn [] 1))] (fiber/status f))  # => :new
    #[primitive(name = "ev/shutdown", signals(error))]
    fn shutdown(cx: &mut Cx<'_>, ms: Option<Value>) -> Result<Value, Escape> {
        let ms = ms.filter(|ms| !ms.is_nil()).unwrap_or(Value::int(0));
        check(cx, "ev/shutdown", ms)?;
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.shut_down_all(cx.heap, ms.as_number().unwrap_or(0.0) / 1000.0);
        }
        Ok(Value::NIL)
    }

    /// Hands a fiber that was not resumed yet to the scheduler, and gives it.
    ///
    /// (ev/join (%schedule (fiber/new (fn [] 5) |:error :io :exec :wait|)))  # => 5
    #[primitive(name = "%schedule", signals(error))]
    fn schedule(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let Some(new) = fiber.as_fiber() else { return Err(cx.type_error("*spawn*", "fiber", fiber)) };
        let body = new.get(cx.heap);
        if body.status != lisle_vm::fiber::Status::New || body.task != crate::scheduler::NO_TASK.0 {
            return Err(cx.error("state-error", "*spawn*: expected a fiber that was neither spawned nor resumed"));
        }
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.spawn(cx.heap, new);
        }
        Ok(fiber)
    }

    /// Raises an error unless the argument is a number of seconds. `name` is that of the function that errors tell.
    ///
    /// (%check-seconds 1 "ev/timeout")  # => nil
    #[primitive(name = "%check-seconds", signals(error))]
    fn check_seconds(cx: &mut Cx<'_>, seconds: Value, name: Value) -> Result<Value, Escape> {
        let name = name.as_object::<lisle_vm::object::Str>().map_or_else(String::new, |name| name.as_str().to_owned());
        check(cx, &name, seconds)?;
        Ok(Value::NIL)
    }

    fn check(cx: &mut Cx<'_>, name: &str, seconds: Value) -> Result<(), Escape> {
        match seconds.as_number() {
            None => Err(cx.type_error(name, "number", seconds)),
            Some(number) if number.is_nan() || number < 0.0 => {
                Err(cx.argument_error(name, "seconds must be non-negative"))
            }
            Some(_) => Ok(()),
        }
    }
}
