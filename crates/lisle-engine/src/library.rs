//! What the compiler knows of predefined names.

use std::collections::HashMap;

use lisle_bytecode::CodeUnit;
use lisle_compiler::{Arity, Builtin, BuiltinKind};
use lisle_syntax::Symbol;
use lisle_vm::Vm;

/// The functions of library images, for the compiler.
#[derive(Debug, Default)]
pub struct Library {
    functions: HashMap<Symbol, Builtin>,
}

impl Library {
    /// Adds an image's exports. Several names of one function have the first of them as their canonical name.
    pub fn add(&mut self, unit: &CodeUnit) {
        let mut canonical: HashMap<u32, Symbol> = HashMap::new();
        for (name, code) in &unit.exports {
            let params = &unit.codes[*code as usize].params;
            let builtin = Builtin {
                canonical: *canonical.entry(*code).or_insert(*name),
                kind: BuiltinKind::Library,
                arity: Arity { min: params.required, max: params.max() },
            };
            self.functions.insert(*name, builtin);
        }
    }

    /// What a name means before a program defines anything. A value set by the host comes before a native, a native
    /// before a library function: the order in which the VM looks.
    pub fn builtin(&self, vm: &Vm, name: Symbol) -> Option<Builtin> {
        if let Some(index) = vm.state.natives.lookup(name) {
            let native = vm.state.natives.get(index)?;
            let arity = Arity { min: native.min, max: native.max };
            return Some(Builtin { canonical: Symbol::intern(native.name), kind: BuiltinKind::Native, arity });
        }
        if let Some(builtin) = self.functions.get(&name) {
            return Some(*builtin);
        }
        vm.state.library.contains_key(&name).then_some(Builtin {
            canonical: name,
            kind: BuiltinKind::Value,
            arity: Arity { min: 0, max: None },
        })
    }
}
