//! Collections and the functions on them against models: `Vec`, `BTreeMap`, `BTreeSet`, and vectors of grapheme clusters.
//!
//! Every function is called as a program calls it, with a budget so small that long ones stop in between.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use lisle_vm::Value;
use proptest::prelude::*;
use support::{Calls, Kind, sequence_text as seq};

const KINDS: [Kind; 3] = [Kind::Array, Kind::MArray, Kind::List];

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(&KINDS[..])
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() }
}

/// What functions that build something new make of a list, or of an array.
fn built(kind: Kind) -> Kind {
    if kind == Kind::List { Kind::List } else { Kind::MArray }
}

/// A change of a mutable array, or a look at it.
#[derive(Clone, Debug)]
enum ArrayStep {
    Push(i64),
    Pop,
    Insert(i64, i64),
    Remove(i64, i64),
    Popn(usize),
    Put(i64, i64),
    Append(Vec<i64>),
    Get(i64),
    Sort,
}

fn array_steps() -> impl Strategy<Value = Vec<ArrayStep>> {
    let step = prop_oneof![
        any::<i8>().prop_map(|i| ArrayStep::Push(i.into())),
        Just(ArrayStep::Pop),
        (-9_i64..9, any::<i8>()).prop_map(|(at, i)| ArrayStep::Insert(at, i.into())),
        (-9_i64..9, 0_i64..4).prop_map(|(at, n)| ArrayStep::Remove(at, n)),
        (0_usize..4).prop_map(ArrayStep::Popn),
        (-9_i64..9, any::<i8>()).prop_map(|(at, i)| ArrayStep::Put(at, i.into())),
        prop::collection::vec(-9_i64..9, 0..5).prop_map(ArrayStep::Append),
        (-9_i64..9).prop_map(ArrayStep::Get),
        Just(ArrayStep::Sort),
    ];
    prop::collection::vec(step, 0..40)
}

/// The place that a possibly negative index means; `None` when there is none.
fn place(index: i64, len: usize) -> Option<usize> {
    let index = if index < 0 { index + len as i64 } else { index };
    usize::try_from(index).ok().filter(|i| *i < len)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mutable_arrays_agree_with_vectors(start in prop::collection::vec(-9_i64..9, 0..8), steps in array_steps()) {
        let mut calls = Calls::new();
        let mut model = start.clone();
        let array = calls.sequence(Kind::MArray, &start);
        for step in steps {
            let int = Value::int;
            match step {
                ArrayStep::Push(item) => {
                    prop_assert!(calls.call("push", &[array, int(item)]).is_ok());
                    model.push(item);
                }
                ArrayStep::Pop => {
                    let popped = calls.call("pop", &[array]).ok().and_then(Value::as_int);
                    prop_assert_eq!(popped, model.pop());
                }
                ArrayStep::Insert(at, item) => {
                    let from_start = if at < 0 { at + model.len() as i64 } else { at };
                    let fine = calls.call("insert", &[array, int(at), int(item)]).is_ok();
                    prop_assert_eq!(fine, from_start >= 0);
                    if fine {
                        model.insert((from_start as usize).min(model.len()), item);
                    }
                }
                ArrayStep::Remove(at, n) => {
                    prop_assert!(calls.call("remove", &[array, int(at), int(n)]).is_ok());
                    if let Some(at) = place(at, model.len()) {
                        model.drain(at..(at + n as usize).min(model.len()));
                    }
                }
                ArrayStep::Popn(n) => {
                    let removed = model.split_off(model.len().saturating_sub(n));
                    prop_assert_eq!(calls.shown("popn", &[array, int(n as i64)]), seq(Kind::MArray, removed));
                }
                ArrayStep::Put(at, item) => {
                    let place = place(at, model.len());
                    prop_assert_eq!(calls.call("put", &[array, int(at), int(item)]).is_ok(), place.is_some());
                    if let Some(place) = place {
                        model[place] = item;
                    }
                }
                ArrayStep::Append(more) => {
                    let more_value = calls.sequence(Kind::Array, &more);
                    prop_assert!(calls.call("append", &[array, more_value]).is_ok());
                    model.extend(more);
                }
                ArrayStep::Get(at) => {
                    let found = calls.call("get", &[array, int(at)]).ok().and_then(Value::as_int);
                    prop_assert_eq!(found, place(at, model.len()).map(|at| model[at]));
                }
                ArrayStep::Sort => {
                    prop_assert!(calls.call("sort", &[array]).is_ok());
                    model.sort_unstable();
                }
            }
            prop_assert_eq!(calls.show(array), seq(Kind::MArray, &model));
        }
    }

    #[test]
    fn parts_of_sequences_are_those_of_vectors(
        kind in kinds(),
        items in prop::collection::vec(-9_i64..9, 0..12),
        (a, b) in (-14_i64..14, -14_i64..14),
    ) {
        let mut calls = Calls::new();
        let s = calls.sequence(kind, &items);
        let len = items.len();
        let bound = |i: i64| (if i < 0 { i + len as i64 } else { i }).clamp(0, len as i64) as usize;
        let part = if bound(a) < bound(b) { &items[bound(a)..bound(b)] } else { &[] };
        prop_assert_eq!(calls.shown("slice", &[s, Value::int(a), Value::int(b)]), seq(kind, part));
        prop_assert_eq!(calls.shown("slice", &[s, Value::int(a)]), seq(kind, &items[bound(a)..]));
        prop_assert_eq!(calls.shown("reverse", &[s]), seq(kind, items.iter().rev()));
        prop_assert_eq!(calls.shown("rest", &[s]), seq(kind, items.iter().skip(1)));
        prop_assert_eq!(calls.shown("butlast", &[s]), seq(kind, &items[..len.saturating_sub(1)]));
        prop_assert_eq!(calls.shown("length", &[s]), len.to_string());
        prop_assert_eq!(calls.shown("empty?", &[s]), items.is_empty().to_string());
        prop_assert_eq!(calls.call("first", &[s]).ok().and_then(Value::as_int), items.first().copied());
        prop_assert_eq!(calls.call("second", &[s]).ok().and_then(Value::as_int), items.get(1).copied());
        prop_assert_eq!(calls.call("last", &[s]).ok().and_then(Value::as_int), items.last().copied());
        let found = calls.call("get", &[s, Value::int(a)]).ok().and_then(Value::as_int);
        prop_assert_eq!(found, place(a, len).map(|at| items[at]));
        let other = calls.sequence(kind, &[1, 2]);
        let both = items.iter().chain(&[1, 2]);
        prop_assert_eq!(calls.shown("concat", &[s, other]), seq(kind, both));
        prop_assert_eq!(calls.shown("->list", &[s]), seq(Kind::List, &items));
        prop_assert_eq!(calls.shown("->array", &[s]), seq(Kind::Array, &items));
        if kind == Kind::List && a >= 0 {
            let n = (a as usize).min(len);
            prop_assert_eq!(calls.shown("take", &[Value::int(a), s]), seq(kind, &items[..n]));
            prop_assert_eq!(calls.shown("drop", &[Value::int(a), s]), seq(kind, &items[n..]));
        }
    }

    #[test]
    fn functions_on_sequences_agree_with_iterators(
        kind in kinds(),
        items in prop::collection::vec(-9_i64..9, 0..12),
        other in prop::collection::vec(-9_i64..9, 0..12),
        n in 1_usize..5,
    ) {
        let mut calls = Calls::new();
        let s = calls.sequence(kind, &items);
        let [inc, odd, abs, list, plus, compare] = ["inc", "odd?", "abs", "list", "+", "compare"].map(|f| calls.named(f));
        let is_odd = |i: &&i64| **i % 2 != 0;
        let new = built(kind);
        // `take-while` and `drop-while` give the empty list for anything empty, and `flatten` too.
        let or_list = if items.is_empty() { Kind::List } else { new };
        prop_assert_eq!(calls.shown("map", &[inc, s]), seq(kind, items.iter().map(|i| i + 1)));
        prop_assert_eq!(calls.shown("filter", &[odd, s]), seq(kind, items.iter().filter(is_odd)));
        prop_assert_eq!(calls.shown("fold", &[plus, Value::int(5), s]), (5 + items.iter().sum::<i64>()).to_string());
        let indexed = items.iter().enumerate().map(|(i, x)| i as i64 + x);
        prop_assert_eq!(calls.shown("map-indexed", &[plus, s]), seq(new, indexed));
        prop_assert_eq!(calls.shown("mapcat", &[list, s]), seq(new, &items));
        prop_assert_eq!(calls.shown("any?", &[odd, s]), items.iter().any(|i| i % 2 != 0).to_string());
        prop_assert_eq!(calls.shown("all?", &[odd, s]), items.iter().all(|i| i % 2 != 0).to_string());
        prop_assert_eq!(calls.shown("count", &[odd, s]), items.iter().filter(is_odd).count().to_string());
        prop_assert_eq!(
            calls.call("find", &[odd, s]).ok().and_then(Value::as_int), items.iter().find(is_odd).copied());
        prop_assert_eq!(
            calls.call("find-index", &[odd, s]).ok().and_then(Value::as_int),
            items.iter().position(|i| i % 2 != 0).map(|i| i as i64));
        prop_assert_eq!(
            calls.shown("take-while", &[odd, s]), seq(or_list, items.iter().take_while(|i| *i % 2 != 0)));
        prop_assert_eq!(
            calls.shown("drop-while", &[odd, s]), seq(or_list, items.iter().skip_while(|i| *i % 2 != 0)));
        let mut seen = BTreeSet::new();
        prop_assert_eq!(calls.shown("distinct", &[s]), seq(new, items.iter().filter(|i| seen.insert(**i))));
        let groups = items.chunks(n).map(|group| seq(new, group));
        prop_assert_eq!(calls.shown("partition", &[Value::int(n as i64), s]), seq(new, groups));
        let mut separated: Vec<String> = items.iter().flat_map(|i| [":x".to_owned(), i.to_string()]).skip(1).collect();
        if items.is_empty() { separated.clear(); }
        let interposed = if items.len() < 2 { kind } else { new };
        prop_assert_eq!(
            calls.shown("interpose", &[Value::keyword_named("x"), s]), seq(interposed, separated));
        let mut sorted = items.clone();
        sorted.sort();
        prop_assert_eq!(calls.shown("sort-with", &[compare, s]), seq(kind, &sorted));
        // Sorting in place would change `s`.
        if kind != Kind::MArray {
            prop_assert_eq!(calls.shown("sort", &[s]), seq(kind, &sorted));
        }
        let mut by_abs = items.clone();
        by_abs.sort_by_key(|i| i.abs());
        prop_assert_eq!(calls.shown("sort-by", &[abs, s]), seq(new, &by_abs));
        prop_assert_eq!(calls.shown("sum", &[s]), items.iter().sum::<i64>().to_string());
        let o = calls.sequence(Kind::Array, &other);
        let rows = items.iter().zip(&other).map(|(a, b)| format!("({a} {b})"));
        prop_assert_eq!(calls.shown("zip", &[s, o]), seq(new, rows));
        let nested = calls.engine.vm.heap.new_array(&[s, o, Value::int(1)]).into();
        let flat = items.iter().chain(&other).chain(&[1]);
        prop_assert_eq!(calls.shown("flatten", &[nested]), seq(Kind::MArray, flat));
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        items.iter().for_each(|i| *counts.entry(*i).or_default() += 1);
        let entries: Vec<String> = counts.iter().map(|(k, v)| format!("{k} {v}")).collect();
        prop_assert_eq!(calls.shown("frequencies", &[s]), format!("{{{}}}", entries.join(" ")));
        let mut groups: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        items.iter().for_each(|i| groups.entry(i.abs()).or_default().push(*i));
        let entries: Vec<String> = groups.iter().map(|(k, v)| format!("{k} {}", seq(Kind::MArray, v))).collect();
        prop_assert_eq!(calls.shown("group-by", &[abs, s]), format!("@{{{}}}", entries.join(" ")));
        if !items.is_empty() {
            let arguments: Vec<Value> = [abs].into_iter().chain(items.iter().map(|i| Value::int(*i))).collect();
            let least = items.iter().rev().min_by_key(|i| i.abs()).copied();
            let least = items.iter().find(|i| Some(i.abs()) == least.map(i64::abs)).copied();
            prop_assert_eq!(calls.call("min-key", &arguments).ok().and_then(Value::as_int), least);
        }
        prop_assert_eq!(calls.show(s), seq(kind, &items), "the argument has changed");
    }

    #[test]
    fn long_sorts_stop_and_go_on(items in prop::collection::vec(any::<i16>(), 0..6000), floats: bool) {
        let mut calls = Calls::new();
        let values = items.iter().map(|i| if floats { Value::float((*i).into()) } else { Value::int((*i).into()) });
        let values: Vec<Value> = values.collect();
        let array = calls.engine.vm.heap.new_array(&values).into();
        let sorted = calls.call("sort", &[array]).ok().and_then(Value::as_array).expect("an array");
        let mut expected: Vec<i64> = items.into_iter().map(i64::from).collect();
        expected.sort_unstable();
        let found = sorted.items().iter().filter_map(|v| v.as_int().or(v.as_float().map(|f| f as i64)));
        prop_assert!(found.eq(expected));
    }
}

#[test]
fn long_natives_stop_in_between() {
    let mut calls = Calls::new();
    let items: Vec<Value> = (0..100_000_i64).map(|i| Value::int(i * 7919 % 100_003)).collect();
    let numbers = calls.engine.vm.heap.new_array(&items).into();
    let json = calls.call("json/serialize", &[numbers]).expect("a text");
    let table = calls.text(false, &format!("[{}1]", "{\"a\":[1,2,3]},".repeat(50_000)));
    let letters = calls.text(false, &"ab".repeat(1 << 20));
    let (pattern, flags) = (calls.text(false, "a+c"), calls.text(false, ""));
    let regex = calls.call("%regex-compile", &[pattern, flags]).expect("a regex");
    let (start, last) = (Value::int(0), Value::int(-1));
    for (name, arguments, least) in [
        ("sort", vec![numbers], 100),
        ("json/serialize", vec![numbers], 10),
        ("json/parse", vec![json], 8),
        ("json/parse", vec![table], 10),
        ("%regex-find", vec![regex, letters, start, last], 30),
    ] {
        let before = calls.stops;
        calls.call(name, &arguments).expect("a result");
        let stops = calls.stops - before;
        assert!(stops >= least, "{name} stops {stops} times");
    }
}

/// Clusters that do not grow together with their neighbours, and of which none holds another.
const CLUSTERS: &[&str] = &["a", "b", " ", "é", "o\u{301}", "日", "👨‍👩‍👧", "🇩🇪", "\r\n", "ß"];

fn clusters(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    // Half of all texts are plain: those take other ways.
    prop_oneof![
        prop::collection::vec(prop::sample::select(&CLUSTERS[..3]), 0..most),
        prop::collection::vec(prop::sample::select(CLUSTERS), 0..most),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn strings_agree_with_vectors_of_clusters(
        mutable: bool,
        model in clusters(12),
        needle in clusters(3),
        new in clusters(3),
        (a, b) in (-14_i64..14, -14_i64..14),
    ) {
        let mut calls = Calls::new();
        let (whole, needle_text, new_text) = (model.concat(), needle.concat(), new.concat());
        let s = calls.text(mutable, &whole);
        let len = model.len();
        // The M form of mutable strings escapes what is not ASCII: the frozen ones are compared.
        let text = |calls: &mut Calls, name: &str, arguments: &[Value]| {
            let value = calls.call(name, arguments).ok()?;
            let frozen = calls.call("freeze", &[value]).ok()?;
            frozen.as_str().map(|text| (text.as_str().to_owned(), value.as_mstr().is_some()))
        };
        let like = |text: String| Some((text, mutable));
        let plain = |text: &str| Some((text.to_owned(), false));
        let bound = |i: i64| (if i < 0 { i + len as i64 } else { i }).clamp(0, len as i64) as usize;
        let part = if bound(a) < bound(b) { &model[bound(a)..bound(b)] } else { &[] };
        prop_assert_eq!(text(&mut calls, "slice", &[s, Value::int(a), Value::int(b)]), like(part.concat()));
        prop_assert_eq!(text(&mut calls, "reverse", &[s]), like(model.iter().rev().copied().collect()));
        prop_assert_eq!(text(&mut calls, "rest", &[s]), like(model.iter().skip(1).copied().collect()));
        prop_assert_eq!(text(&mut calls, "butlast", &[s]), like(model[..len.saturating_sub(1)].concat()));
        prop_assert_eq!(text(&mut calls, "first", &[s]), model.first().and_then(|c| plain(c)));
        prop_assert_eq!(text(&mut calls, "second", &[s]), model.get(1).and_then(|c| plain(c)));
        prop_assert_eq!(text(&mut calls, "last", &[s]), model.last().and_then(|c| plain(c)));
        prop_assert_eq!(text(&mut calls, "get", &[s, Value::int(a)]), place(a, len).and_then(|at| plain(model[at])));
        prop_assert_eq!(calls.shown("length", &[s]), len.to_string());
        prop_assert_eq!(calls.shown("string/size-of", &[s]), whole.len().to_string());
        let parts = calls.call("->array", &[s]).ok().and_then(Value::as_array).expect("an array");
        let parts: Vec<String> = parts.items().iter().filter_map(|p| p.as_str()).map(|p| p.as_str().to_owned()).collect();
        prop_assert_eq!(&parts, &model);

        // Searching.
        let needle_value = calls.text(false, &needle_text);
        let found = (0..=len.saturating_sub(needle.len())).find(|at| model[*at..].starts_with(&needle));
        let found = found.filter(|_| needle.len() <= len).map(|at| at as i64);
        prop_assert_eq!(calls.call("string/find", &[s, needle_value]).ok().and_then(Value::as_int), found);
        prop_assert_eq!(calls.shown("string/contains?", &[s, needle_value]), found.is_some().to_string());
        prop_assert_eq!(calls.shown("has?", &[s, needle_value]), found.is_some().to_string());
        prop_assert_eq!(
            calls.shown("string/starts-with?", &[s, needle_value]), model.starts_with(&needle).to_string());
        prop_assert_eq!(calls.shown("string/ends-with?", &[s, needle_value]), model.ends_with(&needle).to_string());

        // Taking apart and putting together again.
        let new_value = calls.text(false, &new_text);
        if needle.is_empty() {
            prop_assert!(calls.call("string/split", &[s, needle_value]).is_err());
            prop_assert!(calls.call("string/replace", &[s, needle_value, new_value]).is_err());
        } else {
            let mut pieces = vec![Vec::new()];
            let mut at = 0;
            while at < len {
                if model[at..].starts_with(&needle) {
                    pieces.push(Vec::new());
                    at += needle.len();
                } else {
                    pieces.last_mut().expect("a piece").push(model[at]);
                    at += 1;
                }
            }
            let pieces: Vec<String> = pieces.iter().map(|piece| piece.concat()).collect();
            let split = calls.call("string/split", &[s, needle_value]).expect("pieces");
            let array = split.as_array().expect("an array");
            let found: Vec<String> = array.items().iter().filter_map(|p| p.as_str()).map(|p| p.as_str().to_owned()).collect();
            prop_assert_eq!(&found, &pieces);
            prop_assert_eq!(text(&mut calls, "string/join", &[split, new_value]), plain(&pieces.join(&new_text)));
            prop_assert_eq!(
                text(&mut calls, "string/replace", &[s, needle_value, new_value]), like(pieces.join(&new_text)));
        }
        prop_assert_eq!(text(&mut calls, "concat", &[s, s]), like(whole.repeat(2)));
        prop_assert_eq!(text(&mut calls, "string/trim", &[s]), like(whole.trim().to_owned()));
        prop_assert_eq!(text(&mut calls, "string/upcase", &[s]), like(whole.to_uppercase()));
        if !mutable {
            prop_assert_eq!(text(&mut calls, "string/repeat", &[s, Value::int(2)]), plain(&whole.repeat(2)));
        }
        // Last, since they change mutable strings.
        let replaced = place(a, len).map(|at| [&model[..at], &new, &model[at + 1..]].concat());
        let put = text(&mut calls, "put", &[s, Value::int(a), new_value]);
        prop_assert_eq!(&put, &replaced.as_ref().and_then(|model| like(model.concat())));
        let model = if mutable { replaced.unwrap_or(model) } else { model };
        prop_assert_eq!(text(&mut calls, "push", &[s, new_value]), like(model.concat() + &new_text));
        if mutable {
            let mut model = [model, new].concat();
            // Neighbours of what was put in between may have grown together only if they are flags: not here.
            prop_assert_eq!(calls.shown("length", &[s]), model.len().to_string());
            while let Some(cluster) = model.pop() {
                prop_assert_eq!(text(&mut calls, "pop", &[s]), plain(cluster));
            }
            prop_assert!(calls.call("pop", &[s]).is_err());
        }
    }

    #[test]
    fn bytes_agree_with_vectors(
        mutable: bool,
        model in prop::collection::vec(any::<u8>(), 0..12),
        (a, byte) in (-14_i64..14, any::<u8>()),
    ) {
        let mut calls = Calls::new();
        let heap = &mut calls.engine.vm.heap;
        let s = if mutable { heap.new_mbytes(model.clone()).into() } else { heap.new_bytes(&model).into() };
        let sign = if mutable { "@" } else { "" };
        let shown = |octets: &[u8]| {
            let octets: Vec<String> = octets.iter().map(u8::to_string).collect();
            format!("{sign}b[{}]", octets.join(" "))
        };
        let len = model.len();
        let bound = (if a < 0 { a + len as i64 } else { a }).clamp(0, len as i64) as usize;
        let byte_value = Value::int(byte.into());
        prop_assert_eq!(calls.show(s), shown(&model));
        prop_assert_eq!(calls.shown("slice", &[s, Value::int(a)]), shown(&model[bound..]));
        prop_assert_eq!(calls.shown("rest", &[s]), shown(model.get(1..).unwrap_or_default()));
        prop_assert_eq!(calls.shown("butlast", &[s]), shown(&model[..len.saturating_sub(1)]));
        prop_assert_eq!(calls.shown("reverse", &[s]), shown(&model.iter().rev().copied().collect::<Vec<_>>()));
        prop_assert_eq!(calls.shown("concat", &[s, s]), shown(&model.repeat(2)));
        prop_assert_eq!(calls.shown("length", &[s]), len.to_string());
        prop_assert_eq!(calls.call("first", &[s]).ok().and_then(Value::as_int), model.first().map(|b| i64::from(*b)));
        prop_assert_eq!(calls.call("last", &[s]).ok().and_then(Value::as_int), model.last().map(|b| i64::from(*b)));
        let found = calls.call("get", &[s, Value::int(a)]).ok().and_then(Value::as_int);
        prop_assert_eq!(found, place(a, len).map(|at| model[at].into()));
        let hex: String = model.iter().map(|b| format!("{b:02x}")).collect();
        prop_assert_eq!(calls.shown("seq->hex", &[s]), format!("{}\"{hex}\"", if mutable { "@" } else { "" }));
        let inc = calls.named("inc");
        let kind = if mutable { Kind::MArray } else { Kind::Array };
        prop_assert_eq!(calls.shown("map", &[inc, s]), seq(kind, model.iter().map(|b| u16::from(*b) + 1)));
        let mut more = model.clone();
        more.push(byte);
        prop_assert_eq!(calls.shown("push", &[s, byte_value]), shown(&more));
        if mutable {
            prop_assert_eq!(calls.call("pop", &[s]).ok().and_then(Value::as_int), Some(byte.into()));
            let fine = calls.call("put", &[s, Value::int(a), byte_value]).is_ok();
            prop_assert_eq!(fine, place(a, len).is_some());
            let mut model = model;
            if let Some(at) = place(a, len) {
                model[at] = byte;
            }
            prop_assert_eq!(calls.show(s), shown(&model));
        }
        let frozen = calls.call("freeze", &[s]).expect("bytes");
        prop_assert!(frozen.as_bytes().is_some());
    }
}

/// A struct key; the order is that of keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Int(i64),
    Text(String),
    Keyword(String),
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Key::Int(i) => write!(f, "{i}"),
            Key::Text(text) => write!(f, "\"{text}\""),
            Key::Keyword(name) => write!(f, ":{name}"),
        }
    }
}

impl Key {
    fn value(&self, calls: &mut Calls) -> Value {
        match self {
            Key::Int(i) => Value::int(*i),
            Key::Text(text) => calls.text(false, text),
            Key::Keyword(name) => Value::keyword_named(name),
        }
    }
}

fn keys() -> impl Strategy<Value = Key> {
    prop_oneof![(-20_i64..20).prop_map(Key::Int), "[a-d]{1,2}".prop_map(Key::Text), "[a-d]{1,2}".prop_map(Key::Keyword),]
}

fn struct_text(mutable: bool, model: &BTreeMap<Key, i64>) -> String {
    let entries: Vec<String> = model.iter().map(|(k, v)| format!("{k} {v}")).collect();
    format!("{}{{{}}}", if mutable { "@" } else { "" }, entries.join(" "))
}

fn set_text(mutable: bool, model: &BTreeSet<i64>) -> String {
    let items: Vec<String> = model.iter().map(i64::to_string).collect();
    format!("{}|{}|", if mutable { "@" } else { "" }, items.join(" "))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn structs_agree_with_maps(
        mutable: bool,
        steps in prop::collection::vec((keys(), prop::option::of(0_i64..100)), 0..50),
        others in prop::collection::btree_map(keys(), 0_i64..100, 0..8),
        probe in keys(),
    ) {
        let mut calls = Calls::new();
        let mut model = BTreeMap::new();
        let heap = &mut calls.engine.vm.heap;
        let mut s: Value = if mutable { heap.new_mstruct(Vec::new()).into() } else { heap.new_struct(Vec::new()).into() };
        for (key, value) in steps {
            let k = key.value(&mut calls);
            s = match value {
                Some(value) => {
                    model.insert(key, value);
                    calls.call("put", &[s, k, Value::int(value)]).expect("a struct")
                }
                None => {
                    model.remove(&key);
                    calls.call("del", &[s, k]).expect("a struct")
                }
            };
        }
        prop_assert_eq!(calls.show(s), struct_text(mutable, &model));
        prop_assert_eq!(calls.shown("length", &[s]), model.len().to_string());
        prop_assert_eq!(calls.shown("keys", &[s]), seq(Kind::List, model.keys()));
        prop_assert_eq!(calls.shown("values", &[s]), seq(Kind::List, model.values()));
        prop_assert_eq!(
            calls.shown("pairs", &[s]), seq(Kind::List, model.iter().map(|(k, v)| format!("[{k} {v}]"))));
        let k = probe.value(&mut calls);
        prop_assert_eq!(calls.call("get", &[s, k]).ok().and_then(Value::as_int), model.get(&probe).copied());
        prop_assert_eq!(calls.shown("has?", &[s, k]), model.contains_key(&probe).to_string());
        let entries: Vec<(Value, Value)> = others.iter().map(|(k, v)| (k.value(&mut calls), Value::int(*v))).collect();
        let heap = &mut calls.engine.vm.heap;
        let o: Value = if mutable { heap.new_mstruct(entries).into() } else { heap.new_struct(entries).into() };
        let mut merged = model.clone();
        merged.extend(others);
        prop_assert_eq!(calls.shown("merge", &[s, o]), struct_text(mutable, &merged));
        let again = calls.call("pairs", &[s]).expect("a list");
        prop_assert_eq!(calls.shown("from-pairs", &[again]), struct_text(false, &model));
        prop_assert_eq!(calls.shown("freeze", &[s]), struct_text(false, &model));
        prop_assert_eq!(calls.shown("thaw", &[s]), struct_text(true, &model));
        let inc = calls.named("inc");
        let mut updated = model.clone();
        let there = updated.get_mut(&probe).map(|v| *v += 1).is_some();
        match calls.call("update", &[s, k, inc]) {
            Ok(value) => prop_assert_eq!(calls.show(value), struct_text(mutable, &updated)),
            Err(_) => prop_assert!(!there),
        }
    }

    #[test]
    fn sets_agree_with_ordered_sets(
        mutable: bool,
        steps in prop::collection::vec((-20_i64..20, any::<bool>()), 0..50),
        others in prop::collection::btree_set(-20_i64..20, 0..20),
        probe in -20_i64..20,
    ) {
        let mut calls = Calls::new();
        let mut model = BTreeSet::new();
        let heap = &mut calls.engine.vm.heap;
        let mut s: Value = if mutable { heap.new_mset(Vec::new()).into() } else { heap.new_set(Vec::new()).into() };
        for (item, add) in steps {
            let name = if add { "add" } else { "del" };
            if add { model.insert(item) } else { model.remove(&item) };
            s = calls.call(name, &[s, Value::int(item)]).expect("a set");
        }
        prop_assert_eq!(calls.show(s), set_text(mutable, &model));
        prop_assert_eq!(calls.shown("length", &[s]), model.len().to_string());
        prop_assert_eq!(calls.shown("has?", &[s, Value::int(probe)]), model.contains(&probe).to_string());
        let items: Vec<Value> = others.iter().map(|i| Value::int(*i)).collect();
        let heap = &mut calls.engine.vm.heap;
        let o: Value = if mutable { heap.new_mset(items).into() } else { heap.new_set(items).into() };
        prop_assert_eq!(calls.shown("union", &[s, o]), set_text(mutable, &(&model | &others)));
        prop_assert_eq!(calls.shown("intersection", &[s, o]), set_text(mutable, &(&model & &others)));
        prop_assert_eq!(calls.shown("difference", &[s, o]), set_text(mutable, &(&model - &others)));
        let [inc, odd] = ["inc", "odd?"].map(|f| calls.named(f));
        prop_assert_eq!(
            calls.shown("map", &[inc, s]), set_text(mutable, &model.iter().map(|i| i + 1).collect()));
        let kept = model.iter().copied().filter(|i| i % 2 != 0).collect();
        prop_assert_eq!(calls.shown("filter", &[odd, s]), set_text(mutable, &kept));
        let kind = if mutable { Kind::MArray } else { Kind::Array };
        prop_assert_eq!(calls.shown("set->array", &[s]), seq(kind, &model));
        let array = calls.call("set->array", &[s]).expect("an array");
        prop_assert_eq!(calls.shown("seq->set", &[array]), set_text(mutable, &model));
        prop_assert_eq!(calls.shown("freeze", &[s]), set_text(false, &model));
    }
}
