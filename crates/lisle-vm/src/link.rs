//! Linking: code units become heap objects, constants become values.

use std::sync::Arc;

use lisle_bytecode::{Code, CodeUnit, Collector, Const, DataOp, Instr, Op, Params};
use lisle_syntax::{Datum, Symbol, Syntax};

use crate::gc::Gc;
use crate::heap::Heap;
use crate::native::NativeFn;
use crate::object::{LinkedUnit, Proto};
use crate::signal;
use crate::value::Value;
use crate::vm::State;

/// A unit with nothing of it linked yet.
pub(crate) fn unit(heap: &mut Heap, unit: Arc<CodeUnit>) -> Gc<LinkedUnit> {
    let protos = vec![None; unit.codes.len()];
    heap.allocate(LinkedUnit { unit, protos })
}

/// The linked code object of that index, linked now if it was not before.
pub(crate) fn proto(heap: &mut Heap, state: &mut State, linked: Gc<LinkedUnit>, index: u32) -> Gc<Proto> {
    if let Some(proto) = linked.get(heap).protos[index as usize] {
        return proto;
    }
    let proto = shell(heap, state, linked, index, None);
    link_constants(heap, state, proto);
    proto
}

/// A proto whose constants are still missing. Constants may lead back to the function itself (a library
/// function that calls itself), so the proto is entered into its unit, and the function into the
/// library, before [`link_constants`].
fn shell(heap: &mut Heap, state: &State, linked: Gc<LinkedUnit>, index: u32, twin: Option<NativeFn>) -> Gc<Proto> {
    let unit = linked.get(heap).unit.clone();
    let code = &unit.codes[index as usize];
    let params = &code.params;
    let forwards = forwards(state, &unit, code);
    let proto = Proto {
        registers: u32::from(code.registers),
        required: params.required,
        captured: code.captures.len() as u32,
        simple: takes_as_given(params) && !code.silent && forwards.is_none(),
        squelched: if code.silent { signal::BUT_ERRORS } else { 0 },
        spills: code.words.first().is_some_and(|w| *w as u8 == Op::EnterSpill as u8),
        twin: twin.filter(|_| !code.silent),
        forwards,
        words: code.words.as_ptr(),
        constants: Box::new([]),
        linked,
        index,
        unit,
    };
    let proto = heap.allocate(proto);
    linked.get_mut(heap).protos[index as usize] = Some(proto);
    proto
}

/// True when a call with the required arguments needs no further preparation.
fn takes_as_given(params: &Params) -> bool {
    params.optional == 0 && params.collector == Collector::None
}

/// The index of the native that a library function hands its one captured value and its arguments to, if it does nothing
/// else. A program's own functions are called as they are written, so that traces show them.
fn forwards(state: &State, unit: &CodeUnit, code: &Code) -> Option<u32> {
    let source = unit.sources.get(code.span.source)?;
    let is_library = ["<lib>", "<std/"].iter().any(|start| source.name.starts_with(start));
    if !is_library || code.captures.len() != 1 || code.silent || !takes_as_given(&code.params) {
        return None;
    }
    let mut instructions = code.instructions().map(|(_, instruction)| instruction);
    let Instr::GetCapture { dst: first, .. } = instructions.next()? else { return None };
    for argument in 0..code.params.required {
        match instructions.next()? {
            Instr::Move { dst, src } if u32::from(src.0) == argument && dst.0 == first.0 + 1 + src.0 => {}
            _ => return None,
        }
    }
    let Instr::CallNative { dst, base, argc, native } = instructions.next()? else { return None };
    let Instr::Return { src } = instructions.next()? else { return None };
    match code.constants.get(native as usize)? {
        Const::Builtin(name) if src == dst && base == first && u32::from(argc) == code.params.required + 1 => {
            state.natives.lookup(*name)
        }
        _ => None,
    }
}

fn link_constants(heap: &mut Heap, state: &mut State, proto: Gc<Proto>) {
    state.squelching |= proto.squelched != 0;
    let unit = proto.unit.clone();
    let constants: Box<[Value]> =
        unit.codes[proto.index as usize].constants.iter().map(|c| constant(heap, state, c)).collect();
    heap.note_growth(size_of_val(&*constants));
    proto.get_mut(heap).constants = constants;
}

fn constant(heap: &mut Heap, state: &mut State, constant: &Const) -> Value {
    match constant {
        Const::Nil => Value::NIL,
        Const::Bool(b) => Value::bool(*b),
        Const::Int(i) => Value::int(*i),
        Const::Float(bits) => Value::float(f64::from_bits(*bits)),
        Const::Symbol(s) => Value::symbol(*s),
        Const::Keyword(s) => Value::keyword(*s),
        Const::String(s) => heap.new_string(s).into(),
        Const::Data(ops) => data(heap, ops),
        Const::Builtin(name) => predefined(heap, state, *name).unwrap_or(Value::NIL),
        Const::Template { name, scopes, span } => {
            heap.new_syntax(Syntax::with_scopes(Datum::Symbol(*name), *span, scopes.clone())).into()
        }
    }
}

/// Runs the postfix program of a compound constant.
fn data(heap: &mut Heap, ops: &[DataOp]) -> Value {
    let mut stack: Vec<Value> = Vec::new();
    for op in ops {
        let value = match op {
            DataOp::Nil => Value::NIL,
            DataOp::Bool(b) => Value::bool(*b),
            DataOp::Int(i) => Value::int(*i),
            DataOp::Float(bits) => Value::float(f64::from_bits(*bits)),
            DataOp::Symbol(s) => Value::symbol(*s),
            DataOp::Keyword(s) => Value::keyword(*s),
            DataOp::String(s) => heap.new_string(s).into(),
            DataOp::List(count) | DataOp::Array(count) | DataOp::Struct(count) => {
                let parts = stack.split_off(stack.len().saturating_sub(*count as usize));
                match op {
                    DataOp::List(_) => heap.new_list(&parts),
                    DataOp::Array(_) => heap.new_array(&parts).into(),
                    _ => heap.new_struct(parts.chunks_exact(2).map(|kv| (kv[0], kv[1])).collect()).into(),
                }
            }
        };
        stack.push(value);
    }
    stack.pop().unwrap_or_default()
}

/// The native that stands in for a library function. Arithmetic and comparison are functions of the language, as far
/// as a program can tell, but `(fold + 0 xs)` should not make a list of arguments for each addition.
fn twin(state: &State, name: Symbol) -> Option<NativeFn> {
    if !matches!(name.name(), "+" | "-" | "*" | "/" | "<" | "<=" | ">" | ">=") {
        return None;
    }
    let index = state.natives.lookup(Symbol::intern(&format!("%{name}")))?;
    Some(state.natives.get(index)?.run)
}

/// The value of a predefined name: a native, a value set by the host, or a library function.
pub(crate) fn predefined(heap: &mut Heap, state: &mut State, name: Symbol) -> Option<Value> {
    if let Some(value) = state.library.get(&name) {
        return Some(*value);
    }
    if let Some(index) = state.natives.lookup(name) {
        return Some(Value::native(index));
    }
    let (unit_index, code) = *state.unlinked.get(&name)?;
    let linked = match &state.library_units[unit_index] {
        (_, Some(linked)) => *linked,
        (library, None) => {
            let linked = unit(heap, library.clone());
            state.library_units[unit_index].1 = Some(linked);
            linked
        }
    };
    // A library function captures nothing, and a sound library has no top-level variables.
    let variables = linked.get(heap).unit.globals.len();
    let instance = heap.new_instance(variables);
    let proto = shell(heap, state, linked, code, twin(state, name));
    let closure = heap.new_closure(proto, instance, &[]).into();
    state.library.insert(name, closure);
    link_constants(heap, state, proto);
    Some(closure)
}
