//! Constants as plain data.

use lisle_syntax::{ScopeSet, Span, Symbol};
use serde::{Deserialize, Serialize};

/// Index of a constant in its code object's pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConstId(pub u32);

/// A constant of a code object. Linking turns it into a value once for each VM.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Const {
    /// nil
    Nil,
    /// true or false
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float, as its bits (so that NaN survives and equality is by identity).
    Float(u64),
    /// A symbol.
    Symbol(Symbol),
    /// A keyword.
    Keyword(Symbol),
    /// An immutable string.
    String(String),
    /// Immutable compound data as a postfix program, so that depth costs no recursion.
    Data(Vec<DataOp>),
    /// A predefined function: native or from the library. Never affected by the program's own names.
    Builtin(Symbol),
    /// An identifier of a quasiquote template: becomes a syntax object.
    Template {
        /// The name.
        name: Symbol,
        /// Scopes it has by its place.
        scopes: ScopeSet,
        /// Where it stands.
        span: Span,
    },
}

/// One step of building compound data: atoms are pushed, compounds take their parts off the stack.
/// A well-formed program leaves exactly one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DataOp {
    /// Pushes nil.
    Nil,
    /// Pushes true or false.
    Bool(bool),
    /// Pushes an integer.
    Int(i64),
    /// Pushes a float, given as its bits.
    Float(u64),
    /// Pushes a symbol.
    Symbol(Symbol),
    /// Pushes a keyword.
    Keyword(Symbol),
    /// Pushes an immutable string.
    String(String),
    /// Takes that many and pushes a list of them.
    List(u32),
    /// Takes that many and pushes an immutable array of them.
    Array(u32),
    /// Takes that many (key, value, …) and pushes an immutable struct.
    Struct(u32),
}
