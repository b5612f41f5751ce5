//! Compiles texts and files against the VM's predefined names.

use std::sync::Arc;

use lisle_bytecode::CodeUnit;
use lisle_compiler::{Builtin, CompilerHost, MacroId, Options, Session};
use lisle_syntax::epoch;
use lisle_syntax::reader::{ReadLimits, literate, read_bytes, read_source};
use lisle_syntax::{Diagnostic, Severity, Source, SourceId, SourceMap, Span, Symbol, Syntax};
use lisle_vm::Vm;

use crate::engine::Tools;
use crate::files::Files;
use crate::modules;

/// In files of this epoch and older ones, plain bindings are mutable.
const LAST_MUTABLE_EPOCH: u32 = 7;

/// Faults in a source text, and the sources that they point into.
#[derive(Debug)]
pub struct CompileError {
    /// The faults, the first one first; at least one.
    pub diagnostics: Vec<Diagnostic>,
    /// The sources.
    pub sources: SourceMap,
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.diagnostics.first() {
            Some(first) => f.write_str(&first.one_line(&self.sources)),
            None => f.write_str("the program does not compile"),
        }
    }
}
impl std::error::Error for CompileError {}

/// Decodes a file's bytes. Files named `.md` are literate programs.
///
/// Errors: the place of the first byte that is no UTF-8.
pub fn decode(name: &str, bytes: &[u8]) -> Result<String, Box<CompileError>> {
    match read_bytes(bytes) {
        Ok(text) if name.ends_with(".md") => Ok(literate(&text)),
        Ok(text) => Ok(text),
        Err(invalid) => {
            let mut sources = SourceMap::new();
            let id = sources.add(Source::new(name, invalid.lossy_text.clone()));
            Err(Box::new(CompileError { diagnostics: vec![invalid.diagnostic(id)], sources }))
        }
    }
}

/// Compiles a whole text.
///
/// Errors: every fault found.
pub(crate) fn compile_text(
    vm: &Vm,
    tools: &mut Tools,
    files: &mut dyn Files,
    session: &mut Session,
    name: &str,
    text: String,
) -> Result<Arc<CodeUnit>, Box<CompileError>> {
    let mut sources = SourceMap::new();
    let id = sources.add(Source::new(name, text));
    let source = sources.get(id).expect("just added").clone();
    let (forms, epoch, diagnostics) = read_program(&source, id);
    if diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(Box::new(CompileError { diagnostics, sources }));
    }
    let options = Options { mutable_by_default: epoch <= LAST_MUTABLE_EPOCH, ..Options::default() };
    compile_forms(vm, tools, files, session, forms, sources, options)
}

/// The forms of a file in today's syntax, and the epoch that the file is written in.
fn read_program(source: &Source, id: SourceId) -> (Vec<Syntax>, u32, Vec<Diagnostic>) {
    let (mut forms, mut diagnostics) = read_source(source, id, &ReadLimits::default());
    let (epoch, faults) = epoch::take_header(&mut forms);
    diagnostics.extend(faults);
    let (forms, faults) = epoch::rewrite(forms, epoch);
    diagnostics.extend(faults);
    (forms, epoch, diagnostics)
}

/// Compiles forms that were read or made before.
///
/// Errors: every fault found.
pub(crate) fn compile_forms(
    vm: &Vm,
    tools: &mut Tools,
    files: &mut dyn Files,
    session: &mut Session,
    forms: Vec<Syntax>,
    mut sources: SourceMap,
    options: Options,
) -> Result<Arc<CodeUnit>, Box<CompileError>> {
    let mut host = Host { vm, tools, files };
    match lisle_compiler::compile(forms, &mut sources, &options, session, &mut host) {
        Ok(unit) => Ok(Arc::new(unit)),
        Err(diagnostics) => Err(Box::new(CompileError { diagnostics, sources })),
    }
}

/// The compiler's surroundings during one compilation.
struct Host<'a> {
    vm: &'a Vm,
    tools: &'a mut Tools,
    files: &'a mut dyn Files,
}

impl CompilerHost for Host<'_> {
    fn builtin(&self, name: Symbol) -> Option<Builtin> {
        self.tools.library.builtin(self.vm, name)
    }

    fn builtin_names(&self) -> Vec<Symbol> {
        self.vm.predefined_names()
    }

    fn define_macro(&mut self, name: Symbol, unit: CodeUnit) -> Result<MacroId, String> {
        self.tools.macros.define(name, unit)
    }

    fn call_macro(&mut self, id: MacroId, arguments: &[Syntax], scope: u32, call: Span) -> Result<Syntax, String> {
        self.tools.macros.call(id, arguments, scope, call)
    }

    fn define_for_syntax(&mut self, name: Symbol, unit: CodeUnit) -> Result<(), String> {
        self.tools.macros.define_for_syntax(name, unit)
    }

    fn load_include(&mut self, spec: &str, relative_to: Option<&str>) -> Result<Source, String> {
        let not_found = || format!("include: '{spec}' not found");
        let path = match relative_to {
            Some(including) => {
                Some(modules::join(&modules::directory_of(including), spec)).filter(|p| self.files.is_file(p))
            }
            None => self.tools.search.find_file(spec, &[], self.files),
        };
        let path = path.ok_or_else(not_found)?;
        let bytes = self.files.read(&path).map_err(|error| format!("include: cannot read '{path}': {error}"))?;
        let text = decode(&path, &bytes).map_err(|error| format!("include: {error}"))?;
        Ok(Source::new(path, text))
    }

    fn read(&mut self, source: &Source, id: SourceId) -> (Vec<Syntax>, Vec<Diagnostic>) {
        let (forms, _, diagnostics) = read_program(source, id);
        (forms, diagnostics)
    }
}
