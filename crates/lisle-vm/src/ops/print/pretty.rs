//! The form of `pp`: in one line what fits, and otherwise one element a line.

use crate::heap::Heap;
use crate::ops::parts::{self, Items};
use crate::ops::print::{Form, TEXT_BYTES_MAX, start_of, write};
use crate::value::{Tag, Value};

const COLUMNS: usize = 80;
/// What is nested deeper prints as `...`, so that recursion here is bounded.
const DEPTH_MAX: usize = 10;
/// Longest string that is shown whole, in bytes.
const STRING_BYTES_MAX: usize = 60;

/// Appends the form of `pp`, without a newline at the end.
pub fn pretty(heap: &Heap, value: Value, out: &mut String) {
    nested(heap, value, 0, out);
}

fn nested(heap: &Heap, value: Value, depth: usize, out: &mut String) {
    let before = out.len();
    if one_line(heap, value, depth, COLUMNS.saturating_sub(2 * depth), out) {
        return;
    }
    out.truncate(before);
    let Some((opening, closing, elements, quoted)) = open(heap, value) else {
        one_line(heap, value, depth, usize::MAX, out);
        return;
    };
    out.push_str(opening);
    for element in elements {
        if out.len() > TEXT_BYTES_MAX {
            break;
        }
        out.push('\n');
        indent(depth + 1, out);
        for (index, part) in element.parts().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            if quoted {
                nested(heap, part, depth + 1, out);
            } else {
                plain(heap, part, usize::MAX, out);
            }
        }
    }
    out.push('\n');
    indent(depth, out);
    out.push_str(closing);
}

fn indent(depth: usize, out: &mut String) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// An element, or the key and value of an entry.
struct Element(Value, Option<Value>);

impl Element {
    fn parts(&self) -> impl Iterator<Item = Value> {
        std::iter::once(self.0).chain(self.1)
    }
}

/// The brackets and elements of a collection that may be broken into lines, and whether its elements take this form
/// (and not F).
fn open(heap: &Heap, value: Value) -> Option<(&'static str, &'static str, Vec<Element>, bool)> {
    let single = |items: &[Value]| items.iter().map(|item| Element(*item, None)).collect();
    Some(match value.tag() {
        Tag::Pair => ("(", ")", single(&crate::ops::each::list_items(value)?), true),
        Tag::Array => ("[", "]", single(Items::of(value).slice(None)), false),
        Tag::MArray => ("@[", "]", single(Items::of(value).slice(Some(heap))), true),
        Tag::Struct | Tag::MStruct => {
            let entries = parts::entries(Some(heap), value).into_iter().map(|(k, v)| Element(k, Some(v))).collect();
            (if value.tag() == Tag::Struct { "{" } else { "@{" }, "}", entries, true)
        }
        _ => return None,
    })
}

/// Appends a value in one line; false, with the line unfinished, when it does not fit.
fn one_line(heap: &Heap, value: Value, depth: usize, columns: usize, out: &mut String) -> bool {
    let start = out.len();
    let fits = |out: &String| out.len() - start <= columns.saturating_mul(4) && columns_of(&out[start..]) <= columns;
    if depth > DEPTH_MAX && matches!(value.tag(), Tag::Pair | Tag::Array | Tag::MArray | Tag::Struct | Tag::MStruct) {
        out.push_str("...");
        return fits(out);
    }
    match value.tag() {
        Tag::String => {
            let text = value.as_str().map(|t| t.as_str().to_owned()).unwrap_or_default();
            out.push('"');
            if text.len() <= STRING_BYTES_MAX {
                out.push_str(&text);
            } else {
                out.push_str(start_of(&text, STRING_BYTES_MAX));
                out.push_str("...");
            }
            out.push('"');
        }
        Tag::MString => return write(heap, value, Form::Machine, TEXT_BYTES_MAX, out).is_ok() && fits(out),
        _ => match open(heap, value) {
            Some((opening, closing, elements, quoted)) => {
                out.push_str(opening);
                for (index, part) in elements.iter().flat_map(Element::parts).enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    let room = columns.saturating_sub(out.len() - start);
                    let written =
                        if quoted { one_line(heap, part, depth + 1, room, out) } else { plain(heap, part, room, out) };
                    if !written || !fits(out) {
                        return false;
                    }
                }
                out.push_str(closing);
            }
            None => return plain(heap, value, columns, out),
        },
    }
    fits(out)
}

/// Appends the F form; false when it does not fit.
fn plain(heap: &Heap, value: Value, columns: usize, out: &mut String) -> bool {
    let start = out.len();
    let limit = columns.saturating_mul(4).min(TEXT_BYTES_MAX);
    let written = write(heap, value, Form::Format, limit, out);
    if columns == usize::MAX && written.is_err() {
        out.push_str("...");
    }
    written.is_ok() && columns_of(&out[start..]) <= columns
}

fn columns_of(text: &str) -> usize {
    text.chars().count()
}
