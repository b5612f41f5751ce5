//! The programs of `examples/processes/`, driven from outside, with parts of them killed on the way.
#![allow(clippy::disallowed_methods, reason = "tests are what is outside")]

mod support;

use std::io::Write;
use std::time::Duration;

use support::outside::{Client, Program};

#[test]
fn the_store_outlives_its_parts() {
    let mut server = Program::example("processes/kv-store", &["0"]);
    let address = server.address();
    let (mut a, mut b) = (Client::connect(&address), Client::connect(&address));
    assert_eq!(a.ask("SET colour green"), "ok");
    assert_eq!(b.ask("GET colour"), "green");
    assert_eq!(b.ask("SET size 5"), "ok");
    assert_eq!(a.ask("KEYS"), "colour size");
    assert_eq!(a.ask("DELETE size"), "ok");
    // A connection that fails is gone; the others are not.
    assert_eq!(a.ask("CRASH ME"), "");
    assert_eq!(b.ask("GET colour"), "green");
    // The store fails: who asked is told, and it starts anew, without its data.
    assert_eq!(b.ask("CRASH STORE"), "error: gen-server-down");
    while b.ask("GET colour") != "(nothing)" {}
    assert_eq!(b.ask("SET colour red"), "ok");
    let mut c = Client::connect(&address);
    assert_eq!(c.ask("GET colour"), "red");
}

#[test]
fn the_chat_knows_who_is_present() {
    let mut server = Program::example("processes/chat", &["0"]);
    let address = server.address();
    let enter = |name: &str| {
        let mut client = Client::connect(&address);
        assert_eq!(client.hear(), "* your name?");
        assert_eq!(client.ask(name), format!("* welcome, {name}"));
        client
    };
    let mut anna = enter("anna");
    let mut bert = enter("bert");
    assert_eq!(anna.hear(), "* bert is here");
    let mut carl = enter("carl");
    assert_eq!((anna.hear(), bert.hear()), ("* carl is here".to_owned(), "* carl is here".to_owned()));
    anna.say("hello");
    assert_eq!((bert.hear(), carl.hear()), ("anna: hello".to_owned(), "anna: hello".to_owned()));
    assert_eq!(anna.ask("/who"), "* anna bert carl");
    // One leaves, one's process is killed, one's connection breaks: all are noticed.
    bert.say("/quit");
    assert_eq!((anna.hear(), bert.hear()), ("* bert is gone".to_owned(), String::new()));
    assert_eq!(carl.hear(), "* bert is gone");
    anna.say("/kick carl");
    assert_eq!((anna.hear(), carl.hear()), ("* carl is gone".to_owned(), String::new()));
    let dora = enter("dora");
    assert_eq!(anna.hear(), "* dora is here");
    drop(dora);
    assert_eq!(anna.hear(), "* dora is gone");
    let mut other = Client::connect(&address);
    assert_eq!(other.hear(), "* your name?");
    assert_eq!(other.ask("anna"), "* that name is taken");
}

#[test]
fn jobs_are_tried_again_and_outlive_those_who_sent_them() {
    let mut server = Program::example("processes/job-queue", &["0", "1000", "0"]);
    let address = server.address();
    let (mut a, mut b) = (Client::connect(&address), Client::connect(&address));
    assert_eq!(a.ask("SUM 2 3"), "job 1 accepted");
    assert_eq!(a.hear(), "job 1: 5");
    assert_eq!(a.ask("SHAKY 2"), "job 2 accepted");
    assert_eq!(a.hear(), "job 2: done at try 3");
    assert_eq!(a.ask("SHAKY 9"), "job 3 accepted");
    assert_eq!(a.hear(), "job 3: failed after 3 tries");
    // Workers that are killed are replaced, until that was too often.
    assert_eq!(a.ask("SLOW 3600"), "job 4 accepted");
    while b.ask("STATUS") != "0 running, 0 waiting, 0 later" {
        b.ask("KILL 4");
    }
    assert_eq!(a.hear(), "job 4: failed after 3 tries");
    // A job goes on although its client has gone, and the others are served.
    assert_eq!(a.ask("SLOW 3600"), "job 5 accepted");
    drop(a);
    assert_eq!(b.ask("SUM 1 1"), "job 6 accepted");
    assert_eq!(b.hear(), "job 6: 2");
    assert_eq!(b.ask("STATUS"), "1 running, 0 waiting, 0 later");
    assert_eq!(b.ask("nonsense"), "? SUM a b, SLOW seconds, SHAKY failures, KILL job, STATUS");
}

#[test]
fn jobs_begin_no_faster_than_they_may() {
    let mut server = Program::example("processes/job-queue", &["0", "1", "0"]);
    let mut client = Client::connect(&server.address());
    let begin = std::time::Instant::now();
    for job in 1..=3 {
        client.say(&format!("SUM {job} 0"));
    }
    let mut said: Vec<String> = (0..6).map(|_| client.hear()).collect();
    // The first began at once, the second and third in the seconds after that.
    assert!(begin.elapsed() >= Duration::from_secs(1));
    said.retain(|line| !line.ends_with("accepted"));
    assert_eq!(said, ["job 1: 1", "job 2: 2", "job 3: 3"]);
}

#[test]
fn a_program_under_supervision_is_started_again() {
    let mut program = Program::example("processes/subprocess", &["sh", "-c", "exit 3"]);
    let mut lines = Vec::new();
    loop {
        let line = program.line();
        assert!(!line.is_empty(), "it ended too early: {lines:?}");
        lines.push(line);
        if lines.last().is_some_and(|line| line == "done") {
            break;
        }
    }
    assert_eq!(lines.iter().filter(|line| *line == "started").count(), 3);
    assert_eq!(lines.iter().filter(|line| line.contains(":code 3")).count(), 3);
    assert!(lines.contains(&"it fails too often".to_owned()), "{lines:?}");
}

/// What the stubborn program runs: it ignores SIGTERM, and tells its pid.
const STUBBORN: &str = "trap '' TERM; echo $$; while :; do sleep 0.1; done";

/// A program that a program under test has started. It is killed if a test fails before it is gone.
struct Grandchild {
    pid: i32,
}

impl Grandchild {
    fn is_alive(&self) -> bool {
        std::path::Path::new(&format!("/proc/{}", self.pid)).exists()
    }
}

impl Drop for Grandchild {
    fn drop(&mut self) {
        // Its pid may belong to another program by now: what it was started with tells.
        let command = std::fs::read_to_string(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        if command.contains(STUBBORN)
            && let Some(pid) = rustix::process::Pid::from_raw(self.pid)
        {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

#[test]
fn a_program_under_supervision_ends_with_its_supervisor() {
    let mut program = Program::example("processes/subprocess", &["sh", "-c", STUBBORN]);
    let first = program.line();
    let is_pid_first = first != "started";
    let pid = if is_pid_first { first } else { program.line() };
    let child = Grandchild { pid: pid.parse().expect("it prints its pid") };
    if is_pid_first {
        assert_eq!(program.line(), "started");
    }
    assert!(child.is_alive());
    program.input.as_mut().expect("it is piped").write_all(b"stop\n").expect("it reads");
    assert_eq!(program.line(), "stopping");
    assert_eq!(program.line(), "done");
    assert!(!child.is_alive(), "it ignores SIGTERM, and SIGKILL ends it");
}
