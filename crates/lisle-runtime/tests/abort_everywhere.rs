//! Every operation that waits, aborted at every moment.

use lisle_runtime::{Options, Runtime, SimWorld};

fn run(world: SimWorld) {
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    let program = include_bytes!("abort_everywhere.lisp");
    let code = match runtime.run_program("abort_everywhere.lisp", program) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(code, 0, "{}{}", recorded.stdout(), recorded.stderr());
}

#[test]
fn nothing_is_lost_when_anything_is_aborted_at_any_moment() {
    run(SimWorld::in_order());
}

#[test]
fn nothing_is_lost_in_other_orders() {
    for seed in 0..20 {
        run(SimWorld::seeded(seed));
    }
}
