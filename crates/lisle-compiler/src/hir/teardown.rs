//! Taking programs apart without recursion: the tree is as deep as the source, and dropping boxes
//! within boxes would use native stack for each level (I1).

use lisle_bytecode::Const;

use super::{Arg, Bind, Expr, ExprKind, Pattern, Program};

/// A node whose children have not been taken out yet.
enum Node {
    Expr(Expr),
    Pattern(Pattern),
    Bind(Bind),
}

impl Drop for Program {
    fn drop(&mut self) {
        let mut pending = Vec::new();
        for function in &mut self.functions {
            let kind = std::mem::replace(&mut function.body.kind, ExprKind::Const(Const::Nil));
            take_children(kind, &mut pending);
        }
        while let Some(node) = pending.pop() {
            match node {
                Node::Expr(expr) => take_children(expr.kind, &mut pending),
                Node::Pattern(pattern) => take_pattern(pattern, &mut pending),
                Node::Bind(bind) => take_bind(bind, &mut pending),
            }
        }
    }
}

fn take_children(kind: ExprKind, pending: &mut Vec<Node>) {
    let mut take = |expr: Expr| pending.push(Node::Expr(expr));
    match kind {
        ExprKind::Const(_) | ExprKind::Template { .. } | ExprKind::Var(_) | ExprKind::Builtin(_) | ExprKind::Fn(_) => {}
        ExprKind::Assign(_, inner)
        | ExprKind::Define(_, inner)
        | ExprKind::Block { body: inner, .. }
        | ExprKind::Break { value: inner, .. }
        | ExprKind::Field(inner, _)
        | ExprKind::Protect(inner)
        | ExprKind::Emit { value: inner, .. } => take(*inner),
        ExprKind::Scope { body: parts, .. } | ExprKind::Seq(parts) | ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.into_iter().for_each(take)
        }
        ExprKind::If(test, then, otherwise) => [test, then, otherwise].into_iter().for_each(|e| take(*e)),
        ExprKind::Cond(pairs, default) | ExprKind::Case(_, pairs, default) => {
            pairs.into_iter().for_each(|(test, value)| [test, value].into_iter().for_each(&mut take));
            default.into_iter().for_each(|e| take(*e));
        }
        ExprKind::While { test: first, body: second, .. }
        | ExprKind::Each { coll: first, body: second, .. }
        | ExprKind::Try { body: first, handler: second, .. }
        | ExprKind::Defer { cleanup: first, body: second } => {
            take(*first);
            take(*second);
        }
        ExprKind::Call { callee, args } => {
            take(*callee);
            take_args(args, pending);
        }
        ExprKind::Array(args) | ExprKind::MArray(args) => take_args(args, pending),
        ExprKind::Match { arms, .. } => {
            for arm in arms {
                pending.push(Node::Pattern(arm.pattern));
                pending.extend(arm.guard.map(Node::Expr));
                pending.push(Node::Expr(arm.body));
            }
        }
        ExprKind::Destructure { pattern, value, .. } => {
            take(*value);
            pending.push(Node::Bind(pattern));
        }
        ExprKind::Parameterize { pairs, body } => {
            pairs.into_iter().for_each(|(key, value)| [key, value].into_iter().for_each(&mut take));
            take(*body);
        }
    }
}

fn take_args(args: Vec<Arg>, pending: &mut Vec<Node>) {
    pending.extend(args.into_iter().map(|arg| Node::Expr(arg.expr)));
}

fn take_pattern(pattern: Pattern, pending: &mut Vec<Node>) {
    match pattern {
        Pattern::Any | Pattern::Var(_) | Pattern::Literal(_) | Pattern::EmptyList => {}
        Pattern::List(items, rest) | Pattern::Array { items, rest, .. } => {
            pending.extend(items.into_iter().chain(rest.map(|rest| *rest)).map(Node::Pattern));
        }
        Pattern::Struct { fields, rest, .. } => {
            let items = fields.into_iter().map(|(_, pattern)| pattern);
            pending.extend(items.chain(rest.map(|rest| *rest)).map(Node::Pattern));
        }
        Pattern::Set { inner, .. } => pending.push(Node::Pattern(*inner)),
        Pattern::Or(items) => pending.extend(items.into_iter().map(Node::Pattern)),
    }
}

fn take_bind(bind: Bind, pending: &mut Vec<Node>) {
    match bind {
        Bind::Ignore | Bind::Var(_) => {}
        Bind::List(items, rest) | Bind::Array(items, rest) => {
            pending.extend(items.into_iter().chain(rest.map(|rest| *rest)).map(Node::Bind));
        }
        Bind::Struct(fields, rest) => {
            let items = fields.into_iter().map(|(_, bind)| bind);
            pending.extend(items.chain(rest.map(|rest| *rest)).map(Node::Bind));
        }
    }
}
