//! The program as users start it: exit codes, streams, arguments.
#![allow(clippy::disallowed_methods, reason = "tests write their own files")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a run of `lisle` did.
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn lisle(arguments: &[&str]) -> Ran {
    with_input(arguments, "")
}

fn with_input(arguments: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_lisle"))
        .args(arguments)
        .env_remove("LISLE_PATH")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // The program may end without reading its input.
    let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the binary ends");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A file of its own for a test.
fn file(name: &str, text: &str) -> String {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = directory.join(name);
    std::fs::write(&path, text).expect("the directory is there");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn the_version_is_one_line() {
    for option in ["--version", "-V"] {
        let ran = lisle(&[option]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), concat!("lisle ", env!("CARGO_PKG_VERSION"), "\n")));
    }
}

#[test]
fn help_goes_to_standard_output() {
    let ran = lisle(&["--help"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stdout.contains("usage: lisle"));
}

#[test]
fn without_a_program_there_is_only_usage() {
    let ran = lisle(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("usage: lisle"));
}

#[test]
fn a_missing_file_is_named_as_the_system_names_it() {
    let ran = lisle(&["no-such-file.lisp"]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.stderr, "✗ no-such-file.lisp: No such file or directory (os error 2)\n");
}

#[test]
fn an_unknown_option_is_taken_for_a_file() {
    let ran = lisle(&["--foo"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.starts_with("✗ --foo: No such file or directory (os error 2)\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--help"));
}

#[test]
fn the_value_of_an_expression_is_not_printed() {
    let ran = lisle(&["-e", "(+ 1 2)"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
    assert_eq!(lisle(&["--eval=(println 1)"]).stdout, "1\n");
}

#[test]
fn everything_after_the_file_goes_to_the_program() {
    let path = file("arguments.lisp", "(println (sys/args)) (println (= (first (sys/argv)) (first (sys/argv))))");
    let ran = lisle(&[&path, "a", "--b", "--", "c"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "(a --b -- c)\ntrue\n"));
}

#[test]
fn a_program_can_come_from_standard_input() {
    let ran = with_input(&["-", "x"], "#!/usr/bin/env lisle\n(println (sys/argv))");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "(- x)\n"));
}

#[test]
fn an_uncaught_error_keeps_the_output_before_it() {
    let ran = lisle(&["-e", "(println 1) (error :x) (println 2)"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), "1\n"));
    assert!(ran.stderr.ends_with("✗ Runtime error: :x\n"), "{}", ran.stderr);
}

#[test]
fn a_compile_error_runs_nothing() {
    let ran = lisle(&["-e", "(println 1) (+ 1"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("✗ Compile error: "), "{}", ran.stderr);
}

#[test]
fn exit_gives_its_code() {
    for (program, code) in [("(exit)", 0), ("(exit 3)", 3), ("(sys/exit 255)", 255), ("(os/exit 1)", 1)] {
        assert_eq!(lisle(&["-e", program]).code, Some(code), "{program}");
    }
    let ran = lisle(&["-e", "(println (protect (exit 300)))"]);
    assert!(ran.stdout.contains("exit: code must be between 0 and 255, got 300"), "{}", ran.stdout);
}

#[test]
fn literate_programs_run_their_code() {
    let path = file("literate.md", "# Title\n\n```lisp\n(println 1)\n```\n\ntext (\n\n```lisp\n(println 2)\n```\n");
    assert_eq!(lisle(&[&path]).stdout, "1\n2\n");
}

#[test]
fn bytes_that_are_no_text_are_a_compile_error() {
    let path = file("latin1.lisp", "");
    std::fs::write(&path, b"(println \"\xe9\")").expect("the directory is there");
    let ran = lisle(&[&path]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("invalid UTF-8"), "{}", ran.stderr);
}

#[test]
fn modules_are_found_on_the_path() {
    file("found-module.lisp", ":found");
    let option = format!("--path={}", env!("CARGO_TARGET_TMPDIR"));
    assert_eq!(lisle(&[&option, "-e", "(println (import \"found-module\"))"]).stdout, "found\n");
    let path = file("importing.lisp", "(println (import \"found-module\"))");
    assert_eq!(lisle(&[&path]).stdout, "found\n");
}

#[test]
fn output_and_errors_keep_their_order_in_one_pipe() {
    let ran = Command::new("sh")
        .arg("-c")
        .arg(format!("'{}' -e '(println 1) (eprintln 2) (println 3)' 2>&1", env!("CARGO_BIN_EXE_lisle")))
        .output()
        .expect("there is a shell");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "1\n2\n3\n");
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let ran = Command::new("sh")
        .arg("-c")
        .arg(format!("'{}' -e '(forever (println 1))' | head -n 1", env!("CARGO_BIN_EXE_lisle")))
        .output()
        .expect("there is a shell");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "1\n");
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
}

#[test]
fn standard_input_can_be_read() {
    let program = "(println (port/read-line (*stdin*))) (println (string/upcase (port/read-all (*stdin*)))) (println (port/read-line (*stdin*)))";
    assert_eq!(with_input(&["-e", program], "one\r\ntwo\nthree").stdout, "one\nTWO\nTHREE\nnil\n");
}

#[test]
fn a_program_that_eats_all_memory_gets_an_error_that_it_can_catch() {
    let program = "(def hoard @[])
        (println (try (forever (push hoard (array/new 1000 0))) (catch e e:error)))";
    let ran = Command::new(env!("CARGO_BIN_EXE_lisle"))
        .args(["-e", program])
        .env("LISLE_HEAP_MAX", "32M")
        .output()
        .expect("the program can be started");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "out-of-memory\n", "{ran:?}");
    assert_eq!(ran.status.code(), Some(0));
}
