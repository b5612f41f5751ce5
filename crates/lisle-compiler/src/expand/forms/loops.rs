//! Loops. All are blocks named `:while`.

use lisle_bytecode::Const;
use lisle_syntax::Symbol;

use crate::expand::expander::{Expander, constant, define, nil, scope, seq, variable};
use crate::expand::fault;
use crate::expand::forms::Form;
use crate::hir::{Expr, ExprKind};

fn loop_name() -> Option<Symbol> {
    Some(Symbol::intern("while"))
}

/// `(while c body…)`: no scope of its own.
pub(super) fn while_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (test, body) = match form.args.split_first() {
        Some((test, body)) if !body.is_empty() => (test, body),
        _ => return x.fail(fault::MALFORMED, "while requires condition and body", span),
    };
    let (block, (test, body)) = x.in_block(loop_name(), |x| (x.expr(test), seq(x.exprs(body), span)));
    Expr { kind: ExprKind::While { block, test: Box::new(test), body: Box::new(body) }, span }
}

/// `(forever body…)`
pub(super) fn forever(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if form.args.is_empty() {
        return x.fail(fault::MALFORMED, "while requires condition and body", span);
    }
    let (block, body) = x.in_block(loop_name(), |x| seq(x.exprs(form.args), span));
    let test = Box::new(constant(Const::Bool(true), span));
    Expr { kind: ExprKind::While { block, test, body: Box::new(body) }, span }
}

/// `(repeat n body…)`: n is evaluated once.
pub(super) fn repeat(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let Some((count, body)) = form.args.split_first() else {
        x.check_macro_arity(form.name, 1, None, form);
        return nil(span);
    };
    let count = x.expr(count);
    let limit = x.hidden("limit", span);
    let turn = x.new_var(Symbol::intern("turn"), span, true);
    x.facts[turn.0 as usize].assigned = true;
    let (block, body) = x.in_block(loop_name(), |x| x.scoped_body(body, span));
    let test = x.call_builtin("<", vec![variable(turn, span), variable(limit, span)], span);
    let next = x.call_builtin("+", vec![variable(turn, span), constant(Const::Int(1), span)], span);
    let step = Expr { kind: ExprKind::Assign(turn, Box::new(next)), span };
    let body = seq(vec![body, step], span);
    let repetition = Expr { kind: ExprKind::While { block, test: Box::new(test), body: Box::new(body) }, span };
    let start = constant(Const::Int(0), span);
    scope(vec![limit, turn], vec![define(limit, count, span), define(turn, start, span), repetition], span)
}

/// `(each p coll body…)`, `(each p in coll body…)`
pub(super) fn each(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let (pattern, collection, body) = match form.args {
        [pattern, within, collection, body @ ..] if within.is_symbol("in") && !body.is_empty() => {
            (pattern, collection, body)
        }
        [pattern, collection, body @ ..] => (pattern, collection, body),
        _ => {
            x.check_macro_arity(form.name, 2, None, form);
            return nil(span);
        }
    };
    let collection = x.expr(collection);
    let (block, (item, body)) = x.in_block(loop_name(), |x| {
        x.env.push();
        let (item, taken) = x.receive(pattern, "item", false);
        let mut exprs: Vec<Expr> = taken.into_iter().collect();
        exprs.extend(x.body(body));
        let vars = x.env.pop();
        (item, scope(vars, exprs, span))
    });
    Expr { kind: ExprKind::Each { block, item, coll: Box::new(collection), body: Box::new(body) }, span }
}
