//! Lisle's compiler: syntax objects in, a code unit out.
//!
//! The way through this crate: [`expand`] walks the syntax once, expanding macros and resolving every
//! name, and answers the tree of [`hir`]; [`analysis`] decides where each variable lives (register,
//! cell, top-level slot); [`codegen`] assigns registers and emits instructions. Faults are collected
//! as diagnostics, several in one run. The crate knows no run-time values: macros run behind
//! [`host::CompilerHost`].
#![forbid(unsafe_code)]

pub mod analysis;
pub mod codegen;
pub mod expand;
pub mod hir;
pub mod host;

use lisle_bytecode::CodeUnit;
use lisle_syntax::{Diagnostic, SourceMap, Symbol, Syntax};

pub use expand::Session;
pub use host::{Arity, Builtin, BuiltinKind, CompilerHost, MacroId};

/// The names of special forms and predefined macros.
pub fn form_names() -> impl Iterator<Item = lisle_syntax::Symbol> {
    expand::form_names()
}

/// What a compilation starts from.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Names that are bound as immutable top-level variables before the program starts; they take the
    /// first top-level slots, in this order. For `eval` with an environment and for macro bodies.
    pub predefined: Vec<Symbol>,
    /// Plain top-level and local bindings are mutable (source epochs up to 7).
    pub mutable_by_default: bool,
}

/// Compiles the forms of one program.
///
/// `sources` must hold the sources that the forms' spans name; `include` adds to it. `session` keeps
/// macros between compilations (REPL, `eval`); a file starts with a fresh one.
///
/// Errors: every fault found, the first one first. Warnings do not fail a compilation and are dropped
/// unless there are errors too.
pub fn compile(
    forms: Vec<Syntax>,
    sources: &mut SourceMap,
    options: &Options,
    session: &mut Session,
    host: &mut dyn CompilerHost,
) -> Result<CodeUnit, Vec<Diagnostic>> {
    let program = expand::expand(forms, sources, options, session, host)?;
    let storage = analysis::analyse(&program);
    codegen::generate(&program, &storage, sources)
}
