//! Help on the modules of `lib/std`, read from their source.
//!
//! A module's text begins with a comment that says what it is for. Its last form is a function that gives a struct of
//! functions, or the struct itself; the functions are documented where they are defined, by docstrings.

use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::source::SourceId;
use lisle_syntax::{Datum, Source, Span, Syntax};

use super::{Entry, split};
use crate::image;

/// What is known of a module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its name below `std/`.
    pub name: String,
    /// The comment that it begins with, without the signs of comments.
    pub text: String,
    /// The functions that it gives, in its order, with their places in its source.
    pub entries: Vec<(Span, Entry)>,
}

/// What is known of a module, with or without `std/` before its name.
pub fn module(name: &str) -> Option<Module> {
    let name = name.strip_prefix("std/").unwrap_or(name);
    image::standard_module(name).map(|text| read(name, text))
}

/// All modules of `std/`, but for those that are parts of another, such as `std/process/task`.
pub fn modules() -> impl Iterator<Item = Module> {
    image::standard_modules().filter(|name| !name.contains('/')).filter_map(module)
}

fn read(name: &str, text: &str) -> Module {
    let forms = forms_of(name, text);
    let comment: Vec<&str> = text.lines().map_while(|line| line.strip_prefix('#')).collect();
    let comment: Vec<&str> = comment.iter().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let exports = forms.last().and_then(exports).unwrap_or_default();
    let entries = exports.iter().filter_map(|(key, value)| described(name, key, value, &forms));
    Module { name: name.to_owned(), text: comment.join("\n").trim().to_owned(), entries: entries.collect() }
}

fn forms_of(name: &str, text: &str) -> Vec<Syntax> {
    let source = Source::new(name, text);
    read_source(&source, SourceId::default(), &ReadLimits::default()).0
}

/// What a function `part:function` is documented with, `part` being another module that this one imports by
/// `(def part ((import "std/…")))`.
fn in_part(module: &str, key: &str, value: &Syntax, forms: &[Syntax]) -> Option<Entry> {
    let (part, function) = value.as_symbol()?.name().split_once(':')?;
    let import = forms
        .iter()
        .filter_map(Syntax::as_list)
        .find(|parts| matches!(parts, [head, name, _] if head.is_symbol("def") && name.is_symbol(part)))?;
    let path = match import[2].as_list()?.first()?.as_list()?.get(1)?.datum() {
        Datum::String(path) => path.strip_prefix("std/")?,
        _ => return None,
    };
    let forms = forms_of(path, image::standard_module(path)?);
    let given = forms.last().and_then(exports)?.into_iter().find(|(name, _)| name == function)?;
    described(module, key, &given.1, &forms).map(|(_, entry)| entry)
}

/// The keys and values of the struct that a module gives.
fn exports(form: &Syntax) -> Option<Vec<(String, Syntax)>> {
    let parts: Vec<Syntax> = match form.datum() {
        Datum::Struct(parts) => parts.to_vec(),
        Datum::List(parts) => match parts.first() {
            Some(head) if head.is_symbol("struct") => parts[1..].to_vec(),
            _ => return parts.last().and_then(exports),
        },
        _ => return None,
    };
    let pairs = parts.chunks_exact(2).filter_map(|pair| match pair[0].datum() {
        Datum::Keyword(key) => Some((key.name().to_owned(), pair[1].clone())),
        _ => None,
    });
    Some(pairs.collect())
}

/// A form that makes a function, as the place of the function, its parameters and its docstring.
fn function(form: &Syntax) -> Option<(Span, &Syntax, &str)> {
    let parts = form.as_list()?;
    let at = match parts.first()? {
        head if head.is_symbol("fn") => 1,
        head if head.is_symbol("defn") => 2,
        head if head.is_symbol("def") => return function(parts.get(2)?),
        _ => return None,
    };
    let doc = match parts.get(at + 1).map(Syntax::datum) {
        // A string that is all of the body is the function's value.
        Some(Datum::String(doc)) if parts.len() > at + 2 => &**doc,
        _ => "",
    };
    Some((form.span(), parts.get(at)?, doc))
}

/// The definition of a name anywhere in the forms: the last one.
fn definition<'a>(forms: &'a [Syntax], name: &Syntax) -> Option<&'a Syntax> {
    let mut waiting: Vec<&Syntax> = forms.iter().collect();
    let mut found = None;
    let name = name.as_symbol()?.name();
    while let Some(form) = waiting.pop() {
        let Some(parts) = form.as_sequence() else { continue };
        let defines = matches!(parts, [head, defined, ..]
            if (head.is_symbol("defn") || head.is_symbol("def")) && defined.is_symbol(name));
        if defines && found.is_none() {
            found = Some(form);
        }
        waiting.extend(parts);
    }
    found
}

fn described(module: &str, key: &str, value: &Syntax, forms: &[Syntax]) -> Option<(Span, Entry)> {
    if let Some(entry) = in_part(module, key, value, forms) {
        return Some((value.span(), entry));
    }
    let (span, parameters, doc) = function(value).or_else(|| definition(forms, value).and_then(function))?;
    let (text, examples) = split(doc);
    let mut usage = format!("({module}:{key}");
    for parameter in parameters.as_sequence()? {
        usage.push(' ');
        usage.push_str(&lisle_syntax::print::write_syntax(parameter));
    }
    usage.push(')');
    let names = vec![format!("{module}:{key}")];
    let entry = Entry { names, usage, text, examples, group: format!("std/{module}"), may_raise: None };
    Some((span, entry))
}

impl Module {
    /// As text: what it is for, and its functions.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n\nFunctions:\n", self.text);
        for (_, entry) in &self.entries {
            out.push_str(&format!("  {}\n", entry.usage));
        }
        out
    }

    /// Its comment as Markdown: indented lines are programs.
    pub(super) fn markdown(&self) -> String {
        let lines = self.text.lines().map(|line| match line.strip_prefix("  ") {
            Some(code) => format!("    {}", code.trim_end()),
            None => line.to_owned(),
        });
        lines.fold(String::new(), |text, line| text + &line + "\n")
    }

    /// The definitions in its comment, which its examples need.
    pub fn definitions(&self) -> String {
        let lines = self.text.lines().filter(|line| line.starts_with(' ') && line.trim_start().starts_with("(def "));
        lines.fold(String::new(), |text, line| text + line.trim() + "\n")
    }

    /// What is known of the function that stands at that place of its source.
    pub fn function_at(&self, start: u32) -> Option<&Entry> {
        let at = self.entries.iter().filter(|(span, _)| span.start <= start && start < span.end);
        at.min_by_key(|(span, _)| start - span.start).map(|(_, entry)| entry)
    }
}
