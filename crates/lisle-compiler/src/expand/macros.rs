//! The program's own macros: definition, call, and what else runs while compiling.

use std::sync::Arc;

use lisle_bytecode::{CodeUnit, Const};
use lisle_syntax::{Datum, Diagnostic, Span, Symbol, Syntax};

use super::expander::{Context, Expander, constant, nil};
use super::fault::{self, ContextId};
use super::forms::{self, Form};
use super::session::{MacroDef, NESTED_COMPILATIONS_MAX};
use crate::Options;
use crate::hir::Expr;

/// Expansions that may be inside one another.
const EXPANSION_DEPTH_MAX: u32 = 200;

impl Expander<'_> {
    /// `(defmacro NAME PARAMS BODY)` where an expression stands: takes effect at once.
    pub(super) fn macro_definition(&mut self, form: &Form<'_>) -> Expr {
        if let Some(definition) = self.define_macro(form) {
            self.session.macros.insert(definition.name, definition);
        }
        nil(form.span())
    }

    /// Compiles a macro and hands it to the host. `None`, with a fault, if not even its name is known.
    pub(super) fn define_macro(&mut self, form: &Form<'_>) -> Option<Arc<MacroDef>> {
        let span = form.span();
        let [name_syntax, params, body] = form.args else {
            let message = "defmacro requires exactly 3 arguments (name, parameters, body)";
            self.fault(fault::MACRO, message, span);
            return None;
        };
        let Some(name) = name_syntax.as_symbol() else {
            self.fault(fault::MACRO, "macro name must be a symbol", name_syntax.span());
            return None;
        };
        let arity = self.macro_arity(params);
        let (min, max) = arity.unwrap_or((0, None));
        let id = match arity {
            Some(_) => self.compile_macro(name, params, body, span),
            None => None,
        };
        Some(Arc::new(MacroDef {
            name,
            id,
            min,
            max,
            span: name_syntax.span(),
            site: self.env.site(),
            compilation: self.compilation,
            outermost: self.session.outermost,
        }))
    }

    fn compile_macro(&mut self, name: Symbol, params: &Syntax, body: &Syntax, span: Span) -> Option<crate::MacroId> {
        let head = Syntax::new(Datum::Symbol(Symbol::intern("fn")), span);
        let function = Syntax::new(Datum::List(vec![head, params.clone(), body.clone()]), span);
        let unit = self.compile_time_unit(function)?;
        match self.host.define_macro(name, unit) {
            Ok(id) => Some(id),
            Err(message) => {
                self.fault(fault::MACRO, message, span);
                None
            }
        }
    }

    /// Compiles a form that runs while compiling: it sees predefined names, macros and compile-time names.
    fn compile_time_unit(&mut self, form: Syntax) -> Option<CodeUnit> {
        if self.session.nesting >= NESTED_COMPILATIONS_MAX {
            self.stop(fault::EXPANSION_LIMIT, "macro definitions are nested too deep", form.span());
            return None;
        }
        let options =
            Options { predefined: self.session.for_syntax.clone(), mutable_by_default: self.mutable_by_default };
        match crate::compile(vec![form], self.sources, &options, self.session, self.host) {
            Ok(unit) => Some(unit),
            Err(faults) => {
                for fault in faults {
                    self.report(fault);
                }
                None
            }
        }
    }

    /// How many arguments a macro takes; `None`, with a fault, for a bad parameter list.
    fn macro_arity(&mut self, params: &Syntax) -> Option<(usize, Option<usize>)> {
        let Some(items) = params.as_sequence() else {
            let message = match params.datum() {
                Datum::MArray(_) => "macro parameters must use (...) or [...], not @[...]",
                _ => "macro parameters must use (...) or [...]",
            };
            self.fault(fault::MACRO, message, params.span());
            return None;
        };
        let mut required = 0;
        let mut optional = None;
        for (index, item) in items.iter().enumerate() {
            let Some(name) = item.as_symbol() else {
                self.fault(fault::MACRO, "macro parameter must be a symbol", item.span());
                return None;
            };
            match name.name() {
                "&opt" if optional.is_none() && index + 1 < items.len() => optional = Some(0),
                "&opt" => {
                    let message = match optional {
                        Some(_) => "duplicate &opt",
                        None => "&opt must be followed by at least one parameter",
                    };
                    self.fault(fault::PARAMETERS, message, item.span());
                    return None;
                }
                "&" if index + 2 == items.len() && items[index + 1].as_symbol().is_some() => {
                    return Some((required, None));
                }
                "&" => {
                    self.fault(fault::PARAMETERS, "& must be followed by exactly one pattern", item.span());
                    return None;
                }
                "&keys" | "&named" => {
                    self.fault(fault::PARAMETERS, "macros take no keyword parameters", item.span());
                    return None;
                }
                _ => match &mut optional {
                    Some(count) => *count += 1,
                    None => required += 1,
                },
            }
        }
        Some((required, Some(required + optional.unwrap_or(0))))
    }

    /// Expands a macro call and walks the result.
    pub(super) fn in_expansion(
        &mut self,
        definition: &Arc<MacroDef>,
        form: &Form<'_>,
        walk: fn(&mut Self, &Syntax) -> Expr,
    ) -> Expr {
        let Some((expansion, context)) = self.expand_once(definition, form) else { return nil(form.span()) };
        let outside = self.context.replace(context);
        let result = walk(self, &expansion);
        self.context = outside;
        result
    }

    /// Runs a macro once. `None`, with a fault, if that fails.
    pub(super) fn expand_once(&mut self, definition: &Arc<MacroDef>, form: &Form<'_>) -> Option<(Syntax, ContextId)> {
        let span = form.span();
        if self.stopped {
            return None;
        }
        let depth = self.context.map_or(0, |ContextId(index)| self.contexts[index as usize].depth) + 1;
        if depth > EXPANSION_DEPTH_MAX {
            let message = format!("macro expansion depth exceeded {EXPANSION_DEPTH_MAX} (possible infinite expansion)");
            self.stop(fault::EXPANSION_LIMIT, message, span);
            return None;
        }
        if !self.session.spend_expansion() {
            self.stop(fault::EXPANSION_LIMIT, "too many macro expansions (limit 1,000,000)", span);
            return None;
        }
        if !self.check_macro_arity(definition.name, definition.min, definition.max, form) {
            return None;
        }
        let id = definition.id?;
        let scope = self.session.fresh_scope();
        if definition.compilation == self.compilation {
            self.env.note_expansion(scope, definition.site);
        }
        match self.host.call_macro(id, form.args, scope, span) {
            Ok(expansion) => {
                let context = ContextId(self.contexts.len() as u32);
                self.contexts.push(Context { definition: definition.clone(), parent: self.context, depth });
                Some((expansion, context))
            }
            Err(message) => {
                let mut diagnostic = Diagnostic::error(fault::MACRO, message, span)
                    .with_note(format!("in expansion of macro `{}`", definition.name));
                if definition.outermost == self.session.outermost {
                    diagnostic = diagnostic.with_label(definition.span, "the macro is defined here");
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// Checks the number of operands of a macro call, predefined or not; a wrong one is a fault.
    pub(super) fn check_macro_arity(&mut self, name: Symbol, min: usize, max: Option<usize>, form: &Form<'_>) -> bool {
        let got = form.args.len();
        if got >= min && max.is_none_or(|max| got <= max) {
            return true;
        }
        let expected = match max {
            Some(max) if max == min => format!("expects {min}"),
            Some(max) => format!("expects {min}-{max}"),
            None => format!("expects at least {min}"),
        };
        self.fault(fault::MACRO, format!("Macro '{name}' {expected} arguments, got {got}"), form.span());
        false
    }

    /// `(begin-for-syntax (def name expr) …)`
    pub(super) fn begin_for_syntax(&mut self, form: &Form<'_>) -> Expr {
        for definition in form.args {
            let name = Form::of(definition)
                .filter(|d| matches!((d.name.name(), d.args.len()), ("def", 2)) || d.name.name() == "defn")
                .and_then(|d| d.args.first()?.as_symbol());
            let Some(name) = name else {
                let message = "begin-for-syntax: only simple (def name expr) forms are allowed";
                self.fault(fault::MALFORMED, message, definition.span());
                continue;
            };
            let Some(unit) = self.compile_time_unit(definition.clone()) else { continue };
            match self.host.define_for_syntax(name, unit) {
                Ok(()) if self.session.for_syntax.contains(&name) => {}
                Ok(()) => self.session.for_syntax.push(name),
                Err(message) => self.fault(fault::MACRO, message, definition.span()),
            }
        }
        nil(form.span())
    }

    /// `(macro? name)`: a constant.
    pub(super) fn is_macro(&mut self, form: &Form<'_>) -> Expr {
        let [name] = form.args else {
            return self.fail(fault::MALFORMED, "macro? requires 1 argument", form.span());
        };
        let known = name
            .as_symbol()
            .is_some_and(|name| self.session.macros.contains_key(&name) || forms::predefined(name).is_some());
        constant(Const::Bool(known), form.span())
    }

    /// `(expand-macro 'form)`: the expanded form, quoted.
    ///
    /// The program's own macros are expanded, at all depths. Of the predefined macros, those are
    /// that stand for a plain core form; the others are core forms to this compiler.
    pub(super) fn expand_macro(&mut self, form: &Form<'_>) -> Expr {
        let [operand] = form.args else {
            return self.fail(fault::MALFORMED, "expand-macro requires 1 argument", form.span());
        };
        let quoted = match operand.datum() {
            Datum::Quote(inner) => inner.clone(),
            Datum::List(items) if items.len() == 2 && items[0].is_symbol("quote") => items[1].clone(),
            _ => return self.expr(operand),
        };
        let expanded = self.expanded(&quoted);
        self.quoted(&expanded)
    }

    fn expanded(&mut self, syntax: &Syntax) -> Syntax {
        self.descend(syntax.span(), |this| this.expanded_step(syntax)).unwrap_or_else(|| syntax.clone())
    }

    fn expanded_step(&mut self, syntax: &Syntax) -> Syntax {
        if let Some(form) = Form::of(syntax) {
            if form.name.name() == "quote" {
                return syntax.clone();
            }
            if let Some(definition) = self.session.macros.get(&form.name).cloned() {
                let Some((expansion, context)) = self.expand_once(&definition, &form) else { return syntax.clone() };
                let outside = self.context.replace(context);
                let result = self.expanded(&expansion);
                self.context = outside;
                return result;
            }
            if let Some(rewritten) = forms::rewritten(&form) {
                return self.expanded(&rewritten);
            }
        }
        let datum = match syntax.datum() {
            Datum::List(items) => Datum::List(items.iter().map(|item| self.expanded(item)).collect()),
            Datum::Array(items) => Datum::Array(items.iter().map(|item| self.expanded(item)).collect()),
            Datum::MArray(items) => Datum::MArray(items.iter().map(|item| self.expanded(item)).collect()),
            Datum::Struct(items) => Datum::Struct(items.iter().map(|item| self.expanded(item)).collect()),
            Datum::MStruct(items) => Datum::MStruct(items.iter().map(|item| self.expanded(item)).collect()),
            _ => return syntax.clone(),
        };
        Syntax::with_scopes(datum, syntax.span(), syntax.scopes().clone())
    }
}
