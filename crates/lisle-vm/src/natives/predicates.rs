//! Questions about what a value is, and comparison (spec 06, sections 2 and 5).

pub use predicate::NATIVES;

#[lisle_macros::primitives]
mod predicate {
    use lisle_syntax::Symbol;

    use crate::natives::syntax::sequence_of;
    use crate::ops::{self, identify, is_mutable};
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    /// Declares predicates that look at a value's tag alone.
    macro_rules! by_tag {
        ($($name:ident: $pattern:pat),* $(,)?) => {
            $(fn $name(value: Value) -> bool {
                matches!(value.tag(), $pattern)
            })*
        };
    }
    by_tag! {
        boolean: Tag::False | Tag::True,
        string: Tag::String | Tag::MString,
        array: Tag::Array | Tag::MArray,
        table: Tag::Struct | Tag::MStruct,
        set: Tag::Set | Tag::MSet,
        bytes: Tag::Bytes | Tag::MBytes,
        function: Tag::Closure | Tag::Native,
    }

    /// True for nil.
    ///
    /// (nil? ())  # => false
    #[primitive(name = "nil?", aliases("%nil?"))]
    fn is_nil(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.is_nil()
    }

    /// True for true and false.
    ///
    /// (boolean? false)  # => true
    #[primitive(name = "boolean?", aliases("bool?", "%bool?"))]
    fn is_boolean(_cx: &mut Cx<'_>, value: Value) -> bool {
        boolean(value)
    }

    /// True for integers and floats.
    ///
    /// (number? 1.5)  # => true
    #[primitive(name = "number?")]
    fn is_number(_cx: &mut Cx<'_>, value: Value) -> bool {
        matches!(value.tag(), Tag::Int | Tag::Float)
    }

    /// True for integers.
    ///
    /// (integer? 1.0)  # => false
    #[primitive(name = "integer?", aliases("int?", "%int?"))]
    fn is_integer(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Int
    }

    /// True for floats.
    ///
    /// (float? 1.0)  # => true
    #[primitive(name = "float?", aliases("%float?"))]
    fn is_float(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Float
    }

    /// True for symbols, and for syntax objects that wrap one.
    ///
    /// (symbol? 'a)  # => true
    #[primitive(name = "symbol?", aliases("%symbol?"))]
    fn is_symbol(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Symbol || value.as_syntax().is_some_and(|object| object.syntax.as_symbol().is_some())
    }

    /// True for keywords.
    ///
    /// (keyword? :a)  # => true
    #[primitive(name = "keyword?", aliases("%keyword?"))]
    fn is_keyword(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Keyword
    }

    /// True for strings, mutable or not.
    ///
    /// (string? @"a")  # => true
    #[primitive(name = "string?", aliases("%string?"))]
    fn is_string(_cx: &mut Cx<'_>, value: Value) -> bool {
        string(value)
    }

    /// True for lists, the empty one included, and for syntax objects that wrap one.
    ///
    /// (list? ())  # => true
    #[primitive(name = "list?")]
    fn is_list(_cx: &mut Cx<'_>, value: Value) -> bool {
        matches!(value.tag(), Tag::EmptyList | Tag::Pair)
            || value.as_syntax().is_some_and(|object| object.syntax.as_list().is_some())
    }

    /// True for lists with elements, and for syntax objects that wrap one.
    ///
    /// (pair? (list 1))  # => true
    #[primitive(name = "pair?", aliases("%pair?"))]
    fn is_pair(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Pair
            || value.as_syntax().is_some_and(|object| object.syntax.as_list().is_some_and(|list| !list.is_empty()))
    }

    /// True for arrays, mutable or not.
    ///
    /// (array? @[])  # => true
    #[primitive(name = "array?", aliases("tuple?", "%array?"))]
    fn is_array(_cx: &mut Cx<'_>, value: Value) -> bool {
        array(value)
            || sequence_of(value).is_some() && value.as_syntax().is_some_and(|object| object.syntax.as_list().is_none())
    }

    /// True for structs, mutable or not.
    ///
    /// (struct? {:a 1})  # => true
    #[primitive(name = "struct?", aliases("table?", "%struct?"))]
    fn is_struct(_cx: &mut Cx<'_>, value: Value) -> bool {
        table(value)
    }

    /// True for sets, mutable or not.
    ///
    /// (set? |1 2|)  # => true
    #[primitive(name = "set?", aliases("%set?"))]
    fn is_set(_cx: &mut Cx<'_>, value: Value) -> bool {
        set(value)
    }

    /// True for bytes, mutable or not.
    ///
    /// (bytes? b[1 2])  # => true
    #[primitive(name = "bytes?", aliases("%bytes?"))]
    fn is_bytes(_cx: &mut Cx<'_>, value: Value) -> bool {
        bytes(value)
    }

    /// True for boxes.
    ///
    /// (box? (box 1))  # => true
    #[primitive(name = "box?", aliases("%box?"))]
    fn is_box(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Box
    }

    /// True for fibers.
    ///
    /// (fiber? (fiber/self))  # => true
    #[primitive(name = "fiber?", aliases("%fiber?"))]
    fn is_fiber(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Fiber
    }

    /// True for fibers: every fiber can be used as a coroutine.
    ///
    /// (coroutine? (fiber/self))  # => true
    #[primitive(name = "coroutine?", aliases("coro?"))]
    fn is_coroutine(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Fiber
    }

    /// True for functions written in the language.
    ///
    /// (closure? map)  # => true
    #[primitive(name = "closure?", aliases("%closure?"))]
    fn is_closure(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Closure
    }

    /// True for functions, native or not.
    ///
    /// (fn? first)  # => true
    #[primitive(name = "fn?")]
    fn is_function(_cx: &mut Cx<'_>, value: Value) -> bool {
        function(value)
    }

    /// True for native functions.
    ///
    /// (native-fn? first)  # => true
    #[primitive(name = "native-fn?", aliases("native?", "primitive?"))]
    fn is_native(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Native
    }

    /// True for everything that can be called: functions, parameters, and collections but lists.
    ///
    /// (callable? {:a 1})  # => true
    #[primitive(name = "callable?")]
    fn is_callable(_cx: &mut Cx<'_>, value: Value) -> bool {
        function(value)
            || value.tag() == Tag::Parameter
            || string(value)
            || array(value)
            || table(value)
            || set(value)
            || bytes(value)
    }

    /// True for dynamic parameters.
    ///
    /// (parameter? (parameter 1))  # => true
    #[primitive(name = "parameter?")]
    fn is_parameter(_cx: &mut Cx<'_>, value: Value) -> bool {
        value.tag() == Tag::Parameter
    }

    /// True for ports.
    #[primitive(name = "port?")]
    fn is_port(cx: &mut Cx<'_>, value: Value) -> bool {
        cx.type_name(value) == "port"
    }

    /// True for foreign pointers.
    ///
    /// (ptr? 5)  # => false
    #[primitive(name = "ptr?", aliases("pointer?"))]
    fn is_pointer(cx: &mut Cx<'_>, value: Value) -> bool {
        matches!(cx.type_name(value), "ptr" | "managed-ptr")
    }

    /// True for collections that can change, and boxes.
    ///
    /// (mutable? @[])  # => true
    #[primitive(name = "mutable?")]
    fn is_mutable_value(_cx: &mut Cx<'_>, value: Value) -> bool {
        is_mutable(value.tag())
    }

    /// True for all that `mutable?` is false for.
    ///
    /// (immutable? [1])  # => true
    #[primitive(name = "immutable?")]
    fn is_immutable(_cx: &mut Cx<'_>, value: Value) -> bool {
        !is_mutable(value.tag())
    }

    /// The type of a value as a keyword.
    ///
    /// (type-of @[])  # => :@array
    #[primitive(aliases("type", "%type-of"))]
    fn type_of(cx: &mut Cx<'_>, value: Value) -> Value {
        Value::keyword(Symbol::intern(cx.type_name(value)))
    }

    /// True if each value equals the next: numbers by value, collections by contents whatever their mutability.
    ///
    /// (= [1 2] @[1 2])  # => true
    #[primitive(name = "=", aliases("eq?"))]
    fn equal(cx: &mut Cx<'_>, a: Value, b: Value, more: &[Value]) -> bool {
        let heap = &*cx.heap;
        let mut left = b;
        ops::equal(heap, a, b)
            && more.iter().all(|right| {
                let equal = ops::equal(heap, left, *right);
                left = *right;
                equal
            })
    }

    /// True if the values are not `=`.
    ///
    /// (not= 1 2)  # => true
    #[primitive(name = "not=")]
    fn not_equal(cx: &mut Cx<'_>, a: Value, b: Value) -> bool {
        !ops::equal(cx.heap, a, b)
    }

    /// `=` without comparing integers with floats by value.
    ///
    /// (identical? 1 1.0)  # => false
    #[primitive(name = "identical?")]
    fn is_identical(cx: &mut Cx<'_>, a: Value, b: Value) -> bool {
        ops::same(cx.heap, a, b)
    }

    /// True if both are one and the same object.
    ///
    /// (%identical? @[1] @[1])  # => false
    #[primitive(name = "%identical?")]
    fn is_same_object(_cx: &mut Cx<'_>, a: Value, b: Value) -> bool {
        a.is_identical(b)
    }

    /// -1, 0 or 1 as the first value stands before, with or after the second in the order of all values.
    ///
    /// (compare nil 1)  # => -1
    #[primitive]
    fn compare(cx: &mut Cx<'_>, a: Value, b: Value) -> i64 {
        identify(cx.heap, a);
        identify(cx.heap, b);
        ops::compare(cx.heap, a, b) as i64
    }

    /// An integer that is the same for values that are `=`.
    ///
    /// (= (hash [1 2]) (hash @[1 2]))  # => true
    #[primitive]
    fn hash(cx: &mut Cx<'_>, value: Value) -> i64 {
        // Positive, for use as an index.
        (ops::hash(cx.heap, value) >> 1) as i64
    }

    /// True if an odd number of arguments is truthy.
    ///
    /// (xor true false)  # => true
    #[primitive]
    fn xor(_cx: &mut Cx<'_>, values: &[Value]) -> bool {
        values.iter().filter(|value| value.is_truthy()).count() % 2 == 1
    }

    /// The value if it is truthy; otherwise raises `:failed-assertion` with the message.
    ///
    /// (assert (= 1 1) "sums are wrong")  # => true
    /// (assert (= 1 2))  # raises :failed-assertion
    /// (assert nil "no value")  # raises :failed-assertion
    #[primitive(signals(error))]
    fn assert(cx: &mut Cx<'_>, value: Value, message: Option<Value>) -> Result<Value, Escape> {
        if value.is_truthy() {
            return Ok(value);
        }
        let text = match message {
            None => "assertion failed".to_owned(),
            Some(message) => match crate::ops::access::text_of(cx, "assert", message)? {
                Some(text) => text,
                None => ops::machine_text(cx.heap, message),
            },
        };
        Err(cx.error("failed-assertion", text))
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn equality_as_programs_see_it() {
        check(
            r#"
            (= 1 1.0)    =>  true
            (= 1 1 1)    =>  true
            (= 1 1.0 2)    =>  false
            (= "a" "a")    =>  true
            (= [1 2] (list 1 2))    =>  false
            (= "a" @"a")    =>  true
            (= |1| @|1|)    =>  true
            (= |1| |1.0|)    =>  false
            (= {:a 1} @{:a 1})    =>  true
            (= {:a 1} @{:a 1.0})    =>  false
            (= b[1] @b[1])    =>  true
            (= nil ())    =>  false
            (= :a 'a)    =>  false
            (= :a "a")    =>  false
            (= [1] [1.0])    =>  false
            (= (math/nan) (math/nan))    =>  true
            (= [(math/nan)] [(math/nan)])    =>  true
            (= 0.0 -0.0)    =>  true
            (= [0.0] [-0.0])    =>  false
            (= (box 1) (box 1))    =>  true
            (= 9007199254740993 9007199254740992.0)    =>  true
            (not= 1 2)    =>  true
            (identical? 1 1.0)    =>  false
            (identical? [1] [1])    =>  true
            (%identical? [1] [1])    =>  false
            (= (hash 1) (hash 1.0))    =>  true
            (= (hash {:a @[1 "x"]}) (hash @{:a [1 @"x"]}))    =>  true
            (xor true true)    =>  false
            (xor true nil 1 1)    =>  true
            (assert 5)    =>  5
            (assert nil)    !>  {:error :failed-assertion :message "assertion failed"}
            (assert nil :msg)    !>  {:error :failed-assertion :message ":msg"}
            (assert false 42)    !>  {:error :failed-assertion :message "42"}
            (assert false "no")    !>  {:error :failed-assertion :message "no"}
            "#,
        );
    }

    #[test]
    fn predicates_look_at_the_type() {
        check(
            r#"
            (type-of b[])    =>  :bytes
            (type-of @b[])    =>  :@bytes
            (type-of (parameter 1))    =>  :parameter
            (type 1)    =>  :integer
            (callable? {})    =>  true
            (callable? :a)    =>  false
            (list? ())    =>  true
            (list? [1])    =>  false
            (pair? ())    =>  false
            (boolean? nil)    =>  false
            (mutable? @[1])    =>  true
            (mutable? (box 1))    =>  true
            (immutable? 5)    =>  true
            "#,
        );
    }
}
