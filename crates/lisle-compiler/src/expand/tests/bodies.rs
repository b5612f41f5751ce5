//! Local scopes: definitions in bodies, `letrec`, early reading, macros inside bodies.

use super::host::FakeHost;
use super::{check, expand_with};

#[test]
fn definitions_of_a_body_see_one_another() {
    check(
        "(fn [] (def f (fn [] (g))) (def g (fn [] (f))) f)",
        "(fn [] (scope [f0 g1!] (define f0 (fn f [] (g1!))) (define g1! (fn g [] (f0))) f0))",
    );
    check("(fn [] (defn f [] (f)) f)", "(fn [] (scope [f0!] (define f0! (fn f [] (f0!))) f0!))");
}

#[test]
fn a_variable_that_nobody_reads_early_is_not_early() {
    check("(fn [] (def a 1) (def b a) b)", "(fn [] (scope [a0 b1] (define a0 1) (define b1 a0) b1))");
}

#[test]
fn a_conditional_definition_is_early() {
    check("(fn [c] (if c (def a 1)) a)", "(fn [c0] (scope [a1!] (if c0 (define a1! 1) nil) a1!))");
    check("(fn [c] (while c (def a 1)) a)", "(fn [c0] (scope [a1!] (while 1 c0 (define a1! 1)) a1!))");
}

#[test]
fn a_definition_may_shadow_a_parameter() {
    check("(fn [x] (def x (+ x 1)) x)", "(fn [x0] (scope [x1] (define x1 (+ x0 1)) x1))");
    check("(fn [] (def x 1) (def x (+ x 1)) x)", "(fn [] (scope [x0 x1] (define x0 1) (define x1 (+ x0 1)) x1))");
}

#[test]
fn begin_is_spliced_into_bodies() {
    check(
        "(fn [] (begin (def a b)) (begin (begin (def b 1)) b))",
        "(fn [] (scope [a0 b1!] (define a0 b1!) (define b1! 1) b1!))",
    );
    check("(fn [] 1 (begin))", "(fn [] (seq 1 nil))");
}

#[test]
fn let_is_sequential_and_does_not_see_itself() {
    check("(let [x 1 x (+ x 1)] x)", "(scope [x0 x1] (define x0 1) (define x1 (+ x0 1)) x1)");
    check("(let [x 1])", "(scope [x0] (define x0 1) nil)");
    check("(let [] 5)", "5");
    check("(let* [a 1 b a] b)", "(scope [a0 b1] (define a0 1) (define b1 a0) b1)");
}

#[test]
fn both_styles_of_binding_lists() {
    let flat = "(scope [a0 b1] (define a0 1) (define b1 a0) b1)";
    for text in [
        "(let [a 1 b a] b)",
        "(let (a 1 b a) b)",
        "(let ([a 1] [b a]) b)",
        "(let* ([a 1] [b a]) b)",
        "(letrec ([a 1] [b a]) b)",
    ] {
        check(text, flat);
    }
    check("(let ([a b] [1 2]) a)", "(scope [a0 b1] (take (array a0 b1) '[1 2]) a0)");
    check(
        "(let (([a b] (list 1 2))) a)".replace("(([a b] (list 1 2)))", "([[a b] (list 1 2)])").as_str(),
        "(scope [a0 b1] (take (array a0 b1) (list 1 2)) a0)",
    );
    check("(when-let ([a 1]) a)", "(scope [a0] (if (and (define a0 1)) a0 nil))");
    check("(parameterize ((inc 1)) 2)", "(parameterize inc 1 2)");
    check("(parameterize [inc 1] 2)", "(parameterize inc 1 2)");
}

#[test]
fn letrec_names_are_visible_in_all_initialisers() {
    check("(letrec [a b b 2] a)", "(scope [a0 b1!] (define a0 b1!) (define b1! 2) a0)");
}

#[test]
fn a_macro_in_a_body_is_visible_from_its_definition_on() {
    let mut host = FakeHost::new().with_template("m", "(def $0 1)").with_template("n", "2");
    let text = "(fn [] (defmacro m [x] nil) (m y) y)";
    let tree = expand_with(&mut host, text).expect("no faults");
    assert_eq!(tree, "(fn [] (scope [y0] (define y0 1) y0))");
    let faults = expand_with(&mut host, "(fn [] (n) (defmacro n [] nil) 1)").expect_err("used too early");
    assert!(faults[0].message.starts_with("undefined variable: n"), "{faults:?}");
}

#[test]
fn a_macro_in_a_body_holds_for_the_rest_of_the_file() {
    let mut host = FakeHost::new().with_template("m", "2");
    let tree = expand_with(&mut host, "(fn [] (if true (begin (defmacro m [] nil) (m)))) (m)").expect("no faults");
    assert_eq!(tree, "(seq (fn [] (if true (seq nil 2) nil)) 2)");
}

#[test]
fn a_redefined_macro_leaves_earlier_forms_alone() {
    let mut host = FakeHost::new().with_macro("m", {
        let calls = std::cell::Cell::new(0);
        move |_, _, span| {
            calls.set(calls.get() + 1);
            Ok(lisle_syntax::Syntax::new(lisle_syntax::Datum::Int(calls.get()), span))
        }
    });
    let text = "(defmacro m [] 1) (fn [] [(m)] (defmacro m [x] 2) [(m 5)])";
    let tree = expand_with(&mut host, text).expect("each call fits the definition at its place");
    assert_eq!(tree, "(seq nil (fn [] (seq '[1] '[2])))");
}
