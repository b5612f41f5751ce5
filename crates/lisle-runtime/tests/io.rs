//! Programs that use ports, files, sockets and subprocesses: the same ones in the real world and in simulated ones.
#![allow(clippy::disallowed_methods, reason = "tests look at files themselves")]

mod worlds;

use lisle_runtime::SimWorld;
use lisle_runtime::world::NetworkFaults;
use worlds::{ECHO, check, prints, prints_really, really, simulated};

#[test]
fn a_connection_carries_lines_and_ends() {
    let program = format!(
        r#"{ECHO}
        (def c (connect))
        (port/write c "one\r\ntwo\n\nthree")
        (tcp/shutdown c :write)
        (println (list (port/read-line c) (port/read-line c) (port/read-line c) (port/read-line c) (port/read-line c)))
        (println (type-of (port/read-all c)) (port/read c 5))
        (port/close c) (port/close c) (port/close l)
        (println (port/open? c) (get (get (protect (port/read c 1)) 1) :reason))"#
    );
    prints(&program, "(one two  three nil)\nbytesnil\nfalseclosed\n");
}

#[test]
fn a_large_write_is_whole_whatever_the_reader_does() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def server (ev/spawn (fn [] (let [c (tcp/accept l)] (ev/sleep 0.01) (length (port/read-all c))))))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (println (port/write c (string/repeat "0123456789" 500000)))
        (tcp/shutdown c :write)
        (println (ev/join server))"#;
    check(&really(program, false), "5000000\n5000000\n");
    check(&simulated(SimWorld::in_order(), program), "5000000\n5000000\n");
}

#[test]
fn writes_of_several_fibers_do_not_mix() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def server (ev/spawn (fn [] (port/read-all (tcp/accept l)))))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (ev/map (fn [i] (port/write c (string (string/repeat (string i) 200000) "\n"))) [1 2 3 4])
        (port/close c)
        (each line in (string/split (string/trim (string (ev/join server))) "\n")
          (println (length line) " " (= 1 (length (set (->list line))))))"#;
    let expected = "200000 true\n".repeat(4);
    check(&really(program, false), &expected);
    check(&simulated(SimWorld::in_order(), program), &expected);
}

#[test]
fn a_timeout_loses_nothing_and_leaves_the_port_usable() {
    let program = format!(
        r#"{ECHO}
        (def c (connect))
        (port/write c "half")
        (ev/sleep 0.1)
        (println (get (get (protect (port/read-line c :timeout 10)) 1) :error))
        (port/set-options c :timeout 10)
        (println (get (get (protect (port/read-line c)) 1) :error))
        (port/set-options c :timeout nil)
        (port/write c " a line\n")
        (println (port/read-line c))
        (port/close c) (port/close l)"#
    );
    prints(&program, "timeout\ntimeout\nhalf a line\n");
}

#[test]
fn an_aborted_reader_leaves_what_came_to_the_next() {
    let program = format!(
        r#"{ECHO}
        (def c (connect))
        (def first-reader (ev/spawn (fn [] (port/read-line c))))
        (def second-reader (ev/spawn (fn [] (port/read-line c))))
        (port/write c "a")
        (ev/sleep 0.1)
        (ev/abort first-reader)
        (port/write c "b\n")
        (println (ev/join second-reader))
        (port/close c) (port/close l)"#
    );
    prints(&program, "ab\n");
}

#[test]
fn an_aborted_write_is_whole_once_it_has_begun() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (def s (tcp/accept l))
        (def size 9000000)
        (def writer (ev/spawn (fn [] (port/write c (string/repeat "x" size)))))
        (def waits (ev/spawn (fn [] (port/write c "never"))))
        (ev/sleep 0.05)
        (ev/abort writer)
        (ev/abort waits)
        (def next-writer (ev/spawn (fn [] (port/write c "!") (port/close c))))
        (def all (string (port/read-all s)))
        (println (length all) " " (slice all (- size 2)))"#;
    check(&really(program, false), "9000001 xx!\n");
    check(&simulated(SimWorld::in_order(), program), "9000001 xx!\n");
}

#[test]
fn a_close_wakes_those_who_wait() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def acceptor (ev/spawn (fn [] (tcp/accept l))))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (def s (ev/join acceptor))
        (def fibers (list (ev/spawn (fn [] (tcp/accept l))) (ev/spawn (fn [] (port/read c 1))) (ev/spawn (fn [] (port/read-all c)))))
        (ev/sleep 0.01)
        (port/close l) (port/close c)
        (each f in fibers (println (get (get (ev/join-protected f) 1) :message)))"#;
    let expected = "tcp/accept: port is closed\nport/read: port is closed\nport/read-all: port is closed\n";
    prints(program, expected);
}

#[test]
fn nobody_listening_and_an_address_in_use_are_errors_with_reasons() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def port (tcp/port l))
        (def [ok e] (protect (tcp/listen "127.0.0.1" port)))
        (println ok " " (get e :error) (get e :reason) " " (= (get e :address) (string "127.0.0.1:" port)))
        (port/close l)
        (def [ok e] (protect (tcp/connect "127.0.0.1" port)))
        (println ok " " (get e :error) (get e :reason) (get e :errno))
        (def [ok e] (protect (tcp/connect "no-such-host.invalid" port)))
        (println ok " " (get e :error) " " (get e :host))"#;
    prints(program, "false io-erroraddr-in-use true\nfalse io-errorrefused111\nfalse dns-error no-such-host.invalid\n");
}

#[test]
fn a_peer_that_is_gone_is_an_error_of_the_writer() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (port/write c "unread")
        (ev/sleep 0.1)
        (port/close (tcp/accept l))
        (ev/sleep 0.1)
        (def [ok e] (protect (forever (port/write c "x"))))
        (println ok " " (get e :error) " " (or (= :reset (get e :reason)) (= :broken-pipe (get e :reason))))"#;
    prints(program, "false io-error true\n");
}

#[test]
fn a_half_closed_connection_still_answers() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (ev/spawn (fn []
          (let [c (tcp/accept l)]
            (let [question (port/read-all c)]
              (port/write c (string "you said " question))
              (port/close c)))))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (port/write c "hello")
        (tcp/shutdown c :write)
        (println (get (get (protect (port/write c "more")) 1) :reason))
        (println (string (port/read-all c)))"#;
    prints(program, "broken-pipe\nyou said hello\n");
}

#[test]
fn a_hundred_clients_get_their_own_lines() {
    let program = format!(
        r#"{ECHO}
        (defn client [i]
          (let [c (connect)]
            (defer (port/close c)
              (repeat 5
                (port/write c (string "line of " i "\n"))
                (unless (= (port/read-line c) (string "line of " i)) (error :mixed))))
            i))
        (println (length (ev/map client (range 100))))
        (port/close l)"#
    );
    check(&really(&program, false), "100\n");
    check(&simulated(SimWorld::seeded(1), &program), "100\n");
}

#[test]
fn datagrams_tell_their_sender() {
    let program = r#"
        (def a (udp/bind "127.0.0.1" 0))
        (def b (udp/bind "127.0.0.1" 0))
        (println (udp/send-to a "ping" "localhost" (udp/port b)))
        (def m (udp/recv-from b 100))
        (println (string (get m :data)) " " (get m :addr) " " (= (get m :port) (udp/port a)))
        (udp/send-to b b[1 2 3] (get m :addr) (get m :port))
        (println (= b[1 2] (get (udp/recv-from a 2) :data)))
        (println (get (get (protect (udp/recv-from a 2 :timeout 5)) 1) :error))"#;
    prints(program, "4\nping 127.0.0.1 true\ntrue\ntimeout\n");
}

#[test]
fn unix_sockets_connect_by_path() {
    let program = r#"
        (def dir (file/temp-dir))
        (def path (path/join dir "s"))
        (def l (unix/listen path))
        (println (get (get (protect (unix/listen path)) 1) :reason))
        (def c (unix/connect path))
        (def s (unix/accept l))
        (port/write c "hello\n")
        (println (port/read-line s))
        (port/close l)
        (println (get (get (protect (unix/connect path)) 1) :reason))
        (def l (unix/listen path))
        (port/close l)
        (file/delete-all dir)"#;
    prints_really(program, "addr-in-use\nhello\nrefused\n");
}

#[test]
fn files_are_read_written_and_looked_at() {
    let program = r#"
        (def dir (file/temp-dir :prefix "lisle-test-"))
        (def f (path/join dir "a.txt"))
        (println (file/write f "one\ntwo\n") (file/append f "three") (file/lines f) (file/size f))
        (file/replace f "new")
        (println (file/read f) (= b[110 101 119] (file/read-bytes f)))
        (println (file/ls dir) (path/file? f) (path/dir? dir) (path/dir? f) (path/exists? (string f "x")))
        (file/mkdir-all (path/join dir "b" "c"))
        (println (get (get (protect (file/mkdir (path/join dir "b"))) 1) :reason))
        (println (get (get (protect (file/delete-dir (path/join dir "b"))) 1) :reason))
        (file/copy f (path/join dir "b" "copy"))
        (file/rename f (path/join dir "moved"))
        (println (file/read (path/join dir "b" "copy")) (get (file/stat (path/join dir "moved")) :file-type))
        (file/link "moved" (path/join dir "link"))
        (println (file/read (path/join dir "link")) (file/read-link (path/join dir "link")))
        (file/set-permissions (path/join dir "moved") 0o600)
        (println (get (file/stat (path/join dir "link")) :permissions) (get (file/lstat (path/join dir "link")) :is-symlink))
        (file/delete-all dir)
        (def [ok e] (protect (file/read f)))
        (println ok " " (get e :error) (get e :reason) " " (= f (get e :path)))"#;
    let expected = "truetrue(one two three)13\nnewtrue\n(a.txt)truetruefalsefalse\nexists\nnot-empty\nnewfile\n\
                    newmoved\n384true\nfalse io-errornot-found true\n";
    prints(program, expected);
}

#[test]
fn file_ports_read_write_and_seek() {
    let program = r#"
        (def f (file/temp))
        (def p (port/open f :read-write))
        (println (port/write p "héllo\nwörld\n") " " (port/tell p))
        (println (port/seek p 0) (port/read p 2) (port/read-line p) (port/tell p))
        (println (port/seek p -6 :from :end) (port/read-all p) (port/read-all p) "|" (port/read p 3))
        (port/seek p -6 :from :current)
        (port/write p "WORLD") (port/flush p) (port/sync p)
        (println (file/lines f))
        (port/close p)
        (def a (port/open f :append))
        (port/write a "more") (port/close a)
        (println (get (get (protect (port/read a 1)) 1) :reason) (get (get (protect (port/open f :write :new true)) 1) :reason))
        (def b (port/open-bytes f :read))
        (println (port/read b 3) (port/read-line b))
        (println (stream/collect (port/lines b)) (port/open? b))
        (println (get (get (protect (port/write (port/open f :read) "x")) 1) :error))
        (file/delete f)"#;
    let ran = really(program, false);
    assert_eq!((ran.stderr.as_str(), ran.code), ("", 0));
    check(&simulated(SimWorld::seeded(3), program), &ran.stdout);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines[0], "14 14");
    assert_eq!(lines[1], "0héllo7");
    assert_eq!(lines[5], "closedexists");
}

#[test]
fn a_full_disk_is_an_error_and_nothing_half() {
    let program = r#"
        (file/write "/tmp/a" "12345")
        (println (get (get (protect (file/replace "/tmp/a" "123456789012")) 1) :reason) (file/read "/tmp/a"))
        (def p (port/open "/tmp/b" :write))
        (println (get (get (protect (port/write p "123456789012")) 1) :reason))
        (println (port/write p "1234"))
        (port/close p)
        (println (file/read "/tmp/b"))"#;
    check(&simulated(SimWorld::in_order().with_disk_bytes(10), program), "no-space12345\nno-space\n4\n1234\n");
    let full = r#"
        (println (get (get (protect (file/write "/dev/full" "x")) 1) :reason))
        (def p (port/open "/dev/full" :write))
        (println (get (get (protect (port/write p "x")) 1) :reason))"#;
    prints_really(full, "no-space\nno-space\n");
}

#[test]
fn ports_that_nobody_has_any_more_are_closed() {
    let program = r#"
        (defn open-many [] (repeat 100 (port/open "/dev/null" :read)))
        (def before (length (file/ls "/proc/self/fd")))
        (open-many)
        (ev/sleep 0)
        (ev/sleep 0.001)
        (println (< (- (length (file/ls "/proc/self/fd")) before) 50))"#;
    check(&really(program, true), "true\n");
}

#[test]
fn network_code_survives_every_fault_in_simulated_worlds() {
    // Each client tries again until its number came back; the server never ends.
    let program = r#"
        (def l (tcp/listen "10.0.0.1" 80))
        (ev/spawn (fn []
          (forever
            (let [c (tcp/accept l)]
              (ev/spawn (fn []
                (defer (port/close c)
                  (protect
                    (forever
                      (let [line (port/read-line c :timeout 5000)]
                        (when (nil? line) (break))
                        (port/write c (string line line "\n"))))))))))))
        (defn ask [i]
          (let [[ok answer]
                (protect
                  (let [c (tcp/connect "10.0.0.1" 80 :timeout 5000)]
                    (defer (port/close c)
                      (port/write c (string i "\n"))
                      (port/read-line c :timeout 5000))))]
            (if (and ok (= answer (string i i))) answer (ask i))))
        (println (length (ev/map (fn [i] (repeat 5 (ask i)) i) (range 20))))
        (sys/exit 0)"#;
    for seed in 0..30 {
        let world = SimWorld::seeded(seed).with_network(NetworkFaults::ALL);
        check(&simulated(world, program), "20\n");
    }
}

#[test]
fn one_seed_gives_one_run() {
    let program = format!(
        r#"{ECHO}
        (ev/map (fn [i] (let [c (connect)] (port/write c (string i)) (println i (string (port/read c 10)) (clock/monotonic)) (port/close c))) (range 10))
        (port/close l)"#
    );
    let runs = |seed| {
        let faults = NetworkFaults { reset_per_million: 0, ..NetworkFaults::ALL };
        simulated(SimWorld::seeded(seed).with_network(faults), &program).stdout
    };
    assert_eq!(runs(5), runs(5));
    assert_ne!(runs(5), runs(6));
}

#[test]
fn a_wait_that_nothing_can_end_is_a_deadlock_in_a_simulated_world() {
    let ran = simulated(SimWorld::in_order(), r#"(tcp/accept (tcp/listen "127.0.0.1" 0))"#);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("deadlock") && ran.stderr.contains("a connection"), "{}", ran.stderr);
}

#[test]
fn a_name_with_a_dead_address_first_connects_to_the_next() {
    let addresses = ["10.0.0.9", "10.0.0.1"].map(|ip| ip.parse().unwrap());
    let world = SimWorld::in_order().with_host("twice.example", &addresses);
    let program = r#"
        (def l (tcp/listen "10.0.0.1" 80))
        (def c (tcp/connect "twice.example" 80))
        (println (port/path c) " " (sys/resolve "twice.example"))"#;
    check(&simulated(world, program), "twice.example:80 [10.0.0.9 10.0.0.1]\n");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let ran =
        simulated(SimWorld::in_order(), r#"(println (get (get (protect (subprocess/exec "true" [])) 1) :reason))"#);
    assert_eq!(ran.stdout, "unsupported\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_device_that_fails_is_an_error_of_the_reader() {
    // The first page of a process is never there, which its memory, as a file, reports as a failed device.
    let program = r#"
        (def p (port/open-bytes "/proc/self/mem" :read))
        (def [ok e] (protect (port/read p 10)))
        (println (get e :error) " " (get e :reason) " " (get e :path))
        (println (get (get (protect (port/read-line p)) 1) :reason) (port/open? p))
        (println (get (get (protect (file/read "/proc/self/mem")) 1) :reason))
        (port/close p)"#;
    prints_really(program, "io-error device-error /proc/self/mem\ndevice-errortrue\ndevice-error\n");
}

#[test]
fn a_datagram_waits_for_room_and_can_be_late() {
    // In this world the system never has room for a datagram but now and then.
    let program = r#"
        (def a (udp/bind "127.0.0.1" 0))
        (def b (udp/bind "127.0.0.1" 0))
        (println (get (get (protect (udp/send-to a "x" "127.0.0.1" (udp/port b) :timeout 0)) 1) :error))
        (def first-one (ev/spawn (fn [] (udp/send-to a "one" "127.0.0.1" (udp/port b)))))
        (def second-one (ev/spawn (fn [] (udp/send-to a "second" "localhost" (udp/port b)))))
        (println (ev/join first-one) (ev/join second-one))
        (println (string (get (udp/recv-from b 9) :data)))
        (def stopped (ev/spawn (fn [] (udp/send-to a "never" "127.0.0.1" (udp/port b)))))
        (ev/sleep 0)
        (port/close a)
        (println (get (get (ev/join-protected stopped) 1) :reason))"#;
    let faults = NetworkFaults { short_per_mille: 990, ..NetworkFaults::NONE };
    check(&simulated(SimWorld::in_order().with_network(faults), program), "timeout\n36\none\nclosed\n");
}

#[test]
fn what_an_aborted_fiber_would_have_made_is_not_left_behind() {
    let program = r#"
        (def dir (file/temp-dir))
        (each i in (range 30)
          (let [fs [(ev/spawn (fn [] (file/temp :in dir))) (ev/spawn (fn [] (file/temp-dir :in dir)))]]
            (repeat i (ev/sleep 0))
            (each f in fs (unless (fiber/done? f) (ev/abort f)))
            (each f in fs
              (let [[ok path] (ev/join-protected f)]
                (when ok (if (path/dir? path) (file/delete-dir path) (file/delete path)))))))
        (while (> (get (%census) :jobs) 0) (ev/sleep 0.0001))
        (println (file/ls dir))
        (file/delete-dir dir)"#;
    prints(program, "()\n");
}

#[test]
fn the_end_of_the_program_leaves_nothing_behind_that_it_was_about_to_make() {
    let dir = std::env::temp_dir().join(format!("lisle-test-{}", std::process::id()));
    std::fs::create_dir(&dir).unwrap();
    for end in ["(ev/abort f)", "(sys/exit 0)"] {
        for turns in 0..20 {
            let program = format!(
                r#"(def f (ev/spawn (fn [] (println (file/temp-dir :in "{}")) (ev/sleep 100))))
                (repeat {turns} (ev/sleep 0))
                {end}"#,
                dir.display()
            );
            let ran = really(&program, false);
            assert_eq!((ran.stderr.as_str(), ran.code), ("", 0));
            // What the fiber has got is its own.
            ran.stdout.lines().for_each(|path| std::fs::remove_dir(path).unwrap());
            assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0);
        }
    }
    std::fs::remove_dir(&dir).unwrap();
}

#[test]
fn a_datagram_that_comes_back_is_cut_for_whoever_gets_it() {
    // After many datagrams that were there at once, the receiver has one and lets others run before it sees it.
    let program = r#"
        (def a (udp/bind "127.0.0.1" 0))
        (def b (udp/bind "127.0.0.1" 0))
        (each i in (range 100 200) (udp/send-to a (string i "0123456789") "127.0.0.1" (udp/port b)))
        (ev/sleep 0.1)
        (def log @[])
        (def receiver (ev/spawn (fn [] (forever (push log (get (udp/recv-from b 100) :data))))))
        (ev/sleep 0)
        (ev/abort receiver)
        (def seen (length log))
        (while (< (length log) 100)
          (let [m (udp/recv-from b 3)]
            (unless (= (length (get m :data)) 3) (println "not cut: " m))
            (unless (= [(get m :addr) (get m :port)] ["127.0.0.1" (udp/port a)]) (println "not its sender: " m))
            (push log (get m :data))))
        (println (< 0 seen 100) (= (map (fn [m] (slice (string m) 0 3)) log) (->array (map string (range 100 200)))))"#;
    check(&really(program, false), "truetrue\n");
    check(&simulated(SimWorld::in_order(), program), "truetrue\n");
}

#[test]
fn what_an_aborted_write_has_begun_is_done_before_what_is_asked_next() {
    let program = r#"
        (def dir (file/temp-dir))
        (def f (path/join dir "f"))
        (def long-text (string/repeat "a" 1000000))
        (def wrong @[])
        (defn try-it [name i begin next ok]
          (let [fiber (ev/spawn begin)]
            (repeat (mod i 4) (ev/sleep 0))
            (ev/abort fiber)
            (next)
            (while (> (get (%census) :jobs) 0) (ev/sleep 0.0001))
            (unless (ok) (push wrong [name i]))))
        (defn holds [text] (fn [] (= (file/read f) text)))
        (each i in (range 40)
          (try-it :write i (fn [] (file/write f long-text)) (fn [] (file/write f "b")) (holds "b"))
          (try-it :append i (fn [] (file/write f long-text)) (fn [] (file/append f "b"))
            (fn [] (string/ends-with? (file/read f) "b")))
          (try-it :rename i (fn [] (file/write f long-text)) (fn [] (file/rename f (string f 2)) (file/write f "c")) (holds "c"))
          (try-it :replace i (fn [] (file/replace f long-text)) (fn [] (file/replace f "d")) (holds "d"))
          (try-it :delete i (fn [] (file/write f long-text)) (fn [] (protect (file/delete f))) (fn [] (not (path/exists? f))))
          (try-it :open i (fn [] (port/open f :write)) (fn [] (file/write f "e")) (holds "e"))
          (try-it :port i
            (fn [] (let [p (port/open f :write)] (defer (port/close p) (port/write p long-text))))
            (fn [] (file/write f "g"))
            (holds "g"))
          (try-it :delete-all i (fn [] (file/write f long-text)) (fn [] (file/delete-all dir) (file/mkdir dir)) (fn [] (empty? (file/ls dir)))))
        (println wrong)
        (file/delete-all dir)"#;
    check(&really(program, false), "@[]\n");
    check(&simulated(SimWorld::in_order(), program), "@[]\n");
    for seed in 0..5 {
        check(&simulated(SimWorld::seeded(seed), program), "@[]\n");
    }
}

#[test]
fn what_never_ends_holds_nothing_up_for_ever() {
    let program = r#"
        (def path (path/join (file/temp-dir) "fifo"))
        (subprocess/system "mkfifo" [path])
        (println (ev/timeout 0.001 (fn [] (file/write path "nobody reads this")) :late))
        (println (path/exists? path))
        (file/delete-all (path/parent path))
        (println (path/exists? path))"#;
    check(&really(program, false), "late\ntrue\nfalse\n");
}
