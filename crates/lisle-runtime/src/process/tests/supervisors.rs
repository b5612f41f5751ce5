//! The matrix of supervisors: every strategy, restart type, and kind of end, with restarts that fail at first.

use std::fmt::Write;

use super::printed;

const STRATEGIES: [&str; 3] = [":one-for-one", ":one-for-all", ":rest-for-one"];
const RESTARTS: [&str; 3] = [":permanent", ":transient", ":temporary"];
/// What ends a child, how the log shows it, and whether it is a normal end.
const ENDS: [(&str, &str, bool); 4] = [
    ("[:return 1]", ":normal", true),
    ("[:exit :shutdown]", ":shutdown", true),
    ("[:error :x]", ":x", false),
    ("[:exit :kill]", ":kill", false),
];

const PROGRAM: &str = r#"
(def process ((import "std/process")))
(def log @[])
(defn note [event]
  (push log
    (match (get event :event)
      :child-started [:started (get event :id)]
      :child-exited [:exited (get event :id) (process:exit-reason (get event :reason))]
      :child-restarting [:restarting (get event :id) (get event :attempt)]
      kind [kind (get event :id)])))
(defn try-case [strategy restart id message failures]
  (repeat (length log) (pop log))
  (let [@left 0]
    (defn worker []
      (when (> left 0)
        (assign left (- left 1))
        (error :again))
      (match (process:recv)
        [:error e] (error e)
        [:exit r] (process:exit (process:self) r)
        _ nil))
    (defn child [id] {:id id :start (fn [] (if (= id :b) (worker) (forever (process:recv)))) :restart restart})
    (process:start
      (fn []
        (process:trap-exit true)
        (let [sup (process:supervisor-start-link [(child :a) (child :b) (child :c)] :strategy strategy :max-restarts 2 :logger note)
              all (process:supervisor-which-children sup)]
          (repeat (length log) (pop log))
          (assign left failures)
          (process:send (get (get all 1) :pid) message)
          (process:recv-timeout 60)
          (let [alive (not (nil? (process:info sup)))]
            (println (string/format "{} {}" log (if alive (map (fn [c] (get c :id)) (process:supervisor-which-children sup)) :ended))))))
      :log :none)))
"#;

/// What the log must be, and the children that are left.
fn expected(strategy: &str, restart: &str, (_, shown, normal): (&str, &str, bool), failures: usize) -> String {
    let mut log = vec![format!("[:exited :b {shown}]")];
    let restarts = restart == ":permanent" || restart == ":transient" && !normal;
    if !restarts {
        return format!("@[{}] [:a :c]", log.join(" "));
    }
    let group: &[&str] = match strategy {
        ":one-for-one" => &[":b"],
        ":one-for-all" => &[":a", ":b", ":c"],
        _ => &[":b", ":c"],
    };
    // The first restart, and one after each failure.
    for attempt in 1..=failures + 1 {
        if attempt > 2 {
            log.push("[:max-restarts-reached :b]".to_owned());
            return format!("@[{}] :ended", log.join(" "));
        }
        log.push(format!("[:restarting :b {attempt}]"));
        log.extend(group.iter().map(|id| format!("[:started {id}]")));
        if attempt <= failures {
            log.push("[:exited :b :again]".to_owned());
        }
    }
    format!("@[{}] [:a :b :c]", log.join(" "))
}

#[test]
fn supervisors_do_what_the_matrix_says() {
    let mut program = PROGRAM.to_owned();
    let mut wanted = Vec::new();
    for strategy in STRATEGIES {
        for restart in RESTARTS {
            for end in ENDS {
                for failures in 0..3 {
                    let _ = writeln!(program, "(try-case {strategy} {restart} :b {} {failures})", end.0);
                    wanted.push((
                        format!("{strategy} {restart} {} {failures}", end.0),
                        expected(strategy, restart, end, failures),
                    ));
                }
            }
        }
    }
    let output = printed(None, &program);
    for ((case, wanted), got) in wanted.iter().zip(output.lines()) {
        assert_eq!(got, wanted, "{case}");
    }
    assert_eq!(output.lines().count(), wanted.len());
}
