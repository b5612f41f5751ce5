//! What the tests written in Lisle have in common: running a program in a simulated world, and checking the
//! notation of `tests/README.md`.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and a poisoned lock is a failed test"
)]

pub(crate) mod check;
pub(crate) mod outside;
pub(crate) mod run;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The groups of help that make up the core: functions without effects on the world.
pub(crate) const CORE_GROUPS: &[&str] = &[
    "about",
    "arithmetic",
    "array",
    "basic",
    "bit",
    "conversion",
    "facts",
    "functions",
    "json",
    "math",
    "meta",
    "modules",
    "number",
    "numbers",
    "octets",
    "path",
    "predicate",
    "print",
    "printing",
    "sequence",
    "sequences",
    "set",
    "sorting",
    "streams",
    "string",
    "structs",
    "structure",
    "time",
];

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file's text, by its path from the top of the repository.
pub(crate) fn read(path: &str) -> String {
    match std::fs::read_to_string(root().join(path)) {
        Ok(text) => text,
        Err(e) => panic!("{path}: {e}"),
    }
}

/// The paths, from the top of the repository, of all files below `directory` that end in `suffix`, in order.
pub(crate) fn files_below(directory: &str, suffix: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(root().join(&directory)) else { continue };
        for entry in entries.flatten() {
            let path = format!("{directory}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                waiting.push(path);
            } else if path.ends_with(suffix) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no {suffix} files below {directory}");
    found
}

/// Runs `check` on every item, on all cores, and panics with all failures.
pub(crate) fn check_all<T: Sync>(items: &[T], check: impl Fn(&T) -> Vec<String> + Sync) {
    let failures = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = check(item);
                    failures.lock().unwrap().extend(found);
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
