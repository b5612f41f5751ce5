//! Random programs of processes against a model of OTP's rules, and the matrix of supervisors.
//!
//! Each process of a program performs a list of operations, and notes each before it takes effect. The notes of all are in
//! the order of the effects, whatever the schedule was; so the model can follow them, and tell what every process must
//! find in its mailbox, and who must live.

mod model;
mod supervisors;

use crate::{Options, Runtime, SimWorld};
use model::Model;

/// SplitMix64: chance for scripts.
struct Chance(u64);

impl Chance {
    /// A number below that.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    /// One of some things.
    fn one_of<'a>(&mut self, things: &[&'a str]) -> &'a str {
        things[self.below(things.len())]
    }
}

/// What a program prints. There must be nothing left of its processes.
#[track_caller]
fn printed(seed: Option<u64>, program: &str) -> String {
    let world = seed.map_or_else(SimWorld::in_order, SimWorld::seeded);
    let recorded = world.recorded();
    let mut runtime = Runtime::new(Box::new(world), Options::default());
    let code = match runtime.run_program("test.lisp", program.as_bytes()) {
        Ok(code) => code,
        Err(error) => panic!("{error}"),
    };
    assert_eq!((code, recorded.stderr().as_str()), (0, ""), "seed {seed:?}: {program}");
    assert!(runtime.has_no_processes(), "seed {seed:?}: something of a process is left");
    recorded.stdout()
}

/// Scripts of a round: the first starts others, and some of these more.
const SCRIPTS: usize = 10;
const REASONS: [&str; 5] = [":normal", ":kill", ":boom", ":shutdown", ":boom"];
const NAMES: [&str; 3] = [":x", ":y", ":z"];

fn script(chance: &mut Chance, number: usize) -> String {
    let mut operations: Vec<String> = Vec::new();
    if number == 0 {
        operations.extend((1..6).map(|script| format!("[:spawn {script}]")));
    }
    for _ in 0..=chance.below(9) {
        let target = chance.below(11);
        let name = chance.one_of(&NAMES);
        operations.push(match chance.below(20) {
            0..3 => format!("[:link {target}]"),
            3 => format!("[:unlink {target}]"),
            4..6 => format!("[:monitor {target}]"),
            6 => format!("[:demonitor {}]", chance.below(6)),
            7..9 => format!("[:exit {target} {}]", chance.one_of(&REASONS)),
            9..11 => format!("[:trap {}]", chance.below(5) > 0),
            11 => format!("[:register {name}]"),
            12 => format!("[:unregister {name}]"),
            13 => format!("[:whereis {name}]"),
            14 => format!("[:send {target} {}]", chance.below(1000)),
            15 => format!("[:send-named {name} {}]", chance.below(1000)),
            16..18 => "[:recv]".to_owned(),
            18 if number < 6 => {
                let how = chance.one_of(&[":spawn", ":spawn-link", ":spawn-monitor"]);
                format!("[{how} {}]", 6 + chance.below(SCRIPTS - 6))
            }
            18 => "[:error]".to_owned(),
            _ => "[:recv]".to_owned(),
        });
    }
    format!("[{} [{}]]", chance.below(3) == 0, operations.join(" "))
}

const INTERPRETER: &str = r#"
(def process ((import "std/process")))
(def log @[])
(defn note [& parts] (push log (apply string/format (string/join (map (fn [_] "{}") parts) " ") parts)))
(defn step [me refs op]
  (match op
    [:link t] (begin (note 'link me t) (process:link t))
    [:unlink t] (begin (note 'unlink me t) (process:unlink t))
    [:monitor t] (begin (note 'monitor me t) (push refs (process:monitor t)))
    [:demonitor n] (let [r (get refs n -1)] (note 'demonitor me r) (process:demonitor r))
    [:exit t r] (begin (note 'exit me t r) (process:exit t r))
    [:trap b] (begin (note 'trap me b) (process:trap-exit b))
    [:register n] (begin (note 'register me n) (protect (process:register n)))
    [:unregister n] (begin (note 'unregister me n) (process:unregister n))
    [:whereis n] (begin (note 'whereis me n) (note 'saw me (process:whereis n)))
    [:send t m] (begin (note 'send me t m) (process:send t m))
    [:send-named n m] (begin (note 'send-named me n m) (process:send-named n m))
    [:recv] (begin (note 'recv me) (note 'got me (process:recv-timeout 0)))
    [:error] (begin (note 'error me) (error :oops))
    [:spawn s] (begin (note 'spawn me s) (process:spawn (body s)))
    [:spawn-link s] (begin (note 'spawn-link me s) (process:spawn-link (body s)))
    [:spawn-monitor s] (begin (note 'spawn-monitor me s) (push refs (get (process:spawn-monitor (body s)) 1)))
    _ (error :what)))
(defn perform [me ops]
  (let [refs @[]] (each op in ops (step me refs op)))
  (note 'return me)
  nil)
(def @scripts nil)
(defn body [n]
  (fn []
    (let [[cleans ops] (get scripts n) me (process:self)]
      (note 'start me cleans)
      (if cleans
        (defer (note 'cleanup me) (perform me ops))
        (perform me ops)))))
(defn round [given]
  (assign scripts given)
  (process:start (body 0) :fuel 1000000000 :log :none)
  (each line in log (println line))
  (repeat (length log) (pop log))
  (println "end"))
"#;

fn follow(seed: u64, rounds: usize) {
    let mut chance = Chance(seed);
    let mut program = INTERPRETER.to_owned();
    let mut all = Vec::new();
    for _ in 0..rounds {
        let scripts: Vec<String> = (0..SCRIPTS).map(|number| script(&mut chance, number)).collect();
        program.push_str(&format!("(round [{}])\n", scripts.join("\n  ")));
        all.push(scripts);
    }
    let output = printed(Some(seed), &program);
    let mut model = Model::new();
    let mut round = 0;
    let mut notes = Vec::new();
    for line in output.lines() {
        notes.push(line);
        let followed = if line == "end" { model.end() } else { model.follow(line) };
        if let Err(problem) = followed {
            let scripts = all[round].join("\n  ");
            panic!("seed {seed}, round {round}: {problem}\nafter\n{}\nof\n  {scripts}", notes.join("\n"));
        }
        if line == "end" {
            model = Model::new();
            round += 1;
            notes.clear();
        }
    }
    assert_eq!(round, rounds);
}

#[test]
fn processes_follow_the_model_under_two_thousand_schedules() {
    for seed in 1..=20 {
        follow(seed, 100);
    }
}
