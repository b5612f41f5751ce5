//! Decides where each variable lives, and what each function captures.
//!
//! One walk in the order of evaluation collects facts: which variables are assigned, which functions
//! mention which variables, and whether a mention may run before the definition. Then every mention
//! from an inner function becomes a capture of that function and of those between it and the owner.
//!
//! A captured variable that may still change is kept in a cell; every other one is captured by value.
//! A function that is bound directly to a name and mentions that name needs no capture at all: the
//! running closure is the value ([`Storage::self_vars`]). That holds only if the definition stands
//! directly in the body of the variable's scope, so that it runs exactly once for each variable made.

mod walk;

use std::collections::HashMap;

use crate::hir::{FnId, Program, VarId};

/// Where a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In the frame of its function; closures get a copy.
    Local,
    /// In a cell that the frame and closures share.
    Cell,
    /// In a top-level slot.
    Global(u32),
}

/// The answers of the analysis.
#[derive(Debug)]
pub struct Storage {
    /// Where each variable lives, by [`VarId`].
    pub homes: Vec<Home>,
    /// Whether a variable must hold nil from the entry of its scope on, by [`VarId`].
    pub nil_first: Vec<bool>,
    /// Whether a local variable can get another value while it is in scope, by [`VarId`].
    pub changes: Vec<bool>,
    /// The variables that each function captures, by [`FnId`]; the position is the capture's index.
    pub captures: Vec<Vec<VarId>>,
    /// The variable whose value is the function's own closure, by [`FnId`].
    pub self_vars: Vec<Option<VarId>>,
    /// Whether functions inside capture that variable, by [`FnId`].
    pub self_captured: Vec<bool>,
}

/// Analyses a program.
pub fn analyse(program: &Program) -> Storage {
    let facts = walk::collect(program);
    let functions = program.functions.len();
    let mut storage = Storage {
        homes: program.vars.iter().map(|v| v.global.map_or(Home::Local, Home::Global)).collect(),
        nil_first: vec![false; program.vars.len()],
        changes: (0..program.vars.len()).map(|i| facts.vars[i].assigned || program.vars[i].early).collect(),
        captures: vec![Vec::new(); functions],
        self_vars: vec![None; functions],
        self_captured: vec![false; functions],
    };
    for (index, fact) in facts.vars.iter().enumerate() {
        let single = fact.defined_in_scope && !fact.assigned && fact.definitions == 1;
        if let Some(function) = fact.function.filter(|_| single) {
            storage.self_vars[function.0 as usize] = Some(VarId(index as u32));
        }
    }
    let mut seen: Vec<HashMap<VarId, ()>> = vec![HashMap::new(); functions];
    for mention in &facts.mentions {
        let fact = &facts.vars[mention.var.0 as usize];
        let owner = program.vars[mention.var.0 as usize].owner;
        let reaches_owner = capture(&mut storage, &mut seen, &facts.parents, mention, owner);
        let index = mention.var.0 as usize;
        if !reaches_owner {
            continue;
        }
        let too_early = mention.before_definition || program.vars[index].early && !fact.defined_in_scope;
        let is_captured = mention.function != owner;
        if is_captured && (fact.assigned || too_early) {
            storage.homes[index] = Home::Cell;
        }
        if too_early {
            storage.nil_first[index] = true;
        }
    }
    storage
}

/// Notes a capture in the mentioning function and those around it, up to the owner. False when the
/// mention never reaches the owner, because a function in between is itself the value.
fn capture(
    storage: &mut Storage,
    seen: &mut [HashMap<VarId, ()>],
    parents: &[Option<FnId>],
    mention: &walk::Mention,
    owner: FnId,
) -> bool {
    let mut function = mention.function;
    let mut inner = false;
    while function != owner {
        let index = function.0 as usize;
        if storage.self_vars[index] == Some(mention.var) {
            storage.self_captured[index] |= inner;
            return false;
        }
        if seen[index].insert(mention.var, ()).is_none() {
            storage.captures[index].push(mention.var);
        }
        inner = true;
        match parents[index] {
            Some(parent) => function = parent,
            None => return false,
        }
    }
    true
}
