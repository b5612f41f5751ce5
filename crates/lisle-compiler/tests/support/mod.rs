//! Compiling test programs against a host that knows some names and no macros.

use lisle_bytecode::{CodeUnit, verify};
use lisle_compiler::{Arity, Builtin, BuiltinKind, CompilerHost, MacroId, Options, Session};
use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Diagnostic, Source, SourceId, SourceMap, Span, Symbol, Syntax};

const NATIVES: &[(&str, u32, Option<u32>)] = &[
    ("=", 2, None),
    ("not=", 2, Some(2)),
    ("nil?", 1, Some(1)),
    ("number?", 1, Some(1)),
    ("get", 2, Some(3)),
    ("length", 1, Some(1)),
    ("first", 1, Some(1)),
    ("rest", 1, Some(1)),
    ("push", 2, Some(2)),
    ("list", 0, None),
    ("string", 0, None),
    ("struct", 0, None),
    ("parameter", 1, Some(1)),
    ("error", 0, Some(1)),
];

const LIBRARY: &[&str] =
    &["+", "-", "*", "/", "rem", "mod", "<", "<=", ">", ">=", "inc", "dec", "not", "map", "println"];

struct Host;

impl CompilerHost for Host {
    fn builtin(&self, name: Symbol) -> Option<Builtin> {
        if let Some((_, min, max)) = NATIVES.iter().find(|(native, ..)| *native == name.name()) {
            let arity = Arity { min: *min, max: *max };
            return Some(Builtin { canonical: name, kind: BuiltinKind::Native, arity });
        }
        let arity = Arity { min: 0, max: None };
        LIBRARY.contains(&name.name()).then_some(Builtin { canonical: name, kind: BuiltinKind::Library, arity })
    }

    fn builtin_names(&self) -> Vec<Symbol> {
        NATIVES.iter().map(|(name, ..)| *name).chain(LIBRARY.iter().copied()).map(Symbol::intern).collect()
    }

    fn define_macro(&mut self, name: Symbol, _: CodeUnit) -> Result<MacroId, String> {
        Err(format!("no macros here: {name}"))
    }

    fn call_macro(&mut self, _: MacroId, _: &[Syntax], _: u32, _: Span) -> Result<Syntax, String> {
        Err("no macros here".to_owned())
    }

    fn define_for_syntax(&mut self, name: Symbol, _: CodeUnit) -> Result<(), String> {
        Err(format!("no macros here: {name}"))
    }

    fn load_include(&mut self, spec: &str, _: Option<&str>) -> Result<Source, String> {
        Err(format!("include: '{spec}' not found"))
    }

    fn read(&mut self, source: &Source, id: SourceId) -> (Vec<Syntax>, Vec<Diagnostic>) {
        read_source(source, id, &ReadLimits::default())
    }
}

/// Compiles a program, and verifies what comes out.
pub(crate) fn compile(text: &str) -> Result<CodeUnit, Vec<Diagnostic>> {
    let mut sources = SourceMap::new();
    let id = sources.add(Source::new("test.lisp", text));
    let source = sources.get(id).cloned().expect("just added");
    let (forms, faults) = read_source(&source, id, &ReadLimits::default());
    assert!(faults.is_empty(), "test programs must be readable: {faults:?}");
    let unit = lisle_compiler::compile(forms, &mut sources, &Options::default(), &mut Session::new(), &mut Host)?;
    assert_eq!(verify::verify(&unit), Ok(()));
    Ok(unit)
}
