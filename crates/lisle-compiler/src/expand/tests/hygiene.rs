//! Hygiene in both directions, and macros that define macros.

use lisle_syntax::{Datum, Symbol, Syntax};

use super::expand_with;
use super::host::FakeHost;

#[track_caller]
fn check(host: FakeHost, text: &str, expected: &str) {
    let mut host = host;
    assert_eq!(expand_with(&mut host, text).map_err(|f| format!("{f:?}")).as_deref(), Ok(expected), "{text}");
}

#[test]
fn an_argument_does_not_see_the_templates_binding() {
    let host = FakeHost::new().with_template("swap", "(let [tmp $0] (list $1 tmp))");
    check(
        host,
        "(defmacro swap [a b] nil) (let [tmp 1] (swap 2 tmp))",
        "(seq nil (scope [tmp0] (define tmp0 1) (scope [tmp1] (define tmp1 2) (list tmp0 tmp1))))",
    );
}

#[test]
fn a_template_does_not_see_the_callers_binding() {
    let host = FakeHost::new().with_template("m", "(inc $0)");
    check(host, "(defmacro m [a] nil) (let [inc 1] (m inc))", "(seq nil (scope [inc0] (define inc0 1) (inc inc0)))");
    let host = FakeHost::new().with_template("m", "(x $0)");
    check(host, "(def x 1) (defmacro m [a] nil) (fn [x] (m x))", "(seq (define ^x0 1) nil (fn [x0] (^x0 x0)))");
}

#[test]
fn a_template_sees_the_scope_of_its_definition() {
    let host = FakeHost::new().with_template("m", "y");
    check(host, "(fn [y] (defmacro m [] nil) (let [y 2] (m)))", "(fn [y0] (scope [y1] (define y1 2) y0))");
}

#[test]
fn a_template_cannot_reach_locals_from_outside() {
    let mut host = FakeHost::new().with_template("m", "y");
    let faults = expand_with(&mut host, "(def y 1) (fn [y] (defmacro m [] nil) 1) (m)").expect_err("out of reach");
    assert_eq!(faults[0].message.split(" (").next(), Some("undefined variable: y"));
}

#[test]
fn a_template_keeps_the_definition_before_it() {
    let host = FakeHost::new().with_template("m", "x");
    check(host, "(def x 1) (defmacro m [] nil) (def x 2) (m)", "(seq (define ^x0 1) nil (define ^x1 2) ^x0)");
    let host = FakeHost::new().with_template("m", "x");
    check(host, "(defmacro m [] nil) (m) (def x 2)", "(seq nil ^x0 (define ^x0 2))");
}

#[test]
fn functions_of_one_template_see_each_other() {
    let host = FakeHost::new().with_template("m", "(begin (defn f [] (g)) (defn g [] (f)))");
    check(
        host,
        "(def g 1) (defmacro m [] nil) (m)",
        "(seq (define ^g0 1) nil (seq (define ^f1 (fn f [] (^g2))) (define ^g2 (fn g [] (^f1)))))",
    );
}

#[test]
fn two_expansions_do_not_share_names() {
    let host = FakeHost::new().with_template("m", "(def t $0)");
    check(
        host,
        "(defmacro m [a] nil) (fn [] (m 1) (m 2))",
        "(seq nil (fn [] (scope [t0 t1] (define t0 1) (define t1 2))))",
    );
}

#[test]
fn the_context_of_an_argument_captures_on_purpose() {
    let host = FakeHost::new().with_macro("aif", |arguments, scope, span| {
        // (datum->syntax test 'it): the scopes of the argument, exempt from the expansion's.
        let it = Syntax::with_scopes(Datum::Symbol(Symbol::intern("it")), span, arguments[0].scopes().clone());
        let own = |name: &str| {
            Syntax::with_scopes(Datum::Symbol(Symbol::intern(name)), span, arguments[0].scopes().with(scope))
        };
        let list = |items: Vec<Syntax>| Syntax::new(Datum::List(items), span);
        let bindings = Syntax::new(Datum::Array(vec![it, arguments[0].clone()]), span);
        Ok(list(vec![own("let"), bindings, arguments[1].clone()]))
    });
    check(host, "(defmacro aif [test body] nil) (aif 1 it)", "(seq nil (scope [it0] (define it0 1) it0))");
}

#[test]
fn a_macro_may_define_a_macro() {
    let host = FakeHost::new().with_template("outer", "(begin (def helper 1) (defmacro inner [a] nil))").with_macro(
        "inner",
        |arguments, scope, span| {
            // The template of `inner` stands in the template of `outer`, whose scope is 1.
            let scopes = lisle_syntax::ScopeSet::EMPTY.with(1).with(scope);
            let helper = Syntax::with_scopes(Datum::Symbol(Symbol::intern("helper")), span, scopes);
            Ok(Syntax::new(Datum::Array(vec![helper, arguments[0].clone()]), span))
        },
    );
    check(
        host,
        "(def helper 0) (defmacro outer [] nil) (outer) (inner helper)",
        "(seq (define ^helper0 0) nil (seq (define ^helper1 1) nil) [^helper1 ^helper0])",
    );
}

#[test]
fn pattern_and_parameter_names_are_hygienic() {
    let host = FakeHost::new().with_template("m", "((fn [t] (match t t [t $0])) 1)");
    check(
        host,
        "(defmacro m [a] nil) (fn [t] (m t))",
        "(seq nil (fn [t0] ((fn [t1] (scope [match2] (define match2 t1) (match match2 t3 [t3 t0]))) 1)))",
    );
}

#[test]
fn nested_templates_are_understood_when_a_macro_made_them() {
    let host = FakeHost::new().with_template("m", "(quasiquote (a (unquote $0)))");
    check(host, "(defmacro m [x] nil) (m 5)", "(seq nil (list `a[1] 5))");
}

#[test]
fn faults_in_expansions_name_the_macro() {
    let mut host = FakeHost::new().with_template("m", "(nowhere $0)");
    let faults = expand_with(&mut host, "(defmacro m [x] nil) (m 5)").expect_err("undefined");
    assert_eq!(faults[0].message, "undefined variable: nowhere");
    assert_eq!(faults[0].notes, ["in expansion of macro `m`"]);
    assert_eq!(faults[0].labels.len(), 2, "the call and the definition");
}

#[test]
fn macro_definitions_and_calls_are_checked() {
    for (text, expected) in [
        ("(defmacro m [x] 1 2)", "defmacro requires exactly 3 arguments (name, parameters, body)"),
        ("(defmacro m @[x] 1)", "macro parameters must use (...) or [...], not @[...]"),
        ("(defmacro m [[x]] 1)", "macro parameter must be a symbol"),
        ("(defmacro m [x] 1) (m 1 2)", "Macro 'm' expects 1 arguments, got 2"),
        ("(defmacro m [x & r] 1) (m)", "Macro 'm' expects at least 1 arguments, got 0"),
        ("(defmacro m [x &opt y] 1) (m)", "Macro 'm' expects 1-2 arguments, got 0"),
        ("(defmacro m [x] (if))", "if requires 2 or 3 arguments"),
        ("(defmacro m [] 1) (m)", "the test gives macro m no meaning"),
    ] {
        super::check_fault(text, expected);
    }
}
