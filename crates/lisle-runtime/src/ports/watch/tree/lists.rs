//! What came of watching and listing.

use std::collections::{HashMap, HashSet};
use std::io::{self, ErrorKind};

use super::{Kind, Place, Problem, Report, Root, Tree, Wanted, Why, join, trimmed};
use crate::world::io::{Watched, WatchedDirectory};

impl Tree {
    /// What was wanted last is watched, or is not. The operation that waited for it, and whether it has succeeded.
    pub(in crate::ports::watch) fn finish(
        &mut self,
        outcome: io::Result<Watched>,
    ) -> Option<(u64, Result<(), Problem>)> {
        let Wanted { path, recursive, why } = self.current.take()?;
        self.reports_before = self.reports.len();
        self.unwanted.extend(outcome.iter().flat_map(|watched| &watched.strays));
        match why {
            Why::Add(token) => return Some((token, self.finish_adding(path, recursive, outcome))),
            Why::New(root) => match outcome {
                Ok(watched) => {
                    self.take_found(root, &path, true, &watched.directories);
                    self.problems.extend(watched.error);
                }
                Err(error) if is_elsewhere(&error) => {}
                Err(error) => self.problems.push_back((path, error)),
            },
            Why::Again(root) => {
                if self.roots.contains_key(&root) {
                    self.tell(Kind::Overflow, path.clone(), None);
                }
                self.finish_again(root, path, outcome);
            }
        }
        None
    }

    /// A root was looked at again. What was not seen is not there any more.
    fn finish_again(&mut self, root: u32, path: String, outcome: io::Result<Watched>) {
        let watched = match outcome {
            Ok(watched) if watched.file.is_some() => {
                self.unwanted.extend(watched.directories.iter().map(|directory| directory.id));
                return self.finish_again(root, path, Err(ErrorKind::NotADirectory.into()));
            }
            Ok(watched) => watched,
            Err(error) => {
                if !is_elsewhere(&error) {
                    self.problems.push_back((path, error));
                } else if let Some(known) = self.roots.get_mut(&root) {
                    known.top = None;
                    self.tell(Kind::Remove, path, None);
                    self.drop_all(root);
                }
                return;
            }
        };
        self.take_found(root, &path, false, &watched.directories);
        if let Some(known) = self.roots.get_mut(&root) {
            known.top = watched.directories.first().map(|directory| directory.id);
        }
        if watched.error.is_none() {
            let ids: HashSet<i32> = watched.directories.iter().map(|directory| directory.id).collect();
            let of_root = self.paths.range((root, String::new())..).take_while(|((of, _), _)| *of == root);
            let gone: Vec<i32> = of_root.map(|(_, id)| *id).filter(|id| !ids.contains(id)).collect();
            for id in gone {
                self.unplace(root, id);
            }
        }
        self.problems.extend(watched.error);
    }

    fn finish_adding(&mut self, path: String, recursive: bool, outcome: io::Result<Watched>) -> Result<(), Problem> {
        let watched = outcome.map_err(|error| (path.clone(), error))?;
        if let Some(problem) = watched.error {
            // All of it or nothing.
            self.unwanted.extend(watched.directories.iter().map(|directory| directory.id));
            return Err(problem);
        }
        let before = self.roots.iter().find(|(_, root)| trimmed(&root.path) == trimmed(&path)).map(|(id, _)| *id);
        self.roots_made += 1;
        let root = self.roots_made;
        let top = watched.directories.first().map(|directory| directory.id);
        self.roots.insert(root, Root { path: path.clone(), recursive, file: watched.file, top });
        self.take_found(root, &path, false, &watched.directories);
        if let Some(before) = before {
            self.remove_root(before);
        }
        Ok(())
    }

    /// Directories are watched that are at or below a path.
    fn take_found(&mut self, root: u32, base: &str, is_new: bool, directories: &[WatchedDirectory]) {
        if !self.roots.contains_key(&root) {
            self.unwanted.extend(directories.iter().map(|directory| directory.id));
            return;
        }
        let mut visited: HashMap<&str, (i32, bool)> = HashMap::new();
        for directory in directories {
            let id = directory.id;
            let path = if directory.path.is_empty() { base.to_owned() } else { join(base, &directory.path) };
            let is_told = |place: &Place| place.root != root && place.path == path;
            let told = self.directories.get(&id).is_some_and(|places| places.iter().any(is_told));
            let unknown = self.place(root, &path, id);
            visited.insert(&directory.path, (id, unknown));
            if !is_new || !unknown || told {
                continue;
            }
            // One in a directory whose names were not told.
            let (above, name) = directory.path.rsplit_once('/').unwrap_or(("", &directory.path));
            if !name.is_empty()
                && let Some((above, false)) = visited.get(above)
                && self.found.insert((*above, name.to_owned()))
            {
                self.reports.push_back(Report { kind: Kind::Create, path: path.clone(), from: None });
            }
            for name in &directory.names {
                self.found.insert((id, name.clone()));
                self.reports.push_back(Report { kind: Kind::Create, path: join(&path, name), from: None });
            }
        }
    }
}

/// A path that is not there, or may not be looked at: if it was, the changes tell more.
fn is_elsewhere(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied)
}
