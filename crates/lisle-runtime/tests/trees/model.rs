//! What the trees do, computed without a scheduler: a fiber's life as a function of when it starts and when it is aborted.
//!
//! A fiber is aborted once at most. What happens to the fibers of a scope, a race or the like is found in two passes:
//! first all of them run undisturbed, which tells when the group is closed; then those that have not ended by then are
//! run again, with that time for an abort.

use std::collections::BTreeSet;

use super::tree::{FAILED, LATE, Tree};

/// Why something failed: a number of the program's, or `None` for an abort.
type Failure = Option<i64>;

/// What is known of a fiber.
#[derive(Clone, Debug)]
struct Life {
    end: u64,
    result: Result<i64, Failure>,
    /// When it had ended or, aborted, waited again outside of its cleanup.
    settled: u64,
    log: Vec<(i64, u64)>,
}

/// A fiber that runs.
struct Fiber {
    now: u64,
    /// When it will be aborted.
    abort: Option<u64>,
    delivered: bool,
    settled: Option<u64>,
    /// How many cleanups run because of errors.
    cleaning: u32,
    log: Vec<(i64, u64)>,
}

/// The outcome of a tree, and its log.
pub(crate) fn expect(tree: &Tree) -> (Result<i64, Failure>, BTreeSet<(i64, u64)>) {
    let life = live(tree, 0, None);
    (life.result, life.log.into_iter().collect())
}

fn live(tree: &Tree, start: u64, abort: Option<u64>) -> Life {
    let mut fiber = Fiber { now: start, abort, delivered: false, settled: None, cleaning: 0, log: Vec::new() };
    let result = fiber.run(tree);
    Life { end: fiber.now, result, settled: fiber.settled.unwrap_or(fiber.now), log: fiber.log }
}

/// The time after a sleep.
fn after(now: u64, ns: u64) -> u64 {
    now + (ns as f64 / 1e9 * 1e9).ceil() as u64
}

impl Fiber {
    /// The fiber is about to wait.
    fn pause(&mut self) {
        if self.delivered && self.cleaning == 0 && self.settled.is_none() {
            self.settled = Some(self.now);
        }
    }

    /// An abort comes before that time.
    fn is_aborted_before(&self, time: u64) -> Option<u64> {
        self.abort.filter(|at| *at < time)
    }

    fn deliver(&mut self, at: u64) -> Result<i64, Failure> {
        self.now = at;
        self.abort = None;
        self.delivered = true;
        Err(None)
    }

    /// Waits for something that no abort disturbs.
    fn wait(&mut self, until: u64) -> Result<i64, Failure> {
        self.pause();
        if let Some(at) = self.is_aborted_before(until) {
            return self.deliver(at);
        }
        self.now = self.now.max(until);
        Ok(0)
    }

    fn take(&mut self, lives: &[Life]) {
        lives.iter().for_each(|life| self.log.extend(&life.log));
    }

    fn run(&mut self, tree: &Tree) -> Result<i64, Failure> {
        match tree {
            Tree::Sleep(ns, value) => self.wait(after(self.now, *ns)).map(|_| *value),
            Tree::Fail(ns, number) => self.wait(after(self.now, *ns)).and(Err(Some(*number))),
            Tree::Mark(id) => {
                self.log.push((*id, self.now));
                Ok(0)
            }
            Tree::Seq(parts) => parts.iter().try_fold(0, |sum, part| Ok(sum + self.run(part)?)),
            Tree::Try(body, handler) => self.run(body).or_else(|_| self.run(handler)),
            Tree::Defer(body, ns, id) => {
                let result = self.run(body);
                self.cleaning += u32::from(result.is_err());
                let cleaned = self.wait(after(self.now, *ns));
                if cleaned.is_ok() {
                    self.log.push((*id, self.now));
                }
                self.cleaning -= u32::from(result.is_err());
                cleaned.and(result)
            }
            Tree::Join(trees) => {
                let lives: Vec<Life> = trees.iter().map(|tree| live(tree, self.now, None)).collect();
                self.take(&lives);
                self.join(&lives)
            }
            Tree::Abort(body, ns) => self.abort_after(body, *ns),
            Tree::Select(trees) => self.select(trees),
            Tree::Race(trees) => self.race(trees),
            Tree::Timeout(ns, body) => self.timeout(*ns, body),
            Tree::Scope(body, children) => self.scope(body, children),
            Tree::Map(trees) => self.map(trees),
            Tree::MapLimited(limit, trees) => self.map_limited(*limit, trees),
            Tree::Shield(ns, body) => {
                let Some(abort) = self.abort else { return self.run(body) };
                self.abort = Some(abort.max(after(self.now, *ns)));
                let result = self.run(body);
                if self.delivered {
                    return result;
                }
                self.abort = Some(abort);
                match self.is_aborted_before(self.now) {
                    Some(_) => self.deliver(self.now),
                    None => result,
                }
            }
        }
    }

    /// Waits for the ends in their order; for the sum, or the first failure.
    fn join(&mut self, lives: &[Life]) -> Result<i64, Failure> {
        let mut sum = 0;
        for life in lives {
            self.wait(life.end)?;
            sum += life.result?;
        }
        Ok(sum)
    }

    fn join_protected(&mut self, lives: &[Life]) -> Result<i64, Failure> {
        let mut sum = 0;
        for life in lives {
            self.wait(life.end)?;
            sum += life.result.unwrap_or(FAILED);
        }
        Ok(sum)
    }

    fn abort_after(&mut self, body: &Tree, ns: u64) -> Result<i64, Failure> {
        let undisturbed = live(body, self.now, None);
        let at = after(self.now, ns);
        let disturbs = self.is_aborted_before(at).is_none() && undisturbed.end > at;
        let life = if disturbs { live(body, self.now, Some(at)) } else { undisturbed };
        self.log.extend(&life.log);
        self.wait(at)?;
        self.wait(life.settled)?;
        self.log.push((-1, self.now));
        self.join_protected(&[life])
    }

    fn select(&mut self, trees: &[Tree]) -> Result<i64, Failure> {
        let mut lives: Vec<Life> = trees.iter().map(|tree| live(tree, self.now, None)).collect();
        self.take(&lives);
        let first = (0..lives.len()).min_by_key(|i| lives[*i].end).unwrap_or(0);
        let first = lives.remove(first);
        self.wait(first.end)?;
        self.log.push((-2, self.now));
        Ok(7 * first.result.unwrap_or(FAILED) + self.join_protected(&lives)?)
    }

    /// Waits for the settlement of a group. An abort that comes before it is raised when it has come.
    fn settle(&mut self, settled: u64, result: Result<i64, Failure>) -> Result<i64, Failure> {
        // The abort itself may be what settles the group, at once.
        match self.is_aborted_before(settled + 1) {
            Some(_) => self.deliver(settled),
            None => {
                self.now = settled;
                result
            }
        }
    }

    fn race(&mut self, trees: &[Tree]) -> Result<i64, Failure> {
        self.pause();
        let lives: Vec<Life> = trees.iter().map(|tree| live(tree, self.now, None)).collect();
        let winner = lives.iter().min_by_key(|life| life.end).expect("a race has members").clone();
        let closed = self.is_aborted_before(winner.end).unwrap_or(winner.end);
        let lives = self.close(trees, lives, closed);
        self.take(&lives);
        let settled = lives.iter().map(|life| life.settled).max().unwrap_or(closed);
        self.settle(settled.max(closed), winner.result)
    }

    /// Those who have not ended at a time are aborted then.
    fn close(&self, trees: &[Tree], lives: Vec<Life>, at: u64) -> Vec<Life> {
        let close = |(life, tree): (Life, &Tree)| {
            if life.end > at { live(tree, self.now, Some(at)) } else { life }
        };
        lives.into_iter().zip(trees).map(close).collect()
    }

    fn timeout(&mut self, ns: u64, body: &Tree) -> Result<i64, Failure> {
        self.pause();
        let undisturbed = live(body, self.now, None);
        let deadline = after(self.now, ns);
        let closed = self.is_aborted_before(deadline.min(undisturbed.end)).unwrap_or(deadline);
        if undisturbed.end < closed {
            self.log.extend(&undisturbed.log);
            self.now = undisturbed.end;
            return undisturbed.result;
        }
        let life = live(body, self.now, Some(closed));
        self.log.extend(&life.log);
        self.settle(life.settled, Ok(LATE))
    }

    fn scope(&mut self, body: &Tree, children: &[Tree]) -> Result<i64, Failure> {
        self.pause();
        let trees: Vec<Tree> = std::iter::once(body).chain(children).cloned().collect();
        let lives: Vec<Life> = trees.iter().map(|tree| live(tree, self.now, None)).collect();
        let failed = lives.iter().filter(|life| life.result.is_err()).min_by_key(|life| life.end).cloned();
        let end = lives.iter().map(|life| life.end).max().unwrap_or(self.now);
        let closed = failed.as_ref().map_or(end, |life| life.end);
        let closed = self.is_aborted_before(closed).unwrap_or(closed);
        let result = failed.map_or(lives[0].result, |life| life.result);
        let lives = self.close(&trees, lives, closed);
        self.take(&lives);
        let end = lives.iter().map(|life| life.end).max().unwrap_or(self.now);
        self.settle(end, result)
    }

    fn map(&mut self, trees: &[Tree]) -> Result<i64, Failure> {
        let lives: Vec<Life> = trees.iter().map(|tree| live(tree, self.now, None)).collect();
        let last = lives.iter().position(|life| life.result.is_err()).unwrap_or(lives.len() - 1);
        let known = lives[..=last].iter().map(|life| life.end).max().unwrap_or(self.now);
        self.pause();
        if let Some(at) = self.is_aborted_before(known) {
            let lives = self.close(trees, lives, at);
            self.take(&lives);
            let settled = lives.iter().map(|life| life.settled).max().unwrap_or(at);
            return self.deliver(settled.max(at));
        }
        self.take(&lives);
        self.join(&lives)
    }

    fn map_limited(&mut self, limit: usize, trees: &[Tree]) -> Result<i64, Failure> {
        struct Running {
            start: u64,
            abort: Option<u64>,
            life: Life,
            counted: bool,
        }
        self.pause();
        let mut running: Vec<Running> = Vec::new();
        let mut end = trees.len();
        let mut now = self.now;
        let start = |running: &mut Vec<Running>, end: usize, now: u64| {
            if running.len() < end {
                let life = live(&trees[running.len()], now, None);
                running.push(Running { start: now, abort: None, life, counted: false });
            }
        };
        for _ in 0..limit {
            start(&mut running, end, now);
        }
        // What is settled leaves the group: it has ended, or it has survived an abort.
        let next = |running: &[Running]| {
            (0..running.len()).filter(|i| !running[*i].counted).min_by_key(|i| running[*i].life.settled)
        };
        let aborted = loop {
            let Some(index) = next(&running) else { break None };
            let time = running[index].life.settled;
            if let Some(at) = self.is_aborted_before(time) {
                break Some(at);
            }
            now = time;
            running[index].counted = true;
            let life = running[index].life.clone();
            if life.end != life.settled {
                continue;
            }
            if life.result.is_ok() {
                start(&mut running, end, now);
                continue;
            }
            if index < end {
                end = index;
                for (i, other) in running.iter_mut().enumerate() {
                    if i > end && other.life.end > now && other.abort.is_none() {
                        other.abort = Some(now);
                        other.life = live(&trees[i], other.start, other.abort);
                    }
                }
            }
        };
        if let Some(at) = aborted {
            for (i, other) in running.iter_mut().enumerate() {
                if other.life.end > at && other.abort.is_none() {
                    other.abort = Some(at);
                    other.life = live(&trees[i], other.start, other.abort);
                }
            }
            now = running.iter().filter(|other| !other.counted).map(|other| other.life.settled).max().unwrap_or(at);
        }
        running.iter().for_each(|other| self.log.extend(&other.life.log));
        match aborted {
            Some(at) => self.deliver(now.max(at)),
            None => {
                self.now = now;
                match running.get(end) {
                    Some(failed) => failed.life.result,
                    None => running.iter().map(|other| other.life.result).sum(),
                }
            }
        }
    }
}
