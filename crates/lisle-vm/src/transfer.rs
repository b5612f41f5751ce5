//! What a host needs to know of functions in order to make them again in another VM of the same process.
//!
//! Compiled units are immutable and shared ([`std::sync::Arc`]); a function is its unit, the index of its code, its
//! top-level variables, and what it captures.

use std::sync::Arc;

use lisle_bytecode::{CodeUnit, Instr};
use lisle_syntax::Symbol;

use crate::gc::Gc;
use crate::heap::Heap;
use crate::object::{Closure, Instance, LinkedUnit};
use crate::value::{Tag, Value};
use crate::vm::State;

impl State {
    /// The name by which every VM with this library knows the value, if there is one.
    pub fn predefined_name(&self, value: Value) -> Option<Symbol> {
        match value.tag() {
            Tag::Closure => {
                let closure = value.as_closure()?;
                let name = closure.proto.code().name?;
                let is_library = self.library_units.iter().any(|(unit, _)| Arc::ptr_eq(unit, &closure.proto.unit));
                (is_library && self.library.get(&name)?.is_identical(value)).then_some(name)
            }
            Tag::Parameter | Tag::External => {
                // The least of the names, so that the answer does not depend on the order of the table.
                let names = self.library.iter().filter(|(_, v)| v.is_identical(value)).map(|(name, _)| *name);
                names.min_by_key(|name| name.name())
            }
            _ => None,
        }
    }

    /// The linked form of a unit of the library; `None` if it is none.
    pub fn linked_library(&mut self, heap: &mut Heap, unit: &Arc<CodeUnit>) -> Option<Gc<LinkedUnit>> {
        let entry = self.library_units.iter_mut().find(|(library, _)| Arc::ptr_eq(library, unit))?;
        Some(*entry.1.get_or_insert_with(|| crate::link::unit(heap, unit.clone())))
    }

    /// The value of a predefined name, linked if need be.
    pub fn link_predefined(&mut self, heap: &mut Heap, name: Symbol) -> Option<Value> {
        crate::link::predefined(heap, self, name)
    }

    /// A closure over the code object of that index, whose calls may not emit these signals.
    pub fn new_closure(
        &mut self,
        heap: &mut Heap,
        linked: Gc<LinkedUnit>,
        index: u32,
        instance: Gc<Instance>,
        captures: &[Value],
        squelched: u64,
    ) -> Gc<Closure> {
        let mut proto = crate::link::proto(heap, self, linked, index);
        if squelched & !proto.squelched != 0 {
            self.squelching = true;
            proto = heap.squelch(proto, squelched);
        }
        heap.new_closure(proto, instance, captures)
    }
}

impl Heap {
    /// A unit with nothing of it linked yet. It must be one that a VM runs already: it is not verified again.
    pub fn link_unit(&mut self, unit: Arc<CodeUnit>) -> Gc<LinkedUnit> {
        crate::link::unit(self, unit)
    }
}

/// The top-level variables that a code object, or one that it makes closures of, names; in ascending order.
pub fn globals_used(unit: &CodeUnit, index: u32) -> Vec<u32> {
    let (mut slots, mut seen, mut pending) = (Vec::new(), vec![false; unit.codes.len()], vec![index]);
    while let Some(index) = pending.pop() {
        if std::mem::replace(&mut seen[index as usize], true) {
            continue;
        }
        for (_, instr) in unit.codes[index as usize].instructions() {
            match instr {
                Instr::GetGlobal { slot, .. } => slots.push(u32::from(slot)),
                Instr::GetGlobalWide { slot, .. }
                | Instr::SetGlobal { slot, .. }
                | Instr::CallGlobal { slot, .. }
                | Instr::TailCallGlobal { slot, .. } => slots.push(slot),
                Instr::NewClosure { code, .. } => pending.push(code),
                _ => {}
            }
        }
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}
