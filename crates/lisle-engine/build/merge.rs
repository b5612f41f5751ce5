//! Joins separately compiled functions into one unit.

use lisle_bytecode::{Code, CodeUnit, Instr, Params, Reg};
use lisle_syntax::{SourceMap, Span, Symbol};

/// A unit under construction. Its first code object is an empty body.
pub(crate) struct Image {
    codes: Vec<Code>,
    exports: Vec<(Symbol, u32)>,
}

impl Image {
    /// A unit without functions.
    pub(crate) fn new() -> Image {
        Image { codes: vec![empty_body()], exports: Vec::new() }
    }

    /// Adds the function that `unit`'s body evaluates to.
    ///
    /// Errors: why the unit is no plain function.
    pub(crate) fn add(&mut self, name: Symbol, unit: CodeUnit) -> Result<(), String> {
        if !unit.globals.is_empty() {
            return Err(format!("{name}: a library function has no top-level variables"));
        }
        let made = unit.codes[0].instructions().find_map(|(_, instr)| match instr {
            Instr::NewClosure { code, .. } => Some(code),
            _ => None,
        });
        let function = made.ok_or_else(|| format!("{name}: the body makes no function"))?;
        // The body itself, code 0, is left out.
        let offset = self.codes.len() as u32;
        let rebased = |code: u32| code - 1 + offset;
        if !unit.codes[function as usize].captures.is_empty() {
            return Err(format!("{name}: a library function captures nothing"));
        }
        for (index, mut code) in unit.codes.into_iter().enumerate().skip(1) {
            if index as u32 == function {
                code.name = Some(name);
            }
            let mut words = Vec::with_capacity(code.words.len());
            for (_, instr) in code.instructions() {
                match instr {
                    Instr::NewClosure { dst, code } => {
                        Instr::NewClosure { dst, code: rebased(code) }.encode(&mut words)
                    }
                    other => other.encode(&mut words),
                }
            }
            if words.len() != code.words.len() {
                return Err(format!("{name}: its code does not decode"));
            }
            code.words = words;
            self.codes.push(code);
        }
        self.exports.push((name, rebased(function)));
        Ok(())
    }

    /// Gives a function that was added before another name.
    pub(crate) fn alias(&mut self, alias: Symbol, name: Symbol) -> Result<(), String> {
        let code = self.exports.iter().find(|(n, _)| *n == name);
        let (_, code) = code.ok_or_else(|| format!("alias {alias}: {name} is not defined"))?;
        self.exports.push((alias, *code));
        Ok(())
    }

    /// The unit.
    pub(crate) fn finish(self, sources: SourceMap) -> CodeUnit {
        CodeUnit { sources, codes: self.codes, globals: Vec::new(), exports: self.exports }
    }
}

/// The body of the image, which nobody runs: returns nil.
fn empty_body() -> Code {
    let mut words = Vec::new();
    Instr::LoadNil { dst: Reg(0) }.encode(&mut words);
    Instr::Return { src: Reg(0) }.encode(&mut words);
    Code {
        name: None,
        params: Params::default(),
        registers: 1,
        captures: Vec::new(),
        capture_names: Vec::new(),
        cleanups: Vec::new(),
        words,
        constants: Vec::new(),
        spans: Vec::new(),
        silent: false,
        doc: None,
        span: Span::default(),
    }
}
