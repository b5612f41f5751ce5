//! The reference table: `tests/conformance/vectors.md`, with our exceptions to it.

mod support;

use std::collections::BTreeMap;

use support::check::{is_message, one_line};
use support::run::{Outcome, Setup, run};
use support::{check_all, read};

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
struct Vector {
    place: String,
    expression: String,
    prints: Option<String>,
    /// `=>`, `!>` or `C>`.
    kind: String,
    outcome: String,
}

/// Takes `EXPRESSION    [prints T]  =>  V` apart.
fn parse(place: String, line: &str) -> Option<Vector> {
    let starts = ["    =>  ", "    !>  ", "    C>  ", "    [prints "];
    let at = starts.iter().filter_map(|s| line.find(s)).min()?;
    let (expression, mut rest) = (line[..at].to_owned(), line[at + 4..].trim_start());
    let mut prints = None;
    if let Some(after) = rest.strip_prefix("[prints ") {
        let (text, after) = after.split_once("]  ")?;
        prints = Some(text.to_owned());
        rest = after;
    }
    let kind = rest.get(..2)?.to_owned();
    Some(Vector { place, expression, prints, kind, outcome: rest.get(2..)?.trim_start().to_owned() })
}

/// The lines of a file that stand between fences, or all lines that are no comments.
fn vectors(path: &str, fenced: bool) -> Vec<Vector> {
    let mut inside = !fenced;
    let mut found = Vec::new();
    for (i, line) in read(path).lines().enumerate() {
        if fenced && line.starts_with("```") {
            inside = !inside;
        } else if inside && !line.trim().is_empty() && (fenced || !line.starts_with("# ")) {
            let place = format!("{path}:{}", i + 1);
            found.push(parse(place.clone(), line).unwrap_or_else(|| panic!("{place}: not a vector: {line}")));
        }
    }
    found
}

/// Runs the expression within `protect`, as the table was made, and gives the outcome in the table's notation.
fn observe(vector: &Vector, setup: &Setup) -> (Option<String>, String, Vec<String>) {
    let program = format!(
        "(let [[vector-ok vector-value] (protect {}\n)] (print \"@@\n\" (if vector-ok \"=>\" \"!>\") {{0 vector-value}}))",
        vector.expression
    );
    let outcome: Outcome = run("vector", &program, setup);
    if let Some(broken) = outcome.broken {
        return (None, broken, Vec::new());
    }
    if !outcome.faults.is_empty() {
        return (None, format!("C>  {}", outcome.faults[0]), outcome.faults);
    }
    let Some((prints, result)) = outcome.stdout.split_once("@@\n") else {
        return (None, format!("status {}: {}", outcome.status, one_line(&outcome.stderr)), Vec::new());
    };
    let prints = prints.strip_suffix('\n').unwrap_or(prints);
    let value = result[2..].strip_prefix("{0 ").and_then(|v| v.strip_suffix('}')).unwrap_or(&result[2..]);
    let prints = (!prints.is_empty()).then(|| one_line(prints));
    (prints, format!("{}  {}", &result[..2], one_line(value)), Vec::new())
}

fn misfit(vector: &Vector, setup: &Setup) -> Option<String> {
    let (prints, found, faults) = observe(vector, setup);
    let fits = match vector.kind.as_str() {
        "C>" => faults.iter().any(|fault| is_message(fault, &vector.outcome)),
        kind => {
            let expected = format!("{kind}  {}", vector.outcome);
            match expected.strip_suffix('…') {
                Some(prefix) => found.starts_with(prefix),
                None => found == expected,
            }
        }
    };
    if fits && prints == vector.prints {
        return None;
    }
    let expected = format!("{}  {}", vector.kind, vector.outcome);
    let printed = prints.map_or(String::new(), |p| format!("[prints {p}]  "));
    Some(format!("{}: {}\n    expected  {expected}\n    got       {printed}{found}", vector.place, vector.expression))
}

fn check_table(setup: &Setup) {
    let exceptions: BTreeMap<String, Vector> =
        vectors("tests/conformance/exceptions.txt", false).into_iter().map(|v| (v.expression.clone(), v)).collect();
    let mut table = vectors("tests/conformance/vectors.md", true);
    assert!(table.len() > 900, "the table has {} lines", table.len());
    for expression in exceptions.keys() {
        assert!(table.iter().any(|v| v.expression == *expression), "an exception to no line: {expression}");
    }
    for vector in &mut table {
        if let Some(exception) = exceptions.get(&vector.expression) {
            *vector = exception.clone();
        }
    }
    check_all(&table, |vector| misfit(vector, setup).into_iter().collect());
}

#[test]
fn expressions_have_the_outcomes_of_the_table() {
    check_table(&Setup::default());
}

#[test]
fn expressions_have_them_with_a_collection_at_every_safepoint() {
    check_table(&Setup { gc_stress: true, ..Setup::default() });
}
