//! Runs macros: a second VM, made when the first macro is defined.
//!
//! A macro sees predefined names and the `begin-for-syntax` values of its file, never the program's own
//! run-time values, so a heap of its own costs nothing and keeps a runaway macro away from the program.
//! Each call has a budget; what it would ask of the world is refused.

use std::sync::Arc;

use lisle_bytecode::CodeUnit;
use lisle_compiler::MacroId;
use lisle_syntax::{ScopeSet, Span, Symbol, Syntax};
use lisle_vm::flow::NoHost;
use lisle_vm::natives::syntax::{value_of_element, value_to_syntax};
use lisle_vm::vm::{Resume, RootId};
use lisle_vm::{Exit, Heap, Value, Vm, ops};

/// Units (calls and backward jumps) that one macro call may spend (I8).
const BUDGET: u64 = 50_000_000;

/// The macros of all compilations, and the VM that runs them.
pub struct MacroHost {
    make_vm: Box<dyn Fn() -> Vm>,
    vm: Option<Box<Vm>>,
    stress: bool,
    macros: Vec<(Symbol, RootId)>,
    for_syntax: Vec<(Symbol, RootId)>,
}

impl std::fmt::Debug for MacroHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MacroHost").field("macros", &self.macros).finish_non_exhaustive()
    }
}

impl MacroHost {
    /// No macros. `make_vm` is called when the first is defined.
    pub fn new(make_vm: Box<dyn Fn() -> Vm>) -> MacroHost {
        MacroHost { make_vm, vm: None, stress: false, macros: Vec::new(), for_syntax: Vec::new() }
    }

    /// Collects at every safepoint.
    pub(crate) fn stress_collector(&mut self) {
        self.stress = true;
    }

    /// Keeps the macro whose function is the value of that unit.
    ///
    /// Errors: what evaluating it raised.
    pub fn define(&mut self, name: Symbol, unit: CodeUnit) -> Result<MacroId, String> {
        let value = self.evaluate(unit)?;
        let root = self.vm().root(value);
        self.macros.push((name, root));
        Ok(MacroId(self.macros.len() as u32 - 1))
    }

    /// Keeps the value of that unit for the bodies of later macros.
    ///
    /// Errors: what evaluating it raised.
    pub fn define_for_syntax(&mut self, name: Symbol, unit: CodeUnit) -> Result<(), String> {
        let value = self.evaluate(unit)?;
        let root = self.vm().root(value);
        self.for_syntax.push((name, root));
        Ok(())
    }

    /// Runs a macro. Atoms among the arguments arrive as plain values, everything else as syntax objects.
    ///
    /// Errors: what it raised, or why its result is no syntax.
    pub fn call(&mut self, id: MacroId, arguments: &[Syntax], scope: u32, call: Span) -> Result<Syntax, String> {
        self.vm();
        let (Some(vm), Some((name, root))) = (self.vm.as_mut(), self.macros.get(id.0 as usize)) else {
            return Err("the macro is not defined".to_owned());
        };
        let function = vm.rooted(root);
        let arguments = arguments.iter().map(|argument| value_of_element(&mut vm.heap, argument)).collect();
        // A macro may define macros: compiling them runs no macro of this one's scope, so one place is enough.
        let outer = vm.state.expansion_scope.replace(scope);
        let result = run(vm, function, arguments, name.name());
        vm.state.expansion_scope = outer;
        let value = result?;
        value_to_syntax(&vm.heap, value, call, &ScopeSet::EMPTY.with(scope))
            .map_err(|what| format!("macro {name}: {what}"))
    }

    fn vm(&mut self) -> &mut Vm {
        self.vm.get_or_insert_with(|| {
            let mut vm = Box::new((self.make_vm)());
            vm.heap.set_stress(self.stress);
            vm
        })
    }

    /// The value of a unit's body.
    fn evaluate(&mut self, unit: CodeUnit) -> Result<Value, String> {
        let for_syntax = std::mem::take(&mut self.for_syntax);
        let vm = self.vm();
        // The newest value of a name comes first: `instantiate` takes the first it finds.
        let presets: Vec<(Symbol, Value)> = for_syntax.iter().rev().map(|(n, id)| (*n, vm.rooted(id))).collect();
        let linked = vm.load(Arc::new(unit)).map_err(|error| error.to_string());
        let result = linked.and_then(|linked| {
            let body = vm.instantiate(linked, &presets);
            run(vm, body.into(), Vec::new(), "macro definition")
        });
        self.for_syntax = for_syntax;
        result
    }
}

/// Calls a function in a fiber of its own.
fn run(vm: &mut Vm, function: Value, arguments: Vec<Value>, what: &str) -> Result<Value, String> {
    let fiber = vm.new_fiber(function, 0);
    let arguments = vm.heap.new_array(&arguments);
    match vm.resume(&mut NoHost, fiber, Resume::Call(function, arguments), BUDGET) {
        Exit::Done(value) => Ok(value),
        Exit::Error(error) => Err(error_text(&vm.heap, error)),
        Exit::Wait(_) | Exit::Parked => Err(format!("{what}: a macro can neither wait nor read or write")),
        Exit::Signal { .. } => Err(format!("{what}: a macro cannot emit signals")),
        Exit::Budget => Err(format!("{what}: gave up after {BUDGET} steps of expansion")),
    }
}

/// What an error value says: its message, or itself in print.
fn error_text(heap: &Heap, error: Value) -> String {
    let message = error.as_struct().and_then(|e| (*e).get(Value::keyword_named("message")));
    if let Some(text) = message.and_then(Value::as_str) {
        return text.as_str().to_owned();
    }
    let mut text = String::new();
    ops::print::machine_short(heap, error, &mut text);
    text
}
