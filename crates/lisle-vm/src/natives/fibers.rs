//! Fibers and signals as functions (spec 10.2, 10.4, 10.6).

pub use fiber::NATIVES;

use lisle_syntax::Symbol;

use crate::cx::Cx;
use crate::fiber::{Fiber, Status};
use crate::flow::Escape;
use crate::gc::Gc;
use crate::value::{Tag, Value};

/// The argument as a fiber, or `NAME: expected fiber, got T`.
fn expect_fiber(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Gc<Fiber>, Escape> {
    value.as_fiber().ok_or_else(|| cx.type_error(name, "fiber", value))
}

/// The bits of a mask argument: an integer, a keyword, or a collection of keywords.
///
/// Raises `:signal-error` for an unknown keyword and `:type-error` for other types.
pub fn mask_bits(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<u64, Escape> {
    let keywords: Vec<Value> = match value.tag() {
        Tag::Int => return Ok(value.bits()),
        Tag::Keyword => vec![value],
        Tag::Array => value.as_array().map(|a| a.items().to_vec()).unwrap_or_default(),
        Tag::MArray => value.as_marray().map(|a| a.get(cx.heap).items().to_vec()).unwrap_or_default(),
        Tag::Set => value.as_set().map(|s| (*s).items()).unwrap_or_default(),
        Tag::MSet => value.as_mset().map(|s| s.get(cx.heap).items()).unwrap_or_default(),
        Tag::EmptyList | Tag::Pair => {
            let mut items = Vec::new();
            let mut rest = value;
            while let Some(pair) = rest.as_pair() {
                items.push(pair.first);
                rest = pair.rest;
            }
            items
        }
        _ => return Err(cx.type_error(name, "signal keyword, set of keywords, or integer", value)),
    };
    let mut bits = 0;
    for keyword in keywords {
        let Some(symbol) = keyword.as_keyword() else {
            return Err(cx.type_error(name, "signal keyword", keyword));
        };
        match cx.state.signals.bits(symbol) {
            Some(bit) => bits |= bit,
            None => return Err(cx.error("signal-error", format!("{name}: unknown signal :{symbol}"))),
        }
    }
    Ok(bits)
}

/// A signal set as a set of keywords.
fn keywords(cx: &mut Cx<'_>, bits: u64) -> Value {
    let names: Vec<Value> =
        cx.state.signals.iter().filter(|(_, bit)| bits & (1 << bit) != 0).map(|(n, _)| Value::keyword(n)).collect();
    cx.heap.new_set(names).into()
}

fn status(cx: &Cx<'_>, fiber: Gc<Fiber>) -> Status {
    fiber.get(cx.heap).status
}

/// True for a task of the scheduler: others must not move it behind the scheduler's back.
fn is_scheduled(cx: &Cx<'_>, fiber: Gc<Fiber>) -> bool {
    fiber.get(cx.heap).task != u32::MAX
}

fn scheduled(cx: &mut Cx<'_>, name: &str) -> Escape {
    cx.error("state-error", format!("{name}: the fiber belongs to the scheduler: end it with ev/abort"))
}

fn has_status(cx: &Cx<'_>, value: Value, wanted: Status) -> bool {
    value.as_fiber().is_some_and(|f| status(cx, f) == wanted)
}

#[lisle_macros::primitives]
mod fiber {
    use super::*;
    use crate::flow::Flow;
    use crate::interp::trace::call_site;

    /// A new fiber around a closure, not started. `mask` says which of its signals the fiber that resumes it
    /// receives: a keyword, a collection of keywords, or an integer. `:deny` withholds capabilities from it.
    ///
    /// (fiber/status (fiber/new (fn [] 1) |:yield|))  # => :new
    #[primitive(name = "fiber/new", aliases("fiber"), signals(error))]
    fn new(cx: &mut Cx<'_>, entry: Value, mask: Option<Value>, options: &[Value]) -> Result<Value, Escape> {
        if entry.tag() != Tag::Closure {
            return Err(cx.type_error("fiber/new", "closure", entry));
        }
        let mask = match mask {
            Some(mask) => mask_bits(cx, "fiber/new", mask)?,
            None => 0,
        };
        let denied = match options {
            [] => 0,
            [key, set] if key.as_keyword() == Some(Symbol::intern("deny")) => mask_bits(cx, "fiber/new", *set)?,
            _ => return Err(cx.argument_error("fiber/new", "expected :deny and a set of capabilities")),
        };
        let mut fiber = Fiber::new(entry, mask);
        fiber.deny(denied);
        cx.state.denying |= denied != 0;
        fiber.set_spawn_site(call_site(cx.heap, cx.fiber));
        Ok(cx.heap.allocate(fiber).into())
    }

    /// Runs a fiber until it emits a signal that its mask catches, or ends. Gives the signal's payload, or the
    /// fiber's value. `value` becomes the value of the expression at which the fiber waits.
    ///
    /// (let [f (fiber/new (fn [] (+ 1 (yield 5))) :yield)] [(fiber/resume f) (fiber/resume f 10)])  # => [5 11]
    #[primitive(name = "fiber/resume", aliases("resume"), signals(error))]
    fn resume(cx: &mut Cx<'_>, fiber: Value, value: Option<Value>) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/resume", fiber)?;
        Err(cx.escape(Flow::Resume { fiber, value: value.unwrap_or_default() }))
    }

    /// Where a fiber stands: `:new`, `:alive`, `:paused`, `:dead` (returned) or `:error`.
    ///
    /// (fiber/status (fiber/self))  # => :alive
    #[primitive(name = "fiber/status", signals(error))]
    fn fiber_status(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/status", fiber)?;
        Ok(Value::keyword_named(match status(cx, fiber) {
            Status::New => "new",
            Status::Alive => "alive",
            Status::Paused => "paused",
            Status::Dead => "dead",
            Status::Error => "error",
        }))
    }

    /// The payload of a fiber's last signal, or its return value; nil if there is none.
    ///
    /// (let [f (fiber/new (fn [] (yield 5)) :yield)] (fiber/resume f) (fiber/value f))  # => 5
    #[primitive(name = "fiber/value", signals(error))]
    fn value(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/value", fiber)?;
        Ok(fiber.get(cx.heap).value())
    }

    /// The bits of a fiber's last signal; 0 when it is new or completed.
    ///
    /// (let [f (fiber/new (fn [] (yield 5)) :yield)] (fiber/resume f) (fiber/bits f))  # => 2
    #[primitive(name = "fiber/bits", signals(error))]
    fn bits(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/bits", fiber)?;
        Ok(Value::int(fiber.get(cx.heap).bits() as i64))
    }

    /// The mask that a fiber was made with, as an integer.
    ///
    /// (fiber/mask (fiber/new (fn [] 1) |:error :yield|))  # => 3
    #[primitive(name = "fiber/mask", signals(error))]
    fn mask(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/mask", fiber)?;
        Ok(Value::int(fiber.get(cx.heap).mask as i64))
    }

    /// The fiber that resumed a fiber last, or nil.
    ///
    /// (fiber/parent (fiber/new (fn [] 1) :yield))  # => nil
    #[primitive(name = "fiber/parent", signals(error))]
    fn parent(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/parent", fiber)?;
        Ok(fiber.get(cx.heap).parent.map_or(Value::NIL, Value::from))
    }

    /// The fiber whose signal went uncaught through a fiber and suspended it, or nil.
    ///
    /// (fiber/child (fiber/new (fn [] 1) :yield))  # => nil
    #[primitive(name = "fiber/child", signals(error))]
    fn child(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/child", fiber)?;
        Ok(fiber.get(cx.heap).child().map_or(Value::NIL, Value::from))
    }

    /// Emits a fiber's last signal again, with the same payload, from the running fiber.
    ///
    /// (let [f (fiber/new (fn [] (error :x)) :error)] (fiber/resume f) (try (fiber/propagate f) (catch e e)))  # => :x
    #[primitive(name = "fiber/propagate", signals(error))]
    fn propagate(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/propagate", fiber)?;
        if is_scheduled(cx, fiber) && fiber.get(cx.heap).bits() & crate::signal::ERROR == 0 {
            // What it waits for is between it and the scheduler.
            return Err(scheduled(cx, "fiber/propagate"));
        }
        Err(cx.escape(Flow::Propagate(fiber)))
    }

    /// Ends a fiber with a value, at once and without running its cleanup. A fiber that has ended cannot be cancelled.
    ///
    /// (let [f (fiber/new (fn [] 1) 0)] (fiber/cancel f :no) [(fiber/status f) (fiber/value f)])  # => [:error :no]
    #[primitive(name = "fiber/cancel", aliases("cancel"), signals(error))]
    fn cancel(cx: &mut Cx<'_>, fiber: Value, value: Option<Value>) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/cancel", fiber)?;
        let value = value.unwrap_or_default();
        match status(cx, fiber) {
            Status::Dead => Err(cx.error("state-error", "fiber/cancel: cannot cancel a completed fiber")),
            Status::Error => Err(cx.error("state-error", "fiber/cancel: the fiber has ended with an error")),
            Status::Alive if fiber == cx.fiber => {
                Err(cx.emit(crate::signal::ERROR | crate::signal::TERMINAL, value))
            }
            Status::Alive => Err(cx.error("state-error", "fiber/cancel: the fiber is running")),
            Status::New | Status::Paused if is_scheduled(cx, fiber) => Err(scheduled(cx, "fiber/cancel")),
            Status::New | Status::Paused => {
                crate::fiber::cancel(cx.heap, fiber, value);
                Ok(value)
            }
        }
    }

    /// Raises an error in a suspended fiber, at the expression at which it waits, and runs it: handlers and cleanup
    /// run. Answers as `fiber/resume` does.
    ///
    /// (let [f (fiber/new (fn [] (protect (yield 1))) :yield)] (fiber/resume f) (fiber/abort f :stop))  # => [false :stop]
    #[primitive(name = "fiber/abort", aliases("abort"), signals(error))]
    fn abort(cx: &mut Cx<'_>, fiber: Value, error: Option<Value>) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/abort", fiber)?;
        if fiber != cx.fiber && is_scheduled(cx, fiber) {
            return Err(scheduled(cx, "fiber/abort"));
        }
        Err(cx.escape(Flow::Abort { fiber, error: error.unwrap_or_default() }))
    }

    /// The running fiber.
    ///
    /// (fiber? (fiber/self))  # => true
    #[primitive(name = "fiber/self")]
    fn this(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        Ok(cx.fiber.into())
    }

    /// True when the argument is a fiber that was never resumed.
    ///
    /// (fiber/new? (fiber/new (fn [] 1) :yield))  # => true
    #[primitive(name = "fiber/new?", aliases("new?"))]
    fn is_new(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        Ok(has_status(cx, fiber, Status::New).into())
    }

    /// True when the argument is a fiber that runs, or waits for one that it resumed.
    ///
    /// (fiber/alive? (fiber/self))  # => true
    #[primitive(name = "fiber/alive?", aliases("alive?"))]
    fn is_alive(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        Ok(has_status(cx, fiber, Status::Alive).into())
    }

    /// True when the argument is a fiber suspended by a signal.
    ///
    /// (let [f (fiber/new (fn [] (yield 1)) :yield)] (fiber/resume f) (fiber/paused? f))  # => true
    #[primitive(name = "fiber/paused?", aliases("paused?"))]
    fn is_paused(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        Ok(has_status(cx, fiber, Status::Paused).into())
    }

    /// True when the argument is a fiber that has returned.
    ///
    /// (let [f (fiber/new (fn [] 1) :yield)] (fiber/resume f) (fiber/dead? f))  # => true
    #[primitive(name = "fiber/dead?", aliases("dead?"))]
    fn is_dead(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        Ok(has_status(cx, fiber, Status::Dead).into())
    }

    /// True when the argument is a fiber that an error has ended.
    ///
    /// (let [f (fiber/new (fn [] (error :x)) :yield)] (protect (fiber/resume f)) (fiber/error? f))  # => true
    #[primitive(name = "fiber/error?", aliases("error?"))]
    fn is_error(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        Ok(has_status(cx, fiber, Status::Error).into())
    }

    /// True when the argument is a fiber that has ended, by returning or by an error.
    ///
    /// (let [f (fiber/new (fn [] 1) 0)] (fiber/resume f) (fiber/done? f))  # => true
    #[primitive(name = "fiber/done?")]
    fn is_done(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        Ok((has_status(cx, fiber, Status::Dead) || has_status(cx, fiber, Status::Error)).into())
    }

    /// Gives a fiber a budget of calls and backward jumps. When it is spent, the fiber emits `:fuel`.
    ///
    /// (let [f (fiber/new (fn [] (forever nil)) :fuel)] (fiber/set-fuel f 100) (fiber/resume f) (fiber/bits f))  # => 4096
    #[primitive(name = "fiber/set-fuel", signals(error))]
    fn set_fuel(cx: &mut Cx<'_>, fiber: Value, units: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/set-fuel", fiber)?;
        let Some(units) = units.as_int().and_then(|u| u64::try_from(u).ok()) else {
            return Err(cx.type_error("fiber/set-fuel", "non-negative integer", units));
        };
        Err(cx.escape(Flow::SetFuel { fiber, units: Some(units) }))
    }

    /// What is left of a fiber's budget; nil when it has none.
    ///
    /// (fiber/fuel (fiber/new (fn [] 1) 0))  # => nil
    #[primitive(name = "fiber/fuel", signals(error))]
    fn fuel(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/fuel", fiber)?;
        Ok(fiber.get(cx.heap).fuel().map_or(Value::NIL, |f| Value::int(f as i64)))
    }

    /// Takes a fiber's budget away: it runs on without one.
    ///
    /// (let [f (fiber/new (fn [] 1) :yield)] (fiber/set-fuel f 10) (fiber/clear-fuel f) (fiber/fuel f))  # => nil
    #[primitive(name = "fiber/clear-fuel", signals(error))]
    fn clear_fuel(cx: &mut Cx<'_>, fiber: Value) -> Result<Value, Escape> {
        let fiber = expect_fiber(cx, "fiber/clear-fuel", fiber)?;
        Err(cx.escape(Flow::SetFuel { fiber, units: None }))
    }

    /// The capabilities withheld from a fiber (default: the running one), as a set of keywords.
    ///
    /// (fiber/caps (fiber/new (fn [] 1) 0 :deny |:io|))  # => |:io|
    #[primitive(name = "fiber/caps", signals(error))]
    fn caps(cx: &mut Cx<'_>, fiber: Option<Value>) -> Result<Value, Escape> {
        let fiber = match fiber {
            Some(fiber) => expect_fiber(cx, "fiber/caps", fiber)?,
            None => cx.fiber,
        };
        let denied = fiber.get(cx.heap).denied();
        Ok(keywords(cx, denied))
    }

    /// Emits a signal: a keyword, a collection of keywords, or an integer of bits. The value is what the fiber is
    /// resumed with.
    ///
    /// (let [f (fiber/new (fn [] (emit (first [:yield]) 7)) :yield)] (fiber/resume f))  # => 7
    #[primitive(name = "fiber/emit", aliases("emit"), signals(error))]
    fn emit(cx: &mut Cx<'_>, signals: Value, value: Option<Value>) -> Result<Value, Escape> {
        let bits = mask_bits(cx, "emit", signals)?;
        Err(cx.emit(bits, value.unwrap_or_default()))
    }

    /// Declares a user signal. The compiler turns `(signal :name)` into this.
    #[primitive(name = "%signal", signals(error))]
    fn declare(cx: &mut Cx<'_>, name: Value) -> Result<Value, Escape> {
        let Some(symbol) = name.as_keyword() else { return Err(cx.type_error("signal", "keyword", name)) };
        match cx.state.signals.declare(symbol) {
            Some(_) => Ok(name),
            None => Err(cx.error("signal-error", format!("signal: :{symbol} is built in, or all 32 user signals are taken"))),
        }
    }

    /// The known signals: a struct from keyword to bit number.
    ///
    /// (get (signals) :yield)  # => 1
    #[primitive]
    fn signals(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let entries = cx.state.signals.iter().map(|(n, bit)| (Value::keyword(n), Value::int(i64::from(bit)))).collect();
        Ok(cx.heap.new_struct(entries).into())
    }

    /// As `squelch` for all signals but errors; what is no closure stays as it is.
    #[primitive(name = "%silent")]
    fn silent(cx: &mut Cx<'_>, value: Value) -> Result<Value, Escape> {
        let Some(closure) = value.as_closure() else { return Ok(value) };
        cx.state.squelching = true;
        let proto = cx.heap.squelch(closure.proto, crate::signal::BUT_ERRORS);
        Ok(cx.heap.new_closure(proto, closure.instance, closure.captures()).into())
    }

    /// A closure like the given one, whose calls may not emit the given signals: the caller gets a
    /// `:signal-violation` instead.
    ///
    /// (try ((squelch (fn [] (yield 1)) :yield)) (catch e e:error))  # => :signal-violation
    #[primitive(signals(error))]
    fn squelch(cx: &mut Cx<'_>, closure: Value, signals: Value) -> Result<Value, Escape> {
        let Some(closure) = closure.as_closure() else { return Err(cx.type_error("squelch", "closure", closure)) };
        let bits = mask_bits(cx, "squelch", signals)?;
        cx.state.squelching = true;
        let proto = cx.heap.squelch(closure.proto, bits);
        Ok(cx.heap.new_closure(proto, closure.instance, closure.captures()).into())
    }
}
