//! The programs in `examples/`, the examples in `docs/`, and those in the docstrings of the library.

mod support;

use support::check::check_program;
use support::run::{Setup, run};
use support::{CORE_GROUPS, check_all, files_below, read};

fn both() -> [Setup; 2] {
    [Setup::default(), Setup { gc_stress: true, ..Setup::default() }]
}

#[test]
fn programs_print_what_is_expected() {
    // Those of `net` have arguments and do not end: `net.rs` drives them.
    let mut programs = files_below("examples", ".lisp");
    programs.retain(|path| !path.starts_with("examples/net/"));
    check_all(&programs, |path| {
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
fn blocks(page: &str, fence: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (i, line) in page.lines().enumerate() {
        match &mut block {
            None if line == fence => block = Some((i + 1, String::new())),
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
        let blocks = blocks(&page, "```lisp");
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
fn what_pages_show_of_the_real_world_is_true() {
    let page = read("docs/io.md");
    check_all(&blocks(&page, "```lisp real"), |(line, block)| {
        check_program(&format!("docs/io.md:{line}"), block, &Setup { real: true, ..Setup::default() })
    });
}

/// What can be shown neither by a value nor by an error, or not in one line.
const WITHOUT_EXAMPLE: &[&str] = &["include", "port/write", "syntax-case", "sys/exit", "sys/halt"];

/// Functions whose examples need more than a simulated world has.
const OUT_OF_THIS_WORLD: &[&str] = &["sys/join", "sys/spawn"];

#[test]
fn everything_predefined_has_an_example_that_tells_the_truth() {
    let engine = lisle_engine::Engine::new(lisle_runtime::natives::install);
    let entries = lisle_engine::help::entries(&engine.vm.state);
    assert!(entries.len() > 300, "{} entries", entries.len());
    check_all(&entries, |entry| {
        let name = entry.names[0].as_str();
        let mut failures = Vec::new();
        if !OUT_OF_THIS_WORLD.contains(&name) {
            failures = check_program(name, &entry.examples.join("\n"), &Setup::default());
        }
        if entry.text.is_empty() {
            failures.push(format!("{name} has no documentation"));
        }
        if entry.examples.is_empty() && !WITHOUT_EXAMPLE.contains(&name) {
            failures.push(format!("{name} has no example"));
        }
        failures
    });
}

/// Library functions that raise nothing by themselves, whatever their arguments are.
const RAISING_NOTHING: &[&str] =
    &["call-count", "debug/print", "debug/trace", "identity", "not", "pair", "pp", "stream/done?", "time/stopwatch"];

#[test]
fn functions_of_the_core_show_the_errors_that_they_raise() {
    let engine = lisle_engine::Engine::new(lisle_runtime::natives::install);
    let mut failures = Vec::new();
    for entry in lisle_engine::help::entries(&engine.vm.state) {
        let name = entry.names[0].as_str();
        if !CORE_GROUPS.contains(&entry.group.as_str()) {
            continue;
        }
        let may_raise = entry.may_raise.unwrap_or(!RAISING_NOTHING.contains(&name));
        if may_raise != entry.examples.iter().any(|example| example.contains("# raises ")) {
            failures.push(format!("{name} ({})", entry.group));
        }
    }
    assert!(failures.is_empty(), "help and signals differ on errors:\n{}", failures.join("\n"));
}

/// Modules whose functions need a partner that a test's simulated world has not.
const MODULES_WITHOUT_EXAMPLES: &[&str] = &[];

#[test]
fn everything_in_modules_has_an_example_that_tells_the_truth() {
    let modules: Vec<_> = lisle_engine::help::modules().collect();
    assert!(modules.len() > 3, "{} modules", modules.len());
    check_all(&modules, |module| {
        let mut failures = Vec::new();
        if module.text.is_empty() || module.entries.is_empty() {
            failures.push(format!("std/{} has no documentation", module.name));
        }
        for (_, entry) in &module.entries {
            let name = &entry.names[0];
            let program = module.definitions() + &entry.examples.join("\n");
            failures.extend(check_program(name, &program, &Setup::default()));
            if entry.text.is_empty() {
                failures.push(format!("{name} has no documentation"));
            }
            if entry.examples.is_empty() && !MODULES_WITHOUT_EXAMPLES.contains(&module.name.as_str()) {
                failures.push(format!("{name} has no example"));
            }
        }
        failures
    });
}

/// A module's struct at run time, with the names that help knows.
#[test]
fn help_knows_everything_that_modules_give() {
    let modules: Vec<_> = lisle_engine::help::modules().collect();
    check_all(&modules, |module| {
        let program = format!("(each k in (keys ((import \"std/{}\"))) (println k))", module.name);
        let given = run("keys", &program, &Setup::default());
        let known = |key: &&str| module.entries.iter().any(|(_, e)| e.names[0] == format!("{}:{key}", module.name));
        let unknown = given.stdout.lines().filter(|key| !known(key));
        unknown.map(|key| format!("{}:{key} has no documentation", module.name)).collect()
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
