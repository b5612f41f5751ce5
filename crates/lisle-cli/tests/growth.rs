//! How the work of each function grows with its data: `tests/growth/*.txt`, see `tests/README.md`.
//!
//! Work is counted in the units that budgets are charged with, so that the counts are the same in every run. At a
//! million elements a function that is secretly quadratic does not end in time, whatever it counts.

mod support;

use std::collections::BTreeSet;

use support::run::{Setup, run};
use support::{check_all, files_below, read};

/// The largest size: a million takes minutes without optimisation, so `.ci/run` runs this test with it.
const LARGE: usize = if cfg!(debug_assertions) { 100_000 } else { 1_000_000 };

const SIZES: [usize; 3] = [10, 1_000, LARGE];

/// What every program begins with.
const PRELUDE: &str = r#"
(def n (parse-int (first (sys/args))))
(def many 1000000000000)
(defn cost [name thunk]
  (let [f (fiber/new thunk |:error :fuel|)]
    (fiber/set-fuel f many)
    (let [value (fiber/resume f)]
      (println name " " (- many (fiber/fuel f)) " " (if (fiber/error? f) value "")))))
(def numbers (range n))
(def mixed-up (map (fn [x] (mod (* x 7919) 1000003)) numbers))
"#;

/// Data that only some of the files need.
const DATA: &[(&str, &str)] = &[
    ("numbers-list", "(def numbers-list (->list numbers))"),
    ("numbers-stream", "(defn numbers-stream [] (fiber/new (fn [] (each x in numbers (yield x))) |:yield|))"),
    ("pairs-array", "(def pairs-array (map (fn [x] [x x]) numbers))"),
    ("texts", "(def texts (map string mixed-up))"),
    (
        "json-table",
        r#"(def json-table (string "{" (string/join (map (fn [x] (string "\"" x "\":1")) numbers) ",") "}"))"#,
    ),
    ("flat", "(def flat (->array (mapcat (fn [x] [x x]) numbers)))"),
    ("table", "(def table (apply struct (->array (mapcat (fn [x] [x x]) numbers))))"),
    ("text-table", r#"(def text-table (from-pairs (map (fn [x] [(string x) x]) numbers)))"#),
    ("items", "(def items (seq->set numbers))"),
    ("text", r#"(def text (string/repeat "a" n))"#),
    ("digits", r#"(def digits (string/repeat "1" n))"#),
    ("umlauts", r#"(def umlauts (string/repeat "ä" n))"#),
    ("octets", r#"(def octets (bytes (string/repeat "a" n)))"#),
    ("octet", r#"(def octet (bytes "x"))"#),
    ("json", "(def json (json/serialize numbers))"),
    ("number-text", "(def number-text (string numbers))"),
    ("path", r#"(def path (string/repeat "/a" n))"#),
    ("nest", "(defn nested [around] (fold (fn [inner x] (around inner)) 1 numbers)) (def nest (nested array))"),
    ("nest-list", "(def nest-list (nested list))"),
    ("nest-struct", "(def nest-struct (nested (fn [x] {:a x})))"),
];

/// How often an expression is evaluated, and how its work may grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    /// Once: the work is linear, but for a logarithm, and is counted.
    Once,
    /// Once for every element: each time the work does not grow, but for a logarithm.
    Each,
    /// Once: there is a bound for the work.
    Bounded,
    /// Once: the work is linear, but of the kind that memory does fastest, and is not counted.
    Memory,
}

#[derive(Debug)]
struct Row {
    name: String,
    times: Times,
    expression: String,
    it: String,
}

fn rows(text: &str) -> Vec<Row> {
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let row = |line: &str| {
        let (name, rest) = line.split_once(' ').expect("a name");
        let (times, rest) = rest.trim_start().split_once(' ').expect("how often");
        let (expression, it) = rest.split_once("<-").unwrap_or((rest, "nil"));
        let times = match times {
            "1" => Times::Once,
            "n" => Times::Each,
            "b" => Times::Bounded,
            "m" => Times::Memory,
            other => panic!("{other}: {line}"),
        };
        Row { name: name.to_owned(), times, expression: expression.trim().to_owned(), it: it.trim().to_owned() }
    };
    lines.map(row).collect()
}

/// The program that prints the work of every row.
fn program(rows: &[Row]) -> String {
    let mut text = PRELUDE.to_owned();
    let body: String = rows.iter().map(|row| format!("{} {}\n", row.expression, row.it)).collect();
    for (name, definition) in DATA {
        if body.contains(name) {
            text.push_str(definition);
            text.push('\n');
        }
    }
    for (index, Row { times, expression, it, .. }) in rows.iter().enumerate() {
        let body = match times {
            Times::Each => format!("(let [@i 0] (while (< i n) {expression} (assign i (+ i 1))))"),
            _ => expression.clone(),
        };
        text.push_str(&format!("(let [@it {it}] (cost \"{index}\" (fn [] {body} nil)))\n"));
    }
    text
}

/// The work of each row at a size; what is wrong with the program otherwise.
fn work(path: &str, rows: &[Row], size: usize) -> Result<Vec<u64>, String> {
    let setup = Setup { arguments: vec![size.to_string()], ..Setup::default() };
    let outcome = run(path, &program(rows), &setup);
    if outcome.status != 0 || outcome.broken.is_some() {
        return Err(format!("{path} at {size}: {outcome:?}"));
    }
    let mut found = Vec::new();
    for line in outcome.stdout.lines() {
        let mut parts = line.splitn(3, ' ');
        let (index, work, error) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        if index != Some(&*found.len().to_string()) || !error.is_empty() {
            return Err(format!("{path} at {size}: {} {line}", rows[found.len()].expression));
        }
        found.push(work.and_then(|w| w.parse().ok()).expect("a number"));
    }
    if found.len() == rows.len() { Ok(found) } else { Err(format!("{path} at {size}: {} rows", found.len())) }
}

/// What is wrong with the counts of a row.
fn check(row: &Row, work: [u64; 3]) -> Option<String> {
    let [_, thousand, large] = work;
    let growth = (LARGE / 1_000) as u64;
    let most = match row.times {
        // Twice for the logarithm, and half as much again for what a small size leaves out.
        Times::Once | Times::Each | Times::Memory => 3 * growth * thousand.max(100),
        Times::Bounded => 200_000,
    };
    // A million elements take a millisecond at least: that must show.
    let least = if row.times == Times::Once { LARGE as u64 / 100 } else { 0 };
    let fine = (least..=most).contains(&large);
    (!fine).then(|| format!("{} {}: {work:?}", row.name, row.expression))
}

#[test]
fn work_grows_no_faster_than_the_data() {
    check_all(&files_below("tests/growth", ".txt"), |path| {
        if path.ends_with("others.txt") {
            return Vec::new();
        }
        let rows = rows(&read(path));
        let mut counts = Vec::new();
        for size in SIZES {
            match work(path, &rows, size) {
                Ok(found) => counts.push(found),
                Err(problem) => return vec![problem],
            }
        }
        rows.iter().enumerate().filter_map(|(i, row)| check(row, [counts[0][i], counts[1][i], counts[2][i]])).collect()
    });
}

#[test]
fn every_function_on_collections_is_there() {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for path in files_below("tests/growth", ".txt") {
        let text = read(&path);
        match path.ends_with("others.txt") {
            true => known.extend(
                text.lines().filter(|l| !l.starts_with('#')).flat_map(str::split_whitespace).map(str::to_owned),
            ),
            false => known.extend(rows(&text).into_iter().map(|row| row.name)),
        }
    }
    let names = read("tests/conformance/names.txt");
    let missing: Vec<&str> = names
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !known.contains(*name) && !name.starts_with(['%', ' ']))
        .filter(|name| !name.starts_with("math/") && !name.starts_with("meta/"))
        .collect();
    assert!(missing.is_empty(), "not in tests/growth: {}", missing.join(" "));
}
