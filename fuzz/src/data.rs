//! Texts of data: JSON and numbers, read by Lisle and by other parsers, which must agree.

use lisle_syntax::{Datum, Symbol};
use lisle_vm::fiber::Fiber;
use lisle_vm::flow::NoHost;
use lisle_vm::{Cx, Flow, Gc, Value, Vm};
use serde_json::Value as Json;

use crate::mutate::mutate;
use crate::random::Random;

/// Texts read by one VM; nothing collects its heap.
const TEXTS_PER_VM: u32 = 2_000;

/// How deep the other parser goes.
const OTHER_DEPTH_MAX: usize = 127;

/// A VM whose natives are called.
pub(crate) struct Reader {
    vm: Vm,
    fiber: Gc<Fiber>,
    used: u32,
}

impl Reader {
    pub(crate) fn new() -> Reader {
        let mut vm = Vm::new();
        let fiber = vm.new_fiber(Value::NIL, 0);
        Reader { vm, fiber, used: 0 }
    }

    fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        let natives = &self.vm.state.natives;
        let native = natives.lookup(Symbol::intern(name)).and_then(|index| natives.get(index)).map(|native| native.run);
        let native = native.ok_or_else(|| format!("no native {name}"))?;
        Cx::with(&mut self.vm.heap, &mut self.vm.state, &mut NoHost, self.fiber, |cx| {
            let mut result = native(cx, arguments);
            loop {
                match (result, cx.take_flow()) {
                    (Ok(value), _) => return Ok(value),
                    (Err(_), Flow::Pause { then, state }) => result = then(cx, state, Value::NIL),
                    (Err(_), Flow::Raise(error)) => return Err(lisle_vm::ops::machine_text(cx.heap, error)),
                    (Err(_), flow) => return Err(format!("{name} answers with {flow:?}")),
                }
            }
        })
    }

    fn call_on_text(&mut self, name: &str, text: &str) -> Result<Value, String> {
        let text = self.vm.heap.new_string(text).into();
        self.call(name, &[text])
    }

    /// Reads a text as JSON and as numbers. True when it is JSON.
    ///
    /// Errors: what does not agree.
    pub(crate) fn check(&mut self, input: &[u8]) -> Result<bool, String> {
        self.used += 1;
        if self.used > TEXTS_PER_VM {
            *self = Reader::new();
        }
        let text = String::from_utf8_lossy(input);
        let is_json = self.json(&text)?;
        for token in text.split(|c: char| !c.is_ascii_alphanumeric() && !"+-._".contains(c)).take(100) {
            self.number(token).map_err(|problem| format!("{token:?}: {problem}"))?;
        }
        Ok(is_json)
    }

    fn json(&mut self, text: &str) -> Result<bool, String> {
        let ours = self.call_on_text("json/parse", text);
        let theirs: Result<Json, _> = serde_json::from_str(text);
        match (ours, theirs) {
            (Err(_), Err(_)) => Ok(false),
            (Ok(ours), Ok(theirs)) => {
                self.same(ours, &theirs)?;
                self.written(ours, &theirs)?;
                Ok(true)
            }
            (Ok(_), Err(error)) => {
                // The other parser has no infinity and less depth.
                let excused = error.to_string().starts_with("number out of range") || depth(text) > OTHER_DEPTH_MAX;
                if excused { Ok(false) } else { Err(format!("the other parser refuses it: {error}")) }
            }
            (Err(_), Ok(_)) if has_large_integer(text) => Ok(false),
            (Err(error), Ok(_)) => Err(format!("the other parser reads it, we say {error}")),
        }
    }

    /// What is written is read the same by both.
    fn written(&mut self, value: Value, theirs: &Json) -> Result<(), String> {
        for write in ["json/serialize", "json/pretty"] {
            let text = self.call(write, &[value])?;
            let text = text.as_str().map(|text| text.as_str().to_owned()).unwrap_or_default();
            let back = self.call_on_text("json/parse", &text)?;
            if !lisle_vm::ops::same(&self.vm.heap, value, back) {
                return Err(format!("{write} writes {text}, which is read as something else"));
            }
            let again: Json = serde_json::from_str(&text).map_err(|e| format!("{write} writes {text}: {e}"))?;
            self.same(value, &again)?;
            if write == "json/serialize" && !same_json(theirs, &again) {
                return Err(format!("{write} writes {text}"));
            }
        }
        Ok(())
    }

    fn same(&self, ours: Value, theirs: &Json) -> Result<(), String> {
        let heap = &self.vm.heap;
        let mut work = vec![(ours, theirs)];
        while let Some((ours, theirs)) = work.pop() {
            let same = match theirs {
                Json::Null => ours.is_identical(Value::NIL),
                Json::Bool(b) => ours.is_identical(Value::bool(*b)),
                Json::String(text) => ours.as_str().is_some_and(|ours| ours.as_str() == text),
                Json::Number(number) => match (ours.as_int(), ours.as_float()) {
                    // The other parser reads -0 as a float.
                    (Some(int), _) => number.as_i64() == Some(int) || int == 0 && number.as_f64() == Some(0.0),
                    (_, Some(float)) => number.is_f64() && number.as_f64().map(f64::to_bits) == Some(float.to_bits()),
                    _ => false,
                },
                Json::Array(items) => {
                    let mut list = ours;
                    for item in items {
                        let Some(pair) = list.as_pair() else { return Err("a list is too short".to_owned()) };
                        work.push((pair.first, item));
                        list = pair.rest;
                    }
                    list.is_identical(Value::EMPTY_LIST)
                }
                Json::Object(entries) => {
                    let Some(table) = ours.as_mstruct() else { return Err("an object is no @struct".to_owned()) };
                    for (key, value) in table.get(heap).entries() {
                        let key = key.as_str().map(|key| key.as_str().to_owned()).unwrap_or_default();
                        let Some(theirs) = entries.get(&key) else { return Err(format!("no key {key:?}")) };
                        work.push((value, theirs));
                    }
                    table.get(heap).len() == entries.len()
                }
            };
            if !same {
                let ours = lisle_vm::ops::machine_text(heap, ours);
                return Err(format!("{ours} is {theirs} for the other parser"));
            }
        }
        Ok(())
    }

    fn number(&mut self, token: &str) -> Result<(), String> {
        let ours = self.call_on_text("parse-int", token).ok().and_then(Value::as_int);
        if ours != integer(token) {
            return Err(format!("parse-int gives {ours:?}"));
        }
        let ours = self.call_on_text("parse-float", token).ok().and_then(Value::as_float);
        if let Ok(theirs) = serde_json::from_str::<f64>(token)
            && ours.map(f64::to_bits) != Some(theirs.to_bits())
        {
            return Err(format!("parse-float gives {ours:?}, the other parser {theirs}"));
        }
        // The reader of Lisle takes as much as is a number, with underscores between digits.
        let Some(scanned) = lisle_syntax::number::scan(token) else { return Ok(()) };
        let plain = token[..scanned.length].replace('_', "");
        let has_radix = matches!(plain.trim_start_matches(['+', '-']).as_bytes(), [b'0', letter, ..] if letter.is_ascii_alphabetic() && *letter != b'e' && *letter != b'E');
        match scanned.value {
            Ok(Datum::Int(_)) if has_radix => Ok(()),
            Ok(Datum::Int(ours)) if integer(&plain) != Some(ours) => Err(format!("the reader gives {ours}")),
            Ok(Datum::Float(ours)) if plain.parse::<f64>().map(f64::to_bits) != Ok(ours.to_bits()) => {
                Err(format!("the reader gives {ours}"))
            }
            _ => Ok(()),
        }
    }
}

/// What a token of digits with a sign means, if it fits.
fn integer(token: &str) -> Option<i64> {
    let (negative, digits) = match token.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i128;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = (value * 10 + i128::from(digit - b'0')).min(1 << 100);
    }
    i64::try_from(if negative { -value } else { value }).ok()
}

/// How deep brackets are nested, those in strings included.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// True if there are digits that do not fit into an integer, which is an error here, and a float elsewhere.
fn has_large_integer(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && !"+-.eE".contains(c)).any(|token| {
        let digits = token.trim_start_matches('-');
        digits.len() > 18 && digits.bytes().all(|b| b.is_ascii_digit()) && integer(token).is_none()
    })
}

/// Equality, but that -0 as an integer is 0.
fn same_json(a: &Json, b: &Json) -> bool {
    let mut work = vec![(a, b)];
    while let Some(next) = work.pop() {
        let same = match next {
            (Json::Number(a), Json::Number(b)) => a == b || a.as_f64() == Some(0.0) && b.as_f64() == Some(0.0),
            (Json::Array(a), Json::Array(b)) => {
                work.extend(a.iter().zip(b));
                a.len() == b.len()
            }
            (Json::Object(a), Json::Object(b)) => {
                work.extend(a.iter().filter_map(|(key, a)| b.get(key).map(|b| (a, b))));
                a.len() == b.len() && a.keys().all(|key| b.contains_key(key))
            }
            (a, b) => a == b,
        };
        if !same {
            return false;
        }
    }
    true
}

/// Pieces that matter.
const TOKENS: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1.0",
    "-1.5e-3",
    "1E+400",
    "4.9e-324",
    "2.2250738585072011e-308",
    "1.7976931348623159e308",
    "9007199254740993.0",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "0.1",
    "1e",
    "-",
    "01",
    "1.",
    "\"\"",
    "\"a\"",
    "\"é\"",
    "\"\\u0041\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\udc00\\ud83d\"",
    "\"\\n\\r\\t\\b\\f\\/\\\\\\\"\"",
    "\"\\x\"",
    "\"\u{1f}\"",
    "\"\u{7f}\u{2028}\"",
    "\"\\u0000\"",
    " ",
    "\t\r\n",
    "\u{a0}",
    "\u{feff}",
    ",",
    ":",
    "[",
    "]",
    "{",
    "}",
];

/// A text that is mostly JSON.
pub(crate) fn text(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut out = String::new();
    value(&mut out, random, 0);
    if random.one_in(2) {
        return out.into_bytes();
    }
    for _ in 0..random.below(3) {
        let at = floor_char_boundary(&out, random.below(out.len() + 1));
        let token = *random.pick(TOKENS);
        let end = if random.one_in(2) { at } else { floor_char_boundary(&out, (at + token.len()).min(out.len())) };
        out.replace_range(at..end.max(at), token);
    }
    match random.one_in(4) {
        true => {
            let other: &Vec<u8> = random.pick(corpus);
            mutate(out.as_bytes(), other, random)
        }
        false => out.into_bytes(),
    }
}

fn floor_char_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn value(out: &mut String, random: &mut Random, depth: usize) {
    match random.below(if depth > 8 { 6 } else { 10 }) {
        0..=2 => out.push_str(pick(&TOKENS[..16], random)),
        3 => out.push_str(pick(&TOKENS[20..26], random)),
        4 => number(out, random),
        5 => string(out, random),
        kind => {
            let object = kind < 8;
            out.push(if object { '{' } else { '[' });
            for index in 0..random.below(5) {
                if index > 0 {
                    out.push(',');
                }
                if random.one_in(8) {
                    out.push_str(" \n");
                }
                if object {
                    string(out, random);
                    out.push(':');
                }
                value(out, random, depth + 1);
            }
            out.push(if object { '}' } else { ']' });
        }
    }
}

fn number(out: &mut String, random: &mut Random) {
    let mut digits = |out: &mut String, most: usize| {
        for _ in 0..1 + random.below(most) {
            out.push(char::from(b'0' + random.below(10) as u8));
        }
    };
    let mut whole = String::new();
    digits(&mut whole, 20);
    let trimmed = whole.trim_start_matches('0');
    out.push_str(if whole.len().is_multiple_of(2) { "-" } else { "" });
    out.push_str(if trimmed.is_empty() { "0" } else { trimmed });
    if !whole.len().is_multiple_of(3) {
        out.push('.');
        digits(out, 25);
    }
    if whole.len().is_multiple_of(5) {
        out.push_str(if whole.len().is_multiple_of(2) { "e-" } else { "E" });
        digits(out, 3);
    }
}

fn string(out: &mut String, random: &mut Random) {
    out.push('"');
    for _ in 0..random.below(6) {
        match random.below(6) {
            0 => out.push_str(pick(&["\\n", "\\\"", "\\\\", "\\/", "\\u00e9", "\\ud83d\\ude00", "\\u0000"], random)),
            1 => out.push(*random.pick(&['é', '日', '\u{10ffff}', '\u{7f}', '\u{301}'])),
            _ => out.push(char::from(b'a' + random.below(4) as u8)),
        }
    }
    out.push('"');
}

fn pick<'a>(from: &[&'a str], random: &mut Random) -> &'a str {
    from[random.below(from.len())]
}
