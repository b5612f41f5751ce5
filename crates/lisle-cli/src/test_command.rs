//! `lisle test`: runs the tests that programs register with `test`.
//!
//! A file is run once to learn which tests it registers, and once more for each of them: in a fresh runtime, the whole
//! file first, then the test's function. So no test sees what another has done. What a test prints is shown only if it
//! fails. A test passes if its function returns and the program around it ends well: an error in a fiber that nobody
//! has joined, or a deadlock, is a failure like any other, and so is a test that does not end in time.

mod find;

use std::io::IsTerminal;
use std::process::ExitCode;

use lisle_runtime::{Options, RealWorld, Runtime, Tests, World};
use lisle_syntax::diagnostic::{Style, render};

use crate::args::{Color, Program, Settings, TestRun};
use crate::run;

/// Runs the tests; the exit code.
pub(crate) fn test(test: &TestRun) -> ExitCode {
    let files = match find::files(&test.paths) {
        Ok(files) => files,
        Err(problem) => return run::usage_error(&problem),
    };
    let style = match test.settings.color {
        Color::Auto if !std::io::stdout().is_terminal() => Style::Plain,
        color => run::style(color),
    };
    let mut session = Session { test, style, passed: 0, failed: 0 };
    for file in &files {
        session.file(file);
    }
    if session.passed + session.failed == 0 {
        run::complain("✗ there is no test to run\n");
    }
    run::say(&format!("{} passed, {} failed\n", session.passed, session.failed));
    ExitCode::from(u8::from(session.failed > 0 || session.passed == 0))
}

/// One call of `lisle test`.
struct Session<'a> {
    test: &'a TestRun,
    style: Style,
    passed: usize,
    failed: usize,
}

/// What came of a run.
#[derive(Default)]
struct Outcome {
    /// The program ended well.
    ended_well: bool,
    /// The chosen test returned.
    returned: bool,
    timed_out: bool,
    /// The tests that the file registers.
    names: Vec<String>,
    /// What was printed, standard output first.
    printed: String,
    /// A digest of all that happened to fibers.
    schedule: u64,
}

impl Session<'_> {
    fn file(&mut self, file: &str) {
        let bytes = match run::read_file(file) {
            Ok(bytes) => bytes,
            Err(message) => return self.file_fails(file, &message),
        };
        let seeds = self.seeds();
        let listing = self.run(file, &bytes, Tests::Named, seeds.first().copied().flatten());
        if !listing.ended_well {
            return self.file_fails(file, &self.explain(&listing));
        }
        let wanted = |name: &str| self.test.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()));
        let chosen: Vec<(usize, &String)> = listing.names.iter().enumerate().filter(|(_, name)| wanted(name)).collect();
        if !chosen.is_empty() {
            run::say(&format!("{file}\n"));
        }
        for (index, name) in chosen {
            let failure = seeds.iter().find_map(|seed| {
                let outcome = self.run(file, &bytes, Tests::Run(index), *seed);
                (!(outcome.ended_well && outcome.returned)).then_some((*seed, outcome))
            });
            match failure {
                None => self.passes(name, seeds.len()),
                Some((seed, outcome)) => self.fails(file, name, seed, &outcome),
            }
        }
    }

    /// The seeds to try; `None` for no seed.
    fn seeds(&self) -> Vec<Option<u64>> {
        match (self.test.settings.seed, self.test.seeds) {
            (seed, None) => vec![seed],
            (seed, Some(count)) => (0..count).map(|i| Some(seed.unwrap_or(1).wrapping_add(i))).collect(),
        }
    }

    fn run(&self, file: &str, bytes: &[u8], mode: Tests, seed: Option<u64>) -> Outcome {
        let simulated = seed.is_some() || self.test.settings.simulated;
        let (mut world, recorded): (Box<dyn World>, _) = if simulated {
            let world = run::simulated(&Settings { seed, ..self.test.settings.clone() });
            let recorded = world.recorded();
            (Box::new(world), recorded)
        } else {
            let world = RealWorld::new().recording();
            let recorded = world.recorded();
            (Box::new(world), recorded)
        };
        let limit_ns = world.now_ns().saturating_add((self.test.timeout_s * 1e9) as u64);
        let search = run::search_path(&self.test.settings, &Program::File(file.to_owned()));
        let arguments = vec![file.to_owned()];
        let mut runtime = Runtime::new(world, Options { arguments, search, style: self.style });
        runtime.set_tests(mode);
        runtime.set_time_limit(limit_ns);
        runtime.record_events(0);
        let code = runtime.run_program(file, bytes);
        let mut outcome = Outcome {
            returned: runtime.test_returned(),
            timed_out: runtime.timed_out(),
            names: runtime.tests().to_vec(),
            schedule: runtime.events().map_or(0, |log| log.digest()),
            printed: recorded.stdout() + &recorded.stderr(),
            ended_well: false,
        };
        match code {
            Ok(code) => outcome.ended_well = code == 0,
            Err(error) => outcome.printed.push_str(&render(&error.diagnostics, &error.sources, self.style)),
        }
        outcome
    }

    fn passes(&mut self, name: &str, seeds: usize) {
        self.passed += 1;
        let schedules = if seeds > 1 { format!(" ({seeds} schedules)") } else { String::new() };
        run::say(&format!("  ✓ {name}{schedules}\n"));
    }

    fn fails(&mut self, file: &str, name: &str, seed: Option<u64>, outcome: &Outcome) {
        self.failed += 1;
        let seeded = seed.map_or(String::new(), |seed| format!(" (seed {seed}, schedule {:016x})", outcome.schedule));
        let mut text = format!("  ✗ {name}{seeded}\n");
        indent(&self.explain(outcome), &mut text);
        if let Some(seed) = seed {
            let faults = self.test.settings.faults.as_ref();
            let faults = faults.map_or(String::new(), |faults| format!(" --faults={}", quoted(&faults.list)));
            let (name, file) = (quoted(name), quoted(file));
            text.push_str(&format!("    again: lisle test --seed={seed}{faults} --filter={name} {file}\n"));
        }
        run::say(&text);
    }

    /// The file itself does not run to its end.
    fn file_fails(&mut self, file: &str, why: &str) {
        self.failed += 1;
        let mut text = format!("{file}\n  ✗ the file itself\n");
        indent(why, &mut text);
        run::say(&text);
    }

    /// What was printed, and why that is a failure if it does not say so itself.
    fn explain(&self, outcome: &Outcome) -> String {
        let mut text = outcome.printed.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        if outcome.timed_out {
            text.push_str(&format!("no end after {} s\n", self.test.timeout_s));
        } else if outcome.ended_well && !outcome.returned {
            text.push_str("the program ended before the test did\n");
        }
        text
    }
}

fn indent(text: &str, out: &mut String) {
    for line in text.lines() {
        out.push_str("    ");
        out.push_str(line);
        out.push('\n');
    }
}

/// A word as shells read it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_for_shells() {
        assert_eq!(quoted("test/a_test.lisp"), "test/a_test.lisp");
        assert_eq!(quoted("takes in order"), "'takes in order'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted(""), "''");
    }
}
