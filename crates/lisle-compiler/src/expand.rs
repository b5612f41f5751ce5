//! The expander: syntax objects in, the resolved tree of [`hir`](crate::hir) out.
//!
//! One walk does everything. It recognises special forms and macros by the spelling of a list's head,
//! runs the program's own macros through the [host](CompilerHost) and walks their results, and
//! resolves every name. Local names are resolved at once. A top-level name may be defined further
//! down, also when a predefined function has the same name, so references that reach the top level
//! are noted and settled by [`finish`] when all definitions are known.
//!
//! Macros live in a table that always reflects the place of the walk: bodies are scanned for their
//! definitions first (which may define and run macros), then the table is rolled back and the same
//! definitions are replayed while the forms are walked.
//!
//! Hygiene: see [`env`]. A fault is noted and replaced by nil, so that one run reports many.

mod body;
mod env;
mod expander;
mod fault;
mod finish;
mod forms;
mod macros;
mod matching;
mod params;
mod patterns;
mod quasi;
mod quote;
mod session;
mod suggest;
mod syntax_case;
mod toplevel;

use lisle_syntax::{Diagnostic, SourceMap, Symbol, Syntax};

use crate::Options;
use crate::hir::Program;
use crate::host::CompilerHost;

pub use session::Session;

/// The names of special forms and predefined macros.
pub(crate) fn form_names() -> impl Iterator<Item = Symbol> {
    forms::names()
}

/// Expands and resolves the forms of one program.
///
/// Errors: the faults found, in the order of their places, at most a hundred of them.
pub fn expand(
    forms: Vec<Syntax>,
    sources: &mut SourceMap,
    options: &Options,
    session: &mut Session,
    host: &mut dyn CompilerHost,
) -> Result<Program, Vec<Diagnostic>> {
    session.enter();
    let mut expander = expander::Expander::new(sources, options, session, host);
    let body = expander.program(&forms);
    let result = expander.finish(body, &forms);
    session.leave();
    result
}

#[cfg(test)]
mod tests;
