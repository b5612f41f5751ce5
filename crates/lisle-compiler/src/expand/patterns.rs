//! Binding patterns (language reference 03, section 1).

use lisle_bytecode::Const;
use lisle_syntax::{Datum, Syntax, print};

use super::body::binder;
use super::expander::Expander;
use super::fault;
use crate::hir::{Bind, Expr, ExprKind, VarId};

/// The fields of a struct pattern: constant keys and what stands for their values.
pub(super) type Fields<'s> = Vec<(Const, &'s Syntax)>;

impl Expander<'_> {
    /// Reads a binding pattern and declares its names in the innermost scope. `None`, with a fault, if
    /// it is none.
    pub(super) fn bind_pattern(&mut self, syntax: &Syntax, mutable: bool) -> Option<Bind> {
        self.descend(syntax.span(), |this| this.bind_pattern_step(syntax, mutable))?
    }

    fn bind_pattern_step(&mut self, syntax: &Syntax, mutable: bool) -> Option<Bind> {
        match syntax.datum() {
            Datum::Symbol(_) => {
                let (ident, marked) = binder(syntax)?;
                if ident.name.name() == "_" {
                    return Some(Bind::Ignore);
                }
                if ident.name.name().contains(':') {
                    let message = format!("'{}' is a field access and cannot be bound", ident.name);
                    self.fault(fault::PATTERN, message, syntax.span());
                    return None;
                }
                Some(Bind::Var(self.declare(ident, syntax.span(), mutable || marked)))
            }
            Datum::List(items) => {
                let (items, rest) = self.bind_sequence(items, mutable)?;
                Some(Bind::List(items, rest))
            }
            Datum::Array(items) | Datum::MArray(items) => {
                let (items, rest) = self.bind_sequence(items, mutable)?;
                Some(Bind::Array(items, rest))
            }
            Datum::Struct(items) | Datum::MStruct(items) => {
                let (fields, rest) = self.split_fields(items)?;
                let fields = fields
                    .into_iter()
                    .map(|(key, pattern)| Some((key, self.bind_pattern(pattern, mutable)?)))
                    .collect::<Option<_>>()?;
                let rest = match rest {
                    Some(rest) => Some(Box::new(self.bind_pattern(rest, mutable)?)),
                    None => None,
                };
                Some(Bind::Struct(fields, rest))
            }
            Datum::Set(_) | Datum::MSet(_) => {
                self.fault(fault::PATTERN, "sets cannot be destructured (unordered collection)", syntax.span());
                None
            }
            _ => {
                let message = "destructuring pattern element must be a symbol, list, tuple, array, struct, or table";
                self.fault(fault::PATTERN, message, syntax.span());
                None
            }
        }
    }

    fn bind_sequence(&mut self, items: &[Syntax], mutable: bool) -> Option<(Vec<Bind>, Option<Box<Bind>>)> {
        let (items, rest) = self.split_rest(items, &["&"])?;
        let items = items.iter().map(|item| self.bind_pattern(item, mutable)).collect::<Option<_>>()?;
        let rest = match rest {
            Some(rest) => Some(Box::new(self.bind_pattern(rest, mutable)?)),
            None => None,
        };
        Some((items, rest))
    }

    /// Splits `p1 … & rest` at the marker.
    pub(super) fn split_rest<'s>(
        &mut self,
        items: &'s [Syntax],
        markers: &[&str],
    ) -> Option<(&'s [Syntax], Option<&'s Syntax>)> {
        let is_marker = |item: &&Syntax| markers.iter().any(|m| item.is_symbol(m));
        let Some(at) = items.iter().position(|item| is_marker(&item)) else { return Some((items, None)) };
        if let Some(second) = items[at + 1..].iter().find(is_marker) {
            self.fault(fault::PATTERN, "multiple & in pattern", second.span());
            return None;
        }
        let [rest] = &items[at + 1..] else {
            self.fault(fault::PATTERN, "& must be followed by exactly one pattern", items[at].span());
            return None;
        };
        Some((&items[..at], Some(rest)))
    }

    /// Splits `:k p 'sym p … & rest` into fields and rest.
    pub(super) fn split_fields<'s>(&mut self, items: &'s [Syntax]) -> Option<(Fields<'s>, Option<&'s Syntax>)> {
        let marker = items.iter().position(|item| item.is_symbol("&"));
        if let Some(at) = marker
            && !at.is_multiple_of(2)
        {
            let message = "struct pattern: & must appear after complete keyword-pattern pairs";
            self.fault(fault::PATTERN, message, items[at].span());
            return None;
        }
        let (pairs, rest) = self.split_rest(items, &["&"])?;
        if let Some(odd) = pairs.last().filter(|_| !pairs.len().is_multiple_of(2)) {
            let message = "struct pattern must have an even number of forms (key/pattern pairs)";
            self.fault(fault::PATTERN, message, odd.span());
            return None;
        }
        let fields = pairs
            .chunks_exact(2)
            .map(|pair| match field_key(&pair[0]) {
                Some(key) => Some((key, &pair[1])),
                None => {
                    let message = format!(
                        "struct destructuring key must be a keyword or quoted symbol, got {}",
                        print::write_syntax(&pair[0])
                    );
                    self.fault(fault::PATTERN, message, pair[0].span());
                    None
                }
            })
            .collect::<Option<_>>()?;
        Some((fields, rest))
    }

    /// Prepares a variable that is given its value from outside (a parameter, an item, an error) and what
    /// takes that value apart if there is a pattern. The variable is not owned by the innermost frame.
    pub(super) fn receive(&mut self, pattern: &Syntax, hidden: &str, lenient: bool) -> (VarId, Option<Expr>) {
        let span = pattern.span();
        let mutable = self.mutable_by_default;
        if let Some((ident, marked)) = binder(pattern)
            && !ident.name.name().contains(':')
        {
            if ident.name.name() == "_" {
                return (self.hidden("_", span), None);
            }
            let var = self.new_var(ident.name, span, mutable || marked);
            self.env.bind(ident, var);
            return (var, None);
        }
        let whole = self.hidden(hidden, span);
        let taken = self.bind_pattern(pattern, mutable).map(|pattern| {
            let value = Box::new(Expr { kind: ExprKind::Var(whole), span });
            Expr { kind: ExprKind::Destructure { pattern, value, lenient }, span }
        });
        (whole, taken)
    }
}

/// A keyword, or a quoted symbol written either way, as a constant.
fn field_key(syntax: &Syntax) -> Option<Const> {
    match syntax.datum() {
        Datum::Keyword(name) => Some(Const::Keyword(*name)),
        Datum::Quote(inner) => inner.as_symbol().map(Const::Symbol),
        Datum::List(items) => match items.as_slice() {
            [head, name] if head.is_symbol("quote") => name.as_symbol().map(Const::Symbol),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a form can be a binding pattern, by its looks (for telling the styles of binding lists apart).
pub(super) fn can_be_pattern(syntax: &Syntax) -> bool {
    let mut pending = vec![syntax];
    while let Some(syntax) = pending.pop() {
        match syntax.datum() {
            Datum::Symbol(_) => {}
            Datum::List(items) | Datum::Array(items) | Datum::MArray(items) => pending.extend(items),
            Datum::Struct(items) | Datum::MStruct(items) => {
                let keys = items.iter().step_by(2);
                if !keys.into_iter().all(|key| key.is_symbol("&") || field_key(key).is_some()) {
                    return false;
                }
                pending.extend(items.iter().skip(1).step_by(2));
            }
            _ => return false,
        }
    }
    true
}

/// The variables that a pattern binds.
pub(super) fn bound_vars(pattern: &Bind) -> Vec<VarId> {
    let mut found = Vec::new();
    let mut pending = vec![pattern];
    while let Some(pattern) = pending.pop() {
        match pattern {
            Bind::Ignore => {}
            Bind::Var(var) => found.push(*var),
            Bind::List(items, rest) | Bind::Array(items, rest) => {
                pending.extend(items);
                pending.extend(rest.as_deref());
            }
            Bind::Struct(fields, rest) => {
                pending.extend(fields.iter().map(|(_, pattern)| pattern));
                pending.extend(rest.as_deref());
            }
        }
    }
    found
}
