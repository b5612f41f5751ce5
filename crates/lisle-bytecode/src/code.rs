//! Code objects.

use lisle_syntax::{Span, Symbol};
use serde::{Deserialize, Serialize};

use crate::constant::Const;
use crate::op::Instr;

/// Index of a code object in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CodeId(pub u32);

/// The compiled form of one function. Immutable.
///
/// A call finds its arguments in the first registers: required, then optional ones (nil when not
/// given), then the collector's: one register for `&` and `&keys`, one for each name of `&named`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// Name for traces and messages; `None` for an anonymous function.
    pub name: Option<Symbol>,
    /// The shape of the parameter list.
    pub params: Params,
    /// Registers the frame needs, arguments included. At least 1.
    pub registers: u16,
    /// Where NewClosure, run by the enclosing function, finds each captured value or cell.
    pub captures: Vec<Capture>,
    /// The names of the captured variables, in the same order: for messages.
    pub capture_names: Vec<Symbol>,
    /// The instructions.
    pub words: Vec<u32>,
    /// The constant pool.
    pub constants: Vec<Const>,
    /// Which source the instructions came from, by ascending `pc`: each entry holds until the next.
    pub spans: Vec<PcSpan>,
    /// The cleanup of `defer` and `with`, inner ones before those around them.
    pub cleanups: Vec<Cleanup>,
    /// No signal but an error may leave a call: the function is declared `(silence)`.
    pub silent: bool,
    /// The docstring.
    pub doc: Option<String>,
    /// Where the function is written.
    pub span: Span,
}

/// From this word offset on, instructions came from that span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PcSpan {
    /// Offset of an instruction's first word.
    pub pc: u32,
    /// Its source.
    pub span: Span,
}

/// From the word after `start` to `end`, what is called is called by the cleanup of a body. It runs because of an error
/// if the register `finished` holds false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleanup {
    /// Offset of its first word.
    pub start: u32,
    /// Offset of the word after its last.
    pub end: u32,
    /// The register that tells how the body was left.
    pub finished: u8,
}

/// A parameter list, as far as a call needs to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Params {
    /// Number of required parameters.
    pub required: u32,
    /// Number of `&opt` parameters.
    pub optional: u32,
    /// What becomes of further arguments.
    pub collector: Collector,
}

/// What takes the arguments beyond the required and optional ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Collector {
    /// Nothing: they are an arity error.
    #[default]
    None,
    /// `& r`: a list.
    Rest,
    /// `&keys k`: an immutable struct of keyword/value pairs.
    Keys,
    /// `&named a b`: a register for each of these names, nil where not given.
    Named(Vec<Symbol>),
}

impl Params {
    /// Registers that arguments take.
    pub fn registers(&self) -> u32 {
        let collected = match &self.collector {
            Collector::None => 0,
            Collector::Rest | Collector::Keys => 1,
            Collector::Named(names) => names.len() as u32,
        };
        self.required + self.optional + collected
    }

    /// The largest number of arguments; `None` when there is no bound.
    pub fn max(&self) -> Option<u32> {
        matches!(self.collector, Collector::None).then_some(self.required + self.optional)
    }

    /// True when a call with so many arguments fits.
    pub fn accepts(&self, argc: u32) -> bool {
        argc >= self.required && self.max().is_none_or(|max| argc <= max)
    }
}

/// Where a closure's captured value comes from, seen from the enclosing function at NewClosure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Capture {
    /// A register: a value, or a cell if the variable lives in one.
    Register(u8),
    /// A spill slot.
    Spill(u32),
    /// A capture of the enclosing function itself.
    Outer(u16),
}

impl Code {
    /// The span of the instruction that contains word `pc`.
    pub fn span_at(&self, pc: u32) -> Span {
        let after = self.spans.partition_point(|s| s.pc <= pc);
        after.checked_sub(1).map_or(self.span, |i| self.spans[i].span)
    }

    /// The instructions with their word offsets; ends early at words that are no instruction.
    pub fn instructions(&self) -> impl Iterator<Item = (u32, Instr)> + '_ {
        let mut pc = 0;
        std::iter::from_fn(move || {
            let (instr, used) = Instr::decode(self.words.get(pc..)?)?;
            let at = pc as u32;
            pc += used;
            Some((at, instr))
        })
    }
}
