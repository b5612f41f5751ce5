//! Listings of code for people and snapshot tests.

use std::fmt::Write;

use lisle_syntax::SourceMap;

use crate::code::{Capture, Code, Collector, Params};
use crate::constant::{Const, DataOp};
use crate::op::Instr;
use crate::operand::Jump;
use crate::unit::CodeUnit;

/// Elements of a compound constant that are shown.
const DATA_SHOWN: usize = 8;

/// Shows every code object of a unit.
pub fn disassemble(unit: &CodeUnit) -> String {
    let mut text = String::new();
    for (index, code) in unit.codes.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        header(&mut text, index, code);
        body(&mut text, code, unit);
    }
    text
}

fn header(text: &mut String, index: usize, code: &Code) {
    let name = code.name.map_or("<anonymous>", |name| name.name());
    let _ = write!(text, "code {index} {name} {} registers {}", params(&code.params), code.registers);
    if !code.captures.is_empty() {
        let captures: Vec<String> = code.captures.iter().map(capture).collect();
        let _ = write!(text, " captures [{}]", captures.join(" "));
    }
    text.push('\n');
}

fn params(params: &Params) -> String {
    let mut parts = vec![params.required.to_string()];
    if params.optional > 0 {
        parts.push(format!("&opt {}", params.optional));
    }
    match &params.collector {
        Collector::None => {}
        Collector::Rest => parts.push("&".to_owned()),
        Collector::Keys => parts.push("&keys".to_owned()),
        Collector::Named(names) => {
            parts.push("&named".to_owned());
            parts.extend(names.iter().map(|name| name.to_string()));
        }
    }
    format!("({})", parts.join(" "))
}

fn capture(capture: &Capture) -> String {
    match capture {
        Capture::Register(register) => format!("r{register}"),
        Capture::Spill(slot) => format!("s{slot}"),
        Capture::Outer(index) => format!("c{index}"),
    }
}

fn body(text: &mut String, code: &Code, unit: &CodeUnit) {
    let mut shown_line = None;
    let mut end = 0;
    for (pc, instr) in code.instructions() {
        end = pc as usize + instr.op().words();
        let line = line(code, pc, &unit.sources).filter(|line| shown_line != Some(*line));
        shown_line = line.or(shown_line);
        let line = line.map_or(String::new(), |line| line.to_string());
        let operands: Vec<String> = instr.operands().into_iter().map(|(_, operand)| operand).collect();
        let _ = write!(text, "{line:>4} {pc:>5} {:<18} {}", instr.op().name(), operands.join(" "));
        if let Some(remark) = remark(&instr, pc, code, unit) {
            let _ = write!(text, "  # {remark}");
        }
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    if end < code.words.len() {
        let _ = writeln!(text, "     {end:>5} <not an instruction: {:#010x}>", code.words[end]);
    }
}

fn line(code: &Code, pc: u32, sources: &SourceMap) -> Option<u32> {
    let span = code.span_at(pc);
    Some(sources.get(span.source)?.location(span.start).line)
}

/// What an operand stands for: a constant, a variable, a target.
fn remark(instr: &Instr, pc: u32, code: &Code, unit: &CodeUnit) -> Option<String> {
    let target = |to: Jump| format!("to {}", i64::from(pc) + instr.op().words() as i64 + i64::from(to.0));
    let constant = |index: u32| code.constants.get(index as usize).map_or("?".to_owned(), show);
    let global = |slot: u32| unit.globals.get(slot as usize).map_or("?", |name| name.name()).to_owned();
    Some(match *instr {
        Instr::LoadConst { constant: index, .. } => constant(u32::from(index)),
        Instr::LoadConstWide { constant: index, .. } | Instr::LoadTemplate { constant: index, .. } => constant(index),
        Instr::CallNative { native: index, .. } => constant(index),
        Instr::GetField { key, .. } | Instr::FieldOrNil { key, .. } | Instr::DestructureField { key, .. } => {
            constant(key)
        }
        Instr::FieldsExcept { keys, .. } | Instr::DestructureFields { keys, .. } => constant(keys),
        Instr::GetGlobal { slot, .. } => global(u32::from(slot)),
        Instr::GetGlobalWide { slot, .. }
        | Instr::SetGlobal { slot, .. }
        | Instr::CallGlobal { slot, .. }
        | Instr::TailCallGlobal { slot, .. } => global(slot),
        Instr::NewClosure { code, .. } => {
            unit.codes.get(code as usize)?.name.map_or("<anonymous>", |name| name.name()).to_owned()
        }
        Instr::JumpEqConst { constant: index, to, .. } => format!("{} {}", constant(index), target(to)),
        _ => target(instr.jump()?),
    })
}

/// A constant as people write it.
fn show(constant: &Const) -> String {
    match constant {
        Const::Nil => "nil".to_owned(),
        Const::Bool(value) => value.to_string(),
        Const::Int(value) => value.to_string(),
        Const::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Const::Symbol(name) => format!("'{name}"),
        Const::Keyword(name) => format!(":{name}"),
        Const::String(text) => format!("{text:?}"),
        Const::Builtin(name) => name.to_string(),
        Const::Template { name, .. } => format!("`{name}"),
        Const::Data(ops) => data(ops),
    }
}

fn data(ops: &[DataOp]) -> String {
    let mut stack: Vec<String> = Vec::new();
    for op in ops {
        let (open, close, count) = match op {
            DataOp::List(count) => ("'(", ")", *count),
            DataOp::Array(count) => ("[", "]", *count),
            DataOp::Struct(count) => ("{", "}", *count),
            atom => {
                stack.push(show(&atom_constant(atom)));
                continue;
            }
        };
        let parts = stack.split_off(stack.len().saturating_sub(count as usize));
        let shown = parts[..parts.len().min(DATA_SHOWN)].join(" ");
        let more = if parts.len() > DATA_SHOWN { " …" } else { "" };
        stack.push(format!("{open}{shown}{more}{close}"));
    }
    stack.pop().unwrap_or_default()
}

fn atom_constant(op: &DataOp) -> Const {
    match op {
        DataOp::Bool(value) => Const::Bool(*value),
        DataOp::Int(value) => Const::Int(*value),
        DataOp::Float(bits) => Const::Float(*bits),
        DataOp::Symbol(name) => Const::Symbol(*name),
        DataOp::Keyword(name) => Const::Keyword(*name),
        DataOp::String(text) => Const::String(text.clone()),
        _ => Const::Nil,
    }
}
