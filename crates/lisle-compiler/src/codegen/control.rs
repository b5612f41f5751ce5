//! Loops, blocks, and leaving them.

use lisle_bytecode::{Instr, Jump, Reg};

use super::Want;
use super::emit::Label;
use super::function::Generator;
use crate::hir::{BlockId, Expr, VarId};

/// Pairs that are bound from registers at once.
const PAIRS_MAX: usize = 8;

/// A block or loop that is being compiled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    /// What becomes of its value.
    want: Want,
    /// Where it ends.
    end: Label,
    /// Registers in use when it began.
    top: u32,
    /// Regions open when it began.
    regions: usize,
    /// `parameterize` bodies around it.
    parameterized: usize,
}

impl Generator<'_, '_> {
    /// Compiles the body of a block or loop; `break` leads to its end.
    fn in_block(&mut self, id: BlockId, want: Want, compile: impl FnOnce(&mut Self)) {
        let end = self.code.label();
        let block = Block {
            want,
            end,
            top: self.registers.top(),
            regions: self.registers.regions.len(),
            parameterized: self.parameterized.len(),
        };
        self.blocks.insert(id, block);
        compile(self);
        self.blocks.remove(&id);
        self.code.place(end);
    }

    pub(super) fn block(&mut self, id: BlockId, body: &Expr, want: Want) {
        self.in_block(id, want, |this| this.expr(body, want));
    }

    /// `(break …)`: the value goes where that of the block goes.
    pub(super) fn leave(&mut self, id: BlockId, value: &Expr) {
        let Some(block) = self.blocks.get(&id).copied() else {
            return self.internal_fault("a break leaves a block that is not there");
        };
        let region = self.registers.regions.get(block.regions).copied();
        let bindings = self.parameterized.get(block.parameterized).copied();
        if region.is_none() && bindings.is_none() {
            self.expr(value, block.want);
            return self.code.jump(block.end);
        }
        let value = match block.want {
            Want::Effect => {
                self.effect(value);
                None
            }
            _ => {
                let temp = self.registers.temp();
                self.into(value, temp);
                Some(temp)
            }
        };
        if let Some(saved) = bindings {
            self.emit(Instr::RestoreParameters { saved });
        }
        let mut result = None;
        match (block.want, value) {
            (Want::Into(dst), Some(value)) => {
                self.move_to(dst, value);
                result = Some(dst);
            }
            (Want::Return, Some(src)) => return self.emit(Instr::Return { src }),
            _ => {}
        }
        if let Some(region) = region {
            self.load_region(region, block.top, result);
        }
        self.code.jump(block.end);
    }

    pub(super) fn while_loop(&mut self, id: BlockId, test: &Expr, body: &Expr, want: Want) {
        self.in_block(id, want, |this| {
            let done = this.code.label();
            let start = this.code.label_here();
            this.branch(test, false, done);
            this.effect(body);
            this.emit_jump(Instr::Loop { to: Jump(0) }, start);
            this.code.place(done);
            this.nil(want);
        });
    }

    pub(super) fn each(&mut self, id: BlockId, item: VarId, coll: &Expr, body: &Expr, want: Want) {
        self.in_block(id, want, |this| {
            let state = this.registers.temps(3);
            let mark = this.registers.mark();
            let coll = this.operand(coll);
            this.emit(Instr::EachInit { state, coll });
            this.registers.release(mark);
            let done = this.code.label();
            let start = this.code.label_here();
            this.declare(&[item]);
            let mark = this.registers.mark();
            let value = this.landing(item);
            this.emit_jump(Instr::EachNext { dst: value, state, to: Jump(0) }, done);
            this.emit_jump(Instr::EachCheck { value, state, to: Jump(0) }, done);
            this.write(item, value, true);
            this.registers.release(mark);
            this.effect(body);
            this.emit_jump(Instr::Loop { to: Jump(0) }, start);
            this.code.place(done);
            this.nil(want);
        });
    }

    /// `parameterize`
    pub(super) fn parameterize(&mut self, pairs: &[(Expr, Expr)], body: &Expr, want: Want) {
        let saved = self.registers.temp();
        let (first_pairs, more_pairs) = pairs.split_at(pairs.len().min(PAIRS_MAX));
        let mark = self.registers.mark();
        // Pairs beyond the first ones wait in spill slots until all are evaluated.
        let base = self.registers.temps(2 * first_pairs.len() as u32);
        for (index, (parameter, value)) in (0..).zip(first_pairs) {
            self.into(parameter, Reg(base.0 + 2 * index));
            self.into(value, Reg(base.0 + 2 * index + 1));
        }
        let mut slots = Vec::new();
        for expr in more_pairs.iter().flat_map(|(parameter, value)| [parameter, value]) {
            let mark = self.registers.mark();
            let src = self.operand(expr);
            self.registers.release(mark);
            let slot = self.registers.spill_slot();
            self.emit(Instr::SetSpill { src, slot });
            slots.push(slot);
        }
        self.emit(Instr::BindParameters { saved, base, count: first_pairs.len() as u8 });
        for chunk in slots.chunks(2) {
            for (dst, slot) in (base.0..).map(Reg).zip(chunk) {
                self.emit(Instr::GetSpill { dst, slot: *slot });
            }
            let unused = self.registers.temp();
            self.emit(Instr::BindParameters { saved: unused, base, count: 1 });
        }
        self.registers.release(mark);
        // `saved` must be found by a break out of the body.
        self.registers.protect();
        self.parameterized.push(saved);
        match want {
            Want::Return => {
                let value = self.registers.temp();
                self.into(body, value);
                self.emit(Instr::RestoreParameters { saved });
                self.emit(Instr::Return { src: value });
            }
            _ => {
                self.expr(body, want);
                self.emit(Instr::RestoreParameters { saved });
            }
        }
        self.parameterized.pop();
    }
}
