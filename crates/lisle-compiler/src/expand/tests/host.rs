//! A host for tests: some predefined names, macros that are templates, includes from a map.

use std::collections::HashMap;

use lisle_bytecode::CodeUnit;
use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Datum, Diagnostic, Source, SourceId, Span, Symbol, Syntax};

use crate::host::{Arity, Builtin, BuiltinKind, CompilerHost, MacroId};

/// Runs a macro: arguments, scope of the expansion, place of the call.
type Run = Box<dyn Fn(&[Syntax], u32, Span) -> Result<Syntax, String>>;

/// Natives with their least and greatest number of arguments.
const NATIVES: &[(&str, u32, Option<u32>)] = &[
    ("=", 2, None),
    ("bit/and", 2, None),
    ("concat", 1, None),
    ("doc", 1, Some(1)),
    ("emit", 1, Some(2)),
    ("eval", 1, Some(2)),
    ("get", 2, Some(3)),
    ("length", 1, Some(1)),
    ("list", 0, None),
    ("list?", 1, Some(1)),
    ("nil?", 1, Some(1)),
    ("push", 2, Some(2)),
    ("string", 0, None),
    ("struct", 0, None),
    ("syntax->list", 1, Some(1)),
    ("syntax-e", 1, Some(1)),
    ("thaw", 1, Some(1)),
    ("%add", 2, Some(2)),
];

const LIBRARY: &[&str] = &["+", "-", "*", "<", ">", "map", "inc", "println", "not"];

pub(super) struct FakeHost {
    macros: HashMap<&'static str, Run>,
    defined: Vec<Symbol>,
    pub(super) files: HashMap<&'static str, &'static str>,
    pub(super) compile_time: Vec<Symbol>,
}

impl FakeHost {
    pub(super) fn new() -> FakeHost {
        FakeHost { macros: HashMap::new(), defined: Vec::new(), files: HashMap::new(), compile_time: Vec::new() }
    }

    /// What the macro of that name does, once a program defines it.
    pub(super) fn with_macro(
        mut self,
        name: &'static str,
        run: impl Fn(&[Syntax], u32, Span) -> Result<Syntax, String> + 'static,
    ) -> FakeHost {
        self.macros.insert(name, Box::new(run));
        self
    }

    /// A macro that fills a template: `$0`, `$1`, … are arguments, other symbols get the expansion's scope.
    pub(super) fn with_template(self, name: &'static str, template: &'static str) -> FakeHost {
        self.with_macro(name, move |arguments, scope, call| {
            let source = Source::new("template", template);
            let (forms, faults) = read_source(&source, SourceId(0), &ReadLimits::default());
            assert!(faults.is_empty(), "{template}: {faults:?}");
            Ok(fill(&forms[0], arguments, scope, call))
        })
    }
}

fn fill(template: &Syntax, arguments: &[Syntax], scope: u32, call: Span) -> Syntax {
    let all = |items: &[Syntax]| items.iter().map(|item| fill(item, arguments, scope, call)).collect();
    let datum = match template.datum() {
        Datum::Symbol(name) => {
            let index = name.name().strip_prefix('$').and_then(|index| index.parse::<usize>().ok());
            if let Some(index) = index {
                return arguments[index].clone();
            }
            return Syntax::with_scopes(Datum::Symbol(*name), call, template.scopes().with(scope));
        }
        Datum::List(items) => Datum::List(all(items)),
        Datum::Array(items) => Datum::Array(all(items)),
        other => other.clone(),
    };
    Syntax::new(datum, call)
}

impl CompilerHost for FakeHost {
    fn builtin(&self, name: Symbol) -> Option<Builtin> {
        if let Some((_, min, max)) = NATIVES.iter().find(|(native, ..)| *native == name.name()) {
            let arity = Arity { min: *min, max: *max };
            return Some(Builtin { canonical: name, kind: BuiltinKind::Native, arity });
        }
        let canonical = if name.name() == "added" { Symbol::intern("inc") } else { name };
        LIBRARY.contains(&canonical.name()).then_some(Builtin {
            canonical,
            kind: BuiltinKind::Library,
            arity: Arity { min: 0, max: None },
        })
    }

    fn builtin_names(&self) -> Vec<Symbol> {
        NATIVES.iter().map(|(name, ..)| *name).chain(LIBRARY.iter().copied()).map(Symbol::intern).collect()
    }

    fn define_macro(&mut self, name: Symbol, _: CodeUnit) -> Result<MacroId, String> {
        self.defined.push(name);
        Ok(MacroId(self.defined.len() as u32 - 1))
    }

    fn call_macro(&mut self, id: MacroId, arguments: &[Syntax], scope: u32, call: Span) -> Result<Syntax, String> {
        let name = self.defined[id.0 as usize];
        match self.macros.get(name.name()) {
            Some(run) => run(arguments, scope, call),
            None => Err(format!("the test gives macro {name} no meaning")),
        }
    }

    fn define_for_syntax(&mut self, name: Symbol, _: CodeUnit) -> Result<(), String> {
        self.compile_time.push(name);
        Ok(())
    }

    fn load_include(&mut self, spec: &str, _: Option<&str>) -> Result<Source, String> {
        match self.files.get(spec) {
            Some(text) => Ok(Source::new(spec, *text)),
            None => Err(format!("include: '{spec}' not found")),
        }
    }

    fn read(&mut self, source: &Source, id: SourceId) -> (Vec<Syntax>, Vec<Diagnostic>) {
        read_source(source, id, &ReadLimits::default())
    }
}
