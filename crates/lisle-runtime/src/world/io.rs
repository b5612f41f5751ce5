//! What a world offers beyond clock and chance: things that are open, work that takes long, and events about both.
//!
//! A [`Handle`] stands for a socket, a pipe, a file or a standard stream. Operations on handles never wait: what cannot be
//! done at once fails with `WouldBlock`, and a [`Event::Ready`] follows when it is worth another try (once per change, so
//! whoever stops before `WouldBlock` must remember that there may be more). What would stop the loop is a [`Job`]: the
//! world does it elsewhere and answers with [`Event::Finished`]. An abandoned job cannot be stopped; its outcome is to be
//! dropped by whoever started it, which means closing what it opened and deleting what it made of a name of its own.

use std::io;
use std::net::SocketAddr;

/// Something open. Numbers are used again after `close`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Handle(pub u32);

/// A subprocess. Numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChildId(pub u64);

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// It is worth trying again. Errors and ends count as both.
    Ready {
        /// On what.
        handle: Handle,
        /// Reading, or accepting.
        readable: bool,
        /// Writing; for one that connects, asking whether it is connected.
        writable: bool,
        /// The other side will send nothing more: what is there can be read to the end without another event.
        ended: bool,
    },
    /// A job is done.
    Finished {
        /// The number that it was started with.
        job: u64,
        /// What came of it.
        outcome: io::Result<Outcome>,
    },
    /// A subprocess has ended, and is no zombie.
    Exited {
        /// Which.
        child: ChildId,
        /// Its exit code; the negative number of the signal that killed it.
        code: i64,
    },
    /// A signal came that is watched.
    Signal(i32),
}

/// A standard stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Standard input.
    Input,
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// Where a socket is, or what it is connected with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    /// An address and a port.
    Net(SocketAddr),
    /// A path; empty for a socket without a name.
    Path(String),
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Address::Net(address) => address.fmt(f),
            Address::Path(path) => path.fmt(f),
        }
    }
}

/// Options of a socket; `None` leaves the system's default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketOptions {
    /// Small writes go out at once.
    pub nodelay: Option<bool>,
    /// Dead peers are found out, some hours later.
    pub keepalive: Option<bool>,
    /// Bytes of the kernel's send buffer.
    pub send_buffer: Option<usize>,
    /// Bytes of the kernel's receive buffer.
    pub receive_buffer: Option<usize>,
    /// Several sockets may listen on one port.
    pub reuse_port: Option<bool>,
    /// An IPv6 socket serves IPv6 only.
    pub only_v6: Option<bool>,
    /// Connections that may wait to be accepted.
    pub backlog: Option<i32>,
    /// Datagrams may go to a broadcast address.
    pub broadcast: Option<bool>,
}

/// Which directions of a connection end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Nothing more is read.
    Read,
    /// Nothing more is written: the other side reads its end.
    Write,
    /// Both.
    Both,
}

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenMode {
    /// An existing one, to read.
    Read,
    /// Made or emptied, to write.
    Write,
    /// Made if missing, to write at its end.
    Append,
    /// Made if missing, to read and write.
    ReadWrite,
}

impl OpenMode {
    /// True when it may be read.
    pub fn reads(self) -> bool {
        matches!(self, OpenMode::Read | OpenMode::ReadWrite)
    }

    /// True when it may be written.
    pub fn writes(self) -> bool {
        self != OpenMode::Read
    }
}

/// Where a subprocess's stream leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stdio {
    /// To a pipe.
    Pipe,
    /// Nowhere.
    Null,
    /// Where that of this process leads.
    Inherit,
    /// Where its standard output leads; for its standard error.
    Output,
}

/// A program to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its path, or its name to be found in `PATH`.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables that are set, or unset.
    pub environment: Vec<(String, Option<String>)>,
    /// It gets none of this process's variables.
    pub clear_environment: bool,
    /// Its working directory.
    pub directory: Option<String>,
    /// Its standard input, output and error.
    pub stdio: [Stdio; 3],
    /// It leads a process group of its own, which is what `kill` reaches.
    pub group: bool,
    /// It does not outlive the program.
    pub owned: bool,
}

/// What has happened to something in a directory that is watched, or to the directory itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The number of the directory, as [`WatchedDirectory`] has it; nothing for [`ChangeKind::Overflow`].
    pub id: i32,
    /// What.
    pub kind: ChangeKind,
    /// The name in the directory; empty if it is about the directory itself.
    pub name: String,
    /// It happened to a directory.
    pub directory: bool,
    /// The same for both halves of one renaming.
    pub cookie: u32,
}

/// What can happen to something that is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was made.
    Created,
    /// Its content or what is kept about it was changed.
    Modified,
    /// It was deleted.
    Deleted,
    /// It has this name no longer.
    MovedFrom,
    /// It has this name now.
    MovedTo,
    /// The directory itself was deleted.
    DeletedItself,
    /// The directory itself has got another name.
    MovedItself,
    /// The directory is watched no longer; its number is not used again.
    Ended,
    /// More has happened than could be kept: some of it was lost.
    Overflow,
}

/// What came of watching a path.
#[derive(Debug, Default)]
pub struct Watched {
    /// The path is that of a file, with this name in the only directory.
    pub file: Option<String>,
    /// The directories that are watched, each before those in it.
    pub directories: Vec<WatchedDirectory>,
    /// The numbers of directories that are watched by mistake: they may be others than those that were listed.
    pub strays: Vec<i32>,
    /// Why it stopped before the end, and at which path.
    pub error: Option<(String, io::Error)>,
}

/// A directory that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchedDirectory {
    /// Its number: one directory has one number, whatever the path.
    pub id: i32,
    /// Its path from the path that was to be watched: empty, or `name/name`.
    pub path: String,
    /// What was in it once it was watched, in the order of names, if what is below was to be watched, too.
    pub names: Vec<String>,
}

/// Work that may take long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// The bytes of a file.
    ReadFile(String),
    /// Replaces a file, or adds to its end. `atomic`: readers see the old content or the new one, also after a crash.
    WriteFile {
        /// Its path.
        path: String,
        /// What is written.
        bytes: Vec<u8>,
        /// At its end.
        append: bool,
        /// By a temporary file that is synchronised and renamed.
        atomic: bool,
    },
    /// Deletes what is no directory.
    DeleteFile(String),
    /// Gives a file or directory another name.
    Rename(String, String),
    /// Copies the content and the permissions of a file.
    Copy(String, String),
    /// Makes a directory; with `all` those above it too, and it may exist.
    MakeDirectory {
        /// Its path.
        path: String,
        /// Those above it, too.
        all: bool,
    },
    /// Deletes a directory; with `all` with everything in it.
    DeleteDirectory {
        /// Its path.
        path: String,
        /// With everything in it.
        all: bool,
    },
    /// The names in a directory.
    List(String),
    /// What the system knows about a file; `follow`: about what a link leads to.
    Stat {
        /// Its path.
        path: String,
        /// Follow links.
        follow: bool,
    },
    /// The one name of an existing file.
    Canonicalize(String),
    /// Makes a symbolic link: its target, its path.
    Link(String, String),
    /// Where a symbolic link leads.
    ReadLink(String),
    /// Sets the permission bits.
    SetMode(String, u32),
    /// Makes a file or directory of a name that nobody else has, for this user alone.
    MakeTemporary {
        /// The directory in which it is made; the system's own for temporary files if there is none.
        within: Option<String>,
        /// What its name starts with.
        prefix: String,
        /// A directory.
        directory: bool,
    },
    /// Opens a file.
    Open {
        /// Its path.
        path: String,
        /// What for.
        mode: OpenMode,
        /// It must not exist.
        new: bool,
    },
    /// Reads from an open file at that place.
    ReadAt {
        /// The file.
        handle: Handle,
        /// Where.
        offset: u64,
        /// How many bytes at most.
        count: usize,
    },
    /// Writes all of it to an open file, at that place or, if there is none, at its end. Gives the place after it.
    WriteAt {
        /// The file.
        handle: Handle,
        /// Where.
        offset: Option<u64>,
        /// What.
        bytes: Vec<u8>,
    },
    /// How large an open file is.
    Size(Handle),
    /// Returns when what was written to an open file is on its medium.
    Sync(Handle),
    /// The addresses of a host.
    Resolve {
        /// Its name.
        host: String,
        /// The port that goes into the answer.
        port: u16,
    },
    /// Starts a program.
    Spawn(Box<Command>),
    /// Has a watch of [`Io::watch_files`] watch a path. What may not be read below it, or goes away meanwhile, is left out.
    Watch {
        /// The watch.
        watch: Handle,
        /// The path.
        path: String,
        /// It may be a file, whose directory is watched then; links are followed to it.
        named: bool,
        /// All directories below are watched, too; links are not followed.
        below: bool,
    },
}

/// Why a file is not copied to itself.
pub(crate) const SAME_FILE: &str = "both are the same file";

/// What came of a job.
#[derive(Debug)]
pub enum Outcome {
    /// It is done.
    Done,
    /// Bytes that were read.
    Bytes(Vec<u8>),
    /// A path.
    Text(String),
    /// The path of a new file or directory.
    Made {
        /// Its path.
        path: String,
        /// It is a directory.
        directory: bool,
    },
    /// Names.
    Names(Vec<String>),
    /// What the system knows about a file.
    Stat(Box<Stat>),
    /// A number of bytes.
    Size(u64),
    /// An open file.
    Opened {
        /// The file.
        handle: Handle,
        /// It has no positions: a named pipe, a terminal.
        stream: bool,
    },
    /// Addresses, in the order of preference.
    Addresses(Vec<SocketAddr>),
    /// A subprocess, and our ends of its pipes.
    Spawned(Spawned),
    /// What is watched now.
    Watched(Watched),
}

/// A subprocess that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spawned {
    /// The subprocess.
    pub child: ChildId,
    /// The system's number for it.
    pub pid: u32,
    /// Our ends of its pipes.
    pub pipes: [Option<Handle>; 3],
}

/// What the system knows about a file. Times are seconds since 1970, where there are any.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stat {
    /// `file`, `directory`, `symlink`, `fifo`, `socket`, `block-device` or `char-device`.
    pub file_type: &'static str,
    /// Bytes.
    pub size: u64,
    /// Last access.
    pub accessed: Option<f64>,
    /// Last change of the content.
    pub modified: Option<f64>,
    /// Making.
    pub created: Option<f64>,
    /// Permission bits.
    pub permissions: u32,
    /// Nobody may write.
    pub readonly: bool,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Device.
    pub dev: u64,
    /// Device, of a device.
    pub rdev: u64,
    /// Number in its file system.
    pub inode: u64,
    /// Hard links.
    pub nlinks: u64,
    /// Bytes of a block.
    pub blksize: u64,
    /// Blocks of 512 bytes.
    pub blocks: u64,
}

/// Things that are open, work that takes long, and events. See the module's text.
pub trait Io {
    /// A standard stream.
    fn standard(&mut self, which: Standard) -> io::Result<Handle>;

    /// Reads some bytes; 0 at the end.
    fn read(&mut self, handle: Handle, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes some bytes.
    fn write_some(&mut self, handle: Handle, bytes: &[u8]) -> io::Result<usize>;

    /// Reads from a file at that place if that is possible at once.
    fn read_at_now(&mut self, handle: Handle, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Listens for connections.
    fn listen(&mut self, address: &Address, options: &SocketOptions) -> io::Result<Handle>;

    /// Takes a connection, and says with whom.
    fn accept(&mut self, listener: Handle) -> io::Result<(Handle, Address)>;

    /// Begins to connect. An event says when [`Io::connected`] knows more.
    fn connect(&mut self, address: &Address, options: &SocketOptions) -> io::Result<Handle>;

    /// Whether it is connected; `WouldBlock` while that is open.
    fn connected(&mut self, handle: Handle) -> io::Result<()>;

    /// Ends directions of a connection.
    fn shutdown(&mut self, handle: Handle, direction: Direction) -> io::Result<()>;

    /// A socket for datagrams.
    fn bind_datagrams(&mut self, address: SocketAddr, options: &SocketOptions) -> io::Result<Handle>;

    /// Sends a datagram.
    fn send_to(&mut self, handle: Handle, bytes: &[u8], to: SocketAddr) -> io::Result<usize>;

    /// Receives a datagram. What does not fit is lost.
    fn receive_from(&mut self, handle: Handle, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)>;

    /// Where a socket is.
    fn local_address(&mut self, handle: Handle) -> io::Result<Address>;

    /// Sets options of an open socket.
    fn set_socket_options(&mut self, handle: Handle, options: &SocketOptions) -> io::Result<()>;

    /// Watches a descriptor that belongs to somebody else, for reading, for writing, or both. `None` for one that is always
    /// ready, such as a file's. An event on the handle says when [`Io::is_descriptor_ready`] knows more; closing the handle
    /// ends the watch, and leaves the descriptor as it is.
    fn watch_descriptor(&mut self, descriptor: i32, readable: bool, writable: bool) -> io::Result<Option<Handle>>;

    /// For what a watched descriptor is ready, of what it is watched for: reading, writing. `WouldBlock` while for neither.
    /// Errors and ends count as both.
    fn is_descriptor_ready(&mut self, handle: Handle) -> io::Result<(bool, bool)>;

    /// A watch on files, which watches nothing yet: see [`Job::Watch`]. An event on the handle says when [`Io::changes`] has
    /// more.
    fn watch_files(&mut self) -> io::Result<Handle>;

    /// Adds what has happened, in its order: some of it, or `WouldBlock` while there is nothing.
    fn changes(&mut self, watch: Handle, changes: &mut Vec<Change>) -> io::Result<()>;

    /// A directory is watched no longer. Nothing happens if it was not.
    fn unwatch(&mut self, watch: Handle, id: i32);

    /// Closes it. Nothing waits for what was written.
    fn close(&mut self, handle: Handle);

    /// Starts a job under a number that was not used before.
    fn start(&mut self, job: u64, work: Job);

    /// Sends a signal to a subprocess; nothing happens if it has ended.
    fn kill(&mut self, child: ChildId, signal: i32) -> io::Result<()>;

    /// The program is over: kills the subprocesses of all its threads that do not outlive it, and lets none start any more.
    fn end_owned(&mut self);

    /// From now on that signal is an event, and does nothing else.
    fn watch_signal(&mut self, signal: i32) -> io::Result<()>;

    /// That signal does again what it did before.
    fn unwatch_signal(&mut self, signal: i32);
}
