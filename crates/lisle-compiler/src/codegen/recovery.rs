//! Bodies under handlers: `try`, `protect`, `defer`.
//!
//! An error leaves the body wherever it is, so what was in registers when the handler was installed must
//! still be there: those registers are protected from regions while the body is compiled.

use lisle_bytecode::{Instr, Jump, Reg};

use super::Want;
use super::emit::Label;
use super::function::Generator;
use super::registers::HANDLER_MAX;
use crate::hir::{Expr, VarId};

impl Generator<'_, '_> {
    /// Compiles something with handlers, with not too many registers in use.
    fn with_handler(&mut self, want: Want, compile: impl FnOnce(&mut Self, Want)) {
        match self.registers.top() <= HANDLER_MAX {
            true => compile(self, want),
            false => self.in_region(want, compile),
        }
    }

    /// A body from PushHandler to PopHandler; errors go to `error`, and then on at the label. The caller has
    /// protected what it needs afterwards; `error` may be overwritten by the body.
    fn guarded(&mut self, body: &Expr, want: Want, error: Reg, caught: Label) {
        self.emit_jump(Instr::PushHandler { dst: error, to: Jump(0) }, caught);
        self.expr(body, want);
        self.emit(Instr::PopHandler {});
    }

    pub(super) fn try_catch(&mut self, body: &Expr, error: VarId, handler: &Expr, want: Want) {
        self.with_handler(want, |this, want| {
            let (caught, end) = (this.code.label(), this.code.label());
            this.declare(&[error]);
            let mark = this.registers.mark();
            this.registers.protect();
            let landing = this.landing(error);
            match want {
                Want::Return => {
                    let value = this.registers.temp();
                    this.guarded(body, Want::Into(value), landing, caught);
                    this.emit(Instr::Return { src: value });
                }
                _ => {
                    this.guarded(body, want, landing, caught);
                    this.code.jump(end);
                }
            }
            this.code.place(caught);
            this.write(error, landing, true);
            this.registers.release(mark);
            this.expr(handler, want);
            this.code.place(end);
        });
    }

    /// `[true value]` or `[false error]`
    pub(super) fn protect(&mut self, body: &Expr, want: Want) {
        self.with_handler(want, |this, want| {
            let (caught, end) = (this.code.label(), this.code.label());
            let mark = this.registers.mark();
            this.registers.protect();
            let flag = this.registers.temps(2);
            let value = Reg(flag.0 + 1);
            this.guarded(body, Want::Into(value), value, caught);
            this.emit(Instr::LoadTrue { dst: flag });
            this.code.jump(end);
            this.code.place(caught);
            this.emit(Instr::LoadFalse { dst: flag });
            this.code.place(end);
            let dst = this.target(want);
            this.emit(Instr::NewArray { dst, base: flag, count: 2 });
            this.deliver(want, dst);
            this.registers.release(mark);
        });
    }

    /// The cleanup is compiled once, for both ways of leaving the body; a flag tells them apart afterwards.
    pub(super) fn defer(&mut self, cleanup: &Expr, body: &Expr, want: Want) {
        self.with_handler(want, |this, want| {
            let (caught, clean, end) = (this.code.label(), this.code.label(), this.code.label());
            let mark = this.registers.mark();
            this.registers.protect();
            let value = this.target(want);
            let body_want = if want == Want::Effect { want } else { Want::Into(value) };
            let body_mark = this.registers.mark();
            let error = this.registers.temp();
            this.registers.release(body_mark);
            this.guarded(body, body_want, error, caught);
            // Only now do the flag and the error take registers: the body may use these as well.
            let (error, finished) = (this.registers.temp(), this.registers.temp());
            this.emit(Instr::LoadTrue { dst: finished });
            this.code.jump(clean);
            this.code.place(caught);
            this.emit(Instr::LoadFalse { dst: finished });
            this.code.place(clean);
            let start = this.code.offset();
            this.effect(cleanup);
            this.code.cleanup_since(start, finished);
            this.branch_register(finished, true, end);
            this.emit(Instr::Reraise { dst: value, value: error });
            this.code.place(end);
            this.deliver(want, value);
            this.registers.release(mark);
        });
    }
}
