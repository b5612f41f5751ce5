//! The resolved tree as text, for tests on shallow trees: variables are `name` with a number, `name!`
//! when they are early, `^name` at the top level; predefined names are bare.

use lisle_bytecode::{Const, DataOp};

use crate::hir::{Arg, Bind, Expr, ExprKind, FnId, ParamCollector, Pattern, Program, VarId};

pub(super) fn program(program: &Program) -> String {
    Show { program }.expr(&program.functions[0].body)
}

struct Show<'p> {
    program: &'p Program,
}

impl Show<'_> {
    fn var(&self, var: VarId) -> String {
        let known = &self.program.vars[var.0 as usize];
        match known.global {
            Some(slot) => format!("^{}{}", known.name, slot),
            None => {
                let local = self.program.vars[..var.0 as usize].iter().filter(|v| v.global.is_none()).count();
                format!("{}{}{}", known.name, local, if known.early { "!" } else { "" })
            }
        }
    }

    fn vars(&self, vars: &[VarId]) -> String {
        let names: Vec<String> = vars.iter().map(|var| self.var(*var)).collect();
        format!("[{}]", names.join(" "))
    }

    fn form(&self, head: &str, parts: impl IntoIterator<Item = String>) -> String {
        let mut text = format!("({head}");
        for part in parts {
            text.push(' ');
            text.push_str(&part);
        }
        text.push(')');
        text
    }

    fn all(&self, head: &str, exprs: &[Expr]) -> String {
        self.form(head, exprs.iter().map(|e| self.expr(e)))
    }

    fn args(&self, args: &[Arg]) -> Vec<String> {
        args.iter().map(|arg| format!("{}{}", if arg.splice { ";" } else { "" }, self.expr(&arg.expr))).collect()
    }

    fn pairs(&self, head: String, pairs: &[(Expr, Expr)], default: Option<&Expr>) -> String {
        let parts = pairs.iter().flat_map(|(a, b)| [self.expr(a), self.expr(b)]);
        self.form(&head, parts.chain(default.map(|d| self.expr(d))))
    }

    fn function(&self, id: FnId) -> String {
        let function = &self.program.functions[id.0 as usize];
        let mut params: Vec<String> = function.required.iter().map(|v| self.var(*v)).collect();
        if !function.optional.is_empty() {
            params.push("&opt".into());
            params.extend(function.optional.iter().map(|v| self.var(*v)));
        }
        match &function.collector {
            ParamCollector::None => {}
            ParamCollector::Rest(var) => params.push(format!("& {}", self.var(*var))),
            ParamCollector::Keys(var) => params.push(format!("&keys {}", self.var(*var))),
            ParamCollector::Named(names) => {
                params.push("&named".into());
                params.extend(names.iter().map(|(key, var)| format!(":{key} {}", self.var(*var))));
            }
        }
        let name = function.name.map_or(String::new(), |name| format!(" {name}"));
        format!("(fn{name} [{}] {})", params.join(" "), self.expr(&function.body))
    }

    pub(super) fn expr(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Const(value) => constant(value),
            ExprKind::Template { name, scopes } => format!("`{name}{:?}", scopes.as_slice()),
            ExprKind::Var(var) => self.var(*var),
            ExprKind::Builtin(name) => name.to_string(),
            ExprKind::Assign(var, value) => self.form("assign", [self.var(*var), self.expr(value)]),
            ExprKind::Define(var, value) => self.form("define", [self.var(*var), self.expr(value)]),
            ExprKind::Scope { vars, body } => self.all(&format!("scope {}", self.vars(vars)), body),
            ExprKind::Seq(body) => self.all("seq", body),
            ExprKind::If(a, b, c) => self.form("if", [a, b, c].map(|e| self.expr(e))),
            ExprKind::Cond(pairs, default) => self.pairs("cond".into(), pairs, default.as_deref()),
            ExprKind::Case(var, pairs, default) => {
                self.pairs(format!("case {}", self.var(*var)), pairs, default.as_deref())
            }
            ExprKind::And(parts) => self.all("and", parts),
            ExprKind::Or(parts) => self.all("or", parts),
            ExprKind::While { block, test, body } => {
                self.form(&format!("while {}", block.0), [self.expr(test), self.expr(body)])
            }
            ExprKind::Block { block, body } => self.form(&format!("block {}", block.0), [self.expr(body)]),
            ExprKind::Break { block, value } => self.form(&format!("break {}", block.0), [self.expr(value)]),
            ExprKind::Each { block, item, coll, body } => {
                self.form(&format!("each {} {}", block.0, self.var(*item)), [self.expr(coll), self.expr(body)])
            }
            ExprKind::Fn(id) => self.function(*id),
            ExprKind::Call { callee, args } => self.form(&self.expr(callee), self.args(args)),
            ExprKind::Array(args) => format!("[{}]", self.args(args).join(" ")),
            ExprKind::MArray(args) => format!("@[{}]", self.args(args).join(" ")),
            ExprKind::Field(object, key) => format!("{}:{key}", self.expr(object)),
            ExprKind::Match { subject, arms } => {
                let arms = arms.iter().flat_map(|arm| {
                    let guard = arm.guard.as_ref().map(|g| format!("when {}", self.expr(g)));
                    [Some(self.pattern(&arm.pattern)), guard, Some(self.expr(&arm.body))].into_iter().flatten()
                });
                self.form(&format!("match {}", self.var(*subject)), arms)
            }
            ExprKind::Destructure { pattern, value, lenient } => {
                let head = if *lenient { "take-lenient" } else { "take" };
                self.form(head, [self.bind(pattern), self.expr(value)])
            }
            ExprKind::Try { body, error, handler } => {
                self.form("try", [self.expr(body), self.var(*error), self.expr(handler)])
            }
            ExprKind::Protect(body) => self.form("protect", [self.expr(body)]),
            ExprKind::Defer { cleanup, body } => self.form("defer", [self.expr(cleanup), self.expr(body)]),
            ExprKind::Emit { bits, value } => self.form(&format!("emit {bits}"), [self.expr(value)]),
            ExprKind::Parameterize { pairs, body } => self.pairs("parameterize".into(), pairs, Some(body)),
        }
    }

    fn pattern(&self, pattern: &Pattern) -> String {
        let rest = |rest: &Option<Box<Pattern>>| rest.iter().map(|r| format!("& {}", self.pattern(r))).next();
        let mark = |mutable: &bool| if *mutable { "@" } else { "" };
        match pattern {
            Pattern::Any => "_".into(),
            Pattern::Var(var) => self.var(*var),
            Pattern::Literal(value) => constant(value),
            Pattern::EmptyList => "()".into(),
            Pattern::List(items, tail) => self.form("list", items.iter().map(|p| self.pattern(p)).chain(rest(tail))),
            Pattern::Array { mutable, items, rest: tail } => {
                self.form(&format!("{}array", mark(mutable)), items.iter().map(|p| self.pattern(p)).chain(rest(tail)))
            }
            Pattern::Struct { mutable, fields, rest: tail } => {
                let fields = fields.iter().map(|(key, p)| format!("{} {}", constant(key), self.pattern(p)));
                self.form(&format!("{}struct", mark(mutable)), fields.chain(rest(tail)))
            }
            Pattern::Set { mutable, inner } => self.form(&format!("{}set", mark(mutable)), [self.pattern(inner)]),
            Pattern::Or(items) => self.form("or", items.iter().map(|p| self.pattern(p))),
        }
    }

    fn bind(&self, bind: &Bind) -> String {
        let rest = |rest: &Option<Box<Bind>>| rest.iter().map(|r| format!("& {}", self.bind(r))).next();
        match bind {
            Bind::Ignore => "_".into(),
            Bind::Var(var) => self.var(*var),
            Bind::List(items, tail) => self.form("list", items.iter().map(|b| self.bind(b)).chain(rest(tail))),
            Bind::Array(items, tail) => self.form("array", items.iter().map(|b| self.bind(b)).chain(rest(tail))),
            Bind::Struct(fields, tail) => {
                let fields = fields.iter().map(|(key, b)| format!("{} {}", constant(key), self.bind(b)));
                self.form("struct", fields.chain(rest(tail)))
            }
        }
    }
}

fn constant(value: &Const) -> String {
    match value {
        Const::Nil => "nil".into(),
        Const::Bool(value) => value.to_string(),
        Const::Int(value) => value.to_string(),
        Const::Float(bits) => f64::from_bits(*bits).to_string(),
        Const::Symbol(name) => format!("'{name}"),
        Const::Keyword(name) => format!(":{name}"),
        Const::String(text) => format!("{text:?}"),
        Const::Data(ops) => data(ops),
        Const::Builtin(name) => format!("<{name}>"),
        Const::Template { name, .. } => format!("`{name}"),
    }
}

fn data(ops: &[DataOp]) -> String {
    let mut stack: Vec<String> = Vec::new();
    for op in ops {
        let (count, open, close) = match op {
            DataOp::Nil => (0, "nil", ""),
            DataOp::Bool(true) => (0, "true", ""),
            DataOp::Bool(false) => (0, "false", ""),
            DataOp::Int(value) => {
                stack.push(value.to_string());
                continue;
            }
            DataOp::Float(bits) => {
                stack.push(f64::from_bits(*bits).to_string());
                continue;
            }
            DataOp::Symbol(name) => {
                stack.push(name.to_string());
                continue;
            }
            DataOp::Keyword(name) => {
                stack.push(format!(":{name}"));
                continue;
            }
            DataOp::String(text) => {
                stack.push(format!("{text:?}"));
                continue;
            }
            DataOp::List(count) => (*count, "'(", ")"),
            DataOp::Array(count) => (*count, "'[", "]"),
            DataOp::Struct(count) => (*count, "'{", "}"),
        };
        let parts = stack.split_off(stack.len() - count as usize);
        stack.push(format!("{open}{}{close}", parts.join(" ")));
    }
    assert_eq!(stack.len(), 1, "a data program leaves one value");
    stack.remove(0)
}
