//! Programs with many tasks, in simulated worlds.

use lisle_runtime::{Options, Runtime, SimWorld};

/// What a program did.
struct Ran {
    code: u8,
    stdout: String,
    stderr: String,
}

fn run_in(world: SimWorld, program: &str) -> Ran {
    run_with(world, program, false)
}

fn run_with(world: SimWorld, program: &str, stress: bool) -> Ran {
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    if stress {
        runtime.engine_mut().stress_collector();
    }
    let code = match runtime.run_program("test.lisp", program.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    Ran { code, stdout: recorded.stdout(), stderr: recorded.stderr() }
}

fn run(program: &str) -> Ran {
    run_in(SimWorld::in_order(), program)
}

/// The program ends well and prints this, also with a collection at every safepoint.
#[track_caller]
fn prints(program: &str, expected: &str) {
    for stress in [false, true] {
        check(&run_with(SimWorld::in_order(), program, stress), expected);
    }
}

/// As `prints`, for programs that would take long with a collection at every safepoint.
#[track_caller]
fn prints_large(program: &str, expected: &str) {
    check(&run(program), expected);
}

#[track_caller]
fn check(ran: &Ran, expected: &str) {
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.stdout, expected);
    assert_eq!(ran.code, 0);
}

#[test]
fn tasks_start_in_order_when_the_spawner_waits() {
    prints(
        "(def fs (map (fn [i] (ev/spawn (fn [] (println \"start \" i) i))) [1 2 3]))
         (println (fiber/status (first fs)))
         (println (ev/join fs))",
        "new\nstart 1\nstart 2\nstart 3\n[1 2 3]\n",
    );
}

#[test]
fn sleepers_wake_in_order_of_time_and_then_of_spawning() {
    prints(
        "(each [i s] in [[1 0.002] [2 0.001] [3 0.002] [4 0.0001]]
           (ev/spawn (fn [] (ev/sleep s) (println i))))",
        "4\n2\n1\n3\n",
    );
}

#[test]
fn the_program_ends_when_nothing_is_left_to_do() {
    prints("(ev/spawn (fn [] (ev/sleep 3600) (println \"late\"))) (println \"main done\")", "main done\nlate\n");
}

#[test]
fn sleeping_for_zero_lets_others_run() {
    prints("(ev/spawn (fn [] (println 1))) (ev/sleep 0) (println 2)", "1\n2\n");
}

#[test]
fn a_yield_that_nobody_catches_lets_others_run() {
    prints("(ev/spawn (fn [] (println 1))) (println (yield 5)) (println 2)", "1\nnil\n2\n");
}

#[test]
fn joins_give_the_value_or_raise_the_same_error() {
    prints(
        "(def e {:error :x :message \"m\"})
         (def f (ev/spawn (fn [] (error e))))
         (println (try (ev/join f) (catch got (identical? got e))))
         (println (ev/join-protected f))
         (println (ev/join-protected [(ev/spawn (fn [] 1)) f]))
         (println (ev/join []) (ev/join (list (ev/spawn (fn [] 2)))))",
        "true\n[false {:error :x :message \"m\"}]\n[[true 1] [false {:error :x :message \"m\"}]]\n[][2]\n",
    );
}

#[test]
fn the_first_error_in_order_is_raised() {
    prints(
        "(def a (ev/spawn (fn [] (ev/sleep 2) (error :late))))
         (def b (ev/spawn (fn [] (ev/sleep 1) (error :early))))
         (println (try (ev/join [a b]) (catch e e)))
         (println (try (ev/join b) (catch e e)))",
        "late\nearly\n",
    );
}

#[test]
fn an_error_that_nobody_sees_is_reported_at_the_end() {
    let ran = run("(ev/spawn (fn [] (error :boom))) (ev/sleep 1) (println \"on\")");
    assert_eq!(ran.code, 1);
    assert_eq!(ran.stdout, "on\n");
    assert!(ran.stderr.ends_with("✗ Runtime error: :boom\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("spawned at test.lisp:1:1"), "{}", ran.stderr);
}

#[test]
fn every_unseen_error_is_reported() {
    let ran = run("(ev/spawn (fn [] (error :one))) (ev/spawn (fn [] (error :two)))");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains(":one") && ran.stderr.contains(":two"), "{}", ran.stderr);
}

#[test]
fn an_error_that_nobody_can_see_any_more_is_reported_while_the_program_runs() {
    // `sys/exit` ends the program without a look at what nobody has seen.
    let program = "(def kept (ev/spawn (fn [] (error :kept))))
         (ev/spawn (fn [] (error :lost)))
         (ev/spawn (fn [] (error :lost-too)))
         (ev/sleep 0)
         (def @i 0)
         (while (< i 300) (ev/sleep 0) (assign i (+ i 1)))
         (println (fiber/status kept))
         (sys/exit 3)";
    let ran = run_with(SimWorld::in_order(), program, true);
    assert_eq!(ran.code, 3);
    assert_eq!(ran.stdout, "paused\n");
    assert_eq!(ran.stderr.matches("Runtime error").count(), 2, "{}", ran.stderr);
    assert!(ran.stderr.contains(":lost\n") && ran.stderr.contains(":lost-too\n"), "{}", ran.stderr);
}

#[test]
fn an_error_that_was_joined_is_reported_with_the_place_of_its_raising() {
    let program = "(defn work [i] (ev/sleep (/ i 10)) (if (= i 2) (error :bad) i))
         (println (ev/scope (fn [spawn] (each i in [1 2 3 4 5] (spawn (fn [] (work i)))))))";
    for stress in [false, true] {
        let ran = run_with(SimWorld::in_order(), program, stress);
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains("in work at test.lisp:1:48"), "{}", ran.stderr);
        assert!(ran.stderr.contains("raised in a fiber spawned at test.lisp:2:64"), "{}", ran.stderr);
        assert!(ran.stderr.contains("waited for at test.lisp:2:19"), "{}", ran.stderr);
    }
}

#[test]
fn an_error_of_the_main_program_does_not_stop_the_others() {
    let ran = run("(ev/spawn (fn [] (ev/sleep 1) (println \"late\"))) (error \"main\")");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, "late\n"));
    assert!(ran.stderr.ends_with("✗ Runtime error: \"main\"\n"), "{}", ran.stderr);
}

#[test]
fn exit_ends_at_once_and_is_not_caught() {
    let ran =
        run("(print \"kept\") (ev/spawn (fn [] (println \"no\"))) (try (defer (println \"no\") (exit 7)) (catch e 1))");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (7, "kept", ""));
}

#[test]
fn joining_oneself_is_an_error() {
    prints("(println (try (ev/join (fiber/self)) (catch e e:error)))", "deadlock\n");
}

#[test]
fn a_deadlock_is_raised_in_all_who_wait() {
    prints(
        "(def @b nil)
         (def a (ev/spawn (fn [] (try (ev/join b) (catch e (println \"a \" e:error))))))
         (assign b (ev/spawn (fn [] (try (ev/join a) (catch e (println \"b \" e:error))))))
         (println \"main \" (get (try (ev/join a) (catch e e)) :error))",
        "main deadlock\na deadlock\nb deadlock\n",
    );
}

#[test]
fn a_deadlock_that_nobody_catches_lists_who_waits() {
    let ran = run("(def @b nil)\n(def a (ev/spawn (fn [] (ev/join b))))\n(assign b (ev/spawn (fn [] (ev/join a))))\n");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("waits for the end of fiber 3"), "{}", ran.stderr);
    assert!(ran.stderr.contains("waits for the end of fiber 2"), "{}", ran.stderr);
    assert!(ran.stderr.contains("spawned at test.lisp:2:8"), "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("Runtime error").count(), 1, "{}", ran.stderr);
}

#[test]
fn an_abort_is_raised_where_the_task_waits() {
    prints(
        "(def f (ev/spawn (fn [] (defer (println \"cleanup\") (ev/sleep 9)))))
         (ev/sleep 0)
         (println (ev/abort f))
         (println (ev/join-protected f) \" \" (fiber/status f) \" \" (clock/monotonic))",
        "cleanup\nnil\n[false {:error :aborted}] error 0.0\n",
    );
}

#[test]
fn abort_waits_for_cleanup_that_waits() {
    prints(
        "(def f (ev/spawn (fn [] (defer (begin (ev/sleep 1) (println \"cleaned\")) (ev/sleep 9)))))
         (ev/sleep 0)
         (ev/abort f)
         (println \"after\")",
        "cleaned\nafter\n",
    );
}

#[test]
fn an_aborted_task_that_has_not_started_never_runs() {
    prints(
        "(def f (ev/spawn (fn [] (println \"no\"))))
         (ev/abort f)
         (println (fiber/status f) \" \" (ev/join-protected f))
         (println (ev/abort f))",
        "error [false {:error :aborted}]\nnil\n",
    );
}

#[test]
fn an_aborted_joiner_leaves_the_others_waiting() {
    prints(
        "(def f (ev/spawn (fn [] (ev/sleep 5) :value)))
         (def js (map (fn [i] (ev/spawn (fn [] [i (ev/join f)]))) [1 2 3]))
         (ev/sleep 1)
         (ev/abort (get js 1))
         (println (ev/join-protected js))",
        "[[true [1 value]] [false {:error :aborted}] [true [3 value]]]\n",
    );
}

#[test]
fn a_long_chain_of_joins_works() {
    prints_large(
        "(def @f (ev/spawn (fn [] 0)))
         (repeat 100000 (let [g f] (assign f (ev/spawn (fn [] (+ 1 (ev/join g)))))))
         (println (ev/join f))",
        "100000\n",
    );
}

#[test]
fn ten_thousand_sleepers_wake_together() {
    prints_large(
        "(def fs (map (fn [i] (ev/spawn (fn [] (ev/sleep 1) i))) (range 10000)))
         (println (fold + 0 (ev/join fs)) \" \" (clock/monotonic))",
        "49995000 1.0\n",
    );
}

#[test]
fn wrong_arguments_are_errors() {
    prints(
        "(each f in [(fn [] (ev/spawn 5)) (fn [] (ev/join 5)) (fn [] (ev/join [1])) (fn [] (ev/abort nil))
                     (fn [] (ev/sleep :x)) (fn [] (ev/sleep -1))]
           (println (try (f) (catch e e:message))))",
        "fiber/new: expected closure, got integer\n\
         ev/join: expected fiber or sequence of fibers, got integer\n\
         ev/join: expected fiber, got integer\n\
         ev/abort: expected fiber, got nil\n\
         ev/sleep: expected number, got keyword\n\
         ev/sleep: seconds must be non-negative\n",
    );
}

#[test]
fn a_seed_gives_one_order_every_time() {
    let program = "(each i in (range 20) (ev/spawn (fn [] (print i \" \"))))";
    let first = run_in(SimWorld::seeded(7), program).stdout;
    assert_eq!(run_in(SimWorld::seeded(7), program).stdout, first);
    assert_ne!(run_in(SimWorld::seeded(8), program).stdout, first);
}

#[test]
fn modules_run_anew_at_each_import() {
    let world = SimWorld::in_order()
        .with_file("counter.lisp", "(println \"loaded\") (ev/sleep 1) (fn [&named start] (def @n (or start 0)) {:next (fn [] (assign n (+ n 1)) n)})")
        .with_file("sub/outer.lisp", "(import \"inner\")")
        .with_file("sub/inner.lisp", ":inner")
        .with_file("loop.lisp", "(import \"loop\")")
        .with_file("broken.lisp", "(undefined-name)")
        .with_file("failing.lisp", "(error :inside)");
    let ran = run_in(
        world,
        "(def a ((import \"counter\") :start 10))
         (def b ((import \"counter.lisp\")))
         (println (a:next) (a:next) (b:next))
         (println (import \"sub/outer\"))
         (println (try (import \"nope\") (catch e [e:error e:spec e:message])))
         (println (try (import \"loop\") (catch e e:error)))
         (println (try (import \"broken\") (catch e [e:error e:path])))
         (println (try (import \"failing\") (catch e [e:error e:cause])))
         (println (try (import 5) (catch e e:message)))",
    );
    assert_eq!(ran.stderr, "");
    assert_eq!(
        ran.stdout,
        "loaded\nloaded\n11121\ninner\n[io-error nope import: module 'nope' not found]\nio-error\n\
         [eval-error broken.lisp]\n[eval-error inside]\nimport: expected string, got integer\n"
    );
}

#[test]
fn eval_sees_predefined_names_and_its_environment() {
    prints(
        "(defmacro twice [x] `(begin ,x ,x))
         (println (eval '(+ 1 2)) (eval '(* x x) {'x 5}))
         (println (try (eval '(nope)) (catch e e:error)))
         (println (try (eval '(error :inner)) (catch e [e:error e:cause])))
         (println (eval '(twice 3)))",
        "325\neval-error\n[eval-error inner]\n3\n",
    );
}

#[test]
fn a_signal_that_nobody_catches_is_an_error_at_its_emitter() {
    prints(
        "(signal :ping)
         (println (try (emit :ping 1) (catch e [e:error e:message])))",
        "[state-error no fiber catches the signal :ping]\n",
    );
}

#[test]
fn simulated_time_passes_while_a_program_watches_the_clock() {
    prints_large("(while (< (clock/monotonic) 0.05) nil) (println \"on\")", "on\n");
}

#[test]
fn a_task_is_moved_by_the_scheduler_alone() {
    prints(
        "(def f (ev/spawn (fn [] (ev/sleep 1) 5)))
         (ev/sleep 0)
         (println (map (fn [act] (try (act f) (catch e e:error))) [fiber/resume fiber/abort fiber/cancel]))
         (println (ev/join f))",
        "[state-error state-error state-error]\n5\n",
    );
}

#[test]
fn waits_inside_generators_stop_the_whole_chain() {
    prints(
        "(def g (fiber/new (fn [] (ev/sleep 0.5) (yield 1) (ev/join (ev/spawn (fn [] (ev/sleep 0.25) 2)))) :yield))
         (ev/spawn (fn [] (ev/sleep 0.1) (println \"meanwhile\")))
         (println (fiber/resume g) (fiber/resume g) (fiber/status g) (clock/monotonic))",
        "meanwhile\n12dead0.75\n",
    );
}

#[test]
fn a_request_can_be_caught_by_its_mask() {
    prints(
        "(def g (fiber/new (fn [] (ev/join (fiber/self))) |:wait|))
         (println (get (fiber/resume g) :op) (fiber/bits g))",
        "join16384\n",
    );
}
