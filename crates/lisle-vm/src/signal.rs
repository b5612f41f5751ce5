//! Signals: bit sets with names (spec 10.1).

use lisle_syntax::Symbol;

/// An error.
pub const ERROR: u64 = 1;
/// Generator and coroutine suspension.
pub const YIELD: u64 = 1 << 1;
/// Breakpoint.
pub const DEBUG: u64 = 1 << 2;
/// Foreign call (a capability).
pub const FFI: u64 = 1 << 4;
/// Stop the VM with a value.
pub const HALT: u64 = 1 << 8;
/// I/O request to the scheduler.
pub const IO: u64 = 1 << 9;
/// Uncatchable.
pub const TERMINAL: u64 = 1 << 10;
/// Subprocess capability.
pub const EXEC: u64 = 1 << 11;
/// Instruction budget exhausted.
pub const FUEL: u64 = 1 << 12;
/// Scheduler wait request.
pub const WAIT: u64 = 1 << 14;
/// GPU capability.
pub const GPU: u64 = 1 << 15;
/// What a function that is declared silent may not emit: everything but errors, what ends the program, and the end of a
/// budget, which is nothing that the function does.
pub const BUT_ERRORS: u64 = !(ERROR | TERMINAL | HALT | FUEL);
/// The mask of a fiber made by `ev/spawn`.
pub const SPAWN_MASK: u64 = ERROR | IO | EXEC | WAIT;

const BUILT_IN: [(&str, u64); 10] = [
    ("error", ERROR),
    ("yield", YIELD),
    ("debug", DEBUG),
    ("ffi", FFI),
    ("halt", HALT),
    ("io", IO),
    ("exec", EXEC),
    ("fuel", FUEL),
    ("wait", WAIT),
    ("gpu", GPU),
];

/// True when a fiber with that mask lets its resumer catch a signal of those bits (spec 10.1).
#[inline]
pub const fn catches(mask: u64, bits: u64) -> bool {
    mask & bits != 0 && (bits & IO == 0 || mask & IO != 0) && bits & TERMINAL == 0
}

/// The known signals: the built-in ones and those that programs declare with `signal`.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    user: Vec<Symbol>,
}

impl Signals {
    /// The bit of a signal's keyword.
    pub fn bits(&self, name: Symbol) -> Option<u64> {
        if let Some((_, bits)) = BUILT_IN.iter().find(|(n, _)| *n == name.name()) {
            return Some(*bits);
        }
        self.user.iter().position(|u| *u == name).map(|i| 1 << (32 + i))
    }

    /// Declares a user signal; the same name again gives the same bit. `None` when all 32 bits are taken or the name is built in.
    pub fn declare(&mut self, name: Symbol) -> Option<u64> {
        if BUILT_IN.iter().any(|(n, _)| *n == name.name()) {
            return None;
        }
        if !self.user.contains(&name) {
            if self.user.len() == 32 {
                return None;
            }
            self.user.push(name);
        }
        self.bits(name)
    }

    /// All names with their bit numbers, built-in ones first.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, u32)> + '_ {
        let built_in = BUILT_IN.iter().map(|(n, b)| (Symbol::intern(n), b.trailing_zeros()));
        built_in.chain(self.user.iter().enumerate().map(|(i, n)| (*n, 32 + i as u32)))
    }
}
