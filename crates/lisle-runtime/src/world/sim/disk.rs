//! Files in memory.
//!
//! What is not there is looked up in another world's files, which are only read. A file of that world that is written gets a
//! copy here first; one that is deleted is remembered as gone.

mod watches;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::rc::Rc;

use lisle_engine::Files;

use crate::world::io::{Job, OpenMode, Outcome, SAME_FILE, Stat, Watched, WatchedDirectory};
use watches::Watches;

/// Links that are followed in one path.
const LINKS_MAX: usize = 40;

/// A file's content and what is kept about it.
#[derive(Debug, Default)]
pub(super) struct Inode {
    pub(super) bytes: Vec<u8>,
    mode: u32,
    modified_ns: u64,
    number: u64,
}

/// An open file.
pub(super) type SharedFile = Rc<RefCell<Inode>>;

#[derive(Clone, Debug)]
enum Node {
    File(SharedFile),
    Directory,
    Link(String),
    /// Deleted, whatever the other world has.
    Gone,
}

/// A file system.
#[derive(Debug)]
pub(super) struct Disk {
    nodes: BTreeMap<String, Node>,
    inodes: u64,
    /// Bytes that it can hold; writing more fails.
    pub(super) bytes_max: u64,
    pub(super) watches: Watches,
}

fn error(kind: ErrorKind) -> io::Error {
    // With the number that a real system gives, so that messages do not differ.
    let number = match kind {
        ErrorKind::NotFound => 2,
        ErrorKind::AlreadyExists => 17,
        ErrorKind::NotADirectory => 20,
        ErrorKind::IsADirectory => 21,
        ErrorKind::InvalidInput => 22,
        ErrorKind::StorageFull => 28,
        ErrorKind::DirectoryNotEmpty => 39,
        other => return other.into(),
    };
    io::Error::from_raw_os_error(number)
}

/// The directory that a path is in.
fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(end) => &path[..end],
    }
}

impl Disk {
    /// A disk with the directories `/` and `/tmp`.
    pub(super) fn new() -> Disk {
        let nodes = ["/", "/tmp"].map(|path| (path.to_owned(), Node::Directory));
        Disk { nodes: nodes.into(), inodes: 1, bytes_max: u64::MAX, watches: Watches::default() }
    }

    /// Adds a file and the directories above it.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) {
        let path = absolute(path);
        let mut above = parent(&path).to_owned();
        while above != "/" {
            self.nodes.insert(above.clone(), Node::Directory);
            above = parent(&above).to_owned();
        }
        let file = self.new_file(0, bytes.to_vec());
        self.nodes.insert(path, Node::File(file));
    }

    fn new_file(&mut self, now_ns: u64, bytes: Vec<u8>) -> SharedFile {
        self.inodes += 1;
        let number = self.inodes;
        Rc::new(RefCell::new(Inode { bytes, mode: 0o644, modified_ns: now_ns, number }))
    }

    /// The path with links followed, the last one only if asked.
    fn resolve(&self, path: &str, follow_last: bool) -> io::Result<String> {
        let mut path = absolute(path);
        for _ in 0..LINKS_MAX {
            let link = self.nodes.iter().find_map(|(name, node)| match node {
                Node::Link(target) if *name == path && follow_last => Some((name, target, "")),
                Node::Link(target) if path.starts_with(name) && path[name.len()..].starts_with('/') => {
                    Some((name, target, &path[name.len()..]))
                }
                _ => None,
            });
            let Some((name, target, rest)) = link else { return Ok(path) };
            path = absolute(&format!("{}{rest}", lisle_engine::modules::join(parent(name), target)));
        }
        Err(io::Error::from_raw_os_error(40))
    }

    /// The file at a path; one of the other world is copied.
    fn file(&mut self, path: &str, files: &mut dyn Files) -> io::Result<SharedFile> {
        let found = self.resolve(path, true)?;
        match self.nodes.get(&found) {
            Some(Node::File(file)) => return Ok(file.clone()),
            Some(Node::Directory) => return Err(error(ErrorKind::IsADirectory)),
            Some(Node::Link(_) | Node::Gone) => return Err(error(ErrorKind::NotFound)),
            None => {}
        }
        let bytes = files.read(path)?;
        let file = self.new_file(0, bytes);
        self.nodes.insert(found, Node::File(file.clone()));
        Ok(file)
    }

    /// The file at a path, made if it is not there.
    fn file_or_new(&mut self, path: &str, now_ns: u64, files: &mut dyn Files) -> io::Result<SharedFile> {
        match self.file(path, files) {
            Err(not_found) if not_found.kind() == ErrorKind::NotFound => {
                let found = self.resolve(path, true)?;
                self.check_parent(&found)?;
                let file = self.new_file(now_ns, Vec::new());
                self.watches.created(&found, false);
                self.nodes.insert(found, Node::File(file.clone()));
                Ok(file)
            }
            other => other,
        }
    }

    fn check_parent(&self, path: &str) -> io::Result<()> {
        match self.nodes.get(parent(path)) {
            Some(Node::Directory) => Ok(()),
            Some(Node::File(_)) => Err(error(ErrorKind::NotADirectory)),
            _ => Err(error(ErrorKind::NotFound)),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.nodes.get(path).is_some_and(|node| !matches!(node, Node::Gone))
    }

    /// Bytes in all files.
    fn used(&self) -> u64 {
        let size = |node: &Node| match node {
            Node::File(file) => file.borrow().bytes.len() as u64,
            Node::Directory | Node::Link(_) | Node::Gone => 0,
        };
        self.nodes.values().map(size).sum()
    }

    /// Writes to a file at that place, or at its end.
    pub(super) fn write(
        &mut self,
        file: &SharedFile,
        offset: Option<u64>,
        bytes: &[u8],
        now_ns: u64,
    ) -> io::Result<Outcome> {
        let size = file.borrow().bytes.len();
        let offset = offset.map_or(size, |offset| offset as usize);
        let end = offset.saturating_add(bytes.len());
        if self.bytes_max < u64::MAX && self.used() + end.saturating_sub(size) as u64 > self.bytes_max {
            return Err(error(ErrorKind::StorageFull));
        }
        let mut inode = file.borrow_mut();
        if end > size {
            inode.bytes.resize(end, 0);
        }
        inode.bytes[offset..end].copy_from_slice(bytes);
        inode.modified_ns = now_ns;
        drop(inode);
        if !bytes.is_empty() {
            self.touched(file);
        }
        Ok(Outcome::Size(end as u64))
    }

    /// A file has changed: whoever watches its directory is told. Nobody watches what has no name any more.
    fn touched(&mut self, file: &SharedFile) {
        if self.watches.is_empty() {
            return;
        }
        let is_it = |node: &Node| matches!(node, Node::File(other) if Rc::ptr_eq(other, file));
        if let Some((path, _)) = self.nodes.iter().find(|(_, node)| is_it(node)) {
            self.watches.modified(path);
        }
    }

    /// Empties a file. One that was made just now is not changed by that.
    fn empty(&mut self, file: &SharedFile, is_new: bool) {
        file.borrow_mut().bytes.clear();
        if !is_new {
            self.touched(file);
        }
    }

    /// True if there is nothing of that name yet.
    fn is_new(&self, path: &str, files: &mut dyn Files) -> bool {
        match self.resolve(path, true) {
            Ok(found) if self.nodes.contains_key(&found) => !self.exists(&found),
            _ => !files.is_file(path),
        }
    }

    /// Opens a file.
    pub(super) fn open(
        &mut self,
        path: &str,
        mode: OpenMode,
        new: bool,
        now_ns: u64,
        files: &mut dyn Files,
    ) -> io::Result<SharedFile> {
        if !mode.writes() {
            return self.file(path, files);
        }
        if new && (self.exists(&self.resolve(path, false)?) || files.is_file(path)) {
            return Err(error(ErrorKind::AlreadyExists));
        }
        let is_new = self.is_new(path, files);
        let file = self.file_or_new(path, now_ns, files)?;
        if mode == OpenMode::Write {
            self.empty(&file, is_new);
        }
        Ok(file)
    }

    /// Does a job on paths.
    pub(super) fn run(
        &mut self,
        job: &Job,
        now_ns: u64,
        random: &mut dyn FnMut() -> u64,
        files: &mut dyn Files,
    ) -> io::Result<Outcome> {
        match job {
            Job::ReadFile(path) => {
                let file = self.file(path, files)?;
                let bytes = file.borrow().bytes.clone();
                return Ok(Outcome::Bytes(bytes));
            }
            Job::WriteFile { path, bytes, atomic: true, .. } => self.replace(path, bytes, now_ns, random, files)?,
            Job::WriteFile { path, bytes, append, .. } => {
                let is_new = self.is_new(path, files);
                let file = self.file_or_new(path, now_ns, files)?;
                if !append {
                    self.empty(&file, is_new);
                }
                self.write(&file, None, bytes, now_ns)?;
            }
            Job::DeleteFile(path) => {
                self.link_or_file(path, files)?;
                let path = self.resolve(path, false)?;
                self.watches.deleted(&path, false);
                self.nodes.insert(path, Node::Gone);
            }
            Job::Rename(from, to) => self.rename(from, to, files)?,
            Job::Copy(from, to) => {
                let source = self.file(from, files)?;
                let is_new = self.is_new(to, files);
                let file = self.file_or_new(to, now_ns, files)?;
                if Rc::ptr_eq(&source, &file) {
                    return Err(io::Error::new(ErrorKind::InvalidInput, SAME_FILE));
                }
                let bytes = source.borrow().bytes.clone();
                self.empty(&file, is_new);
                // Its permissions are copied first.
                self.touched(&file);
                self.write(&file, Some(0), &bytes, now_ns)?;
            }
            Job::MakeDirectory { path, all } => self.make_directory(&absolute(path), *all)?,
            Job::DeleteDirectory { path, all } => self.delete_directory(&absolute(path), *all)?,
            Job::List(path) => return self.list(path),
            Job::Stat { path, follow } => return self.stat(path, *follow, files),
            Job::Canonicalize(path) => {
                self.stat(path, true, files)?;
                let found = self.resolve(path, true)?;
                let known = self.exists(&found) && !files.is_file(path);
                return Ok(Outcome::Text(if known { found } else { files.canonical(path) }));
            }
            Job::Link(target, path) => {
                let path = self.resolve(path, false)?;
                self.check_parent(&path)?;
                if self.exists(&path) {
                    return Err(error(ErrorKind::AlreadyExists));
                }
                self.watches.created(&path, false);
                self.nodes.insert(path, Node::Link(target.clone()));
            }
            Job::ReadLink(path) => match self.nodes.get(&self.resolve(path, false)?) {
                Some(Node::Link(target)) => return Ok(Outcome::Text(target.clone())),
                Some(Node::File(_) | Node::Directory) => return Err(error(ErrorKind::InvalidInput)),
                Some(Node::Gone) | None => return Err(error(ErrorKind::NotFound)),
            },
            Job::SetMode(path, mode) => {
                let file = self.file(path, files)?;
                file.borrow_mut().mode = mode & 0o7777;
                self.touched(&file);
            }
            Job::MakeTemporary { within, prefix, directory } => {
                let path = format!("{}/{prefix}{:012x}", within.as_deref().unwrap_or("/tmp"), random() >> 16);
                let path = absolute(&path);
                self.check_parent(&path)?;
                let node = if *directory { Node::Directory } else { Node::File(self.new_file(now_ns, Vec::new())) };
                self.watches.created(&path, *directory);
                self.nodes.insert(path.clone(), node);
                return Ok(Outcome::Made { path, directory: *directory });
            }
            Job::Watch { watch, path, named, below } => {
                return self.watch(watch.0, path, *named, *below, files).map(Outcome::Watched);
            }
            _ => return Err(ErrorKind::Unsupported.into()),
        }
        Ok(Outcome::Done)
    }

    /// Gives a file a new content by way of a temporary one.
    fn replace(
        &mut self,
        path: &str,
        bytes: &[u8],
        now_ns: u64,
        random: &mut dyn FnMut() -> u64,
        files: &mut dyn Files,
    ) -> io::Result<()> {
        let found = self.resolve(path, true)?;
        if self.nodes.get(&found).is_some_and(|node| matches!(node, Node::Directory)) {
            return Err(error(ErrorKind::IsADirectory));
        }
        if self.is_new(path, files) {
            self.check_parent(&found)?;
        }
        let mode = self.file(path, files).ok().map(|file| file.borrow().mode);
        let temporary = lisle_engine::modules::join(parent(&found), &format!(".lisle-{:012x}", random() >> 16));
        let file = self.new_file(now_ns, Vec::new());
        self.nodes.insert(temporary.clone(), Node::File(file.clone()));
        self.watches.created(&temporary, false);
        if let Err(error) = self.write(&file, Some(0), bytes, now_ns) {
            self.watches.deleted(&temporary, false);
            self.nodes.remove(&temporary);
            return Err(error);
        }
        if let Some(mode) = mode {
            file.borrow_mut().mode = mode;
            self.touched(&file);
        }
        self.watches.renamed(&temporary, &found, false);
        self.nodes.remove(&temporary);
        self.nodes.insert(found, Node::File(file));
        Ok(())
    }

    /// Watches a path.
    fn watch(
        &mut self,
        watch: u32,
        path: &str,
        named: bool,
        below: bool,
        files: &mut dyn Files,
    ) -> io::Result<Watched> {
        let found = self.resolve(path, named)?;
        if !matches!(self.nodes.get(&found), Some(Node::Directory)) {
            if !named {
                let there = self.exists(&found);
                return Err(error(if there { ErrorKind::NotADirectory } else { ErrorKind::NotFound }));
            }
            self.file(path, files)?;
            let id = self.watches.add(watch, parent(&found))?;
            let file = Some(found[found.rfind('/').map_or(0, |index| index + 1)..].to_owned());
            let directory = WatchedDirectory { id, path: String::new(), names: Vec::new() };
            return Ok(Watched { file, directories: vec![directory], ..Watched::default() });
        }
        let is_directory = |path: &String| matches!(self.nodes.get(path), Some(Node::Directory));
        let mut paths = vec![found.clone()];
        if below {
            let mut inside: Vec<String> = self.below(&found).into_iter().filter(is_directory).collect();
            // As a walk finds them: what is in a directory before its neighbours.
            inside.sort_by(|a, b| a.split('/').cmp(b.split('/')));
            paths.extend(inside);
        }
        let mut watched = Watched::default();
        for path in paths {
            let id = match self.watches.add(watch, &path) {
                Ok(id) => id,
                Err(error) if path == found => return Err(error),
                Err(error) => {
                    watched.error = Some((path, error));
                    break;
                }
            };
            let names = if below { self.names(&path) } else { Vec::new() };
            let path = path[found.len()..].trim_start_matches('/').to_owned();
            watched.directories.push(WatchedDirectory { id, path, names });
        }
        Ok(watched)
    }

    fn link_or_file(&mut self, path: &str, files: &mut dyn Files) -> io::Result<()> {
        let found = self.resolve(path, false)?;
        if !matches!(self.nodes.get(&found), Some(Node::Link(_))) {
            self.file(path, files)?;
        }
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str, files: &mut dyn Files) -> io::Result<()> {
        let (from_path, to_path) = (self.resolve(from, false)?, self.resolve(to, false)?);
        self.check_parent(&to_path)?;
        if !matches!(self.nodes.get(&from_path), Some(Node::Directory)) {
            self.link_or_file(from, files)?;
        }
        if from_path == to_path {
            return Ok(());
        }
        let is_directory = matches!(self.nodes.get(&from_path), Some(Node::Directory));
        self.watches.renamed(&from_path, &to_path, is_directory);
        let below = format!("{from_path}/");
        let moved: Vec<String> = self.nodes.keys().filter(|name| name.starts_with(&below)).cloned().collect();
        for name in moved {
            if let Some(node) = self.nodes.remove(&name) {
                self.nodes.insert(format!("{to_path}/{}", &name[below.len()..]), node);
            }
        }
        if let Some(node) = self.nodes.insert(from_path, Node::Gone) {
            self.nodes.insert(to_path, node);
        }
        Ok(())
    }

    fn make_directory(&mut self, path: &str, all: bool) -> io::Result<()> {
        match self.nodes.get(path) {
            Some(Node::Directory) if all => return Ok(()),
            Some(Node::Gone) | None => {}
            Some(_) => return Err(error(ErrorKind::AlreadyExists)),
        }
        if all {
            let mut missing = Vec::new();
            let mut above = parent(path);
            while !self.exists(above) {
                missing.push(above.to_owned());
                above = parent(above);
            }
            for directory in missing.into_iter().rev() {
                self.make_directory(&directory, false)?;
            }
        }
        self.check_parent(path)?;
        self.watches.created(path, true);
        self.nodes.insert(path.to_owned(), Node::Directory);
        Ok(())
    }

    /// The names of what is below a directory.
    fn below(&self, path: &str) -> Vec<String> {
        let start = if path == "/" { "/".to_owned() } else { format!("{path}/") };
        let below = |name: &&String| name.len() > start.len() && name.starts_with(&start) && self.exists(name);
        self.nodes.keys().filter(below).cloned().collect()
    }

    fn delete_directory(&mut self, path: &str, all: bool) -> io::Result<()> {
        match self.nodes.get(path) {
            Some(Node::Directory) => {}
            Some(Node::File(_) | Node::Link(_)) => return Err(error(ErrorKind::NotADirectory)),
            Some(Node::Gone) | None => return Err(error(ErrorKind::NotFound)),
        }
        let below = self.below(path);
        if !below.is_empty() && !all {
            return Err(error(ErrorKind::DirectoryNotEmpty));
        }
        // What is in a directory comes after it in the order of names.
        for name in below.into_iter().rev().chain([path.to_owned()]) {
            let is_directory = matches!(self.nodes.get(&name), Some(Node::Directory));
            self.watches.deleted(&name, is_directory);
            self.nodes.insert(name, Node::Gone);
        }
        Ok(())
    }

    fn list(&self, path: &str) -> io::Result<Outcome> {
        let path = self.resolve(path, true)?;
        match self.nodes.get(&path) {
            Some(Node::Directory) => {}
            Some(Node::File(_)) => return Err(error(ErrorKind::NotADirectory)),
            _ => return Err(error(ErrorKind::NotFound)),
        }
        Ok(Outcome::Names(self.names(&path)))
    }

    /// The names in a directory.
    fn names(&self, path: &str) -> Vec<String> {
        let direct = self.below(path).into_iter().filter(|name| parent(name) == path);
        direct.map(|name| name[name.rfind('/').map_or(0, |i| i + 1)..].to_owned()).collect()
    }

    fn stat(&mut self, path: &str, follow: bool, files: &mut dyn Files) -> io::Result<Outcome> {
        let found = self.resolve(path, follow)?;
        let stat = match self.nodes.get(&found) {
            Some(Node::Directory) => Stat { file_type: "directory", permissions: 0o755, nlinks: 1, ..Stat::default() },
            Some(Node::Link(target)) => {
                let size = target.len() as u64;
                Stat { file_type: "symlink", permissions: 0o777, size, nlinks: 1, ..Stat::default() }
            }
            _ => {
                let file = self.file(path, files)?;
                let inode = file.borrow();
                let seconds = Some(super::EPOCH_NS as f64 / 1e9 + inode.modified_ns as f64 / 1e9);
                Stat {
                    file_type: "file",
                    size: inode.bytes.len() as u64,
                    accessed: seconds,
                    modified: seconds,
                    created: seconds,
                    permissions: inode.mode,
                    readonly: inode.mode & 0o222 == 0,
                    inode: inode.number,
                    nlinks: 1,
                    blksize: 4096,
                    blocks: (inode.bytes.len() as u64).div_ceil(512),
                    ..Stat::default()
                }
            }
        };
        Ok(Outcome::Stat(Box::new(stat)))
    }
}

/// For the loading of programs.
impl Disk {
    /// The content of a file that is here.
    pub(super) fn content(&self, path: &str) -> Option<Vec<u8>> {
        match self.nodes.get(&self.resolve(path, true).ok()?)? {
            Node::File(file) => Some(file.borrow().bytes.clone()),
            Node::Directory | Node::Link(_) | Node::Gone => None,
        }
    }

    /// True when nothing of the other world is to be seen there.
    pub(super) fn hides(&self, path: &str) -> bool {
        self.nodes.contains_key(&absolute(path))
    }
}

/// The path from the root on, without `.` and `..`.
fn absolute(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}
