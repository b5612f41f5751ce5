//! Names in scope, and how an identifier finds its variable.
//!
//! Frames are the lexical scopes of local variables, kept in an arena so that a macro can remember the
//! one it was defined in. The frames on the way from the walk's place up to the top are *active*; they
//! are nested, so each identifier has a stack of its active bindings, and looking a plain name up costs the
//! same at any depth. The top level is not a frame but a table of definitions in order.
//!
//! An identifier (name and scopes) is looked up with all its scopes, innermost frame first, then at the
//! top level. If that fails, its newest scope is dropped and it is looked up again from where the macro
//! of that expansion was defined, and so on until no scope is left. So a template's name means what it
//! means at the macro's definition, and a binding that a template makes is seen by nobody else.

use std::collections::{HashMap, VecDeque};

use lisle_syntax::{ScopeSet, Symbol};

use crate::hir::VarId;

/// A name with its scopes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ident {
    pub(super) name: Symbol,
    pub(super) scopes: ScopeSet,
}

/// A frame of the arena; 0 is the top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameId(u32);

/// The top level.
pub(super) const TOP: FrameId = FrameId(0);

/// Where a macro was defined: the frame, and how many top-level definitions stood before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct DefinitionSite {
    pub(super) frame: FrameId,
    pub(super) position: u32,
}

/// A reference to the top level, to be settled later: which names to try, each as seen from a position.
pub(super) type Candidates = Vec<(ScopeSet, u32)>;

/// What looking up an identifier gives.
#[derive(Debug)]
pub(super) enum Lookup {
    /// A local variable, or a top-level one that is certain already.
    Variable(VarId),
    /// Known only when all top-level definitions are.
    TopLevel(Candidates),
    /// It means a local variable of a place that does not surround this one.
    OutOfReach,
}

struct Frame {
    parent: FrameId,
    level: u32,
    active: bool,
    /// Everything bound here, in order.
    names: Vec<(Ident, VarId)>,
    /// Variables made by a scan of the body, to be taken up by their definitions in order.
    announced: HashMap<Ident, VecDeque<VarId>>,
    /// Variables that the frame's `Scope` has to bring into being.
    owned: Vec<VarId>,
}

/// An active binding of some identifier.
struct Binding {
    level: u32,
    var: VarId,
}

pub(super) struct Environment {
    frames: Vec<Frame>,
    current: FrameId,
    /// The active bindings of each identifier, outermost first.
    locals: HashMap<Ident, Vec<Binding>>,
    globals: HashMap<Ident, Vec<(u32, VarId)>>,
    global_order: Vec<(Ident, VarId)>,
    expansions: HashMap<u32, DefinitionSite>,
}

impl Environment {
    pub(super) fn new() -> Environment {
        let top = Frame {
            parent: TOP,
            level: 0,
            active: true,
            names: Vec::new(),
            announced: HashMap::new(),
            owned: Vec::new(),
        };
        Environment {
            frames: vec![top],
            current: TOP,
            locals: HashMap::new(),
            globals: HashMap::new(),
            global_order: Vec::new(),
            expansions: HashMap::new(),
        }
    }

    /// The innermost frame.
    pub(super) fn current(&self) -> FrameId {
        self.current
    }

    /// True outside all frames.
    pub(super) fn at_top(&self) -> bool {
        self.current == TOP
    }

    /// Where a macro defined here looks up its names.
    pub(super) fn site(&self) -> DefinitionSite {
        DefinitionSite { frame: self.current, position: self.global_order.len() as u32 }
    }

    /// Notes that identifiers with this newest scope come from a macro defined there.
    pub(super) fn note_expansion(&mut self, scope: u32, site: DefinitionSite) {
        self.expansions.insert(scope, site);
    }

    /// Opens a frame.
    pub(super) fn push(&mut self) {
        let level = self.frame(self.current).level + 1;
        self.frames.push(Frame {
            parent: self.current,
            level,
            active: true,
            names: Vec::new(),
            announced: HashMap::new(),
            owned: Vec::new(),
        });
        self.current = FrameId(self.frames.len() as u32 - 1);
    }

    /// Closes the innermost frame; answers the variables that a `Scope` has to bring into being.
    pub(super) fn pop(&mut self) -> Vec<VarId> {
        let frame = &mut self.frames[self.current.0 as usize];
        frame.active = false;
        frame.announced = HashMap::new();
        let level = frame.level;
        for (ident, _) in &frame.names {
            if let Some(stack) = self.locals.get_mut(ident) {
                while stack.last().is_some_and(|b| b.level == level) {
                    stack.pop();
                }
            }
        }
        self.current = frame.parent;
        std::mem::take(&mut frame.owned)
    }

    /// Makes a local variable visible in the innermost frame, over what had its name.
    pub(super) fn bind(&mut self, ident: Ident, var: VarId) {
        let frame = &mut self.frames[self.current.0 as usize];
        let stack = self.locals.entry(ident.clone()).or_default();
        if stack.last().is_some_and(|b| b.level == frame.level && b.var == var) {
            return;
        }
        stack.push(Binding { level: frame.level, var });
        frame.names.push((ident, var));
    }

    /// Lets the innermost frame's `Scope` bring a variable into being.
    pub(super) fn own(&mut self, var: VarId) {
        self.frames[self.current.0 as usize].owned.push(var);
    }

    /// What the innermost scope itself, without those around it, binds the identifier to.
    pub(super) fn bound_here(&self, ident: &Ident) -> Option<VarId> {
        if self.at_top() {
            return Some(self.globals.get(ident)?.last()?.1);
        }
        let level = self.frame(self.current).level;
        self.locals.get(ident)?.last().filter(|binding| binding.level == level).map(|binding| binding.var)
    }

    /// Announces a variable of the innermost frame that a later definition takes up.
    pub(super) fn announce(&mut self, ident: Ident, var: VarId) {
        self.frames[self.current.0 as usize].announced.entry(ident).or_default().push_back(var);
    }

    /// Takes the next announced variable of that name.
    pub(super) fn take_announced(&mut self, ident: &Ident) -> Option<VarId> {
        self.frames[self.current.0 as usize].announced.get_mut(ident)?.pop_front()
    }

    /// Adds a top-level definition.
    pub(super) fn define_global(&mut self, ident: Ident, var: VarId) {
        let position = self.global_order.len() as u32;
        self.globals.entry(ident.clone()).or_default().push((position, var));
        self.global_order.push((ident, var));
    }

    /// Looks an identifier up from the place of the walk.
    pub(super) fn lookup(&self, ident: &Ident) -> Lookup {
        let mut frame = self.current;
        let mut position = self.global_order.len() as u32;
        let mut scopes = ident.scopes.clone();
        let mut candidates = Candidates::new();
        loop {
            let key = Ident { name: ident.name, scopes };
            match self.find_local(&key, frame) {
                Some((var, true)) => return Lookup::Variable(var),
                Some((_, false)) => return Lookup::OutOfReach,
                None => {}
            }
            let split = key.scopes.split_newest();
            candidates.push((key.scopes, position));
            let Some((older, newest)) = split else { break };
            scopes = older;
            match self.expansions.get(&newest) {
                Some(site) => {
                    frame = site.frame;
                    position = site.position;
                }
                None => {
                    frame = TOP;
                    position = self.global_order.len() as u32;
                }
            }
        }
        if let [(scopes, position)] = candidates.as_slice() {
            let key = Ident { name: ident.name, scopes: scopes.clone() };
            if let Some(var) = self.global_before(&key, *position) {
                return Lookup::Variable(var);
            }
        }
        Lookup::TopLevel(candidates)
    }

    /// The variable that a noted reference means, now that all definitions are known: the last
    /// definition before the position, or else the first after it.
    pub(super) fn settle(&self, name: Symbol, candidates: &Candidates) -> Option<VarId> {
        candidates.iter().find_map(|(scopes, position)| {
            let key = Ident { name, scopes: scopes.clone() };
            self.global_before(&key, *position).or_else(|| Some(self.globals.get(&key)?.first()?.1))
        })
    }

    /// The plain names in scope from a frame outwards, each with the variable it means; inner ones first.
    pub(super) fn visible(&self, from: FrameId) -> Vec<(Symbol, VarId)> {
        let mut seen = std::collections::HashSet::new();
        let mut names = Vec::new();
        let mut add = |ident: &Ident, var: VarId| {
            if ident.scopes == ScopeSet::EMPTY && seen.insert(ident.name) {
                names.push((ident.name, var));
            }
        };
        let mut frame = from;
        while frame != TOP {
            self.frame(frame).names.iter().rev().for_each(|(ident, var)| add(ident, *var));
            frame = self.frame(frame).parent;
        }
        self.global_order.iter().rev().for_each(|(ident, var)| add(ident, *var));
        names
    }

    fn global_before(&self, key: &Ident, position: u32) -> Option<VarId> {
        let definitions = self.globals.get(key)?;
        let count = definitions.partition_point(|(at, _)| *at < position);
        Some(definitions[count.checked_sub(1)?].1)
    }

    /// The local variable seen from a frame, and whether that frame surrounds the place of the walk.
    fn find_local(&self, key: &Ident, from: FrameId) -> Option<(VarId, bool)> {
        let mut frame = from;
        // Inactive frames: only a macro that is used outside the scope of its definition gets here.
        while !self.frame(frame).active {
            let found = self.frame(frame).names.iter().rev().find(|(ident, _)| ident == key);
            if let Some((_, var)) = found {
                return Some((*var, false));
            }
            frame = self.frame(frame).parent;
        }
        let level = self.frame(frame).level;
        let stack = self.locals.get(key)?;
        let count = stack.partition_point(|binding| binding.level <= level);
        Some((stack[count.checked_sub(1)?].var, true))
    }

    fn frame(&self, id: FrameId) -> &Frame {
        &self.frames[id.0 as usize]
    }
}
