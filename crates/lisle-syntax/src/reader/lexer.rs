//! Text to tokens (language reference 01, sections 2 to 7).

use std::sync::Arc;

use crate::code;
use crate::diagnostic::Diagnostic;
use crate::number;
use crate::source::{SourceId, Span};
use crate::symbol::Symbol;
use crate::syntax::{Datum, Syntax};

/// What one step of the lexer finds.
pub(super) enum Token {
    Open(Bracket),
    Close(Closer),
    /// `|`, which opens or closes a set: only the reader knows which.
    Pipe,
    Prefix(Prefix),
    Atom(Datum),
    /// Something wrong. `skipped` means that nothing stands in its place.
    Fault {
        fault: Box<Diagnostic>,
        skipped: bool,
    },
    /// A string that runs to the end of the text.
    UnterminatedString,
    End,
}

/// The bracketed forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    List,
    Array,
    MArray,
    Struct,
    MStruct,
    Set,
    MSet,
    Bytes,
    MBytes,
}

impl Bracket {
    pub(super) fn text(self) -> &'static str {
        match self {
            Bracket::List => "(",
            Bracket::Array => "[",
            Bracket::MArray => "@[",
            Bracket::Struct => "{",
            Bracket::MStruct => "@{",
            Bracket::Set => "|",
            Bracket::MSet => "@|",
            Bracket::Bytes => "b[",
            Bracket::MBytes => "@b[",
        }
    }

    pub(super) fn closer(self) -> Closer {
        match self {
            Bracket::List => Closer::Paren,
            Bracket::Array | Bracket::MArray | Bracket::Bytes | Bracket::MBytes => Closer::Bracket,
            Bracket::Struct | Bracket::MStruct => Closer::Brace,
            Bracket::Set | Bracket::MSet => Closer::Pipe,
        }
    }

    pub(super) fn datum(self, elements: Vec<Syntax>) -> Datum {
        match self {
            Bracket::List => Datum::List(elements),
            Bracket::Array => Datum::Array(elements),
            Bracket::MArray => Datum::MArray(elements),
            Bracket::Struct => Datum::Struct(elements),
            Bracket::MStruct => Datum::MStruct(elements),
            Bracket::Set => Datum::Set(elements),
            Bracket::MSet => Datum::MSet(elements),
            Bracket::Bytes => Datum::Bytes(elements),
            Bracket::MBytes => Datum::MBytes(elements),
        }
    }

    /// The message when the text ends inside; `lists` counts the open `(` in all.
    pub(super) fn unterminated(self, lists: usize) -> String {
        match self {
            Bracket::List if lists == 1 => "unterminated list (1 closing paren needed)".to_owned(),
            Bracket::List => format!("unterminated list ({lists} closing parens needed)"),
            Bracket::Array => "unterminated tuple (missing closing bracket)".to_owned(),
            Bracket::MArray => "unterminated array literal".to_owned(),
            Bracket::Struct => "unterminated struct (missing closing brace)".to_owned(),
            Bracket::MStruct => "unterminated table literal".to_owned(),
            Bracket::Set => "unterminated set literal (missing closing |)".to_owned(),
            Bracket::MSet => "unterminated mutable set literal (missing closing |)".to_owned(),
            Bracket::Bytes | Bracket::MBytes => "unterminated bytes literal (missing closing ])".to_owned(),
        }
    }
}

/// What ends a bracketed form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closer {
    Paren,
    Bracket,
    Brace,
    Pipe,
}

impl Closer {
    pub(super) fn index(self) -> usize {
        self as usize
    }

    pub(super) fn unexpected(self) -> &'static str {
        match self {
            Closer::Paren => "unexpected closing parenthesis",
            Closer::Bracket => "unexpected closing bracket",
            Closer::Brace => "unexpected closing brace",
            Closer::Pipe => "unexpected closing pipe",
        }
    }
}

/// The operators that stand before one datum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prefix {
    Quote,
    Quasiquote,
    Unquote,
    UnquoteSplicing,
    Splice,
}

impl Prefix {
    pub(super) fn text(self) -> &'static str {
        match self {
            Prefix::Quote => "'",
            Prefix::Quasiquote => "`",
            Prefix::Unquote => ",",
            Prefix::UnquoteSplicing => ",;",
            Prefix::Splice => ";",
        }
    }

    pub(super) fn datum(self, operand: Syntax) -> Datum {
        match self {
            Prefix::Quote => Datum::Quote(operand),
            Prefix::Quasiquote => Datum::Quasiquote(operand),
            Prefix::Unquote => Datum::Unquote(operand),
            Prefix::UnquoteSplicing => Datum::UnquoteSplicing(operand),
            Prefix::Splice => Datum::Splice(operand),
        }
    }
}

/// True for control characters that are not white space, and for a byte order mark beyond the beginning of the
/// text, which nobody can see: never part of a token.
fn is_stray_control(c: char) -> bool {
    c == BYTE_ORDER_MARK || c.is_control() && !c.is_whitespace()
}

/// Skipped at the beginning of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// True for what may stand in a symbol.
pub(crate) fn is_symbol_char(c: char) -> bool {
    !matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '\'' | '`' | ',' | ':' | '@' | ';' | '|')
        && !c.is_whitespace()
        && !c.is_control()
        && c != BYTE_ORDER_MARK
}

/// True for what may follow a `:` inside a symbol.
pub(crate) fn is_accessor_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '-' | '+' | '*' | '/' | '!' | '?' | '<' | '>' | '=')
}

/// True for what may follow the `@` of a symbol.
pub(crate) fn is_marked_start(c: char) -> bool {
    is_symbol_char(c) && !c.is_ascii_digit() && !matches!(c, '"' | '#')
}

pub(super) struct Lexer<'a> {
    text: &'a str,
    source: SourceId,
    position: usize,
    /// Characters looked at: what the cost of lexing is made of.
    pub(super) steps: u64,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, source: SourceId) -> Lexer<'a> {
        let position = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        Lexer { text, source, position, steps: 0 }
    }

    /// Byte offset of what is read next.
    pub(super) fn position(&self) -> u32 {
        self.position as u32
    }

    /// The next token and its place.
    pub(super) fn next_token(&mut self) -> (Token, Span) {
        self.skip_blanks();
        let start = self.position;
        let token = match self.peek() {
            None => Token::End,
            Some(c) => self.token_at(c),
        };
        (token, self.span_from(start))
    }

    fn token_at(&mut self, c: char) -> Token {
        let one = |lexer: &mut Lexer<'_>, token| {
            lexer.position += 1;
            token
        };
        match c {
            '(' => one(self, Token::Open(Bracket::List)),
            '[' => one(self, Token::Open(Bracket::Array)),
            '{' => one(self, Token::Open(Bracket::Struct)),
            ')' => one(self, Token::Close(Closer::Paren)),
            ']' => one(self, Token::Close(Closer::Bracket)),
            '}' => one(self, Token::Close(Closer::Brace)),
            '|' => one(self, Token::Pipe),
            '\'' => one(self, Token::Prefix(Prefix::Quote)),
            '`' => one(self, Token::Prefix(Prefix::Quasiquote)),
            ',' => {
                let splicing = self.take(",;");
                if splicing {
                    return Token::Prefix(Prefix::UnquoteSplicing);
                }
                one(self, Token::Prefix(Prefix::Unquote))
            }
            ';' => self.splice(),
            '@' => self.marked(),
            '"' => self.string(Datum::String),
            ':' => self.keyword(),
            'b' if self.take("b[") => Token::Open(Bracket::Bytes),
            c if is_stray_control(c) => self.control_characters(),
            '+' | '-' | '0'..='9' => self.number().unwrap_or_else(|| self.symbol()),
            _ => self.symbol(),
        }
    }

    /// White space and comments. A comment starts here only, where no token has begun.
    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek() {
            if c == '#' {
                self.skip_line();
            } else if c.is_whitespace() {
                self.position += c.len_utf8();
            } else {
                return;
            }
        }
    }

    fn skip_line(&mut self) {
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.steps += length as u64;
        self.position += length;
    }

    fn splice(&mut self) -> Token {
        let start = self.position;
        self.position += 1;
        if self.peek() != Some(';') {
            return Token::Prefix(Prefix::Splice);
        }
        let span = Span::new(self.source, start as u32, start as u32 + 2);
        self.skip_line();
        Token::Fault { fault: Box::new(super::misplaced_splice(span)), skipped: true }
    }

    /// What follows an `@`: a mutable literal, or a symbol with a mutability mark.
    fn marked(&mut self) -> Token {
        let start = self.position;
        self.position += 1;
        let bare = self.position;
        if self.peek().is_some_and(is_marked_start) && !self.rest().starts_with("b[") {
            self.take_symbol_chars();
            return Token::Atom(Datum::Symbol(Symbol::intern(&self.text[start..self.position])));
        }
        while let Some(c) = self.peek().filter(|c| c.is_whitespace()) {
            self.position += c.len_utf8();
        }
        for bracket in [Bracket::MArray, Bracket::MStruct, Bracket::MSet, Bracket::MBytes] {
            if self.take(&bracket.text()[1..]) {
                return Token::Open(bracket);
            }
        }
        if self.peek() == Some('"') {
            return self.string(Datum::MString);
        }
        self.position = bare;
        let message = "@ must be followed by [...], {...}, |...|, or \"...\"";
        self.fault(code::INVALID_MUTABLE_PREFIX, message.to_owned(), start, true)
    }

    /// A string whose opening quote comes next.
    fn string(&mut self, make: fn(Arc<str>) -> Datum) -> Token {
        self.position += 1;
        let mut text = String::new();
        let mut copied = self.position;
        loop {
            let Some(length) = self.rest().find(['"', '\\']) else {
                self.steps += self.rest().len() as u64;
                self.position = self.text.len();
                return Token::UnterminatedString;
            };
            self.steps += length as u64 + 1;
            self.position += length;
            text.push_str(&self.text[copied..self.position]);
            let is_escape = self.rest().starts_with('\\');
            self.position += 1;
            if !is_escape {
                return Token::Atom(make(text.into()));
            }
            if let Some(c) = self.peek() {
                self.position += c.len_utf8();
                text.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    other => other,
                });
            }
            copied = self.position;
        }
    }

    fn keyword(&mut self) -> Token {
        let start = self.position;
        self.position += 1;
        let name_start = self.position;
        let marked = self.rest().strip_prefix('@').and_then(|rest| rest.chars().next()).is_some_and(is_marked_start);
        if marked {
            self.position += 1;
        }
        if !self.peek().is_some_and(is_symbol_char) {
            let message = "Invalid keyword: expected symbol after :".to_owned();
            return self.fault(code::INVALID_KEYWORD, message, start, false);
        }
        self.take_symbol_chars();
        Token::Atom(Datum::Keyword(Symbol::intern(&self.text[name_start..self.position])))
    }

    fn number(&mut self) -> Option<Token> {
        let start = self.position;
        let token = number::scan(self.rest())?;
        self.steps += token.length as u64;
        self.position += token.length;
        Some(match token.value {
            Ok(datum) => Token::Atom(datum),
            Err(message) => self.fault(code::INVALID_NUMBER, message, start, false),
        })
    }

    fn symbol(&mut self) -> Token {
        let start = self.position;
        self.take_symbol_chars();
        Token::Atom(match &self.text[start..self.position] {
            "nil" => Datum::Nil,
            "true" => Datum::Bool(true),
            "false" => Datum::Bool(false),
            name => Datum::Symbol(Symbol::intern(name)),
        })
    }

    /// Skips symbol characters, and each `:` that a further segment of an accessor follows.
    fn take_symbol_chars(&mut self) {
        while let Some(c) = self.peek() {
            let segment_follows = || self.rest()[1..].chars().next().is_some_and(is_accessor_start);
            if is_symbol_char(c) || (c == ':' && segment_follows()) {
                self.position += c.len_utf8();
            } else {
                return;
            }
        }
    }

    fn control_characters(&mut self) -> Token {
        let start = self.position;
        let first = self.peek().map_or(0, u32::from);
        while let Some(c) = self.peek().filter(|c| is_stray_control(*c)) {
            self.position += c.len_utf8();
        }
        let message = format!("unexpected control character U+{first:04X}");
        self.fault(code::CONTROL_CHARACTER, message, start, true)
    }

    fn fault(&self, code: &'static str, message: String, start: usize, skipped: bool) -> Token {
        Token::Fault { fault: Box::new(Diagnostic::error(code, message, self.span_from(start))), skipped }
    }

    fn span_from(&self, start: usize) -> Span {
        Span::new(self.source, start as u32, self.position as u32)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn peek(&mut self) -> Option<char> {
        self.steps += 1;
        self.rest().chars().next()
    }

    fn take(&mut self, expected: &str) -> bool {
        self.steps += 1;
        let found = self.rest().starts_with(expected);
        if found {
            self.position += expected.len();
        }
        found
    }
}
