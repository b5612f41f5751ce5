//! Boxes, parameters, and facts about functions (spec 06, sections 14 and 19).

pub use basic::NATIVES;

#[lisle_macros::primitives]
mod basic {
    use lisle_bytecode::Collector;
    use lisle_syntax::Symbol;

    use crate::args::FromValue;
    use crate::gc::Gc;
    use crate::native::Native;
    use crate::object::BoxCell;
    use crate::ops::access::text_of;
    use crate::{Cx, Escape, Value};

    /// A box: one place that can change.
    ///
    /// (unbox (box 5))  # => 5
    #[primitive(name = "box")]
    fn make_box(cx: &mut Cx<'_>, value: Value) -> Value {
        cx.heap.new_box(value).into()
    }

    /// The content of a box.
    ///
    /// (unbox (box 5))  # => 5
    /// (unbox 5)  # raises :type-error
    #[primitive(signals(error))]
    fn unbox(cx: &mut Cx<'_>, b: Value) -> Result<Value, Escape> {
        let b: Gc<BoxCell> = FromValue::from_value(cx, "unbox", b)?;
        Ok(b.value(cx.heap))
    }

    /// Replaces the content of a box, and gives the new one.
    ///
    /// (let [b (box 1)] (rebox b 2) (unbox b))  # => 2
    /// (rebox [1] 2)  # raises :type-error
    #[primitive(signals(error))]
    fn rebox(cx: &mut Cx<'_>, b: Value, value: Value) -> Result<Value, Escape> {
        let b: Gc<BoxCell> = FromValue::from_value(cx, "rebox", b)?;
        b.set(cx.heap, value);
        Ok(value)
    }

    /// A dynamic parameter with a default; calling it without arguments reads it.
    ///
    /// (let [p (parameter 1)] [(p) (parameterize [p 2] (p))])  # => [1 2]
    #[primitive(aliases("make-parameter"))]
    fn parameter(cx: &mut Cx<'_>, default: Value) -> Value {
        cx.heap.new_parameter(default).into()
    }

    /// How many arguments a function takes: an integer, or a pair of least and largest number, the latter nil
    /// when there is no bound. nil for natives and what is no function.
    ///
    /// (fn/arity (fn [a b] 1))  # => 2
    #[primitive(name = "fn/arity", aliases("arity"))]
    fn arity(cx: &mut Cx<'_>, f: Value) -> Value {
        let Some(closure) = f.as_closure() else { return Value::NIL };
        let params = &closure.proto.code().params;
        let required = Value::int(i64::from(params.required));
        match (&params.collector, params.optional) {
            (Collector::None, 0) => required,
            (Collector::None, optional) => {
                let largest = Value::int(i64::from(params.required) + i64::from(optional));
                cx.heap.new_pair(required, largest).into()
            }
            _ => cx.heap.new_pair(required, Value::NIL).into(),
        }
    }

    /// Number of variables that a function captured from around it; nil for what is no closure.
    ///
    /// (let [x 1] (fn/captures (fn [] x)))  # => 1
    #[primitive(name = "fn/captures", aliases("captures"))]
    fn captures(_cx: &mut Cx<'_>, f: Value) -> Value {
        f.as_closure().map_or(Value::NIL, |closure| Value::int(closure.captures().len() as i64))
    }

    /// Whether instructions of each opcode write the register that they name first.
    const WRITES_FIRST: &[bool] = {
        macro_rules! writes_first {
            ($( #[doc = $doc:literal] $name:ident { $($field:ident : $type:ident),* } )*) => {
                &[ $( is_dst(&[ $( stringify!($field) ),* ]) ),* ]
            };
        }
        lisle_bytecode::for_each_op!(writes_first)
    };

    const fn is_dst(fields: &[&str]) -> bool {
        matches!(fields, [first, ..] if matches!(first.as_bytes(), b"dst"))
    }

    /// True for a closure that assigns to a parameter of its own.
    ///
    /// (fn/mutates-params? (fn [@x] (assign x 1) x))  # => true
    #[primitive(name = "fn/mutates-params?", aliases("mutates-params?"))]
    fn mutates_params(_cx: &mut Cx<'_>, f: Value) -> bool {
        let Some(closure) = f.as_closure() else { return false };
        let code = closure.proto.code();
        let params = code.params.registers();
        code.instructions().any(|(pc, _)| {
            let word = code.words[pc as usize];
            WRITES_FIRST.get((word & 0xff) as usize).is_some_and(|writes| *writes) && (word >> 8 & 0xff) < params
        })
    }

    /// The signals that a call of a function may emit, as far as is known; all for closures.
    fn signals_of(cx: &Cx<'_>, f: Value) -> u64 {
        match f.as_native().and_then(|index| cx.state.natives.get(index)) {
            Some(native) => native.signals,
            None if f.as_closure().is_some() => u64::MAX,
            None => 0,
        }
    }

    /// True if a call of the function may raise an error, as far as is known.
    ///
    /// (fn/errors? first)  # => true
    #[primitive(name = "fn/errors?")]
    fn may_raise(cx: &mut Cx<'_>, f: Value) -> bool {
        signals_of(cx, f) & crate::signal::ERROR != 0
    }

    /// True if a call of the function is known to emit no signal.
    ///
    /// (silent? string?)  # => true
    #[primitive(name = "silent?")]
    fn is_silent(cx: &mut Cx<'_>, f: Value) -> bool {
        f.as_native().is_some() && signals_of(cx, f) == 0
    }

    /// The names of the native functions, sorted; those of one category if one is given.
    ///
    /// (first (vm/list-primitives "bit"))  # => '%bit-and
    /// (vm/list-primitives 5)  # raises :type-error
    #[primitive(name = "vm/list-primitives", aliases("list-primitives"), signals(error))]
    fn list_primitives(cx: &mut Cx<'_>, category: Option<Value>) -> Result<Value, Escape> {
        let category = category.map(|category| name_of(cx, "vm/list-primitives", category)).transpose()?;
        let matches = |native: &&Native| category.as_ref().is_none_or(|category| native.category == category);
        let mut names: Vec<&str> = cx.state.natives.iter().filter(matches).map(|native| native.name).collect();
        names.sort_unstable();
        names.dedup();
        let names: Vec<Value> = names.into_iter().map(|name| Value::symbol(Symbol::intern(name))).collect();
        Ok(cx.heap.new_list(&names))
    }

    /// What is known of a native function, as a struct; nil if there is none of that name.
    ///
    /// (get (vm/primitive-meta "first") :arity)  # => 1
    /// (vm/primitive-meta 5)  # raises :type-error
    #[primitive(name = "vm/primitive-meta", aliases("primitive-meta"), signals(error))]
    fn primitive_meta(cx: &mut Cx<'_>, name: Value) -> Result<Value, Escape> {
        let name = name_of(cx, "vm/primitive-meta", name)?;
        let natives = &cx.state.natives;
        let Some(native) = natives.lookup(Symbol::intern(&name)).and_then(|index| natives.get(index)).copied() else {
            return Ok(Value::NIL);
        };
        let symbols = |cx: &mut Cx<'_>, names: &[&str]| {
            let symbols: Vec<Value> = names.iter().map(|name| Value::symbol(Symbol::intern(name))).collect();
            cx.heap.new_list(&symbols)
        };
        let least = Value::int(i64::from(native.min));
        let arity = match native.max {
            Some(max) if max == native.min => least,
            max => cx.heap.new_pair(least, max.map_or(Value::NIL, |max| Value::int(i64::from(max)))).into(),
        };
        let bits: Vec<Value> = cx
            .state
            .signals
            .iter()
            .filter(|(_, bit)| native.signals & (1 << bit) != 0)
            .map(|(name, _)| Value::keyword(name))
            .collect();
        let examples: Vec<&str> = native.doc.lines().filter(|line| line.contains("# =>")).collect();
        let entries = [
            ("name", cx.string(native.name)),
            ("aliases", symbols(cx, native.aliases)),
            ("arity", arity),
            ("category", cx.string(native.category)),
            ("doc", cx.string(native.doc)),
            ("example", cx.string(&examples.join("\n"))),
            ("params", symbols(cx, native.params)),
            ("signal", cx.heap.new_set(bits).into()),
        ];
        let entries = entries.into_iter().map(|(key, value)| (Value::keyword_named(key), value)).collect();
        Ok(cx.heap.new_struct(entries).into())
    }

    fn name_of(cx: &mut Cx<'_>, native: &str, name: Value) -> Result<String, Escape> {
        if let Some(name) = name.as_symbol().or(name.as_keyword()) {
            return Ok(name.name().to_owned());
        }
        match text_of(cx, native, name)? {
            Some(text) => Ok(text),
            None => Err(cx.type_error(native, "symbol or string", name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn boxes_hold_one_value() {
        check(
            r#"
            (unbox (box 5))    =>  5
            (rebox (box 1) 2)    =>  2
            (unbox 5)    !>  {:error :type-error :message "unbox: expected box, got integer"}
            (box "s")    =>  <box s>
            (box :k)    =>  <box :k>
            (fn/arity 5)    =>  nil
            "#,
        );
    }
}
