//! From a value and a spec to text.

use super::template::{Align, Spec};
use crate::args::{Number, Text};
use crate::natives::strings::Utf8;
use crate::{Cx, Escape, Value};

/// Appends a value as a placeholder wants it.
pub(super) fn render(cx: &mut Cx<'_>, value: Value, spec: &Spec, out: &mut String) -> Result<(), Escape> {
    let (text, usual) = match Number::of(value) {
        Some(Number::Int(i)) => (integer(i, spec), Align::Right),
        Some(Number::Float(f)) => (float(f, spec), Align::Right),
        None => (other(cx, value, spec)?, Align::Left),
    };
    match text {
        Some(text) => {
            pad(&text, spec, usual, out);
            Ok(())
        }
        None => {
            let (type_name, kind) = (cx.type_name(value), spec.kind.unwrap_or('s'));
            Err(super::error(cx, &format!("cannot format {type_name} with spec '{kind}'")))
        }
    }
}

/// `None` when the type does not fit; so in the next ones.
fn integer(i: i64, spec: &Spec) -> Option<String> {
    Some(match (spec.kind, spec.precision) {
        (None | Some('d'), _) => i.to_string(),
        (Some('x'), _) => format!("{i:x}"),
        (Some('X'), _) => format!("{i:X}"),
        (Some('o'), _) => format!("{i:o}"),
        (Some('b'), _) => format!("{i:b}"),
        (Some('f'), Some(0)) => i.to_string(),
        (Some('f'), precision) => format!("{i}.{}", "0".repeat(precision.unwrap_or(1))),
        (Some('e'), Some(precision)) => format!("{i:.precision$e}"),
        (Some('e'), None) => format!("{i:e}"),
        _ => return None,
    })
}

fn float(f: f64, spec: &Spec) -> Option<String> {
    Some(match (spec.kind, spec.precision) {
        (None | Some('f'), Some(precision)) => format!("{f:.precision$}"),
        (None | Some('f'), None) => f.to_string(),
        (Some('e'), Some(precision)) => format!("{f:.precision$e}"),
        (Some('e'), None) => format!("{f:e}"),
        _ => return integer(f as i64, spec),
    })
}

fn other(cx: &mut Cx<'_>, value: Value, spec: &Spec) -> Result<Option<String>, Escape> {
    if !matches!(spec.kind, None | Some('s')) {
        return Ok(None);
    }
    let mut text = match Text::of(value) {
        Some(text) => Utf8::of(cx, "string/format", text)?.as_str().to_owned(),
        None => super::value_text(cx, value),
    };
    if let Some((end, _)) = spec.precision.and_then(|precision| text.char_indices().nth(precision)) {
        text.truncate(end);
    }
    Ok(Some(text))
}

/// Appends the text, filled up to the width in code points.
fn pad(text: &str, spec: &Spec, usual: Align, out: &mut String) {
    let missing = spec.width.saturating_sub(if spec.width > 0 { text.chars().count() } else { 0 });
    let before = match spec.align.unwrap_or(usual) {
        Align::Left => 0,
        Align::Right => missing,
        Align::Center => missing / 2,
    };
    out.extend(std::iter::repeat_n(spec.fill, before));
    out.push_str(text);
    out.extend(std::iter::repeat_n(spec.fill, missing - before));
}
