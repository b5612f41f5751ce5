//! Natives that need the reader or the compiler.

pub use evaluation::NATIVES;

#[lisle_macros::primitives(crate = lisle_vm)]
mod evaluation {
    use lisle_syntax::reader::{ReadLimits, read_source};
    use lisle_syntax::{Severity, Source, SourceMap, Syntax};
    use lisle_vm::args::Text;
    use lisle_vm::natives::syntax::syntax_to_value;
    use lisle_vm::ops::access::mutable_text;
    use lisle_vm::{Cx, Escape, Request, Value};

    use crate::{help, requests};

    /// Compiles and runs a form with the predefined names in scope. The symbol keys of `environment` are
    /// variables in it.
    ///
    /// (eval '(+ 1 2))  # => 3
    #[primitive(signals(error))]
    fn eval(cx: &mut Cx<'_>, form: Value, environment: Option<Value>) -> Result<Value, Escape> {
        let environment = environment.unwrap_or_default();
        if !environment.is_nil() && environment.as_struct().is_none() {
            return Err(cx.type_error("eval", "struct or nil", environment));
        }
        Err(cx.wait(0, Request { operation: requests::EVAL, args: [form, environment, Value::NIL] }))
    }

    /// The documentation of what is predefined, by symbol or string, or of a module's function: how it is written, what
    /// it does, examples. Of a function of the program: its docstring. Without an argument: what there is to ask for.
    ///
    /// (doc (fn [x] "One more." (+ x 1)))  # => "One more."
    /// (doc 5)  # raises :type-error
    #[primitive(signals(error))]
    fn doc(cx: &mut Cx<'_>, subject: Option<Value>) -> Result<String, Escape> {
        let Some(subject) = subject else { return Ok(help::overview(cx.state)) };
        if let Some(closure) = subject.as_closure() {
            let code = closure.proto.code();
            let name = closure.proto.name();
            if let Some(unit_code) = code.name.and_then(|name| cx.state.library_code(name))
                && std::ptr::eq(unit_code.0, &raw const *closure.proto.unit)
            {
                return Ok(help::entry(cx.state, name).map(|entry| entry.text()).unwrap_or_default());
            }
            let source = closure.proto.unit.sources.get(code.span.source);
            let module = source.and_then(|source| source.name.strip_prefix("<std/")?.strip_suffix('>'));
            if let Some(entry) = module.and_then(help::module).and_then(|m| m.function_at(code.span.start).cloned()) {
                return Ok(entry.text());
            }
            return Ok(match &code.doc {
                Some(text) => text.clone(),
                None => format!("No documentation found for '{name}'"),
            });
        }
        let native =
            subject.as_native().and_then(|index| cx.state.natives.get(index)).map(|native| native.name.to_owned());
        let name = subject.as_symbol().map(|name| name.name().to_owned()).or(native);
        let name = match (name, Text::of(subject)) {
            (Some(name), _) => name,
            (None, Some(Text::Str(text))) => text.as_str().to_owned(),
            (None, Some(Text::MStr(text))) => mutable_text(cx, "doc", text)?.to_owned(),
            _ => return Err(cx.type_error("doc", "function, symbol, or string", subject)),
        };
        if let Some(entry) = help::entry(cx.state, &name) {
            return Ok(entry.text());
        }
        match name.starts_with("std/").then(|| help::module(&name)).flatten() {
            Some(module) => Ok(module.text()),
            None => Ok(format!("No documentation found for '{name}'")),
        }
    }

    /// The single datum in the text, unevaluated.
    ///
    /// (read "(a 1)")  # => ('a 1)
    #[primitive(signals(error))]
    fn read(cx: &mut Cx<'_>, text: Text) -> Result<Value, Escape> {
        let (forms, sources) = forms(cx, text)?;
        let mut forms = forms.into_iter();
        let (Some(form), extra) = (forms.next(), forms.next()) else {
            return Err(cx.error("read-error", "<read>:1:1: unexpected end of input"));
        };
        if let Some(extra) = extra {
            let place = sources.describe(extra.span()).unwrap_or_default();
            return Err(cx.error("read-error", format!("{place}: unexpected text after the datum")));
        }
        Ok(syntax_to_value(cx.heap, &form))
    }

    /// All data in the text, as a list.
    ///
    /// (read-all "1 (b)")  # => (1 ('b))
    #[primitive(name = "read-all", signals(error))]
    fn read_all(cx: &mut Cx<'_>, text: Text) -> Result<Value, Escape> {
        let (forms, _) = forms(cx, text)?;
        let data: Vec<Value> = forms.iter().map(|form| syntax_to_value(cx.heap, form)).collect();
        Ok(cx.heap.new_list(&data))
    }

    fn forms(cx: &mut Cx<'_>, text: Text) -> Result<(Vec<Syntax>, SourceMap), Escape> {
        let text = match text {
            Text::Str(s) => s.as_str().to_owned(),
            Text::MStr(s) => mutable_text(cx, "read", s)?.to_owned(),
        };
        let mut sources = SourceMap::new();
        let id = sources.add(Source::new("<read>", text));
        let source = sources.get(id).expect("just added").clone();
        let (forms, diagnostics) = read_source(&source, id, &ReadLimits::default());
        match diagnostics.iter().find(|d| d.severity == Severity::Error) {
            Some(fault) => Err(cx.error("read-error", fault.one_line(&sources))),
            None => Ok((forms, sources)),
        }
    }

    /// Finds and compiles a module: [function-to-run canonical-path].
    #[primitive(name = "%load", errors_as = "import", signals(error))]
    fn load(cx: &mut Cx<'_>, spec: Text) -> Result<Value, Escape> {
        let Text::Str(spec) = spec else {
            return Err(cx.error("type-error", "import: expected string, got @string"));
        };
        let importer = match importer(cx) {
            Some(name) => cx.string(&name),
            None => Value::NIL,
        };
        Err(cx.wait(0, Request { operation: requests::LOAD, args: [spec.into(), importer, Value::NIL] }))
    }

    /// The file whose code called: the innermost frame that is not the library's, in this fiber or those that resumed it.
    fn importer(cx: &Cx<'_>) -> Option<String> {
        let mut fiber = Some(cx.fiber);
        while let Some(f) = fiber {
            let body = f.get(cx.heap);
            for closure in body.stacks().frames.iter().rev().filter_map(|frame| frame.closure) {
                let name = closure.proto.unit.sources.iter().next().map(|source| source.name.clone());
                if let Some(name) = name.filter(|name| !name.starts_with('<')) {
                    return Some(name);
                }
            }
            fiber = body.parent;
        }
        None
    }

    /// Notes that a module's body begins to run; raises when it runs already.
    #[primitive(name = "%load-enter", signals(error))]
    fn load_enter(cx: &mut Cx<'_>, path: Value) -> Result<Value, Escape> {
        Err(cx.wait(0, Request { operation: requests::LOAD_ENTER, args: [path, Value::NIL, Value::NIL] }))
    }

    /// Notes that a module's body has ended.
    #[primitive(name = "%load-leave")]
    fn load_leave(cx: &mut Cx<'_>, path: Value) -> Result<Value, Escape> {
        Err(cx.wait(0, Request { operation: requests::LOAD_LEAVE, args: [path, Value::NIL, Value::NIL] }))
    }
}
