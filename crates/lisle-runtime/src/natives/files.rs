//! Files and paths, as far as they need the file system. Only the calling fiber waits: the work is done off the loop.

pub use files::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod files {
    use std::io;

    use lisle_vm::args::Text;
    use lisle_vm::{Cx, Escape, Value};

    use crate::natives::errors::io_error;
    use crate::natives::options::{self, unknown};
    use crate::natives::{path_text, scheduler};
    use crate::ports::{Ask, PathAnswer, ask, octets};
    use crate::world::io::Job;

    type Answer = Result<Value, Escape>;

    fn run(cx: &mut Cx<'_>, name: &'static str, path: Text, answer: PathAnswer, job: fn(String) -> Job) -> Answer {
        let path = path_text(cx, path);
        Err(ask(cx, name, Ask::Path { path: path.clone(), job: job(path), answer }))
    }

    /// The content of a text file.
    ///
    /// (file/read "/no/such/file")  # raises :io-error
    #[primitive(name = "file/read", aliases("slurp"), signals(error, io, r#yield))]
    fn read(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/read", path, PathAnswer::Text, Job::ReadFile)
    }

    /// The content of a file as bytes.
    ///
    /// (file/read-bytes "/no/such/file")  # raises :io-error
    #[primitive(name = "file/read-bytes", signals(error, io, r#yield))]
    fn read_bytes(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/read-bytes", path, PathAnswer::Bytes, Job::ReadFile)
    }

    /// The lines of a text file, as a list.
    ///
    /// (file/lines "/no/such/file")  # raises :io-error
    #[primitive(name = "file/lines", aliases("read-lines"), signals(error, io, r#yield))]
    fn lines(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/lines", path, PathAnswer::Lines, Job::ReadFile)
    }

    fn put(cx: &mut Cx<'_>, name: &'static str, path: Text, data: Value, append: bool, atomic: bool) -> Answer {
        let path = path_text(cx, path);
        let Some(bytes) = octets(cx.heap, &data).map(<[u8]>::to_vec) else {
            return Err(cx.type_error(name, "string or bytes", data));
        };
        let job = Job::WriteFile { path: path.clone(), bytes, append, atomic };
        Err(ask(cx, name, Ask::Path { path, job, answer: PathAnswer::Done }))
    }

    /// Makes or replaces a file. Gives true.
    ///
    /// (file/write "/no/such/file" "x")  # raises :io-error
    /// (file/write "/tmp/x" 5)  # raises :type-error
    #[primitive(name = "file/write", aliases("spit"), signals(error, io, r#yield))]
    fn write(cx: &mut Cx<'_>, path: Text, data: Value) -> Answer {
        put(cx, "file/write", path, data, false, false)
    }

    /// Makes or replaces a file so that whoever reads it finds the old content or the new one, whole, whatever happens.
    /// Gives true.
    ///
    /// (file/replace "/no/such/file" "x")  # raises :io-error
    #[primitive(name = "file/replace", signals(error, io, r#yield))]
    fn replace(cx: &mut Cx<'_>, path: Text, data: Value) -> Answer {
        put(cx, "file/replace", path, data, false, true)
    }

    /// Adds to the end of a file. Gives true.
    ///
    /// (file/append "/no/such/file" "x")  # raises :io-error
    #[primitive(name = "file/append", aliases("append-file"), signals(error, io, r#yield))]
    fn append(cx: &mut Cx<'_>, path: Text, data: Value) -> Answer {
        put(cx, "file/append", path, data, true, false)
    }

    /// Deletes a file or link. Gives true.
    ///
    /// (file/delete "/no/such/file")  # raises :io-error
    #[primitive(name = "file/delete", aliases("delete-file"), signals(error, io, r#yield))]
    fn delete(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/delete", path, PathAnswer::Done, Job::DeleteFile)
    }

    fn two(cx: &mut Cx<'_>, name: &'static str, from: Text, to: Text, job: fn(String, String) -> Job) -> Answer {
        let (path, to) = (path_text(cx, from), path_text(cx, to));
        Err(ask(cx, name, Ask::Path { path: path.clone(), job: job(path, to), answer: PathAnswer::Done }))
    }

    /// Gives a file or directory another name, at once; what had that name is replaced. Gives true.
    ///
    /// (file/rename "/no/such/file" "/tmp/x")  # raises :io-error
    #[primitive(name = "file/rename", aliases("rename-file"), signals(error, io, r#yield))]
    fn rename(cx: &mut Cx<'_>, from: Text, to: Text) -> Answer {
        two(cx, "file/rename", from, to, Job::Rename)
    }

    /// Copies a file with its permissions. Gives true.
    ///
    /// (file/copy "/no/such/file" "/tmp/x")  # raises :io-error
    #[primitive(name = "file/copy", aliases("copy-file"), signals(error, io, r#yield))]
    fn copy(cx: &mut Cx<'_>, from: Text, to: Text) -> Answer {
        two(cx, "file/copy", from, to, Job::Copy)
    }

    /// Makes a symbolic link that leads to the first path. Gives true.
    ///
    /// (file/link "/tmp" "/no/such/directory/link")  # raises :io-error
    #[primitive(name = "file/link", signals(error, io, r#yield))]
    fn link(cx: &mut Cx<'_>, target: Text, path: Text) -> Answer {
        let (target, path) = (path_text(cx, target), path_text(cx, path));
        let job = Job::Link(target, path.clone());
        Err(ask(cx, "file/link", Ask::Path { path, job, answer: PathAnswer::Done }))
    }

    /// Where a symbolic link leads.
    ///
    /// (file/read-link "/no/such/link")  # raises :io-error
    #[primitive(name = "file/read-link", signals(error, io, r#yield))]
    fn read_link(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/read-link", path, PathAnswer::Path, Job::ReadLink)
    }

    /// Sets the permission bits of a file. Gives true.
    ///
    /// (file/set-permissions "/no/such/file" 0o600)  # raises :io-error
    #[primitive(name = "file/set-permissions", signals(error, io, r#yield))]
    fn set_permissions(cx: &mut Cx<'_>, path: Text, bits: i64) -> Answer {
        let path = path_text(cx, path);
        let Some(mode) = u32::try_from(bits).ok().filter(|mode| *mode <= 0o7777) else {
            let message = format!("file/set-permissions: expected bits up to 0o7777, got {bits}");
            return Err(cx.error("value-error", message));
        };
        let job = Job::SetMode(path.clone(), mode);
        Err(ask(cx, "file/set-permissions", Ask::Path { path, job, answer: PathAnswer::Done }))
    }

    /// Makes a directory. Gives true.
    ///
    /// (file/mkdir "/no/such/directory")  # raises :io-error
    #[primitive(name = "file/mkdir", aliases("create-directory"), signals(error, io, r#yield))]
    fn mkdir(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/mkdir", path, PathAnswer::Done, |path| Job::MakeDirectory { path, all: false })
    }

    /// Makes a directory and those above it, as far as they are missing. Gives true.
    ///
    /// (file/mkdir-all "/tmp")  # => true
    #[primitive(name = "file/mkdir-all", aliases("create-directory-all"), signals(error, io, r#yield))]
    fn mkdir_all(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/mkdir-all", path, PathAnswer::Done, |path| Job::MakeDirectory { path, all: true })
    }

    /// Deletes an empty directory. Gives true.
    ///
    /// (file/delete-dir "/no/such/directory")  # raises :io-error
    #[primitive(name = "file/delete-dir", aliases("delete-directory"), signals(error, io, r#yield))]
    fn delete_dir(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/delete-dir", path, PathAnswer::Done, |path| Job::DeleteDirectory { path, all: false })
    }

    /// Deletes a directory with everything in it; links are deleted, not followed. Gives true.
    ///
    /// (file/delete-all "/no/such/directory")  # raises :io-error
    #[primitive(name = "file/delete-all", signals(error, io, r#yield))]
    fn delete_all(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/delete-all", path, PathAnswer::Done, |path| Job::DeleteDirectory { path, all: true })
    }

    /// The names in a directory, as a list in no certain order.
    ///
    /// (file/ls "/no/such/directory")  # raises :io-error
    #[primitive(name = "file/ls", aliases("list-directory"), signals(error, io, r#yield))]
    fn ls(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/ls", path, PathAnswer::Names, Job::List)
    }

    /// The size of a file in bytes.
    ///
    /// (file/size "/no/such/file")  # raises :io-error
    #[primitive(name = "file/size", aliases("file-size"), signals(error, io, r#yield))]
    fn size(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/size", path, PathAnswer::Size, |path| Job::Stat { path, follow: true })
    }

    /// What the system knows about a file, as a struct. Times are seconds since 1970. Links are followed.
    ///
    /// (get (file/stat "/tmp") :is-dir)  # => true
    #[primitive(name = "file/stat", signals(error, io, r#yield))]
    fn stat(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/stat", path, PathAnswer::Stat, |path| Job::Stat { path, follow: true })
    }

    /// As `file/stat`, about a link itself.
    ///
    /// (get (file/lstat "/tmp") :is-symlink)  # => false
    #[primitive(name = "file/lstat", signals(error, io, r#yield))]
    fn lstat(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "file/lstat", path, PathAnswer::Stat, |path| Job::Stat { path, follow: false })
    }

    fn temporary(cx: &mut Cx<'_>, name: &'static str, rest: &[Value], directory: bool) -> Answer {
        let (mut prefix, mut within) = ("lisle-".to_owned(), None);
        for (key, value) in options::pairs(cx, name, rest)? {
            let Some(text) = crate::ports::text(cx.heap, value) else {
                return Err(cx.type_error(name, &format!("string for :{}", key.name()), value));
            };
            match key.name() {
                "prefix" => prefix = text,
                "in" => within = Some(text),
                _ => return Err(unknown(cx, name, key)),
            }
        }
        let path = within.clone().unwrap_or_else(|| prefix.clone());
        let job = Job::MakeTemporary { within, prefix, directory };
        Err(ask(cx, name, Ask::Path { path, job, answer: PathAnswer::Path }))
    }

    /// Makes an empty file of a new name that only this user may read, and gives its path. `:in` is the directory, `:prefix`
    /// what the name starts with.
    ///
    /// (file/size (file/temp))  # => 0
    /// (file/temp :in "/no/such/directory")  # raises :io-error
    #[primitive(name = "file/temp", signals(error, io, r#yield))]
    fn temp(cx: &mut Cx<'_>, options: &[Value]) -> Answer {
        temporary(cx, "file/temp", options, false)
    }

    /// Makes a directory of a new name that only this user may read, and gives its path. `:in` is the directory above,
    /// `:prefix` what the name starts with.
    ///
    /// (file/ls (file/temp-dir))  # => ()
    #[primitive(name = "file/temp-dir", signals(error, io, r#yield))]
    fn temp_dir(cx: &mut Cx<'_>, options: &[Value]) -> Answer {
        temporary(cx, "file/temp-dir", options, true)
    }

    /// True when there is something of that name.
    ///
    /// (path/exists? "/no/such/file")  # => false
    #[primitive(name = "path/exists?", aliases("file-exists?", "file/exists?"), signals(error, io, r#yield))]
    fn exists(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "path/exists?", path, PathAnswer::Exists, |path| Job::Stat { path, follow: true })
    }

    /// True when there is a file of that name.
    ///
    /// (path/file? "/")  # => false
    #[primitive(name = "path/file?", aliases("file?", "file/file?"), signals(error, io, r#yield))]
    fn is_file(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "path/file?", path, PathAnswer::IsFile, |path| Job::Stat { path, follow: true })
    }

    /// True when there is a directory of that name.
    ///
    /// (path/dir? "/no/such/directory")  # => false
    #[primitive(name = "path/dir?", aliases("directory?", "file/directory?"), signals(error, io, r#yield))]
    fn is_directory(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "path/dir?", path, PathAnswer::IsDirectory, |path| Job::Stat { path, follow: true })
    }

    fn raise(cx: &mut Cx<'_>, name: &str, path: &str, error: &io::Error) -> Escape {
        let error = io_error(cx.heap, name, Some(path), None, error);
        cx.raise(error)
    }

    /// The working directory.
    ///
    /// (string? (path/cwd))  # => true
    #[primitive(name = "path/cwd", signals(error))]
    fn cwd(cx: &mut Cx<'_>) -> Result<String, Escape> {
        scheduler(cx, "path/cwd")?.world.current_directory().map_err(|error| raise(cx, "path/cwd", ".", &error))
    }

    /// A path from the root on.
    ///
    /// (path/absolute "/a/b")  # => "/a/b"
    #[primitive(name = "path/absolute", signals(error))]
    fn absolute(cx: &mut Cx<'_>, path: Text) -> Result<String, Escape> {
        let path = path_text(cx, path);
        let directory = scheduler(cx, "path/absolute")?.world.current_directory();
        let directory = directory.map_err(|error| raise(cx, "path/absolute", &path, &error))?;
        Ok(lisle_engine::modules::join(&directory, &path))
    }

    /// The one name of an existing file, without links.
    ///
    /// (path/canonicalize "/no/such/file")  # raises :io-error
    #[primitive(name = "path/canonicalize", signals(error, io, r#yield))]
    fn canonicalize(cx: &mut Cx<'_>, path: Text) -> Answer {
        run(cx, "path/canonicalize", path, PathAnswer::Path, Job::Canonicalize)
    }
}
