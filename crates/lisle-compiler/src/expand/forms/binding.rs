//! Forms that bind names: `def`, `var`, `defn`, `fn`, the `let` family, `assign`, `default`, `parameterize`.

use std::collections::HashMap;

use lisle_syntax::{Datum, Diagnostic, Span, Syntax};

use crate::expand::body::{binder, leaves};
use crate::expand::env::Ident;
use crate::expand::expander::{Expander, Purpose, define, nil, scope, seq, variable};
use crate::expand::fault;
use crate::expand::forms::Form;
use crate::expand::patterns::{bound_vars, can_be_pattern};
use crate::hir::{Bind, Expr, ExprKind, VarId};

/// `(def PATTERN EXPR)`, `(var PATTERN EXPR)`, `(defn NAME PARAMS body…)` anywhere but directly in a body.
pub(super) fn definition(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let (expr, bound) = x.define_form(form, false);
    if !x.env.at_top() {
        // Whether it ever runs is not known, so the variable must hold nil from the start.
        for var in bound {
            x.vars[var.0 as usize].early = true;
        }
    }
    expr
}

impl Expander<'_> {
    /// A definition that stands directly in a body (whose scan announced its names) or at the top level.
    pub(in crate::expand) fn direct_definition(&mut self, syntax: &Syntax) -> Expr {
        let span = syntax.span();
        let walked = self.descend(span, |this| Form::of(syntax).map(|form| this.define_form(&form, true).0));
        walked.flatten().unwrap_or_else(|| nil(span))
    }

    fn define_form(&mut self, form: &Form<'_>, direct: bool) -> (Expr, Vec<VarId>) {
        let span = form.span();
        let is_defn = form.name.name() == "defn";
        let mutable = self.mutable_by_default || form.name.name() == "var";
        if is_defn {
            if !self.check_macro_arity(form.name, 2, None, form) {
                return (nil(span), Vec::new());
            }
            let target = &form.args[0];
            if binder(target).is_none() {
                let message = "defn requires a symbol as its name";
                return (self.fail(fault::MALFORMED, message, target.span()), Vec::new());
            }
            let walk = |this: &mut Self| this.function(&form.args[1], &form.args[2..], span);
            if !direct && let Some(var) = self.redefined(target, mutable) {
                let value = walk(self);
                return (self.redefinition(var, value, span), vec![var]);
            }
            return self.define_function(target, mutable, span, walk);
        }
        let [target, value] = form.args else {
            let message = format!("{} requires name and value", form.name);
            return (self.fail(fault::MALFORMED, message, span), Vec::new());
        };
        if !direct && let Some(var) = self.redefined(target, mutable) {
            let value = self.expr(value);
            return (self.redefinition(var, value, span), vec![var]);
        }
        let is_lambda = Form::of(value).is_some_and(|value| value.name.name() == "fn");
        if is_lambda && binder(target).is_some() {
            return self.define_function(target, mutable, span, |this| this.expr(value));
        }
        let value = self.expr(value);
        self.bind_value(target, mutable, value, span)
    }

    /// The variable that a definition sets instead of making a new one. A definition that may or may not
    /// run does so if a definition in the same scope made that name already: `(if c (def x 1) (def x 2))`
    /// means one `x` afterwards.
    fn redefined(&self, target: &Syntax, mutable: bool) -> Option<VarId> {
        let (ident, marked) = binder(target)?;
        let var = self.env.bound_here(&ident)?;
        let fits = self.facts[var.0 as usize].redefinable && self.vars[var.0 as usize].mutable == (mutable || marked);
        fits.then_some(var)
    }

    fn redefinition(&mut self, var: VarId, value: Expr, span: Span) -> Expr {
        self.facts[var.0 as usize].assigned = true;
        if let ExprKind::Fn(id) = value.kind {
            self.functions[id.0 as usize].name.get_or_insert(self.vars[var.0 as usize].name);
        }
        Expr { kind: ExprKind::Assign(var, Box::new(value)), span }
    }

    /// A definition whose value is a function: it sees itself.
    fn define_function(
        &mut self,
        target: &Syntax,
        mutable: bool,
        span: Span,
        walk: impl FnOnce(&mut Self) -> Expr,
    ) -> (Expr, Vec<VarId>) {
        let Some(Bind::Var(var)) = self.bind_pattern(target, mutable) else {
            return (walk(self), Vec::new());
        };
        self.facts[var.0 as usize].defined = false;
        let value = walk(self);
        self.facts[var.0 as usize].defined = true;
        self.note_function(var, &value);
        (define(var, value, span), vec![var])
    }

    /// Binds the names of a pattern to an expression that has been walked.
    pub(in crate::expand) fn bind_value(
        &mut self,
        target: &Syntax,
        mutable: bool,
        value: Expr,
        span: Span,
    ) -> (Expr, Vec<VarId>) {
        match self.bind_pattern(target, mutable) {
            None | Some(Bind::Ignore) => (value, Vec::new()),
            Some(Bind::Var(var)) => {
                self.note_function(var, &value);
                (define(var, value, span), vec![var])
            }
            Some(pattern) => {
                let bound = bound_vars(&pattern);
                let kind = ExprKind::Destructure { pattern, value: Box::new(value), lenient: false };
                (Expr { kind, span }, bound)
            }
        }
    }

    /// If the value is a function made right here, the variable is known to hold it, and names it.
    fn note_function(&mut self, var: VarId, value: &Expr) {
        if let ExprKind::Fn(id) = value.kind {
            self.facts[var.0 as usize].function = Some(id);
            self.functions[id.0 as usize].name.get_or_insert(self.vars[var.0 as usize].name);
        }
    }

    /// The pairs of a binding list in either style: `[p e p e …]`, `([p e] [p e] …)`, `(p e p e …)`.
    fn binding_pairs<'s>(&mut self, form: &Form<'_>, list: &'s Syntax) -> Option<Vec<(&'s Syntax, &'s Syntax)>> {
        let name = form.name;
        let Some(items) = list.as_sequence() else {
            let not = if matches!(list.datum(), Datum::MArray(_)) { ", not @[...]" } else { "" };
            self.fault(fault::MALFORMED, format!("{name} bindings must use (...) or [...]{not}"), list.span());
            return None;
        };
        if list.as_list().is_some()
            && let Some(pairs) = nested_pairs(items, |item| match item.datum() {
                Datum::Array(pair) => Some(pair.as_slice()),
                _ => None,
            })
            && pairs.iter().all(|(target, _)| can_be_pattern(target))
        {
            return Some(pairs);
        }
        if !items.len().is_multiple_of(2) {
            let message = format!("{name} bindings must have an even number of forms (name/value pairs)");
            self.fault(fault::MALFORMED, message, list.span());
            return None;
        }
        Some(items.chunks_exact(2).map(|pair| (&pair[0], &pair[1])).collect())
    }
}

/// The pairs, if every item is a bracket of two.
fn nested_pairs<'s>(
    items: &'s [Syntax],
    bracket: impl Fn(&'s Syntax) -> Option<&'s [Syntax]>,
) -> Option<Vec<(&'s Syntax, &'s Syntax)>> {
    items
        .iter()
        .map(|item| match bracket(item) {
            Some([target, value]) => Some((target, value)),
            _ => None,
        })
        .collect()
}

/// `(fn PARAMS body…)`
pub(super) fn function(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    match form.args.split_first() {
        Some((params, body)) => x.function(params, body, form.span()),
        None => x.fail(fault::MALFORMED, "lambda requires parameters and body", form.span()),
    }
}

/// `(let [p e …] body…)` and `let*`.
pub(super) fn let_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let Some((list, body)) = form.args.split_first() else {
        return x.fail(fault::MALFORMED, format!("{} requires bindings and body", form.name), span);
    };
    let Some(pairs) = x.binding_pairs(form, list) else { return nil(span) };
    let mutable = x.mutable_by_default;
    x.in_frame(span, |x| {
        let mut exprs = Vec::with_capacity(pairs.len() + body.len());
        for (target, value) in pairs {
            let value = x.expr(value);
            exprs.push(x.bind_value(target, mutable, value, target.span()).0);
        }
        if body.is_empty() {
            exprs.push(nil(span));
        }
        exprs.extend(x.body(body));
        exprs
    })
}

/// `(letrec [p e …] body…)`
pub(super) fn letrec(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (list, body) = match form.args.split_first() {
        Some((list, body)) if !body.is_empty() => (list, body),
        _ => return x.fail(fault::MALFORMED, "letrec requires bindings and body", span),
    };
    let Some(pairs) = x.binding_pairs(form, list) else { return nil(span) };
    let mutable = x.mutable_by_default;
    x.in_frame(span, |x| {
        let mut first: HashMap<Ident, Span> = HashMap::new();
        for (target, _) in &pairs {
            for (ident, marked, place) in leaves(target) {
                match first.get(&ident) {
                    Some(earlier) => {
                        let at = x.sources.describe(*earlier).unwrap_or_default();
                        let message = format!("duplicate binding '{}' (previously defined at {at})", ident.name);
                        let diagnostic = Diagnostic::error(fault::DUPLICATE, message, place)
                            .with_label(*earlier, "first bound here");
                        x.report(diagnostic);
                    }
                    None => {
                        first.insert(ident.clone(), place);
                    }
                }
                x.announce(ident, place, mutable || marked);
            }
        }
        let mut exprs = Vec::with_capacity(pairs.len() + body.len());
        for (target, value) in pairs {
            let value = x.expr(value);
            exprs.push(x.bind_value(target, mutable, value, target.span()).0);
        }
        exprs.extend(x.body(body));
        exprs
    })
}

/// `(assign NAME EXPR)`
pub(super) fn assign(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let [target, value] = form.args else {
        return x.fail(fault::MALFORMED, "assign requires name and value", form.span());
    };
    let value = x.expr(value);
    assignment(x, target, value, form.span())
}

fn assignment(x: &mut Expander<'_>, target: &Syntax, value: Expr, span: Span) -> Expr {
    let name = match target.as_symbol() {
        Some(name) if !name.name().contains(':') => name,
        other => {
            let mut diagnostic = Diagnostic::error(fault::ASSIGNMENT, "assign target must be a symbol", target.span());
            if other.is_some() {
                diagnostic = diagnostic.with_help("change a field with `put`");
            }
            x.report(diagnostic);
            return value;
        }
    };
    let ident = Ident { name, scopes: target.scopes().clone() };
    let Some(var) = x.find(ident, target.span(), Purpose::Assign) else { return value };
    if Expander::noted_index(var).is_none() {
        x.check_assignable(var, target.span(), x.context);
    }
    Expr { kind: ExprKind::Assign(var, Box::new(value)), span }
}

/// `(default NAME EXPR)`: assigns if the variable is nil.
pub(super) fn default(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if !x.check_macro_arity(form.name, 2, Some(2), form) {
        return nil(span);
    }
    let current = x.expr(&form.args[0]);
    let test = x.call_builtin("nil?", vec![current], span);
    let value = x.expr(&form.args[1]);
    let assign = assignment(x, &form.args[0], value, span);
    Expr { kind: ExprKind::If(Box::new(test), Box::new(assign), Box::new(nil(span))), span }
}

/// `(if-let [p e …] then else)`
pub(super) fn if_let(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if !x.check_macro_arity(form.name, 3, Some(3), form) {
        return nil(form.span());
    }
    let otherwise = &form.args[2];
    conditional_let(x, form, |x| x.expr(&form.args[1]), |x| x.expr(otherwise))
}

/// `(when-let [p e …] body…)`
pub(super) fn when_let(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if !x.check_macro_arity(form.name, 1, None, form) {
        return nil(span);
    }
    conditional_let(x, form, |x| x.scoped_body(&form.args[1..], span), |_| nil(span))
}

/// The bindings become operands of an `and`, so that the first falsy value leads to the other branch.
fn conditional_let(
    x: &mut Expander<'_>,
    form: &Form<'_>,
    then: impl FnOnce(&mut Expander<'_>) -> Expr,
    otherwise: impl FnOnce(&mut Expander<'_>) -> Expr,
) -> Expr {
    let span = form.span();
    let Some(pairs) = x.binding_pairs(form, &form.args[0]) else { return nil(span) };
    let mutable = x.mutable_by_default;
    x.env.push();
    let mut tests = Vec::with_capacity(pairs.len());
    let mut hidden = Vec::new();
    for (target, value) in pairs {
        let place = target.span();
        let value = x.expr(value);
        if target.as_symbol().is_some() {
            tests.push(x.bind_value(target, mutable, value, place).0);
        } else {
            // A pattern is taken apart only once its value is known to be there.
            let whole = x.hidden("value", place);
            hidden.push(whole);
            tests.push(define(whole, value, place));
            let taken = x.bind_value(target, mutable, variable(whole, place), place).0;
            tests.push(seq(vec![taken, variable(whole, place)], place));
        }
    }
    let then = then(x);
    let mut vars = x.env.pop();
    vars.extend(hidden);
    let otherwise = otherwise(x);
    if tests.is_empty() {
        return scope(vars, vec![then], span);
    }
    let test = Expr { kind: ExprKind::And(tests), span };
    let branch = Expr { kind: ExprKind::If(Box::new(test), Box::new(then), Box::new(otherwise)), span };
    scope(vars, vec![branch], span)
}

/// `(parameterize ((p v) …) body…)`, the pairs also flat.
pub(super) fn parameterize(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let Some((list, body)) = form.args.split_first() else {
        return x.fail(fault::MALFORMED, "parameterize requires bindings and body", span);
    };
    let Some(items) = list.as_sequence() else {
        return x.fail(fault::MALFORMED, "parameterize bindings must use (...) or [...]", list.span());
    };
    let pairs = match nested_pairs(items, Syntax::as_sequence) {
        Some(pairs) => pairs,
        None if items.len().is_multiple_of(2) => items.chunks_exact(2).map(|pair| (&pair[0], &pair[1])).collect(),
        None => {
            let message = "parameterize bindings must be (parameter value) pairs";
            return x.fail(fault::MALFORMED, message, list.span());
        }
    };
    let pairs = pairs.into_iter().map(|(parameter, value)| (x.expr(parameter), x.expr(value))).collect();
    let body = Box::new(x.scoped_body(body, span));
    Expr { kind: ExprKind::Parameterize { pairs, body }, span }
}
