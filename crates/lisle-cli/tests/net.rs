//! Servers, pipelines and faults, driven from outside: the programs of `examples/net/`, and small ones.
#![allow(clippy::disallowed_methods, reason = "tests are what is outside")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use support::outside::{Client, Program};

/// A file of its own for a test.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the directory is there");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn the_echo_server_echoes_and_ends_gracefully() {
    let mut server = Program::example("net/echo-server", &["0"]);
    let address = server.address();
    let mut clients: Vec<Client> = (0..20).map(|_| Client::connect(&address)).collect();
    for round in 0..3 {
        for (i, client) in clients.iter_mut().enumerate() {
            client.say(&format!("{round} {i}"));
        }
        for (i, client) in clients.iter_mut().enumerate() {
            assert_eq!(client.hear(), format!("{round} {i}"));
        }
    }
    server.signal("TERM");
    assert_eq!(server.line(), "no more connections");
    assert!(TcpStream::connect(&address).is_err(), "nobody listens any more");
    clients[0].say("still served");
    assert_eq!(clients[0].hear(), "still served");
    drop(clients);
    assert_eq!(server.end(), (Some(0), String::new()));
}

#[test]
fn the_chat_server_has_rooms() {
    let mut server = Program::example("net/chat-server", &["0"]);
    let address = server.address();
    let enter = |name: &str| {
        let mut client = Client::connect(&address);
        assert_eq!(client.hear(), "* your name?");
        client.say(name);
        assert_eq!(client.hear(), format!("* welcome, {name}"));
        client
    };
    let mut anna = enter("anna");
    let mut bert = enter("bert");
    assert_eq!(anna.hear(), "* bert comes in");
    bert.say("hello");
    assert_eq!(anna.hear(), "bert: hello");
    anna.say("/who");
    assert_eq!(anna.hear(), "* anna bert");
    anna.say("/join garden");
    assert_eq!(bert.hear(), "* anna leaves");
    assert_eq!(anna.hear(), "* you are in garden");
    bert.say("nobody hears this");
    bert.say("/join garden");
    assert_eq!(anna.hear(), "* bert comes in");
    drop(bert);
    assert_eq!(anna.hear(), "* bert leaves");
    server.signal("TERM");
    assert_eq!(server.end(), (Some(0), String::new()));
}

#[test]
fn the_port_checker_finds_who_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there are free ports");
    let port = listener.local_addr().expect("it is bound").port();
    let (first, last) = (port.saturating_sub(5).to_string(), port.saturating_add(5).to_string());
    let (code, output) = Program::example("net/port-checker", &[&first, &last]).end();
    assert_eq!(code, Some(0));
    assert!(output.lines().any(|line| line == port.to_string()), "{output}");
    assert!(output.ends_with(" closed\n"));
}

#[test]
fn the_pipeline_counts_lines() {
    let path = file("pipeline.txt", &"b\na\nb\nb\nc\na\n".repeat(20_000));
    let (code, output) = Program::example("net/pipeline", &[&path]).end();
    let lines: Vec<&str> = output.lines().map(str::trim).collect();
    assert_eq!((code, lines), (Some(0), vec!["60000 b", "40000 a", "20000 c"]));
}

#[test]
fn the_log_follower_goes_on_after_replacement_and_truncation() {
    let path = file("followed.log", "first\n");
    let mut follower = Program::example("net/follow", &[&path]);
    assert_eq!(follower.line(), "first");
    let mut log = std::fs::OpenOptions::new().append(true).open(&path).expect("it is there");
    log.write_all(b"half").expect("there is room");
    log.write_all(b" and half\nmore\n").expect("there is room");
    assert_eq!(follower.line(), "half and half");
    assert_eq!(follower.line(), "more");
    log.write_all(b"without an end").expect("there is room");
    let fresh = file("followed.new", "of the new file\n");
    std::fs::rename(fresh, &path).expect("both are there");
    assert_eq!(follower.line(), "without an end");
    assert_eq!(follower.line(), "of the new file");
    std::fs::write(&path, "again\n").expect("it is there");
    assert_eq!(follower.line(), "again");
    std::fs::rename(&path, format!("{path}.1")).expect("it is there");
    std::fs::write(&path, "after rotation\n").expect("there is room");
    assert_eq!(follower.line(), "after rotation");
    follower.signal("TERM");
    assert_eq!(follower.end(), (Some(0), String::new()));
}

/// What an example says on standard error, and its code.
fn complaint(name: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let path = format!("{}/../../examples/net/{name}.lisp", env!("CARGO_MANIFEST_DIR"));
    let ran = Command::new(env!("CARGO_BIN_EXE_lisle")).arg(path).args(arguments).stdin(Stdio::null()).output();
    let ran = ran.expect("it starts");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "", "{name}");
    (ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned())
}

#[test]
fn the_examples_say_how_they_are_used() {
    let usages = [
        ("echo-server", "PORT", "x"),
        ("chat-server", "PORT", "70000"),
        ("port-checker", "FIRST LAST", "x"),
        ("pipeline", "FILE", ""),
        ("follow", "FILE [TEXT]", ""),
    ];
    for (name, operands, wrong) in usages {
        let usage = (Some(2), format!("usage: lisle {name}.lisp {operands}\n"));
        assert_eq!(complaint(name, &[]), usage);
        if !wrong.is_empty() {
            let arguments = vec![wrong; operands.split(' ').count()];
            assert_eq!(complaint(name, &arguments), usage);
        }
    }
}

#[test]
fn the_examples_say_what_they_cannot_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has one").to_string();
    for name in ["echo-server", "chat-server"] {
        let said = format!("tcp/listen: {address}: Address already in use (os error 98)\n");
        assert_eq!(complaint(name, &[address.trim_start_matches("127.0.0.1:")]), (Some(1), said));
    }
    let missing = "port/open-bytes: /no/such/file: No such file or directory (os error 2)\n";
    assert_eq!(complaint("pipeline", &["/no/such/file"]), (Some(1), missing.to_owned()));
    let directory = "port/read: /: Is a directory (os error 21)\n";
    assert_eq!(complaint("pipeline", &["/"]), (Some(1), directory.to_owned()));
    let (code, said) = complaint("follow", &["/"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("Is a directory"), "{said}");
}

#[test]
fn interruptions_end_the_examples() {
    let path = file("interrupted.log", "one\n");
    let mut follower = Program::example("net/follow", &[&path]);
    assert_eq!(follower.line(), "one");
    follower.signal("INT");
    assert_eq!(follower.end(), (Some(130), String::new()));
    // An echo server serves its clients to their end, unless it is told twice.
    let mut server = Program::example("net/echo-server", &["0"]);
    let mut client = Client::connect(&server.address());
    client.say("before");
    assert_eq!(client.hear(), "before");
    server.signal("INT");
    assert_eq!(server.line(), "no more connections");
    client.say("after");
    assert_eq!(client.hear(), "after");
    server.signal("INT");
    assert_eq!(server.end(), (Some(1), String::new()));
}

#[test]
fn the_log_follower_waits_for_a_file_that_is_not_there_yet() {
    let path = file("not-yet.log", "");
    std::fs::remove_file(&path).expect("it is there");
    let mut follower = Program::example("net/follow", &[&path, "b"]);
    std::fs::write(&path, "abc\nc\nb\n").expect("there is room");
    assert_eq!(follower.line(), "abc");
    assert_eq!(follower.line(), "b");
    follower.signal("TERM");
    assert_eq!(follower.end(), (Some(0), String::new()));
}

#[test]
fn without_descriptors_a_watch_is_an_error_that_says_what_to_do() {
    let program = file(
        "no-watches.lisp",
        r#"(def held @[])
           (forever
             (let [[ok w] (protect (watch))]
               (unless ok (println (get w :reason) " " (get w :message)) (break))
               (push held w)))
           (watch-close (first held))
           (println (watch))"#,
    );
    let script = format!("ulimit -n 20; exec {} {program}", env!("CARGO_BIN_EXE_lisle"));
    let (code, output) = Program::start(Command::new("sh").args(["-c", &script])).end();
    assert_eq!(code, Some(0));
    let message = "watch: the limit of watches or of open files is reached; fs.inotify.max_user_instances and \
                   `ulimit -n` set them";
    assert_eq!(output, format!("too-many-files {message}\n#<watch>\n"));
}

#[test]
fn accepting_goes_on_when_descriptors_return() {
    // With 40 descriptors the server cannot take 60 connections at once. It must not spin, and nobody may be lost.
    let server = file(
        "few-descriptors.lisp",
        r#"(def l (tcp/listen "127.0.0.1" 0))
           (println "listening on " (port/path l))
           (port/flush (*stdout*))
           (def @served 0)
           (forever
             (let [c (tcp/accept l)]
               (ev/spawn (fn []
                 (let [line (port/read-line c)]
                   (port/write c (string line "\n"))
                   (port/close c)
                   (assign served (+ served 1))
                   (when (= served 60) (println "cpu " (< (clock/cpu) 2)) (sys/exit 0)))))))"#,
    );
    let script = format!("ulimit -n 40; exec {} {server}", env!("CARGO_BIN_EXE_lisle"));
    let mut server = Program::start(Command::new("sh").args(["-c", &script]));
    let address = server.address();
    let mut clients: Vec<Client> = (0..60).map(|_| Client::connect(&address)).collect();
    for (i, client) in clients.iter_mut().enumerate() {
        client.say(&i.to_string());
        assert_eq!(client.hear(), i.to_string());
    }
    assert_eq!(server.end(), (Some(0), "cpu true\n".to_owned()));
}

#[test]
fn without_descriptors_connect_open_and_exec_are_errors() {
    let program = file(
        "no-descriptors.lisp",
        r#"(def l (tcp/listen "127.0.0.1" 0))
           (def held @[])
           (forever
             (let [[ok p] (protect (port/open "/dev/null" :read))]
               (unless ok (println (get p :error) " " (get p :reason)) (break))
               (push held p)))
           (println (get (get (protect (tcp/connect "127.0.0.1" (tcp/port l))) 1) :reason))
           (println (get (get (protect (subprocess/exec "true" [])) 1) :error))
           (println (get (get (protect (file/read "/dev/null")) 1) :reason))
           (each p in held (port/close p))
           (println (get (subprocess/system "echo" ["again"]) :stdout))"#,
    );
    let script = format!("ulimit -n 40; exec {} {program}", env!("CARGO_BIN_EXE_lisle"));
    let (code, output) = Program::start(Command::new("sh").args(["-c", &script])).end();
    assert_eq!(output, "io-error too-many-files\ntoo-many-files\nexec-error\ntoo-many-files\nagain\n\n");
    assert_eq!(code, Some(0));
}

#[test]
fn with_any_number_of_descriptors_a_program_gets_errors_and_goes_on() {
    let program = file(
        "some-descriptors.lisp",
        r#"(defn try-it [name thunk]
             (let [[ok e] (protect (thunk))]
               (unless (or ok (= (get e :reason) :too-many-files)) (println name ": " e))))
           (try-it "read" (fn [] (file/read "/dev/null")))
           (try-it "open" (fn [] (port/close (port/open "/dev/null" :read))))
           (try-it "run" (fn [] (subprocess/system "true" [])))
           (try-it "datagrams" (fn [] (port/close (udp/bind "127.0.0.1" 0))))
           (try-it "connect" (fn []
             (let [l (tcp/listen "127.0.0.1" 0)]
               (defer (port/close l)
                 (let [c (tcp/connect "127.0.0.1" (tcp/port l) :timeout 10000)] (port/close c))))))
           (try-it "resolve" (fn [] (protect (sys/resolve "localhost"))))
           (try-it "input" (fn [] (port/read-line (port/stdin))))
           (try-it "wait" (fn [] (ev/sleep 0.001)))
           (try-it "thread" (fn [] (sys/join (sys/spawn (fn [] (ev/sleep 0.001))))))
           (println "end")"#,
    );
    for descriptors in 8..28 {
        let script = format!("ulimit -n {descriptors}; exec {} {program}", env!("CARGO_BIN_EXE_lisle"));
        let mut command = Command::new("sh");
        command.args(["-c", &script]).stdin(Stdio::null()).stderr(Stdio::null());
        assert_eq!(Program::start(&mut command).end(), (Some(0), "end\n".to_owned()), "{descriptors} descriptors");
    }
}

#[test]
fn standard_streams_may_be_closed_from_the_beginning() {
    let file = file("closed-streams.txt", "");
    let program = format!(
        r#"(println "nobody reads this")
           (eprintln "nor this")
           (def [ok line] (protect (port/read-line (port/stdin))))
           (def l (tcp/listen "127.0.0.1" 0))
           (def c (tcp/connect "127.0.0.1" (tcp/port l)))
           (def s (tcp/accept l))
           (println "not even by accident")
           (port/close s)
           (def got (port/read-all c))
           (def echoed (get (subprocess/system "echo" ["x"]) :stdout))
           (file/write "{file}" (string ok line (length got) echoed))"#
    );
    for closed in ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"] {
        let script = format!("{} -e \"$0\" {closed}", env!("CARGO_BIN_EXE_lisle"));
        let mut command = Command::new("sh");
        command.args(["-c", &script, &program]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert_eq!(command.status().expect("there is a shell").code(), Some(0), "{closed}");
        assert_eq!(std::fs::read_to_string(&file).expect("it was written"), "truenil0x\n", "{closed}");
    }
}

#[test]
fn memory_stays_flat_when_nobody_reads() {
    // The writer to a slow reader waits: after megabytes written nothing of them is in the program's memory.
    let program = file(
        "slow-reader.lisp",
        r#"(def l (tcp/listen "127.0.0.1" 0))
           (def c (tcp/connect "127.0.0.1" (tcp/port l)))
           (def s (tcp/accept l))
           (def chunk (string/repeat "x" 65536))
           (def @written 0)
           (def writer (ev/spawn (fn [] (repeat 10000 (port/write c chunk) (assign written (+ written 65536))))))
           (defn settle [] (let [before written] (ev/sleep 0.05) (if (= before written) nil (settle))))
           (settle)
           (println (< written 50000000))
           (def @got 0)
           (while (< got 655360000) (assign got (+ got (length (port/read s 1000000)))))
           (ev/join writer)
           (println got)
           (println (first (filter (fn [l] (string/starts-with? l "VmHWM:")) (file/lines "/proc/self/status"))))"#,
    );
    let mut program = Program::lisle(&[&program]);
    assert_eq!(program.line(), "true");
    assert_eq!(program.line(), "655360000");
    let peak: u64 = program.line().split_whitespace().nth(1).expect("a number").parse().expect("a number");
    assert!(peak < 120_000, "{peak} KiB");
}

#[test]
fn a_reader_of_standard_output_that_is_slow_suspends_only_the_printing_fiber() {
    let program = r#"(def t (ev/spawn (fn [] (repeat 40000 (println "0123456789012345678901234567890123456789")))))
                     (ev/sleep 0.05)
                     (eprintln "ticks")
                     (ev/join t)"#;
    let mut command = Command::new(env!("CARGO_BIN_EXE_lisle"));
    let mut child =
        command.args(["-e", program]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut errors = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut line = String::new();
    // While nobody reads its output.
    errors.read_line(&mut line).expect("it prints text");
    assert_eq!(line, "ticks\n");
    let mut output = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut output).expect("it prints text");
    assert_eq!(output.lines().count(), 40_000);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn reading_standard_input_suspends_only_the_reading_fiber() {
    let program = r#"(def reader (ev/spawn (fn [] (println "read " (port/read-line (*stdin*))))))
                     (ev/sleep 0.01)
                     (eprintln "meanwhile")
                     (ev/join reader)"#;
    let mut command = Command::new(env!("CARGO_BIN_EXE_lisle"));
    command.args(["-e", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("it is piped")).read_line(&mut line).expect("it prints text");
    assert_eq!(line, "meanwhile\n");
    child.stdin.take().expect("it is piped").write_all(b"a line\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "read a line\n");
}

#[test]
fn signals_are_events_until_they_are_given_back() {
    let program = r#"(println "listening on nothing")
                     (port/flush (*stdout*))
                     (def @count 0)
                     (sys/on-signal :sigusr1 (fn [s] (assign count (+ count 1)) (println "got " s " " count)))
                     (sys/on-signal :sigint (fn [s] (println "got " s)))
                     (sys/on-signal :sigterm (fn [s] (sys/on-signal :sigterm nil) (println "once")))
                     (println "ready")
                     (ev/sleep 60)"#;
    let mut program = Program::lisle(&["-e", program]);
    program.address();
    assert_eq!(program.line(), "ready");
    for (signal, said) in
        [("USR1", "got sigusr1 1"), ("INT", "got sigint"), ("USR1", "got sigusr1 2"), ("INT", "got sigint")]
    {
        program.signal(signal);
        assert_eq!(program.line(), said);
    }
    program.signal("TERM");
    assert_eq!(program.line(), "once");
    program.signal("TERM");
    assert_eq!(program.end(), (None, String::new()));
}

#[test]
fn signals_disturb_no_transfer() {
    let program = file(
        "disturbed.lisp",
        r#"(def @came 0)
           (sys/on-signal :sigusr1 (fn [_] (assign came (+ came 1))))
           (def l (tcp/listen "127.0.0.1" 0))
           (def c (tcp/connect "127.0.0.1" (tcp/port l)))
           (def s (tcp/accept l))
           (println "ready")
           (port/flush (*stdout*))
           (def chunk (string/repeat "0123456789" 10000))
           (def writer (ev/spawn (fn [] (while (< came 20) (port/write c chunk) (ev/sleep 0.0001)) (port/close c))))
           (def got (string (port/read-all s)))
           (def copy (get (subprocess/system "cat" [] {:input got}) :stdout))
           (println (= got (string/repeat chunk (/ (length got) 100000))) (= got copy))"#,
    );
    let mut program = Program::lisle(&[&program]);
    assert_eq!(program.line(), "ready");
    let pid = program.child.id().to_string();
    let finished = std::thread::spawn(move || {
        // Until it has ended: signals of one kind may count as one.
        while Command::new("kill").args(["-USR1", &pid]).stderr(Stdio::null()).status().is_ok_and(|s| s.success()) {}
    });
    assert_eq!(program.line(), "truetrue");
    assert_eq!(program.end(), (Some(0), String::new()));
    finished.join().expect("it ends with the program");
}

#[test]
fn a_full_device_is_reported_and_fails_the_program() {
    let script = format!("{} -e '(println 1)' > /dev/full", env!("CARGO_BIN_EXE_lisle"));
    let output = Command::new("sh").args(["-c", &script]).output().expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("No space left"));
}

#[test]
fn descriptors_of_others_can_be_waited_for() {
    let program = r#"(println (get (get (protect (ev/poll-fd 0 :read 0.005)) 1) :error))
                     (def [one two] [(ev/spawn (fn [] (ev/poll-fd 0 :read))) (ev/spawn (fn [] (ev/poll-fd 0 :read 60)))])
                     (def aborted (ev/spawn (fn [] (ev/poll-fd 0 :read))))
                     (ev/sleep 0)
                     (ev/abort aborted)
                     (eprintln "waiting")
                     (println (ev/join one) (ev/join two) (ev/poll-fd 0 :read))
                     (println (port/read-line (*stdin*)))
                     (println (ev/poll-fd 0 :read) (port/read-line (*stdin*)) (ev/poll-fd 1 :write) (ev/poll-fd 2 :read-write))
                     (println (get (get (protect (ev/poll-fd 99 :read)) 1) :errno))"#;
    let mut command = Command::new(env!("CARGO_BIN_EXE_lisle"));
    command.args(["-e", program]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("it is piped")).read_line(&mut line).expect("it prints text");
    assert_eq!(line, "waiting\n");
    child.stdin.take().expect("it is piped").write_all(b"a line\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let expected = "timeout\nreadreadread\na line\nreadnilwriteread-write\n9\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
fn faults_of_the_simulated_network_are_chosen_on_the_command_line() {
    let program = file(
        "faults.lisp",
        r#"(def l (tcp/listen "10.0.0.1" 80))
           (def server (ev/spawn (fn [] (let [c (tcp/accept l)] (protect (port/read-all c))))))
           (def c (tcp/connect "10.0.0.1" 80))
           (def [ok e] (protect (repeat 10000 (port/write c "x"))))
           (println (if ok "ok" (get e :reason)))
           (port/close c)"#,
    );
    for (faults, expected) in [("resets", "reset\n"), ("all", "reset\n"), ("delays=3", "ok\n"), ("none", "ok\n")] {
        let faults = format!("--faults={faults}");
        let (code, output) = Program::lisle(&["--seed=1", &faults, &program]).end();
        assert_eq!((code, output.as_str()), (Some(0), expected), "{faults}");
    }
    assert_eq!(Program::lisle(&["--faults=fire", &program]).end().0, Some(2));
}
