//! Every operation that waits, aborted at every moment.

use lisle_runtime::{Options, Runtime, SimWorld};

const TASKS: &str = concat!(
    include_str!("abort_everywhere/helpers.lisp"),
    include_str!("abort_everywhere/tasks.lisp"),
    include_str!("abort_everywhere/loop.lisp")
);

const IO: &str = concat!(
    include_str!("abort_everywhere/helpers.lisp"),
    include_str!("abort_everywhere/io.lisp"),
    include_str!("abort_everywhere/loop.lisp")
);

fn run(world: SimWorld, program: &str) {
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    let code = match runtime.run_program("abort_everywhere.lisp", program.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(code, 0, "{}{}", recorded.stdout(), recorded.stderr());
}

#[test]
fn nothing_is_lost_when_anything_is_aborted_at_any_moment() {
    run(SimWorld::in_order(), TASKS);
}

#[test]
fn nothing_is_lost_in_other_orders() {
    for seed in 0..20 {
        run(SimWorld::seeded(seed), TASKS);
    }
}

#[test]
fn ports_are_whole_when_what_they_do_is_aborted_at_any_moment() {
    run(SimWorld::in_order(), IO);
}

#[test]
fn ports_are_whole_in_other_orders() {
    for seed in 0..5 {
        run(SimWorld::seeded(seed), IO);
    }
}
