//! Faults found on the way: their codes, and how they are put in order at the end.

use lisle_syntax::{Diagnostic, Span, Symbol};

use super::env::FrameId;
use super::expander::Expander;
use super::suggest::help_for_unknown;

/// A name that nothing binds.
pub(super) const UNDEFINED: &str = "E0200";
/// A known function called with a wrong number of arguments.
pub(super) const ARITY: &str = "E0201";
/// An assignment to an immutable binding, or to something that is no binding.
pub(super) const ASSIGNMENT: &str = "E0202";
/// A special form or predefined macro with wrong operands.
pub(super) const MALFORMED: &str = "E0203";
/// A misplaced `break`.
pub(super) const BREAK: &str = "E0204";
/// A `match` that may fit nothing.
pub(super) const NOT_EXHAUSTIVE: &str = "E0205";
/// A malformed pattern.
pub(super) const PATTERN: &str = "E0206";
/// A malformed parameter list.
pub(super) const PARAMETERS: &str = "E0207";
/// A malformed macro definition, a wrong macro call, or a macro that raised.
pub(super) const MACRO: &str = "E0208";
/// An expansion limit was reached.
pub(super) const EXPANSION_LIMIT: &str = "E0209";
/// A file could not be included.
pub(super) const INCLUDE: &str = "E0210";
/// Too many levels of nesting.
pub(super) const TOO_DEEP: &str = "E0211";
/// A splice or unquote where it means nothing.
pub(super) const MISPLACED_PREFIX: &str = "E0212";
/// The same name twice in one `letrec`.
pub(super) const DUPLICATE: &str = "E0213";
/// A malformed or repeated signal declaration.
pub(super) const SIGNAL: &str = "E0214";

/// So many faults are reported; the rest is cut.
const FAULTS_MAX: usize = 100;

/// So many enclosing expansions are named in a fault's notes.
const EXPANSION_NOTES_MAX: usize = 3;

/// A place in the tree of macro expansions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContextId(pub(super) u32);

/// A fault, and the name to suggest alternatives for.
pub(super) struct Fault {
    diagnostic: Diagnostic,
    unknown: Option<(Symbol, FrameId)>,
}

impl Expander<'_> {
    /// Notes a fault at a place.
    pub(super) fn fault(&mut self, code: &'static str, message: impl Into<String>, span: Span) {
        self.report(Diagnostic::error(code, message, span));
    }

    /// Notes a fault; the expansions around the place of the walk are added to its notes.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let context = self.context;
        self.report_in(diagnostic, context, None);
    }

    /// Notes an unknown name; suggestions are worked out at the end, for those faults that are shown.
    pub(super) fn report_unknown(
        &mut self,
        name: Symbol,
        span: Span,
        frame: FrameId,
        context: Option<ContextId>,
        note: Option<&str>,
    ) {
        let mut diagnostic = Diagnostic::error(UNDEFINED, format!("undefined variable: {name}"), span);
        diagnostic.notes.extend(note.map(str::to_owned));
        diagnostic.help = help_for_unknown(name);
        self.report_in(diagnostic, context, Some((name, frame)));
    }

    /// Notes a fault of some expansion.
    pub(super) fn report_in(
        &mut self,
        mut diagnostic: Diagnostic,
        context: Option<ContextId>,
        unknown: Option<(Symbol, FrameId)>,
    ) {
        let mut at = context;
        for depth in 0..EXPANSION_NOTES_MAX {
            let Some(ContextId(index)) = at else { break };
            let context = &self.contexts[index as usize];
            diagnostic.notes.push(format!("in expansion of macro `{}`", context.definition.name));
            if depth == 0 && context.definition.outermost == self.session.outermost {
                diagnostic = diagnostic.with_label(context.definition.span, "the macro is defined here");
            }
            at = context.parent;
        }
        self.faults.push(Fault { diagnostic, unknown });
    }

    /// All faults, in the order of their places.
    pub(super) fn take_faults(&mut self) -> Vec<Diagnostic> {
        let mut faults = std::mem::take(&mut self.faults);
        faults.sort_by_key(|f| f.diagnostic.labels.first().map(|l| (l.span.source.0, l.span.start)));
        faults.dedup_by(|a, b| a.diagnostic == b.diagnostic);
        faults.truncate(FAULTS_MAX);
        let mut shown = Vec::with_capacity(faults.len());
        for Fault { mut diagnostic, unknown } in faults {
            if let Some((name, frame)) = unknown {
                let similar = self.similar_names(name, frame);
                if !similar.is_empty() {
                    diagnostic.message.push_str(&format!(" (did you mean: {}?)", similar.join(", ")));
                }
            }
            shown.push(diagnostic);
        }
        shown
    }
}
