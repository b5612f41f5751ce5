//! The interpreter driven as a host drives it, on code assembled by hand.

use std::sync::Arc;

use lisle_bytecode::{Code, CodeUnit, Collector, Const, Instr, Jump, Params, Reg};
use lisle_syntax::{SourceMap, Span, Symbol};

use crate::fiber::{Fiber, Status};
use crate::flow::NoHost;
use crate::gc::Gc;
use crate::native::Native;
use crate::signal;
use crate::value::Value;
use crate::vm::{Exit, Resume, Vm};
use crate::{Cx, Escape, Request};

const ENOUGH: u64 = 1_000_000_000;

fn code(params: u32, registers: u16, constants: Vec<Const>, instrs: &[Instr]) -> Code {
    let mut words = Vec::new();
    for instr in instrs {
        instr.encode(&mut words);
    }
    let params = Params { required: params, optional: 0, collector: Collector::None };
    Code {
        name: None,
        params,
        registers,
        captures: Vec::new(),
        capture_names: Vec::new(),
        cleanups: Vec::new(),
        words,
        constants,
        spans: Vec::new(),
        silent: false,
        doc: None,
        span: Span::default(),
    }
}

fn builtin(name: &str) -> Const {
    Const::Builtin(Symbol::intern(name))
}

/// A VM and a fiber around the body of a unit of these code objects.
fn start(codes: Vec<Code>, globals: usize) -> (Vm, Gc<Fiber>) {
    let mut vm = Vm::new();
    vm.add_natives(&[ASK]);
    let globals = (0..globals).map(|i| Symbol::intern(&format!("g{i}"))).collect();
    let unit = CodeUnit { sources: SourceMap::new(), codes, globals, exports: Vec::new() };
    let linked = vm.load(Arc::new(unit)).expect("the test's code is sound");
    let body = vm.instantiate(linked, &[]);
    let fiber = vm.new_fiber(body.into(), signal::SPAWN_MASK);
    (vm, fiber)
}

/// `(ask x)`: a question to the host.
const ASK: Native = Native {
    name: "ask",
    aliases: &[],
    min: 1,
    max: Some(1),
    params: &["x"],
    doc: "",
    category: "test",
    signals: signal::WAIT,
    run: |cx: &mut Cx<'_>, args: &[Value]| -> Result<Value, Escape> {
        let request = Request { operation: 7, args: [args[0], Value::NIL, Value::NIL] };
        Err(cx.wait(signal::WAIT, request))
    },
};

#[test]
fn a_question_leaves_the_interpreter_and_its_answer_comes_back() {
    let body = code(
        0,
        2,
        vec![builtin("ask")],
        &[
            Instr::LoadInt { dst: Reg(0), value: 20 },
            Instr::CallNative { dst: Reg(1), base: Reg(0), argc: 1, native: 0 },
            Instr::AddInt { dst: Reg(1), lhs: Reg(1), rhs: 2 },
            Instr::Return { src: Reg(1) },
        ],
    );
    let (mut vm, fiber) = start(vec![body], 0);
    let Exit::Wait(request) = vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), ENOUGH) else {
        panic!("a question")
    };
    assert_eq!((request.operation, request.args[0].as_int()), (7, Some(20)));
    let Exit::Done(value) = vm.resume(&mut NoHost, fiber, Resume::Value(Value::int(40)), ENOUGH) else {
        panic!("the end")
    };
    assert_eq!(value.as_int(), Some(42));
    assert_eq!(fiber.get(&vm.heap).status, Status::Dead);
}

#[test]
fn an_answer_may_be_an_error_that_a_handler_takes() {
    let body = code(
        0,
        2,
        vec![builtin("ask")],
        &[
            Instr::PushHandler { dst: Reg(0), to: Jump(3) },
            Instr::CallNative { dst: Reg(1), base: Reg(0), argc: 1, native: 0 },
            Instr::PopHandler {},
            Instr::Return { src: Reg(0) },
        ],
    );
    let (mut vm, fiber) = start(vec![body], 0);
    assert!(matches!(vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), ENOUGH), Exit::Wait(_)));
    let exit = vm.resume(&mut NoHost, fiber, Resume::Error(Value::int(9)), ENOUGH);
    assert!(matches!(exit, Exit::Done(value) if value.as_int() == Some(9)), "{exit:?}");
}

#[test]
fn an_unhandled_error_leaves_with_the_fiber_paused_at_its_place() {
    let body =
        code(0, 1, vec![], &[Instr::Emit { dst: Reg(0), value: Reg(0), bits: 1 }, Instr::Return { src: Reg(0) }]);
    let (mut vm, fiber) = start(vec![body], 0);
    assert!(matches!(vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), ENOUGH), Exit::Error(_)));
    assert_eq!((fiber.get(&vm.heap).status, fiber.get(&vm.heap).bits()), (Status::Paused, 1));
    let exit = vm.resume(&mut NoHost, fiber, Resume::Value(Value::int(5)), ENOUGH);
    assert!(matches!(exit, Exit::Done(value) if value.as_int() == Some(5)), "{exit:?}");
}

#[test]
fn a_spent_budget_stops_a_loop_and_it_goes_on_exactly_there() {
    let body = code(
        0,
        1,
        vec![],
        &[
            Instr::LoadInt { dst: Reg(0), value: 0 },
            Instr::AddInt { dst: Reg(0), lhs: Reg(0), rhs: 1 },
            Instr::JumpGtInt { lhs: Reg(0), rhs: 99, when: 1, to: Jump(2) },
            Instr::Loop { to: Jump(-5) },
            Instr::Return { src: Reg(0) },
        ],
    );
    let (mut vm, fiber) = start(vec![body], 0);
    let mut stops = 0;
    let mut exit = vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), 10);
    while matches!(exit, Exit::Budget) {
        stops += 1;
        exit = vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), 10);
    }
    assert!(matches!(exit, Exit::Done(value) if value.as_int() == Some(100)), "{exit:?}");
    assert!((8..=12).contains(&stops), "{stops} stops");
}

#[test]
fn too_deep_a_recursion_is_an_error_to_be_caught() {
    let body = code(
        0,
        3,
        vec![],
        &[
            Instr::NewClosure { dst: Reg(0), code: 1 },
            Instr::SetGlobal { src: Reg(0), slot: 0 },
            Instr::PushHandler { dst: Reg(1), to: Jump(4) },
            Instr::CallGlobal { dst: Reg(1), base: Reg(1), argc: 0, slot: 0 },
            Instr::PopHandler {},
            Instr::LoadNil { dst: Reg(1) },
            Instr::Return { src: Reg(1) },
        ],
    );
    let forever = code(
        0,
        2,
        vec![],
        &[Instr::CallGlobal { dst: Reg(0), base: Reg(0), argc: 0, slot: 0 }, Instr::Return { src: Reg(0) }],
    );
    let (mut vm, fiber) = start(vec![body, forever], 1);
    let Exit::Done(error) = vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), ENOUGH) else { panic!("caught") };
    let table = error.as_struct().expect("an error struct");
    let kind = (*table).get(Value::keyword_named("error")).expect("its kind");
    assert!(kind.is_identical(Value::keyword_named("stack-overflow")));
}

#[test]
fn a_question_from_an_inner_fiber_freezes_the_chain_and_goes_on_inside() {
    // The body resumes a fiber whose function asks; its mask catches only :yield.
    let body = code(
        0,
        4,
        vec![builtin("fiber/new"), builtin("fiber/resume")],
        &[
            Instr::NewClosure { dst: Reg(0), code: 1 },
            Instr::LoadInt { dst: Reg(1), value: 2 },
            Instr::CallNative { dst: Reg(0), base: Reg(0), argc: 2, native: 0 },
            Instr::CallNative { dst: Reg(2), base: Reg(0), argc: 1, native: 1 },
            Instr::AddInt { dst: Reg(2), lhs: Reg(2), rhs: 1 },
            Instr::Return { src: Reg(2) },
        ],
    );
    let inner = code(
        0,
        1,
        vec![builtin("ask")],
        &[
            Instr::LoadInt { dst: Reg(0), value: 3 },
            Instr::CallNative { dst: Reg(0), base: Reg(0), argc: 1, native: 0 },
            Instr::AddInt { dst: Reg(0), lhs: Reg(0), rhs: 10 },
            Instr::Return { src: Reg(0) },
        ],
    );
    let (mut vm, fiber) = start(vec![body, inner], 0);
    assert!(matches!(vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), ENOUGH), Exit::Wait(_)));
    assert!(fiber.get(&vm.heap).child().is_some());
    let exit = vm.resume(&mut NoHost, fiber, Resume::Value(Value::int(100)), ENOUGH);
    assert!(matches!(exit, Exit::Done(value) if value.as_int() == Some(111)), "{exit:?}");
}

#[test]
fn a_budget_is_spent_also_where_fibers_have_budgets_of_their_own() {
    // Each round calls a native through a register, which leaves the loop over instructions.
    let body = code(
        0,
        2,
        vec![builtin("fiber/self")],
        &[
            Instr::LoadConst { dst: Reg(1), constant: 0 },
            Instr::Call { dst: Reg(0), base: Reg(1), argc: 0 },
            Instr::Loop { to: Jump(-4) },
        ],
    );
    let (mut vm, fiber) = start(vec![body], 0);
    vm.state.metering = true;
    let exit = vm.resume(&mut NoHost, fiber, Resume::Value(Value::NIL), 1000);
    assert!(matches!(exit, Exit::Budget), "{exit:?}");
}

#[test]
fn a_unit_that_the_verifier_refuses_is_not_loaded() {
    let body = code(0, 1, vec![], &[Instr::Move { dst: Reg(0), src: Reg(9) }, Instr::Return { src: Reg(0) }]);
    let unit = CodeUnit { sources: SourceMap::new(), codes: vec![body], globals: Vec::new(), exports: Vec::new() };
    assert!(Vm::new().load(Arc::new(unit)).is_err());
}
