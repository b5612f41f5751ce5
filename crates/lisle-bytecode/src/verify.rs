//! The verifier: what the interpreter relies on without looking.
//!
//! The interpreter reaches registers, constants, captures, slots and instructions by raw pointers. A unit
//! that passes [`verify`] cannot lead it out of bounds, whatever the unit was read from. Beyond that, the
//! verifier sees that handlers are removed before their function returns, that handlers match where ways
//! meet, and that only `Loop`, a safepoint, jumps backwards. It takes time linear in the size of the unit.

use crate::code::{Capture, Code};
use crate::constant::{Const, DataOp};
use crate::op::{Instr, Op, PatternKind};
use crate::unit::{CodeUnit, UnitError};

/// Spill slots that a function may have: enough for any program that people write, and not enough to
/// exhaust memory by one call.
pub const SPILL_SLOTS_MAX: u32 = 1 << 24;

/// The handlers at a place that no way was found to lead to yet.
const UNREACHED: u32 = u32::MAX;

/// Checks a unit.
///
/// Errors: [`UnitError::Invalid`], which says what is wrong and where.
pub fn verify(unit: &CodeUnit) -> Result<(), UnitError> {
    let body = unit.codes.first().ok_or_else(|| invalid("there is no code"))?;
    if body.params.max() != Some(0) || !body.captures.is_empty() {
        return Err(invalid("the body takes parameters or captures"));
    }
    for (name, index) in &unit.exports {
        match unit.codes.get(*index as usize) {
            Some(code) if code.captures.is_empty() => {}
            _ => return Err(invalid(format!("export {name} is no function without captures"))),
        }
    }
    let needs: Vec<Needs> = unit.codes.iter().map(Needs::of).collect();
    for (index, code) in unit.codes.iter().enumerate() {
        let check = Check { unit, needs: &needs, code, spill_slots: spill_slots(code) };
        check.run().map_err(|(pc, why)| invalid(format!("code {index}, word {pc}: {why}")))?;
    }
    Ok(())
}

fn invalid(why: impl Into<String>) -> UnitError {
    UnitError::Invalid(why.into())
}

/// What an enclosing function must have for the captures of a code object to exist: counts, so 0 for none.
struct Needs {
    registers: u32,
    spill_slots: u64,
    captures: u32,
}

impl Needs {
    fn of(code: &Code) -> Needs {
        let mut needs = Needs { registers: 0, spill_slots: 0, captures: 0 };
        for capture in &code.captures {
            match *capture {
                Capture::Register(register) => needs.registers = needs.registers.max(u32::from(register) + 1),
                Capture::Spill(slot) => needs.spill_slots = needs.spill_slots.max(u64::from(slot) + 1),
                Capture::Outer(index) => needs.captures = needs.captures.max(u32::from(index) + 1),
            }
        }
        needs
    }
}

fn spill_slots(code: &Code) -> u32 {
    match Instr::decode(&code.words) {
        Some((Instr::EnterSpill { count }, _)) => count,
        _ => 0,
    }
}

/// A fault, and the word offset at which it lies.
type Fault = (usize, String);

struct Check<'u> {
    unit: &'u CodeUnit,
    needs: &'u [Needs],
    code: &'u Code,
    spill_slots: u32,
}

impl Check<'_> {
    fn run(&self) -> Result<(), Fault> {
        self.frame().map_err(|why| (0, why))?;
        for constant in &self.code.constants {
            if let Const::Data(ops) = constant {
                data(ops).map_err(|why| (0, why))?;
            }
        }
        let starts = self.starts()?;
        self.instructions(&starts)
    }

    fn frame(&self) -> Result<(), String> {
        let Code { registers, params, spans, .. } = self.code;
        if !(1..=256).contains(registers) {
            return Err(format!("a frame of {registers} registers"));
        }
        let named = match &params.collector {
            crate::code::Collector::Named(names) => names.len() as u64,
            _ => 1,
        };
        let arguments = u64::from(params.required) + u64::from(params.optional);
        if arguments + named > u64::from(u32::MAX) || params.registers() > u32::from(*registers) {
            return Err("more arguments than registers".to_owned());
        }
        if self.code.captures.len() > usize::from(u16::MAX) {
            return Err("too many captures".to_owned());
        }
        if self.spill_slots > SPILL_SLOTS_MAX {
            return Err("too many spill slots".to_owned());
        }
        if self.code.words.len() > 1 << 31 {
            return Err("too many words".to_owned());
        }
        if spans.windows(2).any(|pair| pair[0].pc >= pair[1].pc) {
            return Err("spans out of order".to_owned());
        }
        Ok(())
    }

    /// Marks the words at which instructions start.
    fn starts(&self) -> Result<Vec<bool>, Fault> {
        let words = &self.code.words;
        let mut starts = vec![false; words.len()];
        let mut pc = 0;
        while pc < words.len() {
            let (_, used) = Instr::decode(&words[pc..]).ok_or_else(|| (pc, "not a whole instruction".to_owned()))?;
            starts[pc] = true;
            pc += used;
        }
        Ok(starts)
    }

    /// Checks every instruction, and follows the number of installed handlers along every way.
    fn instructions(&self, starts: &[bool]) -> Result<(), Fault> {
        // Every jump but `Loop` leads forwards, so all ways to a place but those are known when it is reached.
        let mut handlers_at = vec![UNREACHED; starts.len()];
        let mut falls_into = 0;
        for (pc, instr) in self.code.instructions() {
            let pc = pc as usize;
            let next = pc + instr.op().words();
            self.operands(&instr, pc).map_err(|why| (pc, why))?;
            if falls_into != UNREACHED {
                meet(&mut handlers_at[pc], falls_into).map_err(|why| (pc, why))?;
            }
            let handlers = handlers_at[pc];
            if let Some(jump) = instr.jump() {
                let target = next as i64 + i64::from(jump.0);
                let target = usize::try_from(target).ok().filter(|t| starts.get(*t) == Some(&true));
                let target = target.ok_or_else(|| (pc, "a jump to no instruction".to_owned()))?;
                let backwards = target <= pc;
                if backwards != (instr.op() == Op::Loop) {
                    return Err((pc, "only Loop jumps backwards, and never forwards".to_owned()));
                }
                if target == 0 && self.code.words[0] as u8 == Op::EnterSpill as u8 {
                    return Err((pc, "a jump to EnterSpill".to_owned()));
                }
                if handlers != UNREACHED {
                    if backwards && handlers_at[target] == UNREACHED {
                        return Err((pc, "Loop leads to a place that is not reached from above".to_owned()));
                    }
                    meet(&mut handlers_at[target], handlers).map_err(|why| (pc, why))?;
                }
            }
            falls_into = after(&instr, handlers).map_err(|why| (pc, why))?;
            if matches!(instr, Instr::EachNext { .. }) {
                let follower = self.code.words.get(next).and_then(|word| Op::from_u8(*word as u8));
                if follower != Some(Op::EachCheck) {
                    return Err((pc, "EachNext without EachCheck".to_owned()));
                }
                // It may also skip its EachCheck.
                let skipped = next + Op::EachCheck.words();
                if starts.get(skipped) != Some(&true) {
                    return Err((pc, "EachCheck at the end".to_owned()));
                }
            }
            if next == self.code.words.len() && !ends_flow(instr.op()) {
                return Err((pc, "execution would run off the end".to_owned()));
            }
        }
        if starts.is_empty() {
            return Err((0, "there are no instructions".to_owned()));
        }
        Ok(())
    }

    fn operands(&self, instr: &Instr, pc: usize) -> Result<(), String> {
        use Instr::*;
        if let Some(highest) = instr.highest_register() {
            self.registers(highest.0, 1)?;
        }
        match *instr {
            LoadNils { dst, count } => self.registers(dst.0, u32::from(count)),
            LoadConst { constant, .. } => self.value(u32::from(constant)),
            LoadConstWide { constant, .. } | JumpEqConst { constant, .. } => self.value(constant),
            LoadTemplate { constant, .. } => {
                self.constant(constant, |c| matches!(c, Const::Template { .. }), "template")
            }
            GetGlobal { slot, .. } => self.global(u32::from(slot)),
            GetGlobalWide { slot, .. } | SetGlobal { slot, .. } => self.global(slot),
            GetCapture { index, .. } | GetCaptureCell { index, .. } | SetCaptureCell { index, .. } => {
                below(u64::from(index), self.code.captures.len() as u64, "capture")
            }
            NewClosure { code, .. } => self.closure(code),
            EnterSpill { .. } if pc != 0 => Err("EnterSpill is not the first instruction".to_owned()),
            GetSpill { slot, .. } | SetSpill { slot, .. } => {
                below(u64::from(slot), u64::from(self.spill_slots), "spill slot")
            }
            Call { base, argc, .. } | TailCall { base, argc } => self.registers(base.0, u32::from(argc) + 1),
            CallGlobal { base, argc, slot, .. } | TailCallGlobal { base, argc, slot } => {
                self.global(slot)?;
                self.registers(base.0, u32::from(argc) + 1)
            }
            CallNative { base, argc, native, .. } => {
                self.constant(native, |c| matches!(c, Const::Builtin(_)), "predefined function")?;
                self.registers(base.0, u32::from(argc))
            }
            NewArray { base, count, .. } | NewMArray { base, count, .. } | BuildPush { base, count, .. } => {
                self.registers(base.0, u32::from(count))
            }
            GetField { key, .. } => self.constant(key, |c| matches!(c, Const::Keyword(_)), "keyword"),
            FieldOrNil { key, .. } => self.key(key),
            DestructureField { key, lenient, .. } => self.key(key).and(flag(lenient)),
            FieldsExcept { keys, .. } => self.keys(keys),
            DestructureFields { keys, lenient, .. } => self.keys(keys).and(flag(lenient)),
            DestructureItem { lenient, .. }
            | DestructureItems { lenient, .. }
            | DestructureFirst { lenient, .. }
            | DestructureRest { lenient, .. } => flag(lenient),
            TestKind { kind, .. } | DestructureKind { kind, .. } => {
                PatternKind::from_u8(kind).map(drop).ok_or_else(|| "unknown pattern kind".to_owned())
            }
            TestArray { flags, .. } => below(u64::from(flags), 4, "flags"),
            JumpEq { when, .. }
            | JumpLt { when, .. }
            | JumpLe { when, .. }
            | JumpGt { when, .. }
            | JumpGe { when, .. }
            | JumpEqInt { when, .. }
            | JumpLtInt { when, .. }
            | JumpLeInt { when, .. }
            | JumpGtInt { when, .. }
            | JumpGeInt { when, .. } => flag(when),
            EachInit { state, .. } | EachNext { state, .. } | EachCheck { state, .. } => self.registers(state.0, 3),
            BindParameters { base, count, .. } => self.registers(base.0, 2 * u32::from(count)),
            _ => Ok(()),
        }?;
        match *instr {
            JumpEqConst { when, .. } => flag(when),
            _ => Ok(()),
        }
    }

    /// `count` registers from `first` on lie in the frame.
    fn registers(&self, first: u8, count: u32) -> Result<(), String> {
        match u32::from(first) + count <= u32::from(self.code.registers) {
            true => Ok(()),
            false => Err("a register outside of the frame".to_owned()),
        }
    }

    fn constant(&self, index: u32, fits: impl Fn(&Const) -> bool, expected: &str) -> Result<(), String> {
        match self.code.constants.get(index as usize) {
            Some(constant) if fits(constant) => Ok(()),
            Some(_) => Err(format!("constant {index} is no {expected}")),
            None => Err(format!("there is no constant {index}")),
        }
    }

    fn value(&self, index: u32) -> Result<(), String> {
        self.constant(index, |_| true, "value")
    }

    fn key(&self, index: u32) -> Result<(), String> {
        self.constant(index, |c| matches!(c, Const::Keyword(_) | Const::Symbol(_)), "keyword or symbol")
    }

    fn keys(&self, index: u32) -> Result<(), String> {
        let is_array = |c: &Const| matches!(c, Const::Data(ops) if matches!(ops.last(), Some(DataOp::Array(_))));
        self.constant(index, is_array, "array of keys")
    }

    fn global(&self, slot: u32) -> Result<(), String> {
        below(u64::from(slot), self.unit.globals.len() as u64, "top-level variable")
    }

    fn closure(&self, index: u32) -> Result<(), String> {
        let needs = self.needs.get(index as usize).ok_or_else(|| format!("there is no code {index}"))?;
        let fits = needs.registers <= u32::from(self.code.registers)
            && needs.spill_slots <= u64::from(self.spill_slots)
            && needs.captures as usize <= self.code.captures.len();
        match fits {
            true => Ok(()),
            false => Err(format!("code {index} captures what is not in this frame")),
        }
    }
}

fn below(index: u64, count: u64, what: &str) -> Result<(), String> {
    match index < count {
        true => Ok(()),
        false => Err(format!("{what} {index} of {count}")),
    }
}

fn flag(value: u8) -> Result<(), String> {
    below(u64::from(value), 2, "flag")
}

/// Two ways meet: both must have installed the same number of handlers.
fn meet(known: &mut u32, handlers: u32) -> Result<(), String> {
    if *known != UNREACHED && *known != handlers {
        return Err("ways with different handlers meet".to_owned());
    }
    *known = handlers;
    Ok(())
}

/// The handlers that are installed when execution goes on behind an instruction.
fn after(instr: &Instr, handlers: u32) -> Result<u32, String> {
    if handlers == UNREACHED {
        return Ok(UNREACHED);
    }
    match instr {
        Instr::PushHandler { .. } => Ok(handlers + 1),
        Instr::PopHandler {} => handlers.checked_sub(1).ok_or_else(|| "there is no handler to remove".to_owned()),
        _ => match instr.op() {
            Op::Jump | Op::Loop => Ok(UNREACHED),
            op if ends_flow(op) && handlers > 0 => Err("a function ends with handlers installed".to_owned()),
            op if ends_flow(op) => Ok(UNREACHED),
            _ => Ok(handlers),
        },
    }
}

fn ends_flow(op: Op) -> bool {
    matches!(op, Op::Jump | Op::Loop | Op::Return | Op::TailCall | Op::TailCallGlobal | Op::TailCallSpread)
}

/// A postfix program takes no more than there is, and leaves one value.
fn data(ops: &[DataOp]) -> Result<(), String> {
    let mut height: usize = 0;
    for op in ops {
        let taken = match op {
            DataOp::List(count) | DataOp::Array(count) => *count as usize,
            DataOp::Struct(count) if count % 2 == 0 => *count as usize,
            DataOp::Struct(_) => return Err("a constant struct with half a pair".to_owned()),
            _ => 0,
        };
        height = height.checked_sub(taken).ok_or("a constant takes more than there is")? + 1;
    }
    match height {
        1 => Ok(()),
        _ => Err(format!("a constant of {height} values")),
    }
}

#[cfg(test)]
mod tests;
