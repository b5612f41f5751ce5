//! Forms about code: `quote`, `eval`, `environment`, `doc`; and prefix forms in the wrong place.

use lisle_bytecode::Const;
use lisle_syntax::{ScopeSet, Symbol};

use crate::expand::env::{Ident, Lookup};
use crate::expand::expander::{Expander, constant, variable};
use crate::expand::fault;
use crate::expand::forms::{self, Form};
use crate::hir::Expr;

/// `(quote x)`
pub(super) fn quote(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    match form.args {
        [inner] => x.quoted(inner),
        _ => x.fail(fault::MALFORMED, "quote requires 1 argument", form.span()),
    }
}

/// `(eval datum)`, `(eval datum env)`
pub(super) fn eval(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if !matches!(form.args.len(), 1 | 2) {
        return x.fail(fault::MALFORMED, "eval requires 1 or 2 arguments", form.span());
    }
    let args = x.args(form.args);
    x.call_builtin_args("eval", args, form.span())
}

/// `(environment)`: a struct of the lexical variables, by symbol.
pub(super) fn environment(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if !form.args.is_empty() {
        return x.fail(fault::MALFORMED, "environment takes no arguments", span);
    }
    let mut visible = x.env.visible(x.env.current());
    visible.sort_by_key(|(name, _)| name.name());
    let mut parts = Vec::with_capacity(2 * visible.len());
    for (name, var) in visible {
        if !x.facts[var.0 as usize].defined {
            x.vars[var.0 as usize].early = true;
        }
        parts.push(constant(Const::Symbol(name), span));
        parts.push(variable(var, span));
    }
    x.call_builtin("struct", parts, span)
}

/// `(doc name)`: by name for what is predefined, by value for the program's own.
pub(super) fn doc(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let named = match form.args {
        [name] => name.as_symbol().filter(|symbol| !symbol.name().contains(':')).map(|symbol| (name, symbol)),
        _ => None,
    };
    let Some((syntax, name)) = named else {
        let args = x.args(form.args);
        return x.call_builtin_args("doc", args, span);
    };
    let ident = Ident { name, scopes: syntax.scopes().clone() };
    let is_variable = matches!(x.env.lookup(&ident), Lookup::Variable(_));
    let arg = if !is_variable && is_predefined(x, name) {
        constant(Const::Symbol(name), syntax.span())
    } else {
        x.expr(syntax)
    };
    x.call_builtin("doc", vec![arg], span)
}

fn is_predefined(x: &Expander<'_>, name: Symbol) -> bool {
    forms::special(name).is_some()
        || forms::predefined(name).is_some()
        || x.session.macros.contains_key(&name)
        || x.host.builtin(name).is_some()
}

/// `(splice x)` where nothing can be spread.
pub(super) fn splice(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    x.misplaced_splice(form.span())
}

/// A list headed by `quasiquote`: understood only if a template made it out of a backtick.
pub(super) fn quasiquote(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    match (form.whole.as_list(), form.args) {
        (Some([head, ..]), [inner]) if *head.scopes() != ScopeSet::EMPTY => x.template(inner, 1),
        _ => unquote(x, form),
    }
}

/// A list headed by `unquote` or `unquote-splicing` outside a template.
pub(super) fn unquote(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let message = "quasiquote forms should be expanded before analysis";
    x.fail(fault::MISPLACED_PREFIX, message, form.span())
}

/// `include` anywhere but at the top level.
pub(super) fn include(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    x.fail(fault::INCLUDE, format!("{} is allowed only at top level", form.name), form.span())
}
