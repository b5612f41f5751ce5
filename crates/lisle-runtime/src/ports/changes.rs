//! Jobs that change files, and what comes after them.
//!
//! A job cannot be stopped. One that changes a file goes on when its operation was aborted or has taken too long; and whatever
//! the program asks of the same path next must find it done, lest an old write destroys a new one. So that is started only
//! when the other is finished, or has not finished in a second, as a write to a named pipe that nobody reads. Two names of one
//! file are not recognised.

use lisle_engine::modules;

use super::jobs::JobOwner;
use super::operations::Alarm;
use crate::scheduler::Scheduler;
use crate::wheel::TimerId;
use crate::world::io::Job;

/// How long a job is postponed at most.
const POSTPONED_NS: u64 = 1_000_000_000;

/// What is under way, and what waits for it.
#[derive(Debug, Default)]
pub(super) struct Changes {
    under_way: Vec<Change>,
    /// Jobs that were not started yet, in order.
    postponed: Vec<Postponed>,
}

/// A job that was not started yet.
#[derive(Debug)]
struct Postponed {
    number: u64,
    owner: JobOwner,
    job: Job,
    /// When it is started in any case.
    alarm: (TimerId, u32),
}

/// A job that changes something.
#[derive(Debug)]
struct Change {
    job: u64,
    /// The operation that waits for it, or has done so.
    token: u64,
    paths: Vec<String>,
}

/// The paths that a job is about, and whether it changes what is there.
fn touched(job: &Job) -> (Vec<&str>, bool) {
    match job {
        Job::ReadFile(path) | Job::List(path) | Job::Canonicalize(path) | Job::ReadLink(path) => (vec![path], false),
        Job::Stat { path, .. } | Job::Watch { path, .. } => (vec![path], false),
        Job::Open { path, mode, .. } => (vec![path], mode.writes()),
        Job::WriteFile { path, .. }
        | Job::MakeDirectory { path, .. }
        | Job::DeleteDirectory { path, .. }
        | Job::DeleteFile(path)
        | Job::Link(_, path)
        | Job::SetMode(path, _) => (vec![path], true),
        Job::Rename(from, to) | Job::Copy(from, to) => (vec![from, to], true),
        Job::MakeTemporary { .. }
        | Job::ReadAt { .. }
        | Job::WriteAt { .. }
        | Job::Size(_)
        | Job::Sync(_)
        | Job::Resolve { .. }
        | Job::Spawn(_) => (Vec::new(), false),
    }
}

/// True if one is the other, or is in it.
fn meet(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || short.ends_with('/'))
}

impl Scheduler {
    /// Has a job done: now, or once what it must find done is.
    pub(super) fn start_or_postpone(&mut self, number: u64, owner: JobOwner, job: Job) {
        if self.must_wait(&job) {
            let alarm = self.set_alarm(POSTPONED_NS, Alarm::Begin(number));
            self.ports.changes.postponed.push(Postponed { number, owner, job, alarm });
        } else {
            self.start_now(number, owner, job);
        }
    }

    fn start_now(&mut self, number: u64, owner: JobOwner, job: Job) {
        let (paths, changes) = touched(&job);
        let change = match owner {
            JobOwner::Operation(token) if changes => Some((token, paths.into_iter().map(str::to_owned).collect())),
            JobOwner::Writing { port, token, .. } => {
                Some((token, self.ports.port(port).name.path.iter().cloned().collect()))
            }
            _ => None,
        };
        if let Some((token, paths)) = change {
            self.ports.changes.under_way.push(Change { job: number, token, paths });
        }
        self.world.io().start(number, job);
    }

    /// True if something is under way on its paths that nobody waits for any more.
    fn must_wait(&mut self, job: &Job) -> bool {
        !self.in_the_way(job).is_empty()
    }

    /// The jobs that nobody waits for any more and that change something on the paths of a job.
    fn in_the_way(&mut self, job: &Job) -> Vec<u64> {
        let (paths, _) = touched(job);
        let operations = &mut self.ports.operations;
        let mut left = self.ports.changes.under_way.iter().filter(|change| operations.get(change.token).is_none());
        let Some(first) = left.next().filter(|_| !paths.is_empty()) else { return Vec::new() };
        let directory = self.world.current_directory().unwrap_or_default();
        let whole = |path: &str| modules::join(&directory, path);
        let paths: Vec<String> = paths.into_iter().map(whole).collect();
        let meets =
            |change: &&Change| change.paths.iter().any(|other| paths.iter().any(|path| meet(path, &whole(other))));
        std::iter::once(first).chain(left).filter(meets).map(|change| change.job).collect()
    }

    /// A job is done: those that waited for it may begin.
    pub(super) fn note_done(&mut self, job: u64) {
        let changes = &mut self.ports.changes;
        let before = changes.under_way.len();
        changes.under_way.retain(|change| change.job != job);
        if changes.under_way.len() == before || changes.postponed.is_empty() {
            return;
        }
        self.start_free();
    }

    /// Starts those that need not wait any longer.
    fn start_free(&mut self) {
        let postponed = std::mem::take(&mut self.ports.changes.postponed);
        let (free, held) = postponed.into_iter().partition(|p| !self.must_wait(&p.job));
        self.ports.changes.postponed = held;
        free.into_iter().for_each(|postponed| self.start_postponed(postponed));
    }

    /// A job has been postponed long enough: what it waits for may never be done, and nothing waits for that any more.
    pub(super) fn begin_late(&mut self, number: u64) {
        let Some(late) = self.ports.changes.postponed.iter().find(|postponed| postponed.number == number) else {
            return;
        };
        let stuck = self.in_the_way(&late.job.clone());
        self.ports.changes.under_way.retain(|change| !stuck.contains(&change.job));
        self.start_free();
    }

    fn start_postponed(&mut self, Postponed { number, owner, job, alarm }: Postponed) {
        self.clear_alarm(alarm);
        match owner {
            // It was aborted before it began, and never will.
            JobOwner::Operation(token) if self.ports.operations.get(token).is_none() => {
                self.ports.jobs.remove(&number);
            }
            _ => self.start_now(number, owner, job),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::meet;

    #[test]
    fn paths_meet_when_one_is_in_the_other() {
        for (one, other, expected) in
            [("/a", "/a", true), ("/a", "/a/b", true), ("/", "/a", true), ("/a", "/ab", false), ("/a/b", "/a/c", false)]
        {
            assert_eq!((meet(one, other), meet(other, one)), (expected, expected), "{one} {other}");
        }
    }
}
