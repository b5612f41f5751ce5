//! The top level: one recursive scope with sequential shadowing, `include`, kept sessions.

use lisle_syntax::Symbol;

use super::host::FakeHost;
use super::{check, expand_session, expand_with};
use crate::Options;
use crate::expand::Session;

#[test]
fn a_function_sees_a_definition_further_down() {
    check("(defn f [] x) (def x 1)", "(seq (define ^f0 (fn f [] ^x1)) (define ^x1 1))");
}

#[test]
fn a_definition_shadows_a_predefined_name_for_the_whole_file() {
    check("(inc 1) (def inc 2) inc", "(seq (^inc0 1) (define ^inc0 2) ^inc0)");
    check("(inc 1)", "(inc 1)");
}

#[test]
fn an_alias_becomes_the_canonical_name() {
    check("(added 1)", "(inc 1)");
}

#[test]
fn a_second_definition_shadows_from_its_place_on() {
    check(
        "(def x 1) (defn f [] x) (def x (+ x 1)) x",
        "(seq (define ^x0 1) (define ^f1 (fn f [] ^x0)) (define ^x2 (+ ^x0 1)) ^x2)",
    );
}

#[test]
fn a_redefined_function_calls_itself() {
    check("(defn f [] 1) (defn f [n] (f n))", "(seq (define ^f0 (fn f [] 1)) (define ^f1 (fn f [n0] (^f1 n0))))");
}

#[test]
fn begin_branches_and_loops_have_no_scope() {
    check("(begin (def x 1)) (if x (def y 2)) y", "(seq (define ^x0 1) (if ^x0 (define ^y1 2) nil) ^y1)");
    check("(while false (def z 1)) z", "(seq (while 1 false (define ^z0 1)) ^z0)");
}

#[test]
fn a_conditional_definition_sets_what_its_scope_has() {
    check("(if 1 (def x 2) (def x 3)) x", "(seq (if 1 (define ^x0 2) (assign ^x0 3)) ^x0)");
    check("(def x 1) (when 2 (def x 3)) x", "(seq (define ^x0 1) (if 2 (assign ^x0 3) nil) ^x0)");
    check(
        "(fn [x] (when x (def y 3)) (when x (def y 4)) (when y (def x 5)))",
        "(fn [x0] (scope [y1! x2!] (if x0 (define y1! 3) nil) (if x0 (assign y1! 4) nil) (if y1! (define x2! 5) nil)))",
    );
    check(
        "(when 1 (defn f [a] a)) (when 1 (defn f [] 1)) (f)",
        "(seq (if 1 (define ^f0 (fn f [a0] a0)) nil) (if 1 (assign ^f0 (fn f [] 1)) nil) (^f0))",
    );
}

#[test]
fn a_let_body_has_a_scope() {
    assert!(expand_with(&mut FakeHost::new(), "(let [] (def q 1)) q").is_err());
    check("(let [] (def q 1) q)", "(scope [q0] (define q0 1) q0)");
}

#[test]
fn a_head_macro_may_define_names() {
    let mut host = FakeHost::new().with_template("define-it", "(begin (def $0 $1) (def hidden 2))");
    let tree = expand_with(&mut host, "(defmacro define-it [n v] nil) (define-it x 1) x").expect("no faults");
    assert_eq!(tree, "(seq nil (seq (define ^x0 1) (define ^hidden1 2)) ^x0)");
    let mut host = FakeHost::new().with_template("define-it", "(begin (def $0 $1) (def hidden 2))");
    let faults = expand_with(&mut host, "(defmacro define-it [n v] nil) (define-it x 1) hidden").expect_err("hidden");
    assert_eq!(faults[0].message, "undefined variable: hidden");
}

#[test]
fn includes_are_spliced_once() {
    let mut host = FakeHost::new();
    host.files.insert("a.lisp", "(def a 1) (include-file \"b.lisp\")");
    host.files.insert("b.lisp", "(def b a)");
    let tree = expand_with(&mut host, "(include-file \"a.lisp\") b").expect("no faults");
    assert_eq!(tree, "(seq (seq (define ^a0 1) (define ^b1 ^a0)) ^b1)");
    let faults = expand_with(&mut host, "(include \"a.lisp\") (include \"b.lisp\")").expect_err("twice");
    assert_eq!(faults[0].message, "include: circular dependency on 'b.lisp'");
    let faults = expand_with(&mut host, "(include \"c.lisp\")").expect_err("missing");
    assert_eq!(faults[0].message, "include: 'c.lisp' not found");
}

#[test]
fn predefined_variables_take_the_first_slots() {
    let options = Options { predefined: vec![Symbol::intern("p"), Symbol::intern("q")], mutable_by_default: false };
    let tree = expand_session(&mut FakeHost::new(), &mut Session::new(), &options, "(def r q) p");
    assert_eq!(tree.expect("no faults"), "(seq (define ^r2 ^q1) ^p0)");
    let faults = expand_session(&mut FakeHost::new(), &mut Session::new(), &options, "(assign p 1)");
    assert_eq!(
        faults.expect_err("immutable")[0].message,
        "cannot assign immutable binding 'p' (use @p to make it mutable)"
    );
}

#[test]
fn old_epochs_make_plain_bindings_mutable() {
    let options = Options { predefined: Vec::new(), mutable_by_default: true };
    let text = "(def x 1) (assign x 2) (let [y 1] (assign y 2)) (fn [z] (assign z 1))";
    assert!(expand_session(&mut FakeHost::new(), &mut Session::new(), &options, text).is_ok());
}

#[test]
fn macros_stay_in_the_session() {
    let mut host = FakeHost::new().with_template("twice", "(begin $0 $0)");
    let mut session = Session::new();
    let options = Options::default();
    expand_session(&mut host, &mut session, &options, "(defmacro twice [x] x)").expect("no faults");
    let tree = expand_session(&mut host, &mut session, &options, "(twice 1)").expect("no faults");
    assert_eq!(tree, "(seq 1 1)");
}

#[test]
fn compile_time_definitions_are_handed_over() {
    let mut host = FakeHost::new();
    let text = "(begin-for-syntax (def helper (fn [x] (helper x)))) (defmacro m [x] (helper x))";
    expand_with(&mut host, text).expect("macro bodies see the helper");
    assert_eq!(host.compile_time, [Symbol::intern("helper")]);
    let faults = expand_with(&mut host, "(begin-for-syntax (def helper 1)) (helper 1)").expect_err("not at run time");
    assert!(faults[0].message.starts_with("undefined variable: helper"));
    let faults = expand_with(&mut host, "(def helper 1) (defmacro m [x] (helper x))").expect_err("run-time name");
    assert!(faults[0].message.starts_with("undefined variable: helper"));
}
