//! Limits: depth, expansions, and cost that grows with the size of the source only.

use lisle_syntax::{Datum, Span, Symbol, Syntax};

use super::host::FakeHost;
use super::{expand, expand_with, messages};
use crate::Options;
use crate::expand::Session;

fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(test).expect("a thread");
    thread.join().expect("the test passes on a small stack");
}

fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
}

/// Expands without showing, since showing recurses.
fn is_accepted(text: &str) -> bool {
    let mut sources = lisle_syntax::SourceMap::new();
    let id = sources.add(lisle_syntax::Source::new("test.lisp", text));
    let source = sources.get(id).cloned().expect("just added");
    let (forms, faults) = lisle_syntax::reader::read_source(&source, id, &Default::default());
    assert!(faults.is_empty(), "{faults:?}");
    expand(forms, &mut sources, &Options::default(), &mut Session::new(), &mut FakeHost::new()).is_ok()
}

#[test]
fn ten_thousand_levels_fit_on_a_small_stack() {
    on_small_stack(|| {
        for (open, middle, close) in [
            ("(inc ", "1", ")"),
            ("(let [x 1] ", "x", ")"),
            ("(fn [] ", "1", ")"),
            ("[", "1", "]"),
            ("(if 1 ", "2", ")"),
            ("(try ", "1", " (catch e e))"),
            ("(each x in 1 ", "x", ")"),
        ] {
            assert!(is_accepted(&nested(open, middle, close, 9_990)), "{open}");
        }
        assert!(is_accepted(&format!("(def {} 1)", nested("[", "x", "]", 9_990))));
        assert!(is_accepted(&format!("(match 1 {} 1 _ 2)", nested("[", "x", "]", 9_990))));
        assert!(is_accepted(&format!("'{}", nested("(", "x", ")", 9_990))));
    });
}

#[test]
fn deeper_trees_are_a_fault() {
    on_small_stack(|| {
        let mut deep = Syntax::new(Datum::Int(1), Span::default());
        for _ in 0..100_000 {
            let head = Syntax::new(Datum::Symbol(Symbol::intern("inc")), Span::default());
            deep = Syntax::new(Datum::List(vec![head, deep]), Span::default());
        }
        let mut sources = lisle_syntax::SourceMap::new();
        let faults = expand(vec![deep], &mut sources, &Options::default(), &mut Session::new(), &mut FakeHost::new())
            .expect_err("too deep");
        assert_eq!(faults[0].message, "nested too deep (limit 10000 levels)");
        assert_eq!(faults.len(), 1);
    });
}

#[test]
fn endless_expansion_ends() {
    let mut host = FakeHost::new().with_template("m", "(m)");
    let faults = expand_with(&mut host, "(defmacro m [] nil) (m)").expect_err("endless");
    assert_eq!(faults[0].message, "macro expansion depth exceeded 200 (possible infinite expansion)");
    assert_eq!(faults.len(), 1);
}

#[test]
fn exploding_expansion_ends() {
    let mut host = FakeHost::new().with_template("m", "(begin (m $0) (m $0))");
    let faults = expand_with(&mut host, "(defmacro m [x] nil) (fn [] (m 1))").expect_err("explodes");
    assert_eq!(faults.len(), 1);
    assert!(faults[0].message.starts_with("macro expansion"), "{faults:?}");
}

#[test]
fn a_wide_expansion_ends_at_the_budget() {
    let mut host = FakeHost::new().with_macro("boom", |arguments, _, span| {
        let Datum::Int(n) = arguments[0].datum() else { return Err("a number".to_owned()) };
        let symbol = |name| Syntax::new(Datum::Symbol(Symbol::intern(name)), span);
        let call = Syntax::new(Datum::List(vec![symbol("boom"), Syntax::new(Datum::Int(n - 1), span)]), span);
        match n {
            0 => Ok(Syntax::new(Datum::Int(0), span)),
            _ => Ok(Syntax::new(Datum::List(vec![symbol("list"), call.clone(), call]), span)),
        }
    });
    let faults = expand_with(&mut host, "(defmacro boom [n] nil) (boom 30)").expect_err("endless in practice");
    assert_eq!(faults[0].message, "too many macro expansions (limit 1,000,000)");
    assert_eq!(faults.len(), 1);
}

#[test]
fn many_definitions_and_references_cost_little() {
    let mut text = String::new();
    for i in 0..20_000 {
        text.push_str(&format!("(def v{i} (fn [a] (inc v{})))\n", (i * 7) % 20_000));
    }
    assert!(is_accepted(&text));
    let mut text = String::from("(fn [] ");
    for i in 0..20_000 {
        text.push_str(&format!("(def v{i} (fn [a] (inc v{})))\n", (i * 7) % 20_000));
    }
    text.push(')');
    assert!(is_accepted(&text));
    let arguments = "1 ".repeat(200_000);
    assert!(is_accepted(&format!("(list {arguments}) [{arguments}] '({arguments})")));
}

#[test]
fn long_flat_forms_do_not_nest() {
    let pairs = "false 1 ".repeat(50_000);
    on_small_stack(move || {
        assert!(is_accepted(&format!("(cond {pairs} 2)")));
        assert!(is_accepted(&format!("(case 1 {pairs} 2)")));
        assert!(is_accepted(&format!("(match 1 {} _ 2)", "3 4 ".repeat(50_000))));
        assert!(is_accepted(&format!("(and {})", "1 ".repeat(50_000))));
        assert!(is_accepted(&format!("(some-> 1 {})", "inc ".repeat(50_000))));
    });
}

#[test]
fn a_long_chain_of_fields_is_a_fault() {
    assert_eq!(messages(&format!("(let [a 1] a{})", ":b".repeat(20_000)))[0], "nested too deep (limit 10000 levels)");
}
