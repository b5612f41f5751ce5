//! What a native function may answer besides a value, and what the VM asks of its host.

use std::any::Any;

use crate::cx::Cx;
use crate::fiber::Fiber;
use crate::gc::Gc;
use crate::heap::Tracer;
use crate::value::Value;
use crate::vm::{Resume, Vm};

/// Says that the native's answer is not a value but the [`Flow`] put into the context before. Made only by [`Cx`].
#[derive(Debug)]
pub struct Escape(pub(crate) ());

const _: () = assert!(size_of::<Result<Value, Escape>>() <= 24);

/// Goes on with a native after a call that it asked for: gets the native's `state` and the call's result.
pub type ThenFn = fn(&mut Cx<'_>, state: Value, result: Value) -> Result<Value, Escape>;

/// What is to happen instead of returning a value.
#[derive(Debug, Default)]
pub enum Flow {
    /// Nothing was put in.
    #[default]
    None,
    /// Give a fiber a budget, or take it away, after what was spent so far was charged; the native's result is nil.
    SetFuel {
        /// The fiber.
        fiber: Gc<Fiber>,
        /// Its budget.
        units: Option<u64>,
    },
    /// Raise an error.
    Raise(Value),
    /// Raise an error again, with the trace of its first raising.
    Reraise(Value),
    /// Emit a signal; the native's result is what the fiber is resumed with.
    Emit {
        /// The signal's bits.
        bits: u64,
        /// The payload.
        value: Value,
    },
    /// Ask the host for something; the native's result is what the host answers. Travels as a signal of
    /// those bits, so that a program's mask can catch it; then the payload is `Host::describe`'s.
    Wait {
        /// The signal's bits.
        bits: u64,
        /// What is asked.
        request: Request,
    },
    /// Call a function in the native's place, or, with `then`, call it and go on with `then`.
    Call {
        /// The function.
        callee: Value,
        /// The arguments.
        args: Vec<Value>,
        /// What goes on, and its state.
        then: Option<(ThenFn, Value)>,
    },
    /// Let collections, budgets and fuel have their turn, then go on with `then`, which gets `state` and nil.
    Pause {
        /// What goes on.
        then: ThenFn,
        /// What it goes on with.
        state: Value,
    },
    /// Resume a fiber; the native's result is the payload of the signal it emits, or its return value.
    Resume {
        /// The fiber.
        fiber: Gc<Fiber>,
        /// What its pending expression evaluates to, or its first argument.
        value: Value,
    },
    /// Raise an error in a suspended fiber at the place where it waits, and run it as `Resume` does.
    Abort {
        /// The fiber.
        fiber: Gc<Fiber>,
        /// The error.
        error: Value,
    },
    /// Re-emit the last signal of a fiber from here, with that fiber as child.
    Propagate(Gc<Fiber>),
}

/// Something asked of the host: an operation that the host defines, with up to three values.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Which operation; the numbers belong to the host.
    pub operation: u32,
    /// Its values.
    pub args: [Value; 3],
}

/// What a host makes of a request, or of the end, of a fiber that it has resumed itself, without leaving the interpreter.
///
/// As wide as the part of a result that is read at once: a narrow store before a wide load is a stall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Turn {
    /// Nothing: whoever called [`Vm::resume`] is to do it.
    Leave,
    /// The fiber goes on at once, as [`Vm::go_on`] was told.
    Go,
    /// The fiber waits, or has ended: now another one runs, as [`Vm::switch_to`] was told.
    Switch,
    /// The fiber waits, or has ended, and the interpreter is left.
    Parked,
}

/// Who goes on, how, and for how long.
#[derive(Debug)]
pub(crate) struct Upcoming {
    pub(crate) fiber: Option<Gc<Fiber>>,
    pub(crate) how: Resume,
    pub(crate) budget: u64,
}

impl Default for Upcoming {
    fn default() -> Upcoming {
        Upcoming { fiber: None, how: Resume::Value(Value::NIL), budget: 0 }
    }
}

/// The VM's surroundings: what natives of other crates reach through [`Cx::host`].
pub trait Host: Any {
    /// A request as a value, for a program that catches it: `{:op :join :fiber f}` and the like.
    fn describe(&mut self, request: &Request, heap: &mut crate::heap::Heap) -> Value;

    /// The running fiber, a root, asks for [`Vm::asked`]. A host that can does it here: that costs half as much as leaving
    /// the interpreter and coming back.
    fn asked(&mut self, _vm: &mut Vm) -> Turn {
        Turn::Leave
    }

    /// The running fiber, a root, has returned that value.
    fn returned(&mut self, _vm: &mut Vm, _value: Value) -> Turn {
        Turn::Leave
    }

    /// Reports values that the host holds.
    fn trace(&self, tracer: &mut Tracer<'_>);

    /// Reports fibers that the host holds weakly: see [`Roots::weak_fibers`](crate::heap::Roots::weak_fibers).
    fn weak_fibers(&self, _report: &mut dyn FnMut(Gc<Fiber>)) {}
}

/// A host that offers nothing: for tests and for macro expansion.
#[derive(Debug, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn describe(&mut self, _: &Request, _: &mut crate::heap::Heap) -> Value {
        Value::NIL
    }
    fn trace(&self, _: &mut Tracer<'_>) {}
}
