//! What `std/process` is made of: the functions of processes that are native. Those that stand for a function of the
//! reference cost their caller a tick, and let the others have their turn.

pub(crate) use process::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod process {
    use lisle_syntax::Symbol;
    use lisle_vm::fiber::Fiber;
    use lisle_vm::object::ExternalObject;
    use lisle_vm::{Cx, Escape, Gc, Heap, Request, Tag, Value, signal};

    use crate::process::exit::pid_value;
    use crate::process::keys::keys;
    use crate::process::record::NO_PID;
    use crate::process::world::{
        FUEL, Log, PROCESSES_MAX, Settings, WorldObject, as_world, world_object, world_object_mut,
    };
    use crate::process::{Slot, info};
    use crate::request;
    use crate::scheduler::queue::new_waiters;
    use crate::scheduler::{How, Scheduler};

    /// The scheduler and the running process.
    fn running<'a>(cx: &'a mut Cx<'_>, name: &str) -> Result<(&'a mut Scheduler, &'a mut Heap, Slot), Escape> {
        let process = cx.host.downcast::<Scheduler>().and_then(|scheduler| scheduler.running_process());
        let Some(process) = process else {
            return Err(no_process(cx, name));
        };
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else { unreachable!("it was there just now") };
        Ok((scheduler, cx.heap, process))
    }

    /// Does something in the name of the running process, and answers after a turn.
    #[inline]
    fn act(
        cx: &mut Cx<'_>,
        name: &str,
        action: impl FnOnce(&mut Scheduler, &mut Heap, Slot) -> Result<Value, How>,
    ) -> Result<Value, Escape> {
        let mut passed = false;
        let done = cx.host.downcast::<Scheduler>().and_then(|scheduler| {
            let process = scheduler.running_process()?;
            passed = scheduler.is_alone();
            let was_dying = scheduler.processes.record(process).exiting.is_some();
            let done = action(scheduler, cx.heap, process);
            if passed {
                scheduler.pass_tick(cx.heap);
            }
            if !was_dying && scheduler.processes.record(process).exiting.is_some() {
                // What it has done is its own end: that comes before anything else.
                return Some(Err(How::Error(scheduler.unwind_running())));
            }
            Some(done)
        });
        match done {
            Some(Ok(value)) if passed => Ok(value),
            Some(Ok(value)) => {
                let args = [value, Value::NIL, Value::NIL];
                Err(cx.wait(signal::WAIT, Request { operation: request::TURN, args }))
            }
            Some(Err(How::Error(error) | How::Passed(error))) => Err(cx.raise(error)),
            Some(Err(How::Value(value))) => Ok(value),
            None => Err(no_process(cx, name)),
        }
    }

    #[cold]
    fn no_process(cx: &mut Cx<'_>, name: &str) -> Escape {
        cx.error("state-error", format!("process:{name}: only a process can do this; see process:start"))
    }

    /// A pid in an argument; the type of the argument is wrong for a pid otherwise.
    fn pid(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<u64, Escape> {
        match value.as_int() {
            // No process has the largest number: what is no pid of any process is just unknown.
            Some(pid) => Ok(u64::try_from(pid).unwrap_or(NO_PID)),
            None => Err(cx.type_error(&format!("process:{name}"), "pid", value)),
        }
    }

    fn keyword(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Symbol, Escape> {
        value.as_keyword().ok_or_else(|| cx.type_error(&format!("process:{name}"), "keyword", value))
    }

    fn find(scheduler: &Scheduler, process: Slot, pid: u64) -> Option<Slot> {
        scheduler.processes.find(scheduler.processes.record(process).world, pid)
    }

    fn expect_world(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<ExternalObject>, Escape> {
        as_world(cx.heap, value).ok_or_else(|| cx.type_error(&format!("process:{name}"), "process scheduler", value))
    }

    /// A world for processes: an array of fuel, the most processes, the most messages in a mailbox, the most bytes of a
    /// process, each nil for the default, and what is reported: `:errors`, `:all`, `:none` or a function.
    ///
    /// (type-of (%process-world [nil nil nil nil :errors]))  # => :process-scheduler
    #[primitive(name = "%process-world", signals(error))]
    fn world(cx: &mut Cx<'_>, options: Value) -> Result<Value, Escape> {
        let options: Vec<Value> = options.as_array().map(|o| o.items().to_vec()).unwrap_or_default();
        let names = ["fuel", "max-processes", "max-mailbox", "max-heap"];
        let mut numbers = [None; 4];
        for (index, name) in names.iter().enumerate() {
            let value = options.get(index).copied().unwrap_or_default();
            numbers[index] = match value.as_int() {
                _ if value.is_nil() => None,
                Some(number) if number > 0 => Some(number.unsigned_abs()),
                _ => return Err(cx.argument_error("process:start", &format!(":{name} must be a positive integer"))),
            };
        }
        let log = options.get(4).copied().unwrap_or_default();
        let (log, logger) = match log.as_keyword().map(Symbol::name) {
            Some("errors") => (Log::Errors, Value::NIL),
            Some("all") => (Log::All, Value::NIL),
            Some("none") => (Log::None, Value::NIL),
            None if log.is_nil() => (Log::Errors, Value::NIL),
            None if log.tag() == Tag::Closure => (Log::All, log),
            _ => return Err(cx.argument_error("process:start", ":log must be :errors, :all, :none or a function")),
        };
        if cx.state.exit_error.is_nil() {
            let error = cx.heap.new_struct(vec![(Value::keyword_named("error"), Value::keyword_named("exit"))]);
            cx.state.exit_error = error.into();
        }
        let error = cx.state.exit_error.as_struct();
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.processes.exit_error = error;
            scheduler.processes.limits_heaps |= numbers[3].is_some();
        }
        let starters = new_waiters(cx.heap);
        let [fuel, processes_max, mailbox_max, heap_max] = numbers;
        let settings = Settings {
            fuel: fuel.unwrap_or(FUEL),
            processes_max: processes_max.unwrap_or(PROCESSES_MAX),
            mailbox_max,
            heap_max,
            log,
            logger,
        };
        let object = WorldObject { number: None, next_pid: 0, next_reference: 0, settings, starters };
        Ok(cx.heap.new_external(Box::new(object)).into())
    }

    fn new_fiber(cx: &mut Cx<'_>, name: &str, body: Value) -> Result<Gc<Fiber>, Escape> {
        if body.tag() != Tag::Closure {
            return Err(cx.type_error(&format!("process:{name}"), "closure", body));
        }
        let mut fiber = Fiber::new(body, signal::SPAWN_MASK);
        fiber.set_spawn_site(cx.outer_call_site());
        Ok(cx.heap.allocate(fiber))
    }

    /// Starts the first process of a world. Gives its pid.
    #[primitive(name = "%process-begin", signals(error))]
    fn begin(cx: &mut Cx<'_>, world: Value, body: Value) -> Result<Value, Escape> {
        let world = expect_world(cx, "run", world)?;
        let fiber = new_fiber(cx, "start", body)?;
        let Some(scheduler) = cx.host.downcast::<Scheduler>() else {
            return Err(cx.error("state-error", "process:start: not available while a macro runs"));
        };
        let Some(number) = scheduler.enter_world(cx.heap, world) else {
            return Err(cx.error("state-error", "process:run: the scheduler runs already"));
        };
        let slot = scheduler.spawn_process(cx.heap, number, fiber, NO_PID);
        Ok(pid_value(scheduler.processes.record(slot).pid))
    }

    /// True when processes live in a world.
    #[primitive(name = "%process-live?", signals(error))]
    fn is_live(cx: &mut Cx<'_>, world: Value) -> Result<bool, Escape> {
        let world = expect_world(cx, "run", world)?;
        Ok(world_object(cx.heap, world).number.is_some())
    }

    /// The queue in which whoever has started a world waits for its end.
    #[primitive(name = "%process-starters", signals(error))]
    fn starters(cx: &mut Cx<'_>, world: Value) -> Result<Value, Escape> {
        let world = expect_world(cx, "run", world)?;
        Ok(world_object(cx.heap, world).starters.into())
    }

    /// Ends all processes of a world.
    #[primitive(name = "%process-stop", signals(error))]
    fn stop(cx: &mut Cx<'_>, world: Value) -> Result<Value, Escape> {
        let world = expect_world(cx, "run", world)?;
        if let Some(number) = world_object_mut(cx.heap, world).number
            && let Some(scheduler) = cx.host.downcast::<Scheduler>()
        {
            scheduler.stop_world(cx.heap, number);
        }
        Ok(Value::NIL)
    }

    /// Delivers a message from outside. Nothing happens if there is no such process.
    #[primitive(name = "%process-inject", signals(error))]
    fn inject(cx: &mut Cx<'_>, world: Value, to: Value, message: Value) -> Result<Value, Escape> {
        let world = expect_world(cx, "inject", world)?;
        let to = pid(cx, "inject", to)?;
        if let Some(number) = world_object(cx.heap, world).number
            && let Some(scheduler) = cx.host.downcast::<Scheduler>()
            && let Some(target) = scheduler.processes.find(number, to)
        {
            scheduler.deliver(cx.heap, target, message);
            scheduler.settle_exits(cx.heap);
        }
        Ok(keys().ok)
    }

    /// What is known of a process of a world: a struct, or nil for an unknown pid.
    #[primitive(name = "%process-info", signals(error))]
    fn world_info(cx: &mut Cx<'_>, world: Value, of: Value) -> Result<Value, Escape> {
        let world = expect_world(cx, "process-info", world)?;
        let pid = pid(cx, "process-info", of)?;
        let object = world_object(cx.heap, world);
        let (number, mut next_pid) = (object.number, object.next_pid);
        if let Some(number) = number
            && let Some(scheduler) = cx.host.downcast::<Scheduler>()
        {
            if let Some(slot) = scheduler.processes.find(number, pid) {
                return Ok(info::basic(&scheduler.processes, cx.heap, slot).into());
            }
            next_pid = scheduler.processes.worlds.get(number).next_pid;
        }
        Ok(if pid < next_pid { info::dead(cx.heap, pid).into() } else { Value::NIL })
    }

    /// What is known of a process of the same world, with everything; nil for one that does not live.
    #[primitive(name = "%process-about", signals(error))]
    fn about(cx: &mut Cx<'_>, of: Value) -> Result<Value, Escape> {
        let pid = pid(cx, "info", of)?;
        let (scheduler, heap, process) = running(cx, "info")?;
        let Some(slot) = find(scheduler, process, pid) else { return Ok(Value::NIL) };
        let state = scheduler.process_state(slot);
        Ok(info::full(&scheduler.processes, heap, slot, &state).into())
    }

    /// The pids of the living processes of the same world, in order.
    #[primitive(name = "%process-list", signals(error))]
    fn list(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let (scheduler, heap, process) = running(cx, "list")?;
        let pids: Vec<Value> =
            scheduler.processes.world_of(process).pids.iter().map(|(pid, _)| pid_value(pid)).collect();
        Ok(heap.new_array(&pids).into())
    }

    /// A picture of the processes of the same world, each below the one that has spawned it.
    #[primitive(name = "%process-tree", signals(error))]
    fn tree(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let (scheduler, heap, process) = running(cx, "tree")?;
        let world = scheduler.processes.record(process).world;
        let text = info::tree(&scheduler.processes, world, |slot| scheduler.process_state(slot));
        Ok(heap.new_string(&text).into())
    }

    /// The pid of the running process.
    #[primitive(name = "%process-self", signals(error, wait))]
    fn oneself(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        act(cx, "self", |scheduler, _, process| Ok(pid_value(scheduler.processes.record(process).pid)))
    }

    /// The pid of the running process, at no cost.
    #[primitive(name = "%process-me", signals(error))]
    fn me(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let (scheduler, _, process) = running(cx, "self")?;
        Ok(pid_value(scheduler.processes.record(process).pid))
    }

    #[derive(Clone, Copy)]
    enum Tied {
        No,
        Link,
        Monitor,
        Owned,
        /// Owned, and it traps exits.
        Supervisor,
    }

    fn spawn_as(cx: &mut Cx<'_>, name: &str, body: Value, tied: Tied, given: Value) -> Result<Value, Escape> {
        let symbol = if given.is_nil() { None } else { Some(keyword(cx, name, given)?) };
        let (scheduler, _, process) = running(cx, name)?;
        let world = scheduler.processes.record(process).world;
        let of = scheduler.processes.worlds.get(world);
        let (count, stopped) = (of.pids.len() as u64, of.stopped);
        if count >= of.settings.processes_max {
            return Err(cx.error("too-many-processes", format!("process:{name}: {count} processes are alive")));
        }
        if stopped {
            return Err(cx.error("state-error", format!("process:{name}: the scheduler is being stopped")));
        }
        if let Some(symbol) = symbol
            && let Some(holder) = scheduler.processes.worlds.get(world).names.get(&symbol)
        {
            let pid = pid_value(scheduler.processes.record(*holder).pid);
            let message = format!("process: there is a process :{symbol} already");
            return Err(cx.error_with("already-started", message, &[("name", given), ("pid", pid)]));
        }
        let fiber = new_fiber(cx, name, body)?;
        act(cx, name, |scheduler, heap, process| {
            let parent = scheduler.processes.record(process).pid;
            let child = scheduler.spawn_process(heap, world, fiber, parent);
            let processes = &mut scheduler.processes;
            if let Some(symbol) = symbol {
                processes.worlds.get_mut(world).names.insert(symbol, child);
                processes.record_mut(child).rare_mut().names.push(symbol);
            }
            let pid = pid_value(processes.record(child).pid);
            Ok(match tied {
                Tied::No => pid,
                Tied::Link | Tied::Owned | Tied::Supervisor => {
                    let record = processes.record_mut(child);
                    record.owned = !matches!(tied, Tied::Link);
                    record.traps = matches!(tied, Tied::Supervisor);
                    processes.ties.link(&mut processes.records, process, child);
                    pid
                }
                Tied::Monitor => {
                    let reference = processes.world_of(process).reference();
                    processes.ties.monitor(&mut processes.records, process, child, reference);
                    heap.new_array(&[pid, Value::int(reference as i64)]).into()
                }
            })
        })
    }

    /// Starts a process that runs a function. Gives its pid.
    #[primitive(name = "%process-spawn", signals(error, wait))]
    fn spawn(cx: &mut Cx<'_>, body: Value) -> Result<Value, Escape> {
        spawn_as(cx, "spawn", body, Tied::No, Value::NIL)
    }

    /// As `%process-spawn`; both are linked from its start.
    #[primitive(name = "%process-spawn-link", signals(error, wait))]
    fn spawn_link(cx: &mut Cx<'_>, body: Value) -> Result<Value, Escape> {
        spawn_as(cx, "spawn-link", body, Tied::Link, Value::NIL)
    }

    /// As `%process-spawn`; the caller monitors it from its start. Gives `[pid reference]`.
    #[primitive(name = "%process-spawn-monitor", signals(error, wait))]
    fn spawn_monitor(cx: &mut Cx<'_>, body: Value) -> Result<Value, Escape> {
        spawn_as(cx, "spawn-monitor", body, Tied::Monitor, Value::NIL)
    }

    /// As `%process-spawn-link`; the process ends with the caller, whatever the reason. With a name, it has that from its
    /// start; with a third argument that is true, it traps exits from its start.
    #[primitive(name = "%process-spawn-owned", signals(error, wait))]
    fn spawn_owned(cx: &mut Cx<'_>, body: Value, name: Option<Value>, traps: Option<Value>) -> Result<Value, Escape> {
        let tied = if traps.unwrap_or_default().is_truthy() { Tied::Supervisor } else { Tied::Owned };
        spawn_as(cx, "start-link", body, tied, name.unwrap_or_default())
    }

    /// The error that was raised last: in cleanup, the one that it is for.
    #[primitive(name = "%last-error")]
    fn last_error(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(cx.state.last_error())
    }

    /// Says what kind of process the running one is, for pictures: a keyword.
    #[primitive(name = "%process-kind", signals(error))]
    fn kind(cx: &mut Cx<'_>, kind: Value) -> Result<Value, Escape> {
        let (scheduler, _, process) = running(cx, "kind")?;
        scheduler.processes.record_mut(process).kind = kind.as_keyword();
        Ok(Value::NIL)
    }

    /// The pid of the process that has spawned the running one, or nil.
    #[primitive(name = "%process-parent", signals(error))]
    fn parent(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let (scheduler, _, process) = running(cx, "parent")?;
        let parent = scheduler.processes.record(process).parent;
        Ok(if parent == NO_PID { Value::NIL } else { pid_value(parent) })
    }

    /// Of what the running process dies, in its cleanup; nil before.
    #[primitive(name = "%process-exiting", signals(error))]
    fn exiting(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let (scheduler, _, process) = running(cx, "exiting")?;
        Ok(scheduler.processes.record(process).exiting.unwrap_or_default())
    }

    /// Sends a message. `:ok`, also if there is no such process.
    #[primitive(name = "%process-send", signals(error, wait))]
    fn send(cx: &mut Cx<'_>, to: Value, message: Value) -> Result<Value, Escape> {
        let to = pid(cx, "send", to)?;
        act(cx, "send", |scheduler, heap, process| {
            if let Some(target) = find(scheduler, process, to) {
                scheduler.deliver(heap, target, message);
                scheduler.settle_exits(heap);
            }
            Ok(keys().ok)
        })
    }

    /// Sends a message at no cost, and without a turn of the others.
    #[primitive(name = "%process-post", signals(error))]
    fn post(cx: &mut Cx<'_>, to: Value, message: Value) -> Result<Value, Escape> {
        let (scheduler, heap, process) = running(cx, "send")?;
        if let Some(target) = scheduler.resolve(process, to) {
            scheduler.deliver(heap, target, message);
            scheduler.settle_exits(heap);
        }
        Ok(keys().ok)
    }

    /// Sends a message to the process with that name. `:ok`, also if there is none.
    #[primitive(name = "%process-send-named", signals(error, wait))]
    fn send_named(cx: &mut Cx<'_>, name: Value, message: Value) -> Result<Value, Escape> {
        keyword(cx, "send-named", name)?;
        act(cx, "send-named", |scheduler, heap, process| {
            if let Some(target) = scheduler.resolve(process, name) {
                scheduler.deliver(heap, target, message);
                scheduler.settle_exits(heap);
            }
            Ok(keys().ok)
        })
    }

    /// Takes the oldest message, or waits for one.
    #[primitive(name = "%process-recv", signals(error, wait))]
    fn receive(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        receive_until(cx, "recv", Value::NIL, Value::NIL)
    }

    fn receive_until(cx: &mut Cx<'_>, name: &str, ticks: Value, seconds: Value) -> Result<Value, Escape> {
        let known = cx.host.downcast::<Scheduler>().and_then(|scheduler| {
            let process = scheduler.running_process()?;
            if !scheduler.is_alone() {
                return Some(None);
            }
            let record = scheduler.processes.record_mut(process);
            let taken = record.mailbox.pop();
            if let Some((_, message)) = taken {
                record.last_message = message;
                scheduler.pass_tick(cx.heap);
            }
            Some(taken)
        });
        match known {
            None => return Err(no_process(cx, name)),
            Some(Some((_, message))) => return Ok(message),
            Some(None) => {}
        }
        let args = [ticks, seconds, Value::NIL];
        Err(cx.wait(signal::WAIT, Request { operation: request::RECEIVE_MESSAGE, args }))
    }

    /// As `%process-recv`; after so many ticks it gives `:timeout`.
    #[primitive(name = "%process-recv-timeout", signals(error, wait))]
    fn receive_timeout(cx: &mut Cx<'_>, ticks: Value) -> Result<Value, Escape> {
        if ticks.as_int().is_none() {
            return Err(cx.type_error("process:recv-timeout", "integer", ticks));
        }
        receive_until(cx, "recv-timeout", ticks, Value::NIL)
    }

    /// As `%process-recv`; after so many seconds it gives `:timeout`.
    #[primitive(name = "%process-recv-within", signals(error, wait))]
    fn receive_within(cx: &mut Cx<'_>, seconds: Value) -> Result<Value, Escape> {
        check_seconds(cx, "process:recv-within", seconds)?;
        receive_until(cx, "recv-within", Value::NIL, seconds)
    }

    fn check_seconds(cx: &mut Cx<'_>, name: &str, seconds: Value) -> Result<f64, Escape> {
        match seconds.as_number() {
            None => Err(cx.type_error(name, "number", seconds)),
            Some(number) if number.is_nan() || number < 0.0 => {
                Err(cx.argument_error(name, "seconds must be non-negative"))
            }
            Some(number) => Ok(number),
        }
    }

    /// Waits for a message with that number or a larger one, and gives its number; or `:timeout` after so many ticks or
    /// seconds, which may be nil. The numbers of messages grow in the order of their arrival, and begin with 0.
    #[primitive(name = "%process-look", signals(error, wait))]
    fn look(cx: &mut Cx<'_>, from: Value, ticks: Value, seconds: Value) -> Result<Value, Escape> {
        if !ticks.is_nil() && ticks.as_int().is_none() {
            return Err(cx.type_error("process", "integer", ticks));
        }
        if !seconds.is_nil() {
            check_seconds(cx, "process", seconds)?;
        }
        let (scheduler, _, process) = running(cx, "recv-match")?;
        let number = from.as_int().unwrap_or(0).max(0).unsigned_abs();
        if let Some((number, _)) = scheduler.processes.record(process).mailbox.look(number) {
            return Ok(Value::int(number as i64));
        }
        Err(cx.wait(signal::WAIT, Request { operation: request::LOOK, args: [from, ticks, seconds] }))
    }

    /// The message with that number; nil if it was taken.
    #[primitive(name = "%process-message", signals(error))]
    fn message(cx: &mut Cx<'_>, number: i64) -> Result<Value, Escape> {
        let (scheduler, _, process) = running(cx, "recv-match")?;
        let number = number.max(0).unsigned_abs();
        let found = scheduler.processes.record(process).mailbox.look(number);
        Ok(found.filter(|(found, _)| *found == number).map(|(_, message)| message).unwrap_or_default())
    }

    /// Takes the message with that number. False if it was taken.
    #[primitive(name = "%process-take", signals(error))]
    fn take(cx: &mut Cx<'_>, number: i64) -> Result<bool, Escape> {
        let (scheduler, _, process) = running(cx, "recv-match")?;
        let record = scheduler.processes.record_mut(process);
        let taken = record.mailbox.take(number.max(0).unsigned_abs());
        if let Some(message) = taken {
            record.last_message = message;
        }
        Ok(taken.is_some())
    }

    /// Gives the value after a turn of the others.
    #[primitive(name = "%process-turn", signals(error, wait))]
    fn give_turn(cx: &mut Cx<'_>, value: Value) -> Result<Value, Escape> {
        act(cx, "turn", |_, _, _| Ok(value))
    }

    /// Links the running process with another.
    #[primitive(name = "%process-link", signals(error, wait))]
    fn link(cx: &mut Cx<'_>, to: Value) -> Result<Value, Escape> {
        let to = pid(cx, "link", to)?;
        act(cx, "link", |scheduler, _, process| {
            if let Some(target) = find(scheduler, process, to) {
                let processes = &mut scheduler.processes;
                processes.ties.link(&mut processes.records, process, target);
            }
            Ok(keys().ok)
        })
    }

    /// Takes a link away.
    #[primitive(name = "%process-unlink", signals(error, wait))]
    fn unlink(cx: &mut Cx<'_>, from: Value) -> Result<Value, Escape> {
        let from = pid(cx, "unlink", from)?;
        act(cx, "unlink", |scheduler, _, process| {
            let processes = &mut scheduler.processes;
            if let Some(target) = processes.find(processes.record(process).world, from)
                && let Some(tie) = processes.ties.link_between(process, target)
            {
                processes.ties.remove(&mut processes.records, tie);
            }
            Ok(keys().ok)
        })
    }

    /// Watches a process: `[:DOWN reference pid reason]` comes when it dies, or at once if there is none. Gives the
    /// reference.
    #[primitive(name = "%process-monitor", signals(error, wait))]
    fn monitor(cx: &mut Cx<'_>, of: Value) -> Result<Value, Escape> {
        let of = pid(cx, "monitor", of)?;
        act(cx, "monitor", |scheduler, heap, process| {
            let reference = scheduler.processes.world_of(process).reference();
            let value = Value::int(reference as i64);
            match find(scheduler, process, of) {
                Some(target) => {
                    let processes = &mut scheduler.processes;
                    processes.ties.monitor(&mut processes.records, process, target, reference);
                }
                None => {
                    let keys = keys();
                    let message = heap.new_array(&[keys.down, value, pid_value(of), keys.noproc]);
                    scheduler.deliver(heap, process, message.into());
                    scheduler.settle_exits(heap);
                }
            }
            Ok(value)
        })
    }

    /// Watches no longer.
    #[primitive(name = "%process-demonitor", signals(error, wait))]
    fn demonitor(cx: &mut Cx<'_>, reference: Value) -> Result<Value, Escape> {
        act(cx, "demonitor", |scheduler, _, process| {
            let processes = &mut scheduler.processes;
            let world = processes.record(process).world;
            if let Some(reference) = reference.as_int().and_then(|reference| u64::try_from(reference).ok())
                && let Some(tie) = processes.ties.monitor_of(world, reference)
                && processes.ties.get(tie).watcher() == process
            {
                processes.ties.remove(&mut processes.records, tie);
            }
            Ok(keys().ok)
        })
    }

    /// Says whether exit signals become messages.
    #[primitive(name = "%process-trap-exit", signals(error, wait))]
    fn trap_exit(cx: &mut Cx<'_>, traps: Value) -> Result<Value, Escape> {
        act(cx, "trap-exit", |scheduler, _, process| {
            scheduler.processes.record_mut(process).traps = traps.is_truthy();
            Ok(keys().ok)
        })
    }

    /// Sends an exit signal; to oneself, it is an end.
    #[primitive(name = "%process-exit", signals(error, wait))]
    fn exit(cx: &mut Cx<'_>, target: Value, reason: Value) -> Result<Value, Escape> {
        let target = pid(cx, "exit", target)?;
        act(cx, "exit", |scheduler, heap, process| {
            let own = scheduler.processes.record(process).pid;
            if own == target {
                scheduler.exit_oneself(heap, process, reason);
                return Err(How::Error(scheduler.unwind_running()));
            }
            if let Some(target) = find(scheduler, process, target) {
                scheduler.signal_exit(heap, own, target, reason);
            }
            Ok(keys().ok)
        })
    }

    /// Gives the running process a name.
    #[primitive(name = "%process-register", signals(error, wait))]
    fn register(cx: &mut Cx<'_>, name: Value) -> Result<Value, Escape> {
        let symbol = keyword(cx, "register", name)?;
        act(cx, "register", |scheduler, heap, process| {
            let world = scheduler.processes.world_of(process);
            match world.names.get(&symbol).copied() {
                Some(holder) if holder == process => {}
                Some(holder) => {
                    let pid = pid_value(scheduler.processes.record(holder).pid);
                    let message =
                        format!("process:register: :{symbol} is the name of process {}", pid.as_int().unwrap_or(0));
                    let fields = [("name", name), ("pid", pid)];
                    return Err(How::Error(heap.new_error("already-registered", &message, &fields)));
                }
                None => {
                    world.names.insert(symbol, process);
                    scheduler.processes.record_mut(process).rare_mut().names.push(symbol);
                }
            }
            Ok(keys().ok)
        })
    }

    /// Takes a name away.
    #[primitive(name = "%process-unregister", signals(error, wait))]
    fn unregister(cx: &mut Cx<'_>, name: Value) -> Result<Value, Escape> {
        let symbol = keyword(cx, "unregister", name)?;
        act(cx, "unregister", |scheduler, _, process| {
            if let Some(holder) = scheduler.processes.world_of(process).names.remove(&symbol) {
                scheduler.processes.record_mut(holder).rare_mut().names.retain(|known| *known != symbol);
            }
            Ok(keys().ok)
        })
    }

    /// The pid of the process with that name, or nil.
    #[primitive(name = "%process-whereis", signals(error, wait))]
    fn whereis(cx: &mut Cx<'_>, name: Value) -> Result<Value, Escape> {
        keyword(cx, "whereis", name)?;
        act(cx, "whereis", |scheduler, _, process| {
            let found = scheduler.resolve(process, name);
            Ok(found.map_or(Value::NIL, |slot| pid_value(scheduler.processes.record(slot).pid)))
        })
    }

    /// The pid that a pid or a name means, or nil if there is no such process. At no cost.
    #[primitive(name = "%process-resolve", signals(error))]
    fn resolve(cx: &mut Cx<'_>, target: Value) -> Result<Value, Escape> {
        let (scheduler, _, process) = running(cx, "whereis")?;
        let found = scheduler.resolve(process, target);
        Ok(found.map_or(Value::NIL, |slot| pid_value(scheduler.processes.record(slot).pid)))
    }

    /// Sends a message after so many ticks. Gives a reference.
    #[primitive(name = "%process-send-after", signals(error, wait))]
    fn send_after(cx: &mut Cx<'_>, ticks: i64, to: Value, message: Value) -> Result<Value, Escape> {
        pid(cx, "send-after", to)?;
        act(cx, "send-after", |scheduler, _, process| {
            Ok(Value::int(scheduler.send_later(process, to, message, Some(ticks), 0.0) as i64))
        })
    }

    /// Sends a message after so many seconds. Gives a reference.
    #[primitive(name = "%process-send-in", signals(error, wait))]
    fn send_in(cx: &mut Cx<'_>, seconds: Value, to: Value, message: Value) -> Result<Value, Escape> {
        let seconds = check_seconds(cx, "process:send-in", seconds)?;
        pid(cx, "send-in", to)?;
        act(cx, "send-in", |scheduler, _, process| {
            Ok(Value::int(scheduler.send_later(process, to, message, None, seconds) as i64))
        })
    }

    /// Takes back a message that was to be sent later: `:ok`, or `:not-found` if it was sent.
    #[primitive(name = "%process-cancel-timer", signals(error, wait))]
    fn cancel_timer(cx: &mut Cx<'_>, reference: Value) -> Result<Value, Escape> {
        act(cx, "cancel-timer", |scheduler, _, process| {
            let world = scheduler.processes.record(process).world;
            let reference = reference.as_int().and_then(|reference| u64::try_from(reference).ok());
            let stopped = reference.is_some_and(|reference| scheduler.stop_sending(world, reference));
            Ok(if stopped { keys().ok } else { keys().not_found })
        })
    }

    /// Stores a value in the dictionary of the process. Gives the old one, or nil.
    #[primitive(name = "%process-put-dict", signals(error, wait))]
    fn put_dict(cx: &mut Cx<'_>, key: Value, value: Value) -> Result<Value, Escape> {
        lisle_vm::ops::access::key_or_raise(cx, key)?;
        act(cx, "put-dict", |scheduler, heap, process| {
            let rare = scheduler.processes.record_mut(process).rare_mut();
            let dictionary = *rare.dictionary.get_or_insert_with(|| heap.new_mstruct(Vec::new()));
            let old = dictionary.get(heap).get(key).unwrap_or_default();
            dictionary.put(heap, key, value);
            Ok(old)
        })
    }

    /// A value of the dictionary of the process, or nil.
    #[primitive(name = "%process-get-dict", signals(error, wait))]
    fn get_dict(cx: &mut Cx<'_>, key: Value) -> Result<Value, Escape> {
        lisle_vm::ops::access::key_or_raise(cx, key)?;
        act(cx, "get-dict", |scheduler, heap, process| {
            let dictionary = scheduler.processes.record_mut(process).rare_mut().dictionary;
            Ok(dictionary.and_then(|dictionary| dictionary.get(heap).get(key)).unwrap_or_default())
        })
    }

    /// Removes a value from the dictionary of the process. Gives it, or nil.
    #[primitive(name = "%process-erase-dict", signals(error, wait))]
    fn erase_dict(cx: &mut Cx<'_>, key: Value) -> Result<Value, Escape> {
        lisle_vm::ops::access::key_or_raise(cx, key)?;
        act(cx, "erase-dict", |scheduler, heap, process| {
            let Some(dictionary) = scheduler.processes.record_mut(process).rare_mut().dictionary else {
                return Ok(Value::NIL);
            };
            let old = dictionary.get(heap).get(key).unwrap_or_default();
            dictionary.remove(heap, key);
            Ok(old)
        })
    }

    /// Sends `[tag pid reference request]` to a process, given by pid or name, and waits for its answer. `how` is an
    /// array of the tag, ticks or nil, seconds or nil, and whether the request is for the end of the process; nil for a
    /// `:$call` for any time.
    #[primitive(name = "%process-call", signals(error, wait))]
    fn call(cx: &mut Cx<'_>, target: Value, request: Value, how: Value) -> Result<Value, Escape> {
        if target.as_int().is_none() && target.as_keyword().is_none() {
            return Err(cx.type_error("process:gen-server-call", "pid or name", target));
        }
        Err(cx.wait(signal::WAIT, Request { operation: request::CALL, args: [target, request, how] }))
    }

    /// Answers a call: the pid and the reference that came with it, and the value.
    #[primitive(name = "%process-reply", signals(error))]
    fn reply(cx: &mut Cx<'_>, to: Value, reference: Value, value: Value) -> Result<Value, Escape> {
        let to = pid(cx, "gen-server-reply", to)?;
        let (scheduler, heap, process) = running(cx, "gen-server-reply")?;
        if let Some(target) = find(scheduler, process, to)
            && !scheduler.take_reply(heap, target, reference, value)
        {
            let message = heap.new_array(&[keys().reply, reference, value]);
            scheduler.deliver(heap, target, message.into());
            scheduler.settle_exits(heap);
        }
        Ok(keys().ok)
    }
}
