//! Strings (spec 06, section 9). Subjects may be of either mutability, and results are like their subject
//! unless the documentation says otherwise.

mod search;
pub(super) mod subject;

pub use string::NATIVES;
pub(crate) use subject::{Name, Plain, Subject, TEXT_BYTES_MAX, Utf8, check_size};

#[lisle_macros::primitives]
mod string {
    use super::{Plain, Subject, check_size, search};
    use crate::args::{FromValue, Text};
    use crate::gc::Gc;
    use crate::object::Str;
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    /// The text in upper case.
    ///
    /// (string/upcase "héy")  # => "HÉY"
    /// (string/uppercase :a)  # raises :type-error
    #[primitive(
        name = "string/uppercase",
        aliases("string/upcase", "string-upcase"),
        errors_as = "string-upcase",
        signals(error)
    )]
    fn uppercase(cx: &mut Cx<'_>, s: Subject) -> Value {
        cx.spend_bytes(s.len());
        let text = s.to_uppercase();
        s.like(cx, text)
    }

    /// The text in lower case.
    ///
    /// (string/downcase "HÉY")  # => "héy"
    /// (string/lowercase nil)  # raises :type-error
    #[primitive(
        name = "string/lowercase",
        aliases("string/downcase", "string-downcase"),
        errors_as = "string-downcase",
        signals(error)
    )]
    fn lowercase(cx: &mut Cx<'_>, s: Subject) -> Value {
        cx.spend_bytes(s.len());
        let text = s.to_lowercase();
        s.like(cx, text)
    }

    /// The text without white space at both ends.
    ///
    /// (string/trim "  a b ")  # => "a b"
    /// (string/trim 5)  # raises :type-error
    #[primitive(name = "string/trim", aliases("string-trim"), errors_as = "string-trim", signals(error))]
    fn trim(cx: &mut Cx<'_>, s: Subject) -> Value {
        let text = s.trim().to_owned();
        s.like(cx, text)
    }

    /// The parts between the occurrences of a delimiter, as an immutable array of immutable strings.
    ///
    /// (string/split "a,b,,c" ",")  # => ["a" "b" "" "c"]
    /// (string/split "a" "")  # raises :argument-error
    /// (string/split 5 ",")  # raises :type-error
    #[primitive(name = "string/split", aliases("string-split"), errors_as = "string-split", signals(error))]
    fn split(cx: &mut Cx<'_>, s: Subject, delimiter: Subject) -> Result<Value, Escape> {
        if delimiter.is_empty() {
            return Err(cx.argument_error("string-split", "delimiter cannot be empty"));
        }
        cx.spend_bytes(s.len());
        let parts: Vec<Value> = s.split(&*delimiter).map(|part| cx.string(part)).collect();
        Ok(cx.heap.new_array(&parts).into())
    }

    /// The strings of a list or array, with a separator between them, as an immutable string.
    ///
    /// (string/join ["a" "b"] ",")  # => "a,b"
    /// (string/join [1] ",")  # raises :type-error
    /// (string/join "ab" ",")  # raises :type-error
    #[primitive(name = "string/join", aliases("string-join"), errors_as = "string-join", signals(error))]
    fn join(cx: &mut Cx<'_>, parts: Value, separator: Plain) -> Result<String, Escape> {
        const NAME: &str = "string-join";
        let mut result = String::new();
        for (index, part) in sequence(cx, parts)?.into_iter().enumerate() {
            let part = Plain::from_value(cx, NAME, part)?;
            check_size(cx, NAME, Some(result.len() + separator.len() + part.len()))?;
            if index > 0 {
                result.push_str(&separator);
            }
            result.push_str(&part);
        }
        cx.spend_bytes(result.len());
        Ok(result)
    }

    /// The elements of a list, array or @array.
    fn sequence(cx: &mut Cx<'_>, parts: Value) -> Result<Vec<Value>, Escape> {
        if let Some(array) = parts.as_array() {
            return Ok(array.items().to_vec());
        }
        if let Some(array) = parts.as_marray() {
            return Ok(array.get(cx.heap).items().to_vec());
        }
        let (mut items, mut rest) = (Vec::new(), parts);
        while let Some(pair) = rest.as_pair() {
            items.push(pair.first);
            rest = pair.rest;
        }
        match rest.tag() {
            Tag::EmptyList => Ok(items),
            _ => Err(cx.type_error("string-join", "sequence (list, tuple, or array)", parts)),
        }
    }

    /// The text with every occurrence of one text replaced by another.
    ///
    /// (string/replace "aXbX" "X" "-")  # => "a-b-"
    /// (string/replace "a" "" "b")  # raises :argument-error
    /// (string/replace "a" "b" 5)  # raises :type-error
    #[primitive(name = "string/replace", aliases("string-replace"), errors_as = "string-replace", signals(error))]
    fn replace(cx: &mut Cx<'_>, s: Subject, old: Subject, new: Subject) -> Result<Value, Escape> {
        const NAME: &str = "string-replace";
        if old.is_empty() {
            return Err(cx.argument_error(NAME, "search string cannot be empty"));
        }
        if new.len() > old.len() {
            let growth = s.matches(&*old).count().checked_mul(new.len() - old.len());
            check_size(cx, NAME, growth.and_then(|growth| growth.checked_add(s.len())))?;
        }
        let text = s.replace(&*old, &new);
        cx.spend_bytes(s.len() + text.len());
        Ok(s.like(cx, text))
    }

    /// The index of the first occurrence of a text, in grapheme clusters, from an index on (default 0); nil if there is none.
    ///
    /// (string/find "héllo" "l")  # => 2
    /// (string/find "a" 5)  # raises :type-error
    #[primitive(
        name = "string/find",
        aliases("string-index", "string/index", "string-find", "string/index-of"),
        errors_as = "string-find",
        signals(error)
    )]
    fn find(cx: &mut Cx<'_>, s: Subject, needle: Subject, start: Option<i64>) -> Value {
        let found =
            usize::try_from(start.unwrap_or(0)).ok().and_then(|start| search::find(s.clusters(), &needle, start));
        let passed = found.unwrap_or(s.len()).saturating_sub(usize::try_from(start.unwrap_or(0)).unwrap_or(0));
        cx.spend_bytes(if s.clusters().is_plain() { passed } else { s.len().saturating_mul(16) });
        found.map_or(Value::NIL, |index| Value::int(index as i64))
    }

    /// True when a text begins with another.
    ///
    /// (string/starts-with? "abc" "ab")  # => true
    /// (string/starts-with? 5 "a")  # raises :type-error
    #[primitive(
        name = "string/starts-with?",
        aliases("string-starts-with?"),
        errors_as = "string-starts-with?",
        signals(error)
    )]
    fn starts_with(_cx: &mut Cx<'_>, s: Subject, prefix: Subject) -> bool {
        s.starts_with(&*prefix)
    }

    /// True when a text ends with another.
    ///
    /// (string/ends-with? "abc" "bc")  # => true
    /// (string/ends-with? "a" :a)  # raises :type-error
    #[primitive(
        name = "string/ends-with?",
        aliases("string-ends-with?"),
        errors_as = "string-ends-with?",
        signals(error)
    )]
    fn ends_with(_cx: &mut Cx<'_>, s: Subject, suffix: Subject) -> bool {
        s.ends_with(&*suffix)
    }

    /// True when a text occurs in another.
    ///
    /// (string/contains? "abc" "b")  # => true
    /// (string/contains? |1| 1)  # raises :type-error
    #[primitive(name = "string/contains?", aliases("string-contains?"), errors_as = "string-contains?", signals(error))]
    fn contains(cx: &mut Cx<'_>, s: Subject, part: Subject) -> bool {
        let found = s.find(&*part);
        cx.spend_bytes(found.unwrap_or(s.len()));
        found.is_some()
    }

    /// An immutable string, so many times in a row.
    ///
    /// (string/repeat "ab" 3)  # => "ababab"
    /// (string/repeat "a" -1)  # raises :type-error
    /// (string/repeat :a 2)  # raises :type-error
    #[primitive(name = "string/repeat", aliases("string-repeat"), signals(error))]
    fn repeat(cx: &mut Cx<'_>, s: Gc<Str>, n: i64) -> Result<String, Escape> {
        const NAME: &str = "string/repeat";
        let Ok(count) = usize::try_from(n) else {
            return Err(cx.error("type-error", "string/repeat: count must be non-negative"));
        };
        check_size(cx, NAME, s.as_bytes().len().checked_mul(count))?;
        let text = s.as_str().repeat(count);
        cx.spend_bytes(text.len());
        Ok(text)
    }

    /// The number of bytes that the text takes as UTF-8.
    ///
    /// (string/size-of "hé")  # => 3
    /// (string/size-of 5)  # raises :type-error
    #[primitive(name = "string/size-of", signals(error))]
    fn size_of(cx: &mut Cx<'_>, s: Value) -> Result<i64, Escape> {
        match Text::from_value(cx, "string/size-of", s)? {
            Text::Str(s) => Ok(s.as_bytes().len() as i64),
            Text::MStr(s) => Ok(s.get(cx.heap).bytes().len() as i64),
        }
    }

    /// The text with every byte of its UTF-8 written as `%XX`, except letters, digits and `-._~`.
    ///
    /// (uri-encode "a b/ü")  # => "a%20b%2F%C3%BC"
    /// (uri-encode 5)  # raises :type-error
    #[primitive(name = "uri-encode", signals(error))]
    fn uri_encode(cx: &mut Cx<'_>, s: Subject) -> Result<Value, Escape> {
        check_size(cx, "uri-encode", s.len().checked_mul(3))?;
        let mut text = String::with_capacity(s.len() + s.len() / 2);
        for byte in s.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                text.push('%');
                for nibble in [byte >> 4, byte & 15] {
                    text.push(char::from(b"0123456789ABCDEF"[usize::from(nibble)]));
                }
            }
        }
        Ok(s.like(cx, text))
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::{Bench, check, check_examples};
    use crate::value::Value;

    #[test]
    fn examples_hold() {
        check_examples(super::NATIVES);
    }

    #[test]
    fn outcomes_are_those_of_the_table() {
        check(
            r#"
            (string/upcase @"héß")    =>  @"H\xc3\x89SS"
            (string/upcase 5)    !>  {:error :type-error :message "string-upcase: expected string or buffer, got integer"}
            (string/trim :k)    !>  {:error :type-error :message "string-trim: expected string or buffer, got keyword"}
            (string/trim "　a\n")    =>  "a"
            (string/split "" ",")    =>  [""]
            (string/split "abc" "")    !>  {:error :argument-error :message "string-split: delimiter cannot be empty"}
            (string/split @"a,b" ",")    =>  ["a" "b"]
            (string-split "a b" " ")    =>  ["a" "b"]
            (string/join '("a" "b") ",")    =>  "a,b"
            (string/join @[@"a" "b"] @",")    =>  "a,b"
            (string/join () ",")    =>  ""
            (string/join [1 2] ",")    !>  {:error :type-error :message "string-join: expected string, got integer"}
            (string/join |"a" "b"| ",")    !>  {:error :type-error :message "string-join: expected sequence (list, tuple, or array), got set"}
            (string/replace @"aXb" "X" "--")    =>  @"a--b"
            (string/replace "a" "" "-")    !>  {:error :argument-error :message "string-replace: search string cannot be empty"}
            (string/find "hello" "z")    =>  nil
            (string/find "hello" "l" 3)    =>  3
            (string/find "hello" "l" -1)    =>  nil
            (string/find "日本語" "語")    =>  2
            (string/repeat "ab" -1)    !>  {:error :type-error :message "string/repeat: count must be non-negative"}
            (string/repeat @"ab" 1)    !>  {:error :type-error :message "string/repeat: expected string, got @string"}
            (string/repeat "" 9223372036854775807)    =>  ""
            (string/repeat "ab" 9223372036854775807)    !>  {:error :argument-error :message "string/repeat: the result is larger than 1073741824 bytes"}
            (string/ends-with? @"abc" "bc")    =>  true
            (string/size-of @"hé")    =>  3
            (uri-encode "a-b._~\n")    =>  "a-b._~%0A"
            "#,
        );
    }

    #[test]
    fn mutable_strings_must_be_utf8() {
        let mut bench = Bench::new();
        let text = Value::object(bench.vm.heap.new_mstr(vec![0xff]));
        let error = bench.call("string/trim", &[text]).expect_err("no UTF-8");
        assert_eq!(
            bench.show(error),
            r#"{:error :encoding-error :message "string-trim: invalid UTF-8: invalid utf-8 sequence of 1 bytes from index 0"}"#
        );
    }

    #[test]
    fn results_that_would_be_too_large_are_refused() {
        let mut bench = Bench::new();
        let long = bench.string(&"a".repeat(100_000));
        let (one, comma) = (bench.string("a"), bench.string(","));
        let parts = Value::object(bench.vm.heap.new_array(&vec![long; 20_000]));
        assert!(bench.call("string/join", &[parts, comma]).is_err());
        assert!(bench.call("string/replace", &[long, one, long]).is_err());
    }
}
