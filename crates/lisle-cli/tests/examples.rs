//! The programs in `examples/`, the examples in `docs/`, and those in the docstrings of the library.

mod support;

use support::check::check_program;
use support::run::{Setup, run};
use support::{check_all, files_below, read};

fn both() -> [Setup; 2] {
    [Setup::default(), Setup { gc_stress: true, ..Setup::default() }]
}

#[test]
fn programs_print_what_is_expected() {
    check_all(&files_below("examples", ".lisp"), |path| {
        let expected = read(&path.replace("examples/", "examples/expected/").replace(".lisp", ".txt"));
        let mut failures = Vec::new();
        for setup in both() {
            // Without optimisation, a collection at every safepoint of a sieve to 10,000 takes minutes.
            if setup.gc_stress && (path.ends_with("sieve.lisp") || path.ends_with("wordcount.lisp")) {
                continue;
            }
            let outcome = run(path, &read(path), &setup);
            if outcome.stdout != expected || outcome.status != 0 {
                failures.push(format!(
                    "{path}: status {}, {:?}\n{}\n--- expected\n{expected}--- got\n{}",
                    outcome.status, outcome.broken, outcome.stderr, outcome.stdout
                ));
            }
        }
        failures
    });
}

/// The fenced blocks of a page that are in Lisle, with the lines on which they start.
fn blocks(page: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (i, line) in page.lines().enumerate() {
        match &mut block {
            None if line == "```lisp" => block = Some((i + 1, String::new())),
            Some(_) if line == "```" => found.extend(block.take()),
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    found
}

#[test]
fn pages_of_the_guide_tell_the_truth() {
    let mut pages = files_below("docs", ".md");
    // Made of examples that another test runs one by one.
    pages.retain(|path| !path.starts_with("docs/reference/"));
    pages.push("README.md".to_owned());
    check_all(&pages, |path| {
        let page = read(path);
        let blocks = blocks(&page);
        // Each page is one program, so that a block may use what those before it define. Empty lines keep the line numbers.
        let mut program = String::new();
        for (line, block) in blocks {
            while program.lines().count() < line {
                program.push('\n');
            }
            program.push_str(&block);
        }
        // Under another name, because a file named .md is a literate program.
        check_program(&format!("{path}.lisp"), &program, &Setup::default())
    });
}

/// Functions whose effect cannot be shown by a value, or not in a simulated world without files.
const WITHOUT_EXAMPLE: &[&str] = &[
    "file/append",
    "file/lines",
    "file/read",
    "file/write",
    "include",
    "path/canonicalize",
    "port/read-all",
    "port/write",
    "syntax-case",
    "sys/exit",
    "sys/halt",
];

#[test]
fn everything_predefined_has_an_example_that_tells_the_truth() {
    let engine = lisle_engine::Engine::new(lisle_runtime::natives::install);
    let entries = lisle_engine::help::entries(&engine.vm.state);
    assert!(entries.len() > 300, "{} entries", entries.len());
    check_all(&entries, |entry| {
        let name = &entry.names[0];
        let mut failures = check_program(name, &entry.examples.join("\n"), &Setup::default());
        if entry.text.is_empty() {
            failures.push(format!("{name} has no documentation"));
        }
        if entry.examples.is_empty() != WITHOUT_EXAMPLE.contains(&name.as_str()) {
            failures.push(format!("{name} has {} examples", entry.examples.len()));
        }
        failures
    });
}

/// `lisle doc --book docs/reference` makes them.
#[test]
fn the_reference_pages_are_up_to_date() {
    let engine = lisle_engine::Engine::new(lisle_runtime::natives::install);
    for (file, text) in lisle_engine::help::pages(&engine.vm.state) {
        let path = format!("docs/reference/{file}");
        assert!(read(&path) == text, "{path} is not what `lisle doc --book docs/reference` makes");
    }
}
