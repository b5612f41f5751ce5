//! Arrays, and growing and shrinking of mutable sequences (spec 06, section 8).

mod range;

pub use array::NATIVES;

/// Largest number of elements that one call makes out of nothing. Larger ones are an error, not an attempt.
pub(crate) const ITEMS_MAX: usize = 1 << 27;

/// A byte value; raises otherwise.
pub(crate) fn octet(cx: &mut crate::Cx<'_>, name: &str, value: crate::Value) -> Result<u8, crate::Escape> {
    let Some(int) = value.as_int() else { return Err(cx.type_error(name, "integer", value)) };
    u8::try_from(int).map_err(|_| cx.argument_error(name, &format!("byte out of range 0-255: {int}")))
}

#[lisle_macros::primitives]
mod array {
    use super::{ITEMS_MAX, octet, range};
    use crate::args::Number;
    use crate::gc::Gc;
    use crate::natives::long::{pause, take_back};
    use crate::object::{MArray, MStr};
    use crate::ops::access::{mutable_clusters, text_of};
    use crate::ops::each::list_items;
    use crate::ops::parts::{Items, Octets};
    use crate::ops::sort::Sorting;
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    /// An immutable array of the arguments.
    ///
    /// (array 1 2)  # => [1 2]
    #[primitive]
    fn array(cx: &mut Cx<'_>, items: &[Value]) -> Value {
        cx.heap.new_array(items).into()
    }

    /// A mutable array of the arguments.
    ///
    /// (@array 1 2)  # => @[1 2]
    #[primitive(name = "@array")]
    fn mutable_array(cx: &mut Cx<'_>, items: &[Value]) -> Value {
        cx.heap.new_marray(items.to_vec()).into()
    }

    /// A mutable array with `n` times the same element.
    ///
    /// (array/new 2 :x)  # => @[:x :x]
    /// (array/new -1 0)  # raises :argument-error
    /// (array/new :a 0)  # raises :type-error
    #[primitive(name = "array/new", signals(error))]
    fn array_new(cx: &mut Cx<'_>, n: i64, fill: Value) -> Result<Value, Escape> {
        match usize::try_from(n) {
            Ok(count) if count <= ITEMS_MAX => {
                cx.make_room(count * size_of::<Value>())?;
                cx.spend_items(count);
                Ok(cx.heap.new_marray(vec![fill; count]).into())
            }
            Ok(_) => Err(cx.argument_error("array/new", &format!("count must be at most {ITEMS_MAX}, got {n}"))),
            Err(_) => Err(cx.argument_error("array/new", &format!("count must be non-negative, got {n}"))),
        }
    }

    /// An empty mutable array with room for as many elements as a collection has, if that is cheap to know.
    #[primitive(name = "%room-for")]
    fn room_for(cx: &mut Cx<'_>, collection: Value) -> Value {
        let count = match collection.tag() {
            Tag::Array | Tag::MArray => Items::of(collection).slice(Some(cx.heap)).len(),
            Tag::Bytes | Tag::MBytes => Octets::of(collection).slice(cx.heap).len(),
            _ => 0,
        };
        cx.heap.new_marray(Vec::with_capacity(count)).into()
    }

    /// Adds an element at the end: mutable sequences in place, immutable ones give a new one.
    ///
    /// (push [1] 2)  # => [1 2]
    /// (push (list 1) 2)  # raises :type-error
    /// (push b[1] 256)  # raises :argument-error
    #[primitive(aliases("%push"), signals(error))]
    fn push(cx: &mut Cx<'_>, sequence: Value, item: Value) -> Result<Value, Escape> {
        const EXPECTED: &str = "array, @array, string, @string, bytes, or @bytes";
        match sequence.tag() {
            Tag::MArray => {
                if let Some(array) = sequence.as_marray() {
                    array.push(cx.heap, item);
                }
                Ok(sequence)
            }
            Tag::Array => {
                let mut items = Items::of(sequence).slice(None).to_vec();
                items.push(item);
                Ok(cx.heap.new_array(&items).into())
            }
            Tag::String | Tag::MString => push_text(cx, sequence, item),
            Tag::Bytes | Tag::MBytes => {
                let octet = octet(cx, "push", item)?;
                if let Some(bytes) = sequence.as_mbytes() {
                    bytes.get_mut(cx.heap).bytes.push(octet);
                    return Ok(sequence);
                }
                let mut octets = Octets::of(sequence).slice(cx.heap).to_vec();
                octets.push(octet);
                Ok(cx.heap.new_bytes(&octets).into())
            }
            _ => Err(cx.type_error("push", EXPECTED, sequence)),
        }
    }

    fn push_text(cx: &mut Cx<'_>, sequence: Value, item: Value) -> Result<Value, Escape> {
        if let (Some(text), Some(added)) = (sequence.as_mstr(), item.as_str()) {
            let grown = text.get_mut(cx.heap).extend(added.as_bytes());
            if grown > 0 {
                cx.heap.note_growth(grown);
            }
            return Ok(sequence);
        }
        let Some(added) = text_of(cx, "push", item)? else { return Err(cx.type_error("push", "string", item)) };
        if let Some(text) = sequence.as_mstr() {
            let grown = text.get_mut(cx.heap).extend(added.as_bytes());
            cx.heap.note_growth(grown);
            return Ok(sequence);
        }
        let mut text = text_of(cx, "push", sequence)?.unwrap_or_default();
        text.push_str(&added);
        Ok(cx.string(&text))
    }

    /// Removes the last element of a mutable array, string or bytes, and gives it.
    ///
    /// (pop @[1 2])  # => 2
    /// (pop @[])  # raises :argument-error
    /// (pop [1])  # raises :type-error
    #[primitive(aliases("%pop"), signals(error))]
    fn pop(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        if let Some(array) = sequence.as_marray() {
            return array.pop(cx.heap).ok_or_else(|| cx.argument_error("pop", "empty array"));
        }
        if let Some(bytes) = sequence.as_mbytes() {
            let last = bytes.get_mut(cx.heap).bytes.pop();
            return last.map(|b| Value::int(b.into())).ok_or_else(|| cx.argument_error("pop", "empty @bytes"));
        }
        let Some(text) = sequence.as_mstr() else {
            return Err(cx.type_error("pop", "@array, @string, or @bytes", sequence));
        };
        match mutable_clusters(cx, "pop", text)?.last().map(str::to_owned) {
            Some(last) => {
                let text = text.get_mut(cx.heap);
                text.truncate(text.bytes().len() - last.len());
                Ok(cx.string(&last))
            }
            None => Err(cx.argument_error("pop", "empty @string")),
        }
    }

    /// A mutable array, or a mutable string as bytes.
    enum Growable {
        Array(Gc<MArray>),
        Text(Gc<MStr>),
    }

    fn growable(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Growable, Escape> {
        match (value.as_marray(), value.as_mstr()) {
            (Some(array), _) => Ok(Growable::Array(array)),
            (_, Some(text)) => Ok(Growable::Text(text)),
            _ => Err(cx.type_error(name, "@array or @string", value)),
        }
    }

    /// Removes up to `n` elements at the end of a mutable array (or bytes of a mutable string), and gives them as
    /// a new one.
    ///
    /// (popn @[1 2 3] 2)  # => @[2 3]
    /// (popn @[1] -1)  # raises :argument-error
    /// (popn [1] 1)  # raises :type-error
    #[primitive(signals(error))]
    fn popn(cx: &mut Cx<'_>, sequence: Value, n: i64) -> Result<Value, Escape> {
        let sequence = growable(cx, "popn", sequence)?;
        let Ok(n) = usize::try_from(n) else {
            return Err(cx.argument_error("popn", &format!("count must be non-negative, got {n}")));
        };
        Ok(match sequence {
            Growable::Array(array) => {
                let items = array.get_mut(cx.heap).vec_mut();
                let removed = items.split_off(items.len().saturating_sub(n));
                cx.spend_items(removed.len());
                cx.heap.new_marray(removed).into()
            }
            Growable::Text(text) => {
                let bytes = text.get_mut(cx.heap).bytes_mut();
                let removed = bytes.split_off(bytes.len().saturating_sub(n));
                cx.heap.new_mstr(removed).into()
            }
        })
    }

    /// Puts an element into a mutable array (or a byte into a mutable string) before the one at an index; at the end
    /// if there is none.
    ///
    /// (insert @[1 3] 1 2)  # => @[1 2 3]
    /// (insert @[1] -5 2)  # raises :argument-error
    /// (insert [1] 0 2)  # raises :type-error
    #[primitive(signals(error))]
    fn insert(cx: &mut Cx<'_>, sequence: Value, index: i64, item: Value) -> Result<Value, Escape> {
        let target = growable(cx, "insert", sequence)?;
        let length = match &target {
            Growable::Array(array) => array.get(cx.heap).items().len(),
            Growable::Text(text) => text.get(cx.heap).bytes().len(),
        };
        let from_start = if index < 0 { index.saturating_add(length as i64) } else { index };
        let Ok(at) = usize::try_from(from_start) else {
            return Err(cx.argument_error("insert", &format!("index {index} out of bounds (length {length})")));
        };
        let at = at.min(length);
        match target {
            Growable::Array(array) => {
                // The barrier of `get_mut` looks at the whole array again, the new element included.
                array.get_mut(cx.heap).vec_mut().insert(at, item);
                cx.heap.note_growth(size_of::<Value>());
                cx.spend_items(length - at);
            }
            Growable::Text(text) => {
                let octet = octet(cx, "insert", item)?;
                text.get_mut(cx.heap).bytes_mut().insert(at, octet);
                cx.spend_bytes(length - at);
            }
        }
        Ok(sequence)
    }

    /// Removes `n` elements (default 1) of a mutable array, or bytes of a mutable string, from an index on.
    ///
    /// (remove @[1 2 3] 1)  # => @[1 3]
    /// (remove [1] 0)  # raises :type-error
    #[primitive(signals(error))]
    fn remove(cx: &mut Cx<'_>, sequence: Value, index: Value, n: Option<i64>) -> Result<Value, Escape> {
        let Some(index) = index.as_int() else { return Err(cx.type_error("remove", "integer", index)) };
        let count = usize::try_from(n.unwrap_or(1)).unwrap_or(0);
        let range = |length: usize| {
            let start = crate::ops::access::resolve(index, length).unwrap_or(length);
            start..start.saturating_add(count).min(length)
        };
        match growable(cx, "remove", sequence)? {
            Growable::Array(array) => {
                let items = array.get_mut(cx.heap).vec_mut();
                let (length, range) = (items.len(), range(items.len()));
                items.drain(range.clone());
                cx.spend_items(length - range.start);
            }
            Growable::Text(text) => {
                let bytes = text.get_mut(cx.heap).bytes_mut();
                let (length, range) = (bytes.len(), range(bytes.len()));
                bytes.drain(range.clone());
                cx.spend_bytes(length - range.start);
            }
        }
        Ok(sequence)
    }

    /// Numbers from a start (default 0) up to but without an end, by a step (default 1).
    ///
    /// (range 1 4)  # => [1 2 3]
    /// (range 0 5 0)  # raises :argument-error
    /// (range :a)  # raises :type-error
    #[primitive(signals(error))]
    fn range(cx: &mut Cx<'_>, start: Number, end: Option<Number>, step: Option<Number>) -> Result<Value, Escape> {
        let (start, end) = match end {
            Some(end) => (start, end),
            None => (Number::Int(0), start),
        };
        match range::numbers(start, end, step.unwrap_or(Number::Int(1)), ITEMS_MAX) {
            Ok(items) => {
                cx.spend_items(items.len());
                Ok(cx.heap.new_array(&items).into())
            }
            Err(problem) => Err(cx.argument_error("range", problem)),
        }
    }

    /// The elements in the order of `compare`: a new list or array, or a mutable array in place. Equal elements keep
    /// their order.
    ///
    /// (sort ["b" "a"])  # => ["a" "b"]
    /// (sort "cab")  # raises :type-error
    #[primitive(name = "sort", signals(error))]
    fn sort_values(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        let items = match sequence.tag() {
            Tag::EmptyList | Tag::Pair => match list_items(sequence) {
                Some(items) => items,
                None => return Err(cx.error("type-error", "sort: Not a proper list")),
            },
            Tag::Array | Tag::MArray => Items::of(sequence).slice(Some(cx.heap)).to_vec(),
            _ => return Err(cx.type_error("sort", "list, array, or @array", sequence)),
        };
        // The work below copies the elements once more.
        cx.make_room(items.len().saturating_mul(2 * size_of::<Value>()))?;
        sort_on(cx, Sorting::new(sequence, items), None)
    }

    /// Comparisons between two stops of a sort.
    const SORT_STEP: usize = 8192;

    /// Does one step of a sort.
    fn sort_on(cx: &mut Cx<'_>, mut sorting: Sorting, place: Option<Value>) -> Result<Value, Escape> {
        let compared = sorting.step(cx.heap, SORT_STEP);
        cx.spend_items(compared);
        if sorting.is_done() {
            return Ok(sorted(cx, sorting));
        }
        Err(pause(cx, sorting, place, |cx, place, _| match take_back(cx, place) {
            Some(sorting) => sort_on(cx, sorting, Some(place)),
            None => Ok(Value::NIL),
        }))
    }

    /// The elements in order as what they were given as.
    fn sorted(cx: &mut Cx<'_>, sorting: Sorting) -> Value {
        let (sequence, items) = sorting.into_parts();
        match (sequence.tag(), sequence.as_marray()) {
            (_, Some(array)) => {
                *array.get_mut(cx.heap).vec_mut() = items;
                sequence
            }
            (Tag::Array, _) => cx.heap.new_array(&items).into(),
            _ => cx.heap.new_list(&items),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn arrays_grow_and_shrink() {
        check(
            r#"
            (push @[1] 2)    =>  @[1 2]
            (push [1] 2)    =>  [1 2]
            (push "a" "b")    =>  "ab"
            (push @"a" "b")    =>  @"ab"
            (push (list 1) 2)    !>  {:error :type-error :message "push: expected array, @array, string, @string, bytes, or @bytes, got list"}
            (push @b[1] 2)    =>  @b[1 2]
            (pop @[1 2])    =>  2
            (pop @[])    !>  {:error :argument-error :message "pop: empty array"}
            (pop [1])    !>  {:error :type-error :message "pop: expected @array, @string, or @bytes, got array"}
            (pop @"héé")    =>  "é"
            (popn @[1 2 3] 2)    =>  @[2 3]
            (popn @[1] 5)    =>  @[1]
            (insert @[1 2] 1 :x)    =>  @[1 :x 2]
            (insert @[1 2] 9 :x)    =>  @[1 2 :x]
            (insert @[1 2] -1 :x)    =>  @[1 :x 2]
            (insert @[1 2] 2 :x)    =>  @[1 2 :x]
            (insert [1] 0 2)    !>  {:error :type-error :message "insert: expected @array or @string, got array"}
            (remove @[1 2 3] 1 2)    =>  @[1]
            (remove @[1 2 3] 7)    =>  @[1 2 3]
            (remove @[1 2 3] -1)    =>  @[1 2]
            (remove [1 2] 0)    !>  {:error :type-error :message "remove: expected @array or @string, got array"}
            (array/new 2 0)    =>  @[0 0]
            "#,
        );
    }

    #[test]
    fn ranges_are_half_open() {
        check(
            r#"
            (range 5)    =>  [0 1 2 3 4]
            (range 1 4)    =>  [1 2 3]
            (range 5 0 -2)    =>  [5 3 1]
            (range 0 1 0.25)    =>  [0 0.25 0.5 0.75]
            (range 5 0)    =>  []
            (range 0 5 0)    !>  {:error :argument-error :message "range: step cannot be zero"}
            (range 1.5 4)    =>  [1.5 2.5 3.5]
            (range 9223372036854775806 9223372036854775807 5)    =>  [9223372036854775806]
            "#,
        );
    }

    #[test]
    fn sort_follows_the_total_order() {
        check(
            r#"
            (sort ["b" "a"])    =>  ["a" "b"]
            (sort (array 3 "a" :k nil true 1.5 'x [1] (list 1)))    =>  [nil true 1.5 3 'x :k "a" (1) [1]]
            (sort "cab")    !>  {:error :type-error :message "sort: expected list, array, or @array, got string"}
            (sort |1|)    !>  {:error :type-error :message "sort: expected list, array, or @array, got set"}
            (sort @[2 1])    =>  @[1 2]
            (sort (list 2 1))    =>  (1 2)
            (compare "b" "a")    =>  1
            (compare 1 "a")    =>  -1
            (compare nil 1)    =>  -1
            (compare [1 2] [1 3])    =>  -1
            (compare "a" :a)    =>  1
            "#,
        );
    }
}
