//! `emit` and its kin, and declarations of signals.

use lisle_bytecode::Const;
use lisle_syntax::{Datum, Symbol, Syntax};

use crate::expand::expander::{Expander, constant, nil, seq, spliced};
use crate::expand::fault;
use crate::expand::forms::Form;
use crate::hir::{Expr, ExprKind};

/// The signals that every program has, with their bits.
const SIGNALS: &[(&str, u32)] = &[
    ("error", 1),
    ("yield", 2),
    ("debug", 4),
    ("ffi", 16),
    ("halt", 256),
    ("io", 512),
    ("exec", 2048),
    ("fuel", 4096),
    ("wait", 16384),
    ("gpu", 32768),
];

const ERROR: u32 = 1;
const YIELD: u32 = 2;

/// The text of the error that a second operand of `error` gives, as in language reference 08.
const TOO_MANY_FOR_ERROR: &str =
    r#"{:error :arity-error :maximum 1 :message "expected 0 or 1 arguments" :reason :too-many-args}"#;

fn bits_of(name: Symbol) -> Option<u32> {
    SIGNALS.iter().find(|(signal, _)| *signal == name.name()).map(|(_, bits)| *bits)
}

/// The bits of a signal set written out, if all its signals are known now.
fn literal_bits(syntax: &Syntax) -> Option<u32> {
    match syntax.datum() {
        Datum::Keyword(name) => bits_of(*name),
        Datum::Set(items) if !items.is_empty() => {
            items.iter().try_fold(0, |bits, item| Some(bits | bits_of(item.as_keyword()?)?))
        }
        _ => None,
    }
}

/// `(emit sig v)`
pub(super) fn emit(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let literal = form
        .args
        .first()
        .and_then(literal_bits)
        .filter(|_| form.args.len() <= 2 && form.args.iter().all(|arg| spliced(arg).is_none()));
    match literal {
        Some(bits) => emission(x, bits, form.args.get(1), form),
        None => {
            let args = x.args(form.args);
            x.call_builtin_args("emit", args, span)
        }
    }
}

fn emission(x: &mut Expander<'_>, bits: u32, value: Option<&Syntax>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let value = value.map_or_else(|| nil(span), |value| x.expr(value));
    Expr { kind: ExprKind::Emit { bits, value: Box::new(value) }, span }
}

/// `(error)`, `(error v)`
pub(super) fn error(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if form.args.len() > 1 {
        return x.fail(fault::MACRO, TOO_MANY_FOR_ERROR, form.span());
    }
    emission(x, ERROR, form.args.first(), form)
}

/// `(yield)`, `(yield v)`
pub(super) fn yield_form(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if !x.check_macro_arity(form.name, 0, Some(1), form) {
        return nil(form.span());
    }
    emission(x, YIELD, form.args.first(), form)
}

/// `(yield* f)`
pub(super) fn delegate(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    if !x.check_macro_arity(form.name, 1, Some(1), form) {
        return nil(form.span());
    }
    let fiber = x.expr(&form.args[0]);
    x.call_builtin("%yield*", vec![fiber], form.span())
}

/// `(signal :name)`: the run time registers it.
pub(super) fn signal(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    let name = match form.args {
        [name] => name.as_keyword(),
        _ => None,
    };
    let Some(name) = name else {
        return x.fail(fault::SIGNAL, "signal requires one keyword", span);
    };
    if bits_of(name).is_some() {
        return x.fail(fault::SIGNAL, format!("signal :{name} is built in"), span);
    }
    if !x.signals.insert(name) {
        return x.fail(fault::SIGNAL, format!("signal :{name} is already registered"), span);
    }
    x.call_builtin("%signal", vec![constant(Const::Keyword(name), span)], span)
}

/// `(silence)`: the function emits errors at most, or its caller gets one. `(silence PARAM)`: so do calls of what the
/// parameter holds.
pub(super) fn silence(x: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    let span = form.span();
    if !x.check_macro_arity(form.name, 0, Some(1), form) {
        return nil(span);
    }
    let Some(param) = form.args.first() else {
        let function = x.function;
        x.functions[function.0 as usize].silent = true;
        return nil(span);
    };
    let value = x.expr(param);
    let ExprKind::Var(var) = value.kind else {
        return x.fail(fault::SIGNAL, "silence requires a parameter of the function", param.span());
    };
    let silent = x.call_builtin("%silent", vec![value], span);
    let assign = Expr { kind: ExprKind::Assign(var, Box::new(silent)), span };
    seq(vec![assign, nil(span)], span)
}

/// Declarations of effects are accepted and mean nothing yet.
pub(super) fn declaration(_: &mut Expander<'_>, form: &Form<'_>) -> Expr {
    nil(form.span())
}
