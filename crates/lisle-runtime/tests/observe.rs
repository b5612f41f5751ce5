//! Looking at tasks from outside: event logs, timelines, `ev/fibers`, tests that programs register.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use lisle_runtime::observe::{Event, EventLog, What};
use lisle_runtime::{Options, Runtime, SimWorld, Tests};
use serde_json::Value;

/// Ten tasks that sleep, yield, join, fail and are aborted.
const BUSY: &str = "
(def sleepers (map (fn [i] (ev/spawn (fn [] (ev/sleep (* 0.001 (mod i 3))) (yield) i))) (range 6)))
(def slow (ev/spawn (fn [] (defer (ev/sleep 0.5) (ev/sleep 100)))))
(def wrong (ev/spawn (fn [] (ev/sleep 0.002) (error :wrong))))
(def chain (ev/spawn (fn [] (ev/join sleepers))))
(ev/sleep 0.001)
(ev/abort slow)
(protect (ev/join wrong))
(ev/join chain)";

fn runtime(world: SimWorld) -> Runtime {
    Runtime::new(Box::new(world), Options::default())
}

/// Runs a program whose end is good.
fn run(runtime: &mut Runtime, program: &str) {
    match runtime.run_program("test.lisp", program.as_bytes()) {
        Ok(code) => assert_eq!(code, 0),
        Err(error) => panic!("{error}"),
    }
}

fn log(world: SimWorld, program: &str) -> EventLog {
    let mut runtime = runtime(world);
    runtime.record_events(10_000);
    run(&mut runtime, program);
    runtime.events().expect("it was asked for").clone()
}

#[test]
fn a_seed_gives_the_same_events_every_time() {
    for seed in 0..20 {
        let [one, other] = [(); 2].map(|()| log(SimWorld::seeded(seed), BUSY));
        assert_eq!(one.events(), other.events(), "seed {seed}");
        assert_eq!(one.digest(), other.digest(), "seed {seed}");
    }
}

#[test]
fn seeds_differ() {
    let digests: std::collections::BTreeSet<u64> =
        (0..20).map(|seed| log(SimWorld::seeded(seed), BUSY).digest()).collect();
    assert!(digests.len() > 15, "{} of 20 schedules differ", digests.len());
}

#[test]
fn a_log_tells_the_life_of_a_task() {
    let log = log(SimWorld::in_order(), "(ev/join (ev/spawn (fn [] (ev/sleep 2) (yield) 5)))");
    let of = |task| log.events().iter().filter(|e| e.task == task).map(|e| (e.at_ns, e.what)).collect::<Vec<_>>();
    let two_seconds = 2_000_000_000;
    let spawned = What::Spawned { by: 1 };
    assert_eq!(
        of(2),
        [
            (0, spawned),
            (0, What::Runs),
            (0, What::Waits("sleep")),
            (two_seconds, What::Wakes),
            (two_seconds, What::Runs),
            (two_seconds, What::Yields),
            (two_seconds, What::Runs),
            (two_seconds, What::Returns),
        ]
    );
    assert_eq!(
        of(1),
        [
            (0, What::Spawned { by: 0 }),
            (0, What::Runs),
            (0, What::Waits("join")),
            (two_seconds, What::Wakes),
            (two_seconds, What::Runs),
            (two_seconds, What::Returns),
        ]
    );
}

#[test]
fn an_abort_stands_in_the_log() {
    let log =
        log(SimWorld::in_order(), "(def f (ev/spawn (fn [] (ev/sleep 9)))) (ev/sleep 1) (ev/abort f) (ev/abort f)");
    let aborts: Vec<Event> = log.events().iter().filter(|e| matches!(e.what, What::Aborts { .. })).copied().collect();
    assert_eq!(
        aborts.iter().map(|e| e.what).collect::<Vec<_>>(),
        [What::Aborts { target: 2 }, What::Aborts { target: 0 }]
    );
    assert!(log.events().iter().any(|e| e.task == 2 && e.what == What::Fails));
}

/// A file in memory.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn timeline(world: SimWorld, program: &str) -> Vec<Value> {
    let file = Shared::default();
    let mut runtime = runtime(world);
    runtime.write_timeline(Box::new(file.clone()));
    run(&mut runtime, program);
    let bytes = file.0.lock().expect("nobody panics");
    serde_json::from_slice(&bytes).expect("the file is JSON, and an array")
}

#[test]
fn slices_of_a_timeline_are_in_order_and_nest() {
    for seed in 0..20 {
        let mut open: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        let mut last = 0.0;
        for event in timeline(SimWorld::seeded(seed), BUSY) {
            let phase = event["ph"].as_str().expect("every event has a phase");
            let task = event["tid"].as_u64().expect("every event has a track");
            assert_eq!(event["pid"], 1);
            if phase == "M" {
                continue;
            }
            let at = event["ts"].as_f64().expect("every event has a time");
            assert!(at >= last, "seed {seed}: {event} after {last}");
            last = at;
            let open = open.entry(task).or_default();
            match phase {
                "B" => {
                    assert!(open.is_empty(), "seed {seed}: {event} within {open:?}");
                    open.push(event["name"].as_str().expect("slices have names").to_owned());
                }
                "E" => assert!(open.pop().is_some(), "seed {seed}: {event} ends nothing"),
                "i" => {}
                other => panic!("{other}"),
            }
        }
        assert!(open.values().all(Vec::is_empty), "seed {seed}: {open:?}");
    }
}

#[test]
fn tracks_are_named_after_the_place_of_the_spawn() {
    let events = timeline(SimWorld::in_order(), "(ev/join (ev/spawn (fn [] (ev/sleep 1))))");
    let names: Vec<&Value> = events.iter().filter(|e| e["ph"] == "M").map(|e| &e["args"]["name"]).collect();
    assert_eq!(names, ["the main program", "fiber 2, test.lisp:1:10"]);
    let waits: Vec<&Value> =
        events.iter().filter(|e| e["ph"] == "B" && e["name"] != "run").map(|e| &e["name"]).collect();
    assert_eq!(waits, ["join", "sleep"]);
}

#[test]
fn a_timeline_that_cannot_be_written_harms_nobody() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::other("full"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut runtime = runtime(SimWorld::in_order());
    runtime.write_timeline(Box::new(Full));
    run(&mut runtime, "(each i in (range 2000) (ev/sleep 1))");
}

#[test]
fn living_fibers_can_be_looked_at() {
    let world = SimWorld::in_order();
    let recorded = world.recorded();
    let program = "
(def f (ev/spawn (fn [] (ev/sleep 10))))
(def g (ev/spawn (fn [] (ev/spawn (fn [] (ev/sleep 3))) (ev/join f))))
(ev/sleep 1)
(ev/spawn (fn [] nil))
(each f in (ev/fibers)
  (println (map (fn [key] (get f key)) [:id :state :wait :waited :age :spawned-at :parent])))
(println (= f (get (get (ev/fibers) 1) :fiber)))";
    run(&mut runtime(world), program);
    assert_eq!(
        recorded.stdout(),
        "[1 running nil 0.0 1.0 nil nil]\n\
         [2 waiting sleep 1.0 1.0 test.lisp:2:8 1]\n\
         [3 waiting join 1.0 1.0 test.lisp:3:8 1]\n\
         [4 waiting sleep 1.0 1.0 test.lisp:3:25 3]\n\
         [5 new nil 0.0 0.0 test.lisp:5:1 1]\n\
         true\n"
    );
}

const TESTED: &str = "
(test \"first\" (fn [] (println (later))))
(test \"second\" (fn [] (ev/spawn (fn [] (error :lost)))))
(test \"third\" (fn [] (ev/sleep 60)))
(defn later [] :defined)
(println \"body\")";

/// Exit code, output, and whether the test returned.
fn tested(mode: Tests) -> (u8, String, Runtime) {
    let world = SimWorld::in_order();
    let recorded = world.recorded();
    let mut runtime = runtime(world);
    runtime.set_tests(mode);
    runtime.set_time_limit(10_000_000_000);
    let code = match runtime.run_program("test.lisp", TESTED.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    (code, recorded.stdout(), runtime)
}

#[test]
fn tests_are_nothing_unless_they_are_asked_for() {
    let (code, stdout, runtime) = tested(Tests::Ignored);
    assert_eq!((code, stdout.as_str(), runtime.tests().len()), (0, "body\n", 0));
    let (code, stdout, runtime) = tested(Tests::Named);
    assert_eq!((code, stdout.as_str()), (0, "body\n"));
    assert_eq!(runtime.tests(), ["first", "second", "third"]);
    assert!(!runtime.test_returned());
}

#[test]
fn a_test_runs_after_the_whole_file() {
    let (code, stdout, runtime) = tested(Tests::Run(0));
    assert_eq!((code, stdout.as_str(), runtime.test_returned()), (0, "body\ndefined\n", true));
}

#[test]
fn an_error_that_nobody_joins_fails_a_test_that_returned() {
    let (code, _, runtime) = tested(Tests::Run(1));
    assert_eq!((code, runtime.test_returned(), runtime.timed_out()), (1, true, false));
}

#[test]
fn a_test_ends_when_its_time_is_up() {
    let (code, _, runtime) = tested(Tests::Run(2));
    assert_eq!((code, runtime.test_returned(), runtime.timed_out()), (124, false, true));
}
