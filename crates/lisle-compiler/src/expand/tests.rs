//! Tests of the expander, against a host whose macros are templates written in Rust.

mod bodies;
mod host;
mod hygiene;
mod limits;
mod lowering;
mod messages;
mod show;
mod toplevel;

use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Diagnostic, Source, SourceMap};

use super::{Session, expand};
use crate::Options;
use host::FakeHost;

/// Expands a program with a fresh session; answers the tree as text.
fn expand_with(host: &mut FakeHost, text: &str) -> Result<String, Vec<Diagnostic>> {
    expand_session(host, &mut Session::new(), &Options::default(), text)
}

fn expand_session(
    host: &mut FakeHost,
    session: &mut Session,
    options: &Options,
    text: &str,
) -> Result<String, Vec<Diagnostic>> {
    let mut sources = SourceMap::new();
    let id = sources.add(Source::new("test.lisp", text));
    let source = sources.get(id).cloned().expect("just added");
    let (forms, faults) = read_source(&source, id, &ReadLimits::default());
    assert!(faults.is_empty(), "test programs must be readable: {faults:?}");
    expand(forms, &mut sources, options, session, host).map(|program| show::program(&program))
}

/// The tree of a program that is without faults.
fn tree(text: &str) -> String {
    match expand_with(&mut FakeHost::new(), text) {
        Ok(tree) => tree,
        Err(faults) => panic!("{text}: {faults:?}"),
    }
}

/// Checks the tree of a program.
#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(tree(text), expected, "{text}");
}

/// The messages of a program's faults, in order.
fn messages(text: &str) -> Vec<String> {
    match expand_with(&mut FakeHost::new(), text) {
        Ok(tree) => panic!("{text} has no fault: {tree}"),
        Err(faults) => faults.into_iter().map(|fault| fault.message).collect(),
    }
}

/// Checks that a program has exactly one fault; `(…)` stands for any suggestions.
#[track_caller]
fn check_fault(text: &str, expected: &str) {
    let found = messages(text);
    let [message] = found.as_slice() else { panic!("{text}: {found:?}") };
    match expected.strip_suffix(" (…)") {
        Some(start) => assert_eq!(message.split(" (did you mean: ").next(), Some(start), "{text}"),
        None => assert_eq!(message, expected, "{text}"),
    }
}
