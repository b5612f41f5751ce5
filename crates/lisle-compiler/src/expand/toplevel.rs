//! The top level: forms in order, with `include` and `begin` spliced in place.

use lisle_syntax::{Datum, Syntax};

use super::expander::{Expander, nil, seq};
use super::fault;
use super::forms::{self, Form};
use crate::hir::Expr;

impl Expander<'_> {
    /// Walks a whole program.
    pub(super) fn program(&mut self, forms: &[Syntax]) -> Expr {
        let span = forms.last().map(Syntax::span).unwrap_or_default();
        let root = forms.first().and_then(|f| self.sources.get(f.span().source));
        if let Some(root) = root {
            self.included.insert(root.name.clone());
        }
        let exprs = forms.iter().map(|form| self.toplevel(form)).collect();
        seq(exprs, span)
    }

    /// Walks a top-level form.
    fn toplevel(&mut self, syntax: &Syntax) -> Expr {
        let span = syntax.span();
        self.descend(span, |this| this.toplevel_step(syntax)).unwrap_or_else(|| nil(span))
    }

    fn toplevel_step(&mut self, syntax: &Syntax) -> Expr {
        let Some(form) = Form::of(syntax) else { return self.expr(syntax) };
        match form.name.name() {
            "begin" | "do" => {
                let exprs = form.args.iter().map(|form| self.toplevel(form)).collect();
                seq(exprs, syntax.span())
            }
            "include" | "include-file" => self.include(&form),
            "def" | "var" => self.direct_definition(syntax),
            _ if forms::special(form.name).is_some() => self.expr(syntax),
            _ => match self.session.macros.get(&form.name).cloned() {
                Some(definition) => self.in_expansion(&definition, &form, Expander::toplevel),
                None if form.name.name() == "defn" => self.direct_definition(syntax),
                None => self.expr(syntax),
            },
        }
    }

    fn include(&mut self, form: &Form<'_>) -> Expr {
        let span = form.span();
        let spec = match form.args {
            [spec] => spec,
            _ => return self.fail(fault::MALFORMED, format!("{} requires 1 argument", form.name), span),
        };
        let Datum::String(path) = spec.datum() else {
            return self.fail(fault::INCLUDE, format!("{} requires a string literal", form.name), spec.span());
        };
        let including = self.sources.get(span.source).map(|source| source.name.clone());
        let relative_to = match form.name.name() {
            "include-file" => Some(including.unwrap_or_default()),
            _ => None,
        };
        let source = match self.host.load_include(path, relative_to.as_deref()) {
            Ok(source) => source,
            Err(message) => return self.fail(fault::INCLUDE, message, spec.span()),
        };
        if !self.included.insert(source.name.clone()) {
            let message = format!("include: circular dependency on '{}'", source.name);
            return self.fail(fault::INCLUDE, message, spec.span());
        }
        let id = self.sources.add(source);
        let Some(source) = self.sources.get(id).cloned() else { return nil(span) };
        let (forms, faults) = self.host.read(&source, id);
        for fault in faults {
            self.report(fault);
        }
        let exprs = forms.iter().map(|form| self.toplevel(form)).collect();
        seq(exprs, span)
    }
}
