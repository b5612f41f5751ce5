//! One function: its frame, its parameters, its code object.

use std::collections::HashMap;

use lisle_bytecode::verify::SPILL_SLOTS_MAX;
use lisle_bytecode::{Code, Collector, Instr, Params, Reg};
use lisle_syntax::{Diagnostic, Span};

use super::control::Block;
use super::emit::{Emitter, Label};
use super::registers::{REGISTERS_MAX, Registers, VARIABLES_MAX};
use super::variables::Place;
use super::{CODE_TOO_LARGE, INTERNAL, NESTED_TOO_DEEP, TOO_MANY_CAPTURES, TOO_MANY_PARAMETERS, Unit, Want};
use crate::analysis::Home;
use crate::hir::{BlockId, FnId, ParamCollector, VarId};

/// What is needed while one function is generated.
pub(super) struct Generator<'u, 'p> {
    pub(super) unit: &'u mut Unit<'p>,
    pub(super) id: FnId,
    pub(super) code: Emitter,
    pub(super) registers: Registers,
    /// Where the function's captures are, by variable.
    pub(super) capture_indices: HashMap<VarId, u16>,
    /// Where the running closure is kept, if functions inside capture it.
    pub(super) self_place: Place,
    /// Blocks and loops around the place of the walk.
    pub(super) blocks: HashMap<BlockId, Block>,
    /// Registers that hold the bindings to be restored, of each `parameterize` around the place of the walk.
    pub(super) parameterized: Vec<Reg>,
    /// The place of the expression that is compiled.
    pub(super) span: Span,
}

/// Generates a function. Faults are noted in the unit.
pub(super) fn generate(unit: &mut Unit<'_>, id: FnId) -> Code {
    let program = unit.program;
    let function = &program.functions[id.0 as usize];
    let params = params(function);
    let captures = &unit.storage.captures[id.0 as usize];
    if captures.len() > usize::from(u16::MAX) {
        let message = format!("a function can capture at most 65535 variables, this one captures {}", captures.len());
        unit.faults.push(Diagnostic::error(TOO_MANY_CAPTURES, message, function.span));
    }
    let arguments = params.registers();
    if arguments > REGISTERS_MAX {
        let message = format!("a function can have at most {REGISTERS_MAX} parameters, this one has {arguments}");
        let fault = Diagnostic::error(TOO_MANY_PARAMETERS, message, function.span);
        unit.faults.push(fault.with_help("collect arguments with `& rest`, or pass a struct"));
        return super::unused_code();
    }
    let capture_indices = captures.iter().zip(0..=u16::MAX).map(|(var, index)| (*var, index)).collect();
    let mut generator = Generator {
        unit,
        id,
        code: Emitter::new(),
        registers: Registers::default(),
        capture_indices,
        self_place: Place::Unset,
        blocks: HashMap::new(),
        parameterized: Vec::new(),
        span: function.span,
    };
    generator.enter(function);
    generator.expr(&function.body, Want::Return);
    generator.finish(params, function)
}

fn params(function: &crate::hir::Function) -> Params {
    Params {
        required: function.required.len() as u32,
        optional: function.optional.len() as u32,
        collector: match &function.collector {
            ParamCollector::None => Collector::None,
            ParamCollector::Rest(_) => Collector::Rest,
            ParamCollector::Keys(_) => Collector::Keys,
            ParamCollector::Named(names) => Collector::Named(names.iter().map(|(name, _)| *name).collect()),
        },
    }
}

impl Generator<'_, '_> {
    /// Gives the parameters their places; those that others share move into cells.
    fn enter(&mut self, function: &crate::hir::Function) {
        let mut vars: Vec<VarId> = function.required.iter().chain(&function.optional).copied().collect();
        match &function.collector {
            ParamCollector::None => {}
            ParamCollector::Rest(var) | ParamCollector::Keys(var) => vars.push(*var),
            ParamCollector::Named(names) => vars.extend(names.iter().map(|(_, var)| *var)),
        }
        let arguments = self.registers.mark();
        self.registers.temps(vars.len() as u32);
        for (var, register) in vars.iter().zip(0..=u8::MAX) {
            let register = Reg(register);
            if self.unit.storage.homes[var.0 as usize] == Home::Cell {
                self.emit(Instr::NewCell { dst: register, src: register });
            }
            let place = if u32::from(register.0) < VARIABLES_MAX {
                Place::Register(register)
            } else {
                let slot = self.registers.spill_slot();
                self.emit(Instr::SetSpill { src: register, slot });
                Place::Spill(slot)
            };
            self.unit.places[var.0 as usize] = place;
        }
        // Arguments beyond the registers for variables were moved to spill slots, which stay taken.
        let excess = (vars.len() as u32).saturating_sub(VARIABLES_MAX);
        self.registers.release(arguments);
        self.registers.temps(vars.len() as u32 - excess);
        self.registers.spill_slots(excess);
        self.registers.protect();
        if self.unit.storage.self_captured[self.id.0 as usize] {
            self.self_place = self.new_place();
            let (dst, place) = (self.scratch_for(self.self_place), self.self_place);
            self.emit(Instr::GetSelf { dst });
            self.store(place, dst);
        }
    }

    fn finish(self, params: Params, function: &crate::hir::Function) -> Code {
        let used = self.registers.used().max(1);
        let spill_slots = self.registers.spill_used();
        let emitted = self.code.finish(spill_slots);
        if emitted.too_large || spill_slots > SPILL_SLOTS_MAX {
            let message = "the function is too large to compile";
            self.unit.faults.push(Diagnostic::error(CODE_TOO_LARGE, message, function.span));
        }
        if self.registers.exhausted() {
            let message = "handlers or alternatives are nested too deep in one function";
            let fault = Diagnostic::error(NESTED_TOO_DEEP, message, function.span);
            self.unit.faults.push(fault.with_help("move an inner part to a function of its own"));
        }
        Code {
            name: function.name,
            params,
            registers: used.min(256) as u16,
            captures: Vec::new(),
            capture_names: Vec::new(),
            words: emitted.words,
            constants: emitted.constants,
            spans: emitted.spans,
            cleanups: emitted.cleanups,
            silent: function.silent,
            doc: function.doc.clone(),
            span: function.span,
        }
    }

    /// Appends an instruction at the place of the current expression.
    pub(super) fn emit(&mut self, instr: Instr) {
        self.code.push(instr, self.span);
    }

    /// Appends an instruction that jumps.
    pub(super) fn emit_jump(&mut self, instr: Instr, to: Label) {
        self.code.push_jump(instr, to, self.span);
    }

    /// Notes that an earlier step of the compiler let something through that cannot be.
    pub(super) fn internal_fault(&mut self, what: &str) {
        let message = format!("{what}; this is a mistake in the compiler");
        self.unit.faults.push(Diagnostic::error(INTERNAL, message, self.span));
    }
}
