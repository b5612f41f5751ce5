//! The index of predefined names: `tests/conformance/names.txt`, a name, its arity and its kind a line.

mod support;

use lisle_engine::Engine;
use lisle_syntax::Symbol;
use support::read;

/// What differs from the index, as the lines that hold instead, with the reason.
const DIFFERENT: &[(&str, &str)] = &[
    ("import 1 library", "runs a file of the program, which may wait: written in Lisle"),
    ("import-file 1 library", "as import"),
    ("module/import 1 library", "as import"),
];

/// A name's line as the engine has it.
fn described(engine: &Engine, name: &str) -> Option<String> {
    let symbol = Symbol::intern(name);
    let builtin = engine.tools.library.builtin(&engine.vm, symbol)?;
    let arity = match (builtin.arity.min, builtin.arity.max) {
        (min, None) => format!("{min}+"),
        (min, Some(max)) if min == max => min.to_string(),
        (min, Some(max)) => format!("{min}-{max}"),
    };
    let kind = if engine.vm.state.natives.lookup(symbol).is_some() { "native" } else { "library" };
    Some(format!("{name} {arity} {kind}"))
}

#[test]
fn every_name_of_the_index_is_bound_with_its_kind_and_arity() {
    let engine = Engine::new(lisle_runtime::natives::install);
    let mut failures = Vec::new();
    for line in read("tests/conformance/names.txt").lines() {
        let name = line.split(' ').next().unwrap_or(line);
        let other = DIFFERENT.iter().find(|(other, _)| other.split(' ').next() == Some(name));
        let expected = other.map_or(line, |(other, _)| *other);
        let found = described(&engine, name);
        if found.as_deref() != Some(expected) {
            failures.push(format!("expected {expected}, got {}", found.unwrap_or_else(|| "nothing".to_owned())));
        }
    }
    assert!(failures.is_empty(), "{} names differ:\n{}", failures.len(), failures.join("\n"));
}
