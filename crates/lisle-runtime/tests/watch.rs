//! Watches on files: the same programs with real files and simulated ones.
#![allow(clippy::disallowed_methods, reason = "tests look at files themselves")]

mod worlds;

use lisle_runtime::SimWorld;
use worlds::{check, prints, really, simulated};

/// A directory of its own, `dir`, a watch on it, `w`, and what shows changes by the last parts of their paths.
const WATCHED: &str = r#"
    (def dir (file/temp-dir))
    (def w (watch))
    (defn at [name] (path/join dir name))
    (defn short [path] (path/relative path dir))
    (defn shown [change]
      (match change
        {:kind :rename :from from :path path} (string (short from) "->" (short path))
        _ (string (get change :kind) " " (short (get change :path)))))
    (defn show [] (println (string/join (map shown (watch-next w)) ", ")))
    (defn quiet? [] (= (get (get (protect (watch-next w :timeout 0)) 1) :error) :timeout))
"#;

/// The directory may be gone.
const TIDY: &str = "(protect (file/delete-all dir))";

#[track_caller]
fn shows(program: &str, expected: &str) {
    prints(&format!("{WATCHED}{program}{TIDY}"), expected);
}

#[test]
fn what_happens_in_a_directory_is_told_in_its_order() {
    shows(
        r#"
        (println (watch-add w dir) (quiet?))
        (file/write (at "a") "1")
        (show)
        (file/write (at "a") "2")
        (file/append (at "a") "3")
        (file/write (at "b") "")
        (show)
        (file/rename (at "a") (at "c"))
        (file/copy (at "c") (at "d"))
        (file/set-permissions (at "b") 0o600)
        (file/link "c" (at "link"))
        (show)
        (file/delete (at "c"))
        (file/delete (at "link"))
        (show)
        (def p (port/open (at "d") :append))
        (port/write p "4")
        (port/write p "5")
        (show)
        (file/delete (at "d"))
        (port/write p "nobody sees this")
        (show)
        (println (quiet?))"#,
        "niltrue\ncreate a, modify a\nmodify a, create b\na->c, create d, modify d, modify b, create link\n\
         remove c, remove link\nmodify d\nremove d\ntrue\n",
    );
}

#[test]
fn a_watch_is_a_value_of_its_own_kind() {
    shows(
        r#"
        (println w " " (type-of w) " " (port? w))
        (watch-add w dir)
        (file/write (at "a") "1")
        (let [changes (watch-next w)]
          (println (type-of changes) (= changes [{:kind :create :path (at "a")} {:kind :modify :path (at "a")}])))
        (println (watch-close w) (watch-close w) w)"#,
        "#<watch> watch false\narraytrue\nnilnil#<watch [closed]>\n",
    );
}

#[test]
fn whoever_waits_is_woken_by_what_happens() {
    shows(
        r#"
        (watch-add w dir)
        (def told (ev/spawn (fn [] (shown (first (watch-next w))))))
        (ev/sleep 0)
        (file/mkdir (at "new"))
        (println (ev/join told))"#,
        "create new\n",
    );
}

#[test]
fn what_is_made_in_a_new_directory_at_once_is_told_too() {
    shows(
        r#"
        (watch-add w dir)
        (file/mkdir-all (at "a/b"))
        (file/write (at "a/b/c") "1")
        (file/write (at "a/d") "1")
        (show) (show)
        (file/append (at "a/b/c") "2")
        (file/mkdir (at "a/b/e"))
        (file/write (at "a/b/e/f") "1")
        (show) (show)
        (println (quiet?))"#,
        "create a\ncreate a/b, create a/d, create a/b/c\nmodify a/b/c, create a/b/e\ncreate a/b/e/f\ntrue\n",
    );
}

#[test]
fn directories_that_were_there_are_watched_too_unless_that_is_not_wanted() {
    shows(
        r#"
        (file/mkdir-all (at "a/b"))
        (watch-add w dir)
        (def flat (watch))
        (watch-add flat dir {:recursive false})
        (file/write (at "a/b/c") "")
        (file/write (at "d") "")
        (show)
        (println (map shown (watch-next flat)))
        (file/mkdir (at "e"))
        (file/write (at "e/f") "")
        (println (map shown (watch-next flat)))
        (println (get (get (protect (watch-next flat :timeout 0)) 1) :error))
        (watch-add flat dir :recursive true)
        (file/write (at "e/g") "")
        (println (map shown (watch-next flat)))
        (watch-add flat (string dir "/") :recursive false)
        (file/write (at "e/h") "")
        (println (get (get (protect (watch-next flat :timeout 0)) 1) :error))"#,
        "create a/b/c, create d\n[create d]\n[create e]\ntimeout\n[create e/g]\ntimeout\n",
    );
}

#[test]
fn a_directory_that_is_renamed_is_watched_under_its_new_name() {
    shows(
        r#"
        (file/mkdir-all (at "a/b"))
        (file/mkdir (at "x"))
        (watch-add w dir)
        (file/rename (at "a") (at "x/y"))
        (file/write (at "x/y/b/c") "")
        (show)
        (file/mkdir (at "m"))
        (file/rename (at "m") (at "n"))
        (file/write (at "n/o") "")
        (show) (show)
        (file/write (at "n/p") "")
        (show)
        (println (quiet?))"#,
        "a->x/y, create x/y/b/c\ncreate m, m->n\ncreate n/o\ncreate n/p\ntrue\n",
    );
}

#[test]
fn what_comes_in_or_goes_out_is_made_or_removed() {
    shows(
        r#"
        (def outside (file/temp-dir))
        (defn there [name] (path/join outside name))
        (file/mkdir-all (there "in/below"))
        (file/write (there "in/file") "1")
        (file/write (there "plain") "1")
        (watch-add w dir)
        (file/rename (there "in") (at "in"))
        (file/rename (there "plain") (at "plain"))
        (show) (show)
        (file/write (at "in/below/x") "")
        (show)
        (file/rename (at "in") (there "out"))
        (file/rename (at "plain") (there "plain"))
        (show)
        (file/write (there "out/below/y") "")
        (println (quiet?))
        (file/delete-all outside)"#,
        "create in, create plain\ncreate in/below, create in/file\ncreate in/below/x\nremove in, remove plain\ntrue\n",
    );
}

#[test]
fn a_file_is_watched_by_its_name() {
    shows(
        r#"
        (file/write (at "a") "1")
        (watch-add w (at "a"))
        (file/write (at "b") "1")
        (println (quiet?))
        (file/append (at "a") "2")
        (show)
        (file/rename (at "b") (at "a"))
        (file/append (at "a") "3")
        (show)
        (file/replace (at "a") "4")
        (show)
        (file/delete (at "a"))
        (file/write (at "a") "5")
        (show)
        (file/rename (at "a") (at "c"))
        (show)
        (println (quiet?))"#,
        "true\nmodify a\ncreate a, modify a\ncreate a\nremove a, create a, modify a\nremove a\ntrue\n",
    );
}

#[test]
fn a_link_is_followed_when_it_is_named_and_not_below() {
    shows(
        r#"
        (file/mkdir-all (at "real/below"))
        (file/mkdir (at "other"))
        (file/link (at "other") (at "real/link"))
        (file/link (at "real") (at "named"))
        (watch-add w (at "named"))
        (file/write (at "real/below/a") "")
        (file/write (at "other/b") "")
        (show)
        (println (quiet?))"#,
        "create named/below/a\ntrue\n",
    );
}

#[test]
fn what_is_watched_twice_is_told_once() {
    shows(
        r#"
        (file/mkdir (at "a"))
        (watch-add w dir)
        (watch-add w (at "a"))
        (watch-add w dir)
        (file/write (at "a/b") "1")
        (file/write (at "c") "1")
        (show)
        (file/mkdir (at "a/d"))
        (file/write (at "a/d/e") "")
        (show) (show)
        (file/rename (at "a/b") (at "b"))
        (file/rename (at "c") (at "a/c"))
        (show)
        (watch-remove w dir)
        (file/write (at "f") "1")
        (file/write (at "a/d/g") "")
        (show)
        (file/delete (at "a/d/e"))
        (file/delete (at "a/d/g"))
        (file/delete-dir (at "a/d"))
        (file/delete (at "a/c"))
        (file/delete-dir (at "a"))
        (file/mkdir (at "a"))
        (show)
        (println (quiet?) (watch-remove w (at "a")))"#,
        "create a/b, modify a/b, create c, modify c\ncreate a/d\ncreate a/d/e\na/b->b, c->a/c\ncreate a/d/g\n\
         remove a/d/e, remove a/d/g, remove a/d, remove a/c, remove a\ntruenil\n",
    );
}

#[test]
fn a_watched_directory_that_goes_away_is_removed_and_can_be_added_again() {
    shows(
        r#"
        (file/mkdir (at "a"))
        (file/mkdir (at "b"))
        (watch-add w (at "a"))
        (watch-add w (at "b"))
        (file/delete-dir (at "a"))
        (file/rename (at "b") (at "c"))
        (show)
        (file/mkdir (at "a"))
        (file/write (at "a/x") "")
        (file/write (at "c/y") "")
        (println (quiet?))
        (watch-add w (at "a"))
        (file/write (at "a/z") "")
        (show)"#,
        "remove a, remove b\ntrue\ncreate a/z\n",
    );
}

#[test]
fn what_is_removed_from_a_watch_is_not_told() {
    shows(
        r#"
        (file/mkdir-all (at "a/b"))
        (file/write (at "c") "")
        (watch-add w (at "a"))
        (watch-add w (at "c"))
        (file/write (at "a/b/x") "")
        (println (watch-remove w (string (at "a") "/")))
        (file/write (at "a/b/y") "")
        (file/write (at "c") "1")
        (show)
        (println (watch-remove w (at "c")))
        (file/write (at "c") "2")
        (println (quiet?))
        (println (get (get (protect (watch-remove w (at "c"))) 1) :error))"#,
        "nil\nmodify c\nnil\ntrue\nargument-error\n",
    );
}

#[test]
fn several_watches_do_not_disturb_each_other() {
    shows(
        r#"
        (def other (watch))
        (watch-add w dir)
        (watch-add other dir)
        (file/mkdir (at "a"))
        (file/write (at "a/b") "")
        (show) (show)
        (println (map shown (watch-next other)) (map shown (watch-next other)))
        (watch-close other)
        (file/write (at "a/c") "")
        (show)"#,
        "create a\ncreate a/b\n[create a][create a/b]\ncreate a/c\n",
    );
}

#[test]
fn those_who_wait_are_served_in_their_order_and_nothing_is_told_twice() {
    shows(
        r#"
        (watch-add w dir)
        (def came @[])
        (def served @[])
        (def told @[])
        (defn wait [i] (push came i) (let [changes (watch-next w)] (push served i) (push told (shown (first changes)))))
        (def waiters (map (fn [i] (ev/spawn (fn [] (wait i)))) (range 3)))
        (ev/sleep 0)
        (each name in ["a" "b" "c"]
          (file/mkdir (at name))
          (ev/sleep 0.01))
        (each waiter in waiters (ev/join waiter))
        (println told (= came served))"#,
        "@[create a create b create c]true\n",
    );
}

#[test]
fn whoever_is_late_or_aborted_leaves_what_happens_to_the_next() {
    shows(
        r#"
        (watch-add w dir)
        (println (get (get (protect (watch-next w :timeout 1)) 1) :error))
        (println (ev/timeout 0.001 (fn [] (watch-next w)) :late))
        (def first-one (ev/spawn (fn [] (watch-next w))))
        (ev/sleep 0)
        (def second-one (ev/spawn (fn [] (map shown (watch-next w)))))
        (ev/sleep 0)
        (ev/abort first-one)
        (file/mkdir (at "a"))
        (println (ev/join second-one))
        (file/mkdir (at "b"))
        (show)"#,
        "timeout\nlate\n[create a]\ncreate b\n",
    );
}

#[test]
fn closing_wakes_those_who_wait() {
    shows(
        r#"
        (watch-add w dir)
        (def waiters (map (fn [_] (ev/spawn (fn [] (watch-next w)))) (range 2)))
        (ev/sleep 0)
        (watch-close w)
        (each waiter in waiters (println (get (ev/join-protected waiter) 1)))
        (each again in [(fn [] (watch-next w)) (fn [] (watch-add w dir)) (fn [] (watch-remove w dir))]
          (println (get (get (protect (again)) 1) :message)))"#,
        "{:error :io-error :message \"watch-next: watch is closed\" :reason :closed}\n\
         {:error :io-error :message \"watch-next: watch is closed\" :reason :closed}\n\
         watch-next: watch is closed\nwatch-add: watch is closed\nwatch-remove: watch is closed\n",
    );
}

#[test]
fn a_wait_that_nothing_can_end_is_a_deadlock_in_a_simulated_world() {
    let ran = simulated(SimWorld::in_order(), r#"(let [w (watch)] (watch-add w "/tmp") (watch-next w))"#);
    assert!(ran.stderr.contains("deadlock") && ran.stderr.contains("changes of files"), "{}", ran.stderr);
}

#[test]
fn wrong_arguments_and_missing_paths_are_errors_that_say_so() {
    prints(
        r#"
        (def w (watch))
        (defn told [f] (let [[ok e] (protect (f))] (println (get e :error) " " (get e :message))))
        (let [[ok e] (protect (watch-add w "/no/such/path"))] (println e))
        (told (fn [] (watch-add w 5)))
        (told (fn [] (watch-add w "/tmp" {:recursive 1})))
        (told (fn [] (watch-add w "/tmp" {:colour 1})))
        (told (fn [] (watch-add w "/tmp" :recursive)))
        (told (fn [] (watch-add (*stdout*) "/tmp")))
        (told (fn [] (watch-next (*stdout*))))
        (told (fn [] (watch-next w :colour 1)))
        (told (fn [] (watch-next w :timeout "soon")))
        (told (fn [] (watch-remove w "/tmp")))
        (told (fn [] (watch-remove w nil)))
        (told (fn [] (watch-remove 5 "/tmp")))
        (told (fn [] (watch-close 5)))
        (told (fn [] (port/close w)))
        (told (fn [] (port/read w 1)))
        (told (fn [] (tcp/accept w)))"#,
        "{:errno 2 :error :io-error :message \"watch-add: /no/such/path: No such file or directory (os error 2)\" \
         :path \"/no/such/path\" :reason :not-found}\n\
         type-error watch-add: expected string, got integer\n\
         type-error watch-add: expected boolean for :recursive, got integer\n\
         argument-error watch-add: unknown option :colour\n\
         type-error watch-add: expected struct of options, got keyword\n\
         type-error watch-add: expected watch, got port\n\
         type-error watch-next: expected watch, got port\n\
         argument-error watch-next: unknown option :colour\n\
         type-error watch-next: expected number of milliseconds for :timeout, got string\n\
         argument-error watch-remove: /tmp is not watched\n\
         type-error watch-remove: expected string, got nil\n\
         type-error watch-remove: expected watch, got integer\n\
         type-error watch-close: expected watch, got integer\n\
         type-error port/close: expected port, got watch\n\
         type-error port/read: expected port, got watch\n\
         type-error tcp/accept: expected port, got watch\n",
    );
}

#[test]
fn a_system_that_watches_no_more_says_what_to_do() {
    let program = format!(
        r#"{WATCHED}
        (each name in ["a" "b" "c" "d/e"] (file/mkdir-all (at name)))
        (defn told [f] (let [[_ e] (protect (f))] (println (get e :reason) " " (short (get e :path)))))
        (told (fn [] (watch-add w dir)))
        (println (quiet?))
        (watch-add w dir :recursive false)
        (watch-add w (at "a"))
        (file/write (at "a/1") "")
        (file/write (at "b/1") "")
        (show)
        (file/mkdir (at "a/f"))
        (file/mkdir (at "a/f/g"))
        (show) (show)
        (told (fn [] (watch-next w)))
        (file/write (at "a/2") "")
        (show)
        (println (get (get (protect (watch-add (watch) (at "d"))) 1) :message))"#
    );
    let ran = simulated(SimWorld::in_order().with_watched_directories(3), &program);
    let (lines, message) = ran.stdout.trim_end().rsplit_once('\n').expect("several lines");
    assert_eq!(
        lines,
        "too-many-watches c\ntrue\ncreate a/1\ncreate a/f\ncreate a/f/g\ntoo-many-watches a/f/g\ncreate a/2"
    );
    assert!(message.starts_with("watch-add: /tmp/"), "{message}");
    assert!(
        message.ends_with("the system's limit of watched directories is reached; fs.inotify.max_user_watches sets it")
    );
}

#[test]
fn a_queue_that_overflows_is_told_and_new_directories_are_watched_all_the_same() {
    let limit = std::fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").expect("this is Linux");
    let pairs = limit.trim().parse::<usize>().expect("a number").max(16_384) / 2 + 1;
    let program = format!(
        r#"{WATCHED}
        (file/mkdir (at "old"))
        (file/write (at "a") "")
        (file/write (at "b") "")
        (watch-add w dir)
        (repeat {pairs} (file/set-permissions (at "a") 0o600) (file/set-permissions (at "b") 0o600))
        (file/mkdir (at "new"))
        (file/delete-dir (at "old"))
        (def kinds @[nil])
        (while (not (= (last kinds) :overflow))
          (each change in (watch-next w) (push kinds (get change :kind))))
        (println (> (length kinds) 16384) " " (length (filter (fn [kind] (= kind :overflow)) kinds)))
        (file/write (at "new/x") "")
        (show)
        (println (quiet?))
        {TIDY}"#
    );
    let expected = "true 1\ncreate new/x\ntrue\n";
    check(&really(&program, false), expected);
    check(&simulated(SimWorld::in_order(), &program), expected);
}
