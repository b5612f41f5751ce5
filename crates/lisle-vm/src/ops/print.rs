//! The renderings of values (spec 05, section 10).
//!
//! D (display) is for people, M (machine) for values inside structs and error reports, F (format) for
//! `string/format`. Values may be nested to any depth and may contain themselves: a mutable collection
//! within itself prints as a placeholder.

mod describe;
mod pretty;

use std::collections::HashSet;
use std::fmt::Write;

pub use describe::describe;
pub use pretty::pretty;

use crate::fiber::Status;
use crate::heap::Heap;
use crate::object::SyntaxObject;
use crate::ops::parts::{self, Items, Octets};
use crate::value::{Tag, Value};

/// Largest text that printing one value makes, in bytes. Data that share parts can be exponentially larger as text
/// than in memory.
pub const TEXT_BYTES_MAX: usize = 1 << 28;

/// Length at which values quoted in messages are cut, in bytes.
const SHORT_BYTES_MAX: usize = 1000;

/// A rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people: what `print` and `string` produce.
    Display,
    /// For values inside structs and in error reports.
    Machine,
    /// What `{}` in `string/format` produces.
    Format,
}

/// Why a value has no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintError {
    /// Bytes or a mutable string to be displayed as text are not UTF-8.
    Encoding(std::str::Utf8Error),
    /// The text would be longer than allowed.
    TooLong,
}

/// Appends the D form.
///
/// # Errors
/// Text that is not UTF-8 (only the value itself: inside collections such bytes print as bytes), or too long.
pub fn display(heap: &Heap, value: Value, out: &mut String) -> Result<(), PrintError> {
    match value.tag() {
        Tag::MString | Tag::Bytes | Tag::MBytes => {
            out.push_str(std::str::from_utf8(Octets::of(value).slice(heap)).map_err(PrintError::Encoding)?);
            Ok(())
        }
        Tag::String => {
            out.push_str(value.as_str().as_ref().map_or("", |text| text.as_str()));
            Ok(())
        }
        Tag::Int => {
            write_int(value.bits() as i64, out);
            Ok(())
        }
        _ => write(heap, value, Form::Display, TEXT_BYTES_MAX, out),
    }
}

/// Appends the M form; cut with `...` where it gets too long.
pub fn machine(heap: &Heap, value: Value, out: &mut String) {
    cut(write(heap, value, Form::Machine, TEXT_BYTES_MAX, out), out);
}

/// Appends the M form, cut with `...` at a length that suits messages.
pub fn machine_short(heap: &Heap, value: Value, out: &mut String) {
    cut(write(heap, value, Form::Machine, SHORT_BYTES_MAX, out), out);
}

/// The M form as a text of its own.
pub fn machine_text(heap: &Heap, value: Value) -> String {
    let mut out = String::new();
    machine(heap, value, &mut out);
    out
}

/// Appends the F form; cut with `...` where it gets too long.
pub fn format_form(heap: &Heap, value: Value, out: &mut String) {
    cut(write(heap, value, Form::Format, TEXT_BYTES_MAX, out), out);
}

fn cut(result: Result<(), PrintError>, out: &mut String) {
    if result.is_err() {
        out.push_str("...");
    }
}

/// The start of a text, of at most so many bytes.
fn start_of(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Appends a form, at most about `limit` bytes.
///
/// # Errors
/// `TooLong`; what was written until then stays in `out`.
pub fn write(heap: &Heap, value: Value, form: Form, limit: usize, out: &mut String) -> Result<(), PrintError> {
    let end = out.len().saturating_add(limit);
    if write_leaf(heap, value, form, out) {
        return Ok(());
    }
    let mut printer = Printer { heap, out, tasks: vec![Task::Value(value, form)], open: HashSet::default() };
    while let Some(task) = printer.tasks.pop() {
        if printer.out.len() > end {
            return Err(PrintError::TooLong);
        }
        printer.run(task, end);
    }
    Ok(())
}

/// Appends what is no collection; false for collections, where nothing is written.
fn write_leaf(heap: &Heap, value: Value, form: Form, out: &mut String) -> bool {
    // Writing to a `String` does not fail.
    let _ = match value.tag() {
        Tag::Nil => out.write_str("nil"),
        Tag::False => out.write_str("false"),
        Tag::True => out.write_str("true"),
        Tag::EmptyList => out.write_str("()"),
        Tag::Int => {
            write_int(value.bits() as i64, out);
            Ok(())
        }
        Tag::Float => write_float(value, form, out),
        Tag::Symbol | Tag::Keyword => write_name(value, form, out),
        Tag::String | Tag::MString | Tag::Bytes | Tag::MBytes => write_octets(heap, value, form, out),
        Tag::Native => out.write_str("<native-fn>"),
        Tag::Closure => out.write_str("<closure>"),
        Tag::Fiber => out.write_str(match value.as_fiber().map(|f| f.get(heap).status) {
            Some(Status::New) => "<fiber:new>",
            Some(Status::Alive) => "<fiber:alive>",
            Some(Status::Paused) => "<fiber:paused>",
            Some(Status::Dead) => "<fiber:dead>",
            Some(Status::Error) | None => "<fiber:error>",
        }),
        Tag::Parameter => write!(out, "<parameter:{}>", value.as_parameter().map_or(0, |p| p.id)),
        Tag::Syntax => {
            let text = value.as_object::<SyntaxObject>().map(|s| lisle_syntax::print::write_syntax(&s.syntax));
            write!(out, "#<syntax:{}>", text.unwrap_or_default())
        }
        Tag::External => out.write_str(&value.as_external().map(|e| e.get(heap).thing.display()).unwrap_or_default()),
        Tag::Cell | Tag::Proto | Tag::Unit | Tag::Instance | Tag::Node => out.write_str("<internal>"),
        Tag::Pair | Tag::Array | Tag::MArray | Tag::Struct | Tag::MStruct | Tag::Set | Tag::MSet | Tag::Box => {
            return false;
        }
    };
    true
}

fn write_int(int: i64, out: &mut String) {
    match u8::try_from(int) {
        // The most frequent ones.
        Ok(digit @ 0..10) => out.push(char::from(b'0' + digit)),
        _ => {
            let mut digits = [0_u8; 20];
            let mut start = digits.len();
            let mut rest = int.unsigned_abs();
            while rest > 0 {
                start -= 1;
                digits[start] = b'0' + (rest % 10) as u8;
                rest /= 10;
            }
            if int < 0 {
                out.push('-');
            }
            out.extend(digits[start..].iter().map(|digit| char::from(*digit)));
        }
    }
}

fn write_float(value: Value, form: Form, out: &mut String) -> std::fmt::Result {
    let float = value.as_float().unwrap_or_default();
    match form {
        Form::Format => write!(out, "{float}"),
        Form::Display | Form::Machine => out.write_str(&lisle_syntax::print::float_text(float)),
    }
}

fn write_name(value: Value, form: Form, out: &mut String) -> std::fmt::Result {
    if form != Form::Display {
        out.push(if value.tag() == Tag::Symbol { '\'' } else { ':' });
    }
    out.write_str(value.as_symbol().or(value.as_keyword()).map_or("", |name| name.name()))
}

fn write_octets(heap: &Heap, value: Value, form: Form, out: &mut String) -> std::fmt::Result {
    let octets = Octets::of(value);
    let octets = octets.slice(heap);
    let text = std::str::from_utf8(octets);
    match (value.tag(), form, text) {
        (Tag::String, Form::Display | Form::Format, Ok(text)) | (_, Form::Display, Ok(text)) => out.write_str(text),
        (Tag::String, Form::Machine, Ok(text)) => {
            out.push('"');
            out.push_str(&lisle_syntax::print::escape_string(text));
            out.write_str("\"")
        }
        (Tag::String | Tag::MString, ..) => {
            out.push_str("@\"");
            for octet in octets {
                match octet {
                    b'"' => out.push_str("\\\""),
                    b'\\' => out.push_str("\\\\"),
                    0x20..=0x7e => out.push(char::from(*octet)),
                    _ => write!(out, "\\x{octet:02x}")?,
                }
            }
            out.write_str("\"")
        }
        (tag, ..) => {
            out.push_str(if tag == Tag::MBytes { "@b[" } else { "b[" });
            for (index, octet) in octets.iter().enumerate() {
                write!(out, "{}{octet}", if index == 0 { "" } else { " " })?;
            }
            out.write_str("]")
        }
    }
}

/// What is still to be written, the next on top.
enum Task {
    Value(Value, Form),
    Text(&'static str),
    /// The elements of an array from that index on.
    Items(Value, usize, Form),
    /// The rest of a list.
    Rest(Value, Form),
    /// The other values of a struct or set, each after a space.
    Others(std::vec::IntoIter<Value>, Form),
    /// The end of a mutable collection.
    Close(Value),
}

struct Printer<'a> {
    heap: &'a Heap,
    out: &'a mut String,
    tasks: Vec<Task>,
    /// The mutable collections that are being written.
    open: HashSet<u64, foldhash::fast::FixedState>,
}

impl Printer<'_> {
    fn run(&mut self, task: Task, end: usize) {
        match task {
            Task::Value(value, form) => {
                if !write_leaf(self.heap, value, form, self.out) {
                    self.open(value, form);
                }
            }
            Task::Text(text) => self.out.push_str(text),
            Task::Items(array, index, form) => self.items(array, index, form, end),
            Task::Rest(rest, form) => self.rest(rest, form, end),
            Task::Others(mut values, form) => {
                while let Some(value) = values.next() {
                    self.out.push(' ');
                    if !self.leaf(value, form, end) {
                        self.tasks.push(Task::Others(values, form));
                        self.tasks.push(Task::Value(value, form));
                        return;
                    }
                }
            }
            Task::Close(value) => {
                self.open.remove(&value.bits());
            }
        }
    }

    /// Writes a leaf if it is one and there is room; otherwise it is to be put off.
    fn leaf(&mut self, value: Value, form: Form, end: usize) -> bool {
        self.out.len() <= end && write_leaf(self.heap, value, form, self.out)
    }

    /// Begins a collection.
    fn open(&mut self, value: Value, form: Form) {
        let mutable = matches!(value.tag(), Tag::MArray | Tag::MStruct | Tag::MSet | Tag::Box);
        if mutable && !self.open.insert(value.bits()) {
            self.out.push_str(match value.tag() {
                Tag::MArray => "@[<cycle>]",
                Tag::MStruct => "@{<cycle>}",
                Tag::MSet => "@|<cycle>|",
                _ => "<box <cycle>>",
            });
            return;
        }
        if mutable {
            self.tasks.push(Task::Close(value));
        }
        let (opening, closing) = match value.tag() {
            Tag::Pair => ("(", ")"),
            Tag::Array => ("[", "]"),
            Tag::MArray => ("@[", "]"),
            Tag::Struct => ("{", "}"),
            Tag::MStruct => ("@{", "}"),
            Tag::Set => ("|", "|"),
            Tag::MSet => ("@|", "|"),
            _ => ("<box ", ">"),
        };
        self.out.push_str(opening);
        self.tasks.push(Task::Text(closing));
        match value.tag() {
            Tag::Pair => {
                if let Some(pair) = value.as_pair() {
                    self.tasks.push(Task::Rest(pair.rest, form));
                    self.tasks.push(Task::Value(pair.first, form));
                }
            }
            Tag::Array | Tag::MArray => self.tasks.push(Task::Items(value, 0, form)),
            Tag::Struct | Tag::MStruct => {
                let entries = parts::entries(Some(self.heap), value);
                self.sequence(entries.into_iter().flat_map(|(k, v)| [k, v]).collect(), Form::Machine);
            }
            Tag::Set | Tag::MSet => {
                let form = if form == Form::Display { Form::Machine } else { form };
                self.sequence(parts::elements(Some(self.heap), value), form);
            }
            _ => {
                let content = value.as_box().map_or(Value::NIL, |b| b.value(self.heap));
                self.tasks.push(Task::Value(content, Form::Format));
            }
        }
    }

    fn sequence(&mut self, values: Vec<Value>, form: Form) {
        let mut values = values.into_iter();
        if let Some(first) = values.next() {
            self.tasks.push(Task::Others(values, form));
            self.tasks.push(Task::Value(first, form));
        }
    }

    fn items(&mut self, array: Value, from: usize, form: Form, end: usize) {
        let items = Items::of(array);
        let heap = self.heap;
        for (index, item) in items.slice(Some(heap)).iter().enumerate().skip(from) {
            if index > 0 {
                self.out.push(' ');
            }
            if !self.leaf(*item, form, end) {
                self.tasks.push(Task::Items(array, index + 1, form));
                self.tasks.push(Task::Value(*item, form));
                return;
            }
        }
    }

    fn rest(&mut self, mut rest: Value, form: Form, end: usize) {
        while let Some(pair) = rest.as_pair() {
            self.out.push(' ');
            rest = pair.rest;
            if !self.leaf(pair.first, form, end) {
                self.tasks.push(Task::Rest(rest, form));
                self.tasks.push(Task::Value(pair.first, form));
                return;
            }
        }
        if rest.tag() != Tag::EmptyList {
            self.out.push_str(if form == Form::Display { " " } else { " . " });
            self.tasks.push(Task::Value(rest, form));
        }
    }
}
