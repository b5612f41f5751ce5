//! Faults as people see them on a terminal (language reference 07, sections 3 and 4).
//!
//! Names, source lines and messages may be foreign text: control characters in them are escaped, and
//! a line of megabytes is shown as a window around the place.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::{Diagnostic, Label, Severity};
use crate::print::{sanitize_for_terminal, sanitize_line};
use crate::source::{Source, SourceMap, Span, floor_char_boundary};

/// Lines up to this many bytes are shown whole.
const WHOLE_LINE_BYTES_MAX: usize = 160;
/// Characters shown before the place, and from it on, when a line is too long.
const WINDOW_CHARS: usize = 70;
/// Frames of a trace shown at either end; what lies between is only counted.
const TRACE_FRAMES_SHOWN: usize = 20;

/// Whether to use terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Text only.
    Plain,
    /// With ANSI colours.
    Color,
}

/// What a piece of the output is, for its colour.
#[derive(Clone, Copy)]
enum Role {
    Gutter,
    Error,
    Warning,
    Related,
}

impl Style {
    fn paint(self, role: Role, text: &str) -> String {
        let sgr = match (self, role) {
            (Style::Plain, _) => return text.to_owned(),
            (Style::Color, Role::Gutter) => "2",
            (Style::Color, Role::Error) => "1;31",
            (Style::Color, Role::Warning) => "1;33",
            (Style::Color, Role::Related) => "36",
        };
        format!("\u{1b}[{sgr}m{text}\u{1b}[0m")
    }
}

/// One step of the way from an error raised at run time to the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceFrame {
    /// The function's name, or `<anonymous>`.
    pub name: String,
    /// `file:line:column`, where known.
    pub at: Option<String>,
}

/// Diagnostics as text, in the given order, an empty line between two; empty when there are none.
///
/// For each one: the place, the source line and carets; the message on a line of its own; then
/// related places, notes and help.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, style: Style) -> String {
    let mut out = String::new();
    for (i, diagnostic) in diagnostics.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        render_one(&mut out, diagnostic, sources, style);
    }
    out
}

fn render_one(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap, style: Style) {
    let (role, heading) = match diagnostic.severity {
        Severity::Error => (Role::Error, "✗ Compile error:"),
        Severity::Warning => (Role::Warning, "⚠ Warning:"),
    };
    let mut labels = diagnostic.labels.iter();
    if let Some(Label { span, message }) = labels.next()
        && let Some(source) = sources.get(span.source)
    {
        push_place(out, "at", source, *span, message, role, style);
    }
    let _ = writeln!(out, "{} {}", style.paint(role, heading), sanitize_line(&diagnostic.message));
    for Label { span, message } in labels {
        match sources.get(span.source) {
            Some(source) => push_place(out, "see", source, *span, message, Role::Related, style),
            None if message.is_empty() => {}
            None => push_remark(out, "note", message),
        }
    }
    for note in &diagnostic.notes {
        push_remark(out, "note", note);
    }
    if let Some(help) = &diagnostic.help {
        push_remark(out, "help", help);
    }
}

/// An uncaught run-time error as text: the trace, innermost frame first, the place with its source
/// line, notes, and as the last line the raised value.
pub fn render_runtime_error(
    value_text: &str,
    trace: &[TraceFrame],
    place: Option<(&Source, Span)>,
    notes: &[String],
    style: Style,
) -> String {
    let mut out = String::new();
    let left_out = trace.len().saturating_sub(2 * TRACE_FRAMES_SHOWN);
    for (i, frame) in trace.iter().enumerate() {
        if left_out > 0 && i == TRACE_FRAMES_SHOWN {
            let _ = writeln!(out, "  … {left_out} more");
        }
        if left_out > 0 && (TRACE_FRAMES_SHOWN..TRACE_FRAMES_SHOWN + left_out).contains(&i) {
            continue;
        }
        let name = sanitize_line(&frame.name);
        let _ = match &frame.at {
            Some(at) => writeln!(out, "  in {name} at {}", sanitize_line(at)),
            None => writeln!(out, "  in {name}"),
        };
    }
    if let Some((source, span)) = place {
        push_place(&mut out, "at", source, span, "", Role::Error, style);
    }
    for note in notes {
        push_remark(&mut out, "note", note);
    }
    let heading = style.paint(Role::Error, "✗ Runtime error:");
    let _ = writeln!(out, "{heading} {}", sanitize_for_terminal(value_text));
    out
}

/// `  note: text`, further lines indented below the text.
fn push_remark(out: &mut String, kind: &str, text: &str) {
    let _ = write!(out, "  {kind}: ");
    for (i, line) in text.lines().enumerate() {
        if i > 0 {
            let _ = write!(out, "{:1$}", "", kind.len() + 4);
        }
        let _ = writeln!(out, "{}", sanitize_line(line));
    }
    if text.is_empty() {
        out.push('\n');
    }
}

/// The place, the source line, and carets under what the span covers of that line.
fn push_place(out: &mut String, word: &str, source: &Source, span: Span, remark: &str, role: Role, style: Style) {
    let at = source.location(span.start);
    let _ = writeln!(out, "  {word} {}:{}:{}", sanitize_line(&source.name), at.line, at.column);
    // A text without its source (an embedded library) has nothing to show.
    if source.text.is_empty() {
        return;
    }
    let excerpt = Excerpt::new(source, at.line, span);
    let number = at.line.to_string();
    let gutter = style.paint(Role::Gutter, &format!("{number} |"));
    let blank_gutter = style.paint(Role::Gutter, &format!("{:1$} |", "", number.len()));
    let line = format!("{}{}{}", excerpt.before, excerpt.marked, excerpt.after);
    let _ = writeln!(out, "{gutter}{}{line}", if line.is_empty() { "" } else { " " });
    let carets = style.paint(role, &"^".repeat(excerpt.caret_count()));
    let remark = if remark.is_empty() { String::new() } else { format!(" {}", sanitize_line(remark)) };
    let _ = writeln!(out, "{blank_gutter} {}{carets}{remark}", blanks_as_wide_as(&excerpt.before));
}

/// One source line in three parts, ready to be printed.
struct Excerpt {
    before: String,
    marked: String,
    after: String,
}

impl Excerpt {
    fn new(source: &Source, line: u32, span: Span) -> Excerpt {
        let text = source.line(line);
        let offset_in_line =
            |offset: u32| floor_char_boundary(text, offset.saturating_sub(source.line_start(line)) as usize);
        let start = offset_in_line(span.start);
        let end = offset_in_line(span.end).max(start);
        let (from, to) = window(text, start);
        let end = end.min(to);
        let ellipsis = |cut: bool| if cut { "…" } else { "" };
        Excerpt {
            before: format!("{}{}", ellipsis(from > 0), sanitize_line(&text[from..start])),
            marked: sanitize_line(&text[start..end]),
            after: format!("{}{}", sanitize_line(&text[end..to]), ellipsis(to < text.len())),
        }
    }

    /// At least one caret, and none beyond a tab, whose width only the terminal knows.
    fn caret_count(&self) -> usize {
        self.marked.split('\t').next().map_or(0, UnicodeWidthStr::width).max(1)
    }
}

/// The part of a line that is shown: all of it, or what surrounds `start`.
fn window(text: &str, start: usize) -> (usize, usize) {
    if text.len() <= WHOLE_LINE_BYTES_MAX {
        return (0, text.len());
    }
    let from = text[..start].char_indices().rev().take(WINDOW_CHARS).last().map_or(start, |(i, _)| i);
    let to = text[start..].char_indices().nth(WINDOW_CHARS).map_or(text.len(), |(i, _)| start + i);
    (from, to)
}

/// White space that takes as much room as `text`, tab for tab.
fn blanks_as_wide_as(text: &str) -> String {
    let mut blanks = String::new();
    for (i, part) in text.split('\t').enumerate() {
        if i > 0 {
            blanks.push('\t');
        }
        blanks.extend(std::iter::repeat_n(' ', part.width()));
    }
    blanks
}

#[cfg(test)]
mod tests;
