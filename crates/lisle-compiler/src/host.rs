//! What the compiler asks of its surroundings: predefined names, running macros, loading includes.

use lisle_bytecode::CodeUnit;
use lisle_syntax::{Diagnostic, Source, Span, Symbol, Syntax};

/// How many arguments a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arity {
    /// At least so many.
    pub min: u32,
    /// At most so many; `None` for no bound.
    pub max: Option<u32>,
}

/// Which side of the language a predefined function is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltinKind {
    /// A primitive: a direct call with a wrong number of arguments is a compile error, and compiles to `CallNative`.
    Native,
    /// A closure of the library: its arity is checked when it is called.
    Library,
    /// A predefined value that is not a known function (a parameter such as `*stdout*`).
    Value,
}

/// A predefined name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// The name that `Const::Builtin` must carry: the canonical one when the program used an alias.
    pub canonical: Symbol,
    /// Its kind.
    pub kind: BuiltinKind,
    /// Its arity.
    pub arity: Arity,
}

/// Names a macro that the host keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MacroId(pub u32);

/// The compiler's surroundings. The engine implements it; tests of this crate use small fakes.
pub trait CompilerHost {
    /// The predefined name, if there is one.
    fn builtin(&self, name: Symbol) -> Option<Builtin>;

    /// Every predefined name, for suggestions.
    fn builtin_names(&self) -> Vec<Symbol>;

    /// Keeps a macro. `unit`'s body evaluates to the macro's function. Its top-level slots named in
    /// earlier [`define_for_syntax`](CompilerHost::define_for_syntax) calls start with those values.
    ///
    /// Errors: a message, when evaluating the body raised.
    fn define_macro(&mut self, name: Symbol, unit: CodeUnit) -> Result<MacroId, String>;

    /// Runs a macro. Atoms among `arguments` (nil, booleans, numbers, strings, keywords) arrive as plain values, everything
    /// else as syntax objects. Identifiers that the macro's template introduces get `scope` as their newest
    /// scope; plain symbols in the result become identifiers with just that scope; nodes the macro made get `call` as their span.
    ///
    /// Errors: the message for a compile error at the call (the macro raised, or made no syntax).
    fn call_macro(&mut self, id: MacroId, arguments: &[Syntax], scope: u32, call: Span) -> Result<Syntax, String>;

    /// Evaluates `unit` (a `begin-for-syntax` definition) and keeps its value for later macro bodies.
    fn define_for_syntax(&mut self, name: Symbol, unit: CodeUnit) -> Result<(), String>;

    /// Loads the source of `(include-file "path")` (`relative_to` is the including source's name) or of
    /// `(include "spec")` (`relative_to` is `None`: search path).
    ///
    /// Errors: a message such as `include: 'x' not found`.
    fn load_include(&mut self, spec: &str, relative_to: Option<&str>) -> Result<Source, String>;

    /// Reads an included source; the default goes through the crate's reader with default limits.
    fn read(&mut self, source: &Source, id: lisle_syntax::SourceId) -> (Vec<Syntax>, Vec<Diagnostic>);
}
