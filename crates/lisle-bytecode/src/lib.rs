//! Lisle's bytecode: the one instruction table, code objects, and constants as plain data.
//!
//! Everything here is data that can be written to bytes and read back ([`unit::CodeUnit::to_bytes`]),
//! so that compiled code may be embedded, cached, or sent to another thread. Nothing here knows the
//! heap: constants become values only when a VM links them.
#![forbid(unsafe_code)]

pub mod code;
pub mod constant;
pub mod disasm;
pub mod op;
pub mod operand;
pub mod unit;
pub mod verify;

pub use code::{Capture, Cleanup, Code, CodeId, Collector, Params, PcSpan};
pub use constant::{Const, ConstId, DataOp};
pub use op::{Instr, Op};
pub use operand::{Jump, Reg};
pub use unit::{CodeUnit, UnitError};
