//! What a watch knows of what it watches, and what changes mean to the program.
//!
//! The world knows directories by numbers, one a directory, and tells what happens to the names in them
//! ([`crate::world::io::Change`]). Here is which paths a program has named (*roots*), by which paths the directories below are
//! reached (*places*), and what is to be told (*reports*). No time, no system: the real and the simulated world share it.
//!
//! # New directories
//!
//! Between the making of a directory and our watching it, things may happen in it that nobody tells. So a directory that
//! appears below a root is first watched, then listed (a job: [`Wanted`]), and what the list has is told as created. What
//! was made between the watching and the listing is also told by the world, later: the names that lists have told are
//! `found`, and their next making is passed over. While a list is wanted or under way, no changes are taken, so that all
//! that come are about known directories; once the world has nothing more, `found` has done its duty and is emptied.
//!
//! A list is younger than the changes that are taken after it. Those may say that a directory was renamed of which the list
//! has seen the successor. The system tells the renamed directory itself, if it was watched by then: without that, what is
//! known by the old name is forgotten, and both names are looked at anew.

mod lists;
mod places;

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::io;

use crate::world::io::{Change, ChangeKind};

/// Reports that are given at once.
const BATCH_MAX: usize = 1024;

/// What has happened, in the program's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Create,
    Modify,
    Remove,
    Rename,
    Overflow,
}

/// What is told to the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) kind: Kind,
    pub(super) path: String,
    /// Its path before.
    pub(super) from: Option<String>,
}

/// A path that the program has named.
#[derive(Debug)]
struct Root {
    path: String,
    recursive: bool,
    /// It is a file of this name in the directory that is watched.
    file: Option<String>,
    /// The number of the directory, until that is gone.
    top: Option<i32>,
}

/// By which path a directory is reached from a root.
#[derive(Clone, Debug)]
struct Place {
    root: u32,
    path: String,
}

/// Why a path is to be watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// An operation wants a new root.
    Add(u64),
    /// It has appeared below a root.
    New(u32),
    /// A root, when changes were lost.
    Again(u32),
}

/// A path that is to be watched.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) path: String,
    /// All directories below are to be watched, too.
    pub(super) recursive: bool,
    why: Why,
}

impl Wanted {
    /// The program has named it.
    pub(super) fn is_named(&self) -> bool {
        !matches!(self.why, Why::New(_))
    }
}

/// An error, and the path that it is about.
pub(super) type Problem = (String, io::Error);

/// See the module's text.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    roots: BTreeMap<u32, Root>,
    roots_made: u32,
    /// The places of a directory: at most one a root.
    directories: BTreeMap<i32, Vec<Place>>,
    /// The numbers of directories by root and path.
    paths: BTreeMap<(u32, String), i32>,
    /// Names in directories that lists have told.
    found: HashSet<(i32, String)>,
    wanted: VecDeque<Wanted>,
    /// What is being watched and listed.
    current: Option<Wanted>,
    /// Directories that nobody wants any more.
    unwanted: Vec<i32>,
    reports: VecDeque<Report>,
    /// Where the reports of the present change begin.
    reports_before: usize,
    problems: VecDeque<Problem>,
}

fn join(path: &str, name: &str) -> String {
    if path.ends_with('/') { format!("{path}{name}") } else { format!("{path}/{name}") }
}

/// What a path below another one becomes when that one is renamed.
fn moved(path: &str, from: &str, to: &str) -> Option<String> {
    let rest = path.strip_prefix(from)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}"))
}

fn trimmed(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => path,
        trimmed => trimmed,
    }
}

/// What the program asks for.
impl Tree {
    /// An operation wants a path to be watched.
    pub(super) fn add(&mut self, path: String, recursive: bool, token: u64) {
        self.wanted.push_back(Wanted { path, recursive, why: Why::Add(token) });
    }

    /// A path is watched no longer. False if it was not.
    pub(super) fn remove(&mut self, path: &str) -> bool {
        let root = self.roots.iter().find(|(_, root)| trimmed(&root.path) == trimmed(path)).map(|(id, _)| *id);
        root.map(|root| self.remove_root(root)).is_some()
    }

    fn remove_root(&mut self, root: u32) {
        self.roots.remove(&root);
        self.wanted.retain(|wanted| !matches!(wanted.why, Why::New(of) | Why::Again(of) if of == root));
        self.drop_all(root);
    }

    /// The next reports; none if there are none.
    pub(super) fn batch(&mut self) -> Vec<Report> {
        let count = self.reports.len().min(BATCH_MAX);
        self.reports.drain(..count).collect()
    }

    /// The next error, once everything before it was told.
    pub(super) fn problem(&mut self) -> Option<Problem> {
        self.problems.pop_front()
    }

    /// Directories that are to be watched no longer. Not while some are being watched: they may be the same.
    pub(super) fn unwanted(&mut self) -> Vec<i32> {
        if self.current.is_some() {
            return Vec::new();
        }
        let mut unwanted = std::mem::take(&mut self.unwanted);
        unwanted.retain(|id| !self.directories.contains_key(id));
        unwanted
    }

    /// True when changes may be taken.
    pub(super) fn is_settled(&self) -> bool {
        self.current.is_none() && self.wanted.is_empty()
    }

    /// What is to be watched and listed next.
    pub(super) fn next_wanted(&mut self, mut waits: impl FnMut(u64) -> bool) -> Option<&Wanted> {
        if self.current.is_some() {
            return None;
        }
        while let Some(wanted) = self.wanted.pop_front() {
            let useful = match wanted.why {
                Why::Add(token) => waits(token),
                Why::New(root) | Why::Again(root) => self.roots.get(&root).is_some_and(|root| root.top.is_some()),
            };
            if useful {
                return Some(self.current.insert(wanted));
            }
        }
        None
    }
}

/// What has happened.
impl Tree {
    /// Takes changes in their order.
    pub(super) fn take(&mut self, changes: Vec<Change>) {
        let mut changes: Vec<Option<Change>> = changes.into_iter().map(Some).collect();
        for index in 0..changes.len() {
            let Some(change) = changes[index].take() else { continue };
            self.reports_before = self.reports.len();
            match change.kind {
                ChangeKind::Created | ChangeKind::MovedTo => self.appear(&change),
                ChangeKind::Modified => {
                    for (_, path) in self.covered(&change) {
                        self.tell(Kind::Modify, path, None);
                    }
                }
                ChangeKind::Deleted => self.vanish(&change),
                ChangeKind::MovedFrom => {
                    let is_other_half = |other: &&mut Option<Change>| {
                        let other = other.as_ref();
                        other.is_some_and(|o| o.kind == ChangeKind::MovedTo && o.cookie == change.cookie)
                    };
                    match changes[index + 1..].iter_mut().find(is_other_half).and_then(Option::take) {
                        Some(to) => {
                            // Until something else may have got the name.
                            let same = |other: &&Change| other.id == change.id && other.name == change.name;
                            let after = changes[index + 1..].iter().flatten().take_while(|other| !same(other));
                            let moved = after.filter(|other| other.kind == ChangeKind::MovedItself);
                            let moved: Vec<i32> = moved.map(|other| other.id).collect();
                            self.rename(&change, &to, &moved);
                        }
                        None => self.vanish(&change),
                    }
                }
                ChangeKind::DeletedItself | ChangeKind::MovedItself => self.lose(change.id, change.kind),
                ChangeKind::Ended => self.forget(change.id),
                ChangeKind::Overflow => self.overflow(),
            }
        }
    }

    /// The world has nothing more to tell.
    pub(super) fn drained(&mut self) {
        self.found.clear();
    }

    fn tell(&mut self, kind: Kind, path: String, from: Option<String>) {
        let report = Report { kind, path, from };
        let repeats = kind == Kind::Modify && self.reports.back() == Some(&report);
        // Several roots may have the same paths.
        let is_told = |told: &Report| match (told.kind, kind) {
            (Kind::Rename, Kind::Create) => told.path == report.path,
            (Kind::Rename, Kind::Remove) => told.from.as_ref() == Some(&report.path),
            _ => *told == report,
        };
        if !repeats && !self.reports.iter().skip(self.reports_before).any(is_told) {
            self.reports.push_back(report);
        }
    }

    /// The roots that a change is for, with the paths that they have for its name.
    fn covered(&self, change: &Change) -> Vec<(u32, String)> {
        let places = self.directories.get(&change.id).map_or(&[][..], Vec::as_slice);
        let path_at = |place: &Place| match self.roots.get(&place.root) {
            Some(Root { file: Some(file), path, .. }) => (*file == change.name).then(|| (place.root, path.clone())),
            _ => Some((place.root, join(&place.path, &change.name))),
        };
        places.iter().filter_map(path_at).collect()
    }

    fn is_recursive(&self, root: u32) -> bool {
        self.roots.get(&root).is_some_and(|root| root.recursive && root.file.is_none())
    }

    fn want(&mut self, root: u32, path: String) {
        if self.is_recursive(root) {
            self.wanted.push_back(Wanted { path, recursive: true, why: Why::New(root) });
        }
    }

    fn appear(&mut self, change: &Change) {
        if self.found.remove(&(change.id, change.name.clone())) {
            return;
        }
        for (root, path) in self.covered(change) {
            self.tell(Kind::Create, path.clone(), None);
            if change.directory {
                self.want(root, path);
            }
        }
    }

    fn vanish(&mut self, change: &Change) {
        self.found.remove(&(change.id, change.name.clone()));
        for (root, path) in self.covered(change) {
            if change.directory {
                self.drop_below(root, &path);
            }
            self.tell(Kind::Remove, path, None);
        }
    }

    /// Something was renamed; and these directories were told that they were.
    fn rename(&mut self, from: &Change, to: &Change, moved: &[i32]) {
        let (olds, mut news) = (self.covered(from), self.covered(to));
        self.found.remove(&(from.id, from.name.clone()));
        if self.found.remove(&(to.id, to.name.clone())) {
            // The new name was told before.
            news.clear();
        }
        let mut gone = Vec::new();
        for (root, old) in olds {
            // What we know by the old name may have got it after the renaming: then it is not what was renamed.
            let other = self.paths.get(&(root, old.clone())).is_some_and(|id| from.directory && !moved.contains(id));
            let Some(index) = news.iter().position(|(of, _)| *of == root).filter(|_| !other) else {
                gone.push((root, old));
                continue;
            };
            let (_, new) = news.remove(index);
            if from.directory {
                self.move_below(root, &old, &new);
                // Usually everything in it is known. But it may have been made and renamed before it was.
                self.want(root, new.clone());
            }
            self.tell(Kind::Rename, new, Some(old));
        }
        for (root, old) in gone {
            if from.directory {
                self.drop_below(root, &old);
            }
            self.tell(Kind::Remove, old, None);
        }
        for (root, new) in news {
            self.tell(Kind::Create, new.clone(), None);
            if to.directory {
                self.want(root, new);
            }
        }
    }

    /// A directory was deleted or renamed, which matters if the program has named it: otherwise the one above tells.
    fn lose(&mut self, id: i32, kind: ChangeKind) {
        for place in self.directories.get(&id).cloned().unwrap_or_default() {
            let Some(root) = self.roots.get_mut(&place.root).filter(|root| root.top == Some(id)) else { continue };
            root.top = None;
            let path = root.path.clone();
            // That a file was deleted before its directory is known.
            let told = root.file.is_some() && kind == ChangeKind::DeletedItself;
            let last = self.reports.iter().rev().find(|report| report.path == path);
            if !told && last.is_none_or(|report| report.kind != Kind::Remove) {
                self.tell(Kind::Remove, path, None);
            }
            self.drop_all(place.root);
        }
    }

    /// The world does not watch that directory any more.
    fn forget(&mut self, id: i32) {
        for place in self.directories.remove(&id).unwrap_or_default() {
            self.drop_path(place.root, place.path, id);
            if let Some(root) = self.roots.get_mut(&place.root).filter(|root| root.top == Some(id)) {
                root.top = None;
            }
        }
    }

    /// Changes were lost: the program must look for itself. It is told once the directories that we have missed are watched.
    fn overflow(&mut self) {
        self.found.clear();
        let mut told = Vec::new();
        for (id, root) in &self.roots {
            let again = Why::Again(*id);
            if root.file.is_some() || root.top.is_none() {
                told.push(root.path.clone());
            } else if self.wanted.iter().all(|wanted| wanted.why != again) {
                self.wanted.push_back(Wanted { path: root.path.clone(), recursive: root.recursive, why: again });
            }
        }
        for path in told {
            self.tell(Kind::Overflow, path, None);
        }
    }
}

#[cfg(test)]
mod tests;
