use super::*;
use crate::print::write_syntax;
use crate::reader::{ReadLimits, read_source};
use crate::source::{Source, SourceId};

fn read(text: &str) -> Vec<Syntax> {
    let (forms, faults) = read_source(&Source::new("test", text), SourceId(0), &ReadLimits::default());
    assert_eq!(faults, [], "{text}");
    forms
}

/// Rewrites `text`, written in `epoch`.
fn check(epoch: u32, text: &str, expect: &str) {
    let (forms, faults) = rewrite(read(text), epoch);
    assert_eq!(faults, [], "{text}");
    let written: Vec<String> = forms.iter().map(write_syntax).collect();
    assert_eq!(written.join(" "), expect);
}

fn check_fault(epoch: u32, text: &str, expect: &str) {
    let (_, faults) = rewrite(read(text), epoch);
    assert_eq!(faults.iter().map(|f| f.message.as_str()).collect::<Vec<_>>(), [expect], "{text}");
}

/// The epoch, the forms left and the messages.
fn header(text: &str) -> (u32, usize, Vec<String>) {
    let mut forms = read(text);
    let (epoch, faults) = take_header(&mut forms);
    (epoch, forms.len(), faults.into_iter().map(|f| f.message).collect())
}

#[test]
fn headers() {
    assert_eq!(header(""), (10, 0, vec![]));
    assert_eq!(header("x"), (10, 1, vec![]));
    assert_eq!(header("(elle/epoch 10) x"), (10, 1, vec![]));
    assert_eq!(header("(lisle/epoch 7) x"), (7, 1, vec![]));
    assert_eq!(header("(elle/epoch 0)"), (0, 0, vec![]));
    assert_eq!(header("(elle/epoch)"), (10, 1, vec![]));
    assert_eq!(header("x (elle/epoch 3)"), (10, 2, vec![]));
}

#[test]
fn faulty_headers() {
    let newer = |n: &str| format!("file targets epoch {n} but only up to 10 is supported");
    assert_eq!(header("(elle/epoch 11) x"), (10, 1, vec![newer("11")]));
    assert_eq!(header("(elle/epoch 99999999999)"), (10, 0, vec![newer("99999999999")]));
    assert_eq!(header("(elle/epoch -1)").2, ["epoch must be a non-negative integer, got -1"]);
    assert_eq!(header("(elle/epoch 9) x (lisle/epoch 9)").2, ["only one epoch declaration is allowed per file"]);
}

#[test]
fn the_current_epoch_is_left_alone() {
    check(10, "(car (var x 1))", "(car (var x 1))");
}

#[test]
fn asserts() {
    check(0, "(assert-true x \"m\")", "(assert x \"m\")");
    check(0, "(assert-false x \"m\")", "(assert (not x) \"m\")");
    for name in ["assert-eq", "assert-equal", "assert-string-eq", "assert-list-eq"] {
        check(0, &format!("({name} a b \"m\")"), "(assert (= a b) \"m\")");
        check(1, &format!("({name} a b \"m\")"), &format!("({name} a b \"m\")"));
    }
    check(0, "(assert-not-nil x)", "(assert (not (nil? x)))");
    check(
        0,
        "(assert-err f \"m\")",
        "(let [epoch/protected (protect (f))] (assert (not (get epoch/protected 0)) \"m\"))",
    );
    check(
        0,
        "(assert-err-kind f :k \"m\")",
        "(let [epoch/protected (protect (f))] (assert (not (get epoch/protected 0)) \"m\") \
         (assert (= (get (get epoch/protected 1) :error) :k) \"m\"))",
    );
}

#[test]
fn renamed_symbols() {
    check(1, "(print (newline) display)", "(println (println) print)");
    check(2, "(print (newline) display)", "(print (newline) print)");
    check(3, "(display (stream/read-line p) stream/flush)", "(display (port/read-line p) port/flush)");
    check(4, "(string-contains? a (add s x)) string/contains?", "(has? a (put s x)) has?");
    check(9, "(cons (car x) (cdr x)) :car \"car\"", "(pair (first x) (rest x)) :car \"car\"");
    check_fault(1, "(f (write x))", "`write` was removed in epoch 2");
    check(2, "(write x)", "(write x)");
}

#[test]
fn runs_became_blocks() {
    check(5, "(ev/run (fn [] a (car b)))", "(begin a (first b))");
    check(5, "(ev/run (fn () a))", "(begin a)");
    check_fault(5, "(ev/run f)", "`ev/run` was removed in epoch 6: only (ev/run (fn [] …)) can be rewritten");
}

#[test]
fn nested_bindings() {
    for head in ["let", "letrec", "let*", "if-let", "when-let", "when-ok"] {
        check(6, &format!("({head} ([a 1] (b 2)) x)"), &format!("({head} [a 1 b 2] x)"));
        check(7, &format!("({head} ([a 1] (b 2)) x)"), &format!("({head} ([a 1] (b 2)) x)"));
    }
    check(6, "(let (a 1 b 2) x)", "(let (a 1 b 2) x)");
    check(6, "(let ([[a b] [x y]]) x)", "(let [[a b] [x y]] x)");
    check(6, "(let () x)", "(let () x)");
}

#[test]
fn mutable_definitions() {
    check(7, "(var x 1) (var @y 2) (var [a b] c)", "(def @x 1) (def @y 2) (var [a b] c)");
    check(8, "(var x 1)", "(var x 1)");
}

#[test]
fn parenthesised_clauses() {
    check(8, "(cond ((= a 1) x) (b y z) (else w))", "(cond (= a 1) x b (begin y z) w)");
    check(8, "(cond a x y)", "(cond a x y)");
    check(8, "(cond)", "(cond)");
    check(8, "(match v (1 a) (n when (> n 2) b c) (_ d))", "(match v 1 a n when (> n 2) (begin b c) _ d)");
    check(9, "(cond ((= a 1) x))", "(cond ((= a 1) x))");
    check_fault(8, "(cond (else x) (a b))", "the else clause of cond must be the last");
    check_fault(8, "(cond (a))", "a cond clause needs a body");
    check_fault(8, "(match v (a))", "a match arm needs a body");
}

#[test]
fn quoted_data_is_left_alone() {
    check(0, "'(car (print x)) (quote (cdr)) `(car ,(cdr x))", "'(car (print x)) (quote (cdr)) `(first ,(rest x))");
}

#[test]
fn rewritten_forms_keep_their_place_and_others_their_identity() {
    let forms = read("(f (g x)) (var y 1)");
    let (rewritten, _) = rewrite(forms.clone(), 7);
    assert!(rewritten[0].ptr_eq(&forms[0]));
    assert_eq!(rewritten[1].span(), forms[1].span());
}

#[test]
fn deep_trees_are_rewritten_without_recursion() {
    let car = read("car").remove(0);
    let deep = (0..1_000_000).fold(car, |tree, _| Syntax::new(Datum::Array(vec![tree]), Span::default()));
    let (forms, _) = rewrite(vec![deep], 9);
    assert!(write_syntax(&forms[0]).contains("first"));
}
