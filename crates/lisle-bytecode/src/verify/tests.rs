use lisle_syntax::{SourceMap, Span, Symbol};

use super::*;
use crate::code::{CodeId, Params};
use crate::operand::{Jump, Reg};

fn code(instrs: &[Instr]) -> Code {
    let mut words = Vec::new();
    instrs.iter().for_each(|i| i.encode(&mut words));
    Code {
        name: None,
        params: Params::default(),
        registers: 4,
        captures: Vec::new(),
        capture_names: Vec::new(),
        cleanups: Vec::new(),
        words,
        constants: vec![Const::Int(1), Const::Keyword(Symbol::intern("k")), Const::Builtin(Symbol::intern("f"))],
        spans: Vec::new(),
        silent: false,
        doc: None,
        span: Span::default(),
    }
}

fn unit(instrs: &[Instr]) -> CodeUnit {
    CodeUnit {
        sources: SourceMap::new(),
        codes: vec![code(instrs)],
        globals: vec![Symbol::intern("g")],
        exports: Vec::new(),
    }
}

const RETURN: Instr = Instr::Return { src: Reg(0) };

#[track_caller]
fn refused(instrs: &[Instr], why: &str) {
    match verify(&unit(instrs)) {
        Err(UnitError::Invalid(text)) => assert!(text.contains(why), "{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn good_code_passes() {
    let unit = unit(&[
        Instr::EnterSpill { count: 2 },
        Instr::LoadInt { dst: Reg(0), value: 1 },
        Instr::PushHandler { dst: Reg(1), to: Jump(1) },
        Instr::PopHandler {},
        Instr::JumpIf { cond: Reg(0), to: Jump(2) },
        Instr::Loop { to: Jump(-4) },
        Instr::CallNative { dst: Reg(0), base: Reg(2), argc: 2, native: 2 },
        RETURN,
    ]);
    assert_eq!(verify(&unit), Ok(()));
}

#[test]
fn operands_out_of_range_are_refused() {
    refused(&[Instr::Move { dst: Reg(4), src: Reg(0) }, RETURN], "register outside");
    refused(&[Instr::Call { dst: Reg(0), base: Reg(1), argc: 3 }, RETURN], "register outside");
    refused(&[Instr::EachInit { state: Reg(2), coll: Reg(0) }, RETURN], "register outside");
    refused(&[Instr::LoadConst { dst: Reg(0), constant: 9 }, RETURN], "no constant 9");
    refused(&[Instr::GetField { dst: Reg(0), coll: Reg(0), key: 0 }, RETURN], "no keyword");
    refused(&[Instr::CallNative { dst: Reg(0), base: Reg(0), argc: 0, native: 1 }, RETURN], "no predefined");
    refused(&[Instr::SetGlobal { src: Reg(0), slot: 1 }, RETURN], "top-level variable 1 of 1");
    refused(&[Instr::GetCapture { dst: Reg(0), index: 0 }, RETURN], "capture 0 of 0");
    refused(&[Instr::GetSpill { dst: Reg(0), slot: 0 }, RETURN], "spill slot 0 of 0");
    refused(&[Instr::NewClosure { dst: Reg(0), code: 7 }, RETURN], "no code 7");
    refused(&[Instr::TestKind { src: Reg(0), kind: 99, to: Jump(0) }, RETURN], "pattern kind");
}

#[test]
fn code_that_leads_astray_is_refused() {
    refused(&[Instr::EnterSpill { count: 1 }, Instr::Loop { to: Jump(-4) }, RETURN], "a jump to EnterSpill");
    refused(&[], "no instructions");
    refused(&[Instr::LoadNil { dst: Reg(0) }], "off the end");
    refused(&[Instr::Jump { to: Jump(5) }, RETURN], "no instruction");
    refused(&[Instr::Jump { to: Jump(-1) }, RETURN], "no instruction");
    refused(&[Instr::LoadNil { dst: Reg(0) }, Instr::Jump { to: Jump(-3) }], "backwards");
    refused(&[RETURN, Instr::EnterSpill { count: 1 }, RETURN], "first instruction");
    refused(&[Instr::EachNext { dst: Reg(0), state: Reg(1), to: Jump(0) }, RETURN], "without EachCheck");
    let mut broken = unit(&[RETURN]);
    broken.codes[0].words.push(0xff);
    assert!(verify(&broken).is_err());
}

#[test]
fn handlers_must_balance() {
    let push = Instr::PushHandler { dst: Reg(0), to: Jump(1) };
    refused(&[Instr::PushHandler { dst: Reg(0), to: Jump(0) }, RETURN], "handlers");
    refused(&[push, RETURN, RETURN], "handlers installed");
    refused(&[Instr::PopHandler {}, RETURN], "no handler to remove");
}

#[test]
fn captures_must_exist_in_the_enclosing_frame() {
    let mut good = unit(&[Instr::NewClosure { dst: Reg(0), code: 1 }, RETURN]);
    good.codes.push(code(&[Instr::GetCapture { dst: Reg(0), index: 0 }, RETURN]));
    good.codes[1].captures = vec![Capture::Register(3)];
    assert_eq!(verify(&good), Ok(()));
    for capture in [Capture::Register(4), Capture::Spill(0), Capture::Outer(0)] {
        good.codes[1].captures = vec![capture];
        assert!(verify(&good).is_err(), "{capture:?}");
    }
    good.exports = vec![(Symbol::intern("f"), CodeId(1).0)];
    assert!(verify(&good).is_err());
}

#[test]
fn constants_must_be_whole() {
    assert!(data(&[DataOp::Int(1), DataOp::Int(2), DataOp::List(2)]).is_ok());
    assert!(data(&[DataOp::Int(1), DataOp::List(2)]).is_err());
    assert!(data(&[DataOp::Int(1), DataOp::Int(2)]).is_err());
    assert!(data(&[DataOp::Int(1), DataOp::Struct(1)]).is_err());
    assert!(data(&[]).is_err());
}
