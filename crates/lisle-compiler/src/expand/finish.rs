//! The end of the walk: references to the top level are settled, and calls of known functions checked.

use lisle_bytecode::Const;
use lisle_syntax::{Diagnostic, Severity, Span, Symbol, Syntax};

use super::expander::{Expander, Noted, Purpose};
use super::fault::{self, ContextId};
use crate::hir::{Arg, Expr, ExprKind, FnId, ParamCollector, Program, VarId};
use crate::host::{Arity, BuiltinKind};

/// What a noted reference turned out to mean.
#[derive(Clone, Copy)]
enum Settled {
    Variable(VarId),
    Builtin(Symbol),
    Unknown,
}

/// A function that a call is known to reach.
struct Known {
    name: &'static str,
    arity: Arity,
    /// Where it got its name, if the program gave it.
    bound: Option<Span>,
}

impl Expander<'_> {
    /// Makes the program out of the walked body, or reports the faults.
    pub(super) fn finish(mut self, body: Expr, forms: &[Syntax]) -> Result<Program, Vec<Diagnostic>> {
        let span = match forms {
            [first, .., last] => first.span().to(last.span()),
            [only] => only.span(),
            [] => Span::default(),
        };
        self.functions[0].body = body;
        self.functions[0].span = span;
        let noted = std::mem::take(&mut self.noted);
        let settled: Vec<Settled> = noted.iter().map(|reference| self.settle(reference)).collect();
        self.patch(&noted, &settled);
        let faults = self.take_faults();
        let program =
            Program { vars: self.vars, functions: self.functions, globals: self.globals, builtins: self.builtins };
        let is_error = |fault: &Diagnostic| fault.severity == Severity::Error;
        if faults.iter().any(is_error) { Err(faults) } else { Ok(program) }
    }

    fn settle(&mut self, noted: &Noted) -> Settled {
        if let Some(var) = self.env.settle(noted.name, &noted.candidates) {
            if noted.purpose == Purpose::Assign {
                self.check_assignable(var, noted.span, noted.context);
            }
            return Settled::Variable(var);
        }
        if let Some(builtin) = self.host.builtin(noted.name) {
            self.builtins.insert(builtin.canonical, builtin);
            if noted.purpose == Purpose::Assign {
                let diagnostic = immutable_binding(noted.name, noted.span)
                    .with_note(format!("`{}` is a predefined name", noted.name));
                self.report_in(diagnostic, noted.context, None);
            }
            return Settled::Builtin(builtin.canonical);
        }
        if self.stopped {
            // Definitions further down were not walked.
            return Settled::Unknown;
        }
        let is_intrinsic = noted.purpose == Purpose::Call && noted.name.name().starts_with('%');
        if is_intrinsic && noted.name.name().len() > 1 {
            let message = format!("unknown intrinsic: {}", noted.name);
            self.report_in(Diagnostic::error(fault::UNDEFINED, message, noted.span), noted.context, None);
        } else {
            self.report_unknown(noted.name, noted.span, noted.frame, noted.context, None);
        }
        Settled::Unknown
    }

    /// Notes an assignment; one to an immutable variable is a fault.
    pub(super) fn check_assignable(&mut self, var: VarId, span: Span, context: Option<ContextId>) {
        self.facts[var.0 as usize].assigned = true;
        let target = &self.vars[var.0 as usize];
        if target.mutable {
            return;
        }
        let mut diagnostic = immutable_binding(target.name, span);
        if target.span != Span::default() {
            diagnostic = diagnostic
                .with_label(target.span, "bound here")
                .with_help(format!("write `@{}` where it is bound", target.name));
        }
        self.report_in(diagnostic, context, None);
    }

    /// Puts the settled meanings into the tree and checks arities. The tree is as deep as the source,
    /// so the way through it is a list of what is still to be seen.
    fn patch(&mut self, noted: &[Noted], settled: &[Settled]) {
        let mut functions = std::mem::take(&mut self.functions);
        let arities: Vec<Arity> = functions.iter().map(function_arity).collect();
        let meaning = |var: VarId| Expander::noted_index(var).map(|index| (settled[index], &noted[index]));
        let mut pending: Vec<&mut Expr> = functions.iter_mut().map(|function| &mut function.body).collect();
        while let Some(expr) = pending.pop() {
            match &mut expr.kind {
                ExprKind::Var(var) => {
                    if let Some((settled, _)) = meaning(*var) {
                        expr.kind = match settled {
                            Settled::Variable(var) => ExprKind::Var(var),
                            Settled::Builtin(name) => ExprKind::Builtin(name),
                            Settled::Unknown => ExprKind::Const(Const::Nil),
                        };
                    }
                    continue;
                }
                ExprKind::Assign(var, _) => match meaning(*var) {
                    Some((Settled::Variable(settled), _)) => *var = settled,
                    // Already reported: any variable will do, and there may be none.
                    Some(_) => {
                        expr.kind = ExprKind::Const(Const::Nil);
                        continue;
                    }
                    None => {}
                },
                ExprKind::Call { callee, args } => {
                    let known = match &callee.kind {
                        ExprKind::Fn(id) => {
                            Some(Known { name: "<lambda>", arity: arities[id.0 as usize], bound: None })
                        }
                        ExprKind::Builtin(name) => self.native_arity(*name, *name),
                        ExprKind::Var(var) => match meaning(*var) {
                            Some((Settled::Builtin(name), noted)) => self.native_arity(name, noted.name),
                            Some((Settled::Variable(var), _)) => self.variable_arity(var, &arities),
                            Some((Settled::Unknown, _)) => None,
                            None => self.variable_arity(*var, &arities),
                        },
                        _ => None,
                    };
                    if let Some(known) = known {
                        self.check_arity(&known, args, expr.span);
                    }
                }
                _ => {}
            }
            push_children(&mut expr.kind, &mut pending);
        }
        self.functions = functions;
    }

    fn native_arity(&self, canonical: Symbol, written: Symbol) -> Option<Known> {
        let builtin = self.builtins.get(&canonical).filter(|builtin| builtin.kind == BuiltinKind::Native)?;
        Some(Known { name: written.name(), arity: builtin.arity, bound: None })
    }

    fn variable_arity(&self, var: VarId, arities: &[Arity]) -> Option<Known> {
        let facts = self.facts[var.0 as usize];
        let FnId(index) = facts.function.filter(|_| !facts.assigned)?;
        let var = &self.vars[var.0 as usize];
        Some(Known { name: var.name.name(), arity: arities[index as usize], bound: Some(var.span) })
    }

    fn check_arity(&mut self, known: &Known, args: &[Arg], span: Span) {
        if args.iter().any(|arg| arg.splice) {
            return;
        }
        let got = args.len();
        let Arity { min, max } = known.arity;
        if got >= min as usize && max.is_none_or(|max| got <= max as usize) {
            return;
        }
        let expected = match max {
            Some(max) if max == min => min.to_string(),
            Some(max) => format!("{min}-{max}"),
            None => format!("{min}+"),
        };
        let plural = if expected == "1" { "" } else { "s" };
        let message = format!("arity error: {} expects {expected} argument{plural}, got {got}", known.name);
        let mut diagnostic = Diagnostic::error(fault::ARITY, message, span);
        if let Some(bound) = known.bound {
            diagnostic = diagnostic.with_label(bound, "the function is bound here");
        }
        self.report_in(diagnostic, None, None);
    }
}

fn immutable_binding(name: Symbol, span: Span) -> Diagnostic {
    let message = format!("cannot assign immutable binding '{name}' (use @{name} to make it mutable)");
    Diagnostic::error(fault::ASSIGNMENT, message, span)
}

fn function_arity(function: &crate::hir::Function) -> Arity {
    let min = function.required.len() as u32;
    let max = match function.collector {
        ParamCollector::None => Some(min + function.optional.len() as u32),
        _ => None,
    };
    Arity { min, max }
}

fn push_children<'e>(kind: &'e mut ExprKind, pending: &mut Vec<&'e mut Expr>) {
    match kind {
        ExprKind::Const(_) | ExprKind::Template { .. } | ExprKind::Var(_) | ExprKind::Builtin(_) | ExprKind::Fn(_) => {}
        ExprKind::Assign(_, inner)
        | ExprKind::Define(_, inner)
        | ExprKind::Block { body: inner, .. }
        | ExprKind::Break { value: inner, .. }
        | ExprKind::Field(inner, _)
        | ExprKind::Destructure { value: inner, .. }
        | ExprKind::Protect(inner)
        | ExprKind::Emit { value: inner, .. } => pending.push(inner),
        ExprKind::Scope { body, .. } => pending.extend(body),
        ExprKind::Seq(parts) | ExprKind::And(parts) | ExprKind::Or(parts) => pending.extend(parts),
        ExprKind::If(test, then, otherwise) => pending.extend([&mut **test, then, otherwise]),
        ExprKind::Cond(pairs, default) | ExprKind::Case(_, pairs, default) => {
            pending.extend(pairs.iter_mut().flat_map(|(test, value)| [test, value]));
            pending.extend(default.as_deref_mut());
        }
        ExprKind::While { test, body, .. } => pending.extend([&mut **test, body]),
        ExprKind::Each { coll, body, .. } => pending.extend([&mut **coll, body]),
        ExprKind::Call { callee, args } => {
            pending.push(callee);
            pending.extend(args.iter_mut().map(|arg| &mut arg.expr));
        }
        ExprKind::Array(args) | ExprKind::MArray(args) => {
            pending.extend(args.iter_mut().map(|arg| &mut arg.expr));
        }
        ExprKind::Match { arms, .. } => {
            for arm in arms {
                pending.extend(arm.guard.as_mut());
                pending.push(&mut arm.body);
            }
        }
        ExprKind::Try { body, handler, .. } => pending.extend([&mut **body, handler]),
        ExprKind::Defer { cleanup, body } => pending.extend([&mut **cleanup, body]),
        ExprKind::Parameterize { pairs, body } => {
            pending.extend(pairs.iter_mut().flat_map(|(parameter, value)| [parameter, value]));
            pending.push(body);
        }
    }
}
