//! Jobs on files, as threads of the pool do them.
#![allow(clippy::disallowed_methods, reason = "this module is where the operating system comes in")]

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::world::io::{OpenMode, Outcome, SAME_FILE, Stat};

/// Names that are tried for a temporary file.
const ATTEMPTS: usize = 64;

/// The bytes of a file.
pub(super) fn read(path: &str) -> io::Result<Outcome> {
    fs::read(path).map(Outcome::Bytes)
}

/// Replaces a file, or adds to its end.
pub(super) fn write(path: &str, bytes: &[u8], append: bool, atomic: bool) -> io::Result<Outcome> {
    if atomic {
        return replace(Path::new(path), bytes);
    }
    let mut options = OpenOptions::new();
    options.create(true).write(true).append(append).truncate(!append);
    options.open(path)?.write_all(bytes)?;
    Ok(Outcome::Done)
}

/// Writes a temporary file beside it, has it brought to the medium, and gives it the name.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<Outcome> {
    // What a link leads to is replaced, not the link.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let mode = fs::metadata(&path).ok().map(|metadata| metadata.permissions());
    let (temporary, mut file) =
        make_temporary(&directory, ".lisle-", |path| OpenOptions::new().write(true).create_new(true).open(path))?;
    let written = (|| {
        file.write_all(bytes)?;
        if let Some(mode) = mode {
            file.set_permissions(mode)?;
        }
        file.sync_all()?;
        fs::rename(&temporary, &path)
    })();
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    // The name is on the medium when the directory is. Some file systems cannot do this, and need it less.
    let _ = File::open(&directory).and_then(|directory| directory.sync_all());
    Ok(Outcome::Done)
}

/// Makes something of a new name.
fn make_temporary<T>(
    directory: &Path,
    prefix: &str,
    mut make: impl FnMut(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    // The standard library seeds its hashers from the operating system.
    let random = std::hash::RandomState::new();
    for attempt in 0..ATTEMPTS {
        let mut hasher = random.build_hasher();
        hasher.write_usize(attempt);
        let path = directory.join(format!("{prefix}{:012x}", hasher.finish() >> 16));
        match make(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(made) => return Ok((path, made)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// A file or directory for this user alone.
pub(super) fn temporary(within: Option<&str>, prefix: &str, directory: bool) -> io::Result<Outcome> {
    if prefix.contains(['/', '\0']) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let within = within.map_or_else(std::env::temp_dir, PathBuf::from);
    let (path, ()) = make_temporary(&within, prefix, |path| {
        if directory {
            return fs::DirBuilder::new().mode(0o700).create(path);
        }
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(drop)
    })?;
    Ok(Outcome::Made { path: path.to_string_lossy().into_owned(), directory })
}

fn text(path: PathBuf) -> io::Result<Outcome> {
    Ok(Outcome::Text(path.to_string_lossy().into_owned()))
}

/// Copies the content and the permissions of a file.
pub(super) fn copy(from: &str, to: &str) -> io::Result<Outcome> {
    let identity = |path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
    if let (Ok(from), Ok(to)) = (identity(from), identity(to))
        && from == to
    {
        // It would be emptied before it is read.
        return Err(io::Error::new(io::ErrorKind::InvalidInput, SAME_FILE));
    }
    fs::copy(from, to).map(|_| Outcome::Done)
}

/// Deletes a directory.
pub(super) fn delete_directory(path: &str, all: bool) -> io::Result<Outcome> {
    if all {
        fs::remove_dir_all(path)?
    } else {
        fs::remove_dir(path)?
    }
    Ok(Outcome::Done)
}

/// Makes a directory.
pub(super) fn make_directory(path: &str, all: bool) -> io::Result<Outcome> {
    if all {
        fs::create_dir_all(path)?
    } else {
        fs::create_dir(path)?
    }
    Ok(Outcome::Done)
}

/// The names in a directory.
pub(super) fn list(path: &str) -> io::Result<Outcome> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    Ok(Outcome::Names(names))
}

/// What the system knows about a file.
pub(super) fn stat(path: &str, follow: bool) -> io::Result<Outcome> {
    let metadata = if follow { fs::metadata(path)? } else { fs::symlink_metadata(path)? };
    let kind = metadata.file_type();
    let kinds = [
        (kind.is_file(), "file"),
        (kind.is_dir(), "directory"),
        (kind.is_symlink(), "symlink"),
        (kind.is_fifo(), "fifo"),
        (kind.is_socket(), "socket"),
        (kind.is_block_device(), "block-device"),
        (kind.is_char_device(), "char-device"),
    ];
    let seconds = |time: io::Result<SystemTime>| {
        let since = time.ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some(since.as_secs_f64())
    };
    Ok(Outcome::Stat(Box::new(Stat {
        file_type: kinds.iter().find(|(is, _)| *is).map_or("other", |(_, name)| name),
        size: metadata.len(),
        accessed: seconds(metadata.accessed()),
        modified: seconds(metadata.modified()),
        created: seconds(metadata.created()),
        permissions: metadata.permissions().mode() & 0o7777,
        readonly: metadata.permissions().readonly(),
        uid: metadata.uid(),
        gid: metadata.gid(),
        dev: metadata.dev(),
        rdev: metadata.rdev(),
        inode: metadata.ino(),
        nlinks: metadata.nlink(),
        blksize: metadata.blksize(),
        blocks: metadata.blocks(),
    })))
}

/// The one name of an existing file.
pub(super) fn canonicalize(path: &str) -> io::Result<Outcome> {
    text(fs::canonicalize(path)?)
}

/// Where a link leads.
pub(super) fn read_link(path: &str) -> io::Result<Outcome> {
    text(fs::read_link(path)?)
}

/// Sets permission bits.
pub(super) fn set_mode(path: &str, mode: u32) -> io::Result<Outcome> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o7777))?;
    Ok(Outcome::Done)
}

/// Opens a file. `true`: it has no positions. Waits for the other side of a named pipe.
pub(super) fn open(path: &str, mode: OpenMode, new: bool) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.read(mode.reads()).write(mode.writes()).create(mode.writes()).create_new(new && mode.writes());
    options.append(mode == OpenMode::Append).truncate(mode == OpenMode::Write);
    let file = options.open(path)?;
    let kind = file.metadata()?.file_type();
    Ok((file, kind.is_fifo() || kind.is_char_device() || kind.is_socket()))
}

/// Reads from an open file.
pub(super) fn read_at(file: &File, offset: u64, count: usize) -> io::Result<Outcome> {
    let mut bytes = vec![0; count];
    let count = loop {
        match file.read_at(&mut bytes, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Directories, which can be opened, say so here; other things without positions are read in order.
            Err(error) if error.raw_os_error() == Some(29) => break (&mut &*file).read(&mut bytes)?,
            other => break other?,
        }
    };
    bytes.truncate(count);
    Ok(Outcome::Bytes(bytes))
}

/// Writes to an open file.
pub(super) fn write_at(file: &File, offset: Option<u64>, bytes: &[u8]) -> io::Result<Outcome> {
    match offset {
        Some(offset) => {
            file.write_all_at(bytes, offset)?;
            Ok(Outcome::Size(offset + bytes.len() as u64))
        }
        None => {
            (&mut &*file).write_all(bytes)?;
            // What has no positions was written all the same.
            Ok(Outcome::Size((&mut &*file).stream_position().unwrap_or(0)))
        }
    }
}
