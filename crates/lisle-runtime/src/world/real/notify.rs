//! Watches on files, by inotify.
#![allow(clippy::disallowed_methods, reason = "this module is where the operating system comes in")]

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

use crate::world::io::{Change, ChangeKind, Watched, WatchedDirectory};

/// Bytes that are read from the system at once: some thousand changes.
const BUFFER_BYTES: usize = 64 * 1024;

/// What is asked for about a directory. Files that are open and have no name any more are nobody's business.
const WANTED: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVE)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR)
    .union(WatchFlags::EXCL_UNLINK);

/// What is told, and what it means.
const KINDS: [(ReadFlags, ChangeKind); 10] = [
    (ReadFlags::QUEUE_OVERFLOW, ChangeKind::Overflow),
    (ReadFlags::IGNORED, ChangeKind::Ended),
    (ReadFlags::UNMOUNT, ChangeKind::DeletedItself),
    (ReadFlags::DELETE_SELF, ChangeKind::DeletedItself),
    (ReadFlags::MOVE_SELF, ChangeKind::MovedItself),
    (ReadFlags::CREATE, ChangeKind::Created),
    (ReadFlags::DELETE, ChangeKind::Deleted),
    (ReadFlags::MOVED_FROM, ChangeKind::MovedFrom),
    (ReadFlags::MOVED_TO, ChangeKind::MovedTo),
    (ReadFlags::MODIFY.union(ReadFlags::ATTRIB), ChangeKind::Modified),
];

/// A watch on nothing.
pub(super) fn open() -> io::Result<OwnedFd> {
    Ok(inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?)
}

/// Watches a path. A directory is watched before it is listed, so that nothing in it is missed.
pub(super) fn watch(watch: &OwnedFd, path: &str, named: bool, below: bool) -> io::Result<Watched> {
    if named && !fs::metadata(path)?.is_dir() {
        return watch_file(watch, path);
    }
    let mut watched = Watched::default();
    let mut waiting = vec![(PathBuf::from(path), String::new())];
    while let Some((directory, path)) = waiting.pop() {
        let follow = if named && path.is_empty() { WatchFlags::empty() } else { WatchFlags::DONT_FOLLOW };
        let id = match inotify::add_watch(watch, &directory, WANTED | follow) {
            Ok(id) => id,
            Err(error) if path.is_empty() => return Err(error.into()),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS) => continue,
            Err(error) => {
                watched.error = Some((directory.to_string_lossy().into_owned(), error.into()));
                return Ok(watched);
            }
        };
        let mut names = Vec::new();
        if below {
            let listed = list(&directory);
            // The last one that is pushed is the first to be taken out.
            for (name, _) in listed.iter().rev().filter(|(_, is_directory)| *is_directory) {
                let inside = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                waiting.push((directory.join(name), inside));
            }
            names.extend(listed.into_iter().map(|(name, _)| name));
        }
        watched.directories.push(WatchedDirectory { id, path, names });
    }
    Ok(watched)
}

/// Watches the directory of a file: so it is seen when another file gets its name.
fn watch_file(watch: &OwnedFd, path: &str) -> io::Result<Watched> {
    let path = fs::canonicalize(path)?;
    let directory = path.parent().unwrap_or(Path::new("/"));
    let id = inotify::add_watch(watch, directory, WANTED)?;
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let directory = WatchedDirectory { id, path: String::new(), names: Vec::new() };
    Ok(Watched { file, directories: vec![directory], error: None })
}

/// The names in a directory, and which of them are directories. What cannot be listed is empty: it may be gone already.
fn list(directory: &Path) -> Vec<(String, bool)> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        names.push((entry.file_name().to_string_lossy().into_owned(), is_directory));
    }
    names.sort();
    names
}

/// A directory is watched no longer.
pub(super) fn unwatch(watch: &OwnedFd, id: i32) {
    // One that was deleted is not watched any more.
    let _ = inotify::remove_watch(watch, id);
}

/// Adds what has happened, a buffer full at most.
pub(super) fn read(watch: &OwnedFd, changes: &mut Vec<Change>) -> io::Result<()> {
    let mut buffer = vec![MaybeUninit::uninit(); BUFFER_BYTES];
    let mut reader = Reader::new(watch, &mut buffer);
    loop {
        let event = reader.next()?;
        let flags = event.events();
        let name = event.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let kind = KINDS.iter().find(|(bits, _)| flags.intersects(*bits)).map(|(_, kind)| *kind);
        // What was done to the directory itself is told by the one above it, too.
        if let Some(kind) = kind.filter(|kind| *kind != ChangeKind::Modified || !name.is_empty()) {
            let directory = flags.contains(ReadFlags::ISDIR);
            changes.push(Change { id: event.wd(), kind, name, directory, cookie: event.cookie() });
        }
        if reader.is_buffer_empty() {
            return Ok(());
        }
    }
}
