//! Programs that start subprocesses. Apart from those of `io.rs`, because a subprocess holds what is open for the moment until
//! its program begins: a listener that another test closes would still be there.

use lisle_runtime::{Options, RealWorld, Runtime, World};

/// Runs a program in the real world: its exit code, and what it prints.
fn really(program: &str, stress: bool) -> (u8, String, String) {
    let mut world = RealWorld::new().recording();
    let recorded = world.recorded();
    // A program that hangs fails its test.
    let limit_ns = world.now_ns() + 60_000_000_000;
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    runtime.set_time_limit(limit_ns);
    if stress {
        runtime.engine_mut().stress_collector();
    }
    let code = match runtime.run_program("test.lisp", program.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    (code, recorded.stdout(), recorded.stderr())
}

#[track_caller]
fn prints(program: &str, expected: &str) {
    assert_eq!(really(program, false), (0, expected.to_owned(), String::new()));
}

/// Also with a collection at every safepoint.
#[track_caller]
fn prints_really(program: &str, expected: &str) {
    prints(program, expected);
    assert_eq!(really(program, true), (0, expected.to_owned(), String::new()));
}

#[test]
fn subprocesses_give_their_output_and_their_code() {
    let program = r#"
        (println (subprocess/system "sh" ["-c" "echo out; echo err >&2; exit 3"]))
        (println (get (subprocess/system "cat" [] {:input "fed"}) :stdout))
        (println (get (subprocess/system "sh" ["-c" "echo $A $HOME_X"] {:env {:A "1" "HOME_X" "2"}}) :stdout))
        (println (get (subprocess/system "pwd" [] {:cwd "/"}) :stdout))
        (println (get (subprocess/system "sh" ["-c" "echo a; echo b >&2"] {:stderr :stdout}) :stdout))
        (def p (subprocess/exec "cat" []))
        (port/write (get p :stdin) "through\n") (port/close (get p :stdin))
        (println (port/read-line (get p :stdout)) (subprocess/wait p) (subprocess/wait p) (subprocess/wait (get p :process)))
        (def [ok e] (protect (subprocess/exec "no-such-program" [])))
        (println (get e :error) (get e :reason))"#;
    let expected =
        "{:exit 3 :stderr \"err\n\" :stdout \"out\n\"}\nfed\n1 2\n\n/\n\na\nb\n\nthrough000\nexec-errornot-found\n";
    prints_really(program, expected);
}

#[test]
fn both_pipes_of_a_subprocess_are_drained() {
    let script = "head -c 300000 /dev/zero | tr '\\\\0' e >&2; head -c 300000 /dev/zero | tr '\\\\0' o";
    let program = format!(
        r#"(def r (subprocess/system "sh" ["-c" "{script}"]))
        (println (get r :exit) " " (length (get r :stdout)) " " (length (get r :stderr)))"#
    );
    prints(&program, "0 300000 300000\n");
}

#[test]
fn a_killed_subprocess_gives_the_negative_signal_and_leaves_no_zombie() {
    let program = r#"
        (def p (subprocess/exec "sleep" ["100"]))
        (def waiter (ev/spawn (fn [] (subprocess/wait p))))
        (println (get (get (protect (subprocess/wait p :timeout 10)) 1) :error))
        (subprocess/kill p)
        (println (ev/join waiter) (subprocess/wait p))
        (subprocess/kill p)
        (println (path/exists? (string "/proc/" (subprocess/pid p))))
        (def q (subprocess/exec "sleep" ["100"]))
        (subprocess/kill q :sigkill)
        (println (subprocess/wait q))"#;
    prints_really(program, "timeout\n-15-15\nfalse\n-9\n");
}

#[test]
fn an_aborted_run_kills_its_subprocess() {
    let program = r#"
        (def pid-file (file/temp))
        (def f (ev/spawn (fn [] (subprocess/system "sh" ["-c" (string "echo $$ > " pid-file "; exec sleep 100")]))))
        (while (= 0 (file/size pid-file)) (ev/sleep 0.001))
        (def pid (string/trim (file/read pid-file)))
        (println (path/exists? (string "/proc/" pid)))
        (ev/abort f)
        # If it was aborted while the subprocess was only just starting, that ends a moment later.
        (while (path/exists? (string "/proc/" pid)) (ev/sleep 0.001))
        (println "gone")
        (file/delete pid-file)"#;
    prints(program, "true\ngone\n");
}

#[test]
fn what_cannot_be_started_is_an_error_and_leaves_nothing() {
    let program = r#"
        (defn reason [thunk] (let [[ok e] (protect (thunk))] (if ok :no-error [(get e :error) (get e :reason)])))
        (def f (file/temp))
        (println (reason (fn [] (subprocess/exec f []))))
        (println (reason (fn [] (subprocess/system "/" []))))
        (println (reason (fn [] (subprocess/system "true" [] {:cwd "/no/such/directory"}))))
        (println (reason (fn [] (subprocess/system "true" [(string/repeat "x" 4000000)]))))
        (file/write f "no program")
        (file/set-permissions f 493)
        (println (first (reason (fn [] (subprocess/exec f [])))))
        (file/delete f)
        (println (get (subprocess/system "echo" ["still"]) :stdout))"#;
    let expected = "[:exec-error :permission-denied]\n[:exec-error :permission-denied]\n[:exec-error :not-found]\n\
                    [:exec-error nil]\n:exec-error\nstill\n\n";
    let (code, stdout, stderr) = really(program, false);
    assert_eq!(
        (code, stdout.replace("too-large", "nil").replace(":", ""), stderr),
        (0, expected.replace(':', ""), String::new())
    );
}

#[test]
fn what_is_asked_wrongly_is_said_in_words() {
    let program = r#"
        (defn said [thunk] (println (get (get (protect (thunk)) 1) :message)))
        (said (fn [] (subprocess/system "true" [] 5)))
        (said (fn [] (subprocess/system "true" [1])))
        (said (fn [] (subprocess/system "true" [] {:stdout :nowhere})))
        (said (fn [] (subprocess/system "true" [] {:cwd "/no/such/directory"})))
        (said (fn [] (subprocess/system "printf" ["\\377"])))
        (said (fn [] (sys/on-signal :sigterm 5)))
        (def p (subprocess/exec "cat" []))
        (said (fn [] (subprocess/kill p :sigbogus)))
        (said (fn [] (subprocess/kill p 999)))
        (said (fn [] (subprocess/kill 5)))
        (said (fn [] (subprocess/wait {})))
        (port/close (get p :stdin))
        (println (subprocess/wait p))"#;
    let expected = "subprocess/system: expected struct of options, got integer\n\
        subprocess/exec: expected string as an argument, got integer\n\
        subprocess/exec: expected :pipe, :null or :inherit, got :nowhere\n\
        subprocess/exec: true in /no/such/directory: No such file or directory (os error 2)\n\
        subprocess/system: the output is not UTF-8; read it as bytes, with subprocess/exec\n\
        sys/on-signal: expected function or nil, got integer\n\
        subprocess/kill: expected keyword of a signal, such as :sigterm, got :sigbogus\n\
        subprocess/kill: there is no signal 999\n\
        subprocess/kill: expected process, got integer\n\
        subprocess/wait: expected process, got struct\n0\n";
    prints(program, expected);
}

#[test]
fn a_program_that_reads_nothing_or_closes_its_streams_does_not_disturb_its_run() {
    let program = r#"
        (println (subprocess/system "true" [] {:input (string/repeat "x" 1000000)}))
        (println (get (subprocess/system "sh" ["-c" "exec >&- 2>&-; cat; exit 4"]) :exit))
        (println (= (->list (range 40)) (->list (ev/map (fn [i] (get (subprocess/system "sh" ["-c" (string "exit " i)]) :exit)) (->array (range 40))))))"#;
    prints(program, "{:exit 0 :stderr \"\" :stdout \"\"}\n4\ntrue\n");
}
