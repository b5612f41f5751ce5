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

#[test]
fn docstrings_of_the_library_tell_the_truth() {
    check_all(&files_below("lib/prelude", ".lisp"), |path| {
        let text = read(path);
        let examples: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim_end().strip_prefix("  ("))
            .filter(|line| line.contains("  # => "))
            .collect();
        let functions = text.lines().filter(|line| line.starts_with("(defn ") && !line.starts_with("(defn %")).count();
        let mut program = String::new();
        for example in &examples {
            // The docstring's own quoting, and the quote that ends it.
            let example = example.strip_suffix('"').unwrap_or(example).replace("\\\"", "\"");
            program.push_str(&format!("({example}\n"));
        }
        let mut failures = check_program(path, &program, &Setup::default());
        if examples.len() != functions {
            failures.push(format!("{path}: {functions} functions, but {} examples", examples.len()));
        }
        failures
    });
}

#[test]
fn docstrings_of_the_natives_tell_the_truth() {
    let mut vm = lisle_vm::Vm::new();
    vm.add_natives(lisle_engine::natives::NATIVES);
    lisle_runtime::natives::install(&mut vm);
    let natives: Vec<(&str, &str)> = vm.state.natives.iter().map(|native| (native.name, native.doc)).collect();
    check_all(&natives, |(name, doc)| {
        let examples: Vec<&str> = doc.lines().map(str::trim).filter(|line| line.contains("# =>")).collect();
        if examples.is_empty() { Vec::new() } else { check_program(name, &examples.join("\n"), &Setup::default()) }
    });
}
