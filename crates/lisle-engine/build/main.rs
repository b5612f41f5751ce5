//! Compiles the library into the image that the engine embeds.
//!
//! Each `(defn name [parameters] …)` of `lib/prelude` is a compilation of its own: an anonymous function
//! for which every name outside itself is predefined, its own included. `(alias new old)` gives a
//! function a second name. A fault in the library fails the build with its diagnostics.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a build script talks to cargo")]
#![allow(clippy::disallowed_methods, reason = "a build script reads and writes files")]

mod merge;
#[allow(unreachable_pub, reason = "the file is a module of the library, too")]
#[path = "../src/outside.rs"]
mod outside;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lisle_bytecode::CodeUnit;
use lisle_compiler::{Arity, Builtin, BuiltinKind, CompilerHost, MacroId, Options, Session};
use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Datum, Diagnostic, Source, SourceId, SourceMap, Span, Symbol, Syntax};
use lisle_vm::native::Natives;

fn main() -> ExitCode {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let lib = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lib");
    println!("cargo::rerun-if-changed={}", lib.display());
    match build(&lib, &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(messages) => {
            for message in messages {
                println!("cargo::error={}", message.replace('\n', "\\n"));
                eprintln!("{message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn build(lib: &Path, out: &Path) -> Result<(), Vec<String>> {
    let image = prelude(&lib.join("prelude"))?;
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(out.join(name), bytes).map_err(|e| vec![format!("cannot write {name}: {e}")])
    };
    write("prelude.image", &image.to_bytes())?;
    let mut text =
        String::from("static PRELUDE: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/prelude.image\"));\n");
    text.push_str("static STANDARD_MODULES: &[(&str, &str)] = &[\n");
    // The parts of a large module stand in a directory of its name.
    let mut modules = Vec::new();
    for (directory, prefix) in [("std", ""), ("process", "process/")] {
        for path in lisp_files(&lib.join(directory)) {
            let path = path.canonicalize().map_err(|e| vec![e.to_string()])?;
            modules.push((format!("{prefix}{}", stem(&path)), path));
        }
    }
    modules.sort();
    for (name, path) in modules {
        text.push_str(&format!("    ({name:?}, include_str!({path:?})),\n"));
    }
    text.push_str("];\n");
    write("library.rs", text.as_bytes())
}

/// The `.lisp` files of a directory, in order of their names.
fn lisp_files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "lisp")).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A definition found in the library.
struct Definition {
    name: Symbol,
    source: SourceId,
    /// The anonymous function to compile; `None` for an alias.
    function: Option<Syntax>,
    /// What an alias stands for.
    target: Option<Symbol>,
    arity: Arity,
}

/// Compiles the prelude.
fn prelude(directory: &Path) -> Result<CodeUnit, Vec<String>> {
    let mut sources = SourceMap::new();
    let mut definitions = Vec::new();
    let mut faults = Vec::new();
    for path in lisp_files(directory) {
        let text = std::fs::read_to_string(&path).map_err(|e| vec![format!("{}: {e}", path.display())])?;
        let source = Source::new(format!("<lib>/{}.lisp", stem(&path)), text);
        let id = sources.add(source);
        let source = sources.get(id).expect("just added").clone();
        let (forms, diagnostics) = read_source(&source, id, &ReadLimits::default());
        faults.extend(diagnostics);
        for form in forms {
            match definition(&form, id) {
                Ok(definition) => definitions.push(definition),
                Err(fault) => faults.push(*fault),
            }
        }
    }
    let mut host = BuildHost::new(&definitions);
    let mut image = merge::Image::new();
    let mut messages = Vec::new();
    // Aliases last: what they name may stand anywhere.
    definitions.sort_by_key(|definition| definition.function.is_none());
    for definition in definitions {
        let name = definition.name;
        let added = match (definition.function, definition.target) {
            (Some(function), _) => {
                let mut session = Session::default();
                match lisle_compiler::compile(
                    vec![function],
                    &mut sources,
                    &Options::default(),
                    &mut session,
                    &mut host,
                ) {
                    Ok(unit) => image.add(name, unit),
                    Err(diagnostics) => {
                        faults.extend(diagnostics);
                        Ok(())
                    }
                }
            }
            (None, Some(target)) => image.alias(name, target),
            (None, None) => Ok(()),
        };
        let place = sources.get(definition.source).map(|s| s.name.clone()).unwrap_or_default();
        messages.extend(added.err().map(|message| format!("{place}: {message}")));
    }
    messages.extend(faults.iter().map(|fault| fault.one_line(&sources)));
    if !messages.is_empty() {
        return Err(messages);
    }
    let image = image.finish(sources);
    // The engine links the image without a second look.
    lisle_bytecode::verify::verify(&image).map_err(|error| vec![error.to_string()])?;
    Ok(image)
}

/// Takes `(defn name [parameters] body…)` or `(alias new old)` apart.
fn definition(form: &Syntax, source: SourceId) -> Result<Definition, Box<Diagnostic>> {
    let fault = |message: &str| Box::new(Diagnostic::error("E0400", message, form.span()));
    let items = form.as_list().unwrap_or(&[]);
    let name = items.get(1).and_then(Syntax::as_symbol);
    match (items.first(), name) {
        (Some(head), Some(name)) if head.is_symbol("defn") && items.len() > 2 => {
            let fn_symbol = Syntax::new(Datum::Symbol(Symbol::intern("fn")), items[0].span());
            let function = std::iter::once(fn_symbol).chain(items[2..].iter().cloned()).collect();
            let arity = arity(&items[2]);
            let function = Some(Syntax::new(Datum::List(function), form.span()));
            Ok(Definition { name, source, function, target: None, arity })
        }
        (Some(head), Some(name)) if head.is_symbol("alias") && items.len() == 3 => {
            let target = items[2].as_symbol().ok_or_else(|| fault("an alias names a function"))?;
            let arity = Arity { min: 0, max: None };
            Ok(Definition { name, source, function: None, target: Some(target), arity })
        }
        _ => Err(fault("the library holds only (defn name [parameters] ...) and (alias new old)")),
    }
}

/// A lower and upper bound read off a parameter list: only plain required parameters are counted exactly.
fn arity(parameters: &Syntax) -> Arity {
    let items = parameters.as_sequence().unwrap_or(&[]);
    let is_marker = |item: &Syntax| item.as_symbol().is_some_and(|s| s.name().starts_with('&'));
    let required = items.iter().take_while(|item| !is_marker(item)).count() as u32;
    let plain = !items.iter().any(is_marker);
    Arity { min: required, max: plain.then_some(required) }
}

/// Knows the natives, the library's own functions, and nothing else.
struct BuildHost {
    natives: Natives,
    library: HashMap<Symbol, Arity>,
    outside: HashSet<Symbol>,
}

impl BuildHost {
    fn new(definitions: &[Definition]) -> BuildHost {
        let mut natives = Natives::default();
        for group in lisle_vm::natives::all() {
            natives.add(group);
        }
        let names = outside::NAMES.iter().chain(outside::VALUES).chain(outside::ENGINE);
        BuildHost {
            natives,
            library: definitions.iter().map(|d| (d.name, d.arity)).collect(),
            outside: names.map(|n| Symbol::intern(n)).collect(),
        }
    }
}

impl CompilerHost for BuildHost {
    fn builtin(&self, name: Symbol) -> Option<Builtin> {
        if let Some(native) = self.natives.lookup(name).and_then(|index| self.natives.get(index)) {
            let arity = Arity { min: native.min, max: native.max };
            return Some(Builtin { canonical: Symbol::intern(native.name), kind: BuiltinKind::Native, arity });
        }
        let known = self.library.get(&name).copied();
        let outside = || self.outside.contains(&name).then_some(Arity { min: 0, max: None });
        let arity = known.or_else(outside)?;
        Some(Builtin { canonical: name, kind: BuiltinKind::Library, arity })
    }

    fn builtin_names(&self) -> Vec<Symbol> {
        self.natives.names().collect()
    }

    fn define_macro(&mut self, _: Symbol, _: CodeUnit) -> Result<MacroId, String> {
        Err("the library defines no macros".to_owned())
    }

    fn call_macro(&mut self, _: MacroId, _: &[Syntax], _: u32, _: Span) -> Result<Syntax, String> {
        Err("the library defines no macros".to_owned())
    }

    fn define_for_syntax(&mut self, _: Symbol, _: CodeUnit) -> Result<(), String> {
        Err("the library defines no macros".to_owned())
    }

    fn load_include(&mut self, spec: &str, _: Option<&str>) -> Result<Source, String> {
        Err(format!("the library includes nothing, and not {spec}"))
    }

    fn read(&mut self, source: &Source, id: SourceId) -> (Vec<Syntax>, Vec<Diagnostic>) {
        read_source(source, id, &ReadLimits::default())
    }
}
