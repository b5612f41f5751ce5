//! Errors and cleanup: `try`, `protect`, `defer`, `with`, `when-ok`. Their bodies are scopes that
//! `break` cannot leave.

use lisle_bytecode::Const;
use lisle_syntax::{Span, Syntax};

use crate::expand::body::binder;
use crate::expand::expander::{Expander, constant, define, nil, scope, seq, variable};
use crate::expand::fault;
use crate::expand::forms::Form;
use crate::hir::{Arg, Bind, Expr, ExprKind};

const NO_BODY: &str = "lambda requires parameters and body";

fn guarded_body(x: &mut Expander<'_>, forms: &[Syntax], span: Span) -> Expr {
    x.behind_barrier(|x| x.scoped_body(forms, span))
}

/// `(try body… (catch p handler…))`
pub(super) fn try_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let clause = form.args.last().and_then(Form::of).filter(|clause| clause.name.name() == "catch");
    let Some(clause) = clause else {
        let message = "try requires a (catch pattern handler…) clause as its last form";
        return x.fail(fault::MALFORMED, message, span);
    };
    let Some((pattern, handler)) = clause.args.split_first() else {
        return x.fail(fault::MALFORMED, "catch requires a pattern", clause.span());
    };
    let body = &form.args[..form.args.len() - 1];
    if body.is_empty() {
        return x.fail(fault::MALFORMED, NO_BODY, span);
    }
    let body = Box::new(guarded_body(x, body, span));
    x.env.push();
    let (error, taken) = x.receive(pattern, "error", false);
    let mut exprs: Vec<Expr> = taken.into_iter().collect();
    if handler.is_empty() {
        exprs.push(nil(clause.span()));
    }
    exprs.extend(x.body(handler));
    let vars = x.env.pop();
    let handler = Box::new(scope(vars, exprs, clause.span()));
    Expr { kind: ExprKind::Try { body, error, handler }, span }
}

/// `(protect body…)`
pub(super) fn protect(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if form.args.is_empty() {
        return x.fail(fault::MALFORMED, NO_BODY, span);
    }
    let body = guarded_body(x, form.args, span);
    Expr { kind: ExprKind::Protect(Box::new(body)), span }
}

/// `(defer cleanup body…)`
pub(super) fn defer(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let Some((cleanup, body)) = form.args.split_first() else {
        x.check_macro_arity(form.name, 1, None, form);
        return nil(span);
    };
    if body.is_empty() {
        return x.fail(fault::MALFORMED, NO_BODY, span);
    }
    // The cleanup runs in the outer function, but leaving it by `break` would drop the error that is
    // on its way.
    let cleanup = Box::new(guarded_body(x, std::slice::from_ref(cleanup), cleanup.span()));
    let body = Box::new(guarded_body(x, body, span));
    Expr { kind: ExprKind::Defer { cleanup, body }, span }
}

/// `(with name acquire release body…)`
pub(super) fn with(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let [name, acquire, release, body @ ..] = form.args else {
        x.check_macro_arity(form.name, 3, None, form);
        return nil(span);
    };
    if body.is_empty() {
        return x.fail(fault::MALFORMED, NO_BODY, span);
    }
    if binder(name).is_none() {
        return x.fail(fault::MALFORMED, "with requires a symbol as its name", name.span());
    }
    let mutable = x.mutable_by_default;
    let value = x.expr(acquire);
    x.in_frame(span, |x| {
        let resource = x.hidden("resource", name.span());
        x.env.own(resource);
        let mut exprs = vec![define(resource, value, span)];
        if let Some(Bind::Var(var)) = x.bind_pattern(name, mutable) {
            exprs.push(define(var, variable(resource, span), name.span()));
        }
        // The name stands for what was acquired, also if the body assigns another value to it.
        let callee = Box::new(x.behind_barrier(|x| x.expr(release)));
        let args = vec![Arg { splice: false, expr: variable(resource, span) }];
        let cleanup = Box::new(Expr { kind: ExprKind::Call { callee, args }, span: release.span() });
        let body = Box::new(guarded_body(x, body, span));
        exprs.push(Expr { kind: ExprKind::Defer { cleanup, body }, span });
        exprs
    })
}

/// `(when-ok [p e] body…)`
pub(super) fn when_ok(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let Some((list, body)) = form.args.split_first() else {
        x.check_macro_arity(form.name, 1, None, form);
        return nil(span);
    };
    let pair = match list.as_sequence() {
        Some([pair]) if list.as_list().is_some() => pair.as_sequence(),
        pair => pair,
    };
    let Some([target, value]) = pair else {
        return x.fail(fault::MALFORMED, "when-ok requires one pattern and one expression", list.span());
    };
    let outcome = x.hidden("outcome", span);
    let value = guarded_body(x, std::slice::from_ref(value), value.span());
    let protected = Expr { kind: ExprKind::Protect(Box::new(value)), span };
    let part = |x: &mut Expander<'_>, index| {
        x.call_builtin("get", vec![variable(outcome, span), constant(Const::Int(index), span)], span)
    };
    let test = part(x, 0);
    let result = part(x, 1);
    let mutable = x.mutable_by_default;
    let then = x.in_frame(span, |x| {
        let mut exprs = vec![x.bind_value(target, mutable, result, target.span()).0];
        if body.is_empty() {
            exprs.push(nil(span));
        }
        exprs.extend(x.body(body));
        exprs
    });
    let branch = Expr { kind: ExprKind::If(Box::new(test), Box::new(then), Box::new(nil(span))), span };
    scope(vec![outcome], vec![seq(vec![define(outcome, protected, span)], span), branch], span)
}
