//! The walk over expressions.

use lisle_bytecode::{Const, Instr, Reg};

use super::Want;
use super::function::Generator;
use super::registers::Region;
use crate::hir::{Expr, ExprKind};

/// Stack that a step of the walk may use before the next check.
const STACK_RED_ZONE: usize = 64 * 1024;

/// Stack that is added when little is left.
const STACK_SEGMENT: usize = 2 * 1024 * 1024;

/// Expressions that need no registers but the one of their value, and cannot have effects.
pub(super) fn is_simple(expr: &Expr) -> bool {
    matches!(
        expr.kind,
        ExprKind::Const(_) | ExprKind::Template { .. } | ExprKind::Var(_) | ExprKind::Builtin(_) | ExprKind::Fn(_)
    )
}

impl Generator<'_, '_> {
    /// Compiles an expression.
    pub(super) fn expr(&mut self, expr: &Expr, want: Want) {
        stacker::maybe_grow(STACK_RED_ZONE, STACK_SEGMENT, || {
            let outer = std::mem::replace(&mut self.span, expr.span);
            if is_simple(expr) || self.registers.has_room(0) {
                self.step(expr, want);
            } else {
                self.in_region(want, |this, want| this.step(expr, want));
            }
            self.span = outer;
        });
    }

    pub(super) fn into(&mut self, expr: &Expr, dst: Reg) {
        self.expr(expr, Want::Into(dst));
    }

    pub(super) fn effect(&mut self, expr: &Expr) {
        self.expr(expr, Want::Effect);
    }

    /// The value in some register: that of a variable, or a new temporary.
    pub(super) fn operand(&mut self, expr: &Expr) -> Reg {
        if let ExprKind::Var(var) = expr.kind
            && let Some(register) = self.register_of(var)
        {
            return register;
        }
        let temp = self.registers.temp();
        self.into(expr, temp);
        temp
    }

    /// The values of several expressions in some registers each, evaluated in order.
    pub(super) fn operands<const N: usize>(&mut self, exprs: [&Expr; N]) -> [Reg; N] {
        let mut registers = [Reg(0); N];
        for (index, expr) in exprs.iter().enumerate() {
            registers[index] = self.operand_before(expr, &exprs[index + 1..]);
        }
        registers
    }

    /// As `operand`, but the register keeps its value while `later` are evaluated.
    pub(super) fn operand_before(&mut self, expr: &Expr, later: &[&Expr]) -> Reg {
        match expr.kind {
            ExprKind::Var(var) if self.register_of(var).is_some() && self.may_change(var, later) => {
                let temp = self.registers.temp();
                self.into(expr, temp);
                temp
            }
            _ => self.operand(expr),
        }
    }

    /// Where to put a value that is then delivered.
    pub(super) fn target(&mut self, want: Want) -> Reg {
        match want {
            Want::Into(dst) => dst,
            Want::Effect | Want::Return => self.registers.temp(),
        }
    }

    /// Does with a value in a register what is wanted.
    pub(super) fn deliver(&mut self, want: Want, src: Reg) {
        match want {
            Want::Effect => {}
            Want::Into(dst) => self.move_to(dst, src),
            Want::Return => self.emit(Instr::Return { src }),
        }
    }

    /// The value is nil.
    pub(super) fn nil(&mut self, want: Want) {
        self.constant(&Const::Nil, want);
    }

    /// Compiles with the registers of live temporaries, which are saved meanwhile.
    pub(super) fn in_region(&mut self, want: Want, compile: impl FnOnce(&mut Self, Want)) {
        match want {
            Want::Into(dst) => {
                let region = self.open_region();
                let temp = self.registers.temp();
                compile(self, Want::Into(temp));
                self.move_to(dst, temp);
                self.close_region(region, Some(dst));
            }
            Want::Effect => {
                let region = self.open_region();
                compile(self, want);
                self.close_region(region, None);
            }
            Want::Return => {
                // Nothing is live any more when the function's value is all that is left to do.
                let region = self.registers.open_region();
                compile(self, want);
                self.registers.close_region(region);
            }
        }
    }

    pub(super) fn open_region(&mut self) -> Region {
        let region = self.registers.open_region();
        for (register, slot) in (region.from..region.to).zip(region.slot..) {
            self.emit(Instr::SetSpill { src: Reg(register as u8), slot });
        }
        region
    }

    /// Loads what a region saved, but not over the `result`.
    pub(super) fn close_region(&mut self, region: Region, result: Option<Reg>) {
        self.load_region(region, region.to, result);
        self.registers.close_region(region);
    }

    /// Loads what a region saved of the registers below `to`.
    pub(super) fn load_region(&mut self, region: Region, to: u32, result: Option<Reg>) {
        for (register, slot) in (region.from..region.to.min(to)).zip(region.slot..) {
            let dst = Reg(register as u8);
            if result != Some(dst) {
                self.emit(Instr::GetSpill { dst, slot });
            }
        }
    }

    fn step(&mut self, expr: &Expr, want: Want) {
        if !self.code.is_reachable() || self.registers.exhausted() {
            return;
        }
        let mark = self.registers.mark();
        match &expr.kind {
            ExprKind::Const(value) => self.constant(value, want),
            ExprKind::Template { name, scopes } => {
                let template = Const::Template { name: *name, scopes: scopes.clone(), span: expr.span };
                self.simple(want, |this, dst| {
                    let constant = this.code.constant(&template);
                    this.emit(Instr::LoadTemplate { dst, constant });
                });
            }
            ExprKind::Var(var) => match self.register_of(*var) {
                Some(register) => self.deliver(want, register),
                None => self.simple(want, |this, dst| this.read(*var, dst)),
            },
            ExprKind::Builtin(name) => self.constant(&Const::Builtin(*name), want),
            ExprKind::Fn(id) => self.simple(want, |this, dst| this.closure(*id, dst)),
            ExprKind::Assign(var, value) => self.set(*var, value, false, want),
            ExprKind::Define(var, value) => self.set(*var, value, true, want),
            ExprKind::Scope { vars, body } => {
                self.declare(vars);
                self.sequence(body, want);
            }
            ExprKind::Seq(exprs) => self.sequence(exprs, want),
            ExprKind::If(test, then, otherwise) => self.conditional(test, then, otherwise, want),
            ExprKind::Cond(clauses, default) => self.cond(clauses, default.as_deref(), want),
            ExprKind::Case(subject, clauses, default) => self.case(*subject, clauses, default.as_deref(), want),
            ExprKind::And(exprs) => self.short_circuit(exprs, false, want),
            ExprKind::Or(exprs) => self.short_circuit(exprs, true, want),
            ExprKind::While { block, test, body } => self.while_loop(*block, test, body, want),
            ExprKind::Block { block, body } => self.block(*block, body, want),
            ExprKind::Break { block, value } => self.leave(*block, value),
            ExprKind::Each { block, item, coll, body } => self.each(*block, *item, coll, body, want),
            ExprKind::Call { callee, args } => self.call(callee, args, want),
            ExprKind::Array(args) => self.array(args, false, want),
            ExprKind::MArray(args) => self.array(args, true, want),
            ExprKind::Field(object, key) => {
                let coll = self.operand(object);
                let key = self.code.constant(&Const::Keyword(*key));
                let dst = self.target(want);
                self.emit(Instr::GetField { dst, coll, key });
                self.deliver(want, dst);
            }
            ExprKind::Match { subject, arms } => self.match_arms(*subject, arms, want),
            ExprKind::Destructure { pattern, value, lenient } => self.destructure(pattern, value, *lenient, want),
            ExprKind::Try { body, error, handler } => self.try_catch(body, *error, handler, want),
            ExprKind::Protect(body) => self.protect(body, want),
            ExprKind::Defer { cleanup, body } => self.defer(cleanup, body, want),
            ExprKind::Emit { bits, value } => {
                let value = self.operand(value);
                let dst = self.target(want);
                self.emit(Instr::Emit { dst, value, bits: *bits });
                self.deliver(want, dst);
            }
            ExprKind::Parameterize { pairs, body } => self.parameterize(pairs, body, want),
        }
        self.registers.release(mark);
    }

    /// A value that costs nothing if nobody wants it.
    fn simple(&mut self, want: Want, load: impl FnOnce(&mut Self, Reg)) {
        if want != Want::Effect {
            let dst = self.target(want);
            load(self, dst);
            self.deliver(want, dst);
        }
    }

    fn constant(&mut self, value: &Const, want: Want) {
        self.simple(want, |this, dst| this.load(value, dst));
    }

    /// dst := constant
    pub(super) fn load(&mut self, value: &Const, dst: Reg) {
        if !self.code.is_reachable() {
            return;
        }
        let instr = match value {
            Const::Nil => Instr::LoadNil { dst },
            Const::Bool(true) => Instr::LoadTrue { dst },
            Const::Bool(false) => Instr::LoadFalse { dst },
            Const::Int(value) if i16::try_from(*value).is_ok() => Instr::LoadInt { dst, value: *value as i16 },
            _ => {
                let constant = self.code.constant(value);
                match u16::try_from(constant) {
                    Ok(constant) => Instr::LoadConst { dst, constant },
                    Err(_) => Instr::LoadConstWide { dst, constant },
                }
            }
        };
        self.emit(instr);
    }

    /// Expressions in order; the value is that of the last.
    pub(super) fn sequence(&mut self, exprs: &[Expr], want: Want) {
        let Some((last, before)) = exprs.split_last() else { return self.nil(want) };
        for expr in before {
            self.effect(expr);
        }
        self.expr(last, want);
    }
}
