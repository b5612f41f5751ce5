//! Functions and their parameter lists (language reference 02, section 4).

use lisle_syntax::{Datum, Span, Symbol, Syntax};

use super::body::binder;
use super::expander::{Expander, scope, unfinished_function};
use super::fault;
use crate::hir::{Expr, ExprKind, FnId, ParamCollector, VarId};

/// A parameter list, before its names are bound.
#[derive(Default)]
struct ParamList<'s> {
    required: Vec<&'s Syntax>,
    optional: Vec<&'s Syntax>,
    collector: Collector<'s>,
}

#[derive(Default)]
enum Collector<'s> {
    #[default]
    None,
    Rest(&'s Syntax),
    Keys(&'s Syntax),
    Named(&'s [Syntax]),
}

/// The variables of a parameter list, and what takes patterns apart before the body.
struct Params {
    required: Vec<VarId>,
    optional: Vec<VarId>,
    collector: ParamCollector,
    preparation: Vec<Expr>,
}

impl Expander<'_> {
    /// Walks a function and answers the expression that makes its closure.
    pub(super) fn function(&mut self, params: &Syntax, body: &[Syntax], span: Span) -> Expr {
        if body.is_empty() {
            return self.fail(fault::MALFORMED, "lambda requires parameters and body", span);
        }
        let id = FnId(self.functions.len() as u32);
        self.functions.push(unfinished_function(span));
        let outer = std::mem::replace(&mut self.function, id);
        self.env.push();
        let params = self.params(params);
        let (doc, forms) = match body {
            [doc, forms @ ..] if !forms.is_empty() => match doc.datum() {
                Datum::String(text) => (Some(text.as_ref().to_owned()), forms),
                _ => (None, body),
            },
            _ => (None, body),
        };
        let mut exprs = params.preparation;
        exprs.extend(self.behind_barrier(|this| this.body(forms)));
        let vars = self.env.pop();
        self.function = outer;
        let function = &mut self.functions[id.0 as usize];
        function.required = params.required;
        function.optional = params.optional;
        function.collector = params.collector;
        function.doc = doc;
        function.body = scope(vars, exprs, span);
        Expr { kind: ExprKind::Fn(id), span }
    }

    fn params(&mut self, syntax: &Syntax) -> Params {
        let mut params = Params {
            required: Vec::new(),
            optional: Vec::new(),
            collector: ParamCollector::None,
            preparation: Vec::new(),
        };
        let Some(list) = self.param_list(syntax) else { return params };
        for pattern in list.required {
            params.required.push(self.param(pattern, false, &mut params.preparation));
        }
        for pattern in list.optional {
            params.optional.push(self.param(pattern, true, &mut params.preparation));
        }
        params.collector = match list.collector {
            Collector::None => ParamCollector::None,
            Collector::Rest(name) => ParamCollector::Rest(self.param(name, false, &mut params.preparation)),
            Collector::Keys(pattern) => ParamCollector::Keys(self.param(pattern, false, &mut params.preparation)),
            Collector::Named(names) => ParamCollector::Named(
                names
                    .iter()
                    .map(|name| {
                        let key = binder(name).map_or_else(|| Symbol::intern("_"), |(ident, _)| ident.name);
                        (key, self.param(name, false, &mut params.preparation))
                    })
                    .collect(),
            ),
        };
        params
    }

    fn param(&mut self, pattern: &Syntax, lenient: bool, preparation: &mut Vec<Expr>) -> VarId {
        let (var, taken) = self.receive(pattern, "param", lenient);
        preparation.extend(taken);
        var
    }

    /// Takes a parameter list apart by its markers. `None`, with a fault, if it is malformed.
    fn param_list<'s>(&mut self, syntax: &'s Syntax) -> Option<ParamList<'s>> {
        let Some(items) = syntax.as_sequence() else {
            let message = match syntax.datum() {
                Datum::MArray(_) => "parameters must use (...) or [...], not @[...]",
                _ => "parameters must use (...) or [...]",
            };
            self.fault(fault::PARAMETERS, message, syntax.span());
            return None;
        };
        let mut list = ParamList::default();
        let mut optional_marker: Option<Span> = None;
        let mut at = 0;
        while at < items.len() {
            let item = &items[at];
            let marker = item.as_symbol().map_or("", |name| name.name());
            match marker {
                "&opt" => {
                    if optional_marker.is_some() {
                        return self.bad_params("duplicate &opt", item);
                    }
                    optional_marker = Some(item.span());
                    at += 1;
                }
                "&" | "&keys" | "&named" => {
                    self.check_optionals(&list, optional_marker)?;
                    list.collector = self.collector(marker, item, &items[at + 1..])?;
                    return Some(list);
                }
                _ => {
                    let part = if optional_marker.is_some() { &mut list.optional } else { &mut list.required };
                    part.push(item);
                    at += 1;
                }
            }
        }
        self.check_optionals(&list, optional_marker)?;
        Some(list)
    }

    fn check_optionals(&mut self, list: &ParamList<'_>, marker: Option<Span>) -> Option<()> {
        match marker {
            Some(span) if list.optional.is_empty() => {
                self.fault(fault::PARAMETERS, "&opt must be followed by at least one parameter", span);
                None
            }
            _ => Some(()),
        }
    }

    /// What stands after a collector's marker, to the end of the list.
    fn collector<'s>(&mut self, marker: &str, item: &Syntax, rest: &'s [Syntax]) -> Option<Collector<'s>> {
        if let Some(second) = rest.iter().find(|i| ["&", "&keys", "&named"].iter().any(|m| i.is_symbol(m))) {
            return self.bad_params("multiple collectors (& / &keys / &named)", second);
        }
        if let Some(late) = rest.iter().find(|i| i.is_symbol("&opt")) {
            return self.bad_params("&opt must appear before & / &keys / &named", late);
        }
        match (marker, rest) {
            ("&named", []) => self.bad_params("&named must be followed by at least one symbol", item),
            ("&named", names) => match names.iter().find(|name| binder(name).is_none()) {
                Some(name) => self.bad_params("&named parameter must be a symbol", name),
                None => Some(Collector::Named(names)),
            },
            ("&keys", [pattern]) => Some(Collector::Keys(pattern)),
            ("&", [name]) if binder(name).is_some() => Some(Collector::Rest(name)),
            ("&", [pattern]) => self.bad_params("& must be followed by a single name", pattern),
            _ => self.bad_params(format!("{marker} must be followed by exactly one pattern"), item),
        }
    }

    fn bad_params<T>(&mut self, message: impl Into<String>, at: &Syntax) -> Option<T> {
        self.fault(fault::PARAMETERS, message, at.span());
        None
    }
}
