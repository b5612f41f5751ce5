//! Random trees of concurrent work, and their text as programs.
//!
//! Every fiber starts with a sleep, and no two sleeps of a tree are likely to end at the same time, so that what happens
//! does not depend on the order in which the scheduler runs what is runnable.

use std::fmt::Write;

use proptest::prelude::RngExt as _;
use proptest::test_runner::TestRng;

/// A piece of work; its value is a number, or it fails.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// Sleeps for so many (about) nanoseconds, and has that value.
    Sleep(u64, i64),
    /// Sleeps, and fails with that number.
    Fail(u64, i64),
    /// Writes its number and the time into the log.
    Mark(i64),
    /// One after the other; the sum.
    Seq(Vec<Tree>),
    /// The second if the first fails.
    Try(Box<Tree>, Box<Tree>),
    /// A body, then cleanup that sleeps and then marks.
    Defer(Box<Tree>, u64, i64),
    /// Spawned fibers, joined in order; the sum.
    Join(Vec<Tree>),
    /// A fiber, aborted after a time, and joined then.
    Abort(Box<Tree>, u64),
    /// Spawned fibers; waits for the first, then for all.
    Select(Vec<Tree>),
    Race(Vec<Tree>),
    Timeout(u64, Box<Tree>),
    /// A body, and children that it spawns first.
    Scope(Box<Tree>, Vec<Tree>),
    Map(Vec<Tree>),
    MapLimited(usize, Vec<Tree>),
    Shield(u64, Box<Tree>),
}

/// What a timeout that is too late has for a value.
pub(crate) const LATE: i64 = 70_000;
/// What a joined fiber counts that failed.
pub(crate) const FAILED: i64 = 500;

/// Makes trees.
pub(crate) struct Maker<'a> {
    pub(crate) rng: &'a mut TestRng,
    next: i64,
    budget: usize,
}

impl Maker<'_> {
    /// A tree of about so many nodes.
    pub(crate) fn make(rng: &mut TestRng, nodes: usize) -> Tree {
        let mut maker = Maker { rng, next: 0, budget: nodes };
        maker.tree(0)
    }

    fn duration(&mut self) -> u64 {
        // Most are alike in size, so that much happens at about the same time; few are long.
        let scale = if self.rng.random_range(0..6) == 0 { 40 } else { 36 };
        self.rng.random_range(1..1u64 << scale)
    }

    fn number(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    fn boxed(&mut self, depth: usize) -> Box<Tree> {
        Box::new(self.tree(depth + 1))
    }

    fn some(&mut self, depth: usize) -> Vec<Tree> {
        let count = self.rng.random_range(1..5);
        (0..count).map(|_| self.tree(depth + 1)).collect()
    }

    fn tree(&mut self, depth: usize) -> Tree {
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 || depth > 6 {
            let duration = self.duration();
            let number = self.number();
            return if self.rng.random_range(0..4) == 0 {
                Tree::Fail(duration, number)
            } else {
                Tree::Sleep(duration, number)
            };
        }
        match self.rng.random_range(0..16) {
            0 => Tree::Sleep(self.duration(), self.number()),
            1 => Tree::Fail(self.duration(), self.number()),
            2 | 3 => {
                let (before, after) = (self.tree(depth + 1), self.tree(depth + 1));
                Tree::Seq(vec![before, Tree::Mark(self.number()), after, Tree::Mark(self.number())])
            }
            4 => Tree::Try(self.boxed(depth), self.boxed(depth)),
            5 | 6 => Tree::Defer(self.boxed(depth), self.duration(), self.number()),
            7 => Tree::Join(self.some(depth)),
            8 => Tree::Abort(self.boxed(depth), self.duration()),
            9 => Tree::Select(self.some(depth)),
            10 => Tree::Race(self.some(depth)),
            11 => Tree::Timeout(self.duration(), self.boxed(depth)),
            12 => Tree::Scope(self.boxed(depth), self.some(depth)),
            13 => Tree::Map(self.some(depth)),
            14 => Tree::MapLimited(self.rng.random_range(1..4), self.some(depth)),
            _ => Tree::Shield(self.duration(), self.boxed(depth)),
        }
    }
}

/// The program that does the work and prints its outcome, the log, and what is left.
pub(crate) fn program(tree: &Tree) -> String {
    let mut text = String::from(
        "(def log @[])
(defn mark [id] (push log [id (clock/monotonic)]) 0)
(defn sum [xs] (fold + 0 xs))
(defn outcome [pair] (if (get pair 0) (get pair 1) 500))
(def result (protect ",
    );
    write(tree, &mut text);
    text.push_str(
        "))
(println result)
(ev/sleep 1e12)
(println (%census))
(each [id at] in log (println id \" \" at))
",
    );
    text
}

fn write_all(trees: &[Tree], out: &mut String) {
    for tree in trees {
        out.push_str(" (fn [] ");
        write(tree, out);
        out.push(')');
    }
}

fn write(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Sleep(ns, value) => drop(write!(out, "(begin (ev/sleep (/ {ns} 1e9)) {value})")),
        Tree::Fail(ns, number) => drop(write!(out, "(begin (ev/sleep (/ {ns} 1e9)) (error {number}))")),
        Tree::Mark(id) => drop(write!(out, "(mark {id})")),
        Tree::Seq(parts) => {
            out.push_str("(+ 0");
            for part in parts {
                out.push(' ');
                write(part, out);
            }
            out.push(')');
        }
        Tree::Try(body, handler) => {
            out.push_str("(try ");
            write(body, out);
            out.push_str(" (catch e ");
            write(handler, out);
            out.push_str("))");
        }
        Tree::Defer(body, ns, id) => {
            let _ = write!(out, "(defer (begin (ev/sleep (/ {ns} 1e9)) (mark {id})) ");
            write(body, out);
            out.push(')');
        }
        Tree::Join(trees) => {
            out.push_str("(sum (ev/join (map ev/spawn [");
            write_all(trees, out);
            out.push_str("])))");
        }
        Tree::Abort(body, ns) => {
            out.push_str("(let [f (ev/spawn (fn [] ");
            write(body, out);
            let _ = write!(out, "))] (ev/sleep (/ {ns} 1e9)) (ev/abort f) (mark -1) (outcome (ev/join-protected f)))");
        }
        Tree::Select(trees) => {
            out.push_str("(let [fs (map ev/spawn [");
            write_all(trees, out);
            out.push_str("]) [done rest] (ev/select fs)] (mark -2) (+ (* 7 (outcome (ev/join-protected done))) (sum (map outcome (ev/join-protected rest)))))");
        }
        Tree::Race(trees) => {
            out.push_str("(ev/race (map ev/spawn [");
            write_all(trees, out);
            out.push_str("]))");
        }
        Tree::Timeout(ns, body) => {
            let _ = write!(out, "(ev/timeout (/ {ns} 1e9) (fn [] ");
            write(body, out);
            let _ = write!(out, ") {LATE})");
        }
        Tree::Scope(body, children) => {
            out.push_str("(ev/scope (fn [spawn] (each child in [");
            write_all(children, out);
            out.push_str("] (spawn child)) ");
            write(body, out);
            out.push_str("))");
        }
        Tree::Map(trees) => {
            out.push_str("(sum (ev/map (fn [f] (f)) [");
            write_all(trees, out);
            out.push_str("]))");
        }
        Tree::MapLimited(limit, trees) => {
            out.push_str("(sum (ev/map-limited (fn [f] (f)) [");
            write_all(trees, out);
            let _ = write!(out, "] {limit}))");
        }
        Tree::Shield(ns, body) => {
            let _ = write!(out, "(ev/shield (/ {ns} 1e9) (fn [] ");
            write(body, out);
            out.push_str("))");
        }
    }
}
