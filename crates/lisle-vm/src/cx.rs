//! The context handed to native functions.

use std::sync::LazyLock;

use lisle_syntax::Symbol;

use crate::fiber::Fiber;
use crate::flow::{Escape, Flow, Host, Request, ThenFn};
use crate::gc::Gc;
use crate::heap::Heap;
use crate::typed::HostRef;
use crate::value::Value;
use crate::vm::State;

/// What a native function can reach: the heap, the VM's tables, the host, and the way to answer
/// otherwise than with a value.
pub struct Cx<'a> {
    /// The heap.
    pub heap: &'a mut Heap,
    /// The VM's tables: natives, signals, library.
    pub state: &'a mut State,
    /// The host.
    pub host: &'a mut HostRef,
    /// The running fiber.
    pub fiber: Gc<Fiber>,
}

impl<'a> Cx<'a> {
    /// Calls a function with a context outside the interpreter: for tests of natives.
    pub fn with<R>(
        heap: &'a mut Heap,
        state: &'a mut State,
        host: &mut (dyn Host + 'static),
        fiber: Gc<Fiber>,
        run: impl FnOnce(&mut Cx<'_>) -> R,
    ) -> R {
        HostRef::with(host, |host| run(&mut Cx { heap, state, host, fiber }))
    }

    /// Takes the flow that an `Err(Escape)` stands for.
    pub fn take_flow(&mut self) -> Flow {
        std::mem::replace(&mut self.state.flow, Flow::None)
    }

    /// The host, if it is of that type.
    pub fn host_as<T: Host>(&mut self) -> Option<&mut T> {
        self.host.downcast()
    }

    /// Answers with a flow.
    #[cold]
    pub fn escape(&mut self, flow: Flow) -> Escape {
        self.state.flow = flow;
        Escape(())
    }

    /// Raises a value.
    #[cold]
    pub fn raise(&mut self, error: Value) -> Escape {
        self.escape(Flow::Raise(error))
    }

    /// Raises `{:error kind :message message}`.
    #[cold]
    pub fn error(&mut self, kind: &str, message: impl AsRef<str>) -> Escape {
        self.error_with(kind, message, &[])
    }

    /// Raises `{:error kind :message message …}` with further fields.
    #[cold]
    pub fn error_with(&mut self, kind: &str, message: impl AsRef<str>, fields: &[(&str, Value)]) -> Escape {
        let error = self.heap.new_error(kind, message.as_ref(), fields);
        self.raise(error)
    }

    /// Raises `{:error :type-error :message "NAME: expected EXPECTED, got TYPE"}`.
    #[cold]
    pub fn type_error(&mut self, name: &str, expected: &str, got: Value) -> Escape {
        let got = self.type_name(got);
        self.error("type-error", format!("{name}: expected {expected}, got {got}"))
    }

    /// Raises `{:error :argument-error :message "NAME: …"}`.
    #[cold]
    pub fn argument_error(&mut self, name: &str, problem: &str) -> Escape {
        self.error("argument-error", format!("{name}: {problem}"))
    }

    /// The name that `type-of` gives, without its colon.
    pub fn type_name(&self, value: Value) -> &'static str {
        match value.as_external() {
            Some(external) => external.get(self.heap).thing.type_name(),
            None => value.tag().type_name(),
        }
    }

    /// Emits a signal; the native's result is what the fiber is resumed with.
    #[cold]
    pub fn emit(&mut self, bits: u64, value: Value) -> Escape {
        self.escape(Flow::Emit { bits, value })
    }

    /// Asks the host for something as a signal of those bits.
    #[inline(always)]
    pub fn wait(&mut self, bits: u64, request: Request) -> Escape {
        // Written where it stays, not through `escape`: waits are as frequent as calls, and copies of wide values are slow.
        self.state.flow = Flow::Wait { bits, request };
        Escape(())
    }

    /// Calls a function in this native's place.
    pub fn tail_call(&mut self, callee: Value, args: Vec<Value>) -> Escape {
        self.escape(Flow::Call { callee, args, then: None })
    }

    /// Calls a function, then goes on with `then`, which gets `state` and the result.
    pub fn call(&mut self, callee: Value, args: Vec<Value>, then: ThenFn, state: Value) -> Escape {
        self.escape(Flow::Call { callee, args, then: Some((then, state)) })
    }

    /// Stops between two parts of a long work: collections, budgets and fuel have their turn, then `then` goes on with
    /// `state` and nil. For natives that may take longer than a millisecond; what they have done so far is in `state`.
    pub fn pause(&mut self, then: ThenFn, state: Value) -> Escape {
        self.escape(Flow::Pause { then, state })
    }

    /// Says that the native has done the work of so many calls and backward jumps: budgets and fuel notice it when the
    /// native has returned. For natives whose work grows with their arguments.
    #[inline]
    pub fn spend(&mut self, units: usize) {
        self.heap.note_work(units);
    }

    /// [`Cx::spend`] for work on so many bytes.
    #[inline]
    pub fn spend_bytes(&mut self, bytes: usize) {
        self.spend(bytes / 64);
    }

    /// [`Cx::spend`] for work on so many values.
    #[inline]
    pub fn spend_items(&mut self, items: usize) {
        self.spend(items / 8);
    }

    /// Raises `:out-of-memory` unless the heap has room for so many bytes: for natives that a few arguments can ask for
    /// any number of them.
    pub fn make_room(&mut self, bytes: usize) -> Result<(), Escape> {
        if self.heap.has_room_for(bytes) {
            return Ok(());
        }
        Err(self.error("out-of-memory", "the heap has reached its limit"))
    }

    /// The place in the program that calls the running native: code and word offset.
    pub fn call_site(&self) -> Option<(Gc<crate::object::Proto>, u32)> {
        crate::interp::trace::call_site(self.heap, self.fiber)
    }

    /// Withholds from a new fiber what is withheld from the running one.
    pub fn pass_denials(&self, fiber: &mut Fiber) {
        if self.state.denying {
            fiber.deny(self.fiber.get(self.heap).denied());
        }
    }

    /// The place in the program that calls the library function which calls the running native.
    pub fn outer_call_site(&self) -> Option<(Gc<crate::object::Proto>, u32)> {
        crate::interp::trace::outer_call_site(self.heap, self.fiber)
    }

    /// The keyword of that name.
    pub fn keyword(&self, name: &str) -> Value {
        Value::keyword(Symbol::intern(name))
    }

    /// A string value.
    pub fn string(&mut self, text: &str) -> Value {
        self.heap.new_string(text).into()
    }
}

impl Heap {
    /// An error value: `{:error kind :message message …}`.
    pub fn new_error(&mut self, kind: &str, message: &str, fields: &[(&str, Value)]) -> Value {
        // The two keys that every error has: programs raise often enough for the look-up of their names to show.
        static KEYS: LazyLock<(Symbol, Symbol)> =
            LazyLock::new(|| (Symbol::intern("error"), Symbol::intern("message")));
        let (error_key, message_key) = *KEYS;
        let message = self.new_string(message).into();
        let mut entries =
            vec![(Value::keyword(error_key), Value::keyword_named(kind)), (Value::keyword(message_key), message)];
        entries.extend(fields.iter().map(|(k, v)| (Value::keyword_named(k), *v)));
        self.new_struct(entries).into()
    }
}
