//! The JSON reader: strict (RFC 8259), in one pass, with a stack of its own, so that it can be left and taken up again.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::DEPTH_MAX;
use crate::gc::Gc;
use crate::heap::{Heap, Tracer};
use crate::natives::strings::Plain;
use crate::object::{External, MStruct};
use crate::value::Value;

/// What the keys of objects become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Strings,
    Keywords,
}

/// An array or object whose end has not been read yet, or a list that is being made.
#[derive(Debug)]
enum Open {
    List(Vec<Value>),
    /// The entries so far, and the key of the one that is being read.
    Object(Gc<MStruct>, Value),
    /// All elements of a long list have been read: the first ones, and the list of the others.
    Closing(Vec<Value>, Value),
}

/// Elements of a list that is made without a stop.
const CLOSING_STEP: usize = 8192;

/// Keys that are remembered. An object with more than these is a table, whose keys do not come again.
const KNOWN_MAX: usize = 1024;

type Known = HashMap<Box<str>, Value, foldhash::fast::RandomState>;

/// A text of which a part has been read.
#[derive(Debug)]
pub(super) struct Document {
    text: Plain,
    keys: Keys,
    at: usize,
    open: Vec<Open>,
    known: Known,
}

impl Document {
    /// A text that has not been read.
    pub(super) fn new(text: Plain, keys: Keys) -> Document {
        Document { text, keys, at: 0, open: Vec::new(), known: HashMap::default() }
    }

    /// Number of bytes that are not read yet.
    pub(super) fn left(&self) -> usize {
        self.text.len() - self.at
    }

    /// Reads on for about so many bytes; the value, if that is the end. Errors: the message.
    pub(super) fn read(&mut self, heap: &mut Heap, bytes: usize) -> Result<Option<Value>, String> {
        let known = std::mem::take(&mut self.known);
        let mut parser = Parser { heap, text: &self.text, at: self.at, keys: self.keys, known };
        let result = parser.document(&mut self.open, self.at.saturating_add(bytes));
        (self.at, self.known) = (parser.at, parser.known);
        result
    }
}

impl External for Document {
    fn type_name(&self) -> &'static str {
        "json-document"
    }
    fn display(&self) -> String {
        "#<json-document>".to_owned()
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.text.trace(tracer);
        for open in &self.open {
            match open {
                Open::List(items) => tracer.values(items),
                Open::Object(object, key) => {
                    tracer.object(*object);
                    tracer.value(*key);
                }
                Open::Closing(items, list) => {
                    tracer.values(items);
                    tracer.value(*list);
                }
            }
        }
        #[allow(clippy::iter_over_hash_type, reason = "marking does not depend on the order of roots")]
        for key in self.known.values() {
            tracer.value(*key);
        }
    }
}

struct Parser<'t> {
    heap: &'t mut Heap,
    text: &'t str,
    /// The place in bytes.
    at: usize,
    keys: Keys,
    /// Keys read before: in an array of records they come again and again, and may be shared.
    known: Known,
}

/// What the start of a value turned out to be.
enum Start {
    Value(Value),
    Open(Open),
}

impl<'t> Parser<'t> {
    /// The value of the whole text; `None` when byte `stop` was reached before its end.
    fn document(&mut self, open: &mut Vec<Open>, stop: usize) -> Result<Option<Value>, String> {
        while self.at < stop || matches!(open.last(), Some(Open::Closing(..))) {
            let mut value = match open.pop() {
                Some(Open::Closing(mut items, mut list)) => {
                    let from = items.len().saturating_sub(CLOSING_STEP);
                    for item in items.drain(from..).rev() {
                        list = self.heap.new_pair(item, list).into();
                    }
                    if !items.is_empty() {
                        open.push(Open::Closing(items, list));
                        return Ok(None);
                    }
                    list
                }
                outer => {
                    open.extend(outer);
                    match self.start()? {
                        Start::Value(value) => value,
                        Start::Open(_) if open.len() == DEPTH_MAX => {
                            let position = self.position();
                            return Err(format!("Nesting deeper than {DEPTH_MAX} levels at position {position}"));
                        }
                        Start::Open(inner) => {
                            open.push(inner);
                            continue;
                        }
                    }
                }
            };
            // Hand the value to what contains it, which may thereby end and be a value itself.
            loop {
                let next = self.next();
                match (open.pop(), next) {
                    (None, None) => return Ok(Some(value)),
                    (Some(Open::List(mut items)), Some(b',')) => {
                        items.push(value);
                        open.push(Open::List(items));
                        self.at += 1;
                        break;
                    }
                    (Some(Open::List(mut items)), Some(b']')) if items.len() < CLOSING_STEP => {
                        items.push(value);
                        value = self.heap.new_list(&items);
                    }
                    (Some(Open::List(mut items)), Some(b']')) => {
                        items.push(value);
                        open.push(Open::Closing(items, Value::EMPTY_LIST));
                        self.at += 1;
                        break;
                    }
                    (Some(Open::Object(object, key)), Some(b',')) => {
                        object.put(self.heap, key, value);
                        self.at += 1;
                        let key = self.key()?;
                        open.push(Open::Object(object, key));
                        break;
                    }
                    (Some(Open::Object(object, key)), Some(b'}')) => {
                        object.put(self.heap, key, value);
                        value = object.into();
                    }
                    _ => return Err(self.unexpected()),
                }
                self.at += 1;
            }
        }
        Ok(None)
    }

    /// A whole scalar, an empty container, or the opening of a container.
    fn start(&mut self) -> Result<Start, String> {
        let value = match self.next() {
            Some(b'[') => {
                self.at += 1;
                if self.next() != Some(b']') {
                    return Ok(Start::Open(Open::List(Vec::new())));
                }
                self.at += 1;
                Value::EMPTY_LIST
            }
            Some(b'{') => {
                self.at += 1;
                if self.next() != Some(b'}') {
                    let object = self.heap.new_mstruct(Vec::new());
                    return Ok(Start::Open(Open::Object(object, self.key()?)));
                }
                self.at += 1;
                self.heap.new_mstruct(Vec::new()).into()
            }
            Some(b'"') => {
                let text = self.string()?;
                self.heap.new_string(&text).into()
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'n') => self.literal("null", Value::NIL)?,
            Some(b't') => self.literal("true", Value::TRUE)?,
            Some(b'f') => self.literal("false", Value::FALSE)?,
            _ => return Err(self.unexpected()),
        };
        Ok(Start::Value(value))
    }

    fn literal(&mut self, spelling: &str, value: Value) -> Result<Value, String> {
        if !self.text[self.at..].starts_with(spelling) {
            return Err(self.unexpected());
        }
        self.at += spelling.len();
        Ok(value)
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Result<Value, String> {
        if self.next() != Some(b'"') {
            return Err(self.unexpected());
        }
        let text = self.string()?;
        if self.next() != Some(b':') {
            return Err(self.unexpected());
        }
        self.at += 1;
        if let Some(key) = self.known.get(&*text) {
            return Ok(*key);
        }
        let key = match self.keys {
            Keys::Strings => self.heap.new_string(&text).into(),
            Keys::Keywords => Value::keyword_named(&text),
        };
        if let Cow::Borrowed(text) = text
            && self.known.len() < KNOWN_MAX
        {
            self.known.insert(text.into(), key);
        }
        Ok(key)
    }

    fn number(&mut self) -> Result<Value, String> {
        let from = self.at;
        self.skip(b'-');
        if !self.skip(b'0') {
            self.digits()?;
        }
        let mut whole = true;
        if self.skip(b'.') {
            whole = false;
            self.digits()?;
        }
        if self.skip(b'e') || self.skip(b'E') {
            whole = false;
            let _ = self.skip(b'+') || self.skip(b'-');
            self.digits()?;
        }
        let text = &self.text[from..self.at];
        match whole {
            true => text.parse().map(Value::int).map_err(|_| format!("Invalid integer: {text}")),
            false => text.parse().map(Value::float).map_err(|_| format!("Invalid number: {text}")),
        }
    }

    /// One digit at least.
    fn digits(&mut self) -> Result<(), String> {
        let count = self.bytes().iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.unexpected()) } else { Ok(()) }
    }

    /// A string, from its opening quote on. Borrowed from the text if it has no escapes.
    fn string(&mut self) -> Result<Cow<'t, str>, String> {
        self.at += 1;
        let mut built: Option<String> = None;
        loop {
            let from = self.at;
            self.at += self.bytes().iter().take_while(|b| **b >= b' ' && !matches!(**b, b'"' | b'\\')).count();
            let run = &self.text[from..self.at];
            match self.bytes().first() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match built {
                        None => Cow::Borrowed(run),
                        Some(built) => Cow::Owned(built + run),
                    });
                }
                Some(b'\\') => {
                    let built = built.get_or_insert_default();
                    built.push_str(run);
                    built.push(self.escape()?);
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    /// An escape, from its backslash on.
    fn escape(&mut self) -> Result<char, String> {
        self.at += 1;
        let c = match self.bytes().first() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(*c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(c)
    }

    /// The character of `\u` behind it: one unit of UTF-16, or two as a surrogate pair.
    fn unicode(&mut self) -> Result<char, String> {
        let at = self.position();
        let invalid = || format!("Invalid unicode escape at position {at}");
        let first = self.unit().ok_or_else(invalid)?;
        let mut units = [first, 0];
        let mut length = 1;
        if (0xd800..0xdc00).contains(&first) && self.bytes().starts_with(b"\\u") {
            self.at += 2;
            units[1] = self.unit().ok_or_else(invalid)?;
            length = 2;
        }
        // A lone surrogate is no character; nor is a high one followed by something else than a low one.
        match char::decode_utf16(units[..length].iter().copied()).next() {
            Some(Ok(c)) => Ok(c),
            _ => Err(invalid()),
        }
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.bytes().get(..4)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let unit = u16::from_str_radix(&self.text[self.at..self.at + 4], 16).ok();
        self.at += 4;
        unit
    }

    /// The bytes that have not been read.
    fn bytes(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    /// Takes a byte if it is the next one.
    fn skip(&mut self, byte: u8) -> bool {
        let there = self.bytes().first() == Some(&byte);
        self.at += usize::from(there);
        there
    }

    /// The next byte behind white space.
    fn next(&mut self) -> Option<u8> {
        self.at += self.bytes().iter().take_while(|b| matches!(**b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.bytes().first().copied()
    }

    /// The place in characters, for messages.
    fn position(&self) -> usize {
        self.text[..self.at].chars().count()
    }

    #[cold]
    fn unexpected(&self) -> String {
        let position = self.position();
        match self.text[self.at..].chars().next() {
            Some(c) => format!("Unexpected character '{}' at position {position}", c.escape_debug()),
            None => format!("Unexpected end of input at position {position}"),
        }
    }
}
