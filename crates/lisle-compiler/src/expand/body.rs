//! Bodies: sequences whose definitions see one another.
//!
//! A body is gone through twice. The scan expands macros at the head of each form, flattens `begin`,
//! and announces the variables of all definitions it finds, so that functions may mention each other.
//! Macros that it meets are defined and used on the way. Then the macro table is put back to what it
//! was and the forms are walked in order, each definition of a macro taking effect at its own place.

use std::sync::Arc;

use lisle_syntax::{Datum, Span, Symbol, Syntax};

use super::env::Ident;
use super::expander::{Expander, nil};
use super::fault::ContextId;
use super::forms::Form;
use super::session::MacroDef;
use crate::hir::Expr;

/// What the scan makes of a form, with the expansion that it comes from.
enum Item {
    Form(Syntax, Option<ContextId>),
    Definition(Syntax, Option<ContextId>),
    Macro(Arc<MacroDef>, Span),
    /// Nothing to run: an empty `begin`, or a faulty macro call.
    Nil(Span),
}

impl Expander<'_> {
    /// Walks a body in the innermost frame, which must not be the top level.
    pub(super) fn body(&mut self, forms: &[Syntax]) -> Vec<Expr> {
        debug_assert!(!self.env.at_top(), "the top level is walked form by form");
        let context = self.context;
        let items = self.scan(forms);
        let mut exprs = Vec::with_capacity(items.len());
        let last = items.len().saturating_sub(1);
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Item::Form(form, context) => {
                    self.context = context;
                    exprs.push(self.expr(&form));
                }
                Item::Definition(form, context) => {
                    self.context = context;
                    exprs.push(self.direct_definition(&form));
                }
                Item::Macro(definition, span) => {
                    self.session.macros.insert(definition.name, definition);
                    if index == last {
                        exprs.push(nil(span));
                    }
                }
                Item::Nil(span) if index == last => exprs.push(nil(span)),
                Item::Nil(_) => {}
            }
        }
        self.context = context;
        exprs
    }

    fn scan(&mut self, forms: &[Syntax]) -> Vec<Item> {
        let context = self.context;
        let mut items = Vec::with_capacity(forms.len());
        let mut replaced: Vec<(Symbol, Option<Arc<MacroDef>>)> = Vec::new();
        let mut pending: Vec<(Syntax, Option<ContextId>)> = forms.iter().rev().map(|f| (f.clone(), context)).collect();
        while let Some((syntax, context)) = pending.pop() {
            self.context = context;
            let Some(form) = Form::of(&syntax) else {
                items.push(Item::Form(syntax, context));
                continue;
            };
            match form.name.name() {
                "begin" | "do" if form.args.is_empty() => items.push(Item::Nil(syntax.span())),
                "begin" | "do" => pending.extend(form.args.iter().rev().map(|f| (f.clone(), context))),
                "def" | "var" => {
                    self.announce_definition(&form);
                    items.push(Item::Definition(syntax.clone(), context));
                }
                "defmacro" | "define-macro" => match self.define_macro(&form) {
                    Some(definition) => {
                        let name = definition.name;
                        replaced.push((name, self.session.macros.insert(name, definition.clone())));
                        items.push(Item::Macro(definition, syntax.span()));
                    }
                    None => items.push(Item::Nil(syntax.span())),
                },
                name => {
                    let is_special = super::forms::special(form.name).is_some();
                    let definition = self.session.macros.get(&form.name).cloned().filter(|_| !is_special);
                    match definition {
                        Some(definition) => match self.expand_once(&definition, &form) {
                            Some((expansion, context)) => pending.push((expansion, Some(context))),
                            None => items.push(Item::Nil(syntax.span())),
                        },
                        None if name == "defn" => {
                            self.announce_definition(&form);
                            items.push(Item::Definition(syntax.clone(), context));
                        }
                        None => items.push(Item::Form(syntax, context)),
                    }
                }
            }
        }
        for (name, before) in replaced.into_iter().rev() {
            match before {
                Some(definition) => self.session.macros.insert(name, definition),
                None => self.session.macros.remove(&name),
            };
        }
        self.context = context;
        items
    }

    fn announce_definition(&mut self, form: &Form<'_>) {
        let Some(target) = form.args.first() else { return };
        let mutable = self.mutable_by_default || form.name.name() == "var";
        for (ident, marked, span) in leaves(target) {
            self.announce(ident, span, mutable || marked);
        }
    }
}

/// The names that a binding pattern binds, whether they are marked mutable, and their places.
/// Faulty parts are passed over; the walk reports them.
pub(super) fn leaves(pattern: &Syntax) -> Vec<(Ident, bool, Span)> {
    let mut found = Vec::new();
    let mut pending = vec![pattern];
    while let Some(pattern) = pending.pop() {
        match pattern.datum() {
            Datum::Symbol(_) => {
                if let Some((ident, mutable)) = binder(pattern)
                    && !matches!(ident.name.name(), "_" | "&")
                {
                    found.push((ident, mutable, pattern.span()));
                }
            }
            Datum::List(items) | Datum::Array(items) | Datum::MArray(items) => pending.extend(items.iter().rev()),
            Datum::Struct(items) | Datum::MStruct(items) => {
                // Every second element, the rest of `& rest` included.
                pending.extend(items.iter().skip(1).step_by(2).rev());
            }
            _ => {}
        }
    }
    found
}

/// The name that a symbol binds, and whether its `@` marks it mutable.
pub(super) fn binder(syntax: &Syntax) -> Option<(Ident, bool)> {
    let name = syntax.as_symbol()?;
    let scopes = syntax.scopes().clone();
    Some(match name.name().strip_prefix('@') {
        Some(bare) if !bare.is_empty() => (Ident { name: Symbol::intern(bare), scopes }, true),
        _ => (Ident { name, scopes }, false),
    })
}
