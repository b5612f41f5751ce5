//! The JSON writer, with a stack of its own, so that it can be left and taken up again.

use std::fmt::Write;
use std::vec::IntoIter;

use lisle_syntax::print::float_text;

use super::DEPTH_MAX;
use crate::Cx;
use crate::heap::Tracer;
use crate::natives::strings::TEXT_BYTES_MAX;
use crate::object::External;
use crate::value::{Tag, Value};

/// How the text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Compact,
    Pretty,
}

/// A value of which a part has been written.
#[derive(Debug)]
pub(super) struct Text {
    layout: Layout,
    out: String,
    /// The value itself, as long as nothing is written.
    whole: Option<Value>,
    open: Vec<Rest>,
}

impl Text {
    /// A value of which nothing has been written.
    pub(super) fn new(value: Value, layout: Layout) -> Text {
        Text { layout, out: String::new(), whole: Some(value), open: Vec::new() }
    }

    /// Writes so many values more; true if that is the end. Errors: the message.
    pub(super) fn write(&mut self, cx: &Cx<'_>, values: usize) -> Result<bool, String> {
        let (out, open) = (std::mem::take(&mut self.out), std::mem::take(&mut self.open));
        let mut writer = Writer { cx, layout: self.layout, out, open };
        let result = writer.document(self.whole.take(), values);
        (self.out, self.open) = (writer.out, writer.open);
        result
    }

    /// The text.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// What is written so far.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }
}

impl External for Text {
    fn type_name(&self) -> &'static str {
        "json-text"
    }
    fn display(&self) -> String {
        "#<json-text>".to_owned()
    }
    fn trace(&self, tracer: &mut Tracer<'_>) {
        self.whole.iter().for_each(|value| tracer.value(*value));
        for rest in &self.open {
            match rest {
                Rest::Items(items) => tracer.values(items.as_slice()),
                Rest::Entries(entries) => entries.as_slice().iter().for_each(|(key, value)| {
                    tracer.value(*key);
                    tracer.value(*value);
                }),
            }
        }
    }
}

/// What is left of a container.
#[derive(Debug)]
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
    fn document(&mut self, whole: Option<Value>, values: usize) -> Result<bool, String> {
        if let Some(value) = whole {
            self.value(value)?;
        }
        let mut left = values;
        while let Some(rest) = self.open.last_mut() {
            if left == 0 {
                return Ok(false);
            }
            left -= 1;
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
        Ok(true)
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
