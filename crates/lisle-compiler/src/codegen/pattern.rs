//! `match` and destructuring.

use lisle_bytecode::op::PatternKind;
use lisle_bytecode::{Const, DataOp, Instr, Jump, Reg};

use super::Want;
use super::emit::Label;
use super::function::Generator;
use super::registers::HANDLER_MAX;
use crate::analysis::Home;
use crate::hir::{Arm, Bind, Expr, ExprKind, Pattern, VarId};

impl Generator<'_, '_> {
    pub(super) fn match_arms(&mut self, subject: VarId, arms: &[Arm], want: Want) {
        match self.registers.top() <= HANDLER_MAX {
            true => self.match_step(subject, arms, want),
            false => self.in_region(want, |this, want| this.match_step(subject, arms, want)),
        }
    }

    fn match_step(&mut self, subject: VarId, arms: &[Arm], want: Want) {
        let end = self.code.label();
        let subject = self.steady(subject);
        for arm in arms {
            let next = self.code.label();
            let mark = self.registers.mark();
            self.declare_arm(arm, subject);
            // A misfit may come from inside a region of the pattern; what the next arm needs is out of reach of those.
            let tests = self.registers.mark();
            self.registers.protect();
            self.pattern(&arm.pattern, subject, next);
            self.registers.release(tests);
            if let Some(guard) = &arm.guard {
                self.branch(guard, false, next);
            }
            self.expr(&arm.body, want);
            self.code.jump(end);
            self.registers.release(mark);
            self.code.place(next);
        }
        if self.code.is_reachable() {
            self.nil(want);
        }
        self.code.place(end);
    }

    /// Declares the variables of an arm. One that takes the whole subject is the subject's register.
    fn declare_arm(&mut self, arm: &Arm, subject: Reg) {
        match arm.pattern {
            Pattern::Var(var)
                if self.home(var) == Home::Local
                    && !self.unit.storage.changes[var.0 as usize]
                    && u32::from(subject.0) < self.registers.floor() =>
            {
                self.unit.places[var.0 as usize] = super::variables::Place::Register(subject);
            }
            _ => self.declare(&arm.vars),
        }
    }

    /// Tests a pattern and binds its variables; goes to `misfit` if it does not fit.
    fn pattern(&mut self, pattern: &Pattern, src: Reg, misfit: Label) {
        stacker::maybe_grow(64 * 1024, 2 * 1024 * 1024, || {
            let mark = self.registers.mark();
            self.pattern_step(pattern, src, misfit);
            self.registers.release(mark);
        });
    }

    fn pattern_step(&mut self, pattern: &Pattern, src: Reg, misfit: Label) {
        match pattern {
            Pattern::Any => {}
            Pattern::Var(var) => self.write(*var, src, true),
            Pattern::Literal(value) => self.branch_equal_constant(src, value, false, misfit),
            Pattern::EmptyList => self.test_kind(src, PatternKind::EmptyList, misfit),
            Pattern::List(items, rest) => {
                let mut cursor = src;
                for (index, item) in items.iter().enumerate() {
                    self.test_kind(cursor, PatternKind::Pair, misfit);
                    self.part(item, misfit, |dst| Instr::PairFirst { dst, src: cursor });
                    if let Some(rest) = rest.as_deref().filter(|_| index + 1 == items.len()) {
                        return self.part(rest, misfit, |dst| Instr::PairRest { dst, src: cursor });
                    }
                    let next = if cursor == src { self.registers.temp() } else { cursor };
                    self.emit(Instr::PairRest { dst: next, src: cursor });
                    cursor = next;
                }
                match rest {
                    Some(rest) => self.pattern(rest, cursor, misfit),
                    None => self.test_kind(cursor, PatternKind::EmptyList, misfit),
                }
            }
            Pattern::Array { mutable, items, rest } => {
                let flags = u8::from(*mutable) | u8::from(rest.is_some()) << 1;
                let count = items.len() as u32;
                self.emit_jump(Instr::TestArray { src, flags, count, to: Jump(0) }, misfit);
                for (index, item) in (0..).zip(items) {
                    self.part(item, misfit, |dst| Instr::ItemAt { dst, src, index });
                }
                if let Some(rest) = rest {
                    self.part(rest, misfit, |dst| Instr::ItemsFrom { dst, src, from: count });
                }
            }
            Pattern::Struct { mutable, fields, rest } => {
                let kind = if *mutable { PatternKind::MStruct } else { PatternKind::Struct };
                self.test_kind(src, kind, misfit);
                for (key, field) in fields {
                    let key = self.code.constant(key);
                    self.part(field, misfit, |dst| Instr::FieldOrNil { dst, src, key });
                }
                if let Some(rest) = rest {
                    let keys = self.keys(fields.iter().map(|(key, _)| key));
                    self.part(rest, misfit, |dst| Instr::FieldsExcept { dst, src, keys });
                }
            }
            Pattern::Set { mutable, inner } => {
                let kind = if *mutable { PatternKind::MSet } else { PatternKind::Set };
                self.test_kind(src, kind, misfit);
                self.pattern(inner, src, misfit);
            }
            Pattern::Or(alternatives) => {
                if self.registers.top() <= HANDLER_MAX {
                    self.alternatives(alternatives, src, misfit);
                } else {
                    self.pattern_region(src, |this, src| this.alternatives(alternatives, src, misfit));
                }
            }
        }
    }

    fn alternatives(&mut self, alternatives: &[Pattern], src: Reg, misfit: Label) {
        let Some((last, before)) = alternatives.split_last() else { return };
        let fits = self.code.label();
        let mark = self.registers.mark();
        self.registers.protect();
        for alternative in before {
            let next = self.code.label();
            self.pattern(alternative, src, next);
            self.code.jump(fits);
            self.code.place(next);
        }
        self.pattern(last, src, misfit);
        self.registers.release(mark);
        self.code.place(fits);
    }

    fn test_kind(&mut self, src: Reg, kind: PatternKind, misfit: Label) {
        self.emit_jump(Instr::TestKind { src, kind: kind as u8, to: Jump(0) }, misfit);
    }

    /// Takes out a part of the subject, and matches it.
    fn part(&mut self, pattern: &Pattern, misfit: Label, take: impl FnOnce(Reg) -> Instr) {
        match pattern {
            Pattern::Any => {}
            Pattern::Var(var) => self.take_variable(*var, take),
            _ => self.take_part(take, |this, src| this.pattern(pattern, src, misfit)),
        }
    }

    /// Takes a part straight into its variable, if that has a register.
    fn take_variable(&mut self, var: VarId, take: impl FnOnce(Reg) -> Instr) {
        let mark = self.registers.mark();
        let dst = match self.home(var) {
            Home::Local => self.landing(var),
            _ => self.registers.temp(),
        };
        self.emit(take(dst));
        self.write(var, dst, true);
        self.registers.release(mark);
    }

    /// Takes a part into a temporary for an inner pattern.
    fn take_part(&mut self, take: impl FnOnce(Reg) -> Instr, inner: impl FnOnce(&mut Self, Reg)) {
        let mark = self.registers.mark();
        let src = self.registers.temp();
        self.emit(take(src));
        match self.registers.has_room(0) {
            true => inner(self, src),
            false => self.pattern_region(src, inner),
        }
        self.registers.release(mark);
    }

    /// Inner patterns that are nested too deep for registers save those of the outer ones. A misfit leaves without
    /// loading them: it leads to where only protected registers are needed.
    fn pattern_region(&mut self, src: Reg, inner: impl FnOnce(&mut Self, Reg)) {
        let mark = self.registers.mark();
        let slot = self.registers.spill_slot();
        self.emit(Instr::SetSpill { src, slot });
        let region = self.open_region();
        let src = self.registers.temp();
        self.emit(Instr::GetSpill { dst: src, slot });
        inner(self, src);
        self.close_region(region, None);
        self.registers.release(mark);
    }

    /// A constant array of keys.
    fn keys<'k>(&mut self, keys: impl Iterator<Item = &'k Const>) -> u32 {
        let mut ops: Vec<DataOp> = keys
            .map(|key| match key {
                Const::Symbol(name) => DataOp::Symbol(*name),
                Const::Keyword(name) => DataOp::Keyword(*name),
                _ => DataOp::Nil,
            })
            .collect();
        ops.push(DataOp::Array(ops.len() as u32));
        self.code.constant(&Const::Data(ops))
    }

    /// `Destructure`
    pub(super) fn destructure(&mut self, pattern: &Bind, value: &Expr, lenient: bool, want: Want) {
        let src = match value.kind {
            ExprKind::Var(var) => self.steady(var),
            _ => match want {
                Want::Into(dst) => {
                    self.into(value, dst);
                    dst
                }
                _ => self.operand(value),
            },
        };
        self.bind(pattern, src, lenient);
        self.deliver(want, src);
    }

    fn bind(&mut self, pattern: &Bind, src: Reg, lenient: bool) {
        stacker::maybe_grow(64 * 1024, 2 * 1024 * 1024, || {
            let mark = self.registers.mark();
            self.bind_step(pattern, src, lenient);
            self.registers.release(mark);
        });
    }

    fn bind_step(&mut self, pattern: &Bind, src: Reg, is_lenient: bool) {
        let lenient = u8::from(is_lenient);
        match pattern {
            Bind::Ignore => {}
            Bind::Var(var) => self.write(*var, src, true),
            Bind::List(items, rest) => {
                if items.is_empty() {
                    return self.bind_any_list(rest.as_deref(), src, is_lenient);
                }
                let mut cursor = src;
                for (index, item) in items.iter().enumerate() {
                    self.bind_part(item, is_lenient, |dst| Instr::DestructureFirst { dst, src: cursor, lenient });
                    if index + 1 < items.len() {
                        let next = if cursor == src { self.registers.temp() } else { cursor };
                        self.emit(Instr::DestructureRest { dst: next, src: cursor, lenient });
                        cursor = next;
                    } else if let Some(rest) = rest {
                        self.bind_part(rest, is_lenient, |dst| Instr::DestructureRest { dst, src: cursor, lenient });
                    }
                }
            }
            Bind::Array(items, rest) => {
                for (index, item) in (0..).zip(items) {
                    self.bind_part(item, is_lenient, |dst| Instr::DestructureItem { dst, src, lenient, index });
                }
                match rest {
                    Some(rest) => {
                        let from = items.len() as u32;
                        self.bind_part(rest, is_lenient, |dst| Instr::DestructureItems { dst, src, lenient, from });
                    }
                    None if items.is_empty() => self.check_kind(src, PatternKind::Array, is_lenient),
                    None => {}
                }
            }
            Bind::Struct(fields, rest) => {
                for (key, field) in fields {
                    let key = self.code.constant(key);
                    self.bind_part(field, is_lenient, |dst| Instr::DestructureField { dst, src, lenient, key });
                }
                match rest {
                    Some(rest) => {
                        let keys = self.keys(fields.iter().map(|(key, _)| key));
                        self.bind_part(rest, is_lenient, |dst| Instr::DestructureFields { dst, src, lenient, keys });
                    }
                    None if fields.is_empty() => self.check_kind(src, PatternKind::Struct, is_lenient),
                    None => {}
                }
            }
        }
    }

    /// `()` and `(& rest)`
    fn bind_any_list(&mut self, rest: Option<&Bind>, src: Reg, lenient: bool) {
        self.check_kind(src, PatternKind::List, lenient);
        let Some(rest) = rest else { return };
        if !lenient {
            return self.bind(rest, src, lenient);
        }
        let list = self.registers.temp();
        let (no_list, end) = (self.code.label(), self.code.label());
        self.test_kind(src, PatternKind::List, no_list);
        self.emit(Instr::Move { dst: list, src });
        self.code.jump(end);
        self.code.place(no_list);
        self.emit(Instr::LoadNil { dst: list });
        self.code.place(end);
        self.bind(rest, list, lenient);
    }

    fn check_kind(&mut self, src: Reg, kind: PatternKind, lenient: bool) {
        if !lenient {
            self.emit(Instr::DestructureKind { src, kind: kind as u8 });
        }
    }

    /// Takes out a part and binds it. What is ignored is still checked, unless leniently.
    fn bind_part(&mut self, pattern: &Bind, lenient: bool, take: impl FnOnce(Reg) -> Instr) {
        match pattern {
            Bind::Ignore if lenient => {}
            Bind::Ignore => {
                let mark = self.registers.mark();
                let unused = self.registers.temp();
                self.emit(take(unused));
                self.registers.release(mark);
            }
            Bind::Var(var) => self.take_variable(*var, take),
            _ => self.take_part(take, |this, src| this.bind(pattern, src, lenient)),
        }
    }
}
