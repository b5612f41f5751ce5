//! The specification as small programs: `tests/lang/<feature>/<behaviour>.lisp`.

mod support;

use support::check::check_program;
use support::run::Setup;
use support::{check_all, files_below, read};

fn check_folder(setup: &Setup) {
    check_all(&files_below("tests/lang", ".lisp"), |path| check_program(path, &read(path), setup));
}

#[test]
fn programs_do_what_their_comments_say() {
    check_folder(&Setup::default());
}

#[test]
fn programs_do_so_with_a_collection_at_every_safepoint() {
    check_folder(&Setup { gc_stress: true, ..Setup::default() });
}

#[test]
fn programs_do_so_when_they_are_stopped_after_every_unit() {
    check_folder(&Setup { quantum: Some(1), ..Setup::default() });
}
