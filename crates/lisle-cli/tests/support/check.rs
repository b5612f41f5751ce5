//! Checks a program against the expectations in its comments; `tests/README.md` describes the notation.

use lisle_syntax::reader::{ReadLimits, read_source};
use lisle_syntax::{Source, SourceMap};

use super::run::{Outcome, Setup, run};

/// What a comment demands of the form before it.
#[derive(Debug)]
enum Expectation {
    Value(String),
    Raises(String),
    Prints(String),
}

/// A top-level form with what is expected of it.
struct Checked {
    line: usize,
    start: usize,
    end: usize,
    expectations: Vec<Expectation>,
}

/// What the `##` lines at the start of a file demand of the whole run.
#[derive(Debug, Default)]
struct Header {
    status: u8,
    stdout: Option<String>,
    stderr: Vec<String>,
    no_stress: bool,
    own_quantum: bool,
}

/// Runs the program and gives every expectation that does not hold.
pub(crate) fn check_program(name: &str, text: &str, setup: &Setup) -> Vec<String> {
    let header = header(text);
    if header.no_stress && setup.gc_stress || header.own_quantum && setup.quantum.is_some() {
        return Vec::new();
    }
    let mut failures = Vec::new();
    let text = check_rejected(name, text, setup, &mut failures);
    let checked = checked_forms(name, &text);
    let program = instrument(&text, &checked);
    let outcome = run(name, &program, setup);
    check_outcome(name, &header, &outcome, &mut failures);
    for (i, form) in checked.iter().enumerate() {
        let report = match Observed::find(&outcome.stdout, i) {
            Some(observed) => form.expectations.iter().filter_map(|e| observed.misfit(e)).collect(),
            None => vec!["was not reached".to_owned()],
        };
        failures.extend(report.into_iter().map(|r| format!("{name}:{}: {r}", form.line)));
    }
    failures
}

fn header(text: &str) -> Header {
    let mut header = Header::default();
    for line in text.lines().map_while(|line| line.strip_prefix("## ")) {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("status", n) => header.status = n.parse().expect("a status is a number"),
            ("stdout", t) => header.stdout = Some(t.to_owned()),
            ("stderr", t) => header.stderr.push(t.to_owned()),
            ("no-stress", _) => header.no_stress = true,
            ("own-quantum", _) => header.own_quantum = true,
            _ => {}
        }
    }
    header
}

/// Compiles each form marked `# compile-error` by itself, and gives the text without them.
fn check_rejected(name: &str, text: &str, setup: &Setup, failures: &mut Vec<String>) -> String {
    let mut kept = String::new();
    for (i, line) in text.lines().enumerate() {
        match line.split_once("# compile-error ") {
            Some((form, message)) if !form.trim().is_empty() => {
                let outcome = run(name, form, setup);
                if !outcome.faults.iter().any(|fault| is_message(fault, message)) {
                    let found = match outcome.broken {
                        Some(broken) => broken,
                        None => format!("{:?}", outcome.faults),
                    };
                    failures.push(format!("{name}:{}: expected the fault {message:?}, got {found}", i + 1));
                }
            }
            _ => kept.push_str(line),
        }
        kept.push('\n');
    }
    kept
}

/// True when a fault's message is the expected one, suggestions apart.
pub(crate) fn is_message(fault: &str, expected: &str) -> bool {
    let without = |text: &str| match text.rfind(" (did you mean: ") {
        Some(at) if text.ends_with(')') => text[..at].to_owned(),
        _ => text.strip_suffix(" (…)").unwrap_or(text).to_owned(),
    };
    without(fault) == without(expected)
}

/// The top-level forms that have expectations.
fn checked_forms(name: &str, text: &str) -> Vec<Checked> {
    let mut sources = SourceMap::new();
    let id = sources.add(Source::new(name, text));
    let source = sources.get(id).expect("just added").clone();
    let (forms, _) = read_source(&source, id, &ReadLimits::default());
    let mut checked = Vec::new();
    for (i, form) in forms.iter().enumerate() {
        let (start, end) = (form.span().start as usize, form.span().end as usize);
        let next = forms.get(i + 1).map_or(text.len(), |f| f.span().start as usize);
        let expectations = expectations(text.get(end..next).unwrap_or(""));
        if !expectations.is_empty() {
            checked.push(Checked { line: source.location(form.span().start).line as usize, start, end, expectations });
        }
    }
    checked
}

/// The expectations in the comments between two forms. A comment on another line that expects nothing ends them.
fn expectations(gap: &str) -> Vec<Expectation> {
    let mut found = Vec::new();
    for comment in gap.lines().map(str::trim) {
        let Some(comment) = comment.strip_prefix('#') else { continue };
        let text = |prefix: &str| comment.strip_prefix(prefix).map(|t| t.trim().to_owned());
        if let Some(value) = text(" => ") {
            found.push(Expectation::Value(value));
        } else if let Some(value) = text(" raises ") {
            found.push(Expectation::Raises(value));
        } else if let Some(value) = text(" prints") {
            found.push(Expectation::Prints(value));
        }
    }
    found
}

/// The program with each checked form wrapped so that it shows its outcome.
fn instrument(text: &str, checked: &[Checked]) -> String {
    let mut program = String::new();
    let mut at = 0;
    for (i, form) in checked.iter().enumerate() {
        program.push_str(&text[at..form.start]);
        let source = &text[form.start..form.end];
        program.push_str(&format!(
            "(let [[checked-ok checked-value] (begin (print \"@@<{i}\n\") (protect {source}))] \
             (print \"@@>{i}\n\" (if checked-ok \"=> \" \"!> \") {{0 checked-value}} \"@@.\n\"))"
        ));
        at = form.end;
    }
    program.push_str(&text[at..]);
    program
}

/// What a wrapped form showed.
struct Observed {
    prints: String,
    /// `=> V` or `!> V`.
    result: String,
}

impl Observed {
    fn find(stdout: &str, index: usize) -> Option<Observed> {
        let (_, rest) = stdout.split_once(&format!("@@<{index}\n"))?;
        let (prints, rest) = rest.split_once(&format!("@@>{index}\n"))?;
        let (result, _) = rest.split_once("@@.\n")?;
        // The value stands in a struct, so that it is written in machine format: {0 V}.
        let kind = result.get(..3)?;
        let value = result.get(3..)?.strip_prefix("{0 ")?.strip_suffix('}')?;
        let prints = prints.strip_suffix('\n').unwrap_or(prints);
        Some(Observed { prints: one_line(prints), result: format!("{kind}{}", one_line(value)) })
    }

    fn misfit(&self, expectation: &Expectation) -> Option<String> {
        let (fits, expected, found) = match expectation {
            Expectation::Value(v) => (self.result == format!("=> {v}"), format!("=> {v}"), &self.result),
            Expectation::Raises(v) => (self.raises(v), format!("!> {v}"), &self.result),
            Expectation::Prints(t) => (self.prints == *t, format!("to print {t:?}"), &self.prints),
        };
        (!fits).then(|| format!("expected {expected}, got {found}"))
    }

    /// True for the raised value itself, and for a struct whose `:error` is that keyword.
    fn raises(&self, expected: &str) -> bool {
        let Some(value) = self.result.strip_prefix("!> ") else { return false };
        let kind = format!(":error {expected}");
        let has_kind = expected.starts_with(':')
            && value.starts_with('{')
            && value.find(&kind).is_some_and(|i| value[i + kind.len()..].starts_with([' ', '}']));
        value == expected || has_kind
    }
}

/// The text with `⏎` for newlines.
pub(crate) fn one_line(text: &str) -> String {
    text.replace("\r\n", "⏎").replace('\n', "⏎")
}

fn check_outcome(name: &str, header: &Header, outcome: &Outcome, failures: &mut Vec<String>) {
    if let Some(broken) = &outcome.broken {
        failures.push(format!("{name}: {broken}"));
        return;
    }
    if outcome.status != header.status {
        let stderr = outcome.stderr.trim_end();
        failures.push(format!("{name}: expected status {}, got {}\n{stderr}", header.status, outcome.status));
    }
    if let Some(expected) = &header.stdout {
        let found = one_line(outcome.stdout.strip_suffix('\n').unwrap_or(&outcome.stdout));
        if found != *expected {
            failures.push(format!("{name}: expected the output {expected:?}, got {found:?}"));
        }
    }
    for expected in &header.stderr {
        if !outcome.stderr.contains(expected) {
            failures.push(format!("{name}: expected {expected:?} on standard error, got\n{}", outcome.stderr));
        }
    }
}
