//! Words, labels, spans and constants of one code object.
//!
//! After a jump or return the emitter drops instructions until a label is placed that something jumps
//! to, so that code which cannot run is never emitted.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use lisle_bytecode::{Cleanup, Const, Instr, Jump, Op, PcSpan, Reg};
use lisle_syntax::Span;
use smallvec::SmallVec;

/// Words that a code object may have: jumps are signed distances.
const WORDS_MAX: usize = 1 << 31;

/// Jumps that lead to jumps are followed so far.
const HOPS_MAX: u32 = 16;

/// A place in the code that jumps can name before it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

#[derive(Debug, Default)]
struct LabelState {
    position: Option<usize>,
    is_target: bool,
}

#[derive(Debug)]
pub(super) struct Emitter {
    words: Vec<u32>,
    spans: Vec<PcSpan>,
    cleanups: Vec<Cleanup>,
    constants: Vec<Const>,
    /// Indices of constants by hash.
    pool: HashMap<u64, SmallVec<[u32; 2]>>,
    labels: Vec<LabelState>,
    /// The word that holds a jump's distance, and where it leads.
    jumps: Vec<(usize, Label)>,
    reachable: bool,
    too_large: bool,
}

/// What an emitter leaves behind.
pub(super) struct Emitted {
    pub(super) words: Vec<u32>,
    pub(super) spans: Vec<PcSpan>,
    pub(super) cleanups: Vec<Cleanup>,
    pub(super) constants: Vec<Const>,
    pub(super) too_large: bool,
}

impl Emitter {
    pub(super) fn new() -> Emitter {
        Emitter {
            words: Vec::new(),
            spans: Vec::new(),
            cleanups: Vec::new(),
            constants: Vec::new(),
            pool: HashMap::new(),
            labels: Vec::new(),
            jumps: Vec::new(),
            reachable: true,
            too_large: false,
        }
    }

    /// True when the next instruction can be reached.
    pub(super) fn is_reachable(&self) -> bool {
        self.reachable
    }

    /// Appends an instruction without jump operand.
    pub(super) fn push(&mut self, instr: Instr, span: Span) {
        if !self.reachable {
            return;
        }
        if self.words.len() + instr.op().words() > WORDS_MAX {
            self.too_large = true;
            return;
        }
        let op = instr.op();
        if can_raise(op) && self.spans.last().is_none_or(|last| last.span != span) {
            self.spans.push(PcSpan { pc: self.words.len() as u32, span });
        }
        instr.encode(&mut self.words);
        if ends_flow(op) {
            self.reachable = false;
        }
    }

    /// Appends an instruction that jumps; its distance is filled in later.
    pub(super) fn push_jump(&mut self, instr: Instr, to: Label, span: Span) {
        if !self.reachable {
            return;
        }
        self.push(instr, span);
        if self.too_large {
            return;
        }
        self.labels[to.0 as usize].is_target = true;
        self.jumps.push((self.words.len() - 1, to));
    }

    pub(super) fn jump(&mut self, to: Label) {
        self.push_jump(Instr::Jump { to: Jump(0) }, to, Span::default());
    }

    /// A label whose place comes later.
    pub(super) fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    /// A label at this place, for jumping back.
    pub(super) fn label_here(&mut self) -> Label {
        let label = self.label();
        self.labels[label.0 as usize].position = Some(self.words.len());
        label
    }

    /// The label's place is here.
    pub(super) fn place(&mut self, label: Label) {
        let state = &mut self.labels[label.0 as usize];
        debug_assert!(state.position.is_none(), "a label has one place");
        state.position = Some(self.words.len());
        self.reachable |= state.is_target;
    }

    /// What was emitted since the offset `start` is cleanup.
    pub(super) fn cleanup_since(&mut self, start: u32, finished: Reg) {
        self.cleanups.push(Cleanup { start, end: self.offset(), finished: finished.0 });
    }

    /// The offset of the next word.
    pub(super) fn offset(&self) -> u32 {
        self.words.len() as u32
    }

    /// The index of a constant, which is added unless it is there.
    pub(super) fn constant(&mut self, constant: &Const) -> u32 {
        let mut hasher = DefaultHasher::new();
        constant.hash(&mut hasher);
        let same = self.pool.entry(hasher.finish()).or_default();
        if let Some(index) = same.iter().find(|i| self.constants[**i as usize] == *constant) {
            return *index;
        }
        let index = self.constants.len() as u32;
        same.push(index);
        self.constants.push(constant.clone());
        index
    }

    /// Fills in the jumps and gives everything out, with `EnterSpill` in front if there are spill slots.
    pub(super) fn finish(mut self, spill_slots: u32) -> Emitted {
        let jumps = std::mem::take(&mut self.jumps);
        for (at, label) in &jumps {
            let target = self.labels[label.0 as usize].position.unwrap_or(self.words.len());
            self.words[*at] = distance(*at, target);
        }
        for (at, _) in &jumps {
            self.shorten(*at);
        }
        if spill_slots > 0 {
            let mut words = Vec::with_capacity(self.words.len() + Op::EnterSpill.words());
            Instr::EnterSpill { count: spill_slots }.encode(&mut words);
            words.append(&mut self.words);
            self.words = words;
            for span in &mut self.spans {
                span.pc += Op::EnterSpill.words() as u32;
            }
            for cleanup in &mut self.cleanups {
                cleanup.start += Op::EnterSpill.words() as u32;
                cleanup.end += Op::EnterSpill.words() as u32;
            }
        }
        Emitted {
            words: self.words,
            spans: self.spans,
            cleanups: self.cleanups,
            constants: self.constants,
            too_large: self.too_large,
        }
    }

    /// Lets a forward jump to a jump lead where that one leads.
    fn shorten(&mut self, at: usize) {
        let mut target = (at + 1).wrapping_add_signed(self.words[at] as i32 as isize);
        if target <= at {
            return;
        }
        for _ in 0..HOPS_MAX {
            if self.words.get(target).is_none_or(|w| *w != u32::from(Op::Jump as u8)) {
                break;
            }
            target = (target + 2).wrapping_add_signed(self.words[target + 1] as i32 as isize);
        }
        self.words[at] = distance(at, target);
    }
}

/// The distance that the word at `at`, the last of its instruction, must hold to lead to `target`.
fn distance(at: usize, target: usize) -> u32 {
    (target as i64 - (at as i64 + 1)) as i32 as u32
}

fn ends_flow(op: Op) -> bool {
    matches!(op, Op::Jump | Op::Loop | Op::Return | Op::TailCall | Op::TailCallGlobal | Op::TailCallSpread)
}

/// Whether an error can come from an instruction, so that its place is wanted.
fn can_raise(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        Add | Sub
            | Mul
            | Div
            | Rem
            | Mod
            | AddInt
            | SubInt
            | Neg
            | Lt
            | Le
            | Gt
            | Ge
            | Loop
            | JumpLt
            | JumpLe
            | JumpGt
            | JumpGe
            | JumpLtInt
            | JumpLeInt
            | JumpGtInt
            | JumpGeInt
            | Call
            | TailCall
            | CallGlobal
            | TailCallGlobal
            | CallNative
            | CallSpread
            | TailCallSpread
            | BuildSplice
            | Get
            | GetField
            | First
            | Rest
            | Length
            | DestructureKind
            | DestructureItem
            | DestructureItems
            | DestructureFirst
            | DestructureRest
            | DestructureField
            | DestructureFields
            | EachInit
            | EachNext
            | Emit
            | Reraise
            | BindParameters
    )
}

#[cfg(test)]
mod tests {
    use lisle_bytecode::Reg;

    use super::*;

    fn ops(words: &[u32]) -> Vec<Instr> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some((instr, used)) = words.get(at..).and_then(Instr::decode) {
            found.push(instr);
            at += used;
        }
        found
    }

    #[test]
    fn code_that_cannot_run_is_not_emitted() {
        let mut code = Emitter::new();
        code.push(Instr::Return { src: Reg(0) }, Span::default());
        let unused = code.label();
        code.place(unused);
        code.push(Instr::LoadNil { dst: Reg(0) }, Span::default());
        assert_eq!(ops(&code.finish(0).words), [Instr::Return { src: Reg(0) }]);
    }

    #[test]
    fn jumps_to_jumps_lead_to_the_end() {
        let mut code = Emitter::new();
        let (first, last) = (code.label(), code.label());
        code.push_jump(Instr::JumpIf { cond: Reg(0), to: Jump(0) }, first, Span::default());
        code.push(Instr::LoadNil { dst: Reg(0) }, Span::default());
        code.place(first);
        code.jump(last);
        let other = code.label_here();
        code.place(last);
        code.push(Instr::Return { src: Reg(0) }, Span::default());
        let found = ops(&code.finish(0).words);
        assert_eq!(found[0], Instr::JumpIf { cond: Reg(0), to: Jump(3) });
        assert_eq!(other, Label(2));
    }

    #[test]
    fn equal_constants_are_one_and_floats_differ_by_their_bits() {
        let mut code = Emitter::new();
        let zero = code.constant(&Const::Float(0.0f64.to_bits()));
        assert_ne!(code.constant(&Const::Float((-0.0f64).to_bits())), zero);
        assert_ne!(code.constant(&Const::Int(0)), zero);
        assert_eq!(code.constant(&Const::Float(0.0f64.to_bits())), zero);
    }

    #[test]
    fn spans_move_with_the_code_behind_enter_spill() {
        let mut code = Emitter::new();
        let span = Span { start: 5, ..Span::default() };
        code.push(Instr::Add { dst: Reg(0), lhs: Reg(0), rhs: Reg(0) }, span);
        code.push(Instr::Return { src: Reg(0) }, Span::default());
        let emitted = code.finish(3);
        assert_eq!(emitted.spans, [PcSpan { pc: 2, span }]);
        assert_eq!(ops(&emitted.words)[0], Instr::EnterSpill { count: 3 });
    }
}
