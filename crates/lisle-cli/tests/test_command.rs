//! `lisle test` as users call it.
#![allow(clippy::disallowed_methods, reason = "tests write their own files")]

use std::path::PathBuf;
use std::process::Command;

/// A directory of its own for a test, with files in it.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    for (path, text) in files {
        let path = directory.join(path);
        std::fs::create_dir_all(path.parent().expect("it is below the directory")).expect("it can be made");
        std::fs::write(path, text).expect("the directory is there");
    }
    directory
}

/// Exit code, standard output, standard error of `lisle test` there.
fn lisle_test(directory: &PathBuf, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_lisle"))
        .arg("test")
        .args(arguments)
        .current_dir(directory)
        .env_remove("LISLE_PATH")
        .output()
        .expect("the binary runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const PASSING: &str = "(test \"adds\" (fn [] (assert (= 3 (+ 1 2)))))";
/// Fails in schedules in which the first fiber is not first.
const ORDERED: &str = "
(test \"in order\" (fn []
  (def @seen [])
  (ev/join (map (fn [i] (ev/spawn (fn [] (assign seen (push seen i))))) [1 2 3]))
  (println seen)
  (assert (= [1 2 3] seen))))";

#[test]
fn customary_places_are_searched() {
    let files = [
        ("test/deep/er/a.lisp", PASSING),
        ("tests/unit/b_test.lisp", PASSING),
        ("tests/unit/helper.lisp", "(error :not-a-test)"),
        ("test/.hidden/c.lisp", "(error :hidden)"),
        ("other.lisp", "(error :not-a-test)"),
    ];
    let (code, stdout, stderr) = lisle_test(&directory("customary", &files), &[]);
    assert_eq!(stderr, "");
    assert_eq!(stdout, "test/deep/er/a.lisp\n  ✓ adds\ntests/unit/b_test.lisp\n  ✓ adds\n2 passed, 0 failed\n");
    assert_eq!(code, Some(0));
}

#[test]
fn paths_are_files_directories_and_patterns() {
    let files = [("x/a.lisp", PASSING), ("x/y/b.lisp", PASSING), ("z.lisp", PASSING)];
    let directory = directory("paths", &files);
    for (arguments, passed) in [
        (&["z.lisp"][..], 1),
        (&["x"], 2),
        (&["x/"], 2),
        (&["*.lisp"], 1),
        (&["**/*.lisp"], 3),
        (&["x", "x/a.lisp"], 2),
    ] {
        let (code, stdout, _) = lisle_test(&directory, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {stdout}");
        assert!(stdout.ends_with(&format!("{passed} passed, 0 failed\n")), "{arguments:?}: {stdout}");
    }
}

#[test]
fn a_failure_shows_what_the_test_printed_and_where_it_failed() {
    let program = "(test \"bad\" (fn [] (println \"so far\") (error :boom)))\n(test \"quiet\" (fn [] (println \"x\")))";
    let (code, stdout, _) = lisle_test(&directory("failure", &[("a.lisp", program)]), &["a.lisp"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("  ✗ bad\n    so far\n"), "{stdout}");
    assert!(stdout.contains("at a.lisp:1:39"), "{stdout}");
    assert!(stdout.contains("✗ Runtime error: :boom"), "{stdout}");
    assert!(stdout.ends_with("  ✓ quiet\n1 passed, 1 failed\n"), "{stdout}");
}

#[test]
fn every_test_has_the_program_for_itself() {
    let program = "
(def @count 0)
(defn count-up [] (assign count (+ count 1)) (assert (= 1 count)))
(test \"one\" (fn [] (count-up)))
(test \"two\" (fn [] (count-up)))";
    let (code, stdout, _) = lisle_test(&directory("fresh", &[("a.lisp", program)]), &["a.lisp"]);
    assert_eq!(code, Some(0), "{stdout}");
}

#[test]
fn a_filter_chooses_by_name() {
    let program = "(test \"one\" (fn [] 1))\n(test \"two\" (fn [] (error :no)))";
    let directory = directory("filter", &[("a.lisp", program)]);
    assert_eq!(lisle_test(&directory, &["--filter", "on", "a.lisp"]).0, Some(0));
    let (code, stdout, stderr) = lisle_test(&directory, &["--filter=three", "a.lisp"]);
    assert_eq!((code, stdout.as_str()), (Some(1), "0 passed, 0 failed\n"));
    assert_eq!(stderr, "✗ there is no test to run\n");
}

#[test]
fn a_failure_under_a_seed_is_played_again() {
    let directory = directory("seeds", &[("a.lisp", ORDERED)]);
    assert_eq!(lisle_test(&directory, &["--sim", "a.lisp"]).0, Some(0));
    let (code, many, _) = lisle_test(&directory, &["--seeds", "200", "a.lisp"]);
    assert_eq!(code, Some(1));
    let again = many.lines().find_map(|line| line.trim().strip_prefix("again: lisle test ")).expect("it says how");
    let seed = again.split_whitespace().next().expect("the seed is first");
    assert!(again.ends_with("--filter='in order' a.lisp"), "{again}");
    for _ in 0..3 {
        let (code, one, _) = lisle_test(&directory, &[seed, "--filter=in order", "a.lisp"]);
        assert_eq!((code, one), (Some(1), many.clone()));
    }
}

#[test]
fn a_test_that_passes_tells_how_many_schedules_it_saw() {
    let (code, stdout, _) = lisle_test(&directory("schedules", &[("a.lisp", PASSING)]), &["--seeds=7", "a.lisp"]);
    assert_eq!((code, stdout.as_str()), (Some(0), "a.lisp\n  ✓ adds (7 schedules)\n1 passed, 0 failed\n"));
}

#[test]
fn simulated_sleep_takes_no_time_but_counts() {
    let program = "(test \"hour\" (fn [] (ev/sleep 3600)))";
    let directory = directory("hour", &[("a.lisp", program)]);
    let (code, stdout, _) = lisle_test(&directory, &["--sim", "a.lisp"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("fiber 2 sleeps") && stdout.contains("no end after 10 s"), "{stdout}");
    assert_eq!(lisle_test(&directory, &["--sim", "--timeout=4000", "a.lisp"]).0, Some(0));
}

#[test]
fn what_computes_for_ever_is_stopped() {
    let directory = directory("spin", &[("a.lisp", "(test \"spins\" (fn [] (forever nil)))")]);
    for arguments in [&["--timeout=0.2", "a.lisp"][..], &["--sim", "--timeout=0.2", "a.lisp"]] {
        let (code, stdout, _) = lisle_test(&directory, arguments);
        assert_eq!(code, Some(1));
        assert!(stdout.contains("no end after 0.2 s"), "{stdout}");
    }
}

#[test]
fn to_leave_the_program_is_not_to_pass() {
    let (code, stdout, _) =
        lisle_test(&directory("leaves", &[("a.lisp", "(test \"leaves\" (fn [] (exit 0)))")]), &["a.lisp"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("the program ended before the test did"), "{stdout}");
}

#[test]
fn a_file_with_faults_is_a_failure() {
    let files = [("a.lisp", "(test \"x\" (fn [] 1)) (+ 1"), ("b.lisp", "(test \"x\" (fn [] 1)) (error :no)")];
    let (code, stdout, _) = lisle_test(&directory("faults", &files), &["a.lisp", "b.lisp"]);
    assert_eq!(code, Some(1));
    assert!(stdout.contains("✗ Compile error: ") && stdout.contains("✗ Runtime error: :no"), "{stdout}");
    assert!(stdout.ends_with("0 passed, 2 failed\n"), "{stdout}");
}

#[test]
fn wrong_usage_has_a_code_of_its_own() {
    let directory = directory("usage", &[("a.lisp", PASSING)]);
    for arguments in [&["--nonsense"][..], &["missing.lisp"], &["--seeds=0"], &["--timeout=x"]] {
        let (code, stdout, stderr) = lisle_test(&directory, arguments);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(stderr.starts_with("✗ "), "{stderr}");
    }
}

#[test]
fn a_file_named_test_is_a_program() {
    let directory = directory("named", &[("test", "(println :ran)")]);
    assert_eq!(lisle_test(&directory, &[]), (Some(0), "ran\n".to_owned(), String::new()));
}

#[test]
fn tests_import_modules_beside_them() {
    let files = [("test/a.lisp", "(def m (import \"m\")) (test \"m\" (fn [] (assert (= 5 m))))"), ("test/m.lisp", "5")];
    let (code, stdout, _) = lisle_test(&directory("imports", &files), &[]);
    assert_eq!(code, Some(0), "{stdout}");
}
