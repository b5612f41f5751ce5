//! Random trees of spawn, join, abort, scope, timeout, race, select and others, on many seeds, against a model.
//!
//! `LISLE_SEEDS=200000 cargo test -p lisle-runtime --test trees` tries more.

#[path = "trees/model.rs"]
mod model;
#[path = "trees/tree.rs"]
mod tree;

use std::collections::BTreeSet;

use lisle_runtime::{Options, Runtime, SimWorld};
use proptest::test_runner::{RngAlgorithm, TestRng};

/// What a program prints, and reports. Under observation, the interpreter is left after every turn.
fn output(program: &str, seed: u64, observed: bool) -> (String, String) {
    let world = SimWorld::seeded(seed);
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    if observed {
        runtime.record_events(1);
    }
    if let Err(error) = runtime.run_program("tree.lisp", program.as_bytes()) {
        panic!("{error}\n{program}");
    }
    (recorded.stdout(), recorded.stderr())
}

/// What a program has printed: its outcome, what is left in the scheduler, and the log.
fn run(program: &str, seed: u64) -> (String, String, BTreeSet<(i64, u64)>) {
    let (stdout, stderr) = output(program, seed, false);
    let mut lines = stdout.lines();
    let mut line = || lines.next().map(str::to_owned).unwrap_or_else(|| panic!("{stderr}\n{program}"));
    let (outcome, left) = (line(), line());
    let entry = |line: &str| {
        let (id, at) = line.split_once(' ').expect("a number and a time");
        let seconds: f64 = at.parse().expect("a time");
        (id.parse().expect("a number"), (seconds * 1e9).round() as u64)
    };
    (outcome, left, lines.map(entry).collect())
}

fn tree_of(seed: u64) -> tree::Tree {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    tree::Maker::make(&mut rng, 4 + seed as usize % 40)
}

fn check(seed: u64) {
    let tree = tree_of(seed);
    let program = tree::program(&tree);
    let (outcome, left, log) = run(&program, seed);
    let (expected, expected_log) = model::expect(&tree);
    let expected = match expected {
        Ok(value) => format!("[true {value}]"),
        Err(Some(number)) => format!("[false {number}]"),
        Err(None) => "[false {:error :aborted}]".to_owned(),
    };
    let context = || format!("seed {seed}\n{program}\n{tree:#?}");
    assert_eq!(outcome, expected, "the outcome; {}", context());
    let clean = "{:fibers 1 :futexes 0 :jobs 0 :memberships 0 :operations 0 :shields 0 :timers 0}";
    assert_eq!(left, clean, "what is left; {}", context());
    assert_eq!(log, expected_log, "the log; {}", context());
}

#[test]
fn trees_do_what_the_model_says() {
    let seeds = std::env::var("LISLE_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(2000);
    let first = std::env::var("LISLE_FIRST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0);
    (first..first + seeds).for_each(check);
}

#[test]
fn an_observer_changes_nothing() {
    for seed in 0..300 {
        let program = tree::program(&tree_of(seed));
        assert_eq!(output(&program, seed, true), output(&program, seed, false), "seed {seed}\n{program}");
    }
}
