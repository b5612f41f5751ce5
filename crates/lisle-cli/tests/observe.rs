//! Signals and timelines, with the program as a process of its own. Nothing here waits for a time: every step follows
//! from something that the program has printed, and a signal may come at any moment after that.
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests read files")]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

/// A running program.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Running {
    fn start(program: &str, environment: &[(&str, &str)]) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lisle"));
        Running::start_as(command.args(["-e", program]).envs(environment.iter().copied()).stdin(Stdio::null()))
    }

    fn start_as(command: &mut Command) -> Running {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        Running { child, stdout, stderr }
    }

    fn signal(&self, signal: Signal) {
        let id = Pid::from_child(&self.child);
        kill_process(id, signal).expect("the process is there");
    }

    /// Reads standard output up to this line.
    fn printed(&mut self, wanted: &str) {
        for line in (&mut self.stdout).lines() {
            if line.expect("UTF-8") == wanted {
                return;
            }
        }
        panic!("{wanted} was not printed");
    }

    /// Reads standard error up to a line that contains this, and gives all.
    fn complained(&mut self, wanted: &str) -> String {
        let mut text = String::new();
        loop {
            let start = text.len();
            assert!(self.stderr.read_line(&mut text).expect("UTF-8") > 0, "no {wanted} in {text}");
            if text[start..].contains(wanted) {
                return text;
            }
        }
    }

    /// Exit code, rest of standard output, rest of standard error.
    fn end(mut self) -> (Option<i32>, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.stdout.read_to_string(&mut stdout).expect("UTF-8");
        self.stderr.read_to_string(&mut stderr).expect("UTF-8");
        let status = self.child.wait().expect("it ends");
        assert_eq!(status.signal(), None);
        (status.code(), stdout, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn a_quit_signal_shows_the_fibers_of_a_waiting_program_and_it_goes_on() {
    let mut running = Running::start(
        "(defn worker [] (ev/sleep 1000))
         (def f (ev/spawn worker))
         (ev/spawn (fn [] (ev/sleep 0) (println \"ready\") (port/flush (*stdout*))))
         (ev/join f)",
        &[],
    );
    running.printed("ready");
    for _ in 0..2 {
        running.signal(Signal::QUIT);
        let shown = running.complained("in worker");
        assert!(shown.contains("fibers live"), "{shown}");
        assert!(shown.contains("the main program waits for the end of fiber 2"), "{shown}");
        assert!(shown.contains("fiber 2 sleeps"), "{shown}");
        assert!(shown.contains("by the main program at <eval>:2:17"), "{shown}");
        assert!(shown.ends_with("in worker at <eval>:1:17\n"), "{shown}");
    }
    running.signal(Signal::INT);
    assert_eq!(running.end(), (Some(130), String::new(), String::new()));
}

#[test]
fn a_quit_signal_shows_the_fibers_of_a_computing_program() {
    let mut running =
        Running::start("(defn spin [] (println \"ready\") (port/flush (*stdout*)) (forever nil)) (spin) nil", &[]);
    running.printed("ready");
    running.signal(Signal::QUIT);
    let shown = running.complained("in spin");
    assert!(shown.contains("the main program is running"), "{shown}");
    running.signal(Signal::INT);
    assert_eq!(running.end().0, Some(130));
}

#[test]
fn an_interruption_is_an_error_and_cleanup_runs_also_in_other_fibers() {
    let mut running = Running::start(
        "(ev/spawn (fn [] (defer (println \"fiber cleaned\") (ev/sleep 1000))))
         (defer (println \"main cleaned\")
           (ev/sleep 0)
           (println \"ready\")
           (port/flush (*stdout*))
           (ev/sleep 1000))",
        &[],
    );
    running.printed("ready");
    running.signal(Signal::INT);
    assert_eq!(running.end(), (Some(130), "main cleaned\nfiber cleaned\n".to_owned(), String::new()));
}

#[test]
fn an_interruption_can_be_handled() {
    let mut running =
        Running::start("(println (protect (println \"ready\") (port/flush (*stdout*)) (forever nil)))", &[]);
    running.printed("ready");
    running.signal(Signal::INT);
    assert_eq!(running.end(), (Some(0), "[false {:error :interrupted}]\n".to_owned(), String::new()));
}

#[test]
fn an_interruption_reaches_fibers_when_main_has_ended() {
    let mut running = Running::start(
        "(ev/spawn (fn [] (defer (println \"cleaned\") (println \"ready\") (port/flush (*stdout*)) (forever (ev/sleep 0)))))",
        &[],
    );
    running.printed("ready");
    running.signal(Signal::INT);
    assert_eq!(running.end(), (Some(130), "cleaned\n".to_owned(), String::new()));
}

#[test]
fn a_second_interruption_ends_the_program_at_once() {
    let mut running = Running::start(
        "(defer (do (println \"cleaning\") (port/flush (*stdout*)) (forever nil))
           (println \"ready\")
           (port/flush (*stdout*))
           (ev/sleep 1000))",
        &[],
    );
    running.printed("ready");
    running.signal(Signal::INT);
    running.printed("cleaning");
    running.signal(Signal::INT);
    assert_eq!(running.end().0, Some(130));
}

#[test]
fn reading_standard_input_is_interrupted() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lisle"));
    command.args(["-e", "(println (protect (println \"ready\") (port/flush (*stdout*)) (port/read-line (*stdin*))))"]);
    let mut running = Running::start_as(command.stdin(Stdio::piped()));
    running.printed("ready");
    running.signal(Signal::INT);
    assert_eq!(running.end(), (Some(0), "[false {:error :interrupted}]\n".to_owned(), String::new()));
}

#[test]
fn a_blocking_sleep_is_interrupted() {
    let mut running =
        Running::start("(println \"ready\") (port/flush (*stdout*)) (time/sleep 1000) (ev/sleep 1000)", &[]);
    running.printed("ready");
    running.signal(Signal::INT);
    assert_eq!(running.end().0, Some(130));
}

#[test]
fn a_wait_for_a_file_that_nobody_opens_is_interrupted() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("fifo");
    let _ = std::fs::remove_file(&path);
    assert!(Command::new("mkfifo").arg(&path).status().expect("there is mkfifo").success());
    let program = format!(
        "(println \"ready\") (port/flush (*stdout*)) (defer (println \"cleanup\") (file/read \"{}\"))",
        path.display()
    );
    let mut running = Running::start(&program, &[]);
    running.printed("ready");
    running.signal(Signal::INT);
    running.printed("cleanup");
    assert_eq!(running.end().0, Some(130));
}

#[test]
fn a_timeline_is_written_to_the_named_file() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("timeline.json");
    let path = path.to_str().expect("UTF-8");
    let program = "(ev/join (ev/spawn (fn [] (ev/sleep 0.001))))";
    assert_eq!(Running::start(program, &[("LISLE_TRACE", path)]).end().0, Some(0));
    let text = std::fs::read_to_string(path).expect("it was written");
    let events: Vec<serde_json::Value> = serde_json::from_str(&text).expect("it is JSON");
    let count = |phase: &str| events.iter().filter(|e| e["ph"] == phase).count();
    assert_eq!((count("M"), count("i")), (2, 1));
    assert!(count("B") > 3 && count("B") == count("E"), "{text}");
}

#[test]
fn a_seed_gives_the_same_timeline_byte_for_byte() {
    let program = "(ev/join (map (fn [i] (ev/spawn (fn [] (ev/sleep (mod i 3)) (yield) (println i)))) (range 20)))";
    let run = |seed: &str, name: &str| {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let output = Command::new(env!("CARGO_BIN_EXE_lisle"))
            .args([seed, "-e", program])
            .env("LISLE_TRACE", &path)
            .output()
            .expect("the binary runs");
        assert!(output.status.success());
        (output.stdout, std::fs::read(path).expect("it was written"))
    };
    assert_eq!(run("--seed=5", "seed-5.json"), run("--seed=5", "seed-5-again.json"));
    assert_ne!(run("--seed=5", "seed-5-once-more.json").1, run("--seed=6", "seed-6.json").1);
}

#[test]
fn a_timeline_that_cannot_be_opened_is_an_error() {
    let (code, stdout, stderr) = Running::start("(println 1)", &[("LISLE_TRACE", "/no/such/directory/t.json")]).end();
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.starts_with("✗ LISLE_TRACE: /no/such/directory/t.json: "), "{stderr}");
}
