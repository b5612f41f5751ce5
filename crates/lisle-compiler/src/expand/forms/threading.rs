//! Threading macros and `apply`.

use lisle_syntax::{Datum, ScopeSet, Symbol, Syntax};

use crate::expand::env::Ident;
use crate::expand::expander::{Expander, define, nil, seq, spliced};
use crate::expand::fault;
use crate::expand::forms::Form;
use crate::hir::{Arg, Expr, ExprKind};

/// Where a step takes the running value.
#[derive(Clone, Copy)]
enum Place {
    First,
    Last,
}

/// `(f a)` with the value put in; anything else is called with it.
fn step(value: Syntax, step: &Syntax, place: Place) -> Syntax {
    let items = match step.as_list() {
        Some([head, args @ ..]) => {
            let mut items = vec![head.clone()];
            match place {
                Place::First => {
                    items.push(value);
                    items.extend_from_slice(args);
                }
                Place::Last => {
                    items.extend_from_slice(args);
                    items.push(value);
                }
            }
            items
        }
        _ => vec![step.clone(), value],
    };
    Syntax::new(Datum::List(items), step.span())
}

fn threaded(form: &Form<'_>, place: Place) -> Option<Syntax> {
    let (first, steps) = form.args.split_first()?;
    Some(steps.iter().fold(first.clone(), |value, next| step(value, next, place)))
}

fn thread(x: &mut Expander<'_>, form: &Form<'_>, place: Place) -> Expr {
    match threaded(form, place) {
        Some(call) => x.expr(&call),
        None => {
            x.check_macro_arity(form.name, 1, None, form);
            nil(form.span())
        }
    }
}

/// `(-> v s…)`
pub(super) fn thread_first(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    thread(x, form, Place::First)
}

/// `(->> v s…)`
pub(super) fn thread_last(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    thread(x, form, Place::Last)
}

/// `(as-> v name s…)`
pub(super) fn thread_as(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let [first, name, steps @ ..] = form.args else {
        x.check_macro_arity(form.name, 2, None, form);
        return nil(span);
    };
    let mutable = x.mutable_by_default;
    x.in_frame(span, |x| {
        let mut value = x.expr(first);
        let mut exprs = Vec::with_capacity(steps.len() + 1);
        for step in steps {
            exprs.push(x.bind_value(name, mutable, value, step.span()).0);
            value = x.expr(step);
        }
        exprs.push(value);
        exprs
    })
}

/// `(some-> v s…)`
pub(super) fn some_first(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    thread_some(x, form, Place::First)
}

/// `(some->> v s…)`
pub(super) fn some_last(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    thread_some(x, form, Place::Last)
}

/// Each running value gets a variable with a scope of its own, so that steps can be walked as syntax.
fn thread_some(x: &mut Expander<'_>, form: &Form<'_>, place: Place) -> Expr {
    let span = form.span();
    let Some((first, steps)) = form.args.split_first() else {
        x.check_macro_arity(form.name, 1, None, form);
        return nil(span);
    };
    x.in_frame(span, |x| {
        let mut tests = Vec::with_capacity(steps.len());
        let mut value = x.expr(first);
        for next in steps {
            let name = Symbol::intern("value");
            let scopes = ScopeSet::EMPTY.with(x.session.fresh_scope());
            let var = x.declare(Ident { name, scopes: scopes.clone() }, span, false);
            let defined = define(var, value, span);
            tests.push((x.call_builtin("nil?", vec![defined], span), nil(span)));
            let current = Syntax::with_scopes(Datum::Symbol(name), next.span(), scopes);
            value = x.expr(&step(current, next, place));
        }
        if tests.is_empty() {
            return vec![value];
        }
        vec![Expr { kind: ExprKind::Cond(tests, Some(Box::new(value))), span }]
    })
}

/// `(apply f a b seq)`: a call with the last operand spread.
pub(super) fn apply(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let Some((head, args)) = form.args.split_first() else {
        x.check_macro_arity(form.name, 1, None, form);
        return nil(span);
    };
    if let Some(misplaced) = args.last().filter(|last| spliced(last).is_some()) {
        let message = "the last operand of apply is spread already";
        return x.fail(fault::MISPLACED_PREFIX, message, misplaced.span());
    }
    let mut call = x.call(head, args, span);
    if let ExprKind::Call { args, .. } = &mut call.kind
        && let Some(last) = args.last_mut()
    {
        *last = Arg { splice: true, expr: std::mem::replace(&mut last.expr, seq(Vec::new(), span)) };
    }
    call
}

/// The core form that a call of a simple predefined macro stands for, for `expand-macro`.
pub(in crate::expand) fn rewritten(form: &Form<'_>) -> Option<Syntax> {
    let span = form.span();
    let symbol = |name: &str| Syntax::new(Datum::Symbol(Symbol::intern(name)), span);
    let list = |items: Vec<Syntax>| Syntax::new(Datum::List(items), span);
    let with_head = |name: &str, items: &[Syntax]| {
        let mut all = vec![symbol(name)];
        all.extend_from_slice(items);
        list(all)
    };
    let nothing = || Syntax::new(Datum::Nil, span);
    match (form.name.name(), form.args) {
        ("->", [_, ..]) => threaded(form, Place::First),
        ("->>", [_, ..]) => threaded(form, Place::Last),
        ("when", [test, body @ ..]) => {
            Some(list(vec![symbol("if"), test.clone(), with_head("begin", body), nothing()]))
        }
        ("unless", [test, body @ ..]) => {
            Some(list(vec![symbol("if"), test.clone(), nothing(), with_head("begin", body)]))
        }
        ("defn", [name, function @ ..]) => Some(list(vec![symbol("def"), name.clone(), with_head("fn", function)])),
        ("let*", args) => Some(with_head("let", args)),
        ("forever", body) => {
            let mut items = vec![symbol("while"), Syntax::new(Datum::Bool(true), span)];
            items.extend_from_slice(body);
            Some(list(items))
        }
        _ => None,
    }
}
