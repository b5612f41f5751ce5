//! Subprocesses of the `lisle` program, seen from outside: what is left of them.
#![allow(clippy::disallowed_methods, reason = "tests are what is outside")]

mod support;

use std::path::PathBuf;
use std::time::Instant;

use support::outside::{PATIENCE, Program};

/// A file of its own for a test.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the directory is there");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn what_is_aborted_at_any_suspension_leaves_no_subprocess_and_no_descriptor() {
    let program = support::root().join("crates/lisle-cli/tests/programs/aborted-subprocesses.lisp");
    let (code, output) = Program::lisle(&[program.to_str().expect("UTF-8")]).end();
    assert_eq!((code, output.as_str()), (Some(0), "none left\n"));
}

#[test]
fn a_run_that_is_aborted_at_any_moment_leaves_no_subprocess() {
    let program = file(
        "aborted-runs.lisp",
        r#"(defn children []
             (apply string
               (map (fn [t] (let [[ok text] (protect (file/read (string "/proc/self/task/" t "/children")))] (if ok text "")))
                 (file/ls "/proc/self/task"))))
           (defn none-left [tries]
             (cond (= "" (string/trim (children))) true (= tries 0) false true (begin (ev/sleep 0.005) (none-left (- tries 1)))))
           (each run in [(fn [] (subprocess/system "sleep" ["1000"]))
                         (fn [] (let [p (subprocess/exec "sleep" ["1000"])] (defer (subprocess/kill p :sigkill) (subprocess/wait p))))
                         (fn [] (subprocess/system "sh" ["-c" "echo started; exec sleep 1000"]))]
             (each k in (range 30)
               (let [f (ev/spawn run)]
                 (repeat (mod k 5) (ev/sleep 0))
                 (ev/sleep (* k 0.0002))
                 (ev/abort f)
                 (unless (none-left 1000) (println "left after " k ": " (children)) (sys/exit 1)))))
           (println "none left")"#,
    );
    assert_eq!(Program::lisle(&[&program]).end(), (Some(0), "none left\n".to_owned()));
}

/// The program prints the number of a subprocess, which is then to end.
#[track_caller]
fn is_ended(program: &str, expected: i32) {
    let mut program = Program::lisle(&["-e", program]);
    let pid = program.line();
    assert_eq!(program.end().0, Some(expected));
    is_gone(&pid);
}

#[track_caller]
fn is_gone(pid: &str) {
    // Once it is a zombie, it is for its new parent to bury.
    let alive =
        || std::fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|status| !status.contains("(zombie)"));
    let start = Instant::now();
    while alive() {
        assert!(start.elapsed() < PATIENCE, "{pid} lives on");
        std::thread::yield_now();
    }
}

#[test]
fn the_end_of_the_program_ends_what_its_threads_run() {
    let run =
        r#"(fn [] (subprocess/system "sh" ["-c" "echo $$ > $PID_FILE; exec sleep 1000"] {:env {:PID_FILE pid-file}}))"#;
    let start = format!(
        r#"(def pid-file (file/temp))
           (defn started [] (if (= 0 (file/size pid-file)) (begin (ev/sleep 0.001) (started)) (print (file/read pid-file))))
           (def run {run})"#
    );
    is_ended(&format!("{start} (sys/spawn run) (started) (file/delete pid-file)"), 0);
    is_ended(&format!("{start} (sys/spawn run) (started) (file/delete pid-file) (sys/exit 3)"), 3);
    is_ended(&format!("{start} (ev/spawn run) (started) (file/delete pid-file) (sys/exit 4)"), 4);
    let in_thread = "(sys/join (sys/spawn (fn [] (ev/spawn run) (started) (file/delete pid-file) (sys/exit 5))))";
    is_ended(&format!("{start} {in_thread}"), 5);
}

#[test]
fn what_an_ended_thread_has_started_leaves_no_zombie() {
    let program = r#"
        (defn gone [pid] (while (path/exists? (string "/proc/" pid)) (ev/sleep 0.001)))
        (def p (sys/join (sys/spawn (fn [] (get (subprocess/exec "sleep" ["0.05"] {:stdin :null :stdout :null :stderr :null}) :pid)))))
        (gone p)
        (println "gone")"#;
    assert_eq!(Program::lisle(&["-e", program]).end(), (Some(0), "gone\n".to_owned()));
}

#[test]
fn subprocesses_have_none_of_the_descriptors_of_the_program() {
    let program = r#"
        (def f (file/temp))
        (def held [(port/open f :read) (udp/bind "127.0.0.1" 0) (tcp/listen "127.0.0.1" 0)])
        (def c (tcp/connect "127.0.0.1" (tcp/port (get held 2))))
        (def cat (subprocess/exec "cat" []))
        (sys/on-signal :sigusr1 (fn [_] nil))
        (defn look [i] (get (subprocess/system "sh" ["-c" "ls -l /proc/self/fd"]) :stdout))
        (each seen in (ev/map look (->array (range 10)))
          (when (or (has? seen "socket:") (has? seen f) (has? seen "anon_inode")) (println seen)))
        (port/close (get cat :stdin))
        (println (subprocess/wait cat))
        (file/delete f)"#;
    assert_eq!(Program::lisle(&["-e", program]).end(), (Some(0), "0\n".to_owned()));
}

#[test]
fn a_process_that_is_killed_takes_its_subprocess_with_it() {
    let program = r#"
        (def process ((import "std/process")))
        (def pid-file (file/temp))
        (process:start (fn []
          (let [[runner _] (process:spawn-monitor (fn []
                  (subprocess/system "sh" ["-c" "echo $$ > $PID_FILE; exec sleep 1000"] {:env {:PID_FILE pid-file}})))]
            (while (= 0 (file/size pid-file)) (ev/sleep 0.001))
            (print (file/read pid-file))
            (file/delete pid-file)
            (process:exit runner :kill)
            (process:recv))))
        (ev/sleep 0)"#;
    is_ended(program, 0);
}

#[test]
fn an_interruption_ends_what_the_program_runs() {
    let program = r#"
        (def pid-file (file/temp))
        (ev/spawn (fn []
          (while (= 0 (file/size pid-file)) (ev/sleep 0.001))
          (print (file/read pid-file)) (port/flush (*stdout*)) (file/delete pid-file)))
        (defer (println "cleanup")
          (subprocess/system "sh" ["-c" "echo $$ > $PID_FILE; exec sleep 1000"] {:env {:PID_FILE pid-file}}))"#;
    let mut program = Program::lisle(&["-e", program]);
    let pid = program.line();
    program.signal("INT");
    assert_eq!(program.end(), (Some(130), "cleanup\n".to_owned()));
    is_gone(&pid);
}
