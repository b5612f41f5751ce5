//! The engine: a VM, and the tools that compile for it.

use std::collections::HashMap;
use std::sync::Arc;

use lisle_bytecode::CodeUnit;
use lisle_compiler::Session;
use lisle_vm::object::Closure;
use lisle_vm::{Gc, Vm};

use crate::compile::{self, CompileError};
use crate::files::Files;
use crate::library::Library;
use crate::macros::MacroHost;
use crate::modules::SearchPath;
use crate::{image, natives};

/// What compiles programs; apart from the VM, which is only looked at meanwhile.
#[derive(Debug)]
pub struct Tools {
    /// The library's functions.
    pub library: Library,
    /// Runs macros.
    pub macros: MacroHost,
    /// Where modules are found.
    pub search: SearchPath,
    /// Compiled modules of `std/`: the compiled form is kept, never the result.
    pub(crate) standard: HashMap<String, Arc<CodeUnit>>,
    /// The main program's macros, for `eval`.
    pub(crate) session: Session,
    /// Modules whose bodies are running: the task that loads, and the canonical path.
    pub(crate) loading: Vec<(u32, String)>,
}

/// A VM with the library, and the compiler for it.
#[derive(Debug)]
pub struct Engine {
    /// The VM.
    pub vm: Vm,
    /// What compiles for it.
    pub tools: Tools,
}

/// A compiled main program: call the function to run it.
#[derive(Clone, Copy, Debug)]
pub struct Program(pub Gc<Closure>);

impl Engine {
    /// An engine whose VMs (the program's, and the one for macros) are prepared by `setup`, which adds the natives and
    /// predefined values of the crates above.
    pub fn new(setup: fn(&mut Vm)) -> Engine {
        let prelude = image::prelude();
        let mut library = Library::default();
        library.add(&prelude);
        let make_vm = move || {
            let mut vm = Vm::new();
            vm.add_natives(natives::NATIVES);
            vm.add_library(prelude.clone());
            setup(&mut vm);
            vm
        };
        let vm = make_vm();
        let tools = Tools {
            library,
            macros: MacroHost::new(Box::new(make_vm)),
            search: SearchPath::default(),
            standard: HashMap::new(),
            session: Session::default(),
            loading: Vec::new(),
        };
        Engine { vm, tools }
    }

    /// Collects at every safepoint, in the VM for macros too: for finding faults of ours.
    pub fn stress_collector(&mut self) {
        self.vm.heap.set_stress(true);
        self.tools.macros.stress_collector();
    }

    /// Compiles a text for this engine's VM.
    ///
    /// Errors: every fault found.
    pub fn compile_text(
        &mut self,
        files: &mut dyn Files,
        name: &str,
        text: String,
    ) -> Result<Arc<CodeUnit>, Box<CompileError>> {
        compile::compile_text(&self.vm, &mut self.tools, files, &mut Session::default(), name, text)
    }

    /// Compiles the main program from the bytes of its file. Its macros stay known to `eval`.
    ///
    /// Errors: every fault found.
    pub fn load_program(
        &mut self,
        files: &mut dyn Files,
        name: &str,
        bytes: &[u8],
    ) -> Result<Program, Box<CompileError>> {
        let text = compile::decode(name, bytes)?;
        let mut session = Session::default();
        let unit = compile::compile_text(&self.vm, &mut self.tools, files, &mut session, name, text)?;
        self.tools.session = session;
        let linked = self.vm.load_verified(unit);
        Ok(Program(self.vm.instantiate(linked, &[])))
    }
}
