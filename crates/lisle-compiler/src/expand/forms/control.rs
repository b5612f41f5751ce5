//! Conditionals, sequences, blocks and `match`.

use lisle_bytecode::Const;
use lisle_syntax::Syntax;

use crate::expand::expander::{Expander, Target, constant, define, nil, scope, seq};
use crate::expand::fault;
use crate::expand::forms::Form;
use crate::expand::matching::{ArmNames, fits_all, fits_bool};
use crate::hir::{Arm, BlockId, Expr, ExprKind, Pattern};

/// `(if c t e?)`
pub(super) fn if_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (test, then, otherwise) = match form.args {
        [test, then] => (test, then, None),
        [test, then, otherwise] => (test, then, Some(otherwise)),
        _ => return x.fail(fault::MALFORMED, "if requires 2 or 3 arguments", span),
    };
    let test = x.expr(test);
    let then = x.expr(then);
    let otherwise = otherwise.map_or_else(|| nil(span), |otherwise| x.expr(otherwise));
    Expr { kind: ExprKind::If(Box::new(test), Box::new(then), Box::new(otherwise)), span }
}

/// `(when c body…)`
pub(super) fn when(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    one_armed(x, form, ExprKind::If)
}

/// `(unless c body…)`
pub(super) fn unless(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    one_armed(x, form, |test, body, nil| ExprKind::If(test, nil, body))
}

fn one_armed(x: &mut Expander<'_>, form: &Form<'_>, make: fn(Box<Expr>, Box<Expr>, Box<Expr>) -> ExprKind) -> Expr {
    let span = form.span();
    if !x.check_macro_arity(form.name, 1, None, form) {
        return nil(span);
    }
    let test = x.expr(&form.args[0]);
    let body = seq(x.exprs(&form.args[1..]), span);
    Expr { kind: make(Box::new(test), Box::new(body), Box::new(nil(span))), span }
}

/// Test and value pairs, and an odd last form.
fn pairs(x: &mut Expander<'_>, forms: &[Syntax]) -> (Vec<(Expr, Expr)>, Option<Box<Expr>>) {
    let chunks = forms.chunks_exact(2);
    let last = chunks.remainder().first();
    let pairs = chunks.map(|pair| (x.expr(&pair[0]), x.expr(&pair[1]))).collect();
    (pairs, last.map(|last| Box::new(x.expr(last))))
}

/// `(cond t v … default?)`
pub(super) fn cond(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let (pairs, default) = pairs(x, form.args);
    Expr { kind: ExprKind::Cond(pairs, default), span: form.span() }
}

/// `(case e k v … default?)`
pub(super) fn case(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if !x.check_macro_arity(form.name, 1, None, form) {
        return nil(span);
    }
    let subject = x.expr(&form.args[0]);
    let var = x.hidden("case", span);
    x.env.push();
    let (pairs, default) = pairs(x, &form.args[1..]);
    let mut vars = x.env.pop();
    vars.push(var);
    let dispatch = Expr { kind: ExprKind::Case(var, pairs, default), span };
    scope(vars, vec![define(var, subject, span), dispatch], span)
}

/// `(and …)`
pub(super) fn and(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if form.args.is_empty() {
        return constant(Const::Bool(true), form.span());
    }
    Expr { kind: ExprKind::And(x.exprs(form.args)), span: form.span() }
}

/// `(or …)`
pub(super) fn or(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if form.args.is_empty() {
        return constant(Const::Bool(false), form.span());
    }
    Expr { kind: ExprKind::Or(x.exprs(form.args)), span: form.span() }
}

/// `(begin e…)`: no scope of its own.
pub(super) fn begin(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let exprs = x.exprs(form.args);
    seq(exprs, form.span())
}

/// `(block :name? e…)`
pub(super) fn block(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (name, body) = match form.args.split_first() {
        Some((first, rest)) if first.as_keyword().is_some() => (first.as_keyword(), rest),
        _ => (None, form.args),
    };
    let (block, body) = x.in_block(name, |x| x.scoped_body(body, span));
    Expr { kind: ExprKind::Block { block, body: Box::new(body) }, span }
}

/// `(break)`, `(break v)`, `(break :name)`, `(break :name v)`
pub(super) fn break_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (name, value) = match form.args {
        [] => (None, None),
        [only] => match only.as_keyword() {
            Some(name) => (Some(name), None),
            None => (None, Some(only)),
        },
        [name, value] => match name.as_keyword() {
            Some(name) => (Some(name), Some(value)),
            None => return x.fail(fault::BREAK, "break: block name must be a keyword", name.span()),
        },
        _ => return x.fail(fault::BREAK, "break takes at most a block name and a value", span),
    };
    let value = value.map_or_else(|| nil(span), |value| x.expr(value));
    let fits = |target: &Target| match target {
        Target::Block { name: own, id } if name.is_none() || *own == name => Some(*id),
        _ => None,
    };
    let reachable: Option<BlockId> =
        x.targets.iter().rev().take_while(|t| !matches!(t, Target::Barrier)).find_map(fits);
    if let Some(block) = reachable {
        return Expr { kind: ExprKind::Break { block, value: Box::new(value) }, span };
    }
    let message = match name {
        _ if x.targets.iter().any(|target| fits(target).is_some()) => "break cannot cross function boundary".to_owned(),
        Some(name) => format!("no block named :{name} in scope"),
        None => "break outside of any block".to_owned(),
    };
    x.fault(fault::BREAK, message, span);
    value
}

/// `(match EXPR pattern [when guard] body …)`
pub(super) fn match_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (subject, clauses) = match form.args.split_first() {
        Some((subject, clauses)) if clauses.len() >= 2 => (subject, clauses),
        _ => return x.fail(fault::MALFORMED, "match requires value, pattern, and body", span),
    };
    let value = x.expr(subject);
    let subject = x.hidden("match", span);
    let mut arms = Vec::new();
    let mut faulty = false;
    let mut rest = clauses;
    while let [pattern, after @ ..] = rest {
        let (guard, body, after) = match after {
            [when, guard, body, after @ ..] if when.is_symbol("when") => (Some(guard), body, after),
            [when, ..] if when.is_symbol("when") => return arm_without_body(x, pattern, arms.len()),
            [body, after @ ..] => (None, body, after),
            [] => return arm_without_body(x, pattern, arms.len()),
        };
        match arm(x, pattern, guard, body) {
            Some(arm) => arms.push(arm),
            None => faulty = true,
        }
        rest = after;
    }
    if !faulty && !x.stopped && !is_exhaustive(&arms) {
        let message = "non-exhaustive match: add a wildcard (_) or variable pattern as the last arm";
        x.fault(fault::NOT_EXHAUSTIVE, message, span);
    }
    let dispatch = Expr { kind: ExprKind::Match { subject, arms }, span };
    scope(vec![subject], vec![define(subject, value, span), dispatch], span)
}

fn arm_without_body(x: &mut Expander<'_>, pattern: &Syntax, before: usize) -> Expr {
    let message = format!("match arm at position {} has pattern but no body", before + 1);
    x.fail(fault::MALFORMED, message, pattern.span())
}

fn arm(x: &mut Expander<'_>, pattern: &Syntax, guard: Option<&Syntax>, body: &Syntax) -> Option<Arm> {
    x.env.push();
    let mut names = ArmNames::default();
    let pattern = x.match_pattern(pattern, &mut names);
    // A faulty pattern's names are unknown, so that its body would only give further faults.
    let arm = pattern.map(|pattern| {
        let guard = guard.map(|guard| x.expr(guard));
        let value = x.expr(body);
        (pattern, guard, value)
    });
    let own = x.env.pop();
    let (pattern, guard, value) = arm?;
    Some(Arm { pattern, vars: names.vars(), guard, body: scope(own, vec![value], body.span()) })
}

fn is_exhaustive(arms: &[Arm]) -> bool {
    let unguarded = || arms.iter().filter(|arm| arm.guard.is_none()).map(|arm| &arm.pattern);
    let some = |test: &dyn Fn(&Pattern) -> bool| unguarded().any(test);
    some(&fits_all) || (some(&|p| fits_bool(p, true)) && some(&|p| fits_bool(p, false)))
}
