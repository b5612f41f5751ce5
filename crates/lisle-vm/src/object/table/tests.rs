//! Structs and sets against a model: a `BTreeMap` with the order of the specification.

use std::collections::{BTreeMap, BTreeSet};

use lisle_syntax::Symbol;
use proptest::prelude::*;

use super::INLINE_MAX;
use crate::heap::{Heap, Roots, Tracer};
use crate::ops;
use crate::value::Value;

/// A key, ordered as specification 05, section 6, orders struct keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Nil,
    Bool(bool),
    Int(i64),
    Str(String),
    Keyword(String),
    Empty,
    Array(Vec<Key>),
}

impl Key {
    fn value(&self, heap: &mut Heap) -> Value {
        match self {
            Key::Nil => Value::NIL,
            Key::Bool(b) => Value::bool(*b),
            Key::Int(i) => Value::int(*i),
            Key::Str(text) => heap.new_string(text).into(),
            Key::Keyword(name) => Value::keyword(Symbol::intern(name)),
            Key::Empty => Value::EMPTY_LIST,
            Key::Array(items) => {
                let items: Vec<Value> = items.iter().map(|item| item.value(heap)).collect();
                heap.new_array(&items).into()
            }
        }
    }
}

fn key() -> impl Strategy<Value = Key> {
    let leaf = prop_oneof![
        Just(Key::Nil),
        any::<bool>().prop_map(Key::Bool),
        (-20..20_i64).prop_map(Key::Int),
        any::<i64>().prop_map(Key::Int),
        "[a-c]{0,3}".prop_map(Key::Str),
        "[a-c]{1,3}".prop_map(Key::Keyword),
        Just(Key::Empty),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Key::Array))
}

fn changes(most: usize) -> impl Strategy<Value = Vec<(Key, Option<i64>)>> {
    prop::collection::vec((key(), prop::option::weighted(0.7, any::<i64>())), 0..most)
}

fn expected(heap: &mut Heap, model: &BTreeMap<Key, i64>) -> Vec<(Value, Value)> {
    model.iter().map(|(k, v)| (k.value(heap), Value::int(*v))).collect()
}

fn same_entries(heap: &Heap, a: &[(Value, Value)], b: &[(Value, Value)]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| ops::same(heap, a.0, b.0) && ops::same(heap, a.1, b.1))
}

proptest! {
    #[test]
    fn immutable_structs_agree_with_the_model(changes in changes(120)) {
        let mut heap = Heap::new();
        let mut model = BTreeMap::new();
        let mut table = heap.new_struct(Vec::new());
        for (key, value) in changes {
            let before = (table, expected(&mut heap, &model));
            let k = key.value(&mut heap);
            match value {
                Some(v) => {
                    model.insert(key, v);
                    table = table.with(&mut heap, k, Value::int(v));
                    prop_assert!((*table).get(k).is_some_and(|found| found.is_identical(Value::int(v))));
                }
                None => {
                    model.remove(&key);
                    table = table.without(&mut heap, k);
                    prop_assert!((*table).get(k).is_none());
                }
            }
            table.check();
            // The older version is what it was.
            prop_assert!(same_entries(&heap, &before.0.entries(), &before.1));
        }
        let expected = expected(&mut heap, &model);
        prop_assert!(same_entries(&heap, &table.entries(), &expected));
        // The same entries at once make an equal struct.
        let at_once = heap.new_struct(expected.iter().rev().copied().collect());
        at_once.check();
        prop_assert!(ops::equal(&heap, table.into(), at_once.into()));
        prop_assert_eq!(ops::hash(&heap, table.into()), ops::hash(&heap, at_once.into()));
        prop_assert!(ops::compare(&heap, table.into(), at_once.into()).is_eq());
    }

    #[test]
    fn mutable_structs_agree_with_the_model(changes in changes(200)) {
        let mut heap = Heap::new();
        let mut model = BTreeMap::new();
        let table = heap.new_mstruct(Vec::new());
        for (key, value) in changes {
            let k = key.value(&mut heap);
            match value {
                Some(v) => {
                    model.insert(key, v);
                    table.put(&mut heap, k, Value::int(v));
                    prop_assert!(table.get(&heap).get(k).is_some_and(|found| found.is_identical(Value::int(v))));
                }
                None => {
                    let removed = table.remove(&mut heap, k).and_then(|v| v.as_int());
                    prop_assert_eq!(removed, model.remove(&key));
                }
            }
            prop_assert_eq!(table.get(&heap).len(), model.len());
        }
        let expected = expected(&mut heap, &model);
        prop_assert!(same_entries(&heap, &table.get(&heap).entries(), &expected));
        let frozen = heap.new_struct_sorted(&expected);
        prop_assert!(ops::equal(&heap, table.into(), frozen.into()));
        prop_assert_eq!(ops::hash(&heap, table.into()), ops::hash(&heap, frozen.into()));
    }

    #[test]
    fn sets_agree_with_the_model(changes in prop::collection::vec((-30..30_i64, any::<bool>(), any::<bool>()), 0..150)) {
        let mut heap = Heap::new();
        let mut model = BTreeSet::new();
        let mut set = heap.new_set(Vec::new());
        let mutable = heap.new_mset(Vec::new());
        for (number, as_float, add) in changes {
            // 1 and 1.0 are the same element.
            let item = if as_float { Value::float(number as f64) } else { Value::int(number) };
            if add {
                let is_new = model.insert(number);
                set = set.with(&mut heap, item);
                prop_assert_eq!(mutable.add(&mut heap, item), is_new);
            } else {
                let was_there = model.remove(&number);
                set = set.without(&mut heap, item);
                prop_assert_eq!(mutable.remove(&mut heap, item), was_there);
            }
            prop_assert_eq!((set.len(), mutable.get(&heap).len()), (model.len(), model.len()));
            prop_assert_eq!(set.contains(item), add);
        }
        let numbers: Vec<f64> = model.iter().map(|n| *n as f64).collect();
        prop_assert!(set.items().iter().filter_map(|i| i.as_number()).eq(numbers.iter().copied()));
        prop_assert!(mutable.get(&heap).items().iter().filter_map(|i| i.as_number()).eq(numbers));
    }
}

#[test]
fn a_large_struct_shares_what_an_update_does_not_touch() {
    let mut heap = Heap::new();
    let entries = (0..10_000).map(|i| (Value::int(i), Value::int(i))).collect();
    let table = heap.new_struct(entries);
    let changed = table.with(&mut heap, Value::int(5000), Value::TRUE);
    changed.check();
    assert_eq!((table.len(), changed.len()), (10_000, 10_000));
    assert_eq!((*table).get(Value::int(5000)).and_then(|v| v.as_int()), Some(5000));
    assert!((*changed).get(Value::int(5000)).is_some_and(|v| v.is_truthy()));
    let emptied = (0..10_000).fold(changed, |table, i| table.without(&mut heap, Value::int(i)));
    emptied.check();
    assert!(emptied.is_empty());
}

#[test]
fn small_structs_stand_in_one_object() {
    let mut heap = Heap::new();
    let mut table = heap.new_struct(Vec::new());
    for i in 0..(2 * INLINE_MAX as i64) {
        table = table.with(&mut heap, Value::int(i), Value::NIL);
        table.check();
    }
    for i in 0..(2 * INLINE_MAX as i64) {
        table = table.without(&mut heap, Value::int(i));
        table.check();
    }
}

/// Roots of a test.
struct Held<'a>(&'a [Value]);

impl Roots for Held<'_> {
    fn trace_roots(&self, tracer: &mut Tracer<'_>) {
        tracer.values(self.0);
    }
}

#[test]
fn collection_at_every_step_loses_nothing() {
    let mut heap = Heap::new();
    let mutable = heap.new_mstruct(Vec::new());
    let elements = heap.new_mset(Vec::new());
    let mut table = heap.new_struct(Vec::new());
    let mut set = heap.new_set(Vec::new());
    for i in 0..600_i64 {
        let number = i * 37 % 101;
        let key = heap.new_string(&format!("key {number}")).into();
        let value: Value = heap.new_list(&[Value::int(i)]);
        mutable.put(&mut heap, key, value);
        elements.add(&mut heap, key);
        table = table.with(&mut heap, key, value);
        set = set.with(&mut heap, key);
        if i % 5 == 0 {
            let gone = heap.new_string(&format!("key {}", i * 11 % 101)).into();
            mutable.remove(&mut heap, gone);
            elements.remove(&mut heap, gone);
            table = table.without(&mut heap, gone);
            set = set.without(&mut heap, gone);
        }
        let held = [mutable.into(), elements.into(), table.into(), set.into()];
        if i % 50 == 49 {
            heap.collect_all(&Held(&held))
        } else {
            heap.collect_step(&Held(&held))
        }
        assert!(ops::equal(&heap, mutable.into(), table.into()));
        assert!(ops::equal(&heap, elements.into(), set.into()));
    }
    table.check();
    assert!(table.iter().all(|(key, value)| key.as_str().is_some() && value.as_pair().is_some()));
}
