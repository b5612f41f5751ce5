//! Tests that a program registers with `test`: which there are, and the one to run.

use lisle_vm::Value;
use lisle_vm::heap::Tracer;

/// Most tests that a program may register.
const TESTS_MAX: usize = 100_000;

/// What becomes of the tests that a program registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tests {
    /// Nothing: the program runs as if they were not there.
    #[default]
    Ignored,
    /// Their names are gathered.
    Named,
    /// The one with that place in the order of registration runs after the program's last form.
    Run(usize),
}

/// The tests of a running program.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    pub(crate) mode: Tests,
    pub(crate) names: Vec<String>,
    /// The function of the test to run.
    pub(crate) chosen: Option<Value>,
    /// That function runs, or has run.
    pub(crate) started: bool,
    /// That function has returned.
    pub(crate) returned: bool,
}

impl Registry {
    /// Takes a test. False when there are too many (I8).
    pub(crate) fn register(&mut self, name: &str, body: Value) -> bool {
        if self.mode == Tests::Ignored {
            return true;
        }
        if self.names.len() == TESTS_MAX {
            return false;
        }
        if self.mode == Tests::Run(self.names.len()) {
            self.chosen = Some(body);
        }
        self.names.push(name.to_owned());
        true
    }

    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        if let Some(body) = self.chosen {
            tracer.value(body);
        }
    }
}
