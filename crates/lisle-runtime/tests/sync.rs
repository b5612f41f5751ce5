//! The primitives of `std/sync`, and channels, under seeded schedules and aborts: the scenarios are in `sync/*.lisp`.

use lisle_runtime::{Options, Runtime, SimWorld};

const COMMON: &str = include_str!("sync/common.lisp");
const RUN: &str = include_str!("sync/run.lisp");

/// Orders in which each scenario is run.
const SEEDS: u32 = 2_000;
/// Fibers that are aborted in turn, at each of their turns: at least as many as a scenario has.
const VICTIMS: u32 = 6;
/// Many times those that the longest of them takes.
const TURNS_MAX: u64 = 5_000_000;

#[track_caller]
fn run(name: &str, scenario: &str, mode: &str, count: u32, world: SimWorld, stress: bool) {
    let recorded = world.recorded();
    let program = format!("{COMMON}\n{scenario}\n{RUN}");
    let arguments = vec![name.to_owned(), mode.to_owned(), count.to_string()];
    let mut runtime = Runtime::new(Box::new(world), Options { arguments, ..Options::default() });
    if stress {
        runtime.engine_mut().stress_collector();
    }
    // A scenario that does not come to an end is a failure, and no hang.
    runtime.set_turns_max(TURNS_MAX);
    let code = match runtime.run_program(name, program.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    assert_eq!((recorded.stderr().as_str(), recorded.stdout().as_str(), code), ("", "ok\n", 0), "{name} {mode}");
}

macro_rules! scenarios {
    ($($name:ident),* $(,)?) => { $(
        #[test]
        fn $name() {
            let (name, text) = (stringify!($name), include_str!(concat!("sync/", stringify!($name), ".lisp")));
            run(name, text, "seeds", SEEDS, SimWorld::seeded(1), false);
            run(name, text, "aborts", VICTIMS, SimWorld::in_order(), false);
            for seed in 0..5 {
                run(name, text, "aborts", VICTIMS, SimWorld::seeded(seed), false);
            }
            run(name, text, "seeds", 1, SimWorld::seeded(2), true);
        }
    )* };
}

/// As the others, less often: every round starts a thread. They run one at a time in an order that the seed decides.
#[test]
fn crossing() {
    let text = include_str!("sync/crossing.lisp");
    run("crossing", text, "seeds", SEEDS / 10, SimWorld::seeded(1), false);
    for seed in 0..2 {
        run("crossing", text, "aborts", VICTIMS, SimWorld::seeded(seed), false);
    }
    run("crossing", text, "seeds", 1, SimWorld::seeded(2), true);
}

scenarios!(lock, semaphore, rwlock, queue, condvar, monitor, barrier, latch, once, futex, channel);
