//! Tasks: spawning, joining, sleeping, aborting.

pub use ev::NATIVES;

use lisle_syntax::Symbol;
use lisle_vm::{Value, Vm};

/// Defines the parameters through which programs may reach the scheduler: `*spawn*` holds a function that hands it a
/// fiber, `*shutdown*` one that ends it. There is one scheduler, so `*scheduler*` holds nil.
pub(crate) fn define_parameters(vm: &mut Vm) {
    let mut function = |name| vm.predefined(Symbol::intern(name)).unwrap_or_default();
    let values = [
        ("*spawn*", function("%schedule")),
        ("*shutdown*", function("ev/shutdown")),
        ("*scheduler*", Value::NIL),
        ("*io-backend*", Value::keyword_named("lisle")),
    ];
    for (name, value) in values {
        let parameter = vm.heap.new_parameter(value).into();
        vm.state.library.insert(Symbol::intern(name), parameter);
    }
}

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod ev {
    use lisle_vm::args::Keyword;
    use lisle_vm::fiber::Fiber;
    use lisle_vm::{Cx, Escape, Request, Tag, Value, signal};

    use crate::natives::scheduler;
    use crate::request;
    use crate::scheduler::Scheduler;

    /// Runs a function in a fiber of its own, which starts when the caller waits next. Gives the fiber.
    ///
    /// (ev/join (ev/spawn (fn [] 5)))  # => 5
    #[primitive(name = "ev/spawn", signals(error))]
    fn spawn(cx: &mut Cx<'_>, body: Value) -> Result<Value, Escape> {
        if body.tag() != Tag::Closure {
            return Err(cx.type_error("fiber/new", "closure", body));
        }
        scheduler(cx, "ev/spawn")?;
        let mut fiber = Fiber::new(body, signal::SPAWN_MASK);
        fiber.set_spawn_site(cx.call_site());
        cx.pass_denials(&mut fiber);
        let fiber = cx.heap.allocate(fiber);
        if let Some(scheduler) = cx.host.downcast::<Scheduler>() {
            scheduler.spawn(cx.heap, fiber);
        }
        Ok(fiber.into())
    }

    /// Waits for the end of a fiber and gives its value, or raises its error. For a collection of fibers: the
    /// array of their values, or the first error in their order.
    ///
    /// (ev/join [(ev/spawn (fn [] 1)) (ev/spawn (fn [] 2))])  # => [1 2]
    #[primitive(name = "ev/join", signals(error, wait))]
    fn join(cx: &mut Cx<'_>, fibers: Value) -> Result<Value, Escape> {
        join_as(cx, "ev/join", fibers, request::JOIN, request::JOIN_ALL)
    }

    /// Waits for the end of a fiber and gives `[true value]` or `[false error]`; for a collection, an array of these.
    ///
    /// (ev/join-protected (ev/spawn (fn [] (error :no))))  # => [false :no]
    #[primitive(name = "ev/join-protected", signals(error, wait))]
    fn join_protected(cx: &mut Cx<'_>, fibers: Value) -> Result<Value, Escape> {
        join_as(cx, "ev/join-protected", fibers, request::JOIN_PROTECTED, request::JOIN_ALL_PROTECTED)
    }

    fn join_as(cx: &mut Cx<'_>, name: &str, fibers: Value, one: u32, many: u32) -> Result<Value, Escape> {
        if fibers.tag() == Tag::Fiber {
            return Err(cx.wait(signal::WAIT, Request { operation: one, args: [fibers, Value::NIL, Value::NIL] }));
        }
        // An immutable array is waited for as it is; everything else is copied, since it may change meanwhile.
        let array = match fibers.as_array() {
            Some(array) => array,
            None => {
                let Some(items) = elements(cx, fibers) else {
                    let got = cx.type_name(fibers);
                    let reason = Value::keyword_named("not-a-sequence");
                    let message = format!("{name}: expected fiber or sequence of fibers, got {got}");
                    return Err(cx.error_with("type-error", message, &[("reason", reason)]));
                };
                cx.heap.new_array(&items)
            }
        };
        if let Some(wrong) = array.items().iter().find(|item| item.tag() != Tag::Fiber) {
            return Err(cx.type_error(name, "fiber", *wrong));
        }
        let array = Value::from(array);
        Err(cx.wait(signal::WAIT, Request { operation: many, args: [array, Value::NIL, Value::NIL] }))
    }

    /// The elements of a list, mutable array, or set.
    fn elements(cx: &Cx<'_>, value: Value) -> Option<Vec<Value>> {
        match value.tag() {
            Tag::MArray => value.as_marray().map(|a| a.get(cx.heap).items().to_vec()),
            Tag::Set => value.as_set().map(|s| s.items()),
            Tag::MSet => value.as_mset().map(|s| s.get(cx.heap).items()),
            Tag::EmptyList => Some(Vec::new()),
            Tag::Pair => {
                let mut items = Vec::new();
                let mut rest = value;
                while let Some(pair) = rest.as_pair() {
                    items.push(pair.first);
                    rest = pair.rest;
                }
                Some(items)
            }
            _ => None,
        }
    }

    /// Lets others run for so many seconds; for 0, once.
    ///
    /// (ev/sleep 0)  # => nil
    #[primitive(name = "ev/sleep", signals(error, io, r#yield))]
    fn sleep(cx: &mut Cx<'_>, seconds: Value) -> Result<Value, Escape> {
        let Some(number) = seconds.as_number() else {
            return Err(cx.type_error("ev/sleep", "number", seconds));
        };
        if number.is_nan() || number < 0.0 {
            return Err(cx.argument_error("ev/sleep", "seconds must be non-negative"));
        }
        let request = Request { operation: request::SLEEP, args: [seconds, Value::NIL, Value::NIL] };
        Err(cx.wait(signal::YIELD | signal::IO, request))
    }

    /// Waits until a descriptor of the operating system that this program was started with, such as 0 for standard input, is
    /// ready for `:read`, `:write` or either of both, `:read-write`, and gives that for which it is; ends and errors count
    /// as ready. Nothing is read, and the descriptor stays as it is. After so many seconds, if they are given, it raises
    /// `:timeout`.
    ///
    /// (ev/poll-fd 1 :write)  # => :write
    /// (ev/poll-fd 1000000 :read)  # raises :io-error
    /// (ev/poll-fd 0 :sideways)  # raises :value-error
    #[primitive(name = "ev/poll-fd", signals(error, io, r#yield))]
    fn poll_descriptor(cx: &mut Cx<'_>, fd: i64, mode: Keyword, seconds: Option<Value>) -> Result<Value, Escape> {
        if i32::try_from(fd).is_err() || fd < 0 {
            return Err(cx.error("value-error", format!("ev/poll-fd: {fd} is no descriptor")));
        }
        if !["read", "write", "read-write"].contains(&mode.0.name()) {
            let message = format!("ev/poll-fd: expected :read, :write or :read-write, got :{}", mode.0.name());
            return Err(cx.error("value-error", message));
        }
        let milliseconds = match seconds.filter(|seconds| !seconds.is_nil()) {
            None => Value::NIL,
            Some(seconds) => match seconds.as_number() {
                None => return Err(cx.type_error("ev/poll-fd", "number", seconds)),
                Some(number) if number.is_nan() || number < 0.0 => {
                    return Err(cx.argument_error("ev/poll-fd", "seconds must be non-negative"));
                }
                Some(number) => Value::float(number * 1e3),
            },
        };
        let args = [Value::int(fd), Value::keyword(mode.0), milliseconds];
        Err(cx.wait(signal::YIELD | signal::IO, Request { operation: request::POLL, args }))
    }

    /// Raises `{:error :aborted}` where a fiber waits, and waits until it has ended, cleanup included.
    ///
    /// (let [f (ev/spawn (fn [] (ev/sleep 9)))] (ev/abort f) (ev/join-protected f))  # => [false {:error :aborted}]
    #[primitive(name = "ev/abort", signals(error, wait))]
    fn abort(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        if fiber.tag() != Tag::Fiber {
            return Err(cx.type_error("ev/abort", "fiber", fiber));
        }
        let request = Request { operation: request::ABORT, args: [fiber, Value::NIL, Value::NIL] };
        Err(cx.wait(signal::WAIT, request))
    }
}
