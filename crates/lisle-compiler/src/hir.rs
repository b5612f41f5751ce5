//! The resolved tree: what expansion makes and code generation reads.
//!
//! Every name is resolved: variables are [`VarId`]s, predefined functions are [`ExprKind::Builtin`].
//! Macros are gone; of the special forms and predefined macros about twenty kinds are left. Pairs such
//! as `begin-definitions-body` are spelled out with [`ExprKind::Scope`].

mod teardown;

use std::collections::HashMap;

use lisle_bytecode::Const;
use lisle_syntax::{ScopeSet, Span, Symbol};

use crate::host::Builtin;

/// A variable of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VarId(pub u32);

/// A function of the program; 0 is the body of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FnId(pub u32);

/// A block or loop that `break` can leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockId(pub u32);

/// What is known of a variable.
#[derive(Clone, Debug)]
pub struct Var {
    /// Its name, for debugging and messages.
    pub name: Symbol,
    /// Where it was introduced.
    pub span: Span,
    /// Declared with `@` (or `var`).
    pub mutable: bool,
    /// The function it belongs to.
    pub owner: FnId,
    /// `Some(slot)` for a top-level variable.
    pub global: Option<u32>,
    /// It can be mentioned before its `Define` has run (`def` in a body, `letrec`): it holds nil until then.
    pub early: bool,
}

/// A whole compilation.
#[derive(Debug)]
pub struct Program {
    /// All variables, by [`VarId`].
    pub vars: Vec<Var>,
    /// All functions, by [`FnId`]; the first is the body and takes no parameters.
    pub functions: Vec<Function>,
    /// Names of the top-level slots.
    pub globals: Vec<Symbol>,
    /// What the program mentions of the predefined names, by canonical name: code generation needs their kinds.
    pub builtins: HashMap<Symbol, Builtin>,
}

/// A function.
#[derive(Debug)]
pub struct Function {
    /// Its name, if it was bound to one directly.
    pub name: Option<Symbol>,
    /// Required parameters, in order. Where the source has a pattern, this is a hidden variable, and the body begins with the `Destructure`.
    pub required: Vec<VarId>,
    /// `&opt` parameters, likewise.
    pub optional: Vec<VarId>,
    /// The collector's variables.
    pub collector: ParamCollector,
    /// The body; its value is returned.
    pub body: Expr,
    /// It says `(silence)`.
    pub silent: bool,
    /// The docstring.
    pub doc: Option<String>,
    /// The whole form.
    pub span: Span,
}

/// The variables of a collector.
#[derive(Debug)]
pub enum ParamCollector {
    /// No collector.
    None,
    /// `& r`
    Rest(VarId),
    /// `&keys k`; for a pattern a hidden variable.
    Keys(VarId),
    /// `&named a b`, with the keywords' names.
    Named(Vec<(Symbol, VarId)>),
}

/// An expression with its place.
#[derive(Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it came from: a macro's expansion carries the place of the call.
    pub span: Span,
}

/// An argument or element; `splice` spreads a sequence.
#[derive(Debug)]
pub struct Arg {
    /// `;x` or `(splice x)`
    pub splice: bool,
    /// The value.
    pub expr: Expr,
}

/// The kinds of expression.
#[derive(Debug)]
pub enum ExprKind {
    /// A constant, also quoted immutable data.
    Const(Const),
    /// An identifier of a quasiquote template: evaluates to a syntax object with the running expansion's scope.
    Template {
        /// Name.
        name: Symbol,
        /// Scopes it has by its place.
        scopes: ScopeSet,
    },
    /// A variable's value.
    Var(VarId),
    /// A predefined function or value, by canonical name.
    Builtin(Symbol),
    /// Sets a mutable variable; the value is the new one.
    Assign(VarId, Box<Expr>),
    /// Runs a definition: the variable begins (or, if `early`, gets) its value. The value is that of the expression.
    Define(VarId, Box<Expr>),
    /// Brings variables into being for the expressions, each time it is entered; value of the last expression, nil if none.
    /// Variables that are `early` hold nil until their Define. Not used for top-level variables and parameters.
    Scope {
        /// The variables.
        vars: Vec<VarId>,
        /// The body.
        body: Vec<Expr>,
    },
    /// Evaluates in order; value of the last, nil if none.
    Seq(Vec<Expr>),
    /// `(if c t e)`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `(cond …)`: tests and values, and the default. Flat, so that long ones do not nest.
    Cond(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// `(case …)`: the subject's variable was defined before; keys are compared with `=`.
    Case(VarId, Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// `(and …)`, at least one operand.
    And(Vec<Expr>),
    /// `(or …)`, at least one operand.
    Or(Vec<Expr>),
    /// `while`: value nil or that of `break`.
    While {
        /// What `break` names.
        block: BlockId,
        /// The test.
        test: Box<Expr>,
        /// The body; its value is dropped.
        body: Box<Expr>,
    },
    /// Evaluates the body; `break` may leave it.
    Block {
        /// What `break` names.
        block: BlockId,
        /// The body.
        body: Box<Expr>,
    },
    /// Leaves a block or loop of the same function, never out of a Try, Protect or Defer body.
    Break {
        /// Which.
        block: BlockId,
        /// With this value.
        value: Box<Expr>,
    },
    /// `each`: the pattern's variables are made anew in each turn (declared by a Scope inside `body`; `item` itself is declared here).
    Each {
        /// What `break` names.
        block: BlockId,
        /// The variable that takes each element.
        item: VarId,
        /// The collection.
        coll: Box<Expr>,
        /// The body; its value is dropped.
        body: Box<Expr>,
    },
    /// A new closure.
    Fn(FnId),
    /// A call, operator first, then arguments from left to right.
    Call {
        /// The function.
        callee: Box<Expr>,
        /// The arguments.
        args: Vec<Arg>,
    },
    /// `[…]`
    Array(Vec<Arg>),
    /// `@[…]`
    MArray(Vec<Arg>),
    /// `x:key`: `(get x :key)`
    Field(Box<Expr>, Symbol),
    /// `match`. The subject's variable was defined before. All variables of the patterns are declared by each arm.
    Match {
        /// The subject.
        subject: VarId,
        /// The arms; when none fits, the value is nil.
        arms: Vec<Arm>,
    },
    /// Takes the value apart strictly (or leniently, for `&opt`: a misfit gives nil leaves). The value of the form is that of the expression.
    Destructure {
        /// What to bind.
        pattern: Bind,
        /// The value.
        value: Box<Expr>,
        /// True for `&opt` parameters.
        lenient: bool,
    },
    /// `try`: `error` is declared here; it takes the error for the handler.
    Try {
        /// The body.
        body: Box<Expr>,
        /// The variable that takes the error.
        error: VarId,
        /// The handler, starting with the Destructure if the source has a pattern.
        handler: Box<Expr>,
    },
    /// `protect`
    Protect(Box<Expr>),
    /// `defer`
    Defer {
        /// Runs once after the body, however that ends.
        cleanup: Box<Expr>,
        /// The body.
        body: Box<Expr>,
    },
    /// A literal emit; only the low 32 bits of signals known at compile time. Others are calls of `emit`.
    Emit {
        /// The signal's bits.
        bits: u32,
        /// The payload.
        value: Box<Expr>,
    },
    /// `parameterize`: all parameters and values are evaluated, pair by pair, before any binding.
    Parameterize {
        /// The pairs.
        pairs: Vec<(Expr, Expr)>,
        /// The body.
        body: Box<Expr>,
    },
}

/// One arm of a match.
#[derive(Debug)]
pub struct Arm {
    /// The pattern.
    pub pattern: Pattern,
    /// The variables that it binds.
    pub vars: Vec<VarId>,
    /// The guard.
    pub guard: Option<Expr>,
    /// The value.
    pub body: Expr,
}

/// A match pattern.
#[derive(Debug)]
pub enum Pattern {
    /// `_`
    Any,
    /// Binds.
    Var(VarId),
    /// Equal (`=`) to an atom.
    Literal(Const),
    /// `()`
    EmptyList,
    /// `(p1 … pn)` exactly, or `(p1 … pn & rest)` / `(p1 … . rest)`.
    List(Vec<Pattern>, Option<Box<Pattern>>),
    /// `[…]` or `@[…]`, exactly or with a rest.
    Array {
        /// `@[…]`
        mutable: bool,
        /// The elements.
        items: Vec<Pattern>,
        /// After `&`.
        rest: Option<Box<Pattern>>,
    },
    /// `{…}` or `@{…}`; keys are keyword or symbol constants, an absent one is nil.
    Struct {
        /// `@{…}`
        mutable: bool,
        /// The fields.
        fields: Vec<(Const, Pattern)>,
        /// After `&`.
        rest: Option<Box<Pattern>>,
    },
    /// `|p|` or `@|p|`: the whole set against the pattern.
    Set {
        /// `@|…|`
        mutable: bool,
        /// What the set is matched against.
        inner: Box<Pattern>,
    },
    /// `(or …)`; every alternative binds the same variables (the same [`VarId`]s).
    Or(Vec<Pattern>),
}

/// A binding pattern.
#[derive(Debug)]
pub enum Bind {
    /// `_`
    Ignore,
    /// A variable; it is defined (or for an `early` or top-level one, set).
    Var(VarId),
    /// `(…)`
    List(Vec<Bind>, Option<Box<Bind>>),
    /// `[…]`, `@[…]`
    Array(Vec<Bind>, Option<Box<Bind>>),
    /// `{…}`, `@{…}`; keys are keyword or symbol constants.
    Struct(Vec<(Const, Bind)>, Option<Box<Bind>>),
}
