//! Conversions between mutable and immutable, to text and to names (spec 05, sections 9 and 11).

pub use conversion::NATIVES;

#[lisle_macros::primitives]
mod conversion {
    use lisle_syntax::Symbol;

    use crate::ops::access::{mutable_text, text_of};
    use crate::ops::parts::{Items, Octets, elements, entries};
    use crate::ops::print::{PrintError, display};
    use crate::ops::{self};
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    /// The texts of all arguments as one string.
    ///
    /// (string "a" 1 :b)  # => "a1b"
    /// (string b[255])  # raises :encoding-error
    #[primitive(aliases("any->string", "symbol->string"), signals(error))]
    fn string(cx: &mut Cx<'_>, values: &[Value]) -> Result<Value, Escape> {
        if let [only] = values
            && only.tag() == Tag::String
        {
            return Ok(*only);
        }
        // One buffer for all calls: most texts are short, and made often.
        let mut text = std::mem::take(&mut cx.state.scratch);
        text.clear();
        let written = display_all(cx, "string", values, &mut text);
        let result = written.map(|()| cx.string(&text));
        if text.capacity() <= LONGEST_SCRATCH {
            cx.state.scratch = text;
        }
        result
    }

    /// Larger buffers are given back.
    const LONGEST_SCRATCH: usize = 1 << 16;

    /// The D forms of values, concatenated.
    pub(super) fn displayed(cx: &mut Cx<'_>, name: &str, values: &[Value]) -> Result<String, Escape> {
        let mut text = String::new();
        display_all(cx, name, values, &mut text)?;
        Ok(text)
    }

    fn display_all(cx: &mut Cx<'_>, name: &str, values: &[Value], text: &mut String) -> Result<(), Escape> {
        for value in values {
            match display(cx.heap, *value, text) {
                Ok(()) => {}
                Err(PrintError::Encoding(error)) => {
                    return Err(cx.error("encoding-error", format!("{name}: invalid UTF-8: {error}")));
                }
                Err(PrintError::TooLong) => return Err(cx.argument_error(name, "the text is too long")),
            }
        }
        Ok(())
    }

    /// The keyword of a name.
    ///
    /// (keyword "a")  # => :a
    /// (keyword 5)  # raises :type-error
    #[primitive(aliases("string->keyword"), signals(error))]
    fn keyword(cx: &mut Cx<'_>, name: Value) -> Result<Value, Escape> {
        match text_of(cx, "keyword", name)? {
            Some(text) => Ok(Value::keyword(Symbol::intern(&text))),
            None => Err(cx.type_error("keyword", "string", name)),
        }
    }

    /// An immutable copy of a mutable collection; its elements stay as they are. Immutable ones are given back.
    ///
    /// (freeze @[1 @[2]])  # => [1 @[2]]
    /// (freeze 5)  # raises :type-error
    #[primitive(aliases("%freeze"), signals(error))]
    fn freeze(cx: &mut Cx<'_>, collection: Value) -> Result<Value, Escape> {
        const EXPECTED: &str = "collection (@array, @struct, @set, @string, @bytes)";
        Ok(match collection.tag() {
            Tag::Array | Tag::Struct | Tag::Set | Tag::String | Tag::Bytes => collection,
            Tag::MArray => {
                let items = Items::of(collection).slice(Some(cx.heap)).to_vec();
                cx.heap.new_array(&items).into()
            }
            Tag::MStruct => {
                let entries = entries(Some(cx.heap), collection);
                cx.heap.new_struct_sorted(&entries).into()
            }
            Tag::MSet => {
                let items = elements(Some(cx.heap), collection);
                cx.heap.new_set_sorted(&items).into()
            }
            Tag::MBytes => {
                let octets = Octets::of(collection).slice(cx.heap).to_vec();
                cx.heap.new_bytes(&octets).into()
            }
            Tag::MString => match collection.as_mstr() {
                Some(text) => {
                    let text = mutable_text(cx, "freeze", text)?.to_owned();
                    cx.string(&text)
                }
                None => collection,
            },
            _ => return Err(cx.type_error("freeze", EXPECTED, collection)),
        })
    }

    /// A mutable copy of an immutable collection; its elements stay as they are. Mutable ones are given back.
    ///
    /// (thaw [1 [2]])  # => @[1 [2]]
    /// (thaw (list 1))  # raises :type-error
    #[primitive(aliases("%thaw"), signals(error))]
    fn thaw(cx: &mut Cx<'_>, collection: Value) -> Result<Value, Escape> {
        const EXPECTED: &str = "collection (array, struct, set, string, bytes)";
        if let Some(table) = collection.as_struct() {
            return Ok(cx.heap.thaw_struct(table).into());
        }
        if let Some(set) = collection.as_set() {
            return Ok(cx.heap.thaw_set(set).into());
        }
        Ok(match collection.tag() {
            Tag::MArray | Tag::MStruct | Tag::MSet | Tag::MString | Tag::MBytes => collection,
            Tag::Array => {
                let items = Items::of(collection).slice(None).to_vec();
                cx.heap.new_marray(items).into()
            }
            Tag::String | Tag::Bytes => {
                let octets = Octets::of(collection).slice(cx.heap).to_vec();
                match collection.tag() {
                    Tag::String => cx.heap.new_mstr(octets).into(),
                    _ => cx.heap.new_mbytes(octets).into(),
                }
            }
            _ => return Err(cx.type_error("thaw", EXPECTED, collection)),
        })
    }

    /// The value with every collection in it immutable.
    ///
    /// (deep-freeze @[1 @[2]])  # => [1 [2]]
    /// (let [a @[]] (push a a) (deep-freeze a))  # raises :argument-error
    #[primitive(signals(error))]
    fn deep_freeze(cx: &mut Cx<'_>, value: Value) -> Result<Value, Escape> {
        ops::deep_freeze(cx.heap, value).map_err(|problem| problem.raise(cx, "deep-freeze"))
    }
}

/// The D forms of values, concatenated; raises `:encoding-error` for bytes that are no text. For natives that print.
pub fn displayed(cx: &mut crate::Cx<'_>, name: &str, values: &[crate::Value]) -> Result<String, crate::Escape> {
    conversion::displayed(cx, name, values)
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn text_of_values() {
        check(
            r#"
            (string)    =>  ""
            (string 'a ":" :b)    =>  "a:b"
            (string [1 "a" {:k "v"} :kw 'sym nil 2.0])    =>  "[1 a {:k \"v\"} kw sym nil 2.0]"
            (string 0.1 "|" 1e-5 "|" 100.0 "|" 1.0e15)    =>  "0.1|0.00001|100.0|1000000000000000.0"
            (string b[104 105] @"x")    =>  "hix"
            (string b[255])    !>  {:error :encoding-error :message "string: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}
            (keyword "a")    =>  :a
            (keyword 5)    !>  {:error :type-error :message "keyword: expected string, got integer"}
            "#,
        );
    }

    #[test]
    fn freezing_and_thawing() {
        check(
            r#"
            (freeze @[1 @[2]])    =>  [1 @[2]]
            (deep-freeze @[1 @[2]])    =>  [1 [2]]
            (deep-freeze (list @"a" @{:k @|1|}))    =>  ("a" {:k |1|})
            (deep-freeze 5)    =>  5
            (thaw [1 [2]])    =>  @[1 [2]]
            (thaw "a")    =>  @"a"
            (thaw {:a 1})    =>  @{:a 1}
            (freeze @{:a 1})    =>  {:a 1}
            (freeze @|2 1|)    =>  |1 2|
            (freeze 5)    !>  {:error :type-error :message "freeze: expected collection (@array, @struct, @set, @string, @bytes), got integer"}
            (thaw :a)    !>  {:error :type-error :message "thaw: expected collection (array, struct, set, string, bytes), got keyword"}
            (freeze (list 1))    !>  {:error :type-error :message "freeze: expected collection (@array, @struct, @set, @string, @bytes), got list"}
            "#,
        );
    }
}
