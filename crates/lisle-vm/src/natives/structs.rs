//! Structs, and putting and deleting in collections of all kinds (spec 06, sections 6 and 10).

pub(crate) mod put;

pub use structure::NATIVES;

#[lisle_macros::primitives]
mod structure {
    use super::put;
    use crate::ops::access::{bad_key, key_or_raise, set_element, set_has, text_of};
    use crate::ops::parts::entries;
    use crate::ops::prepare_key;
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    fn entries_of(cx: &mut Cx<'_>, flat: &[Value], name: &str) -> Result<Vec<(Value, Value)>, Escape> {
        if flat.len() % 2 == 1 {
            let message = format!("{name}: requires an even number of arguments (key-value pairs)");
            return Err(cx.error("arity-error", message));
        }
        for key in flat.iter().step_by(2) {
            if let Err(kind) = prepare_key(cx.heap, *key) {
                return Err(bad_key(cx, kind));
            }
        }
        Ok(flat.chunks_exact(2).map(|entry| (entry[0], entry[1])).collect())
    }

    /// An immutable struct of keys and values that alternate; later duplicates win.
    ///
    /// (struct :a 1)  # => {:a 1}
    /// (struct :a)  # raises :arity-error
    /// (struct 1.5 2)  # raises :type-error
    #[primitive(name = "struct", signals(error))]
    fn make_struct(cx: &mut Cx<'_>, entries: &[Value]) -> Result<Value, Escape> {
        let entries = entries_of(cx, entries, "struct")?;
        Ok(cx.heap.new_struct(entries).into())
    }

    /// A mutable struct of keys and values that alternate; later duplicates win.
    ///
    /// (@struct :a 1)  # => @{:a 1}
    /// (@struct :a)  # raises :arity-error
    #[primitive(name = "@struct", signals(error))]
    fn make_mutable_struct(cx: &mut Cx<'_>, entries: &[Value]) -> Result<Value, Escape> {
        let entries = entries_of(cx, entries, "@struct")?;
        Ok(cx.heap.new_mstruct(entries).into())
    }

    fn sorted_entries(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Vec<(Value, Value)>, Escape> {
        match value.tag() {
            Tag::Struct | Tag::MStruct => Ok(entries(Some(cx.heap), value)),
            _ => Err(cx.type_error(name, "struct", value)),
        }
    }

    /// The keys of a struct as a list, in key order.
    ///
    /// (keys {:b 1 :a 2})  # => (:a :b)
    /// (keys [1])  # raises :type-error
    #[primitive(signals(error))]
    fn keys(cx: &mut Cx<'_>, s: Value) -> Result<Value, Escape> {
        let keys: Vec<Value> = sorted_entries(cx, "keys", s)?.into_iter().map(|(key, _)| key).collect();
        Ok(cx.heap.new_list(&keys))
    }

    /// The values of a struct as a list, in key order.
    ///
    /// (values {:b 1 :a 2})  # => (2 1)
    /// (values [1])  # raises :type-error
    #[primitive(signals(error))]
    fn values(cx: &mut Cx<'_>, s: Value) -> Result<Value, Escape> {
        let values: Vec<Value> = sorted_entries(cx, "values", s)?.into_iter().map(|(_, value)| value).collect();
        Ok(cx.heap.new_list(&values))
    }

    /// The entries of a struct as a list of arrays, in key order.
    ///
    /// (pairs {:b 1 :a 2})  # => ([:a 2] [:b 1])
    /// (pairs [1])  # raises :type-error
    #[primitive(signals(error))]
    fn pairs(cx: &mut Cx<'_>, s: Value) -> Result<Value, Escape> {
        let entries = sorted_entries(cx, "pairs", s)?;
        let pairs: Vec<Value> = entries.iter().map(|(k, v)| cx.heap.new_array(&[*k, *v]).into()).collect();
        Ok(cx.heap.new_list(&pairs))
    }

    /// Binds a key or index of a collection: mutable ones in place, immutable ones give a new one. With two
    /// arguments, adds to a set.
    ///
    /// (put {:a 1} :b 2)  # => {:a 1 :b 2}
    /// (put [1] 1 2)  # raises :argument-error
    /// (put nil :a 1)  # raises :type-error
    #[primitive(name = "put", aliases("%put"), signals(error))]
    fn put_value(cx: &mut Cx<'_>, collection: Value, key: Value, value: Option<Value>) -> Result<Value, Escape> {
        match value {
            Some(value) => put::put(cx, collection, key, value),
            None if matches!(collection.tag(), Tag::Set | Tag::MSet) => put::add(cx, collection, key),
            None => {
                let got = cx.type_name(collection);
                Err(cx.error("arity-error", format!("put: 2-argument form requires a set, got {got}")))
            }
        }
    }

    /// Removes a key of a struct or an element of a set: mutable ones in place, immutable ones give a new one.
    ///
    /// (del {:a 1} :a)  # => {}
    /// (del [1] 0)  # raises :type-error
    #[primitive(aliases("%del"), signals(error))]
    fn del(cx: &mut Cx<'_>, collection: Value, key: Value) -> Result<Value, Escape> {
        if let Some(table) = collection.as_struct() {
            key_or_raise(cx, key)?;
            return Ok(table.without(cx.heap, key).into());
        }
        if let Some(table) = collection.as_mstruct() {
            key_or_raise(cx, key)?;
            table.remove(cx.heap, key);
            return Ok(collection);
        }
        if let Some(set) = collection.as_set() {
            let item = set_element(cx, key)?;
            return Ok(set.without(cx.heap, item).into());
        }
        if let Some(set) = collection.as_mset() {
            let item = set_element(cx, key)?;
            set.remove(cx.heap, item);
            return Ok(collection);
        }
        Err(cx.type_error("del", "struct or set", collection))
    }

    /// True if a struct has a key, a set an element, or a string a part.
    ///
    /// (has? {:a nil} :a)  # => true
    /// (has? [1] 1)  # raises :type-error
    #[primitive(name = "has?", aliases("has-key?", "contains?", "%has?"), signals(error))]
    fn has(cx: &mut Cx<'_>, collection: Value, x: Value) -> Result<bool, Escape> {
        if let Some(table) = collection.as_struct() {
            key_or_raise(cx, x)?;
            return Ok((*table).get(x).is_some());
        }
        if let Some(table) = collection.as_mstruct() {
            key_or_raise(cx, x)?;
            return Ok(table.get(cx.heap).get(x).is_some());
        }
        if matches!(collection.tag(), Tag::Set | Tag::MSet) {
            return set_has(cx, collection, x);
        }
        if let (Some(text), Some(part)) = (collection.as_str(), x.as_str()) {
            let found = text.as_str().find(part.as_str());
            cx.spend_bytes(found.unwrap_or(text.as_bytes().len()));
            return Ok(found.is_some());
        }
        let Some(text) = text_of(cx, "has?", collection)? else {
            return Err(cx.type_error("has?", "struct, set, or string", collection));
        };
        match text_of(cx, "has?", x)? {
            Some(part) => Ok(text.contains(&part)),
            None => Err(cx.type_error("has?", "string", x)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn structs_are_made_and_read() {
        check(
            r#"
            (struct :a)    !>  {:error :arity-error :message "struct: requires an even number of arguments (key-value pairs)"}
            (struct :a 1 :a 2)    =>  {:a 2}
            (struct 1 2 "s" 3 [1 2] 4 nil 5 true 6 () 7)    =>  {nil 5 true 6 1 2 "s" 3 () 7 [1 2] 4}
            (struct 1.5 2)    !>  {:error :type-error :message "struct keys must be immutable (got float)"}
            (struct @[1] 2)    !>  {:error :type-error :message "struct keys must be immutable (got @array)"}
            (struct [@[1]] 2)    !>  {:error :type-error :message "struct keys must be immutable (got @array)"}
            (struct :b 1 :a "s" "k" 'v 3 4 'sy 5)    =>  {3 4 'sy 5 "k" 'v :a "s" :b 1}
            (keys {:b 1 :a 2})    =>  (:a :b)
            (values {:b 1 :a 2})    =>  (2 1)
            (pairs {:b 1 :a 2})    =>  ([:a 2] [:b 1])
            (keys @{:b 1})    =>  (:b)
            (keys [1])    !>  {:error :type-error :message "keys: expected struct, got array"}
            (has? |1 2| 2)    =>  true
            (has? |1| 1.0)    =>  true
            (has? "abc" "bc")    =>  true
            (has? [1 2] 1)    !>  {:error :type-error :message "has?: expected struct, set, or string, got array"}
            (del {:a 1} :a)    =>  {}
            (del {:a 1} :zz)    =>  {:a 1}
            (del |1 2| 1)    =>  |2|
            (del [1 2] 0)    !>  {:error :type-error :message "del: expected struct or set, got array"}
            "#,
        );
    }

    #[test]
    fn put_binds_keys_and_indices() {
        check(
            r#"
            (put [1 2] 0 9)    =>  [9 2]
            (put [1 2] 2 9)    !>  {:error :argument-error :message "put: index 2 out of bounds (length 2)"}
            (put [1 2] -1 9)    =>  [1 9]
            (put "abc" 1 "X")    =>  "aXc"
            (put "abc" 1 "XYZ")    =>  "aXYZc"
            (put @"abc" -1 "X")    =>  @"abX"
            (put |1| 2)    =>  |1 2|
            (put [1] 2)    !>  {:error :arity-error :message "put: 2-argument form requires a set, got array"}
            (put (list 1) 0 2)    !>  {:error :type-error :message "put: expected array, struct, set, bytes, or string, got list"}
            (put b[1 2] 0 3)    !>  {:error :type-error :message "put: expected array, struct, set, bytes, or string, got bytes"}
            (put @b[1 2] 0 3)    =>  @b[3 2]
            (put nil :a 1)    !>  {:error :type-error :message "put: expected array, struct, set, bytes, or string, got nil"}
            (put {:a 1} :b 2)    =>  {:a 1 :b 2}
            (put @{} 1.5 2)    !>  {:error :type-error :message "struct keys must be immutable (got float)"}
            "#,
        );
    }
}
