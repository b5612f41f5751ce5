//! Compilation units: what one file, expression or library module compiles to.

use lisle_syntax::{SourceMap, Symbol};
use serde::{Deserialize, Serialize};

use crate::code::Code;

/// The code objects of one compilation. `codes[0]` is the body: a function of no arguments whose value
/// is that of the last top-level form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeUnit {
    /// The sources that spans point into.
    pub sources: SourceMap,
    /// The code objects; instructions and `NewClosure` name them by index.
    pub codes: Vec<Code>,
    /// The top-level variables, by slot. Each run of the unit has its own, all nil at first.
    pub globals: Vec<Symbol>,
    /// For library images: exported name and the index of its code object (no captures).
    pub exports: Vec<(Symbol, u32)>,
}

/// Why bytes are not a unit.
#[derive(Debug, PartialEq, Eq)]
pub enum UnitError {
    /// The bytes do not decode.
    Malformed,
    /// They decode, but break a rule that the interpreter relies on; the text says which.
    Invalid(String),
}

impl std::fmt::Display for UnitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            UnitError::Malformed => f.write_str("the bytes are not compiled Lisle code"),
            UnitError::Invalid(why) => write!(f, "the compiled code is invalid: {why}"),
        }
    }
}
impl std::error::Error for UnitError {}

impl CodeUnit {
    /// Writes the unit to bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("plain data always encodes")
    }

    /// Reads a unit back. Does not verify it.
    pub fn from_bytes(bytes: &[u8]) -> Result<CodeUnit, UnitError> {
        postcard::from_bytes(bytes).map_err(|_| UnitError::Malformed)
    }
}
