//! Predefined functions that are instructions.

use std::collections::HashMap;

use lisle_bytecode::{Const, Instr, Jump, Reg};
use lisle_syntax::Symbol;

use super::Want;
use super::function::Generator;
use crate::hir::{Arg, Expr, ExprKind};

/// More operands than this are an ordinary call.
const CHAIN_MAX: usize = 8;

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Intrinsic {
    /// Two operands, or a chain of them from the left.
    Arithmetic(Arithmetic),
    Compare(Comparison),
    NotEqual,
    Negate,
    Not,
    IsNil,
    /// Adds one.
    Increment,
    /// Subtracts one.
    Decrement,
    Get,
    First,
    Rest,
    Length,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Mod,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Eq,
    Lt,
    Le,
    Gt,
    Ge,
}

/// The names, interned once for a unit.
pub(super) struct Intrinsics(HashMap<Symbol, Intrinsic>);

impl Intrinsics {
    pub(super) fn new() -> Intrinsics {
        use Intrinsic::*;
        let table = [
            ("+", Intrinsic::Arithmetic(self::Arithmetic::Add)),
            ("-", Intrinsic::Arithmetic(self::Arithmetic::Sub)),
            ("*", Intrinsic::Arithmetic(self::Arithmetic::Mul)),
            ("/", Intrinsic::Arithmetic(self::Arithmetic::Div)),
            ("rem", Intrinsic::Arithmetic(self::Arithmetic::Rem)),
            ("mod", Intrinsic::Arithmetic(self::Arithmetic::Mod)),
            ("=", Compare(Comparison::Eq)),
            ("<", Compare(Comparison::Lt)),
            ("<=", Compare(Comparison::Le)),
            (">", Compare(Comparison::Gt)),
            (">=", Compare(Comparison::Ge)),
            ("not=", NotEqual),
            ("not", Not),
            ("nil?", IsNil),
            ("inc", Increment),
            ("dec", Decrement),
            ("get", Get),
            ("first", First),
            ("rest", Rest),
            ("length", Length),
        ];
        Intrinsics(table.into_iter().map(|(name, intrinsic)| (Symbol::intern(name), intrinsic)).collect())
    }

    /// What a call of that function with so many arguments is, if not an ordinary call.
    fn lookup(&self, name: Symbol, argc: usize) -> Option<Intrinsic> {
        let intrinsic = *self.0.get(&name)?;
        match intrinsic {
            Intrinsic::Arithmetic(Arithmetic::Sub) if argc == 1 => Some(Intrinsic::Negate),
            Intrinsic::Arithmetic(Arithmetic::Rem | Arithmetic::Mod) => (argc == 2).then_some(intrinsic),
            Intrinsic::Arithmetic(_) => (2..=CHAIN_MAX).contains(&argc).then_some(intrinsic),
            Intrinsic::Compare(_) | Intrinsic::NotEqual | Intrinsic::Get => (argc == 2).then_some(intrinsic),
            _ => (argc == 1).then_some(intrinsic),
        }
    }
}

impl Arithmetic {
    fn instr(self, dst: Reg, lhs: Reg, rhs: Reg) -> Instr {
        match self {
            Arithmetic::Add => Instr::Add { dst, lhs, rhs },
            Arithmetic::Sub => Instr::Sub { dst, lhs, rhs },
            Arithmetic::Mul => Instr::Mul { dst, lhs, rhs },
            Arithmetic::Div => Instr::Div { dst, lhs, rhs },
            Arithmetic::Rem => Instr::Rem { dst, lhs, rhs },
            Arithmetic::Mod => Instr::Mod { dst, lhs, rhs },
        }
    }
}

impl Comparison {
    fn instr(self, dst: Reg, lhs: Reg, rhs: Reg) -> Instr {
        match self {
            Comparison::Eq => Instr::Eq { dst, lhs, rhs },
            Comparison::Lt => Instr::Lt { dst, lhs, rhs },
            Comparison::Le => Instr::Le { dst, lhs, rhs },
            Comparison::Gt => Instr::Gt { dst, lhs, rhs },
            Comparison::Ge => Instr::Ge { dst, lhs, rhs },
        }
    }

    /// A jump, its distance still open, if the answer is `when`.
    pub(super) fn jump(self, lhs: Reg, rhs: Reg, when: bool) -> Instr {
        let (when, to) = (u8::from(when), Jump(0));
        match self {
            Comparison::Eq => Instr::JumpEq { lhs, rhs, when, to },
            Comparison::Lt => Instr::JumpLt { lhs, rhs, when, to },
            Comparison::Le => Instr::JumpLe { lhs, rhs, when, to },
            Comparison::Gt => Instr::JumpGt { lhs, rhs, when, to },
            Comparison::Ge => Instr::JumpGe { lhs, rhs, when, to },
        }
    }

    /// The same with a small integer on the right.
    pub(super) fn jump_int(self, lhs: Reg, rhs: i8, when: bool) -> Instr {
        let (when, to) = (u8::from(when), Jump(0));
        match self {
            Comparison::Eq => Instr::JumpEqInt { lhs, rhs, when, to },
            Comparison::Lt => Instr::JumpLtInt { lhs, rhs, when, to },
            Comparison::Le => Instr::JumpLeInt { lhs, rhs, when, to },
            Comparison::Gt => Instr::JumpGtInt { lhs, rhs, when, to },
            Comparison::Ge => Instr::JumpGeInt { lhs, rhs, when, to },
        }
    }
}

/// An integer that fits into an instruction.
pub(super) fn small_int(expr: &Expr) -> Option<i8> {
    match expr.kind {
        ExprKind::Const(Const::Int(value)) => i8::try_from(value).ok(),
        _ => None,
    }
}

impl Generator<'_, '_> {
    /// What a call is, if it is not an ordinary one.
    pub(super) fn intrinsic(&self, callee: &Expr, args: &[Arg]) -> Option<Intrinsic> {
        let ExprKind::Builtin(name) = callee.kind else { return None };
        let intrinsic = self.unit.intrinsics.lookup(name, args.len())?;
        (!args.iter().any(|arg| arg.splice)).then_some(intrinsic)
    }

    /// Compiles a call that is an instruction.
    pub(super) fn intrinsic_call(&mut self, intrinsic: Intrinsic, args: &[Arg], want: Want) {
        let first = &args[0].expr;
        match intrinsic {
            Intrinsic::Arithmetic(operation) => self.arithmetic(operation, args, want),
            Intrinsic::Compare(comparison) => {
                let [lhs, rhs] = self.operands([first, &args[1].expr]);
                self.answer(want, |dst| comparison.instr(dst, lhs, rhs));
            }
            Intrinsic::NotEqual => {
                let [lhs, rhs] = self.operands([first, &args[1].expr]);
                let dst = self.target(want);
                self.emit(Instr::Eq { dst, lhs, rhs });
                self.emit(Instr::Not { dst, src: dst });
                self.deliver(want, dst);
            }
            Intrinsic::IsNil => {
                let lhs = self.operand(first);
                let mut dst = self.target(want);
                if dst == lhs {
                    dst = self.registers.temp();
                }
                self.emit(Instr::LoadNil { dst });
                self.emit(Instr::Eq { dst, lhs, rhs: dst });
                self.deliver(want, dst);
            }
            Intrinsic::Negate => self.unary(first, want, |dst, src| Instr::Neg { dst, src }),
            Intrinsic::Not => self.unary(first, want, |dst, src| Instr::Not { dst, src }),
            Intrinsic::Increment => self.unary(first, want, |dst, lhs| Instr::AddInt { dst, lhs, rhs: 1 }),
            Intrinsic::Decrement => self.unary(first, want, |dst, lhs| Instr::SubInt { dst, lhs, rhs: 1 }),
            Intrinsic::First => self.unary(first, want, |dst, src| Instr::First { dst, src }),
            Intrinsic::Rest => self.unary(first, want, |dst, src| Instr::Rest { dst, src }),
            Intrinsic::Length => self.unary(first, want, |dst, src| Instr::Length { dst, src }),
            Intrinsic::Get => self.get(first, &args[1].expr, want),
        }
    }

    fn answer(&mut self, want: Want, instr: impl FnOnce(Reg) -> Instr) {
        let dst = self.target(want);
        self.emit(instr(dst));
        self.deliver(want, dst);
    }

    fn unary(&mut self, operand: &Expr, want: Want, instr: impl FnOnce(Reg, Reg) -> Instr) {
        let src = self.operand(operand);
        self.answer(want, |dst| instr(dst, src));
    }

    fn get(&mut self, coll: &Expr, key: &Expr, want: Want) {
        if let ExprKind::Const(constant @ Const::Keyword(_)) = &key.kind {
            let coll = self.operand(coll);
            let key = self.code.constant(constant);
            return self.answer(want, |dst| Instr::GetField { dst, coll, key });
        }
        let [coll, key] = self.operands([coll, key]);
        self.answer(want, |dst| Instr::Get { dst, coll, key });
    }

    fn arithmetic(&mut self, operation: Arithmetic, args: &[Arg], want: Want) {
        if let [lhs, rhs] = args {
            let (lhs, rhs) = (&lhs.expr, &rhs.expr);
            match (operation, small_int(lhs), small_int(rhs)) {
                (Arithmetic::Add, _, Some(rhs)) => {
                    return self.unary(lhs, want, |dst, lhs| Instr::AddInt { dst, lhs, rhs });
                }
                (Arithmetic::Add, Some(lhs), None) => {
                    return self.unary(rhs, want, |dst, rhs| Instr::AddInt { dst, lhs: rhs, rhs: lhs });
                }
                (Arithmetic::Sub, _, Some(rhs)) => {
                    return self.unary(lhs, want, |dst, lhs| Instr::SubInt { dst, lhs, rhs });
                }
                _ => {}
            }
            let [lhs, rhs] = self.operands([lhs, rhs]);
            return self.answer(want, |dst| operation.instr(dst, lhs, rhs));
        }
        // All operands are evaluated before the first two are combined.
        let exprs: Vec<&Expr> = args.iter().map(|arg| &arg.expr).collect();
        let mut operands = Vec::with_capacity(exprs.len());
        for (index, expr) in exprs.iter().enumerate() {
            operands.push(self.operand_before(expr, &exprs[index + 1..]));
        }
        let mut result = operands[0];
        let temp = self.registers.temp();
        for rhs in &operands[1..operands.len() - 1] {
            self.emit(operation.instr(temp, result, *rhs));
            result = temp;
        }
        let last = operands[operands.len() - 1];
        self.answer(want, |dst| operation.instr(dst, result, last));
    }
}
