//! Calls, and array literals: values in consecutive registers, or in a builder when there are too many.

use lisle_bytecode::{Const, Instr, Reg};
use lisle_syntax::Symbol;

use super::Want;
use super::expr::is_simple;
use super::function::Generator;
use crate::BuiltinKind;
use crate::analysis::Home;
use crate::hir::{Arg, Expr, ExprKind};

/// Values that are given to a builder at once.
const CHUNK: usize = 32;

/// How the function of a call is named.
#[derive(Clone, Copy)]
enum Callee<'e> {
    /// A top-level variable, read when the arguments are there.
    Global(u32),
    /// A primitive, whose arity fits.
    Native(Symbol),
    /// Anything else, evaluated before the arguments.
    Value(&'e Expr),
}

impl Generator<'_, '_> {
    pub(super) fn call(&mut self, callee: &Expr, args: &[Arg], want: Want) {
        if let Some(intrinsic) = self.intrinsic(callee, args) {
            return self.intrinsic_call(intrinsic, args, want);
        }
        if !self.fits_registers(args) {
            return self.spread_call(callee, args, want);
        }
        if want != Want::Return && !self.registers.has_room(args.len() as u32 + 1) {
            return self.in_region(want, |this, want| this.direct_call(callee, args, want));
        }
        self.direct_call(callee, args, want);
    }

    /// True when the values can stand in consecutive registers, perhaps in a region.
    fn fits_registers(&self, args: &[Arg]) -> bool {
        let count = args.len() as u32 + 1;
        args.len() < 250
            && !args.iter().any(|arg| arg.splice)
            && (self.registers.has_room(count) || self.registers.region_has_room(count))
    }

    fn callee<'e>(&self, callee: &'e Expr, args: &[Arg]) -> Callee<'e> {
        match callee.kind {
            ExprKind::Var(var) => {
                let fixed = !self.unit.program.vars[var.0 as usize].mutable;
                match self.home(var) {
                    Home::Global(slot) if fixed || args.iter().all(|arg| is_simple(&arg.expr)) => Callee::Global(slot),
                    _ => Callee::Value(callee),
                }
            }
            ExprKind::Builtin(name) => match self.unit.program.builtins.get(&name) {
                Some(builtin)
                    if builtin.kind == BuiltinKind::Native
                        && args.len() as u32 >= builtin.arity.min
                        && builtin.arity.max.is_none_or(|max| args.len() as u32 <= max) =>
                {
                    Callee::Native(name)
                }
                _ => Callee::Value(callee),
            },
            _ => Callee::Value(callee),
        }
    }

    /// A call with all arguments in registers.
    fn direct_call(&mut self, callee: &Expr, args: &[Arg], want: Want) {
        let argc = args.len() as u8;
        let callee = self.callee(callee, args);
        if let Callee::Native(name) = callee {
            let base = self.consecutive(args);
            let native = self.code.constant(&Const::Builtin(name));
            let dst = self.target(want);
            self.emit(Instr::CallNative { dst, base, argc, native });
            return self.deliver(want, dst);
        }
        let base = self.base(want);
        if let Callee::Value(callee) = callee {
            self.into(callee, base);
        }
        self.values(args);
        match (callee, want) {
            (Callee::Global(slot), Want::Return) => self.emit(Instr::TailCallGlobal { base, argc, slot }),
            (_, Want::Return) => self.emit(Instr::TailCall { base, argc }),
            (callee, Want::Into(_) | Want::Effect) => {
                let dst = if let Want::Into(dst) = want { dst } else { base };
                match callee {
                    Callee::Global(slot) => self.emit(Instr::CallGlobal { dst, base, argc, slot }),
                    _ => self.emit(Instr::Call { dst, base, argc }),
                }
            }
        }
    }

    /// The register of the function in a call: the one that the result goes to, if it is the topmost temporary.
    fn base(&mut self, want: Want) -> Reg {
        match want {
            Want::Into(dst) if self.is_top_temp(dst) => dst,
            _ => self.registers.temp(),
        }
    }

    fn is_top_temp(&self, register: Reg) -> bool {
        let index = u32::from(register.0);
        index + 1 == self.registers.top() && index >= self.registers.floor()
    }

    /// Evaluates into new registers, one after another.
    fn values(&mut self, args: &[Arg]) {
        for arg in args {
            let register = self.registers.temp();
            self.into(&arg.expr, register);
        }
    }

    /// The values in consecutive registers: variables that happen to stand so, or new temporaries. The first one.
    fn consecutive(&mut self, args: &[Arg]) -> Reg {
        if args.is_empty() {
            return Reg(0);
        }
        let in_place = args.first().and_then(|first| {
            let first = self.argument_register(first)?;
            let fits = |(index, arg): (usize, &Arg)| {
                self.argument_register(arg).is_some_and(|r| usize::from(r.0) == usize::from(first.0) + index)
            };
            args.iter().enumerate().all(fits).then_some(first)
        });
        if let Some(first) = in_place {
            return first;
        }
        let first = Reg(self.registers.top() as u8);
        self.values(args);
        first
    }

    fn argument_register(&self, arg: &Arg) -> Option<Reg> {
        match arg.expr.kind {
            ExprKind::Var(var) => self.register_of(var),
            _ => None,
        }
    }

    /// A call with spliced arguments, or too many for registers.
    fn spread_call(&mut self, callee: &Expr, args: &[Arg], want: Want) {
        self.with_room(want, |this, want| {
            let callee = match callee.kind {
                ExprKind::Var(var) => this.steady(var),
                _ => this.operand(callee),
            };
            let args = this.builder(args);
            match want {
                Want::Return => this.emit(Instr::TailCallSpread { callee, args }),
                _ => {
                    let dst = this.target(want);
                    this.emit(Instr::CallSpread { dst, callee, args });
                }
            }
        });
    }

    /// `[…]` and `@[…]`
    pub(super) fn array(&mut self, args: &[Arg], mutable: bool, want: Want) {
        if !self.fits_registers(args) {
            return self.with_room(want, |this, want| {
                let array = this.builder(args);
                if mutable {
                    return this.deliver(want, array);
                }
                let dst = this.target(want);
                this.emit(Instr::BuildArray { dst, array });
                this.deliver(want, dst);
            });
        }
        let direct = |this: &mut Self, want| {
            let base = this.consecutive(args);
            let count = args.len() as u8;
            let dst = this.target(want);
            this.emit(match mutable {
                true => Instr::NewMArray { dst, base, count },
                false => Instr::NewArray { dst, base, count },
            });
            this.deliver(want, dst);
        };
        match self.registers.has_room(args.len() as u32) {
            true => direct(self, want),
            false => self.in_region(want, direct),
        }
    }

    /// Compiles with room for a chunk of values, in a region if necessary.
    fn with_room(&mut self, want: Want, compile: impl FnOnce(&mut Self, Want)) {
        match self.registers.has_room(CHUNK as u32 + 3) {
            true => compile(self, want),
            false => self.in_region(want, compile),
        }
    }

    /// A builder with the values, in a new temporary.
    fn builder(&mut self, args: &[Arg]) -> Reg {
        let array = self.registers.temp();
        self.emit(Instr::NewMArray { dst: array, base: array, count: 0 });
        let mut rest = args;
        while let Some(first) = rest.first() {
            let mark = self.registers.mark();
            if first.splice {
                let seq = self.operand(&first.expr);
                self.emit(Instr::BuildSplice { array, seq });
                rest = &rest[1..];
            } else {
                let run = rest.iter().take(CHUNK).take_while(|arg| !arg.splice).count();
                let base = self.consecutive(&rest[..run]);
                self.emit(Instr::BuildPush { array, base, count: run as u8 });
                rest = &rest[run..];
            }
            self.registers.release(mark);
        }
        array
    }
}
