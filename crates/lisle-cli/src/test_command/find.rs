//! Which files `lisle test` runs.
#![allow(clippy::disallowed_methods, reason = "tests are looked for before there is a world")]

use std::path::Path;

/// Where tests are by custom.
const CUSTOMARY: &[&str] = &["test/**/*.lisp", "tests/**/*_test.lisp"];

/// Deepest nesting of directories that is looked into: one that contains itself ends somewhere.
const DEPTH_MAX: usize = 32;

/// The files that are meant: a path means a file, a directory all `.lisp` files below it, and anything else is a pattern
/// in which `*` stands for any part of a name, `?` for one character and `**` for any directories. Without paths, those
/// of custom.
///
/// Errors: a path that means nothing.
pub(super) fn files(paths: &[String]) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for path in paths {
        let before = found.len();
        if Path::new(path).is_file() {
            found.push(path.clone());
        } else if Path::new(path).is_dir() {
            let pattern = format!("{}/**/*.lisp", path.trim_end_matches('/'));
            matching(&pattern, &mut found);
        } else {
            matching(path, &mut found);
            if found.len() == before {
                return Err(format!("test: no file is meant by {path}"));
            }
        }
    }
    if paths.is_empty() {
        CUSTOMARY.iter().for_each(|pattern| matching(pattern, &mut found));
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

/// Adds the files that a pattern means, in order of their names.
fn matching(pattern: &str, found: &mut Vec<String>) {
    let parts: Vec<&str> = pattern.split('/').collect();
    // What stands before the first pattern is a directory to start from.
    let fixed = parts.iter().take_while(|part| !part.contains(['*', '?'])).count().min(parts.len() - 1);
    let start = parts[..fixed].join("/");
    let mut below = Vec::new();
    walk(&start, fixed == 0, DEPTH_MAX, &mut below);
    below.sort();
    let wanted = |path: &String| {
        let path: Vec<&str> = path.split('/').collect();
        path_matches(&parts, &path)
    };
    found.extend(below.into_iter().filter(wanted));
}

/// All files below a directory. `here` says that the directory is the working one, and no part of their names.
fn walk(directory: &str, here: bool, depth: usize, found: &mut Vec<String>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    let opened = match directory {
        _ if here => ".",
        "" => "/",
        directory => directory,
    };
    let Ok(entries) = std::fs::read_dir(opened) else { return };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        // Hidden directories hold no tests, but much else.
        if name.starts_with('.') {
            continue;
        }
        let path = if here { name } else { format!("{directory}/{name}") };
        if entry.path().is_dir() {
            walk(&path, false, depth, found);
        } else {
            found.push(path);
        }
    }
}

/// Compares part by part; `**` takes any number of them.
fn path_matches(pattern: &[&str], path: &[&str]) -> bool {
    wildcard(
        pattern,
        path,
        |part| *part == "**",
        |part, name| {
            let (part, name): (Vec<char>, Vec<char>) = (part.chars().collect(), name.chars().collect());
            wildcard(&part, &name, |c| *c == '*', |c, d| c == d || *c == '?')
        },
    )
}

/// True when the pattern takes the whole text. Elements for which `any` holds take any number of elements. Goes back to
/// the last such element only, so it takes no more than the product of both lengths.
fn wildcard<P, T>(pattern: &[P], text: &[T], any: impl Fn(&P) -> bool, same: impl Fn(&P, &T) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && any(&pattern[p]) {
            back = Some((p, t));
            p += 1;
        } else if p < pattern.len() && same(&pattern[p], &text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((star, taken)) = back {
            back = Some((star, taken + 1));
            (p, t) = (star + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(any)
}

#[cfg(test)]
mod tests {
    use super::path_matches;

    fn matches(pattern: &str, path: &str) -> bool {
        let parts = |text: &'static str| text.split('/').collect::<Vec<_>>();
        path_matches(&parts(pattern.to_owned().leak()), &parts(path.to_owned().leak()))
    }

    #[test]
    fn stars_stay_within_a_name_and_double_stars_do_not() {
        assert!(matches("test/**/*.lisp", "test/a.lisp"));
        assert!(matches("test/**/*.lisp", "test/a/b/c.lisp"));
        assert!(!matches("test/*.lisp", "test/a/b.lisp"));
        assert!(!matches("test/**/*.lisp", "tests/a.lisp"));
        assert!(matches("tests/**/*_test.lisp", "tests/x/y_test.lisp"));
        assert!(!matches("tests/**/*_test.lisp", "tests/x/y.lisp"));
    }

    #[test]
    fn question_marks_stand_for_one_character() {
        assert!(matches("t?st/ü?.lisp", "test/üa.lisp"));
        assert!(!matches("t?st/a.lisp", "tst/a.lisp"));
    }

    #[test]
    fn many_stars_take_no_time() {
        let pattern = "*a".repeat(500) + "b";
        assert!(!matches(&pattern, &"a".repeat(5_000)));
    }
}
