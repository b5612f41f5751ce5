//! Natives without compiler and interpreter, for tests: expressions made of literals and calls of natives.

use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Datum, Source, SourceMap, Symbol, Syntax};

use crate::cx::Cx;
use crate::fiber::Fiber;
use crate::flow::{Flow, NoHost};
use crate::gc::Gc;
use crate::ops::print::machine;
use crate::value::Value;
use crate::vm::Vm;

/// A VM whose natives can be called.
pub(crate) struct Bench {
    pub(crate) vm: Vm,
    fiber: Gc<Fiber>,
}

impl Bench {
    pub(crate) fn new() -> Bench {
        let mut vm = Vm::new();
        let fiber = vm.new_fiber(Value::NIL, 0);
        Bench { vm, fiber }
    }

    /// Calls a native. `Err` is what it raises. `+` and the like, which are library functions, stand for `%+`.
    pub(crate) fn call(&mut self, name: &str, args: &[Value]) -> Result<Value, Value> {
        let natives = &self.vm.state.natives;
        let index =
            natives.lookup(Symbol::intern(name)).or_else(|| natives.lookup(Symbol::intern(&format!("%{name}"))));
        let native = *index.and_then(|index| natives.get(index)).unwrap_or_else(|| panic!("no native {name}"));
        Cx::with(&mut self.vm.heap, &mut self.vm.state, &mut NoHost, self.fiber, |cx| {
            let mut result = (native.run)(cx, args);
            while result.is_err() {
                match cx.take_flow() {
                    Flow::Raise(error) => return Err(error),
                    Flow::Pause { then, state } => result = then(cx, state, Value::NIL),
                    flow => panic!("{name} answers with {flow:?}"),
                }
            }
            Ok(result.expect("what is no error"))
        })
    }

    /// An immutable string.
    pub(crate) fn string(&mut self, text: &str) -> Value {
        self.vm.heap.new_string(text).into()
    }

    /// The value's M form.
    pub(crate) fn show(&self, value: Value) -> String {
        let mut out = String::new();
        machine(&self.vm.heap, value, &mut out);
        out
    }

    /// The value of an expression.
    pub(crate) fn eval(&mut self, source: &str) -> Result<Value, Value> {
        let source = Source::new("test", source);
        let id = SourceMap::new().add(Source::new("test", ""));
        let (forms, diagnostics) = read_source(&source, id, &ReadLimits::default());
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let mut value = Value::NIL;
        for form in &forms {
            value = self.form(form)?;
        }
        Ok(value)
    }

    fn all(&mut self, forms: &[Syntax]) -> Result<Vec<Value>, Value> {
        forms.iter().map(|form| self.form(form)).collect()
    }

    fn form(&mut self, form: &Syntax) -> Result<Value, Value> {
        Ok(match form.datum() {
            Datum::Symbol(name) => panic!("no variables here: {name}"),
            Datum::List(forms) => match forms.split_first() {
                None => Value::EMPTY_LIST,
                Some((head, arguments)) => {
                    let name = head.as_symbol().unwrap_or_else(|| panic!("no name: {head:?}"));
                    let arguments = self.all(arguments)?;
                    self.call(name.name(), &arguments)?
                }
            },
            Datum::Array(forms) => {
                let items = self.all(forms)?;
                self.vm.heap.new_array(&items).into()
            }
            Datum::MArray(forms) => {
                let items = self.all(forms)?;
                self.vm.heap.new_marray(items).into()
            }
            Datum::Struct(forms) => {
                let entries = self.entries(forms)?;
                self.vm.heap.new_struct(entries).into()
            }
            Datum::MStruct(forms) => {
                let entries = self.entries(forms)?;
                self.vm.heap.new_mstruct(entries).into()
            }
            Datum::Set(forms) => {
                let items = self.all(forms)?;
                self.vm.heap.new_set(items).into()
            }
            Datum::MSet(forms) => {
                let items = self.all(forms)?;
                self.vm.heap.new_mset(items).into()
            }
            Datum::Bytes(forms) => {
                let bytes = self.octets(forms)?;
                self.vm.heap.new_bytes(&bytes).into()
            }
            Datum::MBytes(forms) => {
                let bytes = self.octets(forms)?;
                self.vm.heap.new_mbytes(bytes).into()
            }
            Datum::Quote(inner) => self.quoted(inner),
            _ => self.quoted(form),
        })
    }

    fn entries(&mut self, forms: &[Syntax]) -> Result<Vec<(Value, Value)>, Value> {
        Ok(self.all(forms)?.chunks(2).map(|pair| (pair[0], pair[1])).collect())
    }

    fn octets(&mut self, forms: &[Syntax]) -> Result<Vec<u8>, Value> {
        Ok(self.all(forms)?.iter().map(|v| v.as_int().expect("an integer") as u8).collect())
    }

    /// Data: leaves and lists of them.
    fn quoted(&mut self, form: &Syntax) -> Value {
        match form.datum() {
            Datum::Nil => Value::NIL,
            Datum::Bool(b) => Value::bool(*b),
            Datum::Int(i) => Value::int(*i),
            Datum::Float(f) => Value::float(*f),
            Datum::Symbol(name) => Value::symbol(*name),
            Datum::Keyword(name) => Value::keyword(*name),
            Datum::String(text) => self.string(text),
            Datum::MString(text) => self.vm.heap.new_mstr(text.as_bytes().to_vec()).into(),
            Datum::List(forms) => {
                let items: Vec<Value> = forms.iter().map(|form| self.quoted(form)).collect();
                self.vm.heap.new_list(&items)
            }
            other => panic!("no data here: {other:?}"),
        }
    }
}

/// Checks lines `EXPRESSION    =>  VALUE` and `EXPRESSION    !>  ERROR`, with values in M form and `⏎` for line
/// ends: the notation of the table of expected outcomes.
pub(crate) fn check(lines: &str) {
    let mut bench = Bench::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (source, raises, expected) = match (line.split_once("    =>  "), line.split_once("    !>  ")) {
            (Some((source, expected)), _) => (source, false, expected),
            (_, Some((source, expected))) => (source, true, expected),
            _ => panic!("no outcome: {line}"),
        };
        let outcome = bench.eval(source);
        let shown = bench.show(outcome.unwrap_or_else(|error| error)).replace('\n', "⏎");
        assert_eq!((outcome.is_err(), shown.as_str()), (raises, expected), "{source}");
    }
}

/// Checks the examples in the documentation of natives: the lines with `# =>`.
pub(crate) fn check_examples(natives: &[crate::native::Native]) {
    for native in natives {
        for line in native.doc.lines() {
            if let Some((source, expected)) = line.split_once("# =>") {
                check(&format!("{}    =>  {}", source.trim(), expected.trim()));
            }
        }
    }
}
