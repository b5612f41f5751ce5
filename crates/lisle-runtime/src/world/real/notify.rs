//! Watches on files, by inotify.
#![allow(clippy::disallowed_methods, reason = "this module is where the operating system comes in")]

use std::fs;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags};
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
        let follow = named && path.is_empty();
        let (id, listed) = match watch_directory(watch, &directory, follow, below, &mut watched.strays) {
            Ok(found) => found,
            Err(error) if path.is_empty() => return Err(error.into()),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::ACCESS) => continue,
            Err(error) => {
                watched.error = Some((directory.to_string_lossy().into_owned(), error.into()));
                return Ok(watched);
            }
        };
        // The last one that is pushed is the first to be taken out.
        for (name, _) in listed.iter().rev().filter(|(_, is_directory)| *is_directory) {
            let inside = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            waiting.push((directory.join(name), inside));
        }
        let names = listed.into_iter().map(|(name, _)| name).collect();
        watched.directories.push(WatchedDirectory { id, path, names });
    }
    Ok(watched)
}

/// Watches a directory, and lists it: the names, and which of them are directories. What has got another name before that was
/// done is as good as gone, since the one that was watched may not be the one that is listed: its number is a stray then.
fn watch_directory(
    watch: &OwnedFd,
    path: &Path,
    follow: bool,
    list_it: bool,
    strays: &mut Vec<i32>,
) -> Result<(i32, Vec<(String, bool)>), Errno> {
    let (open, add) = match follow {
        true => (OFlags::empty(), WatchFlags::empty()),
        false => (OFlags::NOFOLLOW, WatchFlags::DONT_FOLLOW),
    };
    let directory = rustix::fs::open(path, OFlags::DIRECTORY | OFlags::CLOEXEC | open, Mode::empty())?;
    let id = inotify::add_watch(watch, path, WANTED | add)?;
    let now = if follow { rustix::fs::stat(path) } else { rustix::fs::lstat(path) };
    let opened = rustix::fs::fstat(&directory)?;
    if !now.is_ok_and(|now| (now.st_dev, now.st_ino) == (opened.st_dev, opened.st_ino)) {
        strays.push(id);
        return Err(Errno::NOENT);
    }
    Ok((id, if list_it { list(&directory)? } else { Vec::new() }))
}

/// Watches the directory of a file: so it is seen when another file gets its name.
fn watch_file(watch: &OwnedFd, path: &str) -> io::Result<Watched> {
    let path = fs::canonicalize(path)?;
    let directory = path.parent().unwrap_or(Path::new("/"));
    let id = inotify::add_watch(watch, directory, WANTED)?;
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let directory = WatchedDirectory { id, path: String::new(), names: Vec::new() };
    Ok(Watched { file, directories: vec![directory], ..Watched::default() })
}

/// The names in a directory in their order, and which of them are directories.
fn list(directory: &OwnedFd) -> Result<Vec<(String, bool)>, Errno> {
    let mut names = Vec::new();
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not tell.
            FileType::Unknown => match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => FileType::from_raw_mode(stat.st_mode),
                Err(_) => continue,
            },
            kind => kind,
        };
        names.push((name.to_string_lossy().into_owned(), kind.is_dir()));
    }
    names.sort();
    Ok(names)
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
