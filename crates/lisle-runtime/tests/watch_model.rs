//! Whoever follows the changes that a watch tells knows what there is: programs that change a directory at random, or while
//! another thread does, against a model.
#![allow(clippy::disallowed_methods, reason = "tests change files themselves")]

mod worlds;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lisle_runtime::SimWorld;
use proptest::prelude::*;
use worlds::{Ran, really, simulated};

/// What a program does to a path, or two.
#[derive(Clone, Debug)]
enum Step {
    Make(String),
    Write(String),
    Append(String),
    Rename(String, String),
    Delete(String),
    Take,
}

/// Paths by whether they are directories.
#[derive(Clone, Debug, Default)]
struct Model(BTreeMap<String, bool>);

impl Model {
    fn has_directory_above(&self, path: &str) -> bool {
        path.rsplit_once('/').is_none_or(|(above, _)| self.0.get(above) == Some(&true))
    }

    fn below(&self, path: &str) -> Vec<String> {
        let inside = format!("{path}/");
        self.0.keys().filter(|other| *other == path || other.starts_with(&inside)).cloned().collect()
    }

    fn remove(&mut self, path: &str) {
        for path in self.below(path) {
            self.0.remove(&path);
        }
    }

    fn rename(&mut self, from: &str, to: &str) {
        self.remove(to);
        for path in self.below(from) {
            if let Some(directory) = self.0.remove(&path) {
                self.0.insert(format!("{to}{}", &path[from.len()..]), directory);
            }
        }
    }

    /// Does a step if it is possible.
    fn take(&mut self, step: &Step) -> bool {
        match step {
            Step::Make(path) => {
                let possible = self.has_directory_above(path) && !self.0.contains_key(path);
                if possible {
                    self.0.insert(path.clone(), true);
                }
                possible
            }
            Step::Write(path) | Step::Append(path) => {
                let possible = self.has_directory_above(path) && self.0.get(path) != Some(&true);
                if possible {
                    self.0.insert(path.clone(), false);
                }
                possible
            }
            Step::Rename(from, to) => {
                let kinds = (self.0.get(from), self.0.get(to));
                let replaces = matches!(kinds, (Some(_), None) | (Some(false), Some(false)));
                let possible =
                    replaces && self.has_directory_above(to) && !format!("{to}/").starts_with(&format!("{from}/"));
                if possible {
                    self.rename(from, to);
                }
                possible
            }
            Step::Delete(path) => {
                let possible = self.below(path).len() == 1;
                if possible {
                    self.0.remove(path);
                }
                possible
            }
            Step::Take => true,
        }
    }
}

fn expression(model: &Model, step: &Step) -> String {
    match step {
        Step::Make(path) => format!("(file/mkdir (at {path:?}))"),
        Step::Write(path) => format!("(file/write (at {path:?}) \"1\")"),
        Step::Append(path) => format!("(file/append (at {path:?}) \"2\")"),
        Step::Rename(from, to) => format!("(file/rename (at {from:?}) (at {to:?}))"),
        Step::Delete(path) if model.0.get(path) == Some(&true) => format!("(file/delete-dir (at {path:?}))"),
        Step::Delete(path) => format!("(file/delete (at {path:?}))"),
        Step::Take => "(take)".to_owned(),
    }
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 1..4).prop_map(|names| names.join("/"))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => path().prop_map(Step::Make),
        2 => path().prop_map(Step::Write),
        1 => path().prop_map(Step::Append),
        4 => (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
        2 => path().prop_map(Step::Delete),
        2 => Just(Step::Take),
    ]
}

const AT: &str = "(defn at [name] (path/join dir name))\n";

/// A program that follows a directory, `dir`, until two marks were seen: what is made between is read by then. It prints a
/// line a change.
const FOLLOWER: &str = r#"
    (def w (watch))
    (watch-add w dir)
    (defn short [path] (slice path (inc (length dir)) (length path)))
    (defn show [change]
      (println (get change :kind) " " (short (get change :path)) " " (if (get change :from) (short (get change :from)) "")))
    (defn take [] (let [[ok changes] (protect (watch-next w :timeout 0))] (when ok (each change in changes (show change)))))
    (defn take-to [mark]
      (let [@seen false]
        (while (not seen)
          (each change in (watch-next w)
            (if (= (short (get change :path)) mark) (assign seen true) (show change))))))
    (defn finish []
      (each mark in ["first-mark" "second-mark"]
        (file/mkdir (at mark))
        (take-to mark)))
"#;

/// The program with the possible ones of these steps, and what there is afterwards.
fn program(steps: &[Step], before: usize, takes: bool) -> (String, Model) {
    let mut model = Model::default();
    let mut text = format!("(def dir (file/temp-dir))\n{AT}");
    for (index, step) in steps.iter().enumerate() {
        if index == before {
            text.push_str(FOLLOWER);
            // What was there before is known.
            for path in model.0.keys() {
                text.push_str(&format!("(println \"create {path} \")"));
            }
        }
        let is_take = matches!(step, Step::Take);
        if is_take && (!takes || index < before) {
            continue;
        }
        let done = expression(&model, step);
        if model.take(step) {
            text.push_str(&format!("{done}\n"));
        }
    }
    if steps.len() <= before {
        text.push_str(FOLLOWER);
        for path in model.0.keys() {
            text.push_str(&format!("(println \"create {path} \")"));
        }
    }
    text.push_str("(finish) (file/delete-all dir)");
    (text, model)
}

/// What there is, for somebody who knows only what was told.
fn told(ran: &Ran) -> Vec<String> {
    assert_eq!(ran.stderr, "");
    let mut model = Model::default();
    for line in ran.stdout.lines() {
        let [kind, path, from] = line.splitn(3, ' ').collect::<Vec<_>>().try_into().expect("three words");
        match kind {
            "create" => {
                model.0.insert(path.to_owned(), false);
            }
            "modify" => {}
            "remove" => model.remove(path),
            "rename" => model.rename(from, path),
            other => panic!("unexpected: {other}"),
        }
    }
    model.0.into_keys().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Linux tells of two renamings to one name in a row as if they were one; so does the simulated disk.
    #[test]
    fn both_worlds_tell_the_same_and_it_is_true(steps in prop::collection::vec(step(), 0..40), before in 0..10_usize) {
        let (program, model) = program(&steps, before, false);
        let (real, simulated) = (really(&program, false), simulated(SimWorld::in_order(), &program));
        prop_assert_eq!(&real.stdout, &simulated.stdout, "{}", program);
        prop_assert_eq!(told(&real), model.0.into_keys().collect::<Vec<_>>(), "{}\n{}", program, real.stdout);
    }

    #[test]
    fn whoever_reads_in_between_knows_what_there_is(steps in prop::collection::vec(step(), 0..40), seed in 0..1000_u64) {
        let (program, model) = program(&steps, 0, true);
        let expected: Vec<String> = model.0.into_keys().collect();
        for ran in [really(&program, false), simulated(SimWorld::seeded(seed), &program)] {
            prop_assert_eq!(told(&ran), expected.clone(), "{}\n{}", program, ran.stdout);
        }
    }
}

/// Changes a directory as fast as it can.
fn disturb(dir: &Path, round: usize) {
    let at = |name: String| dir.join(name);
    let deep = at(format!("d{round}/x/y"));
    fs::create_dir_all(&deep).expect("there is room");
    fs::write(deep.join("file"), "1").expect("there is room");
    fs::write(at(format!("d{round}/early")), "1").expect("there is room");
    match round % 4 {
        0 => fs::rename(at(format!("d{round}/x")), at(format!("d{round}/z"))).expect("it is there"),
        1 => fs::remove_dir_all(at(format!("d{round}/x"))).expect("it is there"),
        2 => fs::rename(at(format!("d{round}")), at(format!("e{round}"))).expect("it is there"),
        _ => {
            fs::remove_dir_all(at(format!("d{round}"))).expect("it is there");
            fs::create_dir_all(at(format!("d{round}/x"))).expect("there is room");
            fs::write(at(format!("d{round}/x/late")), "1").expect("there is room");
        }
    }
}

fn listed(dir: &Path, above: &str, into: &mut Vec<String>) {
    for entry in fs::read_dir(dir).expect("it is there") {
        let entry = entry.expect("it is there");
        let path = format!("{above}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            listed(&entry.path(), &format!("{path}/"), into);
        }
        into.push(path);
    }
}

#[test]
fn nothing_is_missed_while_another_thread_makes_directories() {
    for run in 0..5 {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disturbed-{run}"));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).expect("there is room");
        let program =
            format!("(def dir {dir:?}) {AT} {FOLLOWER} (file/mkdir (at \"ready\")) (take-to \"done\") (finish)");
        let ran = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !dir.join("ready").exists() {
                    std::thread::yield_now();
                }
                (0..200).for_each(|round| disturb(&dir, round));
                fs::create_dir(dir.join("done")).expect("there is room");
            });
            really(&program, false)
        });
        let mut there = Vec::new();
        listed(&dir, "", &mut there);
        there.retain(|path| !["done", "first-mark", "second-mark"].contains(&path.as_str()));
        there.sort();
        assert_eq!(told(&ran), there);
    }
}
