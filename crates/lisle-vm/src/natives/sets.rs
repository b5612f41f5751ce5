//! Sets (spec 06, section 11).

pub use set::NATIVES;

#[lisle_macros::primitives]
mod set {
    use crate::natives::sequences::append_values;
    use crate::natives::structs::put;
    use crate::ops::access::{set_element, text_of};
    use crate::ops::each::list_items;
    use crate::ops::parts::{Items, Octets, elements};
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    fn frozen(cx: &mut Cx<'_>, items: &[Value]) -> Result<Vec<Value>, Escape> {
        cx.spend_items(items.len());
        items.iter().map(|item| set_element(cx, *item)).collect()
    }

    fn new_set(cx: &mut Cx<'_>, mutable: bool, items: Vec<Value>) -> Value {
        if mutable { cx.heap.new_mset(items).into() } else { cx.heap.new_set(items).into() }
    }

    /// An immutable set of the arguments.
    ///
    /// (set 1 2 2)  # => |1 2|
    /// (let [a @[]] (push a a) (set a))  # raises :argument-error
    #[primitive(signals(error))]
    fn set(cx: &mut Cx<'_>, items: &[Value]) -> Result<Value, Escape> {
        let items = frozen(cx, items)?;
        Ok(new_set(cx, false, items))
    }

    /// A mutable set of the arguments.
    ///
    /// (@set 2 1)  # => @|1 2|
    /// (let [a @[]] (push a a) (@set a))  # raises :argument-error
    #[primitive(name = "@set", signals(error))]
    fn mutable_set(cx: &mut Cx<'_>, items: &[Value]) -> Result<Value, Escape> {
        let items = frozen(cx, items)?;
        Ok(new_set(cx, true, items))
    }

    /// Adds an element to a set: a mutable one in place, an immutable one gives a new one.
    ///
    /// (add |1| 2)  # => |1 2|
    /// (add [1] 2)  # raises :type-error
    #[primitive(signals(error))]
    fn add(cx: &mut Cx<'_>, set: Value, item: Value) -> Result<Value, Escape> {
        match set.tag() {
            Tag::Set | Tag::MSet => put::add(cx, set, item),
            _ => Err(cx.type_error("add", "set", set)),
        }
    }

    /// The elements of both sets, as a new one; also joins other collections as `append` does.
    ///
    /// (union |1| |2|)  # => |1 2|
    /// (union |1| @|2|)  # raises :type-error
    #[primitive(signals(error))]
    fn union(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        append_values(cx, "union", a, b)
    }

    /// The elements of the first set that are in the second, or that are not, as a new set.
    fn select(cx: &mut Cx<'_>, name: &str, a: Value, b: Value, present: bool) -> Result<Value, Escape> {
        if a.tag() != b.tag() || !matches!(a.tag(), Tag::Set | Tag::MSet) {
            let message = format!("{name}: both arguments must be sets or both must be mutable sets");
            return Err(cx.error("type-error", message));
        }
        let contains = |item: Value| match (b.as_set(), b.as_mset()) {
            (Some(set), _) => set.contains(item),
            (_, Some(set)) => set.get(cx.heap).contains(item),
            _ => false,
        };
        let items: Vec<Value> =
            elements(Some(cx.heap), a).into_iter().filter(|item| contains(*item) == present).collect();
        Ok(match a.tag() {
            Tag::Set => cx.heap.new_set_sorted(&items).into(),
            _ => cx.heap.new_mset(items).into(),
        })
    }

    /// The elements that both sets have, as a new set.
    ///
    /// (intersection |1 2| |2 3|)  # => |2|
    /// (intersection [1] [1])  # raises :type-error
    #[primitive(signals(error))]
    fn intersection(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        select(cx, "intersection", a, b, true)
    }

    /// The elements of the first set that the second has not, as a new set.
    ///
    /// (difference |1 2| |2|)  # => |1|
    /// (difference |1| @|1|)  # raises :type-error
    #[primitive(signals(error))]
    fn difference(cx: &mut Cx<'_>, a: Value, b: Value) -> Result<Value, Escape> {
        select(cx, "difference", a, b, false)
    }

    /// The elements in order: an array for a set, a mutable array for a mutable one.
    ///
    /// (set->array |2 1|)  # => [1 2]
    /// (set->array [1])  # raises :type-error
    #[primitive(name = "set->array", signals(error))]
    fn set_to_array(cx: &mut Cx<'_>, set: Value) -> Result<Value, Escape> {
        let items = elements(Some(cx.heap), set);
        match set.tag() {
            Tag::Set => Ok(cx.heap.new_array(&items).into()),
            Tag::MSet => Ok(cx.heap.new_marray(items).into()),
            _ => Err(cx.type_error("set->array", "set", set)),
        }
    }

    /// The elements of a sequence as a set, mutable for a mutable one. Strings are taken apart by code points.
    ///
    /// (seq->set [1 1 2])  # => |1 2|
    /// (seq->set nil)  # raises :type-error
    #[primitive(name = "seq->set", signals(error))]
    fn seq_to_set(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        let items = match sequence.tag() {
            Tag::Set | Tag::MSet => return Ok(sequence),
            Tag::EmptyList | Tag::Pair => list_items(sequence),
            Tag::Array | Tag::MArray => Some(Items::of(sequence).slice(Some(cx.heap)).to_vec()),
            Tag::Bytes | Tag::MBytes => {
                Some(Octets::of(sequence).slice(cx.heap).iter().map(|b| Value::int(i64::from(*b))).collect())
            }
            Tag::String | Tag::MString => {
                let text = text_of(cx, "seq->set", sequence)?.unwrap_or_default();
                Some(text.chars().map(|c| cx.string(c.encode_utf8(&mut [0; 4]))).collect())
            }
            _ => None,
        };
        let Some(items) = items else {
            return Err(cx.type_error("seq->set", "sequence (list, array, string, bytes)", sequence));
        };
        let items = frozen(cx, &items)?;
        Ok(new_set(cx, matches!(sequence.tag(), Tag::MArray | Tag::MString | Tag::MBytes), items))
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn sets_keep_one_of_equal_elements_in_order() {
        check(
            r#"
            (set 1 2 2)    =>  |1 2|
            (set @[1])    =>  |[1]|
            (@set)    =>  @||
            (add |1| 2)    =>  |1 2|
            (add @|1| 2)    =>  @|1 2|
            (union |1| |2|)    =>  |1 2|
            (union |1| @|2|)    !>  {:error :type-error :message "cannot combine set and @set"}
            (difference |1 2| |2|)    =>  |1|
            (intersection |1 2| |2|)    =>  |2|
            (intersection |1| @|2|)    !>  {:error :type-error :message "intersection: both arguments must be sets or both must be mutable sets"}
            (set->array |2 1|)    =>  [1 2]
            (set->array @|2 1|)    =>  @[1 2]
            (seq->set [1 1 2])    =>  |1 2|
            (seq->set "aab")    =>  |"a" "b"|
            (seq->set @[1])    =>  @|1|
            (set 1 1.0)    =>  |1|
            (set "a" @"a")    =>  |"a"|
            (set 0.0 -0.0)    =>  |-0.0 0.0|
            (length (set 1 1.0))    =>  1
            "#,
        );
    }
}
