//! Code generation: the resolved tree in, a code unit out.
//!
//! Each function is generated on its own ([`function`]); a closure made by another function leaves
//! behind where its captures are found, and puts its function on the list of those still to be done.
//! Functions that no code refers to stay empty.
//!
//! An expression is compiled with a [`Want`]: what is to become of its value. Operands that are
//! variables in registers are used in place. [`registers`] says how registers are given out, and what
//! happens when they do not suffice; [`emit`] keeps the words, labels, spans and constants.

mod call;
mod control;
mod emit;
mod expr;
mod function;
mod intrinsic;
mod pattern;
mod recovery;
mod registers;
mod test;
mod variables;

use lisle_bytecode::{Capture, Code, CodeUnit, Params, Reg};
use lisle_syntax::{Diagnostic, SourceMap, Span};

use crate::analysis::Storage;
use crate::hir::{FnId, Program};
use intrinsic::Intrinsics;
use variables::Place;

/// A code object would be larger than jumps can reach.
pub const CODE_TOO_LARGE: &str = "E0301";
/// A function captures more variables than an instruction can name.
pub const TOO_MANY_CAPTURES: &str = "E0302";
/// A function has more parameters than registers.
pub const TOO_MANY_PARAMETERS: &str = "E0303";
/// Handlers (or alternatives of a pattern) are nested so deep that there are no registers for what they must keep.
pub const NESTED_TOO_DEEP: &str = "E0304";
/// The compiler met something that its earlier steps should not have let through.
pub const INTERNAL: &str = "E0399";

/// What is to become of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// Nothing: only effects count.
    Effect,
    /// It goes to a register, which may be overwritten at any time before.
    Into(Reg),
    /// The function returns it.
    Return,
}

/// What is generated for the whole unit.
struct Unit<'p> {
    program: &'p Program,
    storage: &'p Storage,
    intrinsics: Intrinsics,
    /// Where each local variable lives in its function's frame.
    places: Vec<Place>,
    /// Where NewClosure finds the captures of each function; `None` until a closure of it is made.
    captures: Vec<Option<Vec<Capture>>>,
    /// Functions that closures are made of and that are still to be generated.
    pending: Vec<FnId>,
    faults: Vec<Diagnostic>,
}

/// Generates the code of a program.
///
/// Errors: a code object would exceed a limit of the instruction set.
pub fn generate(program: &Program, storage: &Storage, sources: &SourceMap) -> Result<CodeUnit, Vec<Diagnostic>> {
    let mut unit = Unit {
        program,
        storage,
        intrinsics: Intrinsics::new(),
        places: vec![Place::Unset; program.vars.len()],
        captures: vec![None; program.functions.len()],
        pending: vec![FnId(0)],
        faults: Vec::new(),
    };
    let mut codes: Vec<Option<Code>> = program.functions.iter().map(|_| None).collect();
    while let Some(id) = unit.pending.pop() {
        codes[id.0 as usize] = Some(function::generate(&mut unit, id));
    }
    let mut captures = unit.captures.into_iter();
    let codes = codes
        .into_iter()
        .zip(&storage.captures)
        .map(|(code, captured)| {
            let mut code = code.unwrap_or_else(unused_code);
            code.captures = captures.next().flatten().unwrap_or_default();
            if !code.captures.is_empty() {
                code.capture_names = captured.iter().map(|var| program.vars[var.0 as usize].name).collect();
            }
            code
        })
        .collect();
    if !unit.faults.is_empty() {
        return Err(unit.faults);
    }
    let unit = CodeUnit { sources: sources.clone(), codes, globals: program.globals.clone(), exports: Vec::new() };
    debug_assert_eq!(lisle_bytecode::verify::verify(&unit), Ok(()), "{}", lisle_bytecode::disasm::disassemble(&unit));
    Ok(unit)
}

/// What stands in for a function that no code refers to: indices must stay as they are.
fn unused_code() -> Code {
    let mut words = Vec::new();
    lisle_bytecode::Instr::LoadNil { dst: Reg(0) }.encode(&mut words);
    lisle_bytecode::Instr::Return { src: Reg(0) }.encode(&mut words);
    Code {
        name: None,
        params: Params::default(),
        registers: 1,
        captures: Vec::new(),
        capture_names: Vec::new(),
        cleanups: Vec::new(),
        words,
        constants: Vec::new(),
        spans: Vec::new(),
        silent: false,
        doc: None,
        span: Span::default(),
    }
}
