//! Programs in the real world and in simulated ones.
#![allow(dead_code, reason = "each file of tests uses a part of this")]

use lisle_runtime::{Options, RealWorld, Runtime, SimWorld, World};

/// What a program did.
pub(crate) struct Ran {
    pub(crate) code: u8,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn run_in(
    mut world: Box<dyn World>,
    recorded: &lisle_runtime::world::sim::Recorded,
    program: &str,
    stress: bool,
) -> Ran {
    // A program that hangs fails its test; simulated time is not short.
    let limit_ns = world.now_ns() + 3_600_000_000_000;
    let limit_ns = if world.is_cut_off() { limit_ns } else { limit_ns / 60 };
    let mut runtime = Runtime::new(world, Options::default());
    runtime.set_time_limit(limit_ns);
    if stress {
        runtime.engine_mut().stress_collector();
    }
    let code = match runtime.run_program("test.lisp", program.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    Ran { code, stdout: recorded.stdout(), stderr: recorded.stderr() }
}

pub(crate) fn really(program: &str, stress: bool) -> Ran {
    let world = RealWorld::new().recording();
    let recorded = world.recorded();
    run_in(Box::new(world), &recorded, program, stress)
}

pub(crate) fn simulated(world: SimWorld, program: &str) -> Ran {
    let recorded = world.recorded();
    run_in(Box::new(world), &recorded, program, false)
}

#[track_caller]
pub(crate) fn check(ran: &Ran, expected: &str) {
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.stdout, expected);
    assert_eq!(ran.code, 0);
}

/// The program prints this, with real files and sockets.
#[track_caller]
pub(crate) fn prints_really(program: &str, expected: &str) {
    for stress in [false, true] {
        check(&really(program, stress), expected);
    }
}

/// The program prints this in every world.
#[track_caller]
pub(crate) fn prints(program: &str, expected: &str) {
    prints_really(program, expected);
    check(&simulated(SimWorld::in_order(), program), expected);
    for seed in 0..10 {
        check(&simulated(SimWorld::seeded(seed), program), expected);
    }
}

/// A server that echoes, `l`, and `connect`.
pub(crate) const ECHO: &str = r#"
    (def l (tcp/listen "127.0.0.1" 0))
    (ev/spawn (fn []
      (forever
        (let [[ok c] (protect (tcp/accept l))]
          (unless ok (break))
          (ev/spawn (fn []
            (forever
              (let [b (port/read c 4096)]
                (when (nil? b) (break))
                (port/write c b)))
            (port/close c)))))))
    (defn connect [] (tcp/connect "127.0.0.1" (tcp/port l)))
"#;
