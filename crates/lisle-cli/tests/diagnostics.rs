//! Reports as people see them: `tests/diagnostics/*.lisp`, compared with snapshots.

mod support;

use support::run::{Setup, run};
use support::{files_below, read};

#[test]
fn reports_look_as_they_did() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/diagnostics/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for path in files_below("tests/diagnostics", ".lisp") {
            let outcome = run(&path, &read(&path), &Setup::default());
            assert_eq!(outcome.broken, None, "{path}");
            let name = path.trim_start_matches("tests/diagnostics/").trim_end_matches(".lisp").to_owned();
            insta::assert_snapshot!(name, format!("{}status {}\n", outcome.stderr, outcome.status));
        }
    });
}
