//! What programs ask of the engine while they run.
//!
//! The natives of this crate leave the interpreter with one of these operations. They travel with no
//! signal bits, so no mask catches them: to the program they are plain calls.

use std::sync::Arc;

use lisle_bytecode::CodeUnit;
use lisle_compiler::{Options, Session};
use lisle_syntax::{ScopeSet, Source, SourceMap, Span, Symbol};
use lisle_vm::natives::syntax::value_to_syntax;
use lisle_vm::vm::Resume;
use lisle_vm::{Request, Value};

use crate::compile::{self, CompileError};
use crate::engine::Engine;
use crate::files::Files;
use crate::modules::Found;

/// Compile and run a form: form, environment or nil.
pub const EVAL: u32 = 1;
/// Find and compile a module: name, path of the importing file or nil.
pub const LOAD: u32 = 2;
/// A module's body is about to run: canonical path.
pub const LOAD_ENTER: u32 = 3;
/// A module's body has ended: canonical path.
pub const LOAD_LEAVE: u32 = 4;

/// Operations from this number on belong to the crates above.
pub const FIRST_FREE: u32 = 64;

impl Engine {
    /// Does what a request of this crate asks, and says how the program goes on. `task` tells programs' tasks apart.
    pub fn perform(&mut self, request: &Request, files: &mut dyn Files, task: u32) -> Resume {
        let [first, second, _] = request.args;
        let answer = match request.operation {
            EVAL => self.eval(first, second, files),
            LOAD => self.load(first, second, files, task),
            LOAD_ENTER => self.load_enter(first, task),
            LOAD_LEAVE => self.load_leave(first, task),
            other => Err(self.vm.heap.new_error("internal-error", &format!("unknown request {other}"), &[])),
        };
        answer.unwrap_or_else(Resume::Error)
    }

    /// True while some task loads a module: then the ends of tasks matter.
    pub fn is_loading(&self) -> bool {
        !self.tools.loading.is_empty()
    }

    /// Forgets what an ended task was loading.
    pub fn task_ended(&mut self, task: u32) {
        if !self.tools.loading.is_empty() {
            self.tools.loading.retain(|(t, _)| *t != task);
        }
    }

    fn eval(&mut self, form: Value, environment: Value, files: &mut dyn Files) -> Result<Resume, Value> {
        let mut sources = SourceMap::new();
        let syntax = match value_to_syntax(&self.vm.heap, form, Span::default(), &ScopeSet::EMPTY) {
            Ok(syntax) => syntax,
            Err(what) => return Err(self.vm.heap.new_error("eval-error", &format!("eval: {what}"), &[])),
        };
        sources.add(Source::new("<eval>", lisle_syntax::print::write_syntax(&syntax)));
        let entries = environment.as_struct().map(|e| e.entries()).unwrap_or_default();
        let bound: Vec<(Symbol, Value)> = entries.iter().filter_map(|(k, v)| Some((k.as_symbol()?, *v))).collect();
        let options = Options { predefined: bound.iter().map(|(name, _)| *name).collect(), ..Options::default() };
        let mut session = std::mem::take(&mut self.tools.session);
        let forms = vec![syntax];
        let compiled = compile::compile_forms(&self.vm, &mut self.tools, files, &mut session, forms, sources, options);
        self.tools.session = session;
        let unit = compiled.map_err(|error| self.vm.heap.new_error("eval-error", &format!("eval: {error}"), &[]))?;
        let linked = self.vm.load_verified(unit);
        let body = self.vm.instantiate(linked, &bound).into();
        // A library function of that name turns what the form raises into `:eval-error`s.
        match self.vm.predefined(Symbol::intern("%eval-run")) {
            Some(wrapper) => Ok(Resume::Call(wrapper, self.vm.heap.new_array(&[body]))),
            None => Ok(Resume::Call(body, self.vm.heap.new_array(&[]))),
        }
    }

    fn load(&mut self, spec: Value, importer: Value, files: &mut dyn Files, task: u32) -> Result<Resume, Value> {
        let spec = text(spec);
        let mut importers: Vec<String> = importer.as_str().map(|_| text(importer)).into_iter().collect();
        // A module that ends with an `import` has left its frame to it.
        importers.extend(self.tools.loading.iter().rev().find(|(t, _)| *t == task).map(|(_, path)| path.clone()));
        let Some(found) = self.tools.search.find(&spec, &importers, files) else {
            let name = self.vm.heap.new_string(&spec).into();
            let message = format!("import: module '{spec}' not found");
            return Err(self.vm.heap.new_error("io-error", &message, &[("spec", name)]));
        };
        let (shown, canonical, compiled) = match found {
            Found::Standard { name, text } => {
                let compiled = self.standard(&name, text, files);
                (name.clone(), name, compiled)
            }
            Found::File { path, canonical } => {
                let bytes = files.read(&path).map_err(|error| {
                    let message = format!("import: cannot read '{path}': {error}");
                    let shown = self.vm.heap.new_string(&path).into();
                    self.vm.heap.new_error("io-error", &message, &[("path", shown)])
                })?;
                let text = compile::decode(&path, &bytes);
                let compiled = text.and_then(|text| self.compile_text(files, &path, text));
                (path, canonical, compiled)
            }
        };
        let unit = compiled.map_err(|error| {
            let message = format!("import: compilation error in {shown}: {error}");
            let path = self.vm.heap.new_string(&shown).into();
            self.vm.heap.new_error("eval-error", &message, &[("path", path)])
        })?;
        let linked = self.vm.load_verified(unit);
        let body = self.vm.instantiate(linked, &[]).into();
        let path = self.vm.heap.new_string(&canonical).into();
        Ok(Resume::Value(self.vm.heap.new_array(&[body, path]).into()))
    }

    /// A module of `std/`, compiled once.
    fn standard(&mut self, name: &str, text: &str, files: &mut dyn Files) -> Result<Arc<CodeUnit>, Box<CompileError>> {
        if let Some(unit) = self.tools.standard.get(name) {
            return Ok(unit.clone());
        }
        let shown = format!("<{name}>");
        let mut session = Session::default();
        let unit = compile::compile_text(&self.vm, &mut self.tools, files, &mut session, &shown, text.to_owned())?;
        self.tools.standard.insert(name.to_owned(), unit.clone());
        Ok(unit)
    }

    fn load_enter(&mut self, path: Value, task: u32) -> Result<Resume, Value> {
        let entry = (task, text(path));
        if self.tools.loading.contains(&entry) {
            let message = format!("import: circular dependency detected for '{}'", entry.1);
            return Err(self.vm.heap.new_error("io-error", &message, &[("path", path)]));
        }
        self.tools.loading.push(entry);
        Ok(Resume::Value(Value::NIL))
    }

    fn load_leave(&mut self, path: Value, task: u32) -> Result<Resume, Value> {
        let entry = (task, text(path));
        if let Some(index) = self.tools.loading.iter().rposition(|e| *e == entry) {
            self.tools.loading.remove(index);
        }
        Ok(Resume::Value(Value::NIL))
    }
}

/// The text of a string; the natives have checked that it is one.
fn text(value: Value) -> String {
    value.as_str().map(|s| s.as_str().to_owned()).unwrap_or_default()
}
