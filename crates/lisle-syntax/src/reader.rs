//! The reader: text to syntax trees (language reference 01).
//!
//! One loop over the tokens with an explicit stack of open forms: no native recursion (I1), and
//! every token is looked at a bounded number of times. After a fault the reader goes on, so that one
//! run reports several; what it returns beside diagnostics is then a best effort, for editors.
//!
//! Choices where the reference leaves room:
//! - Control characters other than white space (NUL among them) are faults outside strings and
//!   comments, and data inside. A byte order mark at the very start is skipped.
//! - A shebang line needs no rule of its own, since `#` starts a comment; so line numbers stay true.
//! - Inside a set, `|` closes and `@|` opens: the latter is a token of its own.
//! - `;;` is always a fault, because it is how other Lisps start a comment, and the rest of the
//!   line is skipped. A splice of a splice can be written `; ;x`.

mod lexer;

use crate::code;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Source, SourceId, Span};
use crate::syntax::Syntax;

use lexer::{Bracket, Closer, Lexer, Prefix, Token};

/// After so many faults the reader gives up.
const DIAGNOSTICS_MAX: usize = 100;

/// How many of the enclosing open forms an "unterminated" fault points at.
const ENCLOSING_LABELS_MAX: usize = 3;

/// What the reader refuses to exceed (I8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// Levels of nesting, brackets and prefix operators together.
    pub depth: usize,
}

impl Default for ReadLimits {
    fn default() -> ReadLimits {
        ReadLimits { depth: 10_000 }
    }
}

/// Reads a whole program. The forms are complete only when no diagnostic is an error.
pub fn read_source(source: &Source, id: SourceId, limits: &ReadLimits) -> (Vec<Syntax>, Vec<Diagnostic>) {
    let (forms, diagnostics, _) = read_counted(source, id, limits);
    (forms, diagnostics)
}

/// [`read_source`], and the number of steps it took, for tests of its cost.
fn read_counted(source: &Source, id: SourceId, limits: &ReadLimits) -> (Vec<Syntax>, Vec<Diagnostic>, u64) {
    if u32::try_from(source.text.len()).is_err() {
        let message = "source text is longer than 4 GiB";
        return (Vec::new(), vec![Diagnostic::error(code::SOURCE_TOO_LONG, message, Span::new(id, 0, 0))], 0);
    }
    let mut reader = Reader {
        lexer: Lexer::new(&source.text, id),
        id,
        depth_max: limits.depth,
        frames: Vec::new(),
        open: [0; 4],
        forms: Vec::new(),
        diagnostics: Vec::new(),
        too_deep_reported: false,
        steps: 0,
    };
    reader.run();
    let steps = reader.steps + reader.lexer.steps;
    (reader.forms, reader.diagnostics, steps)
}

/// True when the only faults are that the text ends too early: a line editor then asks for more.
pub fn is_incomplete(diagnostics: &[Diagnostic]) -> bool {
    let mut errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).peekable();
    errors.peek().is_some()
        && errors.all(|d| matches!(d.code, code::UNTERMINATED_FORM | code::UNTERMINATED_STRING | code::UNEXPECTED_END))
}

/// Bytes that are not UTF-8 text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUtf8 {
    /// Offset of the first wrong byte.
    pub offset: usize,
    /// The text with replacement characters; up to `offset` it equals the bytes, so a source made
    /// of it shows the place truly.
    pub lossy_text: String,
}

impl InvalidUtf8 {
    /// The fault, at its place in a source made of [`InvalidUtf8::lossy_text`].
    pub fn diagnostic(&self, id: SourceId) -> Diagnostic {
        let start = u32::try_from(self.offset).unwrap_or(u32::MAX);
        // The replacement character takes three bytes.
        let span = Span::new(id, start, start.saturating_add(3));
        Diagnostic::error(code::INVALID_UTF8, format!("invalid UTF-8 at byte {}", self.offset), span)
            .with_help("save the file as UTF-8")
    }
}

/// The text of a file's bytes.
pub fn read_bytes(bytes: &[u8]) -> Result<String, InvalidUtf8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(fault) => {
            Err(InvalidUtf8 { offset: fault.valid_up_to(), lossy_text: String::from_utf8_lossy(bytes).into_owned() })
        }
    }
}

/// The program in a literate source: every line outside fenced code blocks is blanked, so line
/// numbers stay true. A block starts with a line that is exactly three backticks and `lisp`,
/// `lisle` or `elle`, and ends with a line of three backticks.
pub fn literate(text: &str) -> String {
    let mut program = String::with_capacity(text.len());
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if in_code && content.trim_end() == "```" {
            in_code = false;
        } else if in_code {
            program.push_str(content);
        } else {
            in_code = matches!(content, "```lisp" | "```lisle" | "```elle");
        }
        if line.ends_with('\n') {
            program.push('\n');
        }
    }
    program
}

/// A form that is not complete yet.
struct Frame {
    opener: Opener,
    /// Of the opening token.
    span: Span,
    /// What a bracketed form holds so far; empty for a prefix.
    elements: Vec<Syntax>,
}

#[derive(Clone, Copy)]
enum Opener {
    Bracket(Bracket),
    Prefix(Prefix),
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    id: SourceId,
    depth_max: usize,
    frames: Vec<Frame>,
    /// How many open frames each kind of closer would close, by [`Closer::index`]: tells at once
    /// whether a closer has any partner, so that recovery never searches in vain.
    open: [usize; 4],
    forms: Vec<Syntax>,
    diagnostics: Vec<Diagnostic>,
    too_deep_reported: bool,
    steps: u64,
}

impl Reader<'_> {
    fn run(&mut self) {
        loop {
            self.steps += 1;
            if self.diagnostics.len() >= DIAGNOSTICS_MAX {
                self.diagnostics.push(Diagnostic::error_without_place(
                    code::TOO_MANY_FAULTS,
                    format!("too many faults: gave up after {DIAGNOSTICS_MAX}"),
                ));
                return self.unwind();
            }
            let (token, span) = self.lexer.next_token();
            match token {
                Token::Open(bracket) => self.open(Opener::Bracket(bracket), span),
                Token::Prefix(prefix) => self.open(Opener::Prefix(prefix), span),
                Token::Pipe if self.pipe_closes() => self.close(Closer::Pipe, span),
                Token::Pipe => self.open(Opener::Bracket(Bracket::Set), span),
                Token::Close(closer) => self.close(closer, span),
                Token::Atom(datum) => self.complete(Some(Syntax::new(datum, span))),
                Token::Fault { fault, skipped: true } => self.diagnostics.push(*fault),
                // A faulty literal still fills its place, so that a prefix before it has its operand.
                Token::Fault { fault, skipped: false } => {
                    self.diagnostics.push(*fault);
                    self.complete(None);
                }
                Token::UnterminatedString => {
                    // All that follows was taken for the string: what else is open is not worth a word.
                    let opening = Span::new(self.id, span.start, span.start + 1);
                    self.diagnostics.push(
                        Diagnostic::error(code::UNTERMINATED_STRING, "Unterminated string", opening)
                            .with_help("close the string with `\"`"),
                    );
                    return self.unwind();
                }
                Token::End => {
                    self.report_end();
                    return self.unwind();
                }
            }
        }
    }

    fn open(&mut self, opener: Opener, span: Span) {
        if self.frames.len() >= self.depth_max && !self.too_deep_reported {
            self.too_deep_reported = true;
            let message = format!("nesting deeper than {} levels", with_thousands(self.depth_max));
            self.diagnostics.push(Diagnostic::error(code::NESTED_TOO_DEEP, message, span));
        }
        if let Opener::Bracket(bracket) = opener {
            self.open[bracket.closer().index()] += 1;
        }
        self.frames.push(Frame { opener, span, elements: Vec::new() });
    }

    /// Takes the innermost frame off; `None` when it lies beyond the depth limit, where frames are
    /// kept to match brackets but nothing is built.
    fn pop(&mut self, end: u32) -> Option<Syntax> {
        self.steps += 1;
        let frame = self.frames.pop()?;
        let Opener::Bracket(bracket) = frame.opener else { return None };
        self.open[bracket.closer().index()] -= 1;
        let span = Span::new(self.id, frame.span.start, end);
        (self.frames.len() < self.depth_max).then(|| Syntax::new(bracket.datum(frame.elements), span))
    }

    /// Hands a complete datum to the form it belongs to. `None` stands for something that could not
    /// be read but fills its place.
    fn complete(&mut self, datum: Option<Syntax>) {
        let mut datum = datum;
        loop {
            self.steps += 1;
            let depth = self.frames.len();
            match self.frames.last_mut() {
                None => {
                    self.forms.extend(datum);
                    return;
                }
                Some(Frame { opener: Opener::Bracket(_), elements, .. }) => {
                    if depth <= self.depth_max {
                        elements.extend(datum);
                    }
                    return;
                }
                Some(Frame { opener: Opener::Prefix(prefix), span, .. }) => {
                    datum = datum.filter(|_| depth <= self.depth_max).map(|operand| {
                        let whole = span.to(operand.span());
                        Syntax::new(prefix.datum(operand), whole)
                    });
                    self.frames.pop();
                }
            }
        }
    }

    /// True when the innermost bracketed form is a set.
    fn pipe_closes(&mut self) -> bool {
        let mut looked_at = 0;
        let innermost = self.frames.iter().rev().find_map(|frame| {
            looked_at += 1;
            match frame.opener {
                Opener::Bracket(bracket) => Some(bracket),
                Opener::Prefix(_) => None,
            }
        });
        // Linear over the whole text: these prefixes get their operand or their fault right now.
        self.steps += looked_at;
        innermost.is_some_and(|bracket| bracket.closer() == Closer::Pipe)
    }

    fn close(&mut self, closer: Closer, span: Span) {
        let prefix = match self.frames.last() {
            Some(Frame { opener: Opener::Prefix(prefix), span, .. }) => Some((*prefix, *span)),
            _ => None,
        };
        if let Some((prefix, prefix_span)) = prefix {
            self.complete(None);
            self.diagnostics.push(match prefix {
                Prefix::Splice => misplaced_splice(prefix_span),
                _ => Diagnostic::error(code::UNEXPECTED_CLOSER, closer.unexpected(), span)
                    .with_label(prefix_span, format!("nothing follows this `{}`", prefix.text())),
            });
        }
        if self.open[closer.index()] == 0 {
            if prefix.is_none() {
                let mut fault = Diagnostic::error(code::UNEXPECTED_CLOSER, closer.unexpected(), span);
                if let Some(frame) = self.frames.last() {
                    fault = fault.with_label(frame.span, still_open(frame.opener));
                }
                self.diagnostics.push(fault);
            }
            return;
        }
        // What is open inside the partner is taken for closed, too.
        let mut reported = prefix.is_some();
        while let Some(frame) = self.frames.last() {
            let is_partner = matches!(frame.opener, Opener::Bracket(bracket) if bracket.closer() == closer);
            if !is_partner && !reported {
                reported = true;
                let fault = Diagnostic::error(code::UNEXPECTED_CLOSER, closer.unexpected(), span)
                    .with_label(frame.span, still_open(frame.opener));
                self.diagnostics.push(fault);
            }
            let end = if is_partner { span.end } else { span.start };
            let form = self.pop(end);
            self.complete(form);
            if is_partner {
                return;
            }
        }
    }

    fn report_end(&mut self) {
        let Some(frame) = self.frames.last() else { return };
        let bracket = match frame.opener {
            Opener::Prefix(Prefix::Splice) => return self.diagnostics.push(misplaced_splice(frame.span)),
            Opener::Prefix(prefix) => {
                let fault = Diagnostic::error(code::UNEXPECTED_END, "unexpected end of input", frame.span);
                return self.diagnostics.push(fault.with_note(format!("nothing follows this `{}`", prefix.text())));
            }
            Opener::Bracket(bracket) => bracket,
        };
        let lists = self.open[Closer::Paren.index()];
        let mut fault = Diagnostic::error(code::UNTERMINATED_FORM, bracket.unterminated(lists), frame.span);
        let enclosing = self.frames.iter().rev().skip(1).filter(|f| matches!(f.opener, Opener::Bracket(_)));
        for frame in enclosing.take(ENCLOSING_LABELS_MAX) {
            fault = fault.with_label(frame.span, still_open(frame.opener));
        }
        self.diagnostics.push(fault);
    }

    /// Completes all open forms with what they hold: for editors, after a fault was reported.
    fn unwind(&mut self) {
        let end = self.lexer.position();
        while !self.frames.is_empty() {
            let form = match self.frames.last() {
                Some(Frame { opener: Opener::Bracket(_), .. }) => self.pop(end),
                _ => None,
            };
            self.complete(form);
        }
    }
}

fn still_open(opener: Opener) -> String {
    match opener {
        Opener::Bracket(bracket) => format!("this `{}` is still open", bracket.text()),
        Opener::Prefix(prefix) => format!("nothing follows this `{}`", prefix.text()),
    }
}

/// The fault of a `;` that spreads nothing into anything. Analysis reports the same for a splice
/// that stands alone.
pub fn misplaced_splice(span: Span) -> Diagnostic {
    Diagnostic::error(
        code::MISPLACED_SPLICE,
        "`;` is the splice operator and has nothing to spread here; `#` starts a comment",
        span,
    )
    .with_help("write comments with `#`")
}

/// Decimal digits in groups of three.
fn with_thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests;
