//! OTP's signal rules, with the decisions of the specification, written down once more and in another way: everything is
//! found by looking through it all.

use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Default)]
struct Process {
    alive: bool,
    /// It has said that it runs, and has cleanup.
    cleans: bool,
    traps: bool,
    /// Of what it will die as soon as its cleanup has run.
    dying: Option<String>,
    /// Messages: from whom, and their text.
    mailbox: Vec<(u64, String)>,
    /// A receive has begun while there was a message.
    must_get: bool,
    /// What `whereis` must give.
    must_see: Option<String>,
}

/// The state of all processes.
#[derive(Debug, Default)]
pub(super) struct Model {
    processes: Vec<Process>,
    /// Linked pairs, in order.
    links: Vec<(u64, u64)>,
    /// Watcher, watched, reference.
    monitors: Vec<(u64, u64, u64)>,
    names: BTreeMap<String, u64>,
    references: u64,
}

fn is_normal(reason: &str) -> bool {
    reason == ":normal" || reason.starts_with("[:normal ")
}

impl Model {
    pub(super) fn new() -> Model {
        Model { processes: vec![Process { alive: true, ..Process::default() }], ..Model::default() }
    }

    fn lives(&self, pid: u64) -> bool {
        self.processes.get(pid as usize).is_some_and(|process| process.alive)
    }

    fn get(&mut self, pid: u64) -> &mut Process {
        &mut self.processes[pid as usize]
    }

    fn send(&mut self, from: u64, to: u64, message: String) {
        if self.lives(to) {
            self.get(to).mailbox.push((from, message));
        }
    }

    fn unlink(&mut self, a: u64, b: u64) {
        self.links.retain(|link| *link != (a, b) && *link != (b, a));
    }

    /// A process is to die of that. It does at once unless it has cleanup.
    fn condemn(&mut self, pid: u64, reason: String) {
        let mut condemned = VecDeque::from([(pid, reason)]);
        while let Some((pid, reason)) = condemned.pop_front() {
            if !self.lives(pid) || self.get(pid).dying.is_some() {
                continue;
            }
            if self.get(pid).cleans {
                self.get(pid).dying = Some(reason);
            } else {
                self.die(pid, &reason, &mut condemned);
            }
        }
    }

    fn die(&mut self, pid: u64, reason: &str, condemned: &mut VecDeque<(u64, String)>) {
        self.get(pid).alive = false;
        self.names.retain(|_, holder| *holder != pid);
        let partners: Vec<u64> = self
            .links
            .iter()
            .filter_map(|(a, b)| {
                if *a == pid {
                    Some(*b)
                } else if *b == pid {
                    Some(*a)
                } else {
                    None
                }
            })
            .collect();
        self.links.retain(|(a, b)| *a != pid && *b != pid);
        for partner in partners {
            if self.get(partner).dying.is_some() {
                continue;
            }
            if self.get(partner).traps {
                self.send(pid, partner, format!("[:EXIT {pid} {reason}]"));
            } else if !is_normal(reason) {
                condemned.push_back((partner, format!("[:linked {pid} {reason}]")));
            }
        }
        let watching: Vec<(u64, u64, u64)> = self.monitors.iter().filter(|m| m.1 == pid).copied().collect();
        self.monitors.retain(|m| m.0 != pid && m.1 != pid);
        for (watcher, _, reference) in watching {
            self.send(pid, watcher, format!("[:DOWN {reference} {pid} {reason}]"));
        }
    }

    /// A process has come to its own end.
    fn ends(&mut self, pid: u64, reason: &str) {
        if self.get(pid).cleans {
            self.get(pid).dying.get_or_insert(reason.to_owned());
        } else {
            self.condemn(pid, reason.to_owned());
        }
    }

    fn monitor(&mut self, watcher: u64, target: u64) {
        let reference = self.references;
        self.references += 1;
        if self.lives(target) {
            self.monitors.push((watcher, target, reference));
        } else {
            self.send(target, watcher, format!("[:DOWN {reference} {target} :noproc]"));
        }
    }

    fn exit(&mut self, from: u64, to: u64, reason: &str) {
        if from == to {
            self.ends(from, reason);
        } else if !self.lives(to) || self.get(to).dying.is_some() {
            // Nothing happens to the dead.
        } else if self.get(to).traps && reason != ":kill" {
            self.send(from, to, format!("[:EXIT {from} {reason}]"));
        } else if reason == ":kill" || !is_normal(reason) {
            self.condemn(to, format!("[:killed {reason}]"));
        }
    }

    /// Follows one note. The error says what cannot be.
    pub(super) fn follow(&mut self, note: &str) -> Result<(), String> {
        let (what, rest) = note.trim_start_matches('\'').split_once(' ').ok_or("a note has two words")?;
        let (me, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let me: u64 = me.parse().map_err(|_| format!("no pid: {note}"))?;
        if !self.lives(me) {
            return Err(format!("{note}: process {me} is dead"));
        }
        if self.get(me).dying.is_some() && what != "cleanup" {
            return Err(format!("{note}: process {me} is to clean up, and nothing else"));
        }
        let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
        let target: u64 = first.parse().unwrap_or(u64::MAX);
        match what {
            "start" => self.get(me).cleans = rest == "true",
            "link" => {
                let linked = self.links.contains(&(me, target)) || self.links.contains(&(target, me));
                if target != me && self.lives(target) && !linked {
                    self.links.push((me, target));
                }
            }
            "unlink" => self.unlink(me, target),
            "monitor" => self.monitor(me, target),
            "demonitor" => self.monitors.retain(|m| !(m.0 == me && m.2 == target)),
            "exit" => self.exit(me, target, second),
            "trap" => self.get(me).traps = rest == "true",
            "register" => {
                self.names.entry(rest.to_owned()).or_insert(me);
            }
            "unregister" => {
                self.names.remove(rest);
            }
            "whereis" => {
                let found = self.names.get(rest).map_or("nil".to_owned(), u64::to_string);
                self.get(me).must_see = Some(found);
            }
            "saw" => {
                let expected = self.get(me).must_see.take();
                if expected.as_deref() != Some(rest) {
                    return Err(format!("{note}: expected {expected:?}"));
                }
            }
            "send" => self.send(me, target, second.to_owned()),
            "send-named" => {
                if let Some(holder) = self.names.get(first).copied() {
                    self.send(me, holder, second.to_owned());
                }
            }
            "recv" => {
                let process = self.get(me);
                process.must_get = !process.mailbox.is_empty();
            }
            "got" => {
                let process = self.get(me);
                if rest == ":timeout" {
                    if process.must_get {
                        return Err(format!("{note}: there were messages: {:?}", process.mailbox));
                    }
                    return Ok(());
                }
                let Some(index) = process.mailbox.iter().position(|(_, message)| message == rest) else {
                    return Err(format!("{note}: there was no such message, but {:?}", process.mailbox));
                };
                let from = process.mailbox[index].0;
                if process.mailbox[..index].iter().any(|(sender, _)| *sender == from) {
                    return Err(format!("{note}: it overtook another of {from}: {:?}", process.mailbox));
                }
                process.mailbox.remove(index);
            }
            "error" => self.ends(me, "[:error :oops]"),
            "return" => self.ends(me, "[:normal nil]"),
            "cleanup" => {
                let Some(reason) = self.get(me).dying.take() else {
                    return Err(format!("{note}: nothing has ended it"));
                };
                let mut condemned = VecDeque::new();
                self.die(me, &reason, &mut condemned);
                for (pid, reason) in condemned {
                    self.condemn(pid, reason);
                }
            }
            "spawn" | "spawn-link" | "spawn-monitor" => {
                let child = self.processes.len() as u64;
                self.processes.push(Process { alive: true, ..Process::default() });
                match what {
                    "spawn-link" => self.links.push((me, child)),
                    "spawn-monitor" => self.monitor(me, child),
                    _ => {}
                }
            }
            _ => return Err(format!("what is {note}?")),
        }
        Ok(())
    }

    /// No process is left.
    pub(super) fn end(&self) -> Result<(), String> {
        match self.processes.iter().position(|process| process.alive) {
            Some(pid) => Err(format!("process {pid} has not ended by the rules")),
            None => Ok(()),
        }
    }
}
