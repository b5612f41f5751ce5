//! What ports say and do at their edges: counts, ends, wrong kinds, closed ports, limits of time, order.
#![allow(clippy::disallowed_methods, reason = "tests look at files themselves")]

mod worlds;

use lisle_runtime::SimWorld;
use lisle_runtime::world::NetworkFaults;
use worlds::{check, prints, prints_really, really, simulated};

/// `failure` tells what a thunk raises in a few words.
const FAILURE: &str = r#"
    (defn failure [thunk]
      (let [[ok e] (protect (thunk))]
        (cond ok [:ok e] (nil? (get e :reason)) (get e :error) true [(get e :error) (get e :reason)])))
"#;

#[test]
fn ports_are_shown_with_their_kind_place_direction_and_content() {
    let program = r#"
        (defn shown [p] (string/replace (string p) (string (tcp/port p)) "N"))
        (println (port/stdin) (port/stdout) (port/stderr))
        (def f (file/temp))
        (each [mode text] in [[:read true] [:write true] [:append false] [:read-write false]]
          (let [p (if text (port/open f mode) (port/open-bytes f mode))]
            (println (string/replace (string p) f "F"))
            (port/close p)
            (println (string/replace (string p) f "F"))))
        (file/delete f)
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "localhost" (tcp/port l)))
        (println (shown l) (string/replace (shown c) (string (tcp/port l)) "N"))
        (println (= (port/path l) (string "127.0.0.1:" (tcp/port l))) (= (port/path c) (string "localhost:" (tcp/port l))))
        (println (= (port/path (tcp/accept l)) (string "127.0.0.1:" (tcp/port c))))
        (println (shown (udp/bind "127.0.0.1" 0)))"#;
    let expected = "#<port:stdin>#<port:stdout>#<port:stderr>\n\
        #<port:file \"F\" :read :text>\n#<port:file \"F\" :read :text [closed]>\n\
        #<port:file \"F\" :write :text>\n#<port:file \"F\" :write :text [closed]>\n\
        #<port:file \"F\" :write :binary>\n#<port:file \"F\" :write :binary [closed]>\n\
        #<port:file \"F\" :read-write :binary>\n#<port:file \"F\" :read-write :binary [closed]>\n\
        #<port:tcp-listener \"127.0.0.1:N\">#<port:tcp-stream \"localhost:N\" :read-write :text>\n\
        truetrue\ntrue\n#<port:udp \"127.0.0.1:N\" :read-write :binary>\n";
    prints(program, expected);
}

#[test]
fn what_is_read_has_the_type_of_its_port() {
    let program = r#"
        (defn types [p write]
          (write "abcd\nline\nrest")
          (println (map type-of [(port/read p 0) (port/read p 2) (port/read-line p) (port/read-line p) (port/read-all p)])
            (port/read p 1) (port/read-line p) (type-of (port/read-all p)) (length (port/read-all p))))
        (def f (file/temp))
        (types (port/open f :read) (fn [text] (file/write f text)))
        (types (port/open-bytes f :read) (fn [text] (file/write f text)))
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (types c (fn [text] (let [s (tcp/accept l)] (port/write s text) (port/close s))))
        (file/delete f)"#;
    let bytes = "[bytes bytes string string bytes]nilnilbytes0\n";
    prints(program, &format!("[string string string string string]nilnilstring0\n{bytes}{bytes}"));
    let program = r#"
        (def p (subprocess/exec "printf" ["abcd\nline\nrest"]))
        (def out (get p :stdout))
        (println (map type-of [(port/read out 0) (port/read out 2) (port/read-line out) (port/read-line out) (port/read-all out)])
          (port/read out 1) (port/read-line out) (type-of (port/read-all out)) (length (port/read-all out)))"#;
    prints_really(program, bytes);
}

#[test]
fn counts_and_data_are_checked() {
    let program = format!(
        r#"{FAILURE}
        (def f (file/temp))
        (file/write f "content")
        (def p (port/open f :read-write))
        (println (map (fn [n] (failure (fn [] (port/read p n)))) [-1 1.5 "1" nil]))
        (println (failure (fn [] (port/read p 0))) (port/read p 9223372036854775807))
        (println (port/write p "") (port/write p b[]) (failure (fn [] (port/write p 5))) (failure (fn [] (port/write p nil))))
        (println (port/write p "ü") (port/write p b[1 2 3]) (port/write p (@bytes 4 5)) (port/write p (@string "six")))
        (println (failure (fn [] (port/chunks p 0))) (failure (fn [] (port/chunks p :x))) (failure (fn [] (port/lines 5))))
        (println (map (fn [t] (failure (fn [] (port/read p 1 :timeout t)))) [-1 "1"]) (failure (fn [] (port/read p 1 :time 1))))
        (println (failure (fn [] (port/set-options 5))) (failure (fn [] (port/set-options p :timeout "x"))))
        (println (map (fn [mode] (failure (fn [] (port/open f mode)))) [:sideways "read" nil]) (failure (fn [] (port/open 5 :read))))
        (file/delete f)"#
    );
    let expected = "[value-error type-error type-error type-error]\n[ok ]content\n00type-errortype-error\n2323\n\
        value-errortype-errortype-error\n[value-error type-error]argument-error\ntype-errortype-error\n\
        [type-error type-error type-error]type-error\n";
    prints(&program, expected);
}

#[test]
fn a_closed_port_says_so_whatever_is_asked_of_it() {
    let program = format!(
        r#"{FAILURE}
        (def f (file/temp))
        (def asked
          [(fn [p] (port/read p 0)) (fn [p] (port/read p 1)) port/read-line port/read-all (fn [p] (port/write p "x")) port/flush
           (fn [p] (port/seek p 0)) port/tell port/sync (fn [p] (port/set-options p :timeout 1))
           (fn [p] (stream/collect (port/lines p)))])
        (def p (port/open f :read-write))
        (println (port/close p) (port/close p) (port/open? p) (port? p) (= (port/path p) f))
        (println (all? (fn [ask] (= (failure (fn [] (ask p))) [:io-error :closed])) asked))
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (port/close c) (port/close l)
        (println (failure (fn [] (tcp/accept l))) (failure (fn [] (tcp/port l))) (failure (fn [] (tcp/shutdown c :read)))
          (failure (fn [] (port/read c 1))))
        (def u (udp/bind "127.0.0.1" 0))
        (port/close u)
        (println (failure (fn [] (udp/recv-from u 1))) (failure (fn [] (udp/send-to u "x" "127.0.0.1" 9))))
        (def out (port/stdout))
        (port/close out)
        (println (port/open? out) (failure (fn [] (port/write out "x"))) "the stream itself is open")
        (file/delete f)"#
    );
    let closed = "[io-error closed]";
    let expected = format!(
        "nilnilfalsetruetrue\ntrue\n{}\n{}\nfalse{closed}the stream itself is open\n",
        closed.repeat(4),
        closed.repeat(2)
    );
    prints(&program, &expected);
}

#[test]
fn a_port_of_the_wrong_kind_is_an_error() {
    let program = format!(
        r#"{FAILURE}
        (def f (file/temp))
        (def r (port/open f :read))
        (def w (port/open f :write))
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (def u (udp/bind "127.0.0.1" 0))
        (println (map failure
          [(fn [] (port/write r "x")) (fn [] (port/flush r)) (fn [] (port/read w 1)) (fn [] (port/read l 1)) (fn [] (port/write l "x"))
           (fn [] (port/read u 1)) (fn [] (port/write u "x")) (fn [] (port/read (port/stdout) 1)) (fn [] (port/write (port/stdin) "x"))]))
        (println (map failure
          [(fn [] (tcp/accept c)) (fn [] (tcp/accept r)) (fn [] (unix/accept l)) (fn [] (tcp/shutdown l :read)) (fn [] (tcp/shutdown r :read))
           (fn [] (udp/recv-from c 1)) (fn [] (udp/send-to c "x" "127.0.0.1" 9)) (fn [] (port/seek c 0)) (fn [] (port/tell c))
           (fn [] (port/seek (port/stdin) 0)) (fn [] (port/sync c)) (fn [] (tcp/port r)) (fn [] (tcp/accept 5)) (fn [] (port/read 5 1))]))
        (println (failure (fn [] (tcp/shutdown c :sideways))))
        (file/delete f)"#
    );
    let expected = format!("[{}]\n[{}]\nvalue-error\n", ["io-error"; 9].join(" "), ["type-error"; 14].join(" "));
    prints(&program, &expected);
}

#[test]
fn every_wait_has_a_limit_by_call_and_by_port() {
    let program = format!(
        r#"{FAILURE}
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (def s (tcp/accept l))
        (def u (udp/bind "127.0.0.1" 0))
        (def much (string/repeat "x" 9000000))
        (def asked
          [[c (fn [& o] (apply port/read c 1 o))] [c (fn [& o] (apply port/read-line c o))] [c (fn [& o] (apply port/read-all c o))]
           [l (fn [& o] (apply tcp/accept l o))] [u (fn [& o] (apply udp/recv-from u 1 o))] [s (fn [& o] (apply port/write s much o))]
           [s (fn [& o] (apply port/write s "later" o))]])
        (each [port ask] in asked
          (print (failure (fn [] (ask :timeout 5))) (failure (fn [] (ask {{:timeout 0}})))
            (begin (port/set-options port :timeout 5) (failure (fn [] (ask)))))
          (port/set-options port :timeout nil))
        (println)
        (def reader (ev/spawn (fn [] (length (port/read-all c)))))
        (port/write s "!")
        (port/close s)
        (println (ev/join reader))
        (println (get (last (protect (sys/resolve 5 :timeout 1))) :error) (failure (fn [] (tcp/connect "127.0.0.1" 1 :timeout "x"))))"#
    );
    // The first write of each port had begun, and was finished by the next.
    let expected = format!("{}\n9000001\ntype-errortype-error\n", "timeout".repeat(21));
    check(&really(&program, false), &expected);
    check(&simulated(SimWorld::in_order(), &program), &expected);
}

#[test]
fn readers_and_acceptors_are_served_in_their_order() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def order @[])
        (def acceptors (map (fn [i] (ev/spawn (fn [] (let [c (tcp/accept l)] (push order i) c)))) [0 1 2]))
        (ev/sleep 0.01)
        (def clients (map (fn [_] (tcp/connect "127.0.0.1" (tcp/port l))) [0 1 2]))
        (def servers (ev/join acceptors))
        (println order)
        (def [c s] [(get clients 0) (first (filter (fn [s] (= (port/path s) (string "127.0.0.1:" (tcp/port (get clients 0))))) servers))])
        (def readers (map (fn [i] (ev/spawn (fn [] (string i (port/read-line c))))) [0 1 2 3]))
        (ev/sleep 0.01)
        (port/write s "a\nb\nc\nd\n")
        (println (ev/join readers))"#;
    check(&really(program, false), "@[0 1 2]\n[0a 1b 2c 3d]\n");
    check(&simulated(SimWorld::in_order(), program), "@[0 1 2]\n[0a 1b 2c 3d]\n");
}

#[test]
fn a_character_that_comes_in_pieces_is_read_whole() {
    let program = r#"
        (def dir (file/temp-dir))
        (def path (path/join dir "fifo"))
        (subprocess/system "mkfifo" [path])
        (def opening (ev/spawn (fn [] (port/open path :read))))
        (def w (port/open-bytes path :write))
        (def r (ev/join opening))
        (port/write w b[97 226])
        (println (port/read r 10))
        (def reader (ev/spawn (fn [] (port/read r 10))))
        (port/write w b[130])
        (ev/sleep 0.001)
        (println (fiber/done? reader))
        (port/write w b[172 98])
        (println (ev/join reader))
        (port/write w b[255 195])
        (port/close w)
        (println (port/read r 1) (port/read-all r) (port/read r 1))
        (file/delete-all dir)"#;
    prints_really(program, "a\nfalse\n€b\n\u{fffd}\u{fffd}nil\n");
}

#[test]
fn lines_end_with_or_without_a_carriage_return_and_the_last_may_not_end() {
    let program = r#"
        (def f (file/temp))
        (defn lines [text] (file/write f text) (let [p (port/open f :read) all (stream/collect (port/lines p))] [(length all) (string/join (->list all) "|") (port/open? p)]))
        (println (lines "") (lines "\n") (lines "a") (lines "a\r\n\r\n\nb\rc\n") (lines "a\r"))
        (println (map length [(file/lines f) (begin (file/write f "a\r\n\nb") (file/lines f)) (begin (file/write f "") (file/lines f))]))
        (file/write f "0123456789")
        (let [p (port/open f :read)] (println (stream/collect (port/chunks p 4)) (port/open? p)))
        (let [p (port/open f :write) w (port/writer p)]
          (each data in [nil "a" b[98] (@string "c") nil] (fiber/resume w data))
          (println (port/open? p) (fiber/done? w) (file/read f)))
        (let [p (port/open f :read-write)]
          (println (stream/read p 1) (stream/write p "X") (stream/flush p) (port/seek p 0) (stream/read-line p) (stream/read-all p) (stream/close p)))
        (file/delete f)"#;
    let expected = "[0  false][1  false][1 a false][4 a||\u{7c}b\rc false][1 a false]\n[1 3 0]\n(0123 4567 89)false\n\
        falsetrueabc\na1nil0aXcnil\n";
    prints(program, expected);
}

#[test]
fn positions_count_what_the_program_has_seen() {
    let program = format!(
        r#"{FAILURE}
        (def f (file/temp))
        (file/write f "one\r\ntwo\nüß€")
        (def p (port/open f :read-write))
        (println (port/read-line p) (port/tell p) (port/read-line p) (port/tell p) (port/read p 1) (port/tell p))
        (println (port/seek p -2 :from :current) (port/read p 2) (port/seek p -3 :from :end) (port/read-all p) (port/tell p))
        (println (port/seek p 100) (port/read p 1) (port/read-line p) (port/read-all p) "|" (port/seek p 0))
        (println (map failure [(fn [] (port/seek p -1)) (fn [] (port/seek p 1 :from :nowhere)) (fn [] (port/seek p 1.5)) (fn [] (port/seek p 1 :form :end))]))
        # A write that is under way does not move where the program has gone.
        (def writer (ev/spawn (fn [] (port/write p "ONE"))))
        (ev/sleep 0)
        (port/seek p 6)
        (ev/join writer)
        (println (port/tell p) (port/read-line p) (port/seek p 0) (port/read-line p))
        (port/close p)
        (def a (port/open f :append))
        (println (port/write a "!") " " (= (port/tell a) (file/size f)))
        (file/delete f)"#
    );
    let expected =
        "one5two9ü11\n9ü13€16\n100nilnil|0\n[value-error type-error type-error argument-error]\n6wo0ONE\n1 true\n";
    check(&really(&program, false), expected);
    check(&simulated(SimWorld::in_order(), &program), expected);
}

#[test]
fn printing_fibers_do_not_mix_their_lines() {
    let program = r#"
        (ev/map (fn [i] (repeat 20 (println (string/repeat (string (mod i 10)) 50) (ev/sleep 0) i))) (range 50))"#;
    for ran in [really(program, false), simulated(SimWorld::seeded(1), program)] {
        assert_eq!((ran.stderr.as_str(), ran.code), ("", 0));
        let mut lines: Vec<&str> = ran.stdout.lines().collect();
        lines.sort_unstable();
        let mut expected: Vec<String> =
            (0..50).flat_map(|i| vec![format!("{}nil{i}", (i % 10).to_string().repeat(50)); 20]).collect();
        expected.sort_unstable();
        assert_eq!(lines, expected);
    }
}

#[test]
fn waits_inside_of_cleanup_handlers_and_streams_work() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (def s (tcp/accept l))
        (defn say [text] (ev/spawn (fn [] (ev/sleep 0.001) (port/write s text))))
        (say "one\n")
        (println (protect (port/read-line c)))
        (say "two\n")
        (println (try (error :failed) (catch e [e (port/read-line c)])))
        (say "three\n")
        (println (let [@seen nil] (defer (assign seen (port/read-line c)) nil) seen))
        (say "four\nfive\n")
        (println (stream/collect (stream/take 2 (stream/map string/upcase (port/lines c)))))
        (println (let [g (fiber/new (fn [] (yield (port/read c 3 :timeout 1)) (yield :next)) |:yield :error|)] (get (fiber/resume g) :error)))
        (port/close s)
        (println (with p c port/close (port/read-all p)) (port/open? c))"#;
    prints(program, "[true one]\n[failed two]\nthree\n(FOUR FIVE)\ntimeout\nfalse\n");
}

#[test]
fn sockets_speak_ipv6() {
    let program = r#"
        (def l (tcp/listen "::1" 0))
        (println (= (port/path l) (string "[::1]:" (tcp/port l))))
        (def c (tcp/connect "[::1]" (tcp/port l)))
        (def s (tcp/accept l))
        (println (= (port/path s) (string "[::1]:" (tcp/port c))) (= (port/path c) (port/path l)))
        (port/write c "six\n")
        (println (port/read-line s))
        (def u (udp/bind "::1" 0))
        (udp/send-to u "me" "::1" (udp/port u))
        (println (get (udp/recv-from u 9) :addr) (sys/resolve "::1"))"#;
    prints(program, "true\ntruetrue\nsix\n::1[::1]\n");
    let refused = "(println (get (get (protect (udp/send-to (udp/bind \"127.0.0.1\" 0) \"x\" \"::1\" 9)) 1) :reason))";
    prints_really(refused, "unsupported\n");
}

#[test]
fn a_slow_address_does_not_hold_up_the_next_and_the_loser_is_closed() {
    // It takes 0.8 s to be connected; after 0.25 s the other family is tried, too.
    let faults = NetworkFaults { delay_ns: (400_000_000, 400_000_000), ..NetworkFaults::NONE };
    let addresses = ["2001:db8::1", "2001:db8::2", "10.0.0.1"].map(|ip| ip.parse().unwrap());
    let world = || SimWorld::in_order().with_network(faults).with_host("three.example", &addresses);
    let program = r#"
        (def listeners (map (fn [a] (tcp/listen a 80)) ["2001:db8::1" "10.0.0.1" "2001:db8::2"]))
        (def start (clock/monotonic))
        (def c (tcp/connect "three.example" 80))
        (println (round (* 100 (- (clock/monotonic) start))))
        (port/write c "for the first")
        (def servers (map tcp/accept listeners))
        (port/close c)
        (println (map (fn [s] (string (port/read-all s))) servers))"#;
    check(&simulated(world(), program), "80\n[for the first  ]\n");
    let program = r#"
        (def start (clock/monotonic))
        (println (get (get (protect (tcp/connect "three.example" 80 :timeout 500)) 1) :error) (round (* 100 (- (clock/monotonic) start))))
        (def [_ e] (protect (tcp/connect "three.example" 80)))
        (println (get e :error) (get e :reason) (get e :address))"#;
    check(&simulated(world(), program), "timeout50\nio-errorrefusedthree.example:80\n");
}

#[test]
fn a_file_is_not_copied_to_itself() {
    let program = format!(
        r#"{FAILURE}
        (def dir (file/temp-dir))
        (def f (path/join dir "a"))
        (file/write f "kept")
        (file/link "a" (path/join dir "b"))
        (println (failure (fn [] (file/copy f f))) (failure (fn [] (file/copy f (path/join dir "b")))) (file/read f))
        (file/delete-all dir)"#
    );
    prints(&program, "[io-error invalid][io-error invalid]kept\n");
}

#[test]
fn a_path_with_nul_is_refused_and_not_cut() {
    let program = format!(
        r#"{FAILURE}
        (def dir (file/temp-dir))
        (def path (string dir b[47 97 0 98]))
        (println (map failure
          [(fn [] (file/read path)) (fn [] (file/write path "x")) (fn [] (port/open path :write)) (fn [] (unix/listen path))
           (fn [] (unix/connect path)) (fn [] (file/mkdir path))]))
        (println (file/ls (path/parent path)))
        (file/delete-all dir)"#
    );
    let invalid = ["[io-error invalid]"; 6].join(" ");
    prints_really(&program, &format!("[{invalid}]\n()\n"));
}

#[test]
fn what_was_sent_and_ended_before_it_was_accepted_can_be_read() {
    let program = r#"
        (def l (tcp/listen "127.0.0.1" 0))
        (def c (tcp/connect "127.0.0.1" (tcp/port l)))
        (port/write c "early")
        (port/close c)
        (ev/sleep 0.01)
        (def s (tcp/accept l))
        (println (string (port/read-all s)) (port/read s 1))"#;
    prints(program, "earlynil\n");
}
