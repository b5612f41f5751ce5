//! Special forms and predefined macros: the tables from name to handler.
//!
//! Predefined macros are handled like special forms, in native code, with two differences: the program
//! may replace them by macros of its own, and `macro?` says yes to them.

mod binding;
mod control;
mod loops;
mod meta;
mod recovery;
mod signals;
mod threading;

use std::collections::HashMap;
use std::sync::LazyLock;

use lisle_syntax::{Span, Symbol, Syntax};

use super::expander::Expander;
use crate::hir::Expr;

pub(super) use threading::rewritten;

/// A list with a symbol at its head.
#[derive(Clone, Copy)]
pub(super) struct Form<'s> {
    /// The symbol.
    pub(super) name: Symbol,
    /// The whole list.
    pub(super) whole: &'s Syntax,
    /// What follows the head.
    pub(super) args: &'s [Syntax],
}

impl<'s> Form<'s> {
    /// A list with a symbol at its head, if `syntax` is one.
    pub(super) fn of(syntax: &'s Syntax) -> Option<Form<'s>> {
        let (head, args) = syntax.as_list()?.split_first()?;
        Some(Form { name: head.as_symbol()?, whole: syntax, args })
    }

    /// The place of the list.
    pub(super) fn span(&self) -> Span {
        self.whole.span()
    }
}

/// Expands one kind of form.
pub(super) type Handler = fn(&mut Expander<'_>, &Form<'_>) -> Expr;

type Table = HashMap<Symbol, Handler>;

const SPECIAL: &[(&str, Handler)] = &[
    ("def", binding::definition),
    ("var", binding::definition),
    ("fn", binding::function),
    ("let", binding::let_form),
    ("letrec", binding::letrec),
    ("assign", binding::assign),
    ("parameterize", binding::parameterize),
    ("if", control::if_form),
    ("cond", control::cond),
    ("begin", control::begin),
    ("do", control::begin),
    ("block", control::block),
    ("break", control::break_form),
    ("match", control::match_form),
    ("and", control::and),
    ("or", control::or),
    ("while", loops::while_form),
    ("quote", meta::quote),
    ("eval", meta::eval),
    ("environment", meta::environment),
    ("doc", meta::doc),
    ("splice", meta::splice),
    ("quasiquote", meta::quasiquote),
    ("unquote", meta::unquote),
    ("unquote-splicing", meta::unquote),
    ("include", meta::include),
    ("include-file", meta::include),
    ("emit", signals::emit),
    ("signal", signals::signal),
    ("silence", signals::silence),
    ("muffle", signals::declaration),
    ("attune!", signals::declaration),
    ("silent!", signals::declaration),
    ("numeric!", signals::declaration),
    ("immutable!", signals::declaration),
    ("defmacro", |x, form| x.macro_definition(form)),
    ("define-macro", |x, form| x.macro_definition(form)),
    ("macro?", |x, form| x.is_macro(form)),
    ("expand-macro", |x, form| x.expand_macro(form)),
    ("begin-for-syntax", |x, form| x.begin_for_syntax(form)),
    ("syntax-case", |x, form| x.syntax_case(form)),
];

const PREDEFINED: &[(&str, Handler)] = &[
    ("defn", binding::definition),
    ("let*", binding::let_form),
    ("default", binding::default),
    ("if-let", binding::if_let),
    ("when-let", binding::when_let),
    ("when", control::when),
    ("unless", control::unless),
    ("case", control::case),
    ("forever", loops::forever),
    ("repeat", loops::repeat),
    ("each", loops::each),
    ("->", threading::thread_first),
    ("->>", threading::thread_last),
    ("as->", threading::thread_as),
    ("some->", threading::some_first),
    ("some->>", threading::some_last),
    ("apply", threading::apply),
    ("try", recovery::try_form),
    ("protect", recovery::protect),
    ("defer", recovery::defer),
    ("with", recovery::with),
    ("when-ok", recovery::when_ok),
    ("error", signals::error),
    ("yield", signals::yield_form),
    ("yield*", signals::delegate),
];

static SPECIAL_TABLE: LazyLock<Table> = LazyLock::new(|| table(SPECIAL));
static PREDEFINED_TABLE: LazyLock<Table> = LazyLock::new(|| table(PREDEFINED));

fn table(entries: &[(&str, Handler)]) -> Table {
    entries.iter().map(|(name, handler)| (Symbol::intern(name), *handler)).collect()
}

/// The handler of a special form.
pub(super) fn special(name: Symbol) -> Option<Handler> {
    SPECIAL_TABLE.get(&name).copied()
}

/// The handler of a predefined macro.
pub(super) fn predefined(name: Symbol) -> Option<Handler> {
    PREDEFINED_TABLE.get(&name).copied()
}

/// All names of both tables.
pub(super) fn names() -> impl Iterator<Item = Symbol> {
    SPECIAL.iter().chain(PREDEFINED).map(|(name, _)| Symbol::intern(name))
}
