//! Reading, defining and assigning variables.

use lisle_bytecode::{Capture, Instr, Reg};

use super::Want;
use super::function::Generator;
use crate::analysis::Home;
use crate::hir::{Expr, ExprKind, FnId, VarId};

/// Where in its frame a variable lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Not in scope yet.
    Unset,
    /// A register.
    Register(Reg),
    /// A spill slot.
    Spill(u32),
}

/// Nodes that are looked at to see whether an expression sets a variable.
const LOOK_MAX: u32 = 32;

impl Generator<'_, '_> {
    pub(super) fn home(&self, var: VarId) -> Home {
        self.unit.storage.homes[var.0 as usize]
    }

    pub(super) fn place(&self, var: VarId) -> Place {
        self.unit.places[var.0 as usize]
    }

    fn is_self(&self, var: VarId) -> bool {
        self.unit.storage.self_vars[self.id.0 as usize] == Some(var)
    }

    /// True when the variable belongs to this function and lives in its frame.
    fn is_in_frame(&self, var: VarId) -> bool {
        self.unit.program.vars[var.0 as usize].owner == self.id
    }

    /// The register of a variable that can be used as an operand where it is.
    pub(super) fn register_of(&self, var: VarId) -> Option<Reg> {
        if self.home(var) != Home::Local {
            return None;
        }
        let place = if self.is_in_frame(var) {
            self.place(var)
        } else if self.is_self(var) {
            self.self_place
        } else {
            return None;
        };
        match place {
            Place::Register(register) => Some(register),
            _ => None,
        }
    }

    /// dst := the variable's value
    pub(super) fn read(&mut self, var: VarId, dst: Reg) {
        if let Some(src) = self.register_of(var) {
            return self.move_to(dst, src);
        }
        if let Home::Global(slot) = self.home(var) {
            return match u16::try_from(slot) {
                Ok(slot) => self.emit(Instr::GetGlobal { dst, slot }),
                Err(_) => self.emit(Instr::GetGlobalWide { dst, slot }),
            };
        }
        let is_cell = self.home(var) == Home::Cell;
        if !self.is_in_frame(var) {
            return match self.capture_indices.get(&var).copied() {
                Some(index) if is_cell => self.emit(Instr::GetCaptureCell { dst, index }),
                Some(index) => self.emit(Instr::GetCapture { dst, index }),
                None if self.is_self(var) => self.emit(Instr::GetSelf { dst }),
                None => self.internal_fault("a variable is not captured"),
            };
        }
        match self.place(var) {
            Place::Register(cell) => self.emit(Instr::GetCell { dst, cell }),
            Place::Spill(slot) => {
                self.emit(Instr::GetSpill { dst, slot });
                if is_cell {
                    self.emit(Instr::GetCell { dst, cell: dst });
                }
            }
            Place::Unset => self.internal_fault("a variable is used outside of its scope"),
        }
    }

    /// The variable gets a value that stands in a register. With `define`, a variable that has no cell yet gets one.
    pub(super) fn write(&mut self, var: VarId, src: Reg, define: bool) {
        match self.home(var) {
            Home::Global(slot) => self.emit(Instr::SetGlobal { src, slot }),
            Home::Cell if !self.is_in_frame(var) => match self.capture_indices.get(&var).copied() {
                Some(index) => self.emit(Instr::SetCaptureCell { src, index }),
                None => self.internal_fault("a variable is not captured"),
            },
            Home::Cell if define && !self.unit.storage.nil_first[var.0 as usize] => {
                let place = self.place(var);
                let mark = self.registers.mark();
                let cell = self.scratch_for(place);
                self.emit(Instr::NewCell { dst: cell, src });
                self.store(place, cell);
                self.registers.release(mark);
            }
            Home::Cell => match self.place(var) {
                Place::Register(cell) => self.emit(Instr::SetCell { cell, src }),
                Place::Spill(slot) => {
                    let mark = self.registers.mark();
                    let cell = self.registers.temp();
                    self.emit(Instr::GetSpill { dst: cell, slot });
                    self.emit(Instr::SetCell { cell, src });
                    self.registers.release(mark);
                }
                Place::Unset => self.internal_fault("a variable is used outside of its scope"),
            },
            Home::Local => self.store(self.place(var), src),
        }
    }

    /// The place gets a value that stands in a register.
    pub(super) fn store(&mut self, place: Place, src: Reg) {
        match place {
            Place::Register(dst) => self.move_to(dst, src),
            Place::Spill(slot) => self.emit(Instr::SetSpill { src, slot }),
            Place::Unset => self.internal_fault("a variable is used outside of its scope"),
        }
    }

    /// The register of a place, or a temporary if it has none.
    pub(super) fn scratch_for(&mut self, place: Place) -> Reg {
        match place {
            Place::Register(register) => register,
            _ => self.registers.temp(),
        }
    }

    /// A register in which to put what the variable is then given with `define` or `assign`: its own, if it has one.
    pub(super) fn landing(&mut self, var: VarId) -> Reg {
        match self.register_of(var) {
            Some(register) if self.is_in_frame(var) => register,
            _ => self.registers.temp(),
        }
    }

    pub(super) fn move_to(&mut self, dst: Reg, src: Reg) {
        if dst != src {
            self.emit(Instr::Move { dst, src });
        }
    }

    pub(super) fn new_place(&mut self) -> Place {
        match self.registers.variable() {
            Some(register) => Place::Register(register),
            None => Place::Spill(self.registers.spill_slot()),
        }
    }

    /// Gives variables that come into scope their places, and nil to those that can be read before their definition.
    pub(super) fn declare(&mut self, vars: &[VarId]) {
        for var in vars {
            if !matches!(self.home(*var), Home::Global(_)) {
                self.unit.places[var.0 as usize] = self.new_place();
            }
        }
        for var in vars {
            if !self.unit.storage.nil_first[var.0 as usize] || matches!(self.home(*var), Home::Global(_)) {
                continue;
            }
            let place = self.place(*var);
            let mark = self.registers.mark();
            let register = self.scratch_for(place);
            self.emit(Instr::LoadNil { dst: register });
            if self.home(*var) == Home::Cell {
                self.emit(Instr::NewCell { dst: register, src: register });
            }
            self.store(place, register);
            self.registers.release(mark);
        }
    }

    /// `Define` and `Assign`.
    pub(super) fn set(&mut self, var: VarId, value: &Expr, define: bool, want: Want) {
        if let ExprKind::Var(source) = value.kind
            && define
            && let Some(register) = self.alias(var, source)
        {
            self.unit.places[var.0 as usize] = Place::Register(register);
            return self.deliver(want, register);
        }
        let mark = self.registers.mark();
        let src = match self.register_of(var).filter(|_| self.is_in_frame(var)) {
            Some(register) => {
                let fresh = define && !self.unit.program.vars[var.0 as usize].early;
                if fresh || writes_last(value, &mut { LOOK_MAX }) {
                    self.into(value, register);
                } else {
                    let temp = self.registers.temp();
                    self.into(value, temp);
                    self.move_to(register, temp);
                }
                register
            }
            None => {
                let src = match want {
                    Want::Into(dst) => {
                        self.into(value, dst);
                        dst
                    }
                    _ => self.operand(value),
                };
                self.write(var, src, define);
                src
            }
        };
        self.deliver(want, src);
        self.registers.release(mark);
    }

    /// The register of a variable, if another one that is defined as its value can do with that register: neither
    /// ever changes, and the source stays in scope as long as the other, having got its register earlier.
    fn alias(&self, var: VarId, source: VarId) -> Option<Reg> {
        let is_fixed = |var: VarId| !self.unit.storage.changes[var.0 as usize];
        let register = self.register_of(source)?;
        let came_earlier = match self.place(var) {
            Place::Register(own) => register < own,
            Place::Spill(_) => true,
            Place::Unset => false,
        };
        let fits = came_earlier
            && self.home(var) == Home::Local
            && self.is_in_frame(var)
            && u32::from(register.0) < self.registers.floor()
            && is_fixed(var)
            && is_fixed(source);
        fits.then_some(register)
    }

    /// dst := a closure of the function
    pub(super) fn closure(&mut self, id: FnId, dst: Reg) {
        if !self.code.is_reachable() {
            return;
        }
        let storage = self.unit.storage;
        let mut captures = Vec::with_capacity(storage.captures[id.0 as usize].len());
        for var in &storage.captures[id.0 as usize] {
            let place = if self.is_in_frame(*var) {
                self.place(*var)
            } else if let Some(index) = self.capture_indices.get(var) {
                captures.push(Capture::Outer(*index));
                continue;
            } else {
                self.self_place
            };
            match place {
                Place::Register(register) => captures.push(Capture::Register(register.0)),
                Place::Spill(slot) => captures.push(Capture::Spill(slot)),
                Place::Unset => self.internal_fault("a captured variable is not in scope"),
            }
        }
        let entry = &mut self.unit.captures[id.0 as usize];
        debug_assert!(entry.is_none(), "the code of each function expression is generated once");
        if entry.replace(captures).is_none() {
            self.unit.pending.push(id);
        }
        self.emit(Instr::NewClosure { dst, code: id.0 });
    }

    /// True when the variable may get another value while `later` is evaluated.
    pub(super) fn may_change(&self, var: VarId, later: &[&Expr]) -> bool {
        let mut left = LOOK_MAX;
        self.unit.storage.changes[var.0 as usize] && later.iter().any(|expr| may_set(expr, var, &mut left))
    }
}

/// Whether an expression may set a variable of the running function; yes if it is too large to tell.
fn may_set(expr: &Expr, var: VarId, left: &mut u32) -> bool {
    if *left == 0 {
        return true;
    }
    *left -= 1;
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::Template { .. } | ExprKind::Var(_) | ExprKind::Builtin(_) | ExprKind::Fn(_) => {
            false
        }
        ExprKind::Assign(set, value) | ExprKind::Define(set, value) => *set == var || may_set(value, var, left),
        ExprKind::Call { callee, args } => {
            may_set(callee, var, left) || args.iter().any(|arg| may_set(&arg.expr, var, left))
        }
        ExprKind::Array(args) | ExprKind::MArray(args) => args.iter().any(|arg| may_set(&arg.expr, var, left)),
        ExprKind::Field(object, _) => may_set(object, var, left),
        ExprKind::If(test, then, otherwise) => [test, then, otherwise].into_iter().any(|expr| may_set(expr, var, left)),
        ExprKind::And(exprs) | ExprKind::Or(exprs) | ExprKind::Seq(exprs) => {
            exprs.iter().any(|expr| may_set(expr, var, left))
        }
        _ => true,
    }
}

/// Whether compiling an expression into a register writes that register only once everything else is done,
/// so that the register may be a variable which the expression reads. No if it is too large to tell.
fn writes_last(expr: &Expr, left: &mut u32) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match &expr.kind {
        ExprKind::Const(_)
        | ExprKind::Template { .. }
        | ExprKind::Var(_)
        | ExprKind::Builtin(_)
        | ExprKind::Fn(_)
        | ExprKind::Call { .. }
        | ExprKind::Field(..)
        | ExprKind::Array(_)
        | ExprKind::MArray(_) => true,
        ExprKind::If(_, then, otherwise) => writes_last(then, left) && writes_last(otherwise, left),
        ExprKind::Seq(exprs) | ExprKind::Scope { body: exprs, .. } => {
            exprs.last().is_none_or(|last| writes_last(last, left))
        }
        _ => false,
    }
}
