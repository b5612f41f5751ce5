//! The virtual machine: heap, tables, and the entry to the interpreter.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use lisle_bytecode::{CodeUnit, UnitError};
use lisle_syntax::Symbol;

use crate::fiber::{Fiber, Stacks};
use crate::flow::{Flow, Host, Request, ThenFn, Upcoming};
use crate::gc::Gc;
use crate::heap::{Heap, Roots, Tracer};
use crate::interp::trace::Raise;
use crate::native::{Native, NativeFn, Natives};
use crate::object::{Array, Closure, LinkedUnit};
use crate::signal::Signals;
use crate::value::Value;

/// The tables of a VM: everything that natives may ask for besides the heap.
#[derive(Debug, Default)]
pub struct State {
    /// Native functions.
    pub natives: Natives,
    /// Known signals.
    pub signals: Signals,
    /// Predefined values by name: library closures linked so far, and values such as `*stdout*`.
    pub library: HashMap<Symbol, Value>,
    /// Where library functions are that are not linked yet: unit and index of the code object.
    pub(crate) unlinked: HashMap<Symbol, (usize, u32)>,
    /// The library's units, with their linked form once something of them was linked.
    pub(crate) library_units: Vec<(Arc<CodeUnit>, Option<Gc<LinkedUnit>>)>,
    /// A buffer for texts in the making.
    pub(crate) scratch: String,
    /// For `gensym`.
    pub gensym: u64,
    /// The scope that `LoadTemplate` adds: that of the running macro expansion.
    pub expansion_scope: Option<u32>,
    /// Continuations of natives on some frame stack: frames name them by index.
    pub(crate) continuations: Vec<ThenFn>,
    /// Values that the host keeps alive, by [`RootId`].
    pub(crate) roots: Vec<Option<Value>>,
    pub(crate) free_roots: Vec<u32>,
    /// The error raised last, and where: for errors that are raised again after cleanup.
    pub(crate) last_raise: Raise,
    /// Errors that have ended fibers, newest last: whoever waited for one of them raises its error again.
    pub(crate) failures: VecDeque<Raise>,
    /// The error that nothing catches, while cleanup runs as for any other: for hosts that end fibers. Nil for none.
    pub exit_error: Value,
    /// Stacks of ended fibers, for new ones.
    #[expect(clippy::vec_box, reason = "they go to fibers as they are")]
    pub(crate) spare_stacks: Vec<Box<Stacks>>,
    /// Fields that were looked up lately.
    pub(crate) fields: crate::interp::fields::FieldCache,
    /// The native `get`, which GetField and Get fall back to.
    pub(crate) get_function: Option<NativeFn>,
    /// Set once a fiber was given a budget of its own: only then are budgets looked for at every switch.
    pub(crate) metering: bool,
    /// Set once capabilities were withheld from a fiber: only then are they looked at.
    pub(crate) denying: bool,
    /// Set once a closure was squelched: only then are frames searched for such closures.
    pub(crate) squelching: bool,
    /// What the native that has answered `Err(Escape)` wants. It is read where it lies: a copy would cost more than
    /// most of what it asks for.
    pub(crate) flow: Flow,
    /// Who goes on, after [`Turn::Switch`](crate::flow::Turn) or `Turn::Go`.
    pub(crate) upcoming: Upcoming,
    /// Largest number of frames of one fiber before `:stack-overflow`.
    pub max_frames: usize,
}

/// Ended fibers' stacks that are kept: enough for bursts of short-lived fibers.
const MOST_SPARE_STACKS: usize = 64;
/// Longer stacks are given back.
const LONGEST_SPARE_STACK: usize = 256;

impl State {
    /// Keeps the stacks of a fiber that has ended.
    pub(crate) fn recycle(&mut self, stacks: Option<Box<Stacks>>) {
        if self.spare_stacks.len() < MOST_SPARE_STACKS
            && let Some(mut stacks) = stacks
            && stacks.registers.capacity() <= LONGEST_SPARE_STACK
        {
            // Nothing traces spare stacks: they must hold no values.
            stacks.registers.clear();
            stacks.frames.clear();
            stacks.handlers.clear();
            stacks.bindings = Value::EMPTY_LIST;
            stacks.bits = 0;
            stacks.child = None;
            self.spare_stacks.push(stacks);
        }
    }

    /// The error that was raised last.
    pub fn last_error(&self) -> Value {
        self.last_raise.error
    }

    /// True for the name of a library function, or of a value that the host has set.
    pub fn is_in_library(&self, name: Symbol) -> bool {
        self.library.contains_key(&name) || self.unlinked.contains_key(&name)
    }

    /// The library's units.
    pub fn library(&self) -> impl Iterator<Item = &CodeUnit> {
        self.library_units.iter().map(|(unit, _)| &**unit)
    }

    /// The unit and the index of the code object of a library function.
    pub fn library_code(&self, name: Symbol) -> Option<(&CodeUnit, u32)> {
        let (unit, code) = *self.unlinked.get(&name)?;
        Some((&self.library_units[unit].0, code))
    }

    /// Empty stacks for a new fiber.
    pub(crate) fn take_recycled(&mut self) -> Box<Stacks> {
        self.spare_stacks.pop().unwrap_or_else(|| Box::new(Stacks::EMPTY))
    }
}

/// Names a value that the host keeps alive.
#[derive(Debug, PartialEq, Eq)]
pub struct RootId(pub(crate) u32);

/// How a fiber goes on.
#[derive(Clone, Copy, Debug)]
pub enum Resume {
    /// The pending expression has this value; for a new fiber, its first argument.
    Value(Value),
    /// The pending expression raises this.
    Error(Value),
    /// It raises this error of another fiber again: reports show where that was raised, if it was the last one.
    Reraise(Value),
    /// The pending expression becomes a call of this function; a new fiber runs this call instead of its own function.
    Call(Value, Gc<Array>),
}

/// Why the interpreter came back. The fiber that was resumed is the root of a chain of fibers resuming one another.
#[derive(Debug)]
pub enum Exit {
    /// The root fiber returned this value.
    Done(Value),
    /// An error that nobody on the chain caught reached the root.
    Error(Value),
    /// Some fiber of the chain asked the host for this. Answer with [`Vm::resume`] on the root.
    Wait(Request),
    /// Some other signal that nobody on the chain caught.
    Signal {
        /// Its bits.
        bits: u64,
        /// Its payload.
        value: Value,
    },
    /// The host has let the last fiber wait, or taken its end, and gave no other: see [`Turn`](crate::flow::Turn).
    Parked,
    /// The budget is spent. Go on with `Resume::Value(NIL)`; the value is not used.
    Budget,
}

/// A virtual machine. A process may hold many.
#[derive(Debug)]
pub struct Vm {
    /// The heap.
    pub heap: Heap,
    /// The tables.
    pub state: State,
}

impl Default for Vm {
    fn default() -> Vm {
        Vm::new()
    }
}

impl Vm {
    /// A VM with the core natives and no library.
    pub fn new() -> Vm {
        let mut state = State { max_frames: 1_000_000, ..State::default() };
        for natives in crate::natives::all() {
            state.natives.add(natives);
        }
        let get = state.natives.lookup(Symbol::intern("get"));
        state.get_function = get.and_then(|index| state.natives.get(index)).map(|native| native.run);
        Vm { heap: Heap::new(), state }
    }

    /// Adds natives of another crate.
    pub fn add_natives(&mut self, natives: &[Native]) {
        self.state.natives.add(natives);
    }

    /// Adds a library image: its exports become predefined names, linked when first used.
    pub fn add_library(&mut self, unit: Arc<CodeUnit>) {
        let index = self.state.library_units.len();
        for (name, code) in &unit.exports {
            self.state.unlinked.insert(*name, (index, *code));
        }
        self.state.library_units.push((unit, None));
    }

    /// Links a unit that the verifier has not seen yet.
    ///
    /// Errors: what the verifier says.
    pub fn load(&mut self, unit: Arc<CodeUnit>) -> Result<Gc<LinkedUnit>, UnitError> {
        lisle_bytecode::verify::verify(&unit)?;
        Ok(self.load_verified(unit))
    }

    /// The value of a predefined name, linked if need be.
    pub fn predefined(&mut self, name: Symbol) -> Option<Value> {
        crate::link::predefined(&mut self.heap, &mut self.state, name)
    }

    /// The predefined names: natives and library.
    pub fn predefined_names(&self) -> Vec<Symbol> {
        let mut names: Vec<Symbol> = self.state.natives.names().collect();
        names.extend(self.state.unlinked.keys().chain(self.state.library.keys()));
        names.sort();
        names.dedup();
        names
    }

    /// A new fiber around a function. `mask` says which signals its resumer is ready to receive.
    pub fn new_fiber(&mut self, entry: Value, mask: u64) -> Gc<Fiber> {
        self.heap.allocate(Fiber::new(entry, mask))
    }

    /// The function that runs a linked unit's body, with top-level variables of its own; `preset` gives
    /// some of them their first values, by name.
    pub fn instantiate(&mut self, linked: Gc<LinkedUnit>, preset: &[(Symbol, Value)]) -> Gc<Closure> {
        let unit = linked.get(&self.heap).unit.clone();
        let instance = self.heap.new_instance(unit.globals.len());
        for (slot, name) in unit.globals.iter().enumerate() {
            if let Some((_, value)) = preset.iter().find(|(n, _)| n == name) {
                instance.set(&mut self.heap, slot, *value);
            }
        }
        let proto = crate::link::proto(&mut self.heap, &mut self.state, linked, 0);
        self.heap.new_closure(proto, instance, &[])
    }

    /// Links a unit that is known to be sound: one that the compiler just made, or the embedded library.
    pub fn load_verified(&mut self, unit: Arc<CodeUnit>) -> Gc<LinkedUnit> {
        debug_assert_eq!(lisle_bytecode::verify::verify(&unit), Ok(()));
        crate::link::unit(&mut self.heap, unit)
    }

    /// Runs a fiber (and those that it resumes) until it ends, asks the host for something, emits a signal
    /// that nobody catches, or has spent `budget` units (calls and backward jumps). The host may have put another fiber
    /// in its place meanwhile: see [`Turn`](crate::flow::Turn). It knows which one the answer is about.
    pub fn resume(&mut self, host: &mut (dyn Host + 'static), fiber: Gc<Fiber>, how: Resume, budget: u64) -> Exit {
        crate::interp::resume(self, host, fiber, how, budget)
    }

    /// Where the host puts what it answers with [`Turn::Go`](crate::flow::Turn).
    #[inline]
    pub fn go_on(&mut self, how: Resume) {
        self.state.upcoming.how = how;
    }

    /// Where the host puts what it answers with [`Turn::Switch`](crate::flow::Turn): the fiber that is to run, and the
    /// units that it may spend.
    #[inline(always)]
    pub fn switch_to(&mut self, fiber: Gc<Fiber>, how: Resume, budget: u64) {
        self.state.upcoming = Upcoming { fiber: Some(fiber), how, budget };
    }

    /// The request that the host has been asked, and the heap.
    #[inline]
    pub fn asked(&mut self) -> (&mut Heap, &Request) {
        const NONE: &Request = &Request { operation: 0, args: [Value::NIL; 3] };
        let request = if let Flow::Wait { request, .. } = &self.state.flow { request } else { NONE };
        (&mut self.heap, request)
    }

    /// Runs a fiber's cleanup away: marks it as cancelled with this value, without unwinding.
    pub fn cancel(&mut self, fiber: Gc<Fiber>, value: Value) {
        crate::fiber::cancel(&mut self.heap, fiber, value);
    }

    /// Keeps a value alive until [`Vm::unroot`].
    pub fn root(&mut self, value: Value) -> RootId {
        if let Some(index) = self.state.free_roots.pop() {
            self.state.roots[index as usize] = Some(value);
            return RootId(index);
        }
        self.state.roots.push(Some(value));
        RootId(self.state.roots.len() as u32 - 1)
    }

    /// The value of a root.
    pub fn rooted(&self, id: &RootId) -> Value {
        self.state.roots[id.0 as usize].expect("a RootId is used only between root and unroot")
    }

    /// Lets a value go.
    pub fn unroot(&mut self, id: RootId) -> Value {
        self.state.free_roots.push(id.0);
        self.state.roots[id.0 as usize].take().expect("a RootId is given back once")
    }

    /// Runs a whole collection. Not while the interpreter runs.
    pub fn collect(&mut self, host: &dyn Host) {
        self.state.fields.clear();
        let roots = VmRoots { state: &self.state, host, fiber: None };
        self.heap.collect_all(&roots);
    }
}

/// Everything that is reachable by itself.
pub(crate) struct VmRoots<'a> {
    pub(crate) state: &'a State,
    pub(crate) host: &'a dyn Host,
    pub(crate) fiber: Option<Gc<Fiber>>,
}

impl Roots for VmRoots<'_> {
    fn trace_roots(&self, tracer: &mut Tracer<'_>) {
        #[allow(clippy::iter_over_hash_type, reason = "marking does not depend on the order of roots")]
        for value in self.state.library.values() {
            tracer.value(*value);
        }
        for value in self.state.roots.iter().flatten() {
            tracer.value(*value);
        }
        for (_, linked) in &self.state.library_units {
            if let Some(linked) = linked {
                tracer.object(*linked);
            }
        }
        self.state.last_raise.trace(tracer);
        self.state.failures.iter().for_each(|failure| failure.trace(tracer));
        tracer.value(self.state.exit_error);
        if let Some(fiber) = self.fiber {
            tracer.object(fiber);
        }
        self.host.trace(tracer);
    }

    fn weak_fibers(&self, report: &mut dyn FnMut(Gc<Fiber>)) {
        self.host.weak_fibers(report);
    }
}
