//! `syntax-case`: taking syntax objects apart in macro bodies (language reference 04, section 5).
//!
//! A clause becomes a test that defines the pattern's variables on its way; the clauses become one flat
//! `cond`. Only public functions on syntax objects are used.

use lisle_bytecode::{Const, DataOp};
use lisle_syntax::{Datum, Span, Symbol, Syntax};

use super::env::Ident;
use super::expander::{Expander, atom_const, constant, define, scope, seq, variable};
use super::fault;
use super::forms::Form;
use crate::hir::{Expr, ExprKind, VarId};

impl Expander<'_> {
    /// `(syntax-case expr (pattern body) (pattern when guard body) …)`
    pub(super) fn syntax_case(&mut self, form: &Form<'_>) -> Expr {
        let span = form.span();
        let Some((subject, clauses)) = form.args.split_first() else {
            return self.fail(fault::MALFORMED, "syntax-case requires an expression and clauses", span);
        };
        let value = self.expr(subject);
        let subject = self.hidden("subject", span);
        let mut vars = vec![subject];
        let mut branches = Vec::with_capacity(clauses.len());
        for clause in clauses {
            let (pattern, guard, body) = match clause.as_list() {
                Some([pattern, body]) => (pattern, None, body),
                Some([pattern, when, guard, body]) if when.is_symbol("when") => (pattern, Some(guard), body),
                _ => {
                    let message = "syntax-case clause must be (pattern body) or (pattern when guard body)";
                    self.fault(fault::MALFORMED, message, clause.span());
                    continue;
                }
            };
            self.env.push();
            let mut tests = Vec::new();
            self.syntax_test(pattern, subject, &mut tests);
            tests.extend(guard.map(|guard| self.expr(guard)));
            let body = self.expr(body);
            let own = self.env.pop();
            for var in &own {
                // Defined on the way through the test, or not at all.
                self.vars[var.0 as usize].early = true;
            }
            vars.extend(own);
            let test = match tests.len() {
                0 => constant(Const::Bool(true), clause.span()),
                _ => Expr { kind: ExprKind::And(tests), span: clause.span() },
            };
            branches.push((test, body));
        }
        let failure = Expr { kind: ExprKind::Emit { bits: 1, value: Box::new(no_clause_error(span)) }, span };
        let dispatch = Expr { kind: ExprKind::Cond(branches, Some(Box::new(failure))), span };
        scope(vars, vec![define(subject, value, span), dispatch], span)
    }

    /// Adds the tests for a pattern against a variable's value.
    fn syntax_test(&mut self, pattern: &Syntax, value: VarId, tests: &mut Vec<Expr>) {
        self.descend(pattern.span(), |this| this.syntax_test_step(pattern, value, tests));
    }

    fn syntax_test_step(&mut self, pattern: &Syntax, value: VarId, tests: &mut Vec<Expr>) {
        let span = pattern.span();
        match pattern.datum() {
            Datum::Symbol(name) if name.name() == "_" => {}
            Datum::Symbol(name) => {
                let ident = Ident { name: *name, scopes: pattern.scopes().clone() };
                let var = self.declare(ident, span, self.mutable_by_default);
                let defined = define(var, variable(value, span), span);
                tests.push(seq(vec![defined, constant(Const::Bool(true), span)], span));
            }
            Datum::List(items) if items.len() == 2 && items[0].is_symbol("literal") => match items[1].as_symbol() {
                Some(name) => self.syntax_equals(value, Const::Symbol(name), span, tests),
                None => self.fault(fault::PATTERN, "invalid pattern", span),
            },
            Datum::List(items) | Datum::Array(items) => self.syntax_elements(items, value, span, tests),
            atom @ (Datum::Nil
            | Datum::Bool(_)
            | Datum::Int(_)
            | Datum::Float(_)
            | Datum::Keyword(_)
            | Datum::String(_)) => self.syntax_equals(value, atom_const(atom), span, tests),
            _ => self.fault(fault::PATTERN, "invalid pattern", span),
        }
    }

    fn syntax_equals(&mut self, value: VarId, expected: Const, span: Span, tests: &mut Vec<Expr>) {
        let atom = self.call_builtin("syntax-e", vec![variable(value, span)], span);
        tests.push(self.call_builtin("=", vec![atom, constant(expected, span)], span));
    }

    fn syntax_elements(&mut self, items: &[Syntax], value: VarId, span: Span, tests: &mut Vec<Expr>) {
        tests.push(self.call_builtin("list?", vec![variable(value, span)], span));
        let elements = self.owned_hidden("elements", span);
        let array = self.call_builtin("syntax->list", vec![variable(value, span)], span);
        tests.push(define(elements, array, span));
        let length = self.call_builtin("length", vec![variable(elements, span)], span);
        let count = constant(Const::Int(items.len() as i64), span);
        tests.push(self.call_builtin("=", vec![length, count], span));
        for (index, item) in items.iter().enumerate() {
            let element = self.owned_hidden("element", span);
            let index = constant(Const::Int(index as i64), span);
            let part = self.call_builtin("get", vec![variable(elements, span), index], span);
            tests.push(seq(vec![define(element, part, span), constant(Const::Bool(true), span)], span));
            self.syntax_test(item, element, tests);
        }
    }

    fn owned_hidden(&mut self, name: &str, span: Span) -> VarId {
        let var = self.hidden(name, span);
        self.env.own(var);
        var
    }
}

fn no_clause_error(span: Span) -> Expr {
    let keyword = |name: &str| DataOp::Keyword(Symbol::intern(name));
    let ops = vec![
        keyword("error"),
        keyword("syntax-error"),
        keyword("message"),
        DataOp::String("syntax-case: no matching clause".to_owned()),
        DataOp::Struct(4),
    ];
    constant(Const::Data(ops), span)
}
