//! What all sequences have in common (spec 06, sections 6 and 7).

mod join;
mod part;

pub(crate) use join::append_values;
pub(crate) use part::index_error;
pub use sequence::NATIVES;
pub(crate) use sequence::items_of_any as items_of;

/// How messages call what the functions here accept.
const SEQUENCE: &str = "sequence (list, array, string, bytes)";

#[lisle_macros::primitives]
mod sequence {
    use super::join::{append_values, concat_values};
    use super::part::{copy_part, list_of, reversed};
    use super::{SEQUENCE, part};
    use crate::natives::syntax::{elements_as_values, sequence_of, wrap_sequence};
    use crate::ops::access::{self, Missing};
    use crate::ops::each::{list_items, sequence_items};
    use crate::ops::graphemes::Graphemes;
    use crate::ops::parts::{Items, Octets};
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    /// Number of elements: of collections, grapheme clusters of strings and names; 0 for nil.
    ///
    /// (length "héé")  # => 3
    /// (length 5)  # raises :type-error
    #[primitive(aliases("%length"), signals(error))]
    fn length(cx: &mut Cx<'_>, collection: Value) -> Result<i64, Escape> {
        let count = count(cx, collection)?;
        count.map(|count| count as i64).ok_or_else(|| not_a_collection(cx, collection))
    }

    fn count(cx: &mut Cx<'_>, value: Value) -> Result<Option<usize>, Escape> {
        Ok(Some(match value.tag() {
            Tag::Nil | Tag::EmptyList => 0,
            Tag::Pair => match part::list_length(value) {
                Some(length) => {
                    cx.spend_items(length);
                    length
                }
                None => return Err(cx.error("type-error", "length: Not a proper list")),
            },
            Tag::Array | Tag::MArray => Items::of(value).slice(Some(cx.heap)).len(),
            Tag::Bytes | Tag::MBytes => Octets::of(value).slice(cx.heap).len(),
            Tag::String => value.as_str().map_or(0, |text| Graphemes::of(&text).count_noting(cx.heap)),
            Tag::MString => match value.as_mstr() {
                Some(text) => {
                    let clusters = access::mutable_clusters(cx, "length", text)?;
                    let (count, plain) = (clusters.count(), clusters.is_plain());
                    cx.spend(if plain { 0 } else { count });
                    count
                }
                None => 0,
            },
            Tag::Symbol | Tag::Keyword => {
                value.as_symbol().or(value.as_keyword()).map_or(0, |name| Graphemes::new(name.name()).count())
            }
            Tag::Struct => value.as_struct().map_or(0, |entries| entries.len()),
            Tag::MStruct => value.as_mstruct().map_or(0, |entries| entries.get(cx.heap).len()),
            Tag::Set => value.as_set().map_or(0, |set| set.len()),
            Tag::MSet => value.as_mset().map_or(0, |set| set.get(cx.heap).len()),
            _ => return Ok(sequence_of(value)),
        }))
    }

    #[cold]
    fn not_a_collection(cx: &mut Cx<'_>, got: Value) -> Escape {
        let got = cx.type_name(got);
        cx.error("type-error", format!("expected collection type, got {got}"))
    }

    fn emptiness(cx: &mut Cx<'_>, value: Value) -> Result<bool, Escape> {
        let empty = match value.tag() {
            Tag::Pair => Some(false),
            Tag::String | Tag::MString => Some(Octets::of(value).slice(cx.heap).is_empty()),
            Tag::Nil | Tag::Symbol | Tag::Keyword => None,
            _ => count(cx, value)?.map(|count| count == 0),
        };
        empty.ok_or_else(|| not_a_collection(cx, value))
    }

    /// True for a collection or string without elements.
    ///
    /// (empty? "")  # => true
    /// (empty? nil)  # raises :type-error
    #[primitive(name = "empty?", aliases("%empty?"), signals(error))]
    fn is_empty(cx: &mut Cx<'_>, collection: Value) -> Result<bool, Escape> {
        emptiness(cx, collection)
    }

    /// True for a collection or string with elements.
    ///
    /// (nonempty? [1])  # => true
    /// (nonempty? 5)  # raises :type-error
    #[primitive(name = "nonempty?", signals(error))]
    fn is_nonempty(cx: &mut Cx<'_>, collection: Value) -> Result<bool, Escape> {
        emptiness(cx, collection).map(|empty| !empty)
    }

    /// The first element of a sequence.
    ///
    /// (first [1 2])  # => 1
    /// (first [])  # raises :argument-error
    /// (first nil)  # raises :type-error
    #[primitive(aliases("%first"), signals(error))]
    fn first(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        if let Some(pair) = sequence.as_pair() {
            return Ok(pair.first);
        }
        if sequence_of(sequence).is_some() {
            let elements = elements_as_values(cx.heap, sequence).unwrap_or_default();
            return Ok(elements.first().copied().unwrap_or_default());
        }
        end_element(cx, "first", sequence, 0)
    }

    /// The last element of a sequence.
    ///
    /// (last [1 2])  # => 2
    /// (last ())  # raises :argument-error
    /// (last {:a 1})  # raises :type-error
    #[primitive(signals(error))]
    fn last(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        end_element(cx, "last", sequence, -1)
    }

    fn end_element(cx: &mut Cx<'_>, name: &str, sequence: Value, index: i64) -> Result<Value, Escape> {
        if !part::is_sequence(sequence.tag()) {
            return Err(cx.type_error(name, SEQUENCE, sequence));
        }
        match access::lookup(cx, sequence, Value::int(index))? {
            Ok(value) => Ok(value),
            Err(_) => Err(cx.argument_error(name, "empty sequence")),
        }
    }

    /// The second element of a sequence.
    ///
    /// (second [1 2])  # => 2
    /// (second [1])  # raises :argument-error
    #[primitive(signals(error))]
    fn second(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        if part::is_sequence(sequence.tag())
            && let Ok(value) = access::lookup(cx, sequence, Value::int(1))?
        {
            return Ok(value);
        }
        if let Some(value) = elements_as_values(cx.heap, sequence).and_then(|elements| elements.get(1).copied()) {
            return Ok(value);
        }
        Err(cx.argument_error("second", "sequence has fewer than 2 elements"))
    }

    /// The sequence without its first element; an empty one stays empty.
    ///
    /// (rest [1 2 3])  # => [2 3]
    /// (rest nil)  # raises :type-error
    #[primitive(aliases("%rest"), signals(error))]
    fn rest(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        if let Some(pair) = sequence.as_pair() {
            return Ok(pair.rest);
        }
        if sequence_of(sequence).is_some()
            && let Some(object) = sequence.as_syntax()
        {
            return Ok(wrap_sequence(cx.heap, &object.syntax, 1..));
        }
        copy_part(cx, "rest", sequence, |length| (1.min(length), length))
    }

    /// The sequence without its last element; an empty one stays empty.
    ///
    /// (butlast [1 2 3])  # => [1 2]
    /// (butlast :a)  # raises :type-error
    #[primitive(signals(error))]
    fn butlast(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        copy_part(cx, "butlast", sequence, |length| (0, length.saturating_sub(1)))
    }

    /// The elements from `start` up to `end`, as a sequence of the same type; negative bounds count from the end.
    ///
    /// (slice "héllo" 1 3)  # => "él"
    /// (slice |1| 0)  # raises :type-error
    /// (slice [1] :a)  # raises :type-error
    #[primitive(signals(error))]
    fn slice(cx: &mut Cx<'_>, sequence: Value, start: i64, end: Option<i64>) -> Result<Value, Escape> {
        let bound = |index: i64, length: usize| {
            let index = if index < 0 { index.saturating_add(length as i64) } else { index };
            usize::try_from(index).unwrap_or(0).min(length)
        };
        copy_part(cx, "slice", sequence, |length| (bound(start, length), end.map_or(length, |end| bound(end, length))))
    }

    /// The elements in reverse, as a sequence of the same type.
    ///
    /// (reverse [1 2])  # => [2 1]
    /// (reverse |1|)  # raises :type-error
    #[primitive(name = "reverse", signals(error))]
    fn reverse(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        reversed(cx, sequence)
    }

    /// Two collections of one kind as one. A mutable array, string or bytes on the left is extended in place.
    ///
    /// (append [1] [2])  # => [1 2]
    /// (append [1] (list 2))  # raises :type-error
    #[primitive(signals(error))]
    fn append(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        append_values(cx, "append", a, b)
    }

    /// Collections of one type as a new one.
    ///
    /// (concat [1] [2] [3])  # => [1 2 3]
    /// (concat [1] (list 2))  # raises :type-error
    #[primitive(signals(error))]
    fn concat(cx: &mut Cx<'_>, collection: Value, more: &[Value]) -> Result<Value, Escape> {
        concat_values(cx, collection, more)
    }

    /// The element of a sequence at an index, or the value of a key in a struct; otherwise the default, or nil.
    ///
    /// (get {:a 1} :b 0)  # => 0
    /// (get nil :a)  # raises :type-error
    /// (get [1] :a)  # raises :type-error
    /// (get b[1] 5)  # raises :argument-error
    #[primitive(aliases("%get"), signals(error))]
    fn get(cx: &mut Cx<'_>, collection: Value, key: Value, default: Option<Value>) -> Result<Value, Escape> {
        const EXPECTED: &str = "collection (list, array, @array, string, @string, or struct)";
        match access::lookup(cx, collection, key)? {
            Ok(value) => Ok(value),
            Err(Missing::Absent) if matches!(collection.tag(), Tag::Bytes | Tag::MBytes) => {
                let length = Octets::of(collection).slice(cx.heap).len();
                let index = key.as_int().unwrap_or_default();
                Err(cx.argument_error("get", &format!("index {index} out of bounds (length {length})")))
            }
            Err(Missing::Absent) => Ok(default.unwrap_or_default()),
            Err(Missing::NotAnIndex) => Err(part::index_error(cx, "get", collection, key)),
            Err(Missing::NotACollection) => Err(cx.type_error("get", EXPECTED, collection)),
        }
    }

    /// A list of the arguments.
    ///
    /// (list 1 2)  # => (1 2)
    #[primitive]
    fn list(cx: &mut Cx<'_>, items: &[Value]) -> Value {
        cx.heap.new_list(items)
    }

    /// A pair of two values; a list, when the second is one.
    #[primitive(name = "%pair")]
    fn pair(cx: &mut Cx<'_>, first: Value, rest: Value) -> Value {
        cx.heap.new_pair(first, rest).into()
    }

    /// The first elements of a list, at most `n`.
    ///
    /// (take 2 (list 1 2 3))  # => (1 2)
    /// (take -1 (list 1))  # raises :argument-error
    /// (take 1 [1])  # raises :type-error
    #[primitive(signals(error))]
    fn take(cx: &mut Cx<'_>, n: i64, list: Value) -> Result<Value, Escape> {
        let (n, mut rest) = (list_count(cx, "take", n)?, list_of(cx, list));
        let mut items = Vec::new();
        while items.len() < n
            && let Some(pair) = rest.as_pair()
        {
            items.push(pair.first);
            rest = pair.rest;
        }
        match rest.tag() {
            Tag::Pair | Tag::EmptyList => Ok(cx.heap.new_list(&items)),
            _ => Err(cx.error("type-error", "take: Not a proper list")),
        }
    }

    /// A list without its first `n` elements.
    ///
    /// (drop 2 (list 1 2 3))  # => (3)
    /// (drop -1 (list 1))  # raises :argument-error
    /// (drop 1 "abc")  # raises :type-error
    #[primitive(signals(error))]
    fn drop(cx: &mut Cx<'_>, n: i64, list: Value) -> Result<Value, Escape> {
        let (count, mut rest) = (list_count(cx, "drop", n)?, list_of(cx, list));
        let mut n = count;
        while n > 0
            && let Some(pair) = rest.as_pair()
        {
            rest = pair.rest;
            n -= 1;
        }
        cx.spend_items(count - n);
        match rest.tag() {
            Tag::Pair | Tag::EmptyList => Ok(rest),
            _ => Err(cx.error("type-error", "drop: Not a proper list")),
        }
    }

    fn list_count(cx: &mut Cx<'_>, name: &str, n: i64) -> Result<usize, Escape> {
        usize::try_from(n).map_err(|_| cx.argument_error(name, &format!("count must be non-negative, got {n}")))
    }

    /// The elements of a collection as a list; entries of structs as arrays.
    ///
    /// (->list [1 2])  # => (1 2)
    /// (->list 5)  # raises :type-error
    #[primitive(name = "->list", signals(error))]
    fn to_list(cx: &mut Cx<'_>, collection: Value) -> Result<Value, Escape> {
        match collection.tag() {
            Tag::Pair | Tag::EmptyList => Ok(collection),
            _ => {
                let items = items_of_any(cx, collection)?;
                Ok(cx.heap.new_list(&items))
            }
        }
    }

    /// The elements of a collection as an immutable array; entries of structs as arrays.
    ///
    /// (->array (list 1 2))  # => [1 2]
    /// (->array nil)  # raises :type-error
    #[primitive(name = "->array", signals(error))]
    fn to_array(cx: &mut Cx<'_>, collection: Value) -> Result<Value, Escape> {
        match collection.tag() {
            Tag::Array => Ok(collection),
            _ => {
                let items = items_of_any(cx, collection)?;
                Ok(cx.heap.new_array(&items).into())
            }
        }
    }

    pub(crate) fn items_of_any(cx: &mut Cx<'_>, collection: Value) -> Result<Vec<Value>, Escape> {
        if collection.tag() == Tag::Pair && list_items(collection).is_none() {
            return Err(cx.error("type-error", "Not a proper list"));
        }
        if let Some(items) = elements_as_values(cx.heap, collection) {
            return Ok(items);
        }
        match sequence_items(cx, "->array", collection)? {
            Some(items) => {
                cx.spend_items(items.len());
                Ok(items)
            }
            None => {
                let got = cx.type_name(collection);
                Err(cx.error("type-error", format!("expected collection, got {got}")))
            }
        }
    }
}

#[cfg(test)]
mod tests;
