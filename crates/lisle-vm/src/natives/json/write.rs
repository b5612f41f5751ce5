//! The JSON writer, with a stack of its own.

use std::fmt::Write;
use std::vec::IntoIter;

use lisle_syntax::print::float_text;

use super::DEPTH_MAX;
use crate::Cx;
use crate::natives::strings::TEXT_BYTES_MAX;
use crate::value::{Tag, Value};

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Compact,
    Pretty,
}

/// Writes a value. Errors: the message.
pub(super) fn write(cx: &Cx<'_>, value: Value, layout: Layout) -> Result<String, String> {
    Writer { cx, layout, out: String::new(), open: Vec::new() }.document(value)
}

/// What is left of a container.
enum Rest {
    Items(IntoIter<Value>),
    Entries(IntoIter<(Value, Value)>),
}

struct Writer<'a, 'cx> {
    cx: &'a Cx<'cx>,
    layout: Layout,
    out: String,
    open: Vec<Rest>,
}

impl Writer<'_, '_> {
    fn document(mut self, value: Value) -> Result<String, String> {
        self.value(value)?;
        while let Some(rest) = self.open.last_mut() {
            let (key, value, close) = match rest {
                Rest::Items(items) => (None, items.next(), ']'),
                Rest::Entries(entries) => match entries.next() {
                    Some((key, value)) => (Some(key), Some(value), '}'),
                    None => (None, None, '}'),
                },
            };
            let Some(value) = value else {
                self.close(close);
                continue;
            };
            self.separate();
            if let Some(key) = key {
                self.key(key)?;
            }
            self.value(value)?;
        }
        Ok(self.out)
    }

    /// A scalar, or the opening of a container.
    fn value(&mut self, value: Value) -> Result<(), String> {
        if self.out.len() > TEXT_BYTES_MAX {
            return Err(format!("JSON text is larger than {TEXT_BYTES_MAX} bytes"));
        }
        let heap = &*self.cx.heap;
        let value = self.unboxed(value)?;
        match value.tag() {
            Tag::Nil => self.out.push_str("null"),
            Tag::False => self.out.push_str("false"),
            Tag::True => self.out.push_str("true"),
            _ => {
                if let Some(i) = value.as_int() {
                    let _ = write!(self.out, "{i}");
                } else if let Some(f) = value.as_float() {
                    if !f.is_finite() {
                        return Err("Cannot serialize non-finite float value to JSON".to_owned());
                    }
                    self.out.push_str(&float_text(f));
                } else if let Some(text) = value.as_str() {
                    self.string(text.as_str());
                } else if let Some(name) = value.as_keyword() {
                    self.string(name.name());
                } else if let Some(array) = value.as_array() {
                    return self.items(array.items().to_vec());
                } else if let Some(array) = value.as_marray() {
                    return self.items(array.get(heap).items().to_vec());
                } else if let Some(set) = value.as_set() {
                    return self.items(set.items());
                } else if let Some(set) = value.as_mset() {
                    return self.items(set.get(heap).items());
                } else if let Some(entries) = value.as_struct() {
                    return self.entries(entries.entries());
                } else if let Some(entries) = value.as_mstruct() {
                    return self.entries(entries.get(heap).entries());
                } else {
                    return self.list(value);
                }
            }
        }
        Ok(())
    }

    /// What stands in a box, which is as deep as what it stands in.
    fn unboxed(&self, mut value: Value) -> Result<Value, String> {
        let mut depth = self.open.len();
        while let Some(inner) = value.as_box() {
            value = inner.value(self.cx.heap);
            depth += 1;
            check_depth(depth)?;
        }
        Ok(value)
    }

    fn list(&mut self, list: Value) -> Result<(), String> {
        let (mut items, mut rest) = (Vec::new(), list);
        while let Some(pair) = rest.as_pair() {
            items.push(pair.first);
            rest = pair.rest;
        }
        match rest.tag() {
            Tag::EmptyList => self.items(items),
            _ if items.is_empty() => Err(format!("Cannot serialize {} to JSON", self.kinds(list))),
            _ => Err("Cannot serialize improper lists to JSON".to_owned()),
        }
    }

    /// The name in the plural of what has no JSON form.
    fn kinds(&self, value: Value) -> String {
        match value.tag() {
            Tag::MString => "buffers".to_owned(),
            Tag::Symbol => "symbols".to_owned(),
            Tag::Bytes | Tag::MBytes => "bytes".to_owned(),
            Tag::Closure | Tag::Native => "functions".to_owned(),
            Tag::Syntax => "syntax objects".to_owned(),
            _ => format!("{}s", self.cx.type_name(value)),
        }
    }

    fn items(&mut self, items: Vec<Value>) -> Result<(), String> {
        if items.is_empty() {
            self.out.push_str("[]");
            return Ok(());
        }
        self.out.push('[');
        self.open(Rest::Items(items.into_iter()))
    }

    fn entries(&mut self, entries: Vec<(Value, Value)>) -> Result<(), String> {
        if entries.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.out.push('{');
        self.open(Rest::Entries(entries.into_iter()))
    }

    fn open(&mut self, rest: Rest) -> Result<(), String> {
        self.open.push(rest);
        check_depth(self.open.len())
    }

    fn close(&mut self, close: char) {
        self.open.pop();
        self.line();
        self.out.push(close);
    }

    /// What stands before an element. The last character tells whether it is the first one.
    fn separate(&mut self) {
        if !self.out.ends_with(['[', '{']) {
            self.out.push(',');
        }
        self.line();
    }

    fn line(&mut self) {
        if self.layout == Layout::Pretty {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.open.len()));
        }
    }

    fn key(&mut self, key: Value) -> Result<(), String> {
        match (key.as_str(), key.as_keyword()) {
            (Some(text), _) => self.string(text.as_str()),
            (_, Some(name)) => self.string(name.name()),
            _ => return Err("Struct keys must be strings or keywords for JSON serialization".to_owned()),
        }
        self.out.push_str(if self.layout == Layout::Pretty { ": " } else { ":" });
        Ok(())
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c < ' ' || matches!(c, '"' | '\\')) {
            self.out.push_str(&rest[..at]);
            match rest.as_bytes()[at] {
                byte @ (b'"' | b'\\') => self.out.extend(['\\', char::from(byte)]),
                b'\n' => self.out.push_str("\\n"),
                b'\r' => self.out.push_str("\\r"),
                b'\t' => self.out.push_str("\\t"),
                8 => self.out.push_str("\\b"),
                12 => self.out.push_str("\\f"),
                byte => {
                    let _ = write!(self.out, "\\u{byte:04x}");
                }
            }
            rest = &rest[at + 1..];
        }
        self.out.push_str(rest);
        self.out.push('"');
    }
}

fn check_depth(depth: usize) -> Result<(), String> {
    if depth > DEPTH_MAX { Err(format!("Nesting deeper than {DEPTH_MAX} levels cannot be JSON")) } else { Ok(()) }
}
