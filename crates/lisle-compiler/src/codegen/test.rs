//! Tests: `if`, `cond`, `and`, `or`, and comparisons that jump.

use lisle_bytecode::{Const, Instr, Jump, Reg};

use super::Want;
use super::emit::Label;
use super::function::Generator;
use super::intrinsic::{Comparison, Intrinsic, small_int};
use crate::hir::{Expr, ExprKind, VarId};

/// Filled in when the label is placed.
const SOMEWHERE: Jump = Jump(0);

impl Generator<'_, '_> {
    /// Jumps to `to` if the truth of the expression is `when`, and otherwise goes on.
    pub(super) fn branch(&mut self, expr: &Expr, when: bool, to: Label) {
        if !self.code.is_reachable() {
            return;
        }
        stacker::maybe_grow(64 * 1024, 2 * 1024 * 1024, || {
            let outer = std::mem::replace(&mut self.span, expr.span);
            let mark = self.registers.mark();
            self.branch_step(expr, when, to);
            self.registers.release(mark);
            self.span = outer;
        });
    }

    fn branch_step(&mut self, expr: &Expr, when: bool, to: Label) {
        match &expr.kind {
            ExprKind::Const(value) => {
                if is_true(value) == when {
                    self.code.jump(to);
                }
            }
            ExprKind::Builtin(_) | ExprKind::Fn(_) => {
                if when {
                    self.code.jump(to);
                }
            }
            ExprKind::And(exprs) => self.branch_all(exprs, true, when, to),
            ExprKind::Or(exprs) => self.branch_all(exprs, false, when, to),
            ExprKind::Seq(exprs) if !exprs.is_empty() => self.branch_last(exprs, when, to),
            ExprKind::Scope { vars, body } if !body.is_empty() => {
                self.declare(vars);
                self.branch_last(body, when, to);
            }
            ExprKind::If(test, then, otherwise) if self.registers.has_room(0) => {
                let (otherwise_label, end) = (self.code.label(), self.code.label());
                self.branch(test, false, otherwise_label);
                self.branch(then, when, to);
                self.code.jump(end);
                self.code.place(otherwise_label);
                self.branch(otherwise, when, to);
                self.code.place(end);
            }
            ExprKind::Call { callee, args } if self.registers.has_room(0) => match self.intrinsic(callee, args) {
                Some(Intrinsic::Not) => self.branch(&args[0].expr, !when, to),
                Some(Intrinsic::IsNil) => {
                    let src = self.operand(&args[0].expr);
                    self.branch_nil(src, when, to);
                }
                Some(Intrinsic::NotEqual) => {
                    self.branch_compare(Comparison::Eq, &args[0].expr, &args[1].expr, !when, to);
                }
                Some(Intrinsic::Compare(comparison)) => {
                    self.branch_compare(comparison, &args[0].expr, &args[1].expr, when, to);
                }
                _ => self.branch_value(expr, when, to),
            },
            _ => self.branch_value(expr, when, to),
        }
    }

    fn branch_value(&mut self, expr: &Expr, when: bool, to: Label) {
        let cond = self.operand(expr);
        self.branch_register(cond, when, to);
    }

    /// Jumps if the truth of a register is `when`.
    pub(super) fn branch_register(&mut self, cond: Reg, when: bool, to: Label) {
        let instr = match when {
            true => Instr::JumpIf { cond, to: SOMEWHERE },
            false => Instr::JumpIfNot { cond, to: SOMEWHERE },
        };
        self.emit_jump(instr, to);
    }

    fn branch_nil(&mut self, src: Reg, when: bool, to: Label) {
        let instr = match when {
            true => Instr::JumpIfNil { src, to: SOMEWHERE },
            false => Instr::JumpIfNotNil { src, to: SOMEWHERE },
        };
        self.emit_jump(instr, to);
    }

    fn branch_last(&mut self, exprs: &[Expr], when: bool, to: Label) {
        if let Some((last, before)) = exprs.split_last() {
            for expr in before {
                self.effect(expr);
            }
            self.branch(last, when, to);
        }
    }

    /// `and` (`all`) or `or` as a test.
    fn branch_all(&mut self, exprs: &[Expr], all: bool, when: bool, to: Label) {
        let Some((last, before)) = exprs.split_last() else { return };
        let skip = self.code.label();
        // What decides the matter early jumps out if that is what `to` waits for, and past the test if not.
        let early = if when == all { skip } else { to };
        for expr in before {
            self.branch(expr, !all, early);
        }
        self.branch(last, when, to);
        self.code.place(skip);
    }

    fn branch_compare(&mut self, comparison: Comparison, lhs: &Expr, rhs: &Expr, when: bool, to: Label) {
        if comparison == Comparison::Eq {
            if let Some(value) = constant(rhs) {
                let lhs = self.operand(lhs);
                return self.branch_equal_constant(lhs, value, when, to);
            }
            if let Some(value) = constant(lhs) {
                let rhs = self.operand(rhs);
                return self.branch_equal_constant(rhs, value, when, to);
            }
        }
        if let Some(value) = small_int(rhs) {
            let lhs = self.operand(lhs);
            return self.emit_jump(comparison.jump_int(lhs, value, when), to);
        }
        let [lhs, rhs] = self.operands([lhs, rhs]);
        self.emit_jump(comparison.jump(lhs, rhs, when), to);
    }

    /// Jumps if (lhs = constant) is `when`.
    pub(super) fn branch_equal_constant(&mut self, lhs: Reg, value: &Const, when: bool, to: Label) {
        match value {
            Const::Nil => self.branch_nil(lhs, when, to),
            Const::Int(value) if i8::try_from(*value).is_ok() => {
                self.emit_jump(Comparison::Eq.jump_int(lhs, *value as i8, when), to);
            }
            _ if self.code.is_reachable() => {
                let constant = self.code.constant(value);
                self.emit_jump(Instr::JumpEqConst { lhs, when: u8::from(when), constant, to: SOMEWHERE }, to);
            }
            _ => {}
        }
    }

    pub(super) fn conditional(&mut self, test: &Expr, then: &Expr, otherwise: &Expr, want: Want) {
        if want == Want::Effect && super::expr::is_simple(otherwise) {
            let end = self.code.label();
            self.branch(test, false, end);
            self.expr(then, want);
            return self.code.place(end);
        }
        if want == Want::Effect && super::expr::is_simple(then) {
            let end = self.code.label();
            self.branch(test, true, end);
            self.expr(otherwise, want);
            return self.code.place(end);
        }
        let (otherwise_label, end) = (self.code.label(), self.code.label());
        self.branch(test, false, otherwise_label);
        self.expr(then, want);
        self.code.jump(end);
        self.code.place(otherwise_label);
        self.expr(otherwise, want);
        self.code.place(end);
    }

    pub(super) fn cond(&mut self, clauses: &[(Expr, Expr)], default: Option<&Expr>, want: Want) {
        let end = self.code.label();
        for (test, value) in clauses {
            let next = self.code.label();
            self.branch(test, false, next);
            self.expr(value, want);
            self.code.jump(end);
            self.code.place(next);
        }
        self.default(default, want);
        self.code.place(end);
    }

    fn default(&mut self, default: Option<&Expr>, want: Want) {
        match default {
            Some(default) => self.expr(default, want),
            None => self.nil(want),
        }
    }

    pub(super) fn case(&mut self, subject: VarId, clauses: &[(Expr, Expr)], default: Option<&Expr>, want: Want) {
        let end = self.code.label();
        let subject = self.steady(subject);
        for (key, value) in clauses {
            let next = self.code.label();
            let mark = self.registers.mark();
            match constant(key) {
                Some(key) => self.branch_equal_constant(subject, key, false, next),
                None => {
                    let key = self.operand(key);
                    self.emit_jump(Comparison::Eq.jump(subject, key, false), next);
                }
            }
            self.registers.release(mark);
            self.expr(value, want);
            self.code.jump(end);
            self.code.place(next);
        }
        self.default(default, want);
        self.code.place(end);
    }

    /// A register with a variable's value that keeps it for the whole of a construct.
    pub(super) fn steady(&mut self, var: VarId) -> Reg {
        match self.register_of(var) {
            Some(register) if !self.unit.storage.changes[var.0 as usize] => register,
            _ => {
                let temp = self.registers.temp();
                self.read(var, temp);
                temp
            }
        }
    }

    /// `or` (`stop` true) and `and`: the value of the first operand whose truth is `stop`, or else of the last.
    pub(super) fn short_circuit(&mut self, exprs: &[Expr], stop: bool, want: Want) {
        let Some((last, before)) = exprs.split_last() else { return };
        let end = self.code.label();
        if want == Want::Effect {
            for expr in before {
                self.branch(expr, stop, end);
            }
            self.effect(last);
            return self.code.place(end);
        }
        // Comparisons jump where the value that decides is loaded; others decide with the value they have.
        let decided = self.code.label();
        let dst = self.target(want);
        let mut compares = false;
        for expr in before {
            if self.is_boolean(expr) {
                compares = true;
                self.branch(expr, stop, decided);
            } else {
                self.into(expr, dst);
                self.branch_register(dst, stop, end);
            }
        }
        let value = if stop { Instr::LoadTrue { dst } } else { Instr::LoadFalse { dst } };
        match want {
            Want::Return => {
                self.expr(last, want);
                self.code.place(decided);
                if compares {
                    self.emit(value);
                }
                self.code.place(end);
                self.emit(Instr::Return { src: dst });
            }
            _ => {
                self.into(last, dst);
                if compares {
                    self.code.jump(end);
                    self.code.place(decided);
                    self.emit(value);
                }
                self.code.place(end);
            }
        }
    }

    /// True for expressions whose value is true or false and that can jump themselves.
    fn is_boolean(&self, expr: &Expr) -> bool {
        let ExprKind::Call { callee, args } = &expr.kind else { return false };
        matches!(
            self.intrinsic(callee, args),
            Some(Intrinsic::Not | Intrinsic::IsNil | Intrinsic::NotEqual | Intrinsic::Compare(_))
        )
    }
}

/// The constant that an expression is.
fn constant(expr: &Expr) -> Option<&Const> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value),
        _ => None,
    }
}

fn is_true(value: &Const) -> bool {
    !matches!(value, Const::Nil | Const::Bool(false))
}
