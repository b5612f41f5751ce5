//! Where directories are: the places that a tree knows.

use std::collections::btree_map::Entry;

use super::{Place, Tree, Why, moved};

impl Tree {
    /// A directory is reached by that path. True if that is new.
    pub(super) fn place(&mut self, root: u32, path: &str, id: i32) -> bool {
        let places = self.directories.entry(id).or_default();
        match places.iter_mut().find(|place| place.root == root) {
            Some(place) if place.path == path => return false,
            Some(place) => {
                let before = std::mem::replace(&mut place.path, path.to_owned());
                self.drop_path(root, before, id);
            }
            None => places.push(Place { root, path: path.to_owned() }),
        }
        if let Some(other) = self.paths.insert((root, path.to_owned()), id).filter(|other| *other != id) {
            self.unplace(root, other);
        }
        true
    }

    pub(super) fn drop_path(&mut self, root: u32, path: String, id: i32) {
        if let Entry::Occupied(entry) = self.paths.entry((root, path))
            && *entry.get() == id
        {
            entry.remove();
        }
    }

    /// A directory is not below a root any more.
    pub(super) fn unplace(&mut self, root: u32, id: i32) {
        let Some(places) = self.directories.get_mut(&id) else { return };
        let Some(index) = places.iter().position(|place| place.root == root) else { return };
        let place = places.remove(index);
        if places.is_empty() {
            self.directories.remove(&id);
            self.unwanted.push(id);
        }
        self.drop_path(root, place.path, id);
    }

    /// The directories at a path and below it.
    pub(super) fn below(&self, root: u32, path: &str) -> Vec<(String, i32)> {
        let inside = format!("{path}/");
        let own = self.paths.get(&(root, path.to_owned())).map(|id| (path.to_owned(), *id));
        let others = self.paths.range((root, inside.clone())..);
        let others = others.take_while(|((of, path), _)| *of == root && path.starts_with(&inside));
        own.into_iter().chain(others.map(|((_, path), id)| (path.clone(), *id))).collect()
    }

    pub(super) fn drop_below(&mut self, root: u32, path: &str) {
        self.wanted.retain(|wanted| wanted.why != Why::New(root) || moved(&wanted.path, path, path).is_none());
        for (_, id) in self.below(root, path) {
            self.unplace(root, id);
        }
    }

    pub(super) fn drop_all(&mut self, root: u32) {
        let of_root = self.paths.range((root, String::new())..).take_while(|((of, _), _)| *of == root);
        let ids: Vec<i32> = of_root.map(|(_, id)| *id).collect();
        for id in ids {
            self.unplace(root, id);
        }
    }

    pub(super) fn move_below(&mut self, root: u32, from: &str, to: &str) {
        for wanted in self.wanted.iter_mut().filter(|wanted| wanted.why == Why::New(root)) {
            if let Some(path) = moved(&wanted.path, from, to) {
                wanted.path = path;
            }
        }
        for (path, id) in self.below(root, from) {
            if let Some(path) = moved(&path, from, to) {
                self.place(root, &path, id);
            }
        }
    }
}
