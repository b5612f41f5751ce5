//! Quoted data, and folding literals whose parts are constants.

use std::collections::HashSet;

use lisle_bytecode::{Const, DataOp};
use lisle_syntax::{Datum, Span, Symbol, Syntax};

use super::expander::{Expander, atom_const, constant, nil};
use crate::hir::{Arg, Expr, ExprKind};

impl Expander<'_> {
    /// The value of a quoted form. A constant, unless mutable arrays are in it: these are made afresh
    /// each time the quote is evaluated.
    pub(super) fn quoted(&mut self, syntax: &Syntax) -> Expr {
        let span = syntax.span();
        self.descend(span, |this| this.quoted_step(syntax)).unwrap_or_else(|| nil(span))
    }

    fn quoted_step(&mut self, syntax: &Syntax) -> Expr {
        let span = syntax.span();
        match syntax.datum() {
            Datum::List(items) => self.quoted_list(None, items, span),
            Datum::Array(items) => array(self.quoted_items(items), span),
            Datum::MArray(items) => Expr { kind: ExprKind::MArray(self.quoted_items(items)), span },
            Datum::Struct(items) => self.quoted_list(Some("struct"), items, span),
            Datum::MStruct(items) => self.quoted_list(Some("@struct"), items, span),
            Datum::Set(items) => self.quoted_list(Some("set"), items, span),
            Datum::MSet(items) => self.quoted_list(Some("@set"), items, span),
            Datum::Bytes(items) => self.quoted_list(Some("bytes"), items, span),
            Datum::MBytes(items) => self.quoted_list(Some("@bytes"), items, span),
            Datum::Quote(inner) => self.quoted_prefix("quote", inner, span),
            Datum::Quasiquote(inner) => self.quoted_prefix("quasiquote", inner, span),
            Datum::Unquote(inner) => self.quoted_prefix("unquote", inner, span),
            Datum::UnquoteSplicing(inner) => self.quoted_prefix("unquote-splicing", inner, span),
            Datum::Splice(inner) => self.quoted_prefix("splice", inner, span),
            atom => constant(atom_const(atom), span),
        }
    }

    fn quoted_items(&mut self, items: &[Syntax]) -> Vec<Arg> {
        items.iter().map(|item| Arg { splice: false, expr: self.quoted(item) }).collect()
    }

    fn quoted_prefix(&mut self, name: &str, inner: &Syntax, span: Span) -> Expr {
        self.quoted_list(Some(name), std::slice::from_ref(inner), span)
    }

    fn quoted_list(&mut self, head: Option<&str>, items: &[Syntax], span: Span) -> Expr {
        let head = head.map(|name| constant(Const::Symbol(Symbol::intern(name)), span));
        let mut parts: Vec<Expr> = head.into_iter().collect();
        parts.extend(items.iter().map(|item| self.quoted(item)));
        self.list_of(parts, span)
    }

    /// A list of some values; a constant if they are.
    pub(super) fn list_of(&mut self, parts: Vec<Expr>, span: Span) -> Expr {
        match fold(parts, DataOp::List, span) {
            Ok(expr) => expr,
            Err(parts) => self.call_builtin("list", parts, span),
        }
    }
}

/// An array literal; a constant if its elements are.
pub(super) fn array(args: Vec<Arg>, span: Span) -> Expr {
    if args.iter().any(|arg| arg.splice) {
        return Expr { kind: ExprKind::Array(args), span };
    }
    let parts = args.into_iter().map(|arg| arg.expr).collect();
    match fold(parts, DataOp::Array, span) {
        Ok(expr) => expr,
        Err(parts) => {
            let args = parts.into_iter().map(|expr| Arg { splice: false, expr }).collect();
            Expr { kind: ExprKind::Array(args), span }
        }
    }
}

/// A struct literal as a constant, if its keys are distinct keywords and its values constants.
pub(super) fn constant_struct(parts: Vec<Expr>, span: Span) -> Result<Expr, Vec<Expr>> {
    let mut seen = HashSet::new();
    let is_plain = parts.len().is_multiple_of(2)
        && parts.iter().step_by(2).all(|key| match key.kind {
            ExprKind::Const(Const::Keyword(name)) => seen.insert(name),
            _ => false,
        });
    if is_plain { fold(parts, DataOp::Struct, span) } else { Err(parts) }
}

/// Puts constants together; gives the parts back if some are not constant.
fn fold(mut parts: Vec<Expr>, make: fn(u32) -> DataOp, span: Span) -> Result<Expr, Vec<Expr>> {
    let is_data = |part: &Expr| match &part.kind {
        ExprKind::Const(value) => !matches!(value, Const::Builtin(_) | Const::Template { .. }),
        _ => false,
    };
    let Ok(count) = u32::try_from(parts.len()) else { return Err(parts) };
    if !parts.iter().all(is_data) {
        return Err(parts);
    }
    let mut ops = Vec::new();
    for part in &mut parts {
        let ExprKind::Const(value) = std::mem::replace(&mut part.kind, ExprKind::Const(Const::Nil)) else { continue };
        append(value, &mut ops);
    }
    ops.push(make(count));
    Ok(constant(Const::Data(ops), span))
}

fn append(value: Const, ops: &mut Vec<DataOp>) {
    match value {
        // The first part's program becomes the whole one's, so that nesting to the left copies nothing.
        Const::Data(data) if ops.is_empty() => *ops = data,
        Const::Data(data) => ops.extend(data),
        Const::Bool(value) => ops.push(DataOp::Bool(value)),
        Const::Int(value) => ops.push(DataOp::Int(value)),
        Const::Float(bits) => ops.push(DataOp::Float(bits)),
        Const::Symbol(name) => ops.push(DataOp::Symbol(name)),
        Const::Keyword(name) => ops.push(DataOp::Keyword(name)),
        Const::String(text) => ops.push(DataOp::String(text)),
        Const::Nil | Const::Builtin(_) | Const::Template { .. } => ops.push(DataOp::Nil),
    }
}
