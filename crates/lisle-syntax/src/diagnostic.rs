//! Faults in source text, as data, and the one renderer that shows them to people.

mod render;

use crate::source::{SourceMap, Span};

pub use render::{Style, TraceFrame, render, render_runtime_error};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The program cannot run.
    Error,
    /// The program runs, but probably not as meant.
    Warning,
}

/// A place with a remark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be said there; may be empty.
    pub message: String,
}

/// One fault: what, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code, such as `E0101`: see [`code`](crate::code).
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line; the wording of the language reference where it has one.
    pub message: String,
    /// The places; the first is the main one. Empty when there is no place.
    pub labels: Vec<Label>,
    /// Further facts, such as "first defined here".
    pub notes: Vec<String>,
    /// What to write instead, if known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![Label { span, message: String::new() }],
            notes: Vec::new(),
            help: None,
        }
    }

    /// An error without a place.
    pub fn error_without_place(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Adds a second place with a remark.
    #[must_use]
    pub fn with_label(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn with_note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// `file:line:column: message`, or the bare message when there is no place.
    pub fn one_line(&self, sources: &SourceMap) -> String {
        match self.labels.first().and_then(|l| sources.describe(l.span)) {
            Some(at) => format!("{at}: {}", self.message),
            None => self.message.clone(),
        }
    }
}
