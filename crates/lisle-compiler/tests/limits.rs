//! Programs of sizes that nobody writes by hand: they compile in time linear in their size, and what
//! does not fit is a diagnostic.

mod support;

use support::compile;

#[track_caller]
fn compiles(text: &str) {
    if let Err(faults) = compile(text) {
        panic!("{:?}", faults.iter().map(|f| &f.message).collect::<Vec<_>>());
    }
}

fn nested(depth: usize, open: &str, inner: &str, close: &str) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

fn numbered(count: usize, item: impl Fn(usize) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(" ")
}

#[test]
fn large_literals_and_calls() {
    compiles(&format!("(defn f [x] [{}])", "x ".repeat(1_000_000)));
    compiles(&format!("(defn f [x] @[{}])", "x (f x) ".repeat(1_000)));
    compiles(&format!("(defn f [& r] r) (f {})", numbered(100_000, |i| i.to_string())));
    compiles(&format!("(defn f [x] (f (f x) {} ;x))", "(f x) ".repeat(300)));
    compiles(&format!("(list {})", numbered(100_000, |i| format!("\"s{i}\""))));
}

#[test]
fn many_variables() {
    let defs = numbered(70_000, |i| format!("(def v{i} (f v{i}))"));
    compiles(&format!("(defn f [x] x) (defn g [] {defs} (fn [] [v0 v69999]))"));
    let lets = numbered(70_000, |i| format!("v{i} (f {i})"));
    compiles(&format!("(defn f [x] x) (defn g [] (let [{lets}] (+ v0 v300 v69999)))"));
    let shared = numbered(1_000, |i| format!("@v{i} {i}"));
    compiles(&format!("(defn g [] (let [{shared}] (fn [] (assign v999 (+ v0 v998)) (fn [] (assign v5 v6)))))"));
    let globals = numbered(70_000, |i| format!("(def g{i} {i}) (def h{i} (+ g{i} 1))"));
    compiles(&globals);
}

#[test]
fn many_parameters() {
    let params = numbered(200, |i| format!("@p{i}"));
    compiles(&format!("(defn f [{params}] (assign p150 p199) (fn [] (assign p180 (+ p0 p180))))"));
    let faults = compile(&format!("(defn f [{}] 1)", numbered(300, |i| format!("p{i}")))).expect_err("too many");
    assert_eq!(faults[0].code, "E0303");
}

#[test]
fn deep_nesting_in_every_position() {
    compiles(&format!("(defn f [a b] b) {}", nested(9_900, "(f 1 ", "2", ")")));
    compiles(&format!("(defn f [x &opt z] {})", nested(5_000, "(+ (f x) ", "x", ")")));
    compiles(&format!("(defn f [x &opt z] {})", nested(5_000, "[x (f x) ", "x", "]")));
    compiles(&format!("(defn f [x &opt z] {})", nested(3_000, "(f x (let [y (f x)] (f y ", "x", ")))")));
    compiles(&format!("(defn f [x &opt z] {})", nested(3_000, "(if (f x ", "x", ") 1 2)")));
    compiles(&format!("(defn f [x &opt z] {})", nested(3_000, "(f 1 (match (f x) [a b] a _ ", "x", "))")));
    compiles(&format!("(defn f [x &opt z] {})", nested(3_000, "(f 1 ;(f x ", "x", "))")));
    compiles(&format!("(defn f [x &opt z] {})", nested(3_000, "(fn [y] ", "x", ")")));
    compiles(&format!("(defn f [x &opt z] {})", nested(3_000, "(and x (or ", "x", " x))")));
    compiles(&format!("(defn f [x &opt z] {})", nested(1_500, "(f 1 (while x (each y (f 2 ", "x", ") (break y))))")));
    compiles(&format!("(defn f [x &opt z] {})", nested(1_500, "(f 1 (block :a (f 2 (f 3 (break :a ", "x", ")))))")));
}

#[test]
fn deep_patterns() {
    compiles(&format!("(defn f [x] (let [{} x] y))", nested(4_000, "[_ ", "y", "]")));
    compiles(&format!("(defn f [x] (match x {} y _ 2))", nested(4_000, "[1 ", "y", " 2]")));
    compiles(&format!("(defn f [x &opt z] (f 1 (match x {} y _ 2)))", nested(4_000, "(1 ", "y", " 2)")));
    compiles(&format!("(defn f [x &opt z] (f 1 (match x {} 1 _ 2)))", nested(60, "(or [1 ", "2", " 2] 3)")));
}

#[test]
fn nested_handlers() {
    for (open, close) in [
        ("(f 1 (try ", " (catch e (f e))))"),
        ("(f 1 (protect ", "))"),
        ("(defer (f 1) (f 2 ", "))"),
        ("(parameterize ((x 1)) (f 2 ", "))"),
    ] {
        compiles(&format!("(defn f [x &opt z] {})", nested(50, open, "x", close)));
        match compile(&format!("(defn f [x &opt z] {})", nested(1_000, open, "x", close))) {
            Ok(_) => {}
            Err(faults) => assert_eq!(faults[0].code, "E0304", "{open}"),
        }
    }
}

#[test]
fn long_chains() {
    compiles(&format!("(defn f [x] (cond {} 0))", numbered(20_000, |i| format!("(= x {i}) (f {i})"))));
    compiles(&format!("(defn f [x] (case x {} 0))", numbered(20_000, |i| format!("\"k{i}\" {i}"))));
    compiles(&format!("(defn f [x] (match x {} _ 0))", numbered(20_000, |i| format!("[{i} y] y"))));
    compiles(&format!("(defn f [x] (begin {}))", "(f x) ".repeat(100_000)));
}
