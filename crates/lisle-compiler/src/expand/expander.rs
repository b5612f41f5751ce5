//! The state of one expansion, and the walk over expressions.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lisle_bytecode::{Const, DataOp};
use lisle_syntax::{Datum, SourceMap, Span, Symbol, Syntax};

use super::env::{Candidates, Environment, FrameId, Ident, Lookup};
use super::fault::{self, ContextId, Fault};
use super::forms::{self, Form};
use super::session::{MacroDef, Session};
use crate::Options;
use crate::hir::{Arg, BlockId, Expr, ExprKind, FnId, Function, ParamCollector, Var, VarId};
use crate::host::{Arity, Builtin, BuiltinKind, CompilerHost};

/// Levels of nesting that source may have, with a little room for what expansion adds.
const DEPTH_MAX: u32 = 10_500;

/// The limit as it is told to people.
const DEPTH_TOLD: u32 = 10_000;

/// Parts that an accessor symbol may have.
const ACCESSOR_PARTS_MAX: usize = 1_000;

/// Stack that a step of the walk may use before the next check.
const STACK_RED_ZONE: usize = 64 * 1024;

/// Stack that is added when little is left.
const STACK_SEGMENT: usize = 2 * 1024 * 1024;

/// Variable numbers from here on are noted references.
const NOTED: u32 = 1 << 31;

/// What the walk knows of a variable beyond [`Var`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// The function it is bound to directly.
    pub(super) function: Option<FnId>,
    /// Some `assign` sets it.
    pub(super) assigned: bool,
    /// The walk has passed its definition.
    pub(super) defined: bool,
    /// A definition made it (not a parameter or pattern), so that another one may set it.
    pub(super) redefinable: bool,
}

/// What a noted reference is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Call,
    Assign,
}

/// A reference that reached the top level.
pub(super) struct Noted {
    pub(super) name: Symbol,
    pub(super) candidates: Candidates,
    pub(super) span: Span,
    pub(super) frame: FrameId,
    pub(super) context: Option<ContextId>,
    pub(super) purpose: Purpose,
}

/// What `break` sees when it looks outwards.
pub(super) enum Target {
    /// A block or loop.
    Block { name: Option<Symbol>, id: BlockId },
    /// A function, or a body that runs under a handler.
    Barrier,
}

/// One running expansion of a macro.
pub(super) struct Context {
    pub(super) definition: Arc<MacroDef>,
    pub(super) parent: Option<ContextId>,
    pub(super) depth: u32,
}

pub(super) struct Expander<'a> {
    pub(super) host: &'a mut dyn CompilerHost,
    pub(super) session: &'a mut Session,
    pub(super) sources: &'a mut SourceMap,
    pub(super) mutable_by_default: bool,
    pub(super) compilation: u32,
    pub(super) env: Environment,
    pub(super) vars: Vec<Var>,
    pub(super) facts: Vec<Facts>,
    pub(super) functions: Vec<Function>,
    pub(super) globals: Vec<Symbol>,
    pub(super) builtins: HashMap<Symbol, Builtin>,
    pub(super) noted: Vec<Noted>,
    pub(super) contexts: Vec<Context>,
    pub(super) context: Option<ContextId>,
    pub(super) faults: Vec<Fault>,
    /// The function that is walked.
    pub(super) function: FnId,
    pub(super) targets: Vec<Target>,
    pub(super) signals: HashSet<Symbol>,
    /// Names of the sources that are part of the program.
    pub(super) included: HashSet<String>,
    /// A limit was reached: nothing more is expanded.
    pub(super) stopped: bool,
    depth: u32,
    blocks: u32,
}

impl<'a> Expander<'a> {
    pub(super) fn new(
        sources: &'a mut SourceMap,
        options: &Options,
        session: &'a mut Session,
        host: &'a mut dyn CompilerHost,
    ) -> Expander<'a> {
        let compilation = session.compilation();
        let mut expander = Expander {
            host,
            session,
            sources,
            mutable_by_default: options.mutable_by_default,
            compilation,
            env: Environment::new(),
            vars: Vec::new(),
            facts: Vec::new(),
            functions: vec![unfinished_function(Span::default())],
            globals: Vec::new(),
            builtins: HashMap::new(),
            noted: Vec::new(),
            contexts: Vec::new(),
            context: None,
            faults: Vec::new(),
            function: FnId(0),
            targets: vec![Target::Barrier],
            signals: HashSet::new(),
            included: HashSet::new(),
            stopped: false,
            depth: 0,
            blocks: 0,
        };
        for name in &options.predefined {
            let ident = Ident { name: *name, scopes: lisle_syntax::ScopeSet::EMPTY };
            let var = expander.declare(ident, Span::default(), false);
            expander.facts[var.0 as usize].redefinable = false;
        }
        expander
    }

    /// Runs one step of a recursive walk: checks depth and budget, and makes room on the stack.
    /// `None`, with a fault noted, when a limit is reached.
    pub(super) fn descend<T>(&mut self, span: Span, step: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.stopped {
            return None;
        }
        if self.depth >= DEPTH_MAX {
            self.too_deep(span);
            return None;
        }
        if self.context.is_some() && !self.session.spend_node() {
            self.stop(fault::EXPANSION_LIMIT, "macro expansion is too large (limit 10,000,000 nodes)", span);
            return None;
        }
        self.depth += 1;
        let result = stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || step(self));
        self.depth -= 1;
        Some(result)
    }

    /// Notes that the source is nested too deep, and stops.
    pub(super) fn too_deep(&mut self, span: Span) {
        self.stop(fault::TOO_DEEP, format!("nested too deep (limit {DEPTH_TOLD} levels)"), span);
    }

    /// Notes a fault after which nothing more is expanded.
    pub(super) fn stop(&mut self, code: &'static str, message: impl Into<String>, span: Span) {
        if !self.stopped {
            self.fault(code, message, span);
            self.stopped = true;
        }
    }

    /// Expands an expression.
    pub(super) fn expr(&mut self, syntax: &Syntax) -> Expr {
        let span = syntax.span();
        self.descend(span, |this| this.expr_step(syntax)).unwrap_or_else(|| nil(span))
    }

    /// Expands each of some expressions.
    pub(super) fn exprs(&mut self, forms: &[Syntax]) -> Vec<Expr> {
        forms.iter().map(|form| self.expr(form)).collect()
    }

    fn expr_step(&mut self, syntax: &Syntax) -> Expr {
        let span = syntax.span();
        match syntax.datum() {
            Datum::Symbol(name) => self.symbol(syntax, *name, Purpose::Read),
            Datum::List(items) => self.list(syntax, items),
            Datum::Array(items) => {
                let args = self.args(items);
                super::quote::array(args, span)
            }
            Datum::MArray(items) => {
                let args = self.args(items);
                Expr { kind: ExprKind::MArray(args), span }
            }
            Datum::Struct(items) => self.keyed_literal("struct", items, span),
            Datum::MStruct(items) => self.keyed_literal("@struct", items, span),
            Datum::Set(items) => self.keyed_literal("set", items, span),
            Datum::MSet(items) => self.keyed_literal("@set", items, span),
            Datum::Bytes(items) => {
                let args = self.args(items);
                self.call_builtin_args("bytes", args, span)
            }
            Datum::MBytes(items) => {
                let args = self.args(items);
                self.call_builtin_args("@bytes", args, span)
            }
            Datum::MString(text) => {
                let text = constant(Const::String(text.as_ref().to_owned()), span);
                self.call_builtin("thaw", vec![text], span)
            }
            Datum::Quote(inner) => self.quoted(inner),
            Datum::Quasiquote(inner) => self.template(inner, 1),
            Datum::Unquote(_) | Datum::UnquoteSplicing(_) => {
                self.fail(fault::MISPLACED_PREFIX, "quasiquote forms should be expanded before analysis", span)
            }
            Datum::Splice(_) => self.misplaced_splice(span),
            atom => constant(atom_const(atom), span),
        }
    }

    /// A fault, and what stands in for the expression.
    pub(super) fn fail(&mut self, code: &'static str, message: impl Into<String>, span: Span) -> Expr {
        self.fault(code, message, span);
        nil(span)
    }

    /// The fault of a splice outside of argument positions.
    pub(super) fn misplaced_splice(&mut self, span: Span) -> Expr {
        let message = "`;` is the splice operator, not a comment character. Use `#` for comments.";
        self.fail(fault::MISPLACED_PREFIX, message, span)
    }

    fn list(&mut self, syntax: &Syntax, items: &[Syntax]) -> Expr {
        let Some((head, args)) = items.split_first() else {
            return constant(Const::Data(vec![DataOp::List(0)]), syntax.span());
        };
        if let Some(name) = head.as_symbol() {
            let form = Form { name, whole: syntax, args };
            if let Some(handler) = forms::special(name) {
                return handler(self, &form);
            }
            if let Some(definition) = self.session.macros.get(&name).cloned() {
                return self.in_expansion(&definition, &form, Expander::expr);
            }
            if let Some(handler) = forms::predefined(name) {
                return handler(self, &form);
            }
        }
        self.call(head, args, syntax.span())
    }

    /// An ordinary call.
    pub(super) fn call(&mut self, head: &Syntax, args: &[Syntax], span: Span) -> Expr {
        let callee = match head.datum() {
            Datum::Symbol(name) => self.symbol(head, *name, Purpose::Call),
            _ => self.expr(head),
        };
        let args = self.args(args);
        Expr { kind: ExprKind::Call { callee: Box::new(callee), args }, span }
    }

    /// Arguments of a call, or elements of a literal that takes splices.
    pub(super) fn args(&mut self, items: &[Syntax]) -> Vec<Arg> {
        items
            .iter()
            .map(|item| match spliced(item) {
                Some(inner) => Arg { splice: true, expr: self.expr(inner) },
                None => Arg { splice: false, expr: self.expr(item) },
            })
            .collect()
    }

    fn keyed_literal(&mut self, constructor: &str, items: &[Syntax], span: Span) -> Expr {
        if let Some(splice) = items.iter().find(|item| spliced(item).is_some()) {
            let message = if constructor.ends_with("set") {
                "splice is not supported in set constructors (unordered collection)"
            } else {
                "splice is not supported in struct constructors (key-value types require key-value pairs)"
            };
            return self.fail(fault::MISPLACED_PREFIX, message, splice.span());
        }
        let exprs = self.exprs(items);
        if constructor == "struct" {
            match super::quote::constant_struct(exprs, span) {
                Ok(expr) => return expr,
                Err(exprs) => return self.call_builtin(constructor, exprs, span),
            }
        }
        self.call_builtin(constructor, exprs, span)
    }

    /// A symbol as an expression; `a:b:c` gets field `c` of field `b` of `a`.
    pub(super) fn symbol(&mut self, syntax: &Syntax, name: Symbol, purpose: Purpose) -> Expr {
        let span = syntax.span();
        let text = name.name();
        let is_accessor = text.contains(':') && text.split(':').all(|part| !part.is_empty());
        if !is_accessor {
            let ident = Ident { name, scopes: syntax.scopes().clone() };
            return self.reference(ident, span, purpose);
        }
        if text.split(':').count() > ACCESSOR_PARTS_MAX {
            self.too_deep(span);
            return nil(span);
        }
        let mut parts = text.split(':').map(Symbol::intern);
        let first = parts.next().unwrap_or(name);
        let ident = Ident { name: first, scopes: syntax.scopes().clone() };
        let base = self.reference(ident, span, Purpose::Read);
        parts.fold(base, |object, key| Expr { kind: ExprKind::Field(Box::new(object), key), span })
    }

    fn reference(&mut self, ident: Ident, span: Span, purpose: Purpose) -> Expr {
        match self.find(ident, span, purpose) {
            Some(var) => Expr { kind: ExprKind::Var(var), span },
            None => nil(span),
        }
    }

    /// The variable that an identifier means here, perhaps a noted one; `None`, with a fault, if it is out of reach.
    pub(super) fn find(&mut self, ident: Ident, span: Span, purpose: Purpose) -> Option<VarId> {
        match self.env.lookup(&ident) {
            Lookup::Variable(var) => {
                if !self.facts[var.0 as usize].defined {
                    self.vars[var.0 as usize].early = true;
                }
                Some(var)
            }
            Lookup::TopLevel(candidates) => {
                let index = self.noted.len() as u32;
                let (frame, context) = (self.env.current(), self.context);
                self.noted.push(Noted { name: ident.name, candidates, span, frame, context, purpose });
                Some(VarId(NOTED | index))
            }
            Lookup::OutOfReach => {
                let note = format!(
                    "a macro's template means the local variable `{}` here, which is visible only around the macro's definition",
                    ident.name
                );
                self.report_unknown(ident.name, span, self.env.current(), self.context, Some(&note));
                None
            }
        }
    }

    /// The index of a noted reference; `None` for a real variable.
    pub(super) fn noted_index(var: VarId) -> Option<usize> {
        (var.0 & NOTED != 0).then_some((var.0 & !NOTED) as usize)
    }

    /// Makes a local variable of the function that is walked, without a name in scope.
    pub(super) fn new_var(&mut self, name: Symbol, span: Span, mutable: bool) -> VarId {
        let var = VarId(self.vars.len() as u32);
        self.vars.push(Var { name, span, mutable, owner: self.function, global: None, early: false });
        self.facts.push(Facts { defined: true, ..Facts::default() });
        var
    }

    /// Makes a local variable that no program text can name.
    pub(super) fn hidden(&mut self, name: &str, span: Span) -> VarId {
        self.new_var(Symbol::intern(name), span, false)
    }

    /// Makes the variable of a definition in the innermost scope and binds its name: a top-level one, the
    /// one announced by the scan of the body, or a new local one. Its value counts as defined from here on.
    pub(super) fn declare(&mut self, ident: Ident, span: Span, mutable: bool) -> VarId {
        if self.env.at_top() {
            let var = VarId(self.vars.len() as u32);
            let slot = self.globals.len() as u32;
            self.globals.push(ident.name);
            self.vars.push(Var { name: ident.name, span, mutable, owner: FnId(0), global: Some(slot), early: true });
            self.facts.push(Facts { defined: true, redefinable: true, ..Facts::default() });
            self.env.define_global(ident, var);
            return var;
        }
        let var = self.env.take_announced(&ident).unwrap_or_else(|| {
            let var = self.new_var(ident.name, span, mutable);
            self.env.own(var);
            var
        });
        let facts = &mut self.facts[var.0 as usize];
        facts.defined = true;
        facts.redefinable = true;
        self.env.bind(ident, var);
        var
    }

    /// Makes the variable of a definition that comes later in the innermost frame, and lets it be seen
    /// unless the frame has that name already (then the definition shadows it from its place on).
    pub(super) fn announce(&mut self, ident: Ident, span: Span, mutable: bool) {
        let var = self.new_var(ident.name, span, mutable);
        self.facts[var.0 as usize] = Facts { redefinable: true, ..Facts::default() };
        self.env.own(var);
        if self.env.bound_here(&ident).is_none() {
            self.env.bind(ident.clone(), var);
        }
        self.env.announce(ident, var);
    }

    /// Names a new block or loop.
    pub(super) fn new_block(&mut self) -> BlockId {
        self.blocks += 1;
        BlockId(self.blocks)
    }

    /// Runs `walk` with a block or loop that `break` can leave.
    pub(super) fn in_block<T>(&mut self, name: Option<Symbol>, walk: impl FnOnce(&mut Self) -> T) -> (BlockId, T) {
        let id = self.new_block();
        self.targets.push(Target::Block { name, id });
        let result = walk(self);
        self.targets.pop();
        (id, result)
    }

    /// Runs `walk` in a body that `break` cannot leave.
    pub(super) fn behind_barrier<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        self.targets.push(Target::Barrier);
        let result = walk(self);
        self.targets.pop();
        result
    }

    /// Runs `walk` in a new frame; what it answers becomes the body of the frame's scope.
    pub(super) fn in_frame(&mut self, span: Span, walk: impl FnOnce(&mut Self) -> Vec<Expr>) -> Expr {
        self.env.push();
        let body = walk(self);
        let vars = self.env.pop();
        scope(vars, body, span)
    }

    /// A body in a scope of its own.
    pub(super) fn scoped_body(&mut self, forms: &[Syntax], span: Span) -> Expr {
        self.in_frame(span, |this| this.body(forms))
    }

    /// A predefined function or value as an expression, whatever the program binds to its name.
    pub(super) fn builtin(&mut self, name: &str, span: Span) -> Expr {
        let name = Symbol::intern(name);
        let builtin = self.host.builtin(name).unwrap_or(Builtin {
            canonical: name,
            kind: BuiltinKind::Native,
            arity: Arity { min: 0, max: None },
        });
        self.builtins.insert(builtin.canonical, builtin);
        Expr { kind: ExprKind::Builtin(builtin.canonical), span }
    }

    /// A call of a predefined function, whatever the program binds to its name.
    pub(super) fn call_builtin(&mut self, name: &str, args: Vec<Expr>, span: Span) -> Expr {
        let args = args.into_iter().map(|expr| Arg { splice: false, expr }).collect();
        self.call_builtin_args(name, args, span)
    }

    /// The same with arguments that may be spliced.
    pub(super) fn call_builtin_args(&mut self, name: &str, args: Vec<Arg>, span: Span) -> Expr {
        let callee = Box::new(self.builtin(name, span));
        Expr { kind: ExprKind::Call { callee, args }, span }
    }
}

/// The operand of a splice, written either way.
pub(super) fn spliced(syntax: &Syntax) -> Option<&Syntax> {
    match syntax.datum() {
        Datum::Splice(inner) => Some(inner),
        Datum::List(items) => match items.as_slice() {
            [head, inner] if head.is_symbol("splice") => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// The constant of an atom other than a symbol; nil for compounds, which callers have dealt with.
pub(super) fn atom_const(datum: &Datum) -> Const {
    match datum {
        Datum::Bool(value) => Const::Bool(*value),
        Datum::Int(value) => Const::Int(*value),
        Datum::Float(value) => Const::Float(value.to_bits()),
        Datum::Symbol(name) => Const::Symbol(*name),
        Datum::Keyword(name) => Const::Keyword(*name),
        Datum::String(text) | Datum::MString(text) => Const::String(text.as_ref().to_owned()),
        _ => Const::Nil,
    }
}

/// A constant expression.
pub(super) fn constant(value: Const, span: Span) -> Expr {
    Expr { kind: ExprKind::Const(value), span }
}

/// nil
pub(super) fn nil(span: Span) -> Expr {
    constant(Const::Nil, span)
}

/// A variable's value.
pub(super) fn variable(var: VarId, span: Span) -> Expr {
    Expr { kind: ExprKind::Var(var), span }
}

/// A definition.
pub(super) fn define(var: VarId, value: Expr, span: Span) -> Expr {
    Expr { kind: ExprKind::Define(var, Box::new(value)), span }
}

/// Expressions in order; a single one stands for itself.
pub(super) fn seq(mut exprs: Vec<Expr>, span: Span) -> Expr {
    match exprs.len() {
        0 => nil(span),
        1 => exprs.remove(0),
        _ => Expr { kind: ExprKind::Seq(exprs), span },
    }
}

/// A scope; without variables only its body.
pub(super) fn scope(vars: Vec<VarId>, body: Vec<Expr>, span: Span) -> Expr {
    if vars.is_empty() { seq(body, span) } else { Expr { kind: ExprKind::Scope { vars, body }, span } }
}

/// What stands for a function until its body has been walked.
pub(super) fn unfinished_function(span: Span) -> Function {
    Function {
        name: None,
        required: Vec::new(),
        optional: Vec::new(),
        collector: ParamCollector::None,
        body: nil(span),
        silent: false,
        doc: None,
        span,
    }
}
