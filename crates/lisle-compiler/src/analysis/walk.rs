//! The walk that collects facts.

use crate::hir::{Arg, Bind, Expr, ExprKind, FnId, ParamCollector, Pattern, Program, VarId};

/// What is known of a variable after the walk.
#[derive(Clone, Debug, Default)]
pub(super) struct Fact {
    /// Some `Assign` sets it.
    pub(super) assigned: bool,
    /// A definition stands directly in the body of its scope.
    pub(super) defined_in_scope: bool,
    /// How many definitions there are.
    pub(super) definitions: u32,
    /// The function that its definition in its scope binds it to.
    pub(super) function: Option<FnId>,
    /// The walk is past its definition.
    passed: bool,
    /// The scope that makes it, by order of the walk.
    scope: u32,
}

/// A function mentions a variable that may belong to another function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) var: VarId,
    pub(super) function: FnId,
    /// The mention may run before the definition.
    pub(super) before_definition: bool,
}

/// The result of the walk.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) vars: Vec<Fact>,
    pub(super) mentions: Vec<Mention>,
    /// The function around each function; `None` for the body of the program.
    pub(super) parents: Vec<Option<FnId>>,
}

struct Walk<'p> {
    program: &'p Program,
    facts: Facts,
    function: FnId,
    scopes: u32,
}

pub(super) fn collect(program: &Program) -> Facts {
    let facts = Facts {
        vars: vec![Fact::default(); program.vars.len()],
        mentions: Vec::new(),
        parents: vec![None; program.functions.len()],
    };
    let mut walk = Walk { program, facts, function: FnId(0), scopes: 0 };
    walk.function(FnId(0));
    walk.facts
}

impl Walk<'_> {
    fn function(&mut self, id: FnId) {
        let Some(function) = self.program.functions.get(id.0 as usize) else { return };
        let outer = std::mem::replace(&mut self.function, id);
        for var in function.required.iter().chain(&function.optional) {
            self.pass(*var);
        }
        match &function.collector {
            ParamCollector::None => {}
            ParamCollector::Rest(var) | ParamCollector::Keys(var) => self.pass(*var),
            ParamCollector::Named(names) => names.iter().for_each(|(_, var)| self.pass(*var)),
        }
        self.expr(&function.body);
        self.function = outer;
    }

    /// The variable has its value from here on.
    fn pass(&mut self, var: VarId) {
        self.facts.vars[var.0 as usize].passed = true;
    }

    fn mention(&mut self, var: VarId) {
        let known = &self.program.vars[var.0 as usize];
        if known.global.is_some() {
            return;
        }
        let before_definition = !self.facts.vars[var.0 as usize].passed;
        if known.owner == self.function && !before_definition && !known.early {
            return;
        }
        let mention = Mention { var, function: self.function, before_definition };
        if self.facts.mentions.last() != Some(&mention) {
            self.facts.mentions.push(mention);
        }
    }

    fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn args(&mut self, args: &[Arg]) {
        self.exprs(args.iter().map(|arg| &arg.expr));
    }

    fn expr(&mut self, expr: &Expr) {
        stacker::maybe_grow(64 * 1024, 2 * 1024 * 1024, || self.step(expr));
    }

    fn step(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Template { .. } | ExprKind::Builtin(_) => {}
            ExprKind::Var(var) => self.mention(*var),
            ExprKind::Assign(var, value) => {
                self.expr(value);
                self.facts.vars[var.0 as usize].assigned = true;
                self.mention(*var);
            }
            ExprKind::Define(var, value) => {
                self.expr(value);
                self.define(*var);
            }
            ExprKind::Scope { vars, body } => {
                self.scopes += 1;
                let scope = self.scopes;
                for var in vars {
                    self.facts.vars[var.0 as usize].scope = scope;
                }
                for expr in body {
                    self.note_direct_definition(expr, scope);
                    self.expr(expr);
                }
            }
            ExprKind::Seq(exprs) | ExprKind::And(exprs) | ExprKind::Or(exprs) => self.exprs(exprs),
            ExprKind::If(test, then, otherwise) => self.exprs([&**test, then, otherwise]),
            ExprKind::Cond(clauses, default) => {
                self.exprs(clauses.iter().flat_map(|(test, value)| [test, value]));
                self.exprs(default.as_deref());
            }
            ExprKind::Case(subject, clauses, default) => {
                self.mention(*subject);
                self.exprs(clauses.iter().flat_map(|(key, value)| [key, value]));
                self.exprs(default.as_deref());
            }
            ExprKind::While { test, body, .. } => self.exprs([&**test, body]),
            ExprKind::Block { body, .. } | ExprKind::Break { value: body, .. } => self.expr(body),
            ExprKind::Each { item, coll, body, .. } => {
                self.expr(coll);
                self.pass(*item);
                self.expr(body);
            }
            ExprKind::Fn(id) => {
                self.facts.parents[id.0 as usize] = Some(self.function);
                self.function(*id);
            }
            ExprKind::Call { callee, args } => {
                self.expr(callee);
                self.args(args);
            }
            ExprKind::Array(args) | ExprKind::MArray(args) => self.args(args),
            ExprKind::Field(object, _) => self.expr(object),
            ExprKind::Match { subject, arms } => {
                self.mention(*subject);
                for arm in arms {
                    for var in &arm.vars {
                        self.pass(*var);
                    }
                    self.pattern(&arm.pattern);
                    self.exprs(&arm.guard);
                    self.expr(&arm.body);
                }
            }
            ExprKind::Destructure { pattern, value, .. } => {
                self.expr(value);
                bound_vars(pattern, &mut |var| self.define(var));
            }
            ExprKind::Try { body, error, handler } => {
                self.expr(body);
                self.pass(*error);
                self.expr(handler);
            }
            ExprKind::Protect(body) | ExprKind::Emit { value: body, .. } => self.expr(body),
            ExprKind::Defer { cleanup, body } => self.exprs([&**body, cleanup]),
            ExprKind::Parameterize { pairs, body } => {
                self.exprs(pairs.iter().flat_map(|(parameter, value)| [parameter, value]));
                self.expr(body);
            }
        }
    }

    fn define(&mut self, var: VarId) {
        let fact = &mut self.facts.vars[var.0 as usize];
        fact.passed = true;
        fact.definitions += 1;
        // A definition made by an inner function would be an assignment to the outer frame.
        let known = &self.program.vars[var.0 as usize];
        if known.global.is_none() && known.owner != self.function {
            fact.assigned = true;
            self.mention(var);
        }
    }

    /// Notes what an expression defines that stands directly in the body of a scope, if that scope makes
    /// the variable: such a definition runs exactly once.
    fn note_direct_definition(&mut self, expr: &Expr, scope: u32) {
        let vars = &mut self.facts.vars;
        match &expr.kind {
            ExprKind::Define(var, value) => {
                let fact = &mut vars[var.0 as usize];
                fact.defined_in_scope |= fact.scope == scope;
                if let ExprKind::Fn(id) = value.kind {
                    fact.function = Some(id);
                }
            }
            ExprKind::Destructure { pattern, .. } => bound_vars(pattern, &mut |var| {
                let fact = &mut vars[var.0 as usize];
                fact.defined_in_scope |= fact.scope == scope;
            }),
            _ => {}
        }
    }

    /// Pattern variables are declared by their arm; nothing in a pattern is evaluated.
    fn pattern(&mut self, pattern: &Pattern) {
        let mut pending = vec![pattern];
        while let Some(pattern) = pending.pop() {
            match pattern {
                Pattern::Any | Pattern::Literal(_) | Pattern::EmptyList => {}
                Pattern::Var(var) => self.pass(*var),
                Pattern::List(items, rest) | Pattern::Array { items, rest, .. } => {
                    pending.extend(items);
                    pending.extend(rest.as_deref());
                }
                Pattern::Struct { fields, rest, .. } => {
                    pending.extend(fields.iter().map(|(_, pattern)| pattern));
                    pending.extend(rest.as_deref());
                }
                Pattern::Set { inner, .. } => pending.push(inner),
                Pattern::Or(alternatives) => pending.extend(alternatives),
            }
        }
    }
}

/// Calls `found` with every variable of a binding pattern, without recursion.
fn bound_vars(pattern: &Bind, found: &mut dyn FnMut(VarId)) {
    let mut pending = vec![pattern];
    while let Some(pattern) = pending.pop() {
        match pattern {
            Bind::Ignore => {}
            Bind::Var(var) => found(*var),
            Bind::List(items, rest) | Bind::Array(items, rest) => {
                pending.extend(items);
                pending.extend(rest.as_deref());
            }
            Bind::Struct(fields, rest) => {
                pending.extend(fields.iter().map(|(_, pattern)| pattern));
                pending.extend(rest.as_deref());
            }
        }
    }
}
