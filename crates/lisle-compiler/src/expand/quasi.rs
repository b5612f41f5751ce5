//! Quasiquote templates.
//!
//! A template's symbols become [`ExprKind::Template`]: syntax objects that get the scope of the
//! expansion that runs. Prefix forms that stay in the result (quotes, and nested quasiquotes with
//! their unquotes) become lists headed by a template symbol; a list headed by such a *scoped*
//! `quasiquote` or `unquote` is understood again when the result is walked, whereas one that was
//! written out in source is not (language reference 01, section 9).

use lisle_bytecode::Const;
use lisle_syntax::{Datum, ScopeSet, Span, Symbol, Syntax};

use super::expander::{Expander, atom_const, constant, nil};
use super::fault;
use super::quote;
use crate::hir::{Arg, Expr, ExprKind};

/// What a template node is, whichever way it is written.
enum Node<'s> {
    Quasiquote(&'s Syntax),
    Unquote(&'s Syntax),
    UnquoteSplicing(&'s Syntax),
    Other(&'s Datum),
}

fn node(syntax: &Syntax) -> Node<'_> {
    match syntax.datum() {
        Datum::Quasiquote(inner) => Node::Quasiquote(inner),
        Datum::Unquote(inner) => Node::Unquote(inner),
        Datum::UnquoteSplicing(inner) => Node::UnquoteSplicing(inner),
        Datum::List(items) => match items.as_slice() {
            [head, inner] if *head.scopes() != ScopeSet::EMPTY => match head.as_symbol().map(Symbol::name) {
                Some("quasiquote") => Node::Quasiquote(inner),
                Some("unquote") => Node::Unquote(inner),
                Some("unquote-splicing") => Node::UnquoteSplicing(inner),
                _ => Node::Other(syntax.datum()),
            },
            _ => Node::Other(syntax.datum()),
        },
        datum => Node::Other(datum),
    }
}

impl Expander<'_> {
    /// A template inside `depth` quasiquotes.
    pub(super) fn template(&mut self, syntax: &Syntax, depth: u32) -> Expr {
        let span = syntax.span();
        self.descend(span, |this| this.template_step(syntax, depth)).unwrap_or_else(|| nil(span))
    }

    fn template_step(&mut self, syntax: &Syntax, depth: u32) -> Expr {
        let span = syntax.span();
        let datum = match node(syntax) {
            Node::Quasiquote(inner) => return self.kept_prefix("quasiquote", inner, depth + 1, span),
            Node::Unquote(inner) if depth == 1 => return self.expr(inner),
            Node::Unquote(inner) => return self.kept_prefix("unquote", inner, depth - 1, span),
            Node::UnquoteSplicing(_) if depth == 1 => {
                let message = "quasiquote forms should be expanded before analysis";
                return self.fail(fault::MISPLACED_PREFIX, message, span);
            }
            Node::UnquoteSplicing(inner) => return self.kept_prefix("unquote-splicing", inner, depth - 1, span),
            Node::Other(datum) => datum,
        };
        match datum {
            Datum::Symbol(name) => {
                Expr { kind: ExprKind::Template { name: *name, scopes: syntax.scopes().clone() }, span }
            }
            Datum::List(items) => {
                let parts = self.template_parts(items, depth);
                self.template_list(parts, span)
            }
            Datum::Array(items) => {
                let parts = self.template_parts(items, depth);
                if parts.iter().any(|part| part.splice) {
                    self.call_with_flags("%template-array", parts, span)
                } else {
                    quote::array(parts, span)
                }
            }
            Datum::MArray(items) => Expr { kind: ExprKind::MArray(self.template_parts(items, depth)), span },
            Datum::Quote(inner) => self.kept_prefix("quote", inner, depth, span),
            Datum::Splice(inner) => self.kept_prefix("splice", inner, depth, span),
            Datum::MString(_) => {
                let text = constant(atom_const(datum), span);
                self.call_builtin("thaw", vec![text], span)
            }
            // Struct, set and bytes literals are constant data: unquotes in them are not evaluated.
            _ => self.quoted(syntax),
        }
    }

    /// Elements of a template list or array; `,;x` is spliced.
    fn template_parts(&mut self, items: &[Syntax], depth: u32) -> Vec<Arg> {
        items
            .iter()
            .map(|item| match node(item) {
                Node::UnquoteSplicing(inner) if depth == 1 => Arg { splice: true, expr: self.expr(inner) },
                _ => Arg { splice: false, expr: self.template(item, depth) },
            })
            .collect()
    }

    /// A prefix form that stays in the result, as a list of two.
    fn kept_prefix(&mut self, name: &str, inner: &Syntax, depth: u32, span: Span) -> Expr {
        let head = ExprKind::Template { name: Symbol::intern(name), scopes: ScopeSet::EMPTY };
        let mut parts = vec![Arg { splice: false, expr: Expr { kind: head, span } }];
        parts.extend(self.template_parts(std::slice::from_ref(inner), depth));
        self.template_list(parts, span)
    }

    fn template_list(&mut self, parts: Vec<Arg>, span: Span) -> Expr {
        if parts.iter().any(|part| part.splice) {
            return self.call_with_flags("%template-list", parts, span);
        }
        self.list_of(parts.into_iter().map(|part| part.expr).collect(), span)
    }

    /// A call whose operands come in pairs: whether the next one is spliced, and it.
    fn call_with_flags(&mut self, name: &str, parts: Vec<Arg>, span: Span) -> Expr {
        let flagged =
            parts.into_iter().flat_map(|part| [constant(Const::Bool(part.splice), part.expr.span), part.expr]);
        let args = flagged.collect();
        self.call_builtin(name, args, span)
    }
}
