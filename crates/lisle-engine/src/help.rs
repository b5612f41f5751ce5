//! Help: what is known of every predefined name, for `doc` and for the reference pages.
//!
//! Natives bring their documentation along. That of library functions is the docstring, and their parameters are read
//! from the source in the image. Special forms and macros have a table. Functions of the modules in `lib/std` are found
//! in the modules' source.

mod forms;
mod modules;

pub use modules::{Module, module, modules};

use std::fmt::Write;

use lisle_bytecode::CodeUnit;
use lisle_syntax::print::write_syntax;
use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::source::SourceId;
use lisle_syntax::{Source, Symbol};
use lisle_vm::native::Native;
use lisle_vm::vm::State;

/// What is known of a function or form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name, and further names.
    pub names: Vec<String>,
    /// How it is written.
    pub usage: String,
    /// What it does.
    pub text: String,
    /// Lines `EXPRESSION  # => VALUE` and `EXPRESSION  # raises :KIND`.
    pub examples: Vec<String>,
    /// The group: a category of natives, the file of library functions, or `forms`.
    pub group: String,
    /// True when calls may raise errors, as far as is known.
    pub may_raise: Option<bool>,
}

/// What is known of a predefined name, or of a function of a module: `regex:find`.
pub fn entry(state: &State, name: &str) -> Option<Entry> {
    if let Some((module, function)) = name.split_once(':')
        && let Some(module) = modules::module(module)
    {
        return module
            .entries
            .into_iter()
            .map(|(_, entry)| entry)
            .find(|entry| entry.names[0].ends_with(&format!(":{function}")));
    }
    let symbol = Symbol::intern(name);
    if let Some(native) = state.natives.lookup(symbol).and_then(|index| state.natives.get(index))
        && form(name).is_none()
    {
        return Some(of_native(native));
    }
    if let Some((unit, code)) = state.library_code(symbol) {
        return Some(of_library(unit, code));
    }
    form(name).map(of_form)
}

/// Everything that is predefined, by name: private names of the library apart.
pub fn entries(state: &State) -> Vec<Entry> {
    let mut found: Vec<Entry> = forms::FORMS.iter().map(of_form).collect();
    // A native that another of the same name has replaced is not there any more.
    let natives = state.natives.iter().enumerate();
    let natives = natives.filter(|(index, n)| state.natives.lookup(Symbol::intern(n.name)) == Some(*index as u32));
    let natives = natives.filter(|(_, n)| is_public(n.name) && form(n.name).is_none());
    found.extend(natives.map(|(_, native)| of_native(native)));
    let mut seen: Vec<u32> = Vec::new();
    for unit in state.library() {
        seen.clear();
        for (name, code) in &unit.exports {
            let is_native = state.natives.lookup(*name).is_some();
            if is_public(name.name()) && !is_native && !seen.contains(code) {
                seen.push(*code);
                found.push(of_library(unit, *code));
            }
        }
    }
    found.sort_by(|a, b| a.names.cmp(&b.names));
    found
}

/// The intrinsics are public, other names that begin so belong to the library.
fn is_public(name: &str) -> bool {
    const INTRINSICS: &[&str] = &[
        "%add",
        "%bit-and",
        "%bit-not",
        "%bit-or",
        "%bit-xor",
        "%div",
        "%eq",
        "%ge",
        "%gt",
        "%identical?",
        "%le",
        "%lt",
        "%mod",
        "%mul",
        "%ne",
        "%not",
        "%rem",
        "%sub",
    ];
    !name.starts_with('%') || INTRINSICS.contains(&name)
}

fn form(name: &str) -> Option<&'static forms::Form> {
    forms::FORMS.iter().find(|form| form.names.contains(&name))
}

fn of_form(form: &forms::Form) -> Entry {
    Entry {
        names: form.names.iter().map(|name| (*name).to_owned()).collect(),
        usage: form.usage.to_owned(),
        text: form.text.to_owned(),
        examples: Some(form.example.to_owned()).filter(|e| !e.is_empty()).into_iter().collect(),
        group: "forms".to_owned(),
        may_raise: None,
    }
}

fn of_native(native: &Native) -> Entry {
    let (text, examples) = split(native.doc);
    let mut usage = format!("({}", native.name);
    for (index, param) in native.params.iter().enumerate() {
        let marker = match native.max {
            _ if index < native.min as usize => "",
            None if index + 1 == native.params.len() => " &",
            _ if index == native.min as usize => " &opt",
            _ => "",
        };
        let _ = write!(usage, "{marker} {param}");
    }
    usage.push(')');
    Entry {
        names: std::iter::once(&native.name).chain(native.aliases).map(|name| (*name).to_owned()).collect(),
        usage,
        text,
        examples,
        group: native.category.to_owned(),
        may_raise: Some(native.signals & lisle_vm::signal::ERROR != 0),
    }
}

fn of_library(unit: &CodeUnit, index: u32) -> Entry {
    let code = &unit.codes[index as usize];
    let (text, examples) = split(code.doc.as_deref().unwrap_or(""));
    let names: Vec<String> =
        unit.exports.iter().filter(|(_, code)| *code == index).map(|(name, _)| name.name().to_owned()).collect();
    let name = names.first().cloned().unwrap_or_default();
    let source = unit.sources.get(code.span.source);
    let parameters = source.and_then(|source| parameters(&source.text, code.span.start, code.span.end));
    let usage = match parameters {
        Some(parameters) if !parameters.is_empty() => format!("({name} {parameters})"),
        _ => format!("({name})"),
    };
    let file = source.map(|source| source.name.trim_start_matches("<lib>/").trim_end_matches(".lisp").to_owned());
    Entry { names, usage, text, examples, group: file.unwrap_or_default(), may_raise: None }
}

/// The parameters of the function that is written at that place, as text.
fn parameters(text: &str, start: u32, end: u32) -> Option<String> {
    let source = Source::new("", text.get(start as usize..end as usize)?);
    let (forms, _) = read_source(&source, SourceId::default(), &ReadLimits::default());
    let parts = forms.first()?.as_list()?.iter();
    let parameters = parts.filter_map(|part| part.as_sequence()).next()?;
    Some(parameters.iter().map(write_syntax).collect::<Vec<_>>().join(" "))
}

/// A docstring's text and its examples. An example may begin on lines before the one that says what comes of it.
fn split(doc: &str) -> (String, Vec<String>) {
    let mut text: Vec<&str> = Vec::new();
    let mut examples = Vec::new();
    for line in doc.lines().map(str::trim_end) {
        let Some(end) = line.find("# =>").or_else(|| line.find("# raises ")) else {
            text.push(line);
            continue;
        };
        let mut example = vec![line];
        let mut unopened = closing_excess(&line[..end]);
        while unopened > 0
            && let Some(before) = text.pop()
        {
            unopened += closing_excess(before);
            example.insert(0, before);
        }
        let indent = example[0].len() - example[0].trim_start().len();
        let lines: Vec<&str> = example.iter().map(|line| line.get(indent..).unwrap_or(line.trim_start())).collect();
        examples.push(lines.join("\n"));
    }
    let text: Vec<&str> = text.iter().map(|line| line.trim()).collect();
    (text.join("\n").trim().to_owned(), examples)
}

/// How many more brackets close than open in a line, brackets in strings apart.
fn closing_excess(line: &str) -> i32 {
    let code = line.split('"').step_by(2).flat_map(str::chars);
    code.fold(0, |excess, c| match c {
        '(' | '[' | '{' => excess - 1,
        ')' | ']' | '}' => excess + 1,
        _ => excess,
    })
}

impl Entry {
    /// As text: usage, what it does, examples, other names.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n\n{}\n", self.usage, self.text);
        if !self.examples.is_empty() {
            out.push('\n');
        }
        for example in &self.examples {
            let _ = writeln!(out, "  {}", example.replace('\n', "\n  "));
        }
        if self.names.len() > 1 {
            let _ = writeln!(out, "\nAlso: {}", self.names[1..].join(", "));
        }
        if let Some(errors) = self.errors() {
            let _ = writeln!(out, "\nErrors: {errors}");
        }
        out
    }

    /// What is known of its errors: the kinds that the examples show.
    fn errors(&self) -> Option<String> {
        let mut kinds: Vec<&str> = Vec::new();
        for example in &self.examples {
            let kind = example.split_once("# raises ").map(|(_, kind)| kind.trim());
            kinds.extend(kind.filter(|kind| kind.starts_with(':') && !kinds.contains(kind)));
        }
        match self.may_raise {
            _ if !kinds.is_empty() => Some(kinds.join(", ")),
            Some(false) => Some("none, but for a wrong number of arguments".to_owned()),
            Some(true) => Some(":type-error for arguments of another type".to_owned()),
            None => None,
        }
    }

    /// As a section of a page in Markdown.
    fn section(&self) -> String {
        let mut out = format!("## `{}`\n\n    {}\n\n{}\n", self.names[0], self.usage, self.text);
        if !self.examples.is_empty() {
            let _ = write!(out, "\n```lisp\n{}\n```\n", self.examples.join("\n"));
        }
        if let Some(errors) = self.errors() {
            let _ = writeln!(out, "\nErrors: {errors}");
        }
        if self.names.len() > 1 {
            let also: Vec<String> = self.names[1..].iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(out, "\nAlso: {}", also.join(", "));
        }
        out
    }
}

/// Title of the page for each group; several groups share one.
const PAGES: &[(&str, &str, &[&str])] = &[
    ("forms", "Special forms and macros", &["forms"]),
    ("numbers", "Numbers", &["arithmetic", "number", "numbers", "math", "bit"]),
    ("values", "Values: types, equality, order, conversion", &["predicate", "conversion", "print", "basic"]),
    ("sequences", "Sequences", &["sequence", "sequences", "array", "sorting"]),
    ("structs-and-sets", "Structs and sets", &["structure", "structs", "set"]),
    ("strings-and-bytes", "Strings, bytes, JSON and paths", &["string", "octets", "json", "path"]),
    ("functions", "Functions", &["functions"]),
    ("fibers", "Fibers and streams", &["fiber", "fibers", "streams"]),
    ("concurrency", "Concurrency", &["ev", "groups", "observe", "waiters"]),
    ("channels-and-threads", "Channels and threads", &["chan", "channels", "sync", "threads"]),
    ("input-and-output", "Input and output", &["port", "printing", "files", "watch", "io"]),
    ("sockets-and-subprocesses", "Sockets and subprocesses", &["net", "subprocess"]),
    ("system", "Time and the process", &["clock", "time", "sys"]),
    ("code", "Code as data, modules, questions", &["meta", "evaluation", "modules", "about", "facts", "testing"]),
];

/// The predefined entries page by page: file, title, members.
fn grouped(all: &[Entry]) -> Vec<(&'static str, &'static str, Vec<&Entry>)> {
    let known = |group: &str| PAGES.iter().any(|(_, _, groups)| groups.contains(&group));
    let mut pages = Vec::new();
    for (file, title, groups) in PAGES {
        let members: Vec<&Entry> = all.iter().filter(|entry| groups.contains(&entry.group.as_str())).collect();
        pages.push((*file, *title, members));
    }
    pages.push(("more", "More", all.iter().filter(|entry| !known(&entry.group)).collect()));
    pages.retain(|(_, _, members)| !members.is_empty());
    pages
}

fn names(members: &[&Entry], quote: &str) -> String {
    let names: Vec<String> = members.iter().map(|entry| format!("{quote}{}{quote}", entry.names[0])).collect();
    names.join(" ")
}

/// How to ask, and everything that there is to ask for.
pub fn overview(state: &State) -> String {
    let mut out = String::from(
        "(doc NAME) shows what is known of a function, form or macro: (doc map).\n\
         (doc MODULE:NAME) shows it for a function of a module that is bound to MODULE, (doc \"std/regex\") for a whole\n\
         module, and (doc f) for a function of the program. `lisle doc NAME` shows the same.\n",
    );
    for (_, title, members) in grouped(&entries(state)) {
        let _ = writeln!(out, "\n{title}:\n  {}", names(&members, ""));
    }
    let modules: Vec<String> = modules().map(|module| format!("std/{}", module.name)).collect();
    let _ = writeln!(out, "\nModules:\n  {}", modules.join(" "));
    out
}

/// The pages of the reference, as file names and texts.
pub fn pages(state: &State) -> Vec<(String, String)> {
    let all = entries(state);
    let mut pages = Vec::new();
    let mut index =
        String::from("# Reference\n\nMade by `lisle doc --book`, from the documentation in the program.\n\n");
    for (file, title, members) in grouped(&all) {
        let sections: Vec<String> = members.iter().map(|entry| entry.section()).collect();
        pages.push((format!("{file}.md"), format!("# {title}\n\n{}", sections.join("\n"))));
        let _ = writeln!(index, "* [{title}]({file}.md): {}", names(&members, "`"));
    }
    index.push_str("\n## Modules\n\n");
    for module in modules() {
        let sections: Vec<String> = module.entries.iter().map(|(_, entry)| entry.section()).collect();
        let text = format!("# `std/{}`\n\n{}\n{}", module.name, module.markdown(), sections.join("\n"));
        pages.push((format!("std-{}.md", module.name), text));
        let members: Vec<&Entry> = module.entries.iter().map(|(_, entry)| entry).collect();
        let _ = writeln!(index, "* [`std/{}`](std-{}.md): {}", module.name, module.name, names(&members, "`"));
    }
    pages.push(("README.md".to_owned(), index));
    pages
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_form_of_the_compiler_has_help() {
        let known: BTreeSet<&str> = forms::FORMS.iter().flat_map(|form| form.names.iter().copied()).collect();
        let forms: BTreeSet<&str> = lisle_compiler::form_names().map(|name| name.name()).collect();
        assert_eq!(forms.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
        assert_eq!(known.difference(&forms).collect::<Vec<_>>(), Vec::<&&str>::new());
    }

    #[test]
    fn help_shows_parameters_text_examples_and_aliases() {
        let engine = crate::Engine::new(|_| {});
        let help = |name| entry(&engine.vm.state, name).expect("a predefined name").text();
        assert!(help("filter").starts_with("(filter keep? c)\n\nA collection of the elements"), "{}", help("filter"));
        assert!(
            help("filter").contains("\n  (filter odd? [1 2 3])  # => [1 3]\n")
                && help("filter").contains("\n\nAlso: keep\n"),
            "{}",
            help("filter")
        );
        assert!(help("get").starts_with("(get collection key &opt default)\n"));
        assert!(help("list").starts_with("(list & items)\n"));
        assert!(help("if").starts_with("(if test then else)\n"));
        assert_eq!(entry(&engine.vm.state, "no-such-name"), None);
    }

    #[test]
    fn help_names_the_errors_that_examples_show() {
        let engine = crate::Engine::new(|_| {});
        let errors = |name| entry(&engine.vm.state, name).and_then(|entry| entry.errors()).unwrap_or_default();
        assert_eq!(errors("first"), ":argument-error, :type-error");
        assert_eq!(errors("list?"), "none, but for a wrong number of arguments");
        assert_eq!(errors("identity"), "");
    }

    #[test]
    fn functions_of_modules_are_found_in_their_source() {
        let regex = module("std/regex").expect("a module");
        assert!(regex.text.starts_with("Regular expressions"), "{}", regex.text);
        assert_eq!(regex.definitions(), "(def regex ((import \"std/regex\")))\n");
        let find = regex.entries.iter().map(|(_, e)| e).find(|e| e.names == ["regex:find"]).expect("a function");
        assert_eq!(find.usage, "(regex:find pattern text)");
        assert!(find.text.starts_with("The first match"), "{}", find.text);
        assert!(module("std/no-such-module").is_none());
    }
}
