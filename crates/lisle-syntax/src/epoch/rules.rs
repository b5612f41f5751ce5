//! What changed from epoch to epoch, as rewriting of one node whose children are done.

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::symbol::Symbol;
use crate::syntax::{Datum, Syntax};

/// Renamed symbols: the epoch that renamed, the old name, the new one. Sorted by epoch, since a name
/// may be renamed into one that an earlier epoch had renamed away.
const RENAMED: &[(u32, &str, &str)] = &[
    (2, "print", "println"),
    (2, "newline", "println"),
    (3, "display", "print"),
    (4, "stream/read-line", "port/read-line"),
    (4, "stream/read", "port/read"),
    (4, "stream/read-all", "port/read-all"),
    (4, "stream/write", "port/write"),
    (4, "stream/flush", "port/flush"),
    (5, "string-contains?", "has?"),
    (5, "string/contains?", "has?"),
    (10, "cons", "pair"),
    (10, "car", "first"),
    (10, "cdr", "rest"),
];

/// A form's rewriting: the new form, `None` to leave it as it is, or why it cannot be done.
type Outcome = Result<Option<Datum>, Diagnostic>;

/// Rewrites one form, given whole and as its arguments.
type FormRule = fn(&Syntax, &[Syntax]) -> Outcome;

/// Rewritten calls: the epoch, the heads it applies to, and how.
const FORMS: &[(u32, &[&str], FormRule)] = &[
    (1, &["assert-true"], assert_true),
    (1, &["assert-false"], assert_false),
    (1, &["assert-eq", "assert-equal", "assert-string-eq", "assert-list-eq"], assert_equal),
    (1, &["assert-not-nil"], assert_not_nil),
    (1, &["assert-err"], assert_error),
    (1, &["assert-err-kind"], assert_error_kind),
    (2, &["write"], write_was_removed),
    (5, &["add"], add_became_put),
    (6, &["ev/run"], run_became_begin),
    (7, &["let", "letrec", "let*", "if-let", "when-let", "when-ok"], flatten_bindings),
    (8, &["var"], var_became_marked_def),
    (9, &["cond"], flatten_cond),
    (9, &["match"], flatten_match),
];

/// Applies every rule newer than the file's epoch, oldest first.
pub(super) fn apply(syntax: Syntax, epoch: u32, diagnostics: &mut Vec<Diagnostic>) -> Syntax {
    match syntax.datum() {
        Datum::Symbol(name) => rename(&syntax, *name, epoch),
        Datum::List(elements) => {
            let Some(head) = elements.first().and_then(Syntax::as_symbol) else { return syntax };
            let rule = FORMS.iter().find(|(since, heads, _)| *since > epoch && heads.contains(&head.name()));
            match rule.map(|(_, _, rule)| rule(&syntax, &elements[1..])) {
                Some(Ok(Some(datum))) => Syntax::new(datum, syntax.span()),
                Some(Ok(None)) | None => syntax,
                Some(Err(fault)) => {
                    diagnostics.push(fault);
                    syntax
                }
            }
        }
        _ => syntax,
    }
}

fn rename(syntax: &Syntax, name: Symbol, epoch: u32) -> Syntax {
    let mut new_name = name.name();
    for (since, old, new) in RENAMED {
        if *since > epoch && *old == new_name {
            new_name = new;
        }
    }
    if new_name == name.name() {
        return syntax.clone();
    }
    Syntax::with_scopes(Datum::Symbol(Symbol::intern(new_name)), syntax.span(), syntax.scopes().clone())
}

/// Makes the pieces of new forms, all at one place.
struct Maker(Span);

impl Maker {
    fn symbol(&self, name: &str) -> Syntax {
        Syntax::new(Datum::Symbol(Symbol::intern(name)), self.0)
    }

    fn int(&self, value: i64) -> Syntax {
        Syntax::new(Datum::Int(value), self.0)
    }

    fn call(&self, head: &str, arguments: impl IntoIterator<Item = Syntax>) -> Syntax {
        Syntax::new(self.datum(head, arguments), self.0)
    }

    fn datum(&self, head: &str, arguments: impl IntoIterator<Item = Syntax>) -> Datum {
        Datum::List(std::iter::once(self.symbol(head)).chain(arguments).collect())
    }

    /// Several bodies as one form.
    fn body(&self, forms: &[Syntax]) -> Syntax {
        match forms {
            [only] => only.clone(),
            _ => self.call("begin", forms.iter().cloned()),
        }
    }
}

fn fault(form: &Syntax, message: &str) -> Outcome {
    Err(Diagnostic::error(code::EPOCH_REWRITE, message, form.span()))
}

fn assert_true(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    Ok(Some(Maker(form.span()).datum("assert", arguments.iter().cloned())))
}

fn assert_false(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [value, message @ ..] = arguments else { return fault(form, "assert-false needs a value") };
    let make = Maker(form.span());
    let test = make.call("not", [value.clone()]);
    Ok(Some(make.datum("assert", std::iter::once(test).chain(message.iter().cloned()))))
}

fn assert_equal(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [a, b, message @ ..] = arguments else { return fault(form, "assert-eq needs two values") };
    let make = Maker(form.span());
    let test = make.call("=", [a.clone(), b.clone()]);
    Ok(Some(make.datum("assert", std::iter::once(test).chain(message.iter().cloned()))))
}

fn assert_not_nil(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [value, message @ ..] = arguments else { return fault(form, "assert-not-nil needs a value") };
    let make = Maker(form.span());
    let test = make.call("not", [make.call("nil?", [value.clone()])]);
    Ok(Some(make.datum("assert", std::iter::once(test).chain(message.iter().cloned()))))
}

/// The name that holds what `protect` gave; no program of those epochs has it.
const PROTECTED: &str = "epoch/protected";

fn assert_error(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [thunk, message @ ..] = arguments else { return fault(form, "assert-err needs a function") };
    Ok(Some(assert_protected(form.span(), thunk, None, message)))
}

fn assert_error_kind(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [thunk, kind, message @ ..] = arguments else {
        return fault(form, "assert-err-kind needs a function and a kind");
    };
    Ok(Some(assert_protected(form.span(), thunk, Some(kind), message)))
}

/// `(let [r (protect (thunk))] (assert (not (get r 0)) …) (assert (= (get (get r 1) :error) kind) …))`
fn assert_protected(span: Span, thunk: &Syntax, kind: Option<&Syntax>, message: &[Syntax]) -> Datum {
    let make = Maker(span);
    let call = Syntax::new(Datum::List(vec![thunk.clone()]), thunk.span());
    let binding = Datum::Array(vec![make.symbol(PROTECTED), make.call("protect", [call])]);
    let part = |index| make.call("get", [make.symbol(PROTECTED), make.int(index)]);
    let assert = |test| make.call("assert", std::iter::once(test).chain(message.iter().cloned()));
    let mut forms = vec![Syntax::new(binding, span), assert(make.call("not", [part(0)]))];
    if let Some(kind) = kind {
        let key = Syntax::new(Datum::Keyword(Symbol::intern("error")), span);
        let raised_kind = make.call("get", [part(1), key]);
        forms.push(assert(make.call("=", [raised_kind, kind.clone()])));
    }
    make.datum("let", forms)
}

fn write_was_removed(form: &Syntax, _: &[Syntax]) -> Outcome {
    match fault(form, "`write` was removed in epoch 2") {
        Err(fault) => Err(fault.with_help("use `print`, `println` or `pp`")),
        other => other,
    }
}

fn add_became_put(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [set, element] = arguments else { return Ok(None) };
    Ok(Some(Maker(form.span()).datum("put", [set.clone(), element.clone()])))
}

fn run_became_begin(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    if let [thunk] = arguments
        && let Some([head, parameters, body @ ..]) = thunk.as_list()
        && head.is_symbol("fn")
        && parameters.as_sequence().is_some_and(<[Syntax]>::is_empty)
    {
        return Ok(Some(Maker(form.span()).datum("begin", body.iter().cloned())));
    }
    fault(form, "`ev/run` was removed in epoch 6: only (ev/run (fn [] …)) can be rewritten")
}

/// The result is always in `[ ]`: a parenthesised list might again be taken for a nested one.
fn flatten_bindings(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [bindings, body @ ..] = arguments else { return Ok(None) };
    let Some(pairs) = bindings.as_sequence().filter(|pairs| !pairs.is_empty()) else { return Ok(None) };
    let mut flat = Vec::with_capacity(2 * pairs.len());
    for pair in pairs {
        let Some([pattern, value]) = pair.as_sequence() else { return Ok(None) };
        flat.extend([pattern.clone(), value.clone()]);
    }
    let head = form.as_list().and_then(<[Syntax]>::first).cloned();
    let bindings = Syntax::new(Datum::Array(flat), bindings.span());
    Ok(Some(Datum::List(head.into_iter().chain([bindings]).chain(body.iter().cloned()).collect())))
}

/// Only names can carry the mark; `var` with a pattern still exists.
fn var_became_marked_def(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [target, rest @ ..] = arguments else { return Ok(None) };
    let Some(name) = target.as_symbol() else { return Ok(None) };
    let marked = if name.name().starts_with('@') { name } else { Symbol::intern(&format!("@{name}")) };
    let target = Syntax::with_scopes(Datum::Symbol(marked), target.span(), target.scopes().clone());
    Ok(Some(Maker(form.span()).datum("def", std::iter::once(target).chain(rest.iter().cloned()))))
}

fn flatten_cond(form: &Syntax, clauses: &[Syntax]) -> Outcome {
    let mut flat = Vec::new();
    for (i, clause) in clauses.iter().enumerate() {
        // A clause that is no list: the file uses the flat form already.
        let Some(parts) = clause.as_list() else { return Ok(None) };
        let [test, body @ ..] = parts else { return fault(clause, "a cond clause needs a test and a body") };
        if body.is_empty() {
            return fault(clause, "a cond clause needs a body");
        }
        if test.is_symbol("else") {
            if i + 1 < clauses.len() {
                return fault(clause, "the else clause of cond must be the last");
            }
        } else {
            flat.push(test.clone());
        }
        flat.push(Maker(clause.span()).body(body));
    }
    Ok(Some(Maker(form.span()).datum("cond", flat)))
}

fn flatten_match(form: &Syntax, arguments: &[Syntax]) -> Outcome {
    let [value, arms @ ..] = arguments else { return Ok(None) };
    let mut flat = vec![value.clone()];
    for arm in arms {
        let Some(parts) = arm.as_list() else { return Ok(None) };
        let (pattern_and_guard, body) = match parts {
            [_, when, _, body @ ..] if when.is_symbol("when") => (&parts[..3], body),
            [_, body @ ..] => (&parts[..1], body),
            [] => return fault(arm, "a match arm needs a pattern and a body"),
        };
        if body.is_empty() {
            return fault(arm, "a match arm needs a body");
        }
        flat.extend(pattern_and_guard.iter().cloned());
        flat.push(Maker(arm.span()).body(body));
    }
    Ok(Some(Maker(form.span()).datum("match", flat)))
}
