//! What the forms become.

use super::host::FakeHost;
use super::{check, expand_with, tree};

#[test]
fn literals() {
    check("[1 :a \"s\"]", "'[1 :a \"s\"]");
    check("[1 (list)]", "[1 (list)]");
    check("[;[1] 2]", "[;'[1] 2]");
    check("@[1 2]", "@[1 2]");
    check("{:a 1 :b [2]}", "'{:a 1 :b '[2]}");
    check("{:a 1 :a 2}", "(struct :a 1 :a 2)");
    check("{:a (list)}", "(struct :a (list))");
    check("@{:a 1}", "(@struct :a 1)");
    check("|1 2|", "(set 1 2)");
    check("@|1|", "(@set 1)");
    check("b[1 2]", "(bytes 1 2)");
    check("@b[1]", "(@bytes 1)");
    check("@\"s\"", "(thaw \"s\")");
    check("()", "'()");
}

#[test]
fn accessors() {
    check("(let [m 1] m:a:b)", "(scope [m0] (define m0 1) m0:a:b)");
    check("(let [m 1] (m:f 2))", "(scope [m0] (define m0 1) (m0:f 2))");
    check("'a:b", "'a:b");
}

#[test]
fn quoted_data() {
    check("'(a (b) [c] nil)", "'(a '(b) '[c] nil)");
    check("'{:a b}", "'(struct :a b)");
    check("'|a b|", "'(set a b)");
    check("'b[1]", "'(bytes 1)");
    check("'@\"s\"", "\"s\"");
    check("'('c `d ,e ,;f ;g)", "'('(quote c) '(quasiquote d) '(unquote e) '(unquote-splicing f) '(splice g))");
    check("'(1 @[2])", "(list 1 @[2])");
    check("'x", "'x");
}

#[test]
fn templates() {
    check("`(a ,(list) 1)", "(list `a[] (list) 1)");
    check("`(a ,;(list) 1)", "(%template-list false `a[] true (list) false 1)");
    check("`[a ,;(list)]", "(%template-array false `a[] true (list))");
    check("`[1 2]", "'[1 2]");
    check("`{:a ,b}", "'(struct :a '(unquote b))");
    check("`'a", "(list `quote[] `a[])");
    check("`(a `(b ,(c ,1)))", "(list `a[] (list `quasiquote[] (list `b[] (list `unquote[] (list `c[] 1)))))");
    check("`()", "'()");
}

#[test]
fn functions_and_parameters() {
    check(
        "(fn [a @b [c] &opt {:d d} & r] \"doc\" (assign b c))",
        "(fn [a0 b1 param2 &opt param4 & r6] (scope [c3 d5] (take (array c3) param2) \
         (take-lenient (struct :d d5) param4) (assign b1 c3)))",
    );
    check("(fn [x] \"text\")", "(fn [x0] \"text\")");
    check("(fn [_ _ &named @t] t)", "(fn [_0 _1 &named :t t2] t2)");
    check("(fn [x x] x)", "(fn [x0 x1] x1)");
    check("(fn [&keys {:a a}] a)", "(fn [&keys param0] (scope [a1] (take (struct :a a1) param0) a1))");
}

#[test]
fn conditionals() {
    check("(cond 1 2 3)", "(cond 1 2 3)");
    check("(when 1 2 3)", "(if 1 (seq 2 3) nil)");
    check("(unless 1 2)", "(if 1 nil 2)");
    check("(and)", "true");
    check("(or)", "false");
    check("(case 1 2 3 4)", "(scope [case0] (define case0 1) (case case0 2 3 4))");
    check("(if-let [a 1 b a] b 3)", "(scope [a0 b1] (if (and (define a0 1) (define b1 a0)) b1 3))");
    check(
        "(when-let [[a] (list)] a)",
        "(scope [a1 value0] (if (and (define value0 (list)) (seq (take (array a1) value0) value0)) a1 nil))",
    );
    check(
        "(when-ok [x 1] x)",
        "(scope [outcome0] (define outcome0 (protect 1)) \
         (if (get outcome0 0) (scope [x1] (define x1 (get outcome0 1)) x1) nil))",
    );
}

#[test]
fn loops_and_blocks() {
    check("(while 1 (break 2))", "(while 1 1 (break 1 2))");
    check("(block :a (block (break :a 1)))", "(block 1 (block 2 (break 1 1)))");
    check("(block :a)", "(block 1 nil)");
    check("(forever (break))", "(while 1 true (break 1 nil))");
    check(
        "(repeat 2 (inc 1))",
        "(scope [limit0 turn1] (define limit0 2) (define turn1 0) \
         (while 1 (< turn1 limit0) (seq (inc 1) (assign turn1 (+ turn1 1)))))",
    );
    check("(each x in [1] x)", "(each 1 x0 '[1] x0)");
    check("(each [k v] [1] v)", "(each 1 item0 '[1] (scope [k1 v2] (take (array k1 v2) item0) v2))");
    check("(each in [1] in)", "(each 1 in0 '[1] in0)");
    check("(each x in [1] (def y x) y)", "(each 1 x0 '[1] (scope [y1] (define y1 x0) y1))");
    check("(let [f (fn [] (while 1 (break)))] f)", "(scope [f0] (define f0 (fn f [] (while 1 1 (break 1 nil)))) f0)");
}

#[test]
fn shadowing_does_not_reach_predefined_macros() {
    check(
        "(let [< 1 + 2] (repeat 1 <))",
        "(scope [<0 +1] (define <0 1) (define +1 2) (scope [limit2 turn3] (define limit2 1) (define turn3 0) \
         (while 1 (< turn3 limit2) (seq <0 (assign turn3 (+ turn3 1))))))",
    );
    check("(let [if 3] if)", "(scope [if0] (define if0 3) if0)");
    check("(let [when 3] (when 1 2))", "(scope [when0] (define when0 3) (if 1 2 nil))");
}

#[test]
fn threading() {
    check("(-> 5 (+ 1) inc)", "(inc (+ 5 1))");
    check("(->> 5 (- 1) inc)", "(inc (- 1 5))");
    check("(-> 5)", "5");
    check("(as-> 1 x (+ x 1) (+ x 2))", "(scope [x0 x1] (define x0 1) (define x1 (+ x0 1)) (+ x1 2))");
    check(
        "(some-> 5 (+ 1) inc)",
        "(scope [value0 value1] (cond (nil? (define value0 5)) nil (nil? (define value1 (+ value0 1))) nil (inc value1)))",
    );
    check("(some->> 5)", "5");
    check("(apply + 1 [2])", "(+ 1 ;'[2])");
    check("(apply +)", "(+)");
}

#[test]
fn errors_and_signals() {
    check("(try (error 1) (catch e e))", "(try (emit 1 1) e0 e0)");
    check("(try 1 (catch {:error k} k))", "(try 1 error0 (scope [k1] (take (struct :error k1) error0) k1))");
    check("(defer (inc 1) 2)", "(defer (inc 1) 2)");
    check(
        "(with h 1 inc h)",
        "(scope [resource0 h1] (define resource0 1) (define h1 resource0) (defer (inc resource0) h1))",
    );
    check("(yield 1)", "(emit 2 1)");
    check("(yield)", "(emit 2 nil)");
    check("(yield* 1)", "(%yield* 1)");
    check("(emit |:yield :io| 1)", "(emit 514 1)");
    check("(emit :mine 1)", "(emit :mine 1)");
    check("(let [s 1] (emit s 2))", "(scope [s0] (define s0 1) (emit s0 2))");
    check("(signal :mine)", "(%signal :mine)");
    check("(fn [] (silence) (muffle |:a|) (immutable! x) 1)", "(fn [] (seq nil nil nil 1))");
}

#[test]
fn matching() {
    check(
        "(match 1 [:a x & r] r x when x 2 (p . q) q (or 1 (or 2 _)) 3)",
        "(scope [match0] (define match0 1) (match match0 (array :a x1 & r2) r2 x3 when x3 2 \
         (list p4 & q5) q5 (or 1 (or 2 _)) 3))",
    );
    check(
        "(match 1 @{:k |s| 'y @[]} s () 2 @v @v)",
        "(scope [match0] (define match0 1) (match match0 (@struct :k (set s1) 'y (@array)) s1 () 2 @v2 @v2))",
    );
    check(
        "(match 1 (or [x _] (_ x)) x _ 0)",
        "(scope [match0] (define match0 1) (match match0 (or (array x1 _) (list _ x1)) x1 _ 0))",
    );
}

#[test]
fn definitions() {
    check("(def [a @b] 1)", "(take (array ^a0 ^b1) 1)");
    check("(var x 1) (assign x 2)", "(seq (define ^x0 1) (assign ^x0 2))");
    check("(def _ 1)", "1");
    check("(fn [@x] (default x 1))", "(fn [x0] (if (nil? x0) (assign x0 1) nil))");
}

#[test]
fn code_about_code() {
    check("(eval '(a) {})", "(eval '(a) '{})");
    check("(let [x 1] (environment))", "(scope [x0] (define x0 1) (struct 'x x0))");
    check("(def f 1) (doc f) (doc inc) (doc when)", "(seq (define ^f0 1) (doc ^f0) (doc 'inc) (doc 'when))");
    check("(macro? when)", "true");
    check("(macro? if)", "false");
    check("(expand-macro '(when a b))", "'(if a '(begin b) nil)");
    check("(expand-macro 5)", "5");
}

#[test]
fn expand_macro_expands_everywhere() {
    let mut host = FakeHost::new().with_template("m", "[$0]");
    let tree = expand_with(&mut host, "(defmacro m [x] x) (expand-macro '(list (m (m 1)) '(m 2)))").expect("no faults");
    assert_eq!(tree, "(seq nil '(list '['[1]] '(quote '(m 2))))");
}

#[test]
fn syntax_case_is_one_flat_cond() {
    let text = "(fn [s] (syntax-case s ((literal a) 1) ((x 2) when x x) (_ 3)))";
    assert_eq!(
        tree(text),
        "(fn [s0] (scope [subject1 elements2! element3! x4! element5!] (define subject1 s0) (cond \
         (and (= (syntax-e subject1) 'a)) 1 \
         (and (list? subject1) (define elements2! (syntax->list subject1)) (= (length elements2!) 2) \
         (seq (define element3! (get elements2! 0)) true) (seq (define x4! element3!) true) \
         (seq (define element5! (get elements2! 1)) true) (= (syntax-e element5!) 2) x4!) x4! \
         true 3 \
         (emit 1 '{:error :syntax-error :message \"syntax-case: no matching clause\"}))))"
    );
}
