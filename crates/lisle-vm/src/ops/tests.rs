//! Equality, order, hashing and printing over random, deep, shared and cyclic data.

use std::cmp::Ordering;

use lisle_syntax::Symbol;
use proptest::prelude::*;

use super::print::{display, format_form};
use super::*;
use crate::heap::Heap;
use crate::value::Value;

/// Data that can be built twice, with or without mutable collections.
#[derive(Clone, Debug)]
enum Data {
    Nil,
    Int(i64),
    Float(f64),
    Keyword(u8),
    Str(String),
    List(Vec<Data>),
    Array(Vec<Data>),
    Struct(Vec<(u8, Data)>),
    Set(Vec<i64>),
    Box(Box<Data>),
}

fn data() -> impl Strategy<Value = Data> {
    let leaf = prop_oneof![
        Just(Data::Nil),
        (-3..3_i64).prop_map(Data::Int),
        prop_oneof![Just(0.0), Just(-0.0), Just(1.0), Just(1.5), Just(f64::NAN)].prop_map(Data::Float),
        (0..3_u8).prop_map(Data::Keyword),
        "[ab]{0,2}".prop_map(Data::Str),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Data::List),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Data::Array),
            prop::collection::vec((0..4_u8, inner.clone()), 0..4).prop_map(Data::Struct),
            prop::collection::vec(-3..3_i64, 0..4).prop_map(Data::Set),
            inner.prop_map(|inner| Data::Box(Box::new(inner))),
        ]
    })
}

impl Data {
    fn build(&self, heap: &mut Heap, mutable: bool) -> Value {
        let keyword = |n: u8| Value::keyword(Symbol::intern(&format!("k{n}")));
        let all = |items: &[Data], heap: &mut Heap| -> Vec<Value> {
            items.iter().map(|item| item.build(heap, mutable)).collect()
        };
        match self {
            Data::Nil => Value::NIL,
            Data::Int(i) => Value::int(*i),
            Data::Float(f) => Value::float(*f),
            Data::Keyword(n) => keyword(*n),
            Data::Str(text) if mutable => heap.new_mstr(text.clone().into_bytes()).into(),
            Data::Str(text) => heap.new_string(text).into(),
            Data::List(items) => {
                let items = all(items, heap);
                heap.new_list(&items)
            }
            Data::Array(items) => {
                let items = all(items, heap);
                if mutable { heap.new_marray(items).into() } else { heap.new_array(&items).into() }
            }
            Data::Struct(entries) => {
                let entries = entries.iter().map(|(k, v)| (keyword(*k), v.build(heap, mutable))).collect();
                if mutable { heap.new_mstruct(entries).into() } else { heap.new_struct(entries).into() }
            }
            Data::Set(items) => {
                let items = items.iter().map(|i| Value::int(*i)).collect();
                if mutable { heap.new_mset(items).into() } else { heap.new_set(items).into() }
            }
            Data::Box(inner) => {
                let inner = inner.build(heap, mutable);
                heap.new_box(inner).into()
            }
        }
    }
}

proptest! {
    #[test]
    fn siblings_are_equal_and_hash_equally(data in data()) {
        let mut heap = Heap::new();
        let (a, b) = (data.build(&mut heap, false), data.build(&mut heap, true));
        prop_assert!(equal(&heap, a, b) && equal(&heap, b, a) && same(&heap, a, b));
        prop_assert_eq!(hash(&heap, a), hash(&heap, b));
    }

    #[test]
    fn hash_and_order_agree_with_equality(a in data(), b in data()) {
        let mut heap = Heap::new();
        let (a, b) = (a.build(&mut heap, false), b.build(&mut heap, false));
        if equal(&heap, a, b) {
            prop_assert_eq!(hash(&heap, a), hash(&heap, b));
        }
        if same(&heap, a, b) {
            prop_assert_eq!(compare(&heap, a, b), Ordering::Equal);
        }
        if compare(&heap, a, b).is_eq() {
            prop_assert_eq!(hash(&heap, a), hash(&heap, b));
        }
        prop_assert_eq!(compare(&heap, a, b), compare(&heap, b, a).reverse());
    }

    #[test]
    fn the_order_is_transitive(a in data(), b in data(), c in data()) {
        let mut heap = Heap::new();
        let mut values = [&a, &b, &c].map(|d| d.build(&mut heap, false)).to_vec();
        sort::sort(&mut heap, &mut values);
        prop_assert!(compare(&heap, values[0], values[1]).is_le());
        prop_assert!(compare(&heap, values[1], values[2]).is_le());
        prop_assert!(compare(&heap, values[0], values[2]).is_le());
    }

    #[test]
    fn freezing_makes_an_equal_value(data in data()) {
        let mut heap = Heap::new();
        let (a, b) = (data.build(&mut heap, false), data.build(&mut heap, true));
        let frozen = deep_freeze(&mut heap, b).unwrap();
        prop_assert!(equal(&heap, a, frozen));
        let again = deep_freeze(&mut heap, frozen).unwrap();
        prop_assert!(again.is_identical(frozen));
    }
}

#[test]
fn integers_and_floats_are_ordered_exactly() {
    let heap = Heap::new();
    let big = 1_i64 << 53;
    let ordered = [
        Value::float(f64::NEG_INFINITY),
        Value::float(-1e300),
        Value::int(i64::MIN),
        Value::int(-1),
        Value::float(-0.5),
        Value::float(-0.0),
        Value::int(0),
        Value::float(0.5),
        Value::int(big),
        Value::int(big + 1),
        Value::float((big + 2) as f64),
        Value::int(i64::MAX),
        Value::float(9_223_372_036_854_775_808.0),
        Value::float(f64::INFINITY),
        Value::float(f64::NAN),
    ];
    for (i, a) in ordered.iter().enumerate() {
        for (j, b) in ordered.iter().enumerate() {
            assert_eq!(compare(&heap, *a, *b), i.cmp(&j), "{a:?} {b:?}");
        }
    }
    assert!(compare(&heap, Value::int(0), Value::float(0.0)).is_eq());
    assert!(compare(&heap, Value::int(-2), Value::float(-2.0)).is_eq());
}

const DEEP: usize = 1_000_000;

fn deep_list(heap: &mut Heap) -> Value {
    (0..DEEP).fold(Value::EMPTY_LIST, |inner, _| heap.new_list(&[inner]))
}

#[test]
fn deep_data_need_no_native_stack() {
    let mut heap = Heap::new();
    let (a, b) = (deep_list(&mut heap), deep_list(&mut heap));
    assert!(equal(&heap, a, b));
    assert!(compare(&heap, a, b).is_eq());
    assert_eq!(hash(&heap, a), hash(&heap, b));
    assert_eq!(check_key(&heap, a), Ok(()));
    assert!(deep_freeze(&mut heap, a).unwrap().is_identical(a));
    let text = machine_text(&heap, a);
    assert_eq!(text.len(), 2 * DEEP + 2);
    let thawed = (0..DEEP).fold(Value::NIL, |inner, _| heap.new_marray(vec![inner]).into());
    let frozen = deep_freeze(&mut heap, thawed).unwrap();
    assert!(equal(&heap, thawed, frozen));
    assert_eq!(check_key(&heap, thawed), Err("@array"));
}

#[test]
fn shared_data_are_walked_once() {
    let mut heap = Heap::new();
    let double = |heap: &mut Heap| {
        (0..200).fold(Value::int(1), |inner, _| {
            let array = heap.new_array(&[inner, inner]).into();
            heap.new_list(&[array, inner])
        })
    };
    let (a, b) = (double(&mut heap), double(&mut heap));
    assert!(equal(&heap, a, b));
    assert!(compare(&heap, a, b).is_eq());
    assert_eq!(hash(&heap, a), hash(&heap, b));
    assert_eq!(check_key(&heap, a), Ok(()));
    assert!(deep_freeze(&mut heap, a).unwrap().is_identical(a));
    let mut text = String::new();
    print::machine_short(&heap, a, &mut text);
    assert!(text.ends_with("...") && text.len() < 3000);
}

#[test]
fn cycles_end() {
    let mut heap = Heap::new();
    let cycle = |heap: &mut Heap| {
        let array = heap.new_marray(vec![Value::int(1)]);
        let table = heap.new_mstruct(vec![(Value::keyword_named("a"), array.into())]);
        let cell = heap.new_box(table.into());
        array.push(heap, cell.into());
        array.push(heap, array.into());
        Value::from(array)
    };
    let (a, b) = (cycle(&mut heap), cycle(&mut heap));
    assert!(equal(&heap, a, b));
    assert!(compare(&heap, a, b).is_eq());
    assert_eq!(hash(&heap, a), hash(&heap, b));
    assert!(deep_freeze(&mut heap, a).is_err());
    let expected = "@[1 <box @{:a @[<cycle>]}> @[<cycle>]]";
    assert_eq!(machine_text(&heap, a), expected);
    let mut text = String::new();
    display(&heap, a, &mut text).unwrap();
    assert_eq!(text, expected);
    text.clear();
    print::pretty(&heap, a, &mut text);
    assert!(text.contains("..."));
}

#[test]
fn forms_differ_in_quotes_and_colons() {
    let mut heap = Heap::new();
    let text = heap.new_string("a\"b\\c\nd").into();
    let bytes = heap.new_mstr("a\nbé".as_bytes().to_vec()).into();
    let tail = heap.new_pair(Value::int(1), Value::int(2)).into();
    let (name, key) = (Value::symbol(Symbol::intern("s")), Value::keyword_named("k"));
    let set = heap.new_set(vec![key]).into();
    let table = heap.new_struct(vec![(key, text)]).into();
    let array: Value = heap.new_array(&[text, bytes, tail, name, key, set, table, Value::float(2.0)]).into();
    assert_eq!(
        machine_text(&heap, array),
        "[\"a\\\"b\\\\c\nd\" @\"a\\x0ab\\xc3\\xa9\" (1 . 2) 's :k |:k| {:k \"a\\\"b\\\\c\nd\"} 2.0]"
    );
    let mut shown = String::new();
    display(&heap, array, &mut shown).unwrap();
    assert_eq!(shown, "[a\"b\\c\nd a\nbé (1 2) s k |:k| {:k \"a\\\"b\\\\c\nd\"} 2.0]");
    shown.clear();
    format_form(&heap, array, &mut shown);
    assert_eq!(shown, "[a\"b\\c\nd @\"a\\x0ab\\xc3\\xa9\" (1 . 2) 's :k |:k| {:k \"a\\\"b\\\\c\nd\"} 2]");
}
