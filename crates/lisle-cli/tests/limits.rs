//! Programs too large to be kept as files.

mod support;

use support::run::{Outcome, Setup, run};

fn run_text(text: &str) -> Outcome {
    let outcome = run("limits", text, &Setup::default());
    assert_eq!(outcome.broken, None);
    outcome
}

/// Runs the program and gives what it prints.
fn output(text: &str) -> String {
    let outcome = run_text(text);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    outcome.stdout
}

#[test]
fn literals_may_have_a_million_elements() {
    for (open, close) in [("[", "]"), ("@[", "]"), ("'(", ")"), ("(list ", ")"), ("|", "|")] {
        let elements: Vec<String> = (0..1_000_000).map(|i| i.to_string()).collect();
        let program = format!("(println (length {open}{}{close}))", elements.join(" "));
        assert_eq!(output(&program), "1000000\n", "{open}…{close}");
    }
}

#[test]
fn structs_may_have_a_million_entries() {
    let entries: Vec<String> = (0..1_000_000).map(|i| format!("{i} {i}")).collect();
    assert_eq!(output(&format!("(println (length {{{}}}))", entries.join(" "))), "1000000\n");
}

#[test]
fn elements_that_are_computed_may_be_a_hundred_thousand() {
    let elements = "(+ 1 2) ".repeat(100_000);
    assert_eq!(output(&format!("(println (length [{elements}]))")), "100000\n");
}

#[test]
fn calls_may_have_a_hundred_thousand_arguments() {
    let arguments = "1 ".repeat(100_000);
    assert_eq!(output(&format!("(println (+ {arguments}))")), "100000\n");
    assert_eq!(output(&format!("(defn f [& xs] (length xs)) (println (f {arguments}))")), "100000\n");
}

#[test]
fn programs_may_have_a_hundred_thousand_forms() {
    let mut program = String::new();
    for i in 0..100_000 {
        program.push_str(&format!("(def v{i} {i})\n"));
    }
    program.push_str("(println (+ v0 v99999))");
    assert_eq!(output(&program), "99999\n");
}

#[test]
fn functions_may_have_a_thousand_variables_and_constants() {
    let mut program = String::from("(defn f [] (let [");
    for i in 0..1000 {
        program.push_str(&format!("v{i} (+ {i}.5 (length \"text {i}\")) "));
    }
    program.push_str("] (fn [] (+ ");
    for i in 0..1000 {
        program.push_str(&format!("v{i} "));
    }
    program.push_str(")))) (println ((f)))");
    let lengths: usize = (0..1000).map(|i| format!("text {i}").len()).sum();
    let sum = (0..1000).map(|i| f64::from(i) + 0.5).sum::<f64>() + lengths as f64;
    assert_eq!(output(&program), format!("{sum:.1}\n"));
}

#[test]
fn strings_may_have_ten_mebibytes() {
    let text = "x".repeat(10 << 20);
    assert_eq!(output(&format!("(println (string/size-of \"{text}\"))")), "10485760\n");
}

#[test]
fn nesting_is_limited_by_a_fault_and_not_by_a_crash() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("'", ""), ("(fn [] ", ")"), ("(if 1 ", ")"), ("{:a ", "}"), ("`(a ,", ")")]
    {
        for depth in [500, 100_000] {
            let outcome = run_text(&format!("{}1{}", open.repeat(depth), close.repeat(depth)));
            let is_deep = depth == 100_000;
            assert_eq!(!outcome.faults.is_empty(), is_deep, "{open} {depth} {:?}", outcome.faults);
        }
    }
}

#[test]
fn nesting_below_the_limit_compiles_and_runs() {
    for (open, close) in [
        ("(+ 1 ", ")"),
        ("(let [x 1] ", ")"),
        ("(begin ", ")"),
        ("(if true ", ")"),
        ("((fn [] ", "))"),
        ("(when true ", ")"),
    ] {
        let depth = 3000;
        let outcome = run_text(&format!("(println (integer? {}1{}))", open.repeat(depth), close.repeat(depth)));
        assert_eq!((outcome.stdout.as_str(), outcome.faults), ("true\n", Vec::new()), "{open}");
    }
}

#[test]
fn unterminated_and_stray_text_gives_faults() {
    for text in [
        "(", "[", "{", "|", "@|", "b[", "\"", "'", "`", ",", "@", ":", "#", ")", "]", "}", "\u{0}", "(\u{0})", "1__0",
        ";",
    ] {
        let outcome = run_text(&text.repeat(1000));
        assert!(outcome.status <= 1, "{text:?}");
    }
}
