//! Text to trees for Lisle: sources, spans, interned symbols, the reader, syntax objects, the
//! printer of syntax, and diagnostics with their one renderer.
//!
//! This crate knows no run-time values: a [`Syntax`] tree is plain data that any later step may keep.
#![forbid(unsafe_code)]

pub mod code;
pub mod diagnostic;
pub mod epoch;
#[doc(hidden)]
pub mod fuzz;
pub mod number;
pub mod print;
pub mod reader;
pub mod source;
pub mod symbol;
pub mod syntax;

pub use diagnostic::{Diagnostic, Label, Severity, Style};
pub use source::{Location, Source, SourceId, SourceMap, Span};
pub use symbol::Symbol;
pub use syntax::{Datum, ScopeSet, Syntax};
