//! The wordings of the language reference: every line of 08 that is rejected when compiling.

use super::{check_fault, messages, tree};

#[test]
fn rejected_lines_of_the_reference() {
    let lines: &[(&str, &str)] = &[
        ("5abc", "undefined variable: abc (…)"),
        ("-a", "undefined variable: -a (…)"),
        ("'-1a", "undefined variable: a (…)"),
        ("[1,2]", "quasiquote forms should be expanded before analysis"),
        ("truex", "undefined variable: truex (…)"),
        ("@foo", "undefined variable: @foo"),
        ("(quote)", "quote requires 1 argument"),
        ("(quote a b)", "quote requires 1 argument"),
        ("{:a 1 ;[:b 2]}", "splice is not supported in struct constructors (key-value types require key-value pairs)"),
        ("|1 ;[2]|", "splice is not supported in set constructors (unordered collection)"),
        ("(if true ;[1] 2)", "`;` is the splice operator, not a comment character. Use `#` for comments."),
        ("(quasiquote (a ,(+ 1 2)))", "quasiquote forms should be expanded before analysis"),
        ("(if true 1 2 3)", "if requires 2 or 3 arguments"),
        ("(if)", "if requires 2 or 3 arguments"),
        ("(cond else 9)", "undefined variable: else (…)"),
        ("(break 1)", "break outside of any block"),
        ("(block :a ((fn [] (break :a 1))))", "break cannot cross function boundary"),
        ("(block :a (break :b 1))", "no block named :b in scope"),
        ("(let [@i 0] (while (< i 3) (assign i (+ i 1)) (when (= i 2) (break :x))) )", "no block named :x in scope"),
        ("(while false)", "while requires condition and body"),
        ("(if-let [x 1] x)", "Macro 'if-let' expects 3 arguments, got 2"),
        ("(concat)", "arity error: concat expects 1+ arguments, got 0"),
        ("(= 1)", "arity error: = expects 2+ arguments, got 1"),
        ("(let [{\"a\" x} {\"a\" 1}] 5)", "struct destructuring key must be a keyword or quoted symbol, got \"a\""),
        ("(let [x] 5)", "let bindings must have an even number of forms (name/value pairs)"),
        ("(let @[x 1] x)", "let bindings must use (...) or [...], not @[...]"),
        ("((fn [x]) 1)", "lambda requires parameters and body"),
        ("((fn [x &opt y] [x y]) 1 2 3)", "arity error: <lambda> expects 1-2 arguments, got 3"),
        ("((fn [x] (assign x 2) x) 1)", "cannot assign immutable binding 'x' (use @x to make it mutable)"),
        ("(let [f (fn [a b] a)] (f 1))", "arity error: f expects 2 arguments, got 1"),
        ("(let [@f (fn [a b] a)] (f 1))", "arity error: f expects 2 arguments, got 1"),
        ("(match 5 5 :five)", "non-exhaustive match: add a wildcard (_) or variable pattern as the last arm"),
        ("(match 5)", "match requires value, pattern, and body"),
        ("(match 5 6)", "match requires value, pattern, and body"),
        ("(match 'foo 'foo :sym _ :no)", "invalid pattern"),
        ("(match b[1] b[1] 1 _ 2)", "invalid pattern"),
        ("(match 5 @x x)", "undefined variable: x (…)"),
        ("(bit/and 1)", "arity error: bit/and expects 2+ arguments, got 1"),
        ("(try (catch e 1))", "lambda requires parameters and body"),
        ("(protect)", "lambda requires parameters and body"),
        (
            "(error 1 2)",
            "{:error :arity-error :maximum 1 :message \"expected 0 or 1 arguments\" :reason :too-many-args}",
        ),
        ("(defer 1)", "lambda requires parameters and body"),
        ("(block :b (try (break :b 1) (catch e 2)))", "break cannot cross function boundary"),
        ("(block :b (protect (break :b 1)))", "break cannot cross function boundary"),
        ("(let [f (fn [n] (if (= n 0) :done (f (- n 1))))] 1)", "undefined variable: f (…)"),
        ("(%foo 1)", "unknown intrinsic: %foo"),
        ("{:b 1 :a \"s\" \"k\" 'v 3 4 sym2 5}", "undefined variable: sym2 (…)"),
    ];
    for (text, expected) in lines {
        check_fault(text, expected);
    }
}

#[test]
fn rejected_lines_with_further_faults() {
    // The reference stops at the first fault; we report the others of the line too.
    let lines: &[(&str, &str)] = &[
        ("'a|b|", "undefined variable: b"),
        ("(each x in [1 2])", "undefined variable: in"),
        ("(for [i 0 10] i)", "undefined variable: for"),
        ("(loop [i 0] i)", "undefined variable: loop"),
        ("(dotimes [i 3] i)", "undefined variable: dotimes"),
        ("(last-index-of [1] 1)", "undefined variable: last-index-of"),
        ("(some odd? [1])", "undefined variable: some"),
        ("(none? odd? [2])", "undefined variable: none?"),
        (
            "(let [[x 1] [y 2]] x)",
            "destructuring pattern element must be a symbol, list, tuple, array, struct, or table",
        ),
        ("(!= 1 2)", "undefined variable: !="),
    ];
    for (text, expected) in lines {
        let found = messages(text);
        assert!(found.iter().any(|m| m.split(" (did you mean").next() == Some(expected)), "{text}: {found:?}");
    }
}

#[test]
fn several_faults_in_the_order_of_their_places() {
    let found = messages("(def a (foo-1 1))\n(def @b (if))\n(defn f [x] (assign x 1) (bar-2))\n(break)");
    let starts: Vec<&str> = found.iter().map(|m| m.split(" (").next().unwrap_or_default()).collect();
    assert_eq!(
        starts,
        [
            "undefined variable: foo-1",
            "if requires 2 or 3 arguments",
            "cannot assign immutable binding 'x'",
            "undefined variable: bar-2",
            "break outside of any block",
        ]
    );
}

#[test]
fn at_most_a_hundred_faults() {
    assert_eq!(messages(&"(nowhere) ".repeat(500)).len(), 100);
}

#[test]
fn suggestions_are_near_and_few() {
    check_fault("(lenght [1])", "undefined variable: lenght (did you mean: length?)");
    check_fault(
        "(def counter 1) (def counted 2) (countee)",
        "undefined variable: countee (did you mean: counted, counter?)",
    );
    check_fault("(let [width 1] (list widht))", "undefined variable: widht (did you mean: width, with?)");
    check_fault("(unles 1)", "undefined variable: unles (did you mean: unless?)");
}

#[test]
fn parameter_lists() {
    for (params, expected) in [
        ("[&opt a &opt b]", "duplicate &opt"),
        ("[& r &keys k]", "multiple collectors (& / &keys / &named)"),
        ("[& r &opt a]", "&opt must appear before & / &keys / &named"),
        ("[a &opt]", "&opt must be followed by at least one parameter"),
        ("[a &opt & r]", "&opt must be followed by at least one parameter"),
        ("[&]", "& must be followed by exactly one pattern"),
        ("[& a b]", "& must be followed by exactly one pattern"),
        ("[&keys]", "&keys must be followed by exactly one pattern"),
        ("[&named]", "&named must be followed by at least one symbol"),
        ("@[a]", "parameters must use (...) or [...], not @[...]"),
    ] {
        check_fault(&format!("(fn {params} 1)"), expected);
    }
}

#[test]
fn binding_patterns() {
    for (pattern, expected) in [
        ("[a & b & c]", "multiple & in pattern"),
        ("[a & b c]", "& must be followed by exactly one pattern"),
        ("{:a & b}", "struct pattern: & must appear after complete keyword-pattern pairs"),
        ("|a|", "sets cannot be destructured (unordered collection)"),
        ("[a 1]", "destructuring pattern element must be a symbol, list, tuple, array, struct, or table"),
    ] {
        check_fault(&format!("(def {pattern} 1)"), expected);
    }
}

#[test]
fn match_faults() {
    check_fault("(match 1 (or a [b]) 1 _ 2)", "or-pattern alternative 2 binds different variables than alternative 1");
    check_fault("(match 1 1 2 3)", "match arm at position 2 has pattern but no body");
    check_fault("(match 1 x when true)", "match arm at position 1 has pattern but no body");
    check_fault(
        "(match 1 x when true 1)",
        "non-exhaustive match: add a wildcard (_) or variable pattern as the last arm",
    );
    tree("(match 1 true 1 false 2)");
    tree("(match 1 (or 1 (or 2 x)) 1)".replace("(or 1 (or 2 x))", "(or _ _)").as_str());
}

#[test]
fn other_forms() {
    for (text, expected) in [
        ("(def x)", "def requires name and value"),
        ("(assign 5 1)", "assign target must be a symbol"),
        ("(letrec [a 1 a 2] a)", "duplicate binding 'a' (previously defined at test.lisp:1:10)"),
        ("(assign length 1)", "cannot assign immutable binding 'length' (use @length to make it mutable)"),
        ("(assign nowhere 1)", "undefined variable: nowhere"),
        ("(def x 1) (assign x 2)", "cannot assign immutable binding 'x' (use @x to make it mutable)"),
        ("(defn f [] (assign x 2)) (def x 1)", "cannot assign immutable binding 'x' (use @x to make it mutable)"),
        ("(defn f [a] a) (f)", "arity error: f expects 1 argument, got 0"),
        ("(f) (defn f [a] a)", "arity error: f expects 1 argument, got 0"),
        ("(signal :io)", "signal :io is built in"),
        ("(signal :a) (signal :a)", "signal :a is already registered"),
        ("(let [x 1] (include-file \"a\"))", "include-file is allowed only at top level"),
        ("(try 1)", "try requires a (catch pattern handler…) clause as its last form"),
        ("(if 1 (splice 2))", "`;` is the splice operator, not a comment character. Use `#` for comments."),
    ] {
        check_fault(text, expected);
    }
}

#[test]
fn assigned_or_spliced_calls_are_checked_at_run_time() {
    tree("(let [@f (fn [a] a)] (assign f 1) (f))");
    tree("(def @f (fn [a] a)) (f 1 2 3) (assign f list)");
    tree("(length ;[1 2])");
    tree("(inc 1 2 3)");
}

#[test]
fn words_of_other_languages_get_help() {
    for (text, word) in [("(lambda 1)", "`fn`"), ("(map apply 1)", "`apply` is a form"), ("@x", "written `x`")] {
        let faults = super::expand_with(&mut super::host::FakeHost::new(), text).expect_err("unknown");
        let help = faults[0].help.clone().unwrap_or_default();
        assert!(help.contains(word), "{text}: {help}");
    }
}
