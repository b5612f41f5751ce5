//! Calls of predefined functions, native or not, from tests.

use std::fmt::Display;

use lisle_engine::Engine;
use lisle_syntax::Symbol;
use lisle_vm::flow::NoHost;
use lisle_vm::vm::{Exit, Resume};
use lisle_vm::{Value, ops};

/// An engine whose functions are called one at a time.
pub(crate) struct Calls {
    pub(crate) engine: Engine,
    /// How often a call has stopped because its budget was spent.
    pub(crate) stops: usize,
}

/// The kinds of sequences that most functions take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Array,
    MArray,
    List,
}

impl Calls {
    pub(crate) fn new() -> Calls {
        Calls { engine: Engine::new(|_| {}), stops: 0 }
    }

    /// The value of a predefined name.
    pub(crate) fn named(&mut self, name: &str) -> Value {
        self.engine.vm.predefined(Symbol::intern(name)).unwrap_or_else(|| panic!("no {name}"))
    }

    /// The result of a call; `Err` is the error that it raises.
    pub(crate) fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, Value> {
        let callee = self.named(name);
        let fiber = self.engine.vm.new_fiber(Value::NIL, 0);
        let mut how = Resume::Call(callee, self.engine.vm.heap.new_array(arguments));
        loop {
            // A small budget: long natives stop and go on.
            match self.engine.vm.resume(&mut NoHost, fiber, how, 50) {
                Exit::Done(value) => return Ok(value),
                Exit::Error(error) => return Err(error),
                Exit::Budget => {
                    self.stops += 1;
                    how = Resume::Value(Value::NIL);
                }
                exit => panic!("{name}: {exit:?}"),
            }
        }
    }

    /// The text of the result of a call that must not fail.
    pub(crate) fn shown(&mut self, name: &str, arguments: &[Value]) -> String {
        match self.call(name, arguments) {
            Ok(value) => self.show(value),
            Err(error) => format!("!> {}", self.show(error)),
        }
    }

    /// The M form of a value.
    pub(crate) fn show(&self, value: Value) -> String {
        ops::machine_text(&self.engine.vm.heap, value)
    }

    /// A sequence of integers.
    pub(crate) fn sequence(&mut self, kind: Kind, items: &[i64]) -> Value {
        let items: Vec<Value> = items.iter().map(|i| Value::int(*i)).collect();
        let heap = &mut self.engine.vm.heap;
        match kind {
            Kind::Array => heap.new_array(&items).into(),
            Kind::MArray => heap.new_marray(items).into(),
            Kind::List => heap.new_list(&items),
        }
    }

    /// A string of either mutability.
    pub(crate) fn text(&mut self, mutable: bool, text: &str) -> Value {
        let heap = &mut self.engine.vm.heap;
        if mutable { heap.new_mstr(text.as_bytes().to_vec()).into() } else { heap.new_string(text).into() }
    }
}

/// The M form of a sequence whose elements have these.
pub(crate) fn sequence_text(kind: Kind, items: impl IntoIterator<Item = impl Display>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    let (open, close) = match kind {
        Kind::Array => ("[", "]"),
        Kind::MArray => ("@[", "]"),
        Kind::List => ("(", ")"),
    };
    format!("{open}{}{close}", items.join(" "))
}
