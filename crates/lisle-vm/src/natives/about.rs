//! What a program may ask about itself and the language, and traits (spec 06, sections 19 and 20).

pub use about::NATIVES;

/// The version of the language that programs see: that of the reference implementation.
const LANGUAGE: &str = "1.0.0";

#[allow(clippy::module_inception, reason = "the module's name is the category that help shows")]
#[lisle_macros::primitives]
mod about {
    use lisle_syntax::Symbol;

    use super::LANGUAGE;
    use crate::gc::Gc;
    use crate::object::{Struct, traits_of};
    use crate::{Cx, Escape, Value};

    /// The version of the language.
    ///
    /// (elle/version)  # => "1.0.0"
    #[primitive(name = "elle/version", aliases("pkg/version", "package-version"))]
    fn language_version(_cx: &mut Cx<'_>) -> String {
        LANGUAGE.to_owned()
    }

    /// Name, version and description of the language.
    ///
    /// (second (elle/info))  # => "1.0.0"
    #[primitive(name = "elle/info", aliases("pkg/info", "package-info"))]
    fn language_info(cx: &mut Cx<'_>) -> Value {
        strings(cx, ["elle", LANGUAGE, "the language of Lisle programs"])
    }

    /// The epoch of the language; an argument is given back.
    ///
    /// (elle/epoch)  # => 10
    #[primitive(name = "elle/epoch", aliases("lisle/epoch"))]
    fn epoch(_cx: &mut Cx<'_>, epoch: Option<Value>) -> Value {
        epoch.unwrap_or(Value::int(10))
    }

    /// The version of this implementation.
    ///
    /// (string? (lisle/version))  # => true
    #[primitive(name = "lisle/version")]
    fn version(_cx: &mut Cx<'_>) -> String {
        env!("CARGO_PKG_VERSION").to_owned()
    }

    /// Name, version and description of this implementation.
    ///
    /// (first (lisle/info))  # => "lisle"
    #[primitive(name = "lisle/info")]
    fn info(cx: &mut Cx<'_>) -> Value {
        strings(cx, ["lisle", env!("CARGO_PKG_VERSION"), "a small, fast Lisp for concurrent programs"])
    }

    fn strings(cx: &mut Cx<'_>, texts: [&str; 3]) -> Value {
        let items = texts.map(|text| cx.string(text));
        cx.heap.new_list(&items)
    }

    /// Where a closure is written, as a struct of `:file`, `:line` and `:col`; nil for what is no closure.
    ///
    /// (integer? (get (meta/origin map) :line))  # => true
    #[primitive(name = "meta/origin")]
    fn origin(cx: &mut Cx<'_>, f: Value) -> Value {
        let Some(closure) = f.as_closure() else { return Value::NIL };
        let span = closure.proto.code().span;
        let Some(source) = closure.proto.unit.sources.get(span.source).cloned() else { return Value::NIL };
        let location = source.location(span.start);
        let fields = [
            ("file", cx.string(&source.name)),
            ("line", Value::int(i64::from(location.line))),
            ("col", Value::int(i64::from(location.column))),
        ];
        let fields = fields.into_iter().map(|(name, value)| (Value::keyword_named(name), value)).collect();
        cx.heap.new_struct(fields).into()
    }

    /// True for the symbol of a predefined name.
    #[primitive(name = "%predefined?", errors_as = "global?", signals(error))]
    fn is_predefined(cx: &mut Cx<'_>, name: Value) -> Result<bool, Escape> {
        let Some(name) = name.as_symbol() else { return Err(cx.type_error("global?", "symbol", name)) };
        Ok(is_known(cx, name))
    }

    fn is_known(cx: &Cx<'_>, name: Symbol) -> bool {
        cx.state.natives.lookup(name).is_some() || cx.state.is_in_library(name)
    }

    /// Answers a question about the VM: `"global?"` about a symbol, `"call-count"` or `"arity"` about a function,
    /// `"doc"` about the name of a native.
    ///
    /// (vm/query "global?" 'map)  # => true
    /// (vm/query "weather" 'map)  # raises :argument-error
    /// (vm/query 5 'map)  # raises :type-error
    #[primitive(name = "vm/query", signals(error))]
    fn query(cx: &mut Cx<'_>, question: Value, subject: Value) -> Result<Value, Escape> {
        let name =
            question.as_str().map(|q| q.as_str().to_owned()).or(question.as_keyword().map(|q| q.name().to_owned()));
        let Some(name) = name else { return Err(cx.type_error("vm/query", "string or keyword", question)) };
        let function = match name.as_str() {
            "global?" => return Ok(subject.as_symbol().is_some_and(|name| is_known(cx, name)).into()),
            "call-count" => return Ok(Value::int(0)),
            "arity" => "fn/arity",
            "doc" => "vm/primitive-meta",
            _ => return Err(cx.argument_error("vm/query", &format!("unknown question {name:?}"))),
        };
        let function = cx.state.natives.lookup(Symbol::intern(function)).map_or(Value::NIL, Value::native);
        Err(cx.tail_call(function, vec![subject]))
    }

    /// A value equal to `value` that carries a struct as its trait table: a copy.
    ///
    /// (traits (with-traits [1 2] {:Seq 1}))  # => {:Seq 1}
    /// (with-traits 5 {:a 1})  # raises :type-error
    /// (with-traits [1] 5)  # raises :type-error
    #[primitive(signals(error))]
    fn with_traits(cx: &mut Cx<'_>, value: Value, table: Value) -> Result<Value, Escape> {
        let Some(table): Option<Gc<Struct>> = table.as_struct() else {
            let got = cx.type_name(table);
            let message = format!("with-traits: trait table must be an immutable struct, got {got}");
            return Err(cx.error("type-error", message));
        };
        match cx.heap.with_traits(value, table) {
            Some(copy) => Ok(copy),
            None => {
                let got = cx.type_name(value);
                Err(cx.error("type-error", format!("with-traits: value must be a traitable heap type, got {got}")))
            }
        }
    }

    /// The trait table that a value carries; nil when it carries none.
    ///
    /// (traits [1])  # => nil
    #[primitive]
    fn traits(_cx: &mut Cx<'_>, value: Value) -> Value {
        traits_of(value).unwrap_or_default()
    }
}
