//! `lisle doc`.
#![allow(clippy::disallowed_methods, reason = "tests start the program and read files")]

use std::path::Path;
use std::process::{Command, Output};

fn doc(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lisle"));
    command.arg("doc").args(arguments).output().expect("the program can be started")
}

fn shown(arguments: &[&str]) -> String {
    let output = doc(arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_name_shows_signature_text_examples_and_errors() {
    let text = shown(&["first"]);
    assert!(text.starts_with("(first sequence)\n\nThe first element"), "{text}");
    assert!(text.contains("\n  (first [1 2])  # => 1\n"), "{text}");
    assert!(text.contains("\nErrors: :argument-error, :type-error\n"), "{text}");
    assert!(shown(&["when"]).starts_with("(when test body...)\n"));
}

#[test]
fn modules_and_their_functions_are_shown() {
    assert!(shown(&["regex:find"]).starts_with("(regex:find pattern text)\n"));
    let module = shown(&["std/regex"]);
    assert!(module.starts_with("Regular expressions") && module.contains("(regex:split pattern text)"), "{module}");
}

#[test]
fn no_name_shows_everything_that_there_is() {
    let text = shown(&[]);
    for part in ["(doc NAME)", "group-by", "json/parse", "std/semver"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn an_unknown_name_is_an_error() {
    let output = doc(&["no-such-name"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "✗ nothing predefined is called no-such-name\n");
}

#[test]
fn the_book_is_written_into_a_directory() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
    let path = directory.to_string_lossy().into_owned();
    shown(&["--book", &path]);
    let index = std::fs::read_to_string(directory.join("README.md")).expect("an index");
    let page = std::fs::read_to_string(directory.join("std-regex.md")).expect("a page of a module");
    std::fs::remove_dir_all(&directory).expect("the directory was made above");
    assert!(index.contains("[`std/regex`](std-regex.md)"), "{index}");
    assert!(page.contains("## `regex:find`\n\n    (regex:find pattern text)\n"), "{page}");
}
