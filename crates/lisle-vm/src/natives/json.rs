//! JSON (spec 06, section 17). Reading and writing keep their own stacks, and both stop at a depth of
//! [`DEPTH_MAX`], so that neither hostile text nor a cyclic value can exhaust anything.

mod parse;
mod write;

pub use json::NATIVES;

/// How deep arrays and objects may be nested.
const DEPTH_MAX: usize = 1_000;

#[lisle_macros::primitives]
#[allow(clippy::module_inception, reason = "the module's name is the category that help shows")]
mod json {
    use super::{parse, write};
    use crate::args::Keyword;
    use crate::natives::long::{pause, take_back};
    use crate::natives::strings::Plain;
    use crate::{Cx, Escape, Value};

    /// The value of a JSON text: objects become @structs, arrays lists, null nil. Keys are strings, or keywords
    /// with `:keys :keyword`.
    ///
    /// (json/parse "[1, 2.5, null]")  # => (1 2.5 nil)
    /// (json/parse "[1,")  # raises :parse-error
    /// (json/parse 5)  # raises :type-error
    /// (json/parse "1" :keyz 1)  # raises :type-error
    #[primitive(name = "json/parse", aliases("json-parse"), signals(error))]
    fn parse_text(
        cx: &mut Cx<'_>,
        text: Plain,
        option: Option<Keyword>,
        value: Option<Keyword>,
    ) -> Result<Value, Escape> {
        let keys = match (option, value) {
            (None, _) => parse::Keys::Strings,
            (Some(_), None) => return Err(cx.error("arity-error", "json/parse: expected 1 or 3 arguments, got 2")),
            (Some(option), Some(value)) => match (option.0.name(), value.0.name()) {
                ("keys", "string") => parse::Keys::Strings,
                ("keys", "keyword") => parse::Keys::Keywords,
                ("keys", other) => {
                    let problem = format!(":keys must be :keyword or :string, got :{other}");
                    return Err(cx.argument_error("json/parse", &problem));
                }
                (other, _) => return Err(cx.argument_error("json/parse", &format!("unknown option :{other}"))),
            },
        };
        read_on(cx, parse::Document::new(text, keys), None)
    }

    /// Bytes that are read between two stops.
    const READ_STEP: usize = 64 << 10;

    /// Reads a step of a document; `place` is the external thing that holds it while it waits.
    fn read_on(cx: &mut Cx<'_>, mut document: parse::Document, place: Option<Value>) -> Result<Value, Escape> {
        cx.spend_bytes(document.left().min(READ_STEP) * 8);
        let read = document.read(cx.heap, READ_STEP);
        match read {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(pause(cx, document, place, |cx, place, _| match take_back(cx, place) {
                Some(document) => read_on(cx, document, Some(place)),
                None => Ok(Value::NIL),
            })),
            Err(message) => Err(cx.error("parse-error", message)),
        }
    }

    /// A value as JSON text on one line, without spaces.
    ///
    /// (json/serialize {:a [1 nil]})  # => "{\"a\":[1,null]}"
    /// (json/serialize 'a)  # raises :parse-error
    /// (json/serialize {1 2})  # raises :parse-error
    #[primitive(name = "json/serialize", aliases("json-serialize"), signals(error))]
    fn serialize(cx: &mut Cx<'_>, v: Value) -> Result<Value, Escape> {
        write_on(cx, write::Text::new(v, write::Layout::Compact), None)
    }

    /// A value as JSON text, one element a line, indented by two spaces a level.
    ///
    /// (json/pretty [])  # => "[]"
    /// (json/pretty (nan))  # raises :parse-error
    #[primitive(name = "json/pretty", aliases("json-serialize-pretty"), signals(error))]
    fn pretty(cx: &mut Cx<'_>, v: Value) -> Result<Value, Escape> {
        write_on(cx, write::Text::new(v, write::Layout::Pretty), None)
    }

    /// Values that are written between two stops.
    const WRITE_STEP: usize = 8192;

    /// Writes a step of a text.
    fn write_on(cx: &mut Cx<'_>, mut text: write::Text, place: Option<Value>) -> Result<Value, Escape> {
        let before = text.len();
        let written = text.write(cx, WRITE_STEP);
        cx.spend_bytes((text.len() - before).saturating_mul(4));
        match written {
            Ok(true) => {
                let text = text.into_text();
                Ok(cx.string(&text))
            }
            Ok(false) => Err(pause(cx, text, place, |cx, place, _| match take_back(cx, place) {
                Some(text) => write_on(cx, text, Some(place)),
                None => Ok(Value::NIL),
            })),
            Err(message) => Err(cx.error("parse-error", message)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::DEPTH_MAX;
    use crate::natives::testing::{Bench, check, check_examples};
    use crate::ops;
    use crate::value::Value;

    #[test]
    fn examples_hold() {
        check_examples(super::NATIVES);
    }

    #[test]
    fn outcomes_are_those_of_the_table() {
        check(
            r#"
            (json/parse "{\"a\": [1, 2.5, null, true, \"x\"], \"b\": {}}")    =>  @{"a" (1 2.5 nil true "x") "b" @{}}
            (json/parse "{\"a\": 1}" :keys :keyword)    =>  @{:a 1}
            (json/parse "{\"a\": 1, \"a\": 2}")    =>  @{"a" 2}
            (json/parse "[]")    =>  ()
            (json/parse " [ [ ] , { } ] ")    =>  (() @{})
            (json/parse "bad")    !>  {:error :parse-error :message "Unexpected character 'b' at position 0"}
            (json/parse "")    !>  {:error :parse-error :message "Unexpected end of input at position 0"}
            (json/parse "[é]")    !>  {:error :parse-error :message "Unexpected character 'é' at position 1"}
            (json/parse "[1 2]")    !>  {:error :parse-error :message "Unexpected character '2' at position 3"}
            (json/parse "[1,]")    !>  {:error :parse-error :message "Unexpected character ']' at position 3"}
            (json/parse "{\"é\" 1}")    !>  {:error :parse-error :message "Unexpected character '1' at position 5"}
            (json/parse "1 2")    !>  {:error :parse-error :message "Unexpected character '2' at position 2"}
            (json/parse "01")    !>  {:error :parse-error :message "Unexpected character '1' at position 1"}
            (json/parse "1e5")    =>  100000.0
            (json/parse "-0")    =>  0
            (json/parse "-0.5E-1")    =>  -0.05
            (json/parse "1.")    !>  {:error :parse-error :message "Unexpected end of input at position 2"}
            (json/parse "99999999999999999999")    !>  {:error :parse-error :message "Invalid integer: 99999999999999999999"}
            (json/parse "\"\\u00e9\\n\\/\\ud83d\\ude00\"")    =>  "é⏎/😀"
            (json/parse "\"\\ud83d\"")    !>  {:error :parse-error :message "Invalid unicode escape at position 3"}
            (json/parse "\"\\ud83d\\u0041\"")    !>  {:error :parse-error :message "Invalid unicode escape at position 3"}
            (json/parse "\"a\n\"")    !>  {:error :parse-error :message "Unexpected character '\\n' at position 2"}
            (json/parse "1" :keys)    !>  {:error :arity-error :message "json/parse: expected 1 or 3 arguments, got 2"}
            (json/parse "1" :keys :symbol)    !>  {:error :argument-error :message "json/parse: :keys must be :keyword or :string, got :symbol"}
            (json/serialize {:a 1 "b" [1 2 '(3)] :c nil :d "q\"\n"})    =>  "{\"b\":[1,2,[3]],\"a\":1,\"c\":null,\"d\":\"q\\\"\\n\"}"
            (json/serialize [1.0 2.5 1e21 :kw |1 2| @"s"])    !>  {:error :parse-error :message "Cannot serialize buffers to JSON"}
            (json/serialize 'sym)    !>  {:error :parse-error :message "Cannot serialize symbols to JSON"}
            (json/serialize {1 2})    !>  {:error :parse-error :message "Struct keys must be strings or keywords for JSON serialization"}
            (json/serialize (math/nan))    !>  {:error :parse-error :message "Cannot serialize non-finite float value to JSON"}
            (json/serialize [1.0 2.5 1e21 :kw |1 2|])    =>  "[1.0,2.5,1000000000000000000000.0,\"kw\",[1,2]]"
            (json/serialize @{:a [1 @[2]] :b |1|})    =>  "{\"a\":[1,[2]],\"b\":[1]}"
            (json/serialize b[1])    !>  {:error :parse-error :message "Cannot serialize bytes to JSON"}
            (json/pretty {:a [1 2] :b {}})    =>  "{⏎  \"a\": [⏎    1,⏎    2⏎  ],⏎  \"b\": {}⏎}"
            (json/pretty [[] {}])    =>  "[⏎  [],⏎  {}⏎]"
            "#,
        );
    }

    #[test]
    fn nesting_is_bounded_both_ways() {
        let mut bench = Bench::new();
        for (depth, is_fine) in [(DEPTH_MAX, true), (DEPTH_MAX + 1, false), (1_000_000, false)] {
            let text = bench.string(&("[".repeat(depth) + "1" + &"]".repeat(depth)));
            assert_eq!(bench.call("json/parse", &[text]).is_ok(), is_fine, "{depth}");
        }
        let array = bench.vm.heap.new_marray(vec![]);
        array.push(&mut bench.vm.heap, array.into());
        assert!(bench.call("json/serialize", &[array.into()]).is_err());
        let content = bench.vm.heap.new_box(Value::int(1));
        let content = bench.call("json/serialize", &[content.into()]).expect("a JSON form");
        assert_eq!(bench.show(content), "\"1\"");
        let cyclic = bench.vm.heap.new_box(Value::NIL);
        cyclic.set(&mut bench.vm.heap, cyclic.into());
        assert!(bench.call("json/serialize", &[cyclic.into()]).is_err());
    }

    /// A value that has a JSON form, as reading gives it.
    #[derive(Clone, Debug)]
    enum Tree {
        Nil,
        Bool(bool),
        Int(i64),
        Float(f64),
        Text(String),
        List(Vec<Tree>),
        Object(Vec<(String, Tree)>),
    }

    fn trees() -> impl Strategy<Value = Tree> {
        let leaf = prop_oneof![
            Just(Tree::Nil),
            any::<bool>().prop_map(Tree::Bool),
            any::<i64>().prop_map(Tree::Int),
            any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(Tree::Float),
            any::<String>().prop_map(Tree::Text),
        ];
        leaf.prop_recursive(5, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::List),
                prop::collection::vec((any::<String>(), inner), 0..5).prop_map(Tree::Object),
            ]
        })
    }

    fn build(bench: &mut Bench, tree: &Tree) -> Value {
        match tree {
            Tree::Nil => Value::NIL,
            Tree::Bool(b) => Value::bool(*b),
            Tree::Int(i) => Value::int(*i),
            Tree::Float(f) => Value::float(*f),
            Tree::Text(text) => bench.string(text),
            Tree::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| build(bench, item)).collect();
                bench.vm.heap.new_list(&items)
            }
            Tree::Object(entries) => {
                let entries = entries.iter().map(|(k, v)| (bench.string(k), build(bench, v))).collect();
                bench.vm.heap.new_mstruct(entries).into()
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(tree in trees(), pretty: bool) {
            let mut bench = Bench::new();
            let value = build(&mut bench, &tree);
            let write = if pretty { "json/pretty" } else { "json/serialize" };
            let text = bench.call(write, &[value]).expect("a JSON form");
            let back = bench.call("json/parse", &[text]).expect("JSON");
            prop_assert!(ops::equal(&bench.vm.heap, value, back), "{}", bench.show(text));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "([\\[\\]{}:,\"\\\\ \n0-9eE+.tfnu-]|\\PC){0,40}") {
            let mut bench = Bench::new();
            let text = bench.string(&text);
            let _ = bench.call("json/parse", &[text]);
        }
    }
}
