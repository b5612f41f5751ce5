//! Native functions: their type, what is known of each, and the VM's table of them.

use std::collections::HashMap;

use lisle_syntax::Symbol;

use crate::cx::Cx;
use crate::flow::Escape;
use crate::value::Value;

/// The shape of a native function. The slice lies in the caller's registers.
pub type NativeFn = fn(&mut Cx<'_>, &[Value]) -> Result<Value, Escape>;

/// What is known of a native function. `#[primitives]` makes these.
#[derive(Clone, Copy, Debug)]
pub struct Native {
    /// Its name.
    pub name: &'static str,
    /// Further names.
    pub aliases: &'static [&'static str],
    /// Least number of arguments.
    pub min: u32,
    /// Largest number of arguments; `None` for no bound.
    pub max: Option<u32>,
    /// Names of the parameters, for help.
    pub params: &'static [&'static str],
    /// The docstring; a line with `# =>` is a runnable example.
    pub doc: &'static str,
    /// The group it belongs to, for help: the name of its module.
    pub category: &'static str,
    /// The signals it may emit, as bits.
    pub signals: u64,
    /// The implementation.
    pub run: NativeFn,
}

/// The natives of a VM, by index and by name.
#[derive(Debug, Default)]
pub struct Natives {
    table: Vec<Native>,
    /// The implementations, for quick calls; empty while they must not be called without a look at capabilities.
    callable: Vec<NativeFn>,
    /// Where they are meanwhile.
    withheld: Vec<NativeFn>,
    by_name: HashMap<Symbol, u32>,
}

impl Natives {
    /// Adds natives. A name that is already taken is replaced (the newer one wins).
    pub fn add(&mut self, natives: &[Native]) {
        for native in natives {
            let index = self.table.len() as u32;
            self.table.push(*native);
            self.callable.push(native.run);
            for name in std::iter::once(&native.name).chain(native.aliases) {
                self.by_name.insert(Symbol::intern(name), index);
            }
        }
    }

    /// The native of that index.
    #[inline(always)]
    pub fn get(&self, index: u32) -> Option<&Native> {
        self.table.get(index as usize)
    }

    /// The implementation of the native of that index, if it may be called without further ado.
    #[inline(always)]
    pub(crate) fn callable(&self, index: u32) -> Option<NativeFn> {
        self.callable.get(index as usize).copied()
    }

    /// Says whether the running fiber may call all natives without further ado.
    pub(crate) fn set_callable(&mut self, callable: bool) {
        if callable != self.withheld.is_empty() {
            std::mem::swap(&mut self.callable, &mut self.withheld);
        }
    }

    /// The index of a name or alias.
    pub fn lookup(&self, name: Symbol) -> Option<u32> {
        self.by_name.get(&name).copied()
    }

    /// Every name and alias.
    pub fn names(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.table.iter().flat_map(|n| std::iter::once(&n.name).chain(n.aliases)).map(|n| Symbol::intern(n))
    }

    /// All of them, in order of addition.
    pub fn iter(&self) -> impl Iterator<Item = &Native> {
        self.table.iter()
    }
}
