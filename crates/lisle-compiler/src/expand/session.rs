//! What is kept between compilations, and the budget of one.

use std::collections::HashMap;
use std::sync::Arc;

use lisle_syntax::{Span, Symbol};

use super::env::DefinitionSite;
use crate::host::MacroId;

/// Expansions of one compilation, macro bodies included (I8).
const EXPANSIONS_MAX: u64 = 1_000_000;

/// Nodes walked inside expansions in one compilation (I8).
const NODES_MAX: u64 = 10_000_000;

/// Compilations started by a macro definition inside a macro definition, and so on (I8).
pub(super) const NESTED_COMPILATIONS_MAX: u32 = 50;

/// Macros and compile-time names, kept from one compilation to the next. A file starts with a new one;
/// a REPL keeps one for its life.
#[derive(Debug, Default)]
pub struct Session {
    /// The program's own macros as of the place of the walk.
    pub(super) macros: HashMap<Symbol, Arc<MacroDef>>,
    /// Names of `begin-for-syntax`, in order of first definition.
    pub(super) for_syntax: Vec<Symbol>,
    /// The newest expansion scope given out; scopes are unique within a session.
    newest_scope: u32,
    /// Counts compilations, to tell whether a macro was defined in the running one.
    compilations: u32,
    /// How many compilations are running inside one another.
    pub(super) nesting: u32,
    /// The outermost running compilation: all inside it share a source map.
    pub(super) outermost: u32,
    expansions: u64,
    nodes: u64,
}

impl Session {
    /// A session without macros.
    pub fn new() -> Session {
        Session::default()
    }

    /// A scope that no identifier has yet.
    pub(super) fn fresh_scope(&mut self) -> u32 {
        self.newest_scope += 1;
        self.newest_scope
    }

    /// Starts a compilation; the outermost one starts with a full budget.
    pub(super) fn enter(&mut self) {
        self.compilations += 1;
        if self.nesting == 0 {
            self.outermost = self.compilations;
            self.expansions = 0;
            self.nodes = 0;
        }
        self.nesting += 1;
    }

    /// Ends a compilation.
    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Names the running compilation. Call right after [`enter`](Session::enter).
    pub(super) fn compilation(&self) -> u32 {
        self.compilations
    }

    /// Takes one expansion from the budget; false when it is used up.
    pub(super) fn spend_expansion(&mut self) -> bool {
        self.expansions += 1;
        self.expansions <= EXPANSIONS_MAX
    }

    /// Takes one node of an expansion from the budget; false when it is used up.
    pub(super) fn spend_node(&mut self) -> bool {
        self.nodes += 1;
        self.nodes <= NODES_MAX
    }
}

/// A macro of the program.
#[derive(Debug)]
pub(super) struct MacroDef {
    pub(super) name: Symbol,
    /// `None` when its definition was faulty: calls are then skipped without a further fault.
    pub(super) id: Option<MacroId>,
    pub(super) min: usize,
    pub(super) max: Option<usize>,
    /// The name in its definition.
    pub(super) span: Span,
    /// Where the names of its template are looked up.
    pub(super) site: DefinitionSite,
    /// The compilation that `site` belongs to.
    pub(super) compilation: u32,
    /// The outermost compilation around it: `span` means something only there.
    pub(super) outermost: u32,
}
