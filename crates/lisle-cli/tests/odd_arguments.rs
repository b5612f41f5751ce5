//! Every function of the core answers arguments of any type with a value, or with an error of the usual shape.

mod support;

use lisle_engine::help::{Entry, entries};
use support::run::{Setup, run};
use support::{CORE_GROUPS, check_all};

/// Calls the function with every value of the pool as each of its first two arguments; prints what is wrong.
const PROGRAM: &str = r#"
(defn pool []
  [nil true -1 0 2 9223372036854775807 1.5 (math/nan) :k 's "text" "" @"b" () (list 1 "a") (pair 1 2) [] [1 2] @[3 1]
   {:a 1} @{"k" 2} |1 :b| @|2| b[1] @b[2] inc first (box 1) (parameter 1)
   (fiber/new (fn [] (yield 1) 2) :yield)])

(defn proper? [e]
  (and (struct? e) (keyword? (get e :error)) (string? (get e :message))
       (not (= (get e :error) :internal-error))))

(defn check [args]
  (let [[ok value] (protect (apply FUNCTION args))]
    (unless (or ok (proper? value))
      (eprintln "of " (map type-of args) ": " value))
    (if ok nil (get value :error))))

(def size (length (pool)))
(check [])
(each i in (range size)
  (check [(get (pool) i)])
  (each j in (range size)
    (let [pool (pool)]
      (check [(get pool i) (get pool j)]))
    (let [pool (pool)]
      (check [(get pool i) (get pool j) (get pool (mod (+ i j) size))]))))
"#;

fn is_tried(entry: &Entry) -> bool {
    CORE_GROUPS.contains(&entry.group.as_str())
}

#[test]
fn any_arguments_give_a_value_or_a_proper_error() {
    let engine = lisle_engine::Engine::new(lisle_runtime::natives::install);
    let tried: Vec<Entry> = entries(&engine.vm.state).into_iter().filter(is_tried).collect();
    assert!(tried.len() > 250, "{} functions", tried.len());
    check_all(&tried, |entry| {
        let name = &entry.names[0];
        let outcome = run(name, &PROGRAM.replace("FUNCTION", name), &Setup::default());
        // What the function itself wrote does not begin like this.
        let wrong = outcome.stderr.lines().filter(|line| line.starts_with("of ["));
        let mut failures: Vec<String> = wrong.take(5).map(|line| format!("{name} {line}")).collect();
        if outcome.status != 0 || outcome.broken.is_some() {
            failures.push(format!("{name}: status {}, {:?}\n{}", outcome.status, outcome.broken, outcome.stderr));
        }
        failures
    });
}

/// More arguments than any function of fixed arity takes.
const TOO_MANY: &str = "(match (protect (apply FUNCTION [1 2 3 4 5 6 7 8])) \
                        [false {:error :arity-error :message m}] (print (string? m)) other (print other))";

#[test]
fn too_many_arguments_raise_an_arity_error() {
    let engine = lisle_engine::Engine::new(lisle_runtime::natives::install);
    let tried: Vec<Entry> = entries(&engine.vm.state).into_iter().filter(is_tried).collect();
    check_all(&tried, |entry| {
        let name = &entry.names[0];
        if entry.usage.contains('&') && !entry.usage.contains("&opt") || entry.usage.contains("& ") {
            return Vec::new();
        }
        let outcome = run(name, &TOO_MANY.replace("FUNCTION", name), &Setup::default());
        (outcome.stdout != "true")
            .then(|| format!("{name}: {} {:?}", outcome.stdout, outcome.faults))
            .into_iter()
            .collect()
    });
}
