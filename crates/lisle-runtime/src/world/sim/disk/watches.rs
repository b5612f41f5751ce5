//! Watches on the files of a simulated disk: what a real system tells, in the same order.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind};

use super::parent;
use crate::world::io::{Change, ChangeKind};

/// Changes that are kept for a watch: as many as Linux keeps.
const CHANGES_MAX: usize = 16_384;

/// The watches on a disk.
#[derive(Debug)]
pub(in crate::world::sim) struct Watches {
    /// By handle.
    open: BTreeMap<u32, Watch>,
    /// Handles that have something to tell since they were last asked.
    pub(in crate::world::sim) ready: Vec<u32>,
    renamings: u32,
    /// Directories that can be watched.
    pub(in crate::world::sim) directories_max: usize,
}

impl Default for Watches {
    fn default() -> Watches {
        Watches { open: BTreeMap::new(), ready: Vec::new(), renamings: 0, directories_max: usize::MAX }
    }
}

#[derive(Debug, Default)]
struct Watch {
    /// Numbers of directories by path.
    directories: BTreeMap<String, i32>,
    last: i32,
    changes: VecDeque<Change>,
}

impl Watch {
    fn push(&mut self, change: Change) -> bool {
        // Linux takes two of the same in a row for one, also when they come from different renamings.
        let same = |last: &Change| Change { cookie: change.cookie, ..last.clone() } == change;
        if self.changes.back().is_some_and(same) {
            return false;
        }
        if self.changes.len() >= CHANGES_MAX {
            let overflow =
                Change { id: -1, kind: ChangeKind::Overflow, name: String::new(), directory: false, cookie: 0 };
            if self.changes.back() != Some(&overflow) {
                self.changes.push_back(overflow);
            }
            return false;
        }
        self.changes.push_back(change);
        true
    }

    /// Something has happened to a directory itself.
    fn push_itself(&mut self, id: i32, kind: ChangeKind) -> bool {
        self.push(Change { id, kind, name: String::new(), directory: true, cookie: 0 })
    }
}

/// The name in a path.
fn name(path: &str) -> String {
    path[path.rfind('/').map_or(0, |index| index + 1)..].to_owned()
}

impl Watches {
    /// Nobody watches anything.
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    pub(in crate::world::sim) fn open(&mut self, handle: u32) {
        self.open.insert(handle, Watch::default());
    }

    pub(in crate::world::sim) fn close(&mut self, handle: u32) {
        self.open.remove(&handle);
    }

    /// Takes what has happened.
    pub(in crate::world::sim) fn read(&mut self, handle: u32, changes: &mut Vec<Change>) -> io::Result<()> {
        let watch = self.open.get_mut(&handle).ok_or(io::Error::from_raw_os_error(9))?;
        if watch.changes.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        changes.extend(watch.changes.drain(..));
        Ok(())
    }

    /// Watches a directory, and gives its number.
    pub(super) fn add(&mut self, handle: u32, path: &str) -> io::Result<i32> {
        let count: usize = self.open.values().map(|watch| watch.directories.len()).sum();
        let watch = self.open.get_mut(&handle).ok_or(io::Error::from_raw_os_error(9))?;
        if let Some(id) = watch.directories.get(path) {
            return Ok(*id);
        }
        if count >= self.directories_max {
            return Err(io::Error::from_raw_os_error(28));
        }
        watch.last += 1;
        watch.directories.insert(path.to_owned(), watch.last);
        Ok(watch.last)
    }

    /// A directory is watched no longer.
    pub(in crate::world::sim) fn remove(&mut self, handle: u32, id: i32) {
        let Some(watch) = self.open.get_mut(&handle) else { return };
        let before = watch.directories.len();
        watch.directories.retain(|_, other| *other != id);
        if watch.directories.len() < before && watch.push_itself(id, ChangeKind::Ended) {
            self.ready.push(handle);
        }
    }

    fn push(&mut self, path: &str, kind: ChangeKind, directory: bool, cookie: u32) {
        for (handle, watch) in &mut self.open {
            if let Some(id) = watch.directories.get(parent(path)).copied()
                && watch.push(Change { id, kind, name: name(path), directory, cookie })
            {
                self.ready.push(*handle);
            }
        }
    }

    /// Something was made.
    pub(super) fn created(&mut self, path: &str, directory: bool) {
        self.push(path, ChangeKind::Created, directory, 0);
    }

    /// Something was changed.
    pub(super) fn modified(&mut self, path: &str) {
        self.push(path, ChangeKind::Modified, false, 0);
    }

    /// Something was deleted.
    pub(super) fn deleted(&mut self, path: &str, directory: bool) {
        self.push(path, ChangeKind::Deleted, directory, 0);
        if directory {
            self.gone(path);
        }
    }

    /// A directory is no more.
    fn gone(&mut self, path: &str) {
        for (handle, watch) in &mut self.open {
            if let Some(id) = watch.directories.remove(path) {
                watch.push_itself(id, ChangeKind::DeletedItself);
                watch.push_itself(id, ChangeKind::Ended);
                self.ready.push(*handle);
            }
        }
    }

    /// Something has another name, with all that is in it.
    pub(super) fn renamed(&mut self, from: &str, to: &str, directory: bool) {
        self.renamings += 1;
        let cookie = self.renamings;
        self.push(from, ChangeKind::MovedFrom, directory, cookie);
        self.push(to, ChangeKind::MovedTo, directory, cookie);
        if !directory {
            return;
        }
        // A directory that had that name before.
        self.gone(to);
        for (handle, watch) in &mut self.open {
            if let Some(id) = watch.directories.get(from).copied() {
                watch.push_itself(id, ChangeKind::MovedItself);
                self.ready.push(*handle);
            }
            let inside = format!("{from}/");
            let is_moved = |path: &&String| *path == from || path.starts_with(&inside);
            let moved: Vec<String> = watch.directories.keys().filter(is_moved).cloned().collect();
            for path in moved {
                if let Some(id) = watch.directories.remove(&path) {
                    watch.directories.insert(format!("{to}{}", &path[from.len()..]), id);
                }
            }
        }
    }
}
