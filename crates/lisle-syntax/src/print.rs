//! Trees and data back to text: source text that reads back to the same tree, the text of floats,
//! and the escaping of strings, for programs and for terminals.

use crate::syntax::{Datum, Syntax};

/// Source text that reads back to the same tree. Works on trees of any depth.
///
/// A few trees that only programs can build have no spelling, and are written as what would make
/// their value: a set directly inside a set becomes `(set …)`, a NaN becomes `(math/nan)`. Symbols
/// are written as their names, readable or not; scopes are not shown.
pub fn write_syntax(syntax: &Syntax) -> String {
    let mut out = String::new();
    let mut pending = vec![Piece::Node { syntax, in_set: false }];
    while let Some(piece) = pending.pop() {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Node { syntax, in_set } => write_node(syntax.datum(), in_set, &mut out, &mut pending),
        }
    }
    out
}

/// What is still to be written.
enum Piece<'a> {
    Text(&'static str),
    /// `in_set`: no bracket stands between the node and the set around it, so `|` would close that set.
    Node {
        syntax: &'a Syntax,
        in_set: bool,
    },
}

fn write_node<'a>(datum: &'a Datum, in_set: bool, out: &mut String, pending: &mut Vec<Piece<'a>>) {
    match datum {
        Datum::Nil => out.push_str("nil"),
        Datum::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Datum::Int(value) => out.push_str(&value.to_string()),
        Datum::Float(value) => out.push_str(&float_source(*value)),
        Datum::Symbol(name) => out.push_str(name.name()),
        Datum::Keyword(name) => {
            out.push(':');
            out.push_str(name.name());
        }
        Datum::String(text) => write_string("\"", text, out),
        Datum::MString(text) => write_string("@\"", text, out),
        Datum::List(e) => write_elements("(", e, ")", out, pending),
        Datum::Array(e) => write_elements("[", e, "]", out, pending),
        Datum::MArray(e) => write_elements("@[", e, "]", out, pending),
        Datum::Struct(e) => write_elements("{", e, "}", out, pending),
        Datum::MStruct(e) => write_elements("@{", e, "}", out, pending),
        Datum::Set(e) if in_set && e.is_empty() => write_elements("(set", e, ")", out, pending),
        Datum::Set(e) if in_set => write_elements("(set ", e, ")", out, pending),
        Datum::Set(e) => write_elements("|", e, "|", out, pending),
        Datum::MSet(e) => write_elements("@|", e, "|", out, pending),
        Datum::Bytes(e) => write_elements("b[", e, "]", out, pending),
        Datum::MBytes(e) => write_elements("@b[", e, "]", out, pending),
        Datum::Quote(x) => write_prefixed("'", x, in_set, out, pending),
        Datum::Quasiquote(x) => write_prefixed("`", x, in_set, out, pending),
        Datum::UnquoteSplicing(x) => write_prefixed(",;", x, in_set, out, pending),
        // `,;` and `;;` are tokens of their own.
        Datum::Unquote(x) if matches!(x.datum(), Datum::Splice(_)) => write_prefixed(", ", x, in_set, out, pending),
        Datum::Splice(x) if matches!(x.datum(), Datum::Splice(_)) => write_prefixed("; ", x, in_set, out, pending),
        Datum::Unquote(x) => write_prefixed(",", x, in_set, out, pending),
        Datum::Splice(x) => write_prefixed(";", x, in_set, out, pending),
    }
}

fn write_elements<'a>(
    open: &'static str,
    elements: &'a [Syntax],
    close: &'static str,
    out: &mut String,
    pending: &mut Vec<Piece<'a>>,
) {
    out.push_str(open);
    pending.push(Piece::Text(close));
    for (i, syntax) in elements.iter().enumerate().rev() {
        pending.push(Piece::Node { syntax, in_set: close == "|" });
        if i > 0 {
            pending.push(Piece::Text(" "));
        }
    }
}

fn write_prefixed<'a>(
    prefix: &'static str,
    operand: &'a Syntax,
    in_set: bool,
    out: &mut String,
    pending: &mut Vec<Piece<'a>>,
) {
    out.push_str(prefix);
    pending.push(Piece::Node { syntax: operand, in_set });
}

fn write_string(open: &str, text: &str, out: &mut String) {
    out.push_str(open);
    out.push_str(&escape_string(text));
    out.push('"');
}

/// A float as source text, also the infinities, which have no literal but are what overflow gives.
fn float_source(value: f64) -> String {
    if value.is_nan() {
        "(math/nan)".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "1e400" } else { "-1e400" }.to_owned()
    } else {
        float_text(value)
    }
}

/// The text of a float (language reference 05, section 10), never with an exponent: all digits of a
/// whole value and `.0`, the shortest text that reads back otherwise; `inf`, `-inf`, `NaN`.
pub fn float_text(value: f64) -> String {
    if value.is_finite() && value.fract() == 0.0 { format!("{value:.1}") } else { value.to_string() }
}

/// The content of a string literal: `\` and `"` escaped and nothing else, without the quotes.
pub fn escape_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '"') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Foreign text made harmless to a terminal: control characters and those that reorder or hide text
/// are escaped; newlines and tabs stay.
pub fn sanitize_for_terminal(text: &str) -> String {
    sanitize(text, |c| matches!(c, '\n' | '\t'))
}

/// [`sanitize_for_terminal`] for text that must stay on one line: newlines are escaped, too.
pub fn sanitize_line(text: &str) -> String {
    sanitize(text, |c| c == '\t')
}

fn sanitize(text: &str, keep: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if keep(c) || !is_treacherous(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }
    out
}

/// Control characters, line separators, byte order marks, and the characters that change the
/// direction of what follows (which can make a line show other code than it holds).
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::{ReadLimits, read_source};
    use crate::source::{Source, SourceId, Span};

    /// Reads `text` and expects it back.
    fn check(text: &str) {
        let (forms, faults) = read_source(&Source::new("test", text), SourceId(0), &ReadLimits::default());
        assert_eq!(faults, [], "{text}");
        let written: Vec<String> = forms.iter().map(write_syntax).collect();
        assert_eq!(written.join(" "), text);
    }

    fn node(datum: Datum) -> Syntax {
        Syntax::new(datum, Span::default())
    }

    #[test]
    fn trees_print_as_they_were_written() {
        check("nil true false 1 -1 1.5 -0.0 a :k \"a\\\"b\\\\\nc\" @\"m\"");
        check("(a 1 ()) [1 2] @[1] {:a 1} @{} |1 2| @|1| b[1] @b[]");
        check("'a `(b ,c ,;d) (f ;x) , ;x ; ;x ,@x @[|1|] |[|1|] '(|2|)|");
    }

    #[test]
    fn what_has_no_spelling_is_written_as_what_makes_it() {
        let set = |elements| node(Datum::Set(elements));
        assert_eq!(write_syntax(&set(vec![set(vec![])])), "|(set)|");
        let one = node(Datum::Int(1));
        assert_eq!(write_syntax(&node(Datum::MSet(vec![node(Datum::Quote(set(vec![one])))]))), "@|'(set 1)|");
        assert_eq!(write_syntax(&node(Datum::Float(f64::NAN))), "(math/nan)");
        assert_eq!(write_syntax(&node(Datum::Float(f64::NEG_INFINITY))), "-1e400");
    }

    #[test]
    fn a_deep_tree_is_written_without_recursion() {
        let deep = (0..1_000_000).fold(node(Datum::Nil), |tree, _| node(Datum::List(vec![tree])));
        assert_eq!(write_syntax(&deep).len(), 2_000_003);
    }

    #[test]
    fn floats_never_have_an_exponent() {
        for (value, expect) in [
            (3.0, "3.0"),
            (-0.0, "-0.0"),
            (1e21, "1000000000000000000000.0"),
            (0.1, "0.1"),
            (1e-7, "0.0000001"),
            (1.0 / 3.0, "0.3333333333333333"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(float_text(value), expect);
        }
        let huge = float_text(1e300);
        assert_eq!(huge.len(), 301 + 2);
        assert!(huge.starts_with("1000000000000000052504760255204420248704468581108159"));
    }

    #[test]
    fn terminals_are_protected_from_foreign_text() {
        assert_eq!(sanitize_for_terminal("a\u{1b}[31m\tb\n\0\u{85}é"), "a\\u{1b}[31m\tb\n\\u{0}\\u{85}é");
        assert_eq!(sanitize_line("a\nb\r\tc\u{202e}d"), "a\\nb\\r\tc\\u{202e}d");
    }
}
